/** Characters, or items of a list, which a built-in function goes through in one step. */
const READ_AT_ONCE = 16
/** Items of a list which are looked at one by one, or held in another list, in one step. */
const ITEMS_AT_ONCE = 4
/** Characters of two texts which are compared in one step. */
const COMPARED_AT_ONCE = 256
/** Characters of JSON which are read in one step: three of them may become an object. */
const PARSED_AT_ONCE = 2
/** Characters of the result, as the JSON it will be: in the worst case one takes six. */
const WRITTEN_AT_ONCE = 4
/** Decimal digits which are gone through or held in one step. */
const DIGITS_AT_ONCE = 64
/** A thousand digits are multiplied, divided or read in thirty-two steps. */
const DIGITS_MULTIPLIED = 1_024
/** What is costly of an error is its stack. */
const THROWN_STEPS = 64
/** How many steps of a regular expression weigh one of any other kind. */
const SMALL_STEPS = 5
/** The steps after which the clock is looked at: some milliseconds. */
const LOOK = 16_384

/**
 * What one evaluation may cost, in steps, so that the same expression on the same message ends the same way on every machine. A step stands
 * for a third of a microsecond and for 32 bytes at most, whichever is more: an item visited, sixteen characters of a text, sixty-four digits of
 * a number. So steps bound the processor's time and the memory, and where an operation costs more than in proportion to its operands, so
 * do the steps (see `spendDigits`). A clock ends what goes wrong all the same.
 *
 * What can never exceed the budget, whatever the message of at most 1 MiB holds, because it spends nothing or far less than there is: see
 * “What never exceeds them” in docs/FEEL.md. The push-down relies on that.
 */
export class Budget {
  /** How many steps are left. */
  remaining: number
  readonly #hasTime: (() => boolean) | undefined
  /** Below that many steps left something has to be done: look at the clock, or end. */
  #mark: number

  constructor(steps: number, hasTime?: () => boolean) {
    this.remaining = steps
    this.#hasTime = hasTime
    this.#mark = hasTime ? Math.max(0, steps - LOOK) : 0
  }

  /**
   * @throws BudgetExceeded
   * @throws OutOfTime
   */
  spend(steps: number): void {
    this.remaining -= steps
    if (this.remaining < this.#mark) this.#passMark()
  }

  #passMark() {
    if (this.remaining < 0) throw new BudgetExceeded('the evaluation takes more steps than it may')
    this.look()
    this.#mark = Math.max(0, this.remaining - LOOK)
  }

  /**
   * At the clock.
   * @throws OutOfTime
   */
  look(): void {
    if (this.#hasTime?.() === false) throw new OutOfTime()
  }

  /** Of a regular expression, whose steps are small: what is left of them is left of the budget, in proportion. */
  inSmallSteps<T>(use: (steps: SmallSteps) => T): T {
    const small: SmallSteps = { remaining: this.remaining * SMALL_STEPS, look: () => this.look() }
    try {
      return use(small)
    } finally {
      this.remaining = Math.floor(small.remaining / SMALL_STEPS)
    }
  }

  /** Of characters or items which are gone through at once. */
  spendBatch(length: number): void {
    if (length >= READ_AT_ONCE) this.spend(Math.floor(length / READ_AT_ONCE))
  }

  /** Of items which are looked at one by one, or held in another list. */
  spendItems(length: number): void {
    if (length >= ITEMS_AT_ONCE) this.spend(Math.floor(length / ITEMS_AT_ONCE))
  }

  /** Of two texts: nothing where one is shorter than 256 characters, as a literal is. */
  spendCompared(x: string, y: string): void {
    const length = Math.min(x.length, y.length)
    if (length >= COMPARED_AT_ONCE) this.spend(Math.floor(length / COMPARED_AT_ONCE))
  }

  /** Of a text which is read as JSON. */
  spendParsed(length: number): void {
    this.spend(Math.floor(length / PARSED_AT_ONCE))
  }

  /** Of a text in the result. */
  spendWritten(length: number): void {
    if (length >= WRITTEN_AT_ONCE) this.spend(Math.floor(length / WRITTEN_AT_ONCE))
  }

  /** Of a context which is made: a map, and its entries. */
  spendContext(size: number): void {
    this.spend(8 + 2 * size)
  }

  /** Of what ended with an error that was thrown. */
  spendThrown(): void {
    this.spend(THROWN_STEPS)
  }

  /** Of a list which is made item by item, where nobody knows its length before. */
  spendList(): void {
    this.spend(5)
  }

  /**
   * Of an operation on a number of so many digits. To add or to compare goes through them once. To multiply, to divide, to read and to write
   * take more than twice as long for twice as many: the power of 1.5 is an upper bound of what V8 needs, measured up to a million digits.
   * @param weight 0 where the digits are gone through, 1 of a multiplication and of reading, 4 of a division and of writing
   */
  spendDigits(digits: number, weight: 0 | 1 | 4): void {
    const base = 6 + 2 * weight
    if (digits <= DIGITS_AT_ONCE) this.spend(base)
    else this.spend(base + Math.ceil(digits / DIGITS_AT_ONCE + (weight * digits * Math.sqrt(digits)) / DIGITS_MULTIPLIED))
  }
}

/** What matching may still cost, in steps of its own. `look` is called now and then, and may end the match by throwing. */
export interface SmallSteps {
  remaining: number
  look?(): void
}

/** Of what is done once, when an expression is read. */
export const UNBOUNDED = new Budget(Number.POSITIVE_INFINITY)

/** Ends an evaluation; its message says which bound was met. No function of the language catches it. */
export class BudgetExceeded extends Error {}

/** Ends an evaluation by the clock. That says nothing of the message: on another machine, or at another time, it may be done in time. */
export class OutOfTime extends Error {}
