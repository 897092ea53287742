import { readdirSync } from 'node:fs'
import completions from '@bomb.sh/tab'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { PROGRAM } from '../command.ts'

/** Prints what a shell reads to complete the command: it asks the command itself at each Tab. */
export async function completion(shell: string): Promise<number> {
  completions.setup(PROGRAM, PROGRAM, shell)
  return 0
}

/** Prints what may stand at the end of a command line: commands, options, their choices, and the connectors that there are. */
export function complete(program: CommandUnknownOpts, args: readonly string[]) {
  for (const command of program.commands) {
    const completed = completions.command(command.name(), command.summary())
    for (const argument of command.registeredArguments)
      completed.argument(argument.name(), (tell) => {
        const choices = argument.argChoices ?? (argument.name() === 'connector' ? connectorNames() : [])
        for (const choice of choices) tell(choice, '')
      })
    for (const { long, description, argChoices, required } of command.createHelp().visibleOptions(command)) {
      if (!long) continue
      const name = long.replace(/^--/, '')
      if (required) completed.option(name, description, (tell) => argChoices?.forEach((choice) => void tell(choice, '')))
      else completed.option(name, description)
    }
  }
  completions.parse([...args])
}

function connectorNames(): string[] {
  try {
    // Schemas and tests, which stand there too, have another dot in their names.
    return readdirSync('connectors').flatMap((name) => /^([^.]+)\.json$/.exec(name)?.[1] ?? [])
  } catch {
    return []
  }
}
