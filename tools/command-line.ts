import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import pc from 'picocolors'

/** Called wrongly; the message says how it is called rightly. The status is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Called rightly, but not to be done like this; the message says why. The status is 2. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Tells what failed in one sentence, without a stack trace. @returns the status of the process */
export function tellFailure(error: Error): 1 | 2 {
  console.error(pc.red(sentenceFor(error)))
  return error instanceof Refusal ? 2 : 1
}

/** An error as a user reads it: what went wrong, and where it is known what to do. */
export function sentenceFor(error: Error): string {
  const advice = adviceFor(error)
  // What was made of another error has that one's advice already.
  return advice && !error.message.includes(advice) ? `${wordsOf(error).replace(/\.?$/, '.')} ${advice}` : wordsOf(error)
}

/** What went wrong. */
export function wordsOf(error: Error): string {
  return `${PLAIN_ERRORS.has(error.name) ? '' : `${error.name}: `}${withoutSdkHints(error.message) || 'no answer'}`
}

/** What to do about an error of AWS, where that is known. */
export function adviceFor(error: Error): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(`${error.name} ${error.message}`))?.[1]
}

/** Where something else answers in place of AWS, the SDK adds lines for programmers. */
function withoutSdkHints(text: string): string {
  return text.replace(/\n\s+Deserialization error[\s\S]*$/, '').trim()
}

const PLAIN_ERRORS = new Set(['Error', 'DeploymentNotFound', 'ConnectorConfigurationError', 'Refusal'])

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidClientTokenId/, 'Log in as for the AWS CLI, or name a --profile.'],
  [/Region is missing/, 'Name a --region.'],
  [/AccessDenied|AuthorizationError/, 'docs/TOOLS.md says what each tool has to be allowed.'],
]

/**
 * Whether the user agrees to what was just told. It is asked on stderr, so that stdout is for results.
 * @throws {Refusal} where nobody can be asked
 */
export async function agreed(yes: boolean | undefined): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY) throw new Refusal('There is nobody to ask here: say --yes.')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test(await terminal.question('Go on? [y/N] '))
  } catch {
    return false
  } finally {
    terminal.close()
  }
}

/** What somebody types at a terminal; what is hidden is not shown there. */
export async function typed(question: string, { hidden = false } = {}): Promise<string> {
  let isShown = true
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (isShown) process.stderr.write(chunk)
      done()
    },
  })
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  try {
    const answer = terminal.question(question)
    isShown = !hidden
    return await answer
  } finally {
    terminal.close()
    if (hidden) process.stderr.write('\n')
  }
}

/** Aborted by Ctrl-C and its like, the first time; the second ends the process as ever. */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => controller.abort(new Error(`interrupted by ${name}`)))
  return controller.signal
}

/** Tells of long work on stderr: a line that is written over on a terminal, and elsewhere a line every ten seconds. */
export class Progress {
  readonly #stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>
  readonly #now: () => number
  #told: number
  #isShown = false

  constructor(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr, now: () => number = Date.now) {
    this.#stream = stream
    this.#now = now
    this.#told = stream.isTTY ? 0 : now()
  }

  show(text: string) {
    const between = this.#stream.isTTY ? 100 : 10_000
    if (this.#now() - this.#told < between) return
    this.#told = this.#now()
    this.#isShown = true
    this.#stream.write(this.#stream.isTTY ? `\r\u001B[K${text}` : `${text}\n`)
  }

  /** Leaves a terminal as if nothing had been told. */
  end() {
    if (this.#stream.isTTY && this.#isShown) this.#stream.write('\r\u001B[K')
    this.#isShown = false
  }
}
