import { inFull, type Reason } from './wording.ts'

/** What is wrong where a value should be. Most of the language turns it into null; what reaches the end is the failure of the evaluation. */
export class FeelError {
  readonly wording: Reason
  /** An error which no function call and no operator turns into null. */
  readonly fatal: boolean

  constructor(wording: Reason, fatal = false) {
    this.wording = wording
    this.fatal = fatal
  }

  /** With the values. */
  get reason(): string {
    return inFull(this.wording)
  }
}
