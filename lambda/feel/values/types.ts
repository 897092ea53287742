import { Decimal, isNumber } from '../numbers/decimal.ts'
import { isTemporal, temporalType } from '../temporal/temporal.ts'
import { FeelFunction, type FeelList, FeelRange, type FeelValue } from './values.ts'

export function isList(value: unknown): value is FeelList {
  return Array.isArray(value)
}

/** The type of a value as `instance of` knows it. */
export function typeOf(value: FeelValue): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (value instanceof Decimal) return 'number'
  if (isList(value)) return 'list'
  if (isTemporal(value)) return temporalType(value)
  if (value instanceof FeelFunction) return 'function'
  return value instanceof FeelRange ? 'range' : 'context'
}

/** The type of a value where a time with an offset is another type than one without. */
export function exactTypeOf(value: FeelValue): string {
  return isTemporal(value) ? value.kind : typeOf(value)
}

/** What may be an end of a range. */
export function isPoint(value: FeelValue): boolean {
  return isNumber(value) || isTemporal(value)
}
