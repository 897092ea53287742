import { Argument } from '@commander-js/extra-typings'
import { command, connectorsOption, ending, profileOption, regionOption, someText, yesOption } from '../command.ts'

export const connect = {
  command: command(
    'connect',
    'puts the connection to Camunda where functions read it',
    'Reads settings from stdin, as of the file which Camunda’s Console lets one download, or asks for them; checks them, and writes them where the connector’s file says that its connection is: SSM parameters, or a secret. No value is shown.',
    'orders < credentials.txt',
  )
    .addArgument(new Argument('[connector]'))
    .option('--to <place>', 'a path of SSM, or the ARN of a secret', someText)
    .option('--new-secret <name>', 'create it, and show its ARN', someText)
    .option('--local', 'in the running start, in place of AWS')
    .addOption(profileOption())
    .addOption(regionOption())
    .addOption(connectorsOption())
    .addOption(yesOption())
    .action(ending(async (connector, options) => (await import('../actions/connect.ts')).connect(connector, options))),
  status: { 0: 'it is there', 1: 'what came in is no connection, or nobody agreed' },
}
