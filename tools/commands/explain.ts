import { command, connectorsOption, ending, jsonOption, withPlace } from '../command.ts'

export const explain = {
  command: withPlace(
    command(
      'explain',
      'what becomes of a message, and why; what the filter decides',
      'Without a message: what Lambda’s filter decides of the connector’s conditions. With one: its way through filter, conditions and expressions to what Camunda would be sent. FILE is a body, a record, a Lambda event, or what aws sqs receive-message prints; - is stdin.',
      'orders --message message.json',
    )
      .argument('[connector]')
      .option('--message <file>', 'a message, in whatever shape')
      .option('--message-id <id>', 'one in the dead-letter queue')
      .option('--live', 'by the connector’s parameter in place of its file')
      .option('--lines', 'connectors from stdin, one a line')
      .addOption(connectorsOption())
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/explain.ts')).explain(connector, options))),
  status: { 0: 'explained', 1: 'the connector is invalid, or there is no such message' },
  json: '{ connector, filterCriteria: [pattern], notPushedDown: [{ elementId?, expression?, why }], findings: [{ kind, message, follows? }] }; with a message { messageId, filter: { patterns, passes }, elements: [{ elementId, activates, activationCondition? }], correlation?: { elementId, expressions, command?, variablesBytes? }, outcome: { kind, reason?, afterwards } }',
}
