import { Option } from '@commander-js/extra-typings'
import { PRICED_REGIONS } from '../../lib/cost/prices.ts'
import { command, connectorsOption, ending, jsonOption, numberFrom } from '../command.ts'

export const cost = {
  command: command(
    'cost',
    'what a connector costs a month, beside a container',
    'Lambda, SQS, logs, alarms, metrics and dashboard at list prices, without free tiers, for messages that come one by one and for full batches; beside a container for Camunda’s connector runtime on Fargate. Without a connector: of one with one start event.',
    'orders --messages-per-month 1000000 --size 2',
  )
    .argument('[connector]')
    .requiredOption('--messages-per-month <number>', '0: what it costs idle', numberFrom(0, 1e12))
    .option('--size <kb>', 'of a message', numberFrom(0, 1_024, { whole: false }), 2)
    .option('--latency <ms>', 'until Camunda answers', numberFrom(0, 60_000), 50)
    .option('--hours <number>', 'of the month’s 720 in which messages come', numberFrom(1, 720), 720)
    .option('--vcpu <number>', 'of the container', numberFrom(0.25, 16, { whole: false }), 1)
    .option('--gb <number>', 'of the container', numberFrom(0.5, 120, { whole: false }), 2)
    .addOption(new Option('--region <region>').choices(PRICED_REGIONS).default('us-east-1' as const))
    .addOption(connectorsOption())
    .addOption(jsonOption())
    .action(ending(async (connector, options) => (await import('../actions/cost.ts')).cost(connector, options))),
  status: { 0: 'calculated', 1: 'the connector is invalid' },
  json: '{ messages, bytes, region, bridge: [{ messagesPerBatch, parts: [{ name, dollars }], dollars }], container: { vcpu, gigabytes, parts: [{ name, dollars }], dollars }, sources: [{ service, page, asOf }] }',
}
