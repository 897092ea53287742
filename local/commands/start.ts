import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { command, connectorsOption, ending, numberFrom, yesOption } from '../../tools/command.ts'
import { VERSION_NAMES } from '../camunda/camunda-version.ts'

export const start = {
  command: command(
    'start',
    'the bridge on this machine: SQS, Lambda and Camunda in place',
    'Runs the bridge with stand-ins for SQS and Camunda, or with a cluster of yours: its credentials come from the environment (CAMUNDA_CLIENT_ID, …), and nothing is deployed there but with --deploy.',
    '--camunda http://localhost:8080',
  )
    .option('--camunda <url>', 'a cluster’s; SaaS: Console tells it, under API', address)
    .addOption(new Option('--camunda-version <v>', 'of the stand-in').choices(VERSION_NAMES))
    .option('--deploy', 'deploy the diagrams to that cluster')
    .addOption(yesOption())
    .addOption(new Option('--sqs <server>', 'elasticmq takes a JDK 21').choices(['fauxqs', 'elasticmq']).default('fauxqs'))
    .option('--sqs-port <port>', 'of the SQS server (default: a free one)', numberFrom(1, 65_535))
    .option('--open', 'open the console in a browser')
    .option('--no-console', 'without that page')
    .option('--exit', 'end when the sample messages have ended')
    .addOption(connectorsOption())
    .option('--bpmn <directory>', 'diagrams to deploy (default: examples)')
    .action(ending(async (options) => (await import('../start.ts')).start(options))),
  status: { 0: 'ended by Ctrl-C; with `--exit`: each sample ended as it should', 1: 'it cannot start, or a sample ended otherwise' },
}

function address(text: string): string {
  if (!/^https?:\/\//.test(text)) throw new InvalidArgumentError('It is no address of a cluster, which begins with https:// or http://.')
  return text
}
