import type { Budget } from '../evaluation/budget.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import type { Wording } from '../evaluation/wording.ts'
import { textOf } from './text.ts'
import { exactTypeOf } from './types.ts'
import type { FeelValue } from './values.ts'

/** A value as a part of a text. @param budget which the text is charged to when it is made */
export function shown(value: FeelValue | FeelError, budget: Budget): Wording {
  return new Shown(value, budget)
}

class Shown implements Wording {
  readonly #value: FeelValue | FeelError
  readonly #budget: Budget

  constructor(value: FeelValue | FeelError, budget: Budget) {
    this.#value = value
    this.#budget = budget
  }

  get inFull(): string {
    return textOf(this.#value, this.#budget)
  }

  get bare(): string {
    return this.#value instanceof FeelError ? 'an error' : exactTypeOf(this.#value)
  }
}
