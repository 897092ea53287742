import type { Budget } from '../evaluation/budget.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { plain, worded } from '../evaluation/wording.ts'
import {
  ArithmeticFault,
  add,
  compare,
  type FeelNumber,
  fromDouble,
  intValue,
  isNegative,
  negate,
  ROUNDING_MODES,
  type RoundingMode,
  remainder,
  setScale,
  toDouble,
} from '../numbers/decimal.ts'
import { exp, log, TRANSCENDENTAL_STEPS } from '../numbers/transcendental.ts'
import { DaysTimeDuration, YearsMonthsDuration } from '../temporal/temporal.ts'
import type { FeelValue } from '../values/values.ts'
import { anything, type FunctionTable, number, overload, text } from './overload.ts'

const rounding = (parameters: string, mode: RoundingMode) =>
  overload(parameters, [number, number], (n, scale, { budget }) => rounded(n, scale, mode, budget))
const roundingToWhole = (mode: RoundingMode) => overload('n', [number], (n, { budget }) => rounded(n, 0, mode, budget))

export const NUMBER_FUNCTIONS: FunctionTable = {
  decimal: [
    rounding('n, scale', 'HALF_EVEN'),
    overload('n, scale, mode', [number, number, text], (n, scale, mode, { budget }) => roundedAsNamed(n, scale, mode, budget)),
  ],
  floor: [roundingToWhole('FLOOR'), rounding('n, scala', 'FLOOR')],
  ceiling: [roundingToWhole('CEILING'), rounding('n, scale', 'CEILING')],
  'round up': [rounding('n, scale', 'UP')],
  'round down': [rounding('n, scale', 'DOWN')],
  'round half up': [rounding('n, scale', 'HALF_UP')],
  'round half down': [rounding('n, scala', 'HALF_DOWN')],
  abs: [overload('number', [anything], absolute), overload('n', [anything], absolute)],
  modulo: [
    overload('dividend, divisor', [number, number], (n, divisor, { budget }) =>
      remainder(add(remainder(n, divisor, budget), divisor, budget), divisor, budget),
    ),
  ],
  sqrt: [overload('number', [number], (n, { budget }) => (isNegative(n) ? null : fromDouble(Math.sqrt(toDouble(n, budget)), budget)))],
  log: [overload('number', [number], (n, { budget }) => transcendental(log, n, budget))],
  exp: [overload('number', [number], (n, { budget }) => transcendental(exp, n, budget))],
  odd: [overload('number', [number], (n, { budget }) => compare(remainder(magnitude(n, budget), 2, budget), 1, budget) === 0)],
  even: [overload('number', [number], (n, { budget }) => compare(remainder(n, 2, budget), 0, budget) === 0)],
  'random number': [
    overload('', [], ({ budget, surroundings }) => {
      budget.spend(8)
      return fromDouble(surroundings.random(), budget)
    }),
  ],
}

function transcendental(apply: (x: number) => number, n: FeelNumber, budget: Budget): FeelNumber {
  budget.spend(TRANSCENDENTAL_STEPS)
  return fromDouble(apply(toDouble(n, budget)), budget)
}

function rounded(n: FeelNumber, scale: FeelNumber, mode: RoundingMode, budget: Budget): FeelNumber | FeelError {
  try {
    return setScale(n, intValue(scale, budget), mode, budget)
  } catch (fault) {
    budget.spendThrown()
    if (fault instanceof ArithmeticFault)
      return new FeelError(worded`Failed to apply rounding mode '${plain(mode)}': ${plain(fault.message)}`)
    throw fault
  }
}

function roundedAsNamed(n: FeelNumber, scale: FeelNumber, name: string, budget: Budget): FeelNumber | FeelError {
  const mode = ROUNDING_MODES.find((candidate) => candidate === name.toUpperCase())
  if (mode) return rounded(n, scale, mode, budget)
  return new FeelError(worded`Illegal argument '${name}' for rounding mode. Must be one of: ${plain(ROUNDING_MODES.join(', '))}`)
}

function absolute(value: FeelValue, { budget }: Evaluation): FeelValue | undefined {
  if (number(value)) return magnitude(value, budget)
  return value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration ? value.absolute() : undefined
}

function magnitude(n: FeelNumber, budget: Budget): FeelNumber {
  return isNegative(n) ? negate(n, budget) : n
}
