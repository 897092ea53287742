import { command, connectorArgument, connectorsOption, ending, jsonOption, withPlace, yesOption } from '../command.ts'

export const push = {
  command: withPlace(
    command(
      'push',
      'makes the connector’s file active, without a deployment',
      'Checks the connector’s file, shows what it would change in its parameter, asks, and writes it there. The function follows within two minutes, the event-source mapping in some more; what takes a deployment is named.',
      'orders --profile production',
    )
      .addArgument(connectorArgument())
      .addOption(connectorsOption())
      .addOption(yesOption())
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/push.ts')).push(connector, options))),
  status: { 0: 'the parameter says what the file says', 1: 'the file is invalid, or nobody agreed' },
  json: '{ connector, parameterName, pushed, differences, warnings }',
}
