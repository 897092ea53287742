import { command, connectorArgument, connectorsOption, ending, jsonOption, withPlace } from '../command.ts'

export const pull = {
  command: withPlace(
    command(
      'pull',
      'the live connector into its file',
      'Writes the connector’s parameter, as it is now, into its file, and shows what was otherwise there. Nothing changes in AWS.',
      'orders --check',
    )
      .addArgument(connectorArgument())
      .option('--check', 'write nothing: show what the parameter says otherwise')
      .addOption(connectorsOption())
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/pull.ts')).pull(connector, options))),
  status: { 0: 'the file says what the parameter says', 1: 'with `--check`: it does not; otherwise: it is not deployed, or invalid' },
  json: '{ connector, parameterName, file, differences, deployed, written }',
}
