import { FeelDate } from './date.ts'
import { type FeelDateTime, LocalDateTime, ZonedDateTime } from './date-time.ts'
import { DaysTimeDuration, isInt, isLong, YearsMonthsDuration } from './duration.ts'
import type { FeelTemporal } from './feel-temporal.ts'
import { type FeelTime, LocalTime, ZonedTime } from './time.ts'
import { TemporalFault } from './value.ts'
import { parseOffset, TimeZone } from './zone.ts'

/*
 * feel-engine takes a text twice: a pattern of its own decides what it may be, then a formatter of java.time reads it. Either may refuse.
 */
const DATE = /^-?(?:[1-9]\d{0,4})?\d{4}-[01]\d-[0-3]\d$/
const OFFSET_TIME = /^(T?\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)([+-]\d{2}:\d{2}|Z|@.*)$/
const DATE_TIME =
  /^(-?(?:[1-9]\d{0,4})?\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(?::[0-5]\d)?(?:\.\d{1,9})?)((?:[+-][01]\d:[0-5]\d|Z)(?:\[.+\])?|@.*)?$/
const YEARS_MONTHS = /^-?P-?(?:\d+Y)?-?(?:\d+M)?$/
const DAYS_TIME = /^-?P(?:-?(?:\d+D)?(?:T-?(?:\d+H)?-?(?:\d+M)?-?(?:\d+(?:[.,]\d*)?S)?)?)$/

/** The value of `@"…"`, undefined of a text which says none. */
export function parseTemporal(text: string): FeelTemporal | undefined {
  if (DATE.test(text)) return readDate(text)
  if (OFFSET_TIME.test(text)) return parseTime(text)
  if (DATE_TIME.test(text)) return parseDateTime(text)
  if (YEARS_MONTHS.test(text)) return readYearsMonths(text)
  return DAYS_TIME.test(text) ? readDaysTime(text) : readTime(text)
}

/** The date of `date(text)`, undefined of a text which says none. */
export function parseDate(text: string): FeelDate | undefined {
  return DATE.test(text) ? readDate(text) : undefined
}

/** The time of `time(text)`: `10:00`, `T10:00:00.5`, `10:00:00Z`, `10:00:00+01:00`, `10:00:00@Europe/Berlin`. */
export function parseTime(text: string): FeelTime | undefined {
  const [, clock, offset] = OFFSET_TIME.exec(text) ?? []
  if (clock === undefined || offset === undefined) return readTime(text)
  const time = readTime(clock)
  const zone = readZone(offset)
  return time && zone && ZonedTime.of(time, zone)
}

/** The date and time of `date and time(text)`: a date, or a date and time with or without an offset or a zone. */
export function parseDateTime(text: string): FeelDateTime | undefined {
  if (DATE.test(text)) {
    const date = readDate(text)
    return date && new LocalDateTime(date, new LocalTime(0))
  }
  const [, clock, offset] = DATE_TIME.exec(text) ?? []
  const local = clock === undefined ? undefined : readLocalDateTime(clock)
  if (!local || offset === undefined) return local
  const [, instant, region] = /^(.*?)\[(.*)\]$/.exec(offset) ?? []
  if (instant === undefined || region === undefined) {
    const zone = readZone(offset)
    return zone && ZonedDateTime.ofLocal(local, zone)
  }
  // The offset tells the instant, whatever the zone's own is.
  const zone = TimeZone.parse(region)
  const seconds = readZone(instant)?.standardOffset
  return zone && seconds !== undefined ? ZonedDateTime.ofInstant(local.plusSeconds(-seconds), zone) : undefined
}

/** The same of a text which stands in the expression: there only the formatter is asked, which takes more zeros before a year. */
export function parseDateTimeLiteral(text: string): FeelDateTime | undefined {
  return DATE.test(text) || DATE_TIME.test(text) ? parseDateTime(text) : readLocalDateTime(text)
}

/** The duration of `duration(text)`: `P1Y2M`, `-P1DT2H`, `PT0.5S`. */
export function parseDuration(text: string): DaysTimeDuration | YearsMonthsDuration | undefined {
  if (YEARS_MONTHS.test(text)) return readYearsMonths(text)
  return DAYS_TIME.test(text) ? readDaysTime(text) : undefined
}

