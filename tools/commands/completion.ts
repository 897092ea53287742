import { Argument } from '@commander-js/extra-typings'
import { command, ending } from '../command.ts'

export const completion = {
  command: command(
    'completion',
    'for a shell: commands, options and connectors by Tab',
    'Prints a script for your shell, which completes camunda-sqs-bridge wherever that is in the PATH.',
    'bash >> ~/.bashrc',
  )
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action(ending(async (shell) => (await import('../actions/completion.ts')).completion(shell))),
  status: { 0: 'printed' },
  isSeldom: true,
}
