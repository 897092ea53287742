/** Characters or items of a list which a built-in function goes through in one step. */
const BATCH = 16

/**
 * What one evaluation may cost, counted in steps and never in time: an item visited or made, sixteen characters of a string, a step of a
 * regular expression. The same expression on the same message ends the same way on every machine.
 */
export class Budget {
  /** How many steps are left. */
  remaining: number

  constructor(steps: number) {
    this.remaining = steps
  }

  /** @throws BudgetExceeded */
  spend(steps: number): void {
    this.remaining -= steps
    if (this.remaining < 0) throw new BudgetExceeded('the evaluation takes more steps than it may')
  }

  /**
   * Of characters or items which are gone through at once.
   * @throws BudgetExceeded
   */
  spendBatch(length: number): void {
    if (length >= BATCH) this.spend(Math.floor(length / BATCH))
  }
}

/** Ends an evaluation; its message says which bound was met. No function of the language catches it. */
export class BudgetExceeded extends Error {}
