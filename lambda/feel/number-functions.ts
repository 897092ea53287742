import {
  ArithmeticFault,
  add,
  compare,
  fromDouble,
  intValue,
  isNegative,
  negate,
  ROUNDING_MODES,
  type RoundingMode,
  remainder,
  setScale,
  toDouble,
} from './decimal.ts'
import { anything, type FunctionTable, number, overload, text } from './overload.ts'
import { DaysTimeDuration, YearsMonthsDuration } from './temporal.ts'
import { exp, log } from './transcendental.ts'
import { FeelError, type FeelNumber, type FeelValue } from './values.ts'
import { plain, worded } from './wording.ts'

const rounding = (parameters: string, mode: RoundingMode) => overload(parameters, [number, number], (n, scale) => rounded(n, scale, mode))
const roundingToWhole = (mode: RoundingMode) => overload('n', [number], (n) => rounded(n, 0, mode))

export const NUMBER_FUNCTIONS: FunctionTable = {
  decimal: [rounding('n, scale', 'HALF_EVEN'), overload('n, scale, mode', [number, number, text], roundedAsNamed)],
  floor: [roundingToWhole('FLOOR'), rounding('n, scala', 'FLOOR')],
  ceiling: [roundingToWhole('CEILING'), rounding('n, scale', 'CEILING')],
  'round up': [rounding('n, scale', 'UP')],
  'round down': [rounding('n, scale', 'DOWN')],
  'round half up': [rounding('n, scale', 'HALF_UP')],
  'round half down': [rounding('n, scala', 'HALF_DOWN')],
  abs: [overload('number', [anything], absolute), overload('n', [anything], absolute)],
  modulo: [overload('dividend, divisor', [number, number], (n, divisor) => remainder(add(remainder(n, divisor), divisor), divisor))],
  sqrt: [overload('number', [number], (n) => (isNegative(n) ? null : fromDouble(Math.sqrt(toDouble(n)))))],
  log: [overload('number', [number], (n) => fromDouble(log(toDouble(n))))],
  exp: [overload('number', [number], (n) => fromDouble(exp(toDouble(n))))],
  odd: [overload('number', [number], (n) => compare(remainder(magnitude(n), 2), 1) === 0)],
  even: [overload('number', [number], (n) => compare(remainder(n, 2), 0) === 0)],
  'random number': [overload('', [], (evaluation) => fromDouble(evaluation.surroundings.random()))],
}

function rounded(n: FeelNumber, scale: FeelNumber, mode: RoundingMode): FeelNumber | FeelError {
  try {
    return setScale(n, intValue(scale), mode)
  } catch (fault) {
    if (fault instanceof ArithmeticFault)
      return new FeelError(worded`Failed to apply rounding mode '${plain(mode)}': ${plain(fault.message)}`)
    throw fault
  }
}

function roundedAsNamed(n: FeelNumber, scale: FeelNumber, name: string): FeelNumber | FeelError {
  const mode = ROUNDING_MODES.find((candidate) => candidate === name.toUpperCase())
  if (mode) return rounded(n, scale, mode)
  return new FeelError(worded`Illegal argument '${name}' for rounding mode. Must be one of: ${plain(ROUNDING_MODES.join(', '))}`)
}

function absolute(value: FeelValue): FeelValue | undefined {
  if (number(value)) return magnitude(value)
  return value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration ? value.absolute() : undefined
}

function magnitude(n: FeelNumber): FeelNumber {
  return isNegative(n) ? negate(n) : n
}
