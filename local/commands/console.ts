import { command, connectorArgument, ending, sinceOption, withPlace } from '../../tools/command.ts'

export const consoleCommand = {
  command: withPlace(
    command(
      'console',
      'a deployed connector in a browser',
      'Shows outcomes, dead letters, figures and the active connector on a page of this machine, until Ctrl-C. What it changes, it asks for before. Bodies are in no log: a message can be explained where it is a dead letter.',
      'orders --since 1h --open',
    )
      .addArgument(connectorArgument())
      .addOption(sinceOption())
      .option('--open', 'open it in a browser'),
  ).action(ending(async (connector, options) => (await import('../console.ts')).showConsole(connector, options))),
  status: { 0: 'ended by Ctrl-C' },
}
