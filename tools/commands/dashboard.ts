import { command, connectorArgument, connectorsOption, ending, jsonOption } from '../command.ts'

export const dashboard = {
  command: command(
    'dashboard',
    'the dashboard with sample data, as a picture',
    'Draws the CloudWatch dashboard of the connector’s stack, with a made-up business day: a sender of invalid messages, a redrive, an outage of Camunda, an edit. Asks nothing of AWS. It needs aws-cdk-lib.',
    'orders --output docs/',
  )
    .addArgument(connectorArgument())
    .option('--output <file>', 'the picture: a file or a directory (default: <connector>-dashboard.svg)')
    .addOption(connectorsOption())
    .addOption(jsonOption())
    .action(ending(async (connector, options) => (await import('../actions/dashboard.ts')).dashboard(connector, options))),
  status: { 0: 'drawn', 1: 'the file is invalid' },
  json: 'the body of the dashboard, as CloudWatch takes it',
  isSeldom: true,
}
