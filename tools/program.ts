import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { type BridgeCommand, PROGRAM } from './command.ts'
import { tellFailure, UsageError } from './command-line.ts'
import { OWN_PACKAGE } from './own-package.ts'

/** Columns of a terminal for which help and tables are written. */
export const COLUMNS = 80

/** The one command, with all that it has to do. */
export function programOf(commands: readonly BridgeCommand[]): CommandUnknownOpts {
  const program: CommandUnknownOpts = new Command(PROGRAM)
    .usage('<command> [options]')
    .version(OWN_PACKAGE.version, '--version', 'which this is')
    .helpOption('--help', 'this')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ commandUsage: (command) => `${command === program ? '' : `${PROGRAM} `}${command.name()} ${command.usage()}` })
  program.showHelpAfterError(`--help lists the commands.`)
  for (const { command } of commands) {
    program.addCommand(command.copyInheritedSettings(program))
    command.showHelpAfterError(`Usage: ${PROGRAM} ${command.name()} ${command.usage()}\n--help shows the rest.`)
  }
  return program.configureHelp({
    ...program.configureHelp(),
    formatHelp: (command, help) =>
      command === program ? listOf(commands) : Object.getPrototypeOf(help).formatHelp.call(help, command, help),
  })
}

/** Runs it: the status of the process is what the command returns, 2 where it is called wrongly, and 1 with one sentence for what fails. */
export async function run(program: CommandUnknownOpts, args: readonly string[]): Promise<void> {
  // Whoever reads has had enough, as `head` has.
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  let called = program
  program.hook('preAction', (_, command) => {
    called = command
  })
  try {
    await program.parseAsync(args, { from: 'user' }).catch((error: Error) => {
      if (error instanceof UsageError) called.error(`error: ${error.message}`)
      throw error
    })
  } catch (error) {
    // Commander has told it already.
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : tellFailure(error as Error)
  }
}

/** All commands, a line each: with what is said above them they fit a screen. */
function listOf(commands: readonly BridgeCommand[]): string {
  const width = Math.max(...commands.map(({ command }) => command.name().length))
  const often = commands.filter(({ isSeldom }) => !isSeldom)
  const seldom = commands.filter(({ isSeldom }) => isSeldom)
  return [
    `Usage: ${PROGRAM} <command> [options], <command> --help, --version`,
    ...often.map(({ command }) => `  ${command.name().padEnd(width)}  ${command.summary()}`),
    `  And ${seldom.map(({ command }) => command.name()).join(', ')}.`,
    '',
  ].join('\n')
}
