import { command, connectorArgument, ending, jsonOption, numberFrom, withPlace, yesOption } from '../command.ts'
import { exceptOption, LEFT_JSON, messageIdOption, reasonOption } from '../dead-letters/choice.ts'

export const redrive = {
  command: withPlace(
    command(
      'redrive',
      'dead letters back to their queue',
      'Sends dead letters to the connector’s queue again: all, or those chosen. Each is sent before it is deleted, so that none is lost. It gets a new message id: one that had its effect already may have it again.',
      'orders --reason "HTTP 403"',
    )
      .addArgument(connectorArgument())
      .addOption(reasonOption())
      .addOption(exceptOption())
      .addOption(messageIdOption())
      .option('--rate <n>', 'most messages a second', numberFrom(0.01, 3_000, { whole: false }), 50)
      .addOption(yesOption())
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/redrive.ts')).redrive(connector, options))),
  status: { 0: 'all that was chosen is moved', 1: 'something of it is left, or nobody agreed' },
  json: LEFT_JSON,
}
