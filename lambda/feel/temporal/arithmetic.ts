import type { Budget } from '../evaluation/budget.ts'
import { divide, type FeelNumber, fromInteger, intValue, isNumber, isZero } from '../numbers/decimal.ts'
import { FeelDate } from './date.ts'
import { LocalDateTime, ZonedDateTime } from './date-time.ts'
import { DaysTimeDuration, YearsMonthsDuration } from './duration.ts'
import type { FeelTemporal } from './feel-temporal.ts'
import { LocalTime, ZonedTime } from './time.ts'
import { TemporalFault, TemporalValue } from './value.ts'

type Duration = DaysTimeDuration | YearsMonthsDuration

/** Whether a value is a date, a time or a duration. */
export function isTemporal(value: unknown): value is FeelTemporal {
  return value instanceof TemporalValue
}

/** What a date, a time or a duration costs which was made; the offsets of a region are asked for, and `Intl` takes its time. */
const MADE_STEPS = 4
export const REGION_STEPS = 64
/** What it costs to compare two: instants, where they have zones. */
const COMPARED_STEPS = 2

export function spendOnTemporal(value: unknown, budget: Budget) {
  if (!(value instanceof TemporalValue)) return
  budget.spend(value instanceof ZonedDateTime && !value.zone.isOffset ? REGION_STEPS : MADE_STEPS)
}

/**
 * x + y: a date or a time and a duration in any order, or two durations of one kind.
 * @returns undefined of values which cannot be added
 * @throws TemporalFault of a sum beyond what java.time can say
 */
export function addTemporals(x: unknown, y: unknown): FeelTemporal | undefined {
  if (!isTemporal(x)) return undefined
  if (x instanceof DaysTimeDuration && y instanceof DaysTimeDuration) return x.plus(y)
  if (x instanceof YearsMonthsDuration && y instanceof YearsMonthsDuration) return x.plus(y)
  if (isDuration(y)) return moved(x, y, 1)
  return isDuration(x) ? moved(y, x, 1) : undefined
}

/**
 * x - y: a date or a time less a duration, or the duration between two of one kind.
 * @returns undefined of values which cannot be subtracted
 * @throws TemporalFault of a difference beyond what java.time can say
 */
export function subtractTemporals(x: unknown, y: unknown): FeelTemporal | undefined {
  if (!isTemporal(x)) return undefined
  if (x instanceof DaysTimeDuration && y instanceof DaysTimeDuration) return x.minus(y)
  if (x instanceof YearsMonthsDuration && y instanceof YearsMonthsDuration) return x.minus(y)
  if (isDuration(y)) return moved(x, y, -1)
  if (x instanceof FeelDate && y instanceof FeelDate) return x.since(y)
  if (x instanceof LocalTime && y instanceof LocalTime) return x.since(y)
  if (x instanceof ZonedTime && y instanceof ZonedTime) return x.since(y)
  if (x instanceof LocalDateTime && y instanceof LocalDateTime) return x.since(y)
  return x instanceof ZonedDateTime && y instanceof ZonedDateTime ? x.since(y) : undefined
}

/** A date or a time, later or earlier by a duration. A time of the day knows no months. */
function moved(point: unknown, duration: Duration, sign: 1 | -1): FeelTemporal | undefined {
  const isDated = point instanceof FeelDate || point instanceof LocalDateTime || point instanceof ZonedDateTime
  if (duration instanceof YearsMonthsDuration) return isDated ? point.plusMonths(sign * duration.totalMonths) : undefined
  return isDated || point instanceof LocalTime || point instanceof ZonedTime ? point.plusNanos(BigInt(sign) * duration.nanos) : undefined
}

/**
 * x * y: a duration and a number in any order. Only the whole part of the number counts, and only its low 32 bits.
 * @returns undefined of values which cannot be multiplied
 * @throws TemporalFault of a product beyond what java.time can say
 */
export function multiplyTemporals(x: unknown, y: unknown, budget: Budget): FeelTemporal | undefined {
  if (isDuration(x) && isNumber(y)) return x.times(intValue(y, budget))
  return isNumber(x) && isDuration(y) ? y.times(intValue(x, budget)) : undefined
}

/**
 * x / y: a duration by a number, in whole months or in milliseconds of which the low 32 bits count; or how often a duration goes into another.
 * @returns undefined of values which cannot be divided, and of a division by zero
 * @throws TemporalFault of a quotient beyond what java.time can say, and of a division by less than a millisecond
 */
export function divideTemporals(x: unknown, y: unknown, budget: Budget): FeelTemporal | FeelNumber | undefined {
  if (x instanceof YearsMonthsDuration) {
    if (isNumber(y)) return isZero(y) ? undefined : YearsMonthsDuration.ofMonths(intValue(divide(x.totalMonths, y, budget), budget))
    if (!(y instanceof YearsMonthsDuration) || y.totalMonths === 0) return undefined
    return Math.trunc(x.totalMonths / y.totalMonths) + 0
  }
  if (!(x instanceof DaysTimeDuration)) return undefined
  if (isNumber(y))
    return isZero(y) ? undefined : DaysTimeDuration.ofMillis(intValue(divide(fromInteger(x.toMillis(), budget), y, budget), budget))
  if (!(y instanceof DaysTimeDuration) || y.nanos === 0n) return undefined
  const millis = y.toMillis()
  if (millis === 0n) throw new TemporalFault('/ by zero')
  return fromInteger(x.toMillis() / millis, budget)
}

/** Whether two values of one kind are the same, field by field; undefined where they are of different kinds. */
export function equalTemporals(x: FeelTemporal, y: FeelTemporal, budget: Budget): boolean | undefined {
  budget.spend(COMPARED_STEPS)
  return x.kind === y.kind ? x.equals(y as never) : undefined
}

/** Negative, zero or positive; undefined where they are of different kinds. */
export function compareTemporals(x: FeelTemporal, y: FeelTemporal, budget: Budget): number | undefined {
  budget.spend(COMPARED_STEPS)
  return x.kind === y.kind ? x.compareTo(y as never) : undefined
}

/** A property of a date, a time or a duration; undefined where it has none of that name. */
export function temporalProperty(value: FeelTemporal, name: string): FeelNumber | string | DaysTimeDuration | null | undefined {
  return Object.hasOwn(value.properties, name) ? value.properties[name]?.(value as never) : undefined
}

/** The type of a value in FEEL, which makes no difference between times with and without an offset. */
export function temporalType(value: FeelTemporal): string {
  return value.kind.replace(/^local /, '')
}

function isDuration(value: unknown): value is Duration {
  return value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration
}
