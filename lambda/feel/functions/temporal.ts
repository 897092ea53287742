import type { Budget } from '../evaluation/budget.ts'
import { type Evaluation, EvaluationFault } from '../evaluation/evaluation.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { plain, worded } from '../evaluation/wording.ts'
import { ArithmeticFault, type FeelNumber, intValue, multiply, remainder } from '../numbers/decimal.ts'
import { REGION_STEPS } from '../temporal/arithmetic.ts'
import {
  DaysTimeDuration,
  FeelDate,
  type FeelTemporal,
  LocalDateTime,
  LocalTime,
  parseDate,
  parseDateTime,
  parseDuration,
  parseTime,
  TimeZone,
  YearsMonthsDuration,
  ZonedDateTime,
  ZonedTime,
} from '../temporal/temporal.ts'
import { MAX_OFFSET } from '../temporal/zone.ts'
import type { FeelValue } from '../values/values.ts'
import { anything, type FunctionTable, number, overload, text } from './overload.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

const ofDate = (answer: (date: FeelDate) => FeelValue | undefined) => overload('date', [dated], (value) => answer(dateOf(value)))

export const TEMPORAL_FUNCTIONS: FunctionTable = {
  now: [overload('', [], (evaluation) => now(evaluation))],
  today: [overload('', [], (evaluation) => now(evaluation).local.date)],
  date: [overload('from', [anything], dateFrom), overload('year, month, day', [number, number, number], dateFromParts)],
  time: [
    overload('from', [anything], timeFrom),
    overload('hour, minute, second', [number, number, number], timeFromParts),
    overload('hour, minute, second, offset', [number, number, number, anything], timeFromPartsAt),
  ],
  'date and time': [
    overload('from', [text], (from, { budget }) => parsed('date-time', from, parseDateTime(from), budget)),
    overload('date, time', [dated, anything], dateAndTime),
  ],
  duration: [overload('from', [text], (from, { budget }) => parsed('duration', from, parseDuration(from), budget))],
  'years and months duration': [
    overload('from, to', [dated, dated], (from, to) => YearsMonthsDuration.ofMonths(dateOf(from).monthsUntil(dateOf(to)))),
  ],
  'day of year': [ofDate((date) => date.dayOfYear)],
  'day of week': [ofDate((date) => WEEKDAYS[date.dayOfWeek - 1])],
  'month of year': [ofDate((date) => MONTHS[date.month - 1])],
  'week of year': [ofDate((date) => date.weekOfYear)],
  'last day of month': [ofDate((date) => date.lastDayOfMonth)],
}

const NO_REGION_STEPS = 6 * REGION_STEPS

type Dated = FeelDate | LocalDateTime | ZonedDateTime

function dated(value: FeelValue): value is Dated {
  return value instanceof FeelDate || value instanceof LocalDateTime || value instanceof ZonedDateTime
}

function dateOf(value: Dated): FeelDate {
  return value instanceof FeelDate ? value : value.local.date
}

function now({ budget, surroundings }: Evaluation): ZonedDateTime {
  budget.spend(REGION_STEPS)
  return ZonedDateTime.ofEpochMillis(surroundings.now(), TimeZone.of(surroundings.timeZone) ?? TimeZone.ofOffset(0))
}

function dateFrom(from: FeelValue, { budget }: Evaluation): FeelDate | FeelError | undefined {
  if (text(from)) return parsed('date', from, parseDate(from), budget)
  return dated(from) ? dateOf(from) : undefined
}

function dateFromParts(year: FeelNumber, month: FeelNumber, day: FeelNumber, { budget }: Evaluation): FeelDate | FeelError {
  return (
    FeelDate.of(intValue(year, budget), intValue(month, budget), intValue(day, budget)) ??
    new FeelError('Failed to parse date: there is no such day')
  )
}

function timeFrom(from: FeelValue, { budget }: Evaluation): LocalTime | ZonedTime | FeelError | undefined {
  if (text(from)) return parsed('time', from, parseTime(from), budget)
  if (from instanceof LocalDateTime) return from.time
  if (from instanceof ZonedDateTime) return ZonedTime.of(from.local.time, from.zone, from.offset)
  return from instanceof FeelDate ? ZonedTime.of(new LocalTime(0), TimeZone.ofOffset(0)) : undefined
}

function timeFromParts(hour: FeelNumber, minute: FeelNumber, second: FeelNumber, { budget }: Evaluation): LocalTime | FeelError {
  const [wholeHour, wholeMinute, wholeSecond] = [intValue(hour, budget), intValue(minute, budget), intValue(second, budget)]
  return LocalTime.of(wholeHour, wholeMinute, wholeSecond, nanosOf(second, budget)) ?? noSuchTime()
}

/** With an offset from UTC; with none it is a local time, without fractions of a second. */
function timeFromPartsAt(hour: FeelNumber, minute: FeelNumber, second: FeelNumber, offset: FeelValue, evaluation: Evaluation) {
  const { budget } = evaluation
  if (offset === null) return LocalTime.of(intValue(hour, budget), intValue(minute, budget), intValue(second, budget)) ?? noSuchTime()
  if (!(offset instanceof DaysTimeDuration)) return undefined
  const time = timeFromParts(hour, minute, second, evaluation)
  const seconds = Number(BigInt.asIntN(32, offset.seconds))
  if (Math.abs(seconds) > MAX_OFFSET || time instanceof FeelError) return noSuchTime()
  return ZonedTime.of(time, TimeZone.ofOffset(seconds))
}

function noSuchTime(): FeelError {
  return new FeelError('Failed to parse time: no clock shows it')
}

/** The fraction of a second, cut off after nine digits. */
function nanosOf(second: FeelNumber, budget: Budget): number {
  try {
    return intValue(multiply(remainder(second, 1, budget), 1_000_000_000, budget), budget)
  } catch (fault) {
    budget.spendThrown()
    if (fault instanceof ArithmeticFault) return -1
    throw fault
  }
}

/** The date of the first with the time of the second; or a date and time in a zone: a local one as it stands, another as the same instant. */
function dateAndTime(from: Dated, second: FeelValue, { budget }: Evaluation): FeelTemporal | undefined {
  if (second instanceof LocalTime) return new LocalDateTime(dateOf(from), second)
  if (second instanceof ZonedTime) return ZonedDateTime.of(dateOf(from), second)
  if (!text(second) || from instanceof FeelDate) return undefined
  budget.spend(REGION_STEPS)
  const zone = TimeZone.of(second)
  if (!zone) throw new EvaluationFault(worded`Unknown time-zone ID: ${second}`)
  return from instanceof LocalDateTime ? ZonedDateTime.ofLocal(from, zone) : from.withZone(zone)
}

/** A region is asked of `Intl`, which takes longest to find that there is none of that name. */
function parsed<T>(what: string, from: string, value: T | undefined, budget: Budget): T | FeelError {
  if (/[@[]/.test(from)) budget.spend(value === undefined ? NO_REGION_STEPS : REGION_STEPS)
  return value ?? new FeelError(worded`Failed to parse ${plain(what)} from '${from}'`)
}
