import { Budget, BudgetExceeded } from './budget.ts'
import type { FeelError } from './feel-error.ts'
import { bare, type Reason } from './wording.ts'

/** What Camunda's engine logs as a suppressed failure: something became null instead of failing. */
export interface FeelWarning {
  readonly type: WarningType
  readonly message: string
  /** The part of the expression: its first character, and the one after its last. */
  readonly from: number
  readonly to: number
}

export type WarningType =
  | 'NO_VARIABLE_FOUND'
  | 'NO_CONTEXT_ENTRY_FOUND'
  | 'NO_PROPERTY_FOUND'
  | 'NOT_COMPARABLE'
  | 'INVALID_TYPE'
  | 'NO_FUNCTION_FOUND'
  | 'FUNCTION_INVOCATION_FAILURE'
  | 'ASSERT_FAILURE'

/** What now(), today(), random number() and uuid() ask. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** From 0 up to, but not including, 1. */
  readonly random: () => number
  /** Of now() and today(): the name of a zone. */
  readonly timeZone: string
}

interface Place {
  readonly from: number
  readonly to: number
}

/** More warnings than this are not kept: an item of a list may give several. */
const MAX_WARNINGS = 100
/** Functions which call functions. */
const MAX_CALLS = 200

/** One evaluation of an expression: what it may cost, what it found on its way, and the world it asks. */
export class Evaluation {
  readonly budget: Budget
  readonly surroundings: Surroundings
  readonly warnings: FeelWarning[] = []
  /** Why an assert() was not met: then the evaluation fails, whatever its value. */
  failedAssertion: (Place & { readonly error: FeelError }) | undefined
  readonly collectsWarnings: boolean
  #calls = 0

  constructor(steps: number, surroundings: Surroundings, collectsWarnings: boolean, hasTime?: () => boolean) {
    this.budget = new Budget(steps, hasTime)
    this.surroundings = surroundings
    this.collectsWarnings = collectsWarnings
  }

  warn(type: WarningType, { from, to }: Place, message: () => string): void {
    if (this.collectsWarnings && this.warnings.length < MAX_WARNINGS) this.warnings.push({ type, message: message(), from, to })
  }

  /** Runs the body of a function which the expression defines. */
  call<T>(body: () => T): T {
    if (++this.#calls > MAX_CALLS) throw new BudgetExceeded('functions call each other too deeply')
    try {
      return body()
    } finally {
      this.#calls--
    }
  }
}

/** What Camunda's engine throws, and no part of an expression can catch but `sort`: the evaluation fails. */
export class EvaluationFault extends Error {
  readonly wording: Reason

  constructor(wording: Reason) {
    super(bare(wording))
    this.wording = wording
  }
}
