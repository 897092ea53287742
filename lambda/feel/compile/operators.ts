import type { Budget } from '../evaluation/budget.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { FeelError } from '../evaluation/feel-error.ts'
import { add, divide, fromDouble, intValue, isNumber, isWhole, isZero, multiply, power, subtract, toDouble } from '../numbers/decimal.ts'
import { pow, TRANSCENDENTAL_STEPS } from '../numbers/transcendental.ts'
import type { Arithmetic } from '../syntax/syntax-tree.ts'
import { addTemporals, divideTemporals, multiplyTemporals, spendOnTemporal, subtractTemporals } from '../temporal/temporal.ts'
import { textOf } from '../values/text.ts'
import type { FeelValue } from '../values/values.ts'
import { isError, orNull } from './compute.ts'
import type { Scope } from './scope.ts'

/** The value of an operation, undefined of operands which it does not take, and what the warning says then. */
interface Operation {
  readonly apply: (x: FeelValue, y: FeelValue, evaluation: Evaluation) => FeelValue | undefined
  readonly fault: (x: FeelValue, y: FeelValue, budget: Budget) => string
}

const OPERATIONS: Readonly<Record<Arithmetic['operator'], Operation>> = {
  '+': {
    apply: (x, y, evaluation) => {
      if (isNumber(x) && isNumber(y)) return add(x, y, evaluation.budget)
      if (typeof x !== 'string' || typeof y !== 'string') return made(addTemporals(x, y), evaluation)
      evaluation.budget.spendBatch(x.length + y.length)
      return x + y
    },
    fault: (x, y, budget) => `Can't add '${textOf(y, budget)}' to '${textOf(x, budget)}'`,
  },
  '-': {
    apply: (x, y, evaluation) =>
      isNumber(x) && isNumber(y) ? subtract(x, y, evaluation.budget) : made(subtractTemporals(x, y), evaluation),
    fault: (x, y, budget) => `Can't subtract '${textOf(y, budget)}' from '${textOf(x, budget)}'`,
  },
  '*': {
    apply: (x, y, evaluation) =>
      isNumber(x) && isNumber(y) ? multiply(x, y, evaluation.budget) : made(multiplyTemporals(x, y, evaluation.budget), evaluation),
    fault: (x, y, budget) => `Can't multiply '${textOf(x, budget)}' by '${textOf(y, budget)}'`,
  },
  '/': {
    apply: (x, y, evaluation) => {
      const { budget } = evaluation
      if (!isNumber(x) || !isNumber(y)) return made(divideTemporals(x, y, budget), evaluation)
      return isZero(y) ? undefined : divide(x, y, budget)
    },
    fault: (x, y, budget) => `Can't divide '${textOf(x, budget)}' by '${textOf(y, budget)}'`,
  },
  '**': {
    apply: (x, y, { budget }) => {
      if (!isNumber(x) || !isNumber(y)) return undefined
      if (isWhole(y, budget)) return power(x, intValue(y, budget), budget)
      budget.spend(TRANSCENDENTAL_STEPS)
      return fromDouble(pow(toDouble(x, budget), toDouble(y, budget)), budget)
    },
    fault: (x, y, budget) => `Expected number but found '${textOf(isNumber(x) ? y : x, budget)}'`,
  },
}

/** What an operation makes of its operands: null, with a warning, of those which it does not take. */
export function operation(node: Arithmetic): (x: FeelValue | FeelError, y: FeelValue | FeelError, scope: Scope) => FeelValue | FeelError {
  const { apply, fault } = OPERATIONS[node.operator]
  return (x, y, scope) => {
    if (isError(x)) return orNull(x)
    if (isError(y)) return orNull(y)
    const value = apply(x, y, scope.evaluation)
    if (value !== undefined) return value
    scope.evaluation.warn('INVALID_TYPE', node, () => fault(x, y, scope.evaluation.budget))
    return null
  }
}

function made<Value extends FeelValue>(value: Value | undefined, { budget }: Evaluation): Value | undefined {
  spendOnTemporal(value, budget)
  return value
}
