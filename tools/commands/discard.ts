import { command, connectorArgument, ending, jsonOption, numberFrom, withPlace, yesOption } from '../command.ts'
import { exceptOption, LEFT_JSON, messageIdOption, reasonOption } from '../dead-letters/choice.ts'

export const discard = {
  command: withPlace(
    command(
      'discard',
      'dead letters deleted for good',
      'Deletes the dead letters chosen: those which can have no effect any more, or have had it. They are gone for good; peek --bodies --json keeps a copy.',
      'orders --reason "no correlation key"',
    )
      .addArgument(connectorArgument())
      .addOption(reasonOption())
      .addOption(exceptOption())
      .addOption(messageIdOption())
      .option('--all', 'all of them')
      .option('--rate <n>', 'most messages a second', numberFrom(0.01, 3_000, { whole: false }), 50)
      .addOption(yesOption())
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/discard.ts')).discard(connector, options))),
  status: { 0: 'all that was chosen is deleted', 1: 'something of it is left, or nobody agreed' },
  json: LEFT_JSON,
}
