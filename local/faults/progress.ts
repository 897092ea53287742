/** Milliseconds between two lines where lines cannot be rewritten. */
const NOW_AND_THEN_MS = 15_000

/** Tells how far the rows under way are: on a terminal in one line which is rewritten, elsewhere in a line now and then. */
export class Progress {
  readonly #left = new Map<string, number>()
  readonly #isTerminal: boolean
  readonly #write: (text: string) => void
  #told = Date.now()

  constructor(isTerminal: boolean, write: (text: string) => void) {
    this.#isTerminal = isTerminal
    this.#write = write
  }

  begin(run: string) {
    this.#left.set(run, Number.NaN)
  }

  /** So many messages are still in the queue. */
  left(run: string, messages: number) {
    this.#left.set(run, messages)
    if (this.#isTerminal) this.#write(`\r\u001b[2K${this.#line().slice(0, (process.stdout.columns ?? 80) - 1)}`)
    else if (Date.now() - this.#told > NOW_AND_THEN_MS) {
      this.#told = Date.now()
      this.#write(`  … ${this.#line()}\n`)
    }
  }

  end(run: string, line: string) {
    this.#left.delete(run)
    this.#write(`${this.#isTerminal ? '\r\u001b[2K' : ''}${line}\n`)
  }

  #line(): string {
    return [...this.#left].map(([run, left]) => `${run}: ${Number.isNaN(left) ? 'starting' : `${left} left`}`).join(' · ')
  }
}
