import { isNumber } from './comparison.ts'
import { add, divide, fromDouble, intValue, isWhole, isZero, multiply, power, subtract, toDouble } from './decimal.ts'
import type { Evaluation } from './evaluation.ts'
import type { Arithmetic } from './syntax-tree.ts'
import { addTemporals, divideTemporals, multiplyTemporals, subtractTemporals } from './temporal.ts'
import { textOf } from './text.ts'
import { pow } from './transcendental.ts'
import type { FeelValue } from './values.ts'

/** The value of an operation, undefined of operands which it does not take, and what the warning says then. */
interface Operation {
  readonly apply: (x: FeelValue, y: FeelValue, evaluation: Evaluation) => FeelValue | undefined
  readonly fault: (x: FeelValue, y: FeelValue) => string
}

export const OPERATIONS: Readonly<Record<Arithmetic['operator'], Operation>> = {
  '+': {
    apply: (x, y, evaluation) => {
      if (isNumber(x) && isNumber(y)) return add(x, y)
      if (typeof x !== 'string' || typeof y !== 'string') return addTemporals(x, y)
      evaluation.budget.spendBatch(x.length + y.length)
      return x + y
    },
    fault: (x, y) => `Can't add '${textOf(y)}' to '${textOf(x)}'`,
  },
  '-': {
    apply: (x, y) => (isNumber(x) && isNumber(y) ? subtract(x, y) : subtractTemporals(x, y)),
    fault: (x, y) => `Can't subtract '${textOf(y)}' from '${textOf(x)}'`,
  },
  '*': {
    apply: (x, y) => (isNumber(x) && isNumber(y) ? multiply(x, y) : multiplyTemporals(x, y)),
    fault: (x, y) => `Can't multiply '${textOf(x)}' by '${textOf(y)}'`,
  },
  '/': {
    apply: (x, y) => {
      if (!isNumber(x) || !isNumber(y)) return divideTemporals(x, y)
      return isZero(y) ? undefined : divide(x, y)
    },
    fault: (x, y) => `Can't divide '${textOf(x)}' by '${textOf(y)}'`,
  },
  '**': {
    apply: (x, y) => {
      if (!isNumber(x) || !isNumber(y)) return undefined
      return isWhole(y) ? power(x, intValue(y)) : fromDouble(pow(toDouble(x), toDouble(y)))
    },
    fault: (x, y) => `Expected number but found '${textOf(isNumber(x) ? y : x)}'`,
  },
}