/** The same of a text which stands in the expression: there `p1d` and `P+1D` are durations, too. */
export function parseDurationLiteral(text: string): DaysTimeDuration | YearsMonthsDuration | undefined {
  return YEARS_MONTHS.test(text) ? readYearsMonths(text) : readDaysTime(text)
}

function readDate(text: string): FeelDate | undefined {
  const [, year = '', month, day] = /^(-?\d{4,9})-(\d\d)-(\d\d)$/.exec(text) ?? []
  return year === '-0000' ? undefined : FeelDate.of(Number(year), Number(month), Number(day))
}

/** A time of the day, where 24:00 is the next midnight. */
function readTime(text: string): LocalTime | undefined {
  const [, hour, minute, second, , decimals] = /^T?(\d\d):(\d\d)(?::(\d\d))?(\.(\d{0,9}))?$/.exec(text) ?? []
  // Without seconds there are no fractions of them.
  if (second === undefined && decimals !== undefined) return undefined
  const nano = Number((decimals ?? '').padEnd(9, '0'))
  if (hour === '24') return nano === 0 && Number(minute) === 0 && Number(second ?? 0) === 0 ? new LocalTime(0) : undefined
  return LocalTime.of(Number(hour), Number(minute), Number(second ?? 0), nano)
}

function readLocalDateTime(text: string): LocalDateTime | undefined {
  const separator = text.indexOf('T')
  const date = readDate(text.slice(0, separator))
  const clock = text.slice(separator + 1)
  const time = clock.startsWith('T') || clock.startsWith('24') ? undefined : readTime(clock)
  return date && time && new LocalDateTime(date, time)
}

/** The zone of `Z`, `+01:00` or `@Europe/Berlin`. */
function readZone(text: string): TimeZone | undefined {
  if (text.startsWith('@')) return TimeZone.parse(text.slice(1))
  const offset = text === 'Z' ? 0 : parseOffset(text)
  return offset === undefined ? undefined : TimeZone.ofOffset(offset)
}

/** As Java's `Period.parse`, of years and months. */
function readYearsMonths(text: string): YearsMonthsDuration | undefined {
  const [, sign, years, months] = /^(-?)P(?:(-?\d+)Y)?(?:(-?\d+)M)?$/.exec(text) ?? []
  if (years === undefined && months === undefined) return undefined
  const [wholeYears, wholeMonths] = [toInt(sign, years), toInt(sign, months)]
  if (wholeYears === undefined || wholeMonths === undefined) return undefined
  return orUndefined(() => YearsMonthsDuration.of(wholeYears, wholeMonths))
}

/** As Java's `Duration.parse`. */
function readDaysTime(text: string): DaysTimeDuration | undefined {
  const parts = /^([+-]?)P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{0,9}))?S)?)?$/i.exec(text)
  if (!parts) return undefined
  const [, sign, days, time, hours, minutes, seconds, decimals = ''] = parts
  if (days === undefined && time === undefined) return undefined
  if (time?.length === 1) return undefined
  const amounts = [toSeconds(seconds, 1n), toSeconds(minutes, 60n), toSeconds(hours, 3600n), toSeconds(days, 86_400n)]
  let total = 0n
  for (const amount of amounts) {
    if (amount === undefined || !isLong(total + amount)) return undefined
    total += amount
  }
  const fraction = Number(decimals.padEnd(9, '0'))
  const nanos = seconds?.startsWith('-') ? -fraction : fraction
  return orUndefined(() => (sign === '-' ? DaysTimeDuration.ofSeconds(-total, -nanos) : DaysTimeDuration.ofSeconds(total, nanos)))
}

/** As many seconds, if a Java long holds them. */
function toSeconds(amount: string | undefined, unit: bigint): bigint | undefined {
  if (amount === undefined) return 0n
  const digits = amount.replace(/^[+-]?0*(?=\d)/, '')
  if (digits.length > 19) return undefined
  const seconds = BigInt(amount.startsWith('-') ? `-${digits}` : digits) * unit
  return isLong(seconds) ? seconds : undefined
}

/** The number, and its opposite after a sign before all of the duration, if Java's ints hold them. */
function toInt(sign: string | undefined, amount = '0'): number | undefined {
  const number = Number(amount)
  const result = sign === '-' ? 0 - number : number
  return isInt(number) && isInt(result) ? result : undefined
}

function orUndefined<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (fault) {
    if (fault instanceof TemporalFault) return undefined
    throw fault
  }
}
