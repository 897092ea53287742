import { Argument, Command, type CommandUnknownOpts, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings'
import { type Span, spanIn } from './outcomes/span.ts'

/** The name of the one command, of which all others are a part. */
export const PROGRAM = 'camunda-sqs-bridge'

/** A command: how it is called, and how it ends. What it does is imported when it is called, so that nothing else has to wait for it. */
export interface BridgeCommand {
  readonly command: CommandUnknownOpts
  /** What the status 0 says, and what 1; undefined where every other end is a failure. */
  readonly status: { readonly 0: string; readonly 1?: string }
  /** What `--json` prints, as a type; undefined where there is no such option. */
  readonly json?: string
  /** Whether the list of commands only names it. */
  readonly isSeldom?: boolean
}

/** @param example how it is called, without the program's name */
export function command(name: string, summary: string, description: string, example: string) {
  return new Command(name)
    .summary(summary)
    .description(description)
    .helpOption('--help', 'this')
    .addHelpText('after', `\nExample:\n  $ ${PROGRAM} ${name}${example && ` ${example}`}`)
}

/** The connector which a command is about, by its name. */
export function connectorArgument() {
  return new Argument('<connector>')
}

export function jsonOption() {
  return new Option('--json', 'for programs: JSON on stdout and nothing else')
}

export function connectorsOption() {
  return new Option('--connectors <directory>', 'the connectors’ files').default('connectors')
}

export function yesOption() {
  return new Option('--yes', 'do not ask')
}

export function profileOption() {
  return new Option('--profile <name>', 'of the AWS CLI')
}

export function regionOption() {
  return new Option('--region <region>', 'where the connector is deployed')
}

/** Where a deployed connector is: the same options with every command that is about one. */
export function withPlace<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  return command
    .option('--local', 'in the running start, in place of AWS')
    .addOption(profileOption())
    .addOption(regionOption())
    .option('--stack <name>', 'of an app of yours (default: its own)')
}

const TEN_MINUTES: Span = { text: '10m', milliseconds: 600_000 }

/** How far back in a log to begin. */
export function sinceOption() {
  return new Option('--since <span>', 'how far back to begin: 30s, 10m, 2h, 1d').argParser(span).default(TEN_MINUTES, '10m')
}

function span(text: string): Span {
  const span = spanIn(text)
  if (span === undefined) throw new InvalidArgumentError('It takes a span such as 10m.')
  return span
}

/** The reader of an option that is a number. @throws {InvalidArgumentError} */
export function numberFrom(least: number, most: number, { whole = true } = {}) {
  return (text: string): number => {
    const value = Number(text)
    const isRight = text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value))
    if (!isRight) throw new InvalidArgumentError(`It takes a ${whole ? 'whole number' : 'number'} from ${least} to ${most}.`)
    return value
  }
}

/** The reader of an option that is a text, and not an empty one. @throws {InvalidArgumentError} */
export function someText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It takes a text, and this is empty.')
  return text
}

/** An action that tells the status of the process. */
export function ending<Parameters extends readonly unknown[]>(action: (...parameters: Parameters) => Promise<number>) {
  return async (...parameters: Parameters): Promise<void> => {
    process.exitCode = await action(...parameters)
  }
}
