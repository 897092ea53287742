import { DaysTimeDuration, floorDivide } from './duration.ts'
import { TemporalFault, type TemporalProperties, TemporalValue } from './value.ts'

export const NANOS_PER_DAY = 86_400_000_000_000
const MAX_YEAR = 999_999_999

/** FEEL's `date`, java.time's LocalDate: a day of the ISO calendar, of the years ±999,999,999. */
export class FeelDate extends TemporalValue<FeelDate> {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number

  private constructor(year: number, month: number, day: number) {
    super()
    this.year = year
    this.month = month
    this.day = day
  }

  /** The date, or undefined where the calendar has no such day. */
  static of(year: number, month: number, day: number): FeelDate | undefined {
    const valid = year >= -MAX_YEAR && year <= MAX_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= lengthOfMonth(year, month)
    return valid ? new FeelDate(year, month, day) : undefined
  }

  /**
   * @param epochDay days since 1970-01-01
   * @throws TemporalFault beyond the years ±999,999,999
   */
  static ofEpochDay(epochDay: number): FeelDate {
    // Eras of 400 years which begin on 1 March, so that the leap day is a year's last.
    const day = epochDay + 719_468
    const era = Math.floor(day / 146_097)
    const dayOfEra = day - era * 146_097
    const yearOfEra = Math.floor(
      (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
    )
    const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
    const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
    const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return inRange(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1)
  }

  get kind() {
    return 'date' as const
  }

  get epochDay(): number {
    const year = this.month <= 2 ? this.year - 1 : this.year
    const era = Math.floor(year / 400)
    const yearOfEra = year - era * 400
    const dayOfYear = Math.floor((153 * (this.month > 2 ? this.month - 3 : this.month + 9) + 2) / 5) + this.day - 1
    return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  }

  /** 1 is Monday, 7 is Sunday. */
  get dayOfWeek(): number {
    return modulo(this.epochDay + 3, 7) + 1
  }

  get dayOfYear(): number {
    return this.epochDay - firstOfYear(this.year)
  }

  /** The week of ISO 8601: the first one has the year's first Thursday, and the days before it belong to the last week of the year before. */
  get weekOfYear(): number {
    const week = Math.floor((this.dayOfYear - this.dayOfWeek + 10) / 7)
    if (week < 1) return weeksOf(this.year - 1)
    return week > weeksOf(this.year) ? 1 : week
  }

  get lastDayOfMonth(): FeelDate {
    return new FeelDate(this.year, this.month, lengthOfMonth(this.year, this.month))
  }

  /**
   * The same day of another month, or that month's last.
   * @throws TemporalFault beyond the years ±999,999,999
   */
  plusMonths(months: number): FeelDate {
    if (months === 0) return this
    const total = this.year * 12 + (this.month - 1) + months
    const year = Math.floor(total / 12)
    const month = modulo(total, 12) + 1
    return inRange(year, month, Math.min(this.day, lengthOfMonth(year, month)))
  }

  /** The date of midnight plus so much time. */
  plusNanos(nanos: bigint): FeelDate {
    return FeelDate.ofEpochDay(this.epochDay + Number(floorDivide(nanos, BigInt(NANOS_PER_DAY))))
  }

  /** The whole months between two dates, negative where the other is earlier. */
  monthsUntil(other: FeelDate): number {
    const months = (other.year - this.year) * 12 + other.month - this.month
    if (months > 0 && other.day < this.day) return months - 1
    return months < 0 && other.day > this.day ? months + 1 : months
  }

  since(other: FeelDate): DaysTimeDuration {
    return new DaysTimeDuration(BigInt(this.epochDay - other.epochDay) * BigInt(NANOS_PER_DAY))
  }

  equals(other: FeelDate): boolean {
    return this.compareTo(other) === 0
  }

  compareTo(other: FeelDate): number {
    return this.year - other.year || this.month - other.month || this.day - other.day
  }

  get properties() {
    return DATE_PROPERTIES
  }

  /** `2024-01-31`, `-0001-01-31`, `+12024-01-31`. */
  toString(): string {
    return (this.year > 9999 ? '+' : '') + this.toUnsignedText()
  }

  toJSON(): string {
    return this.toString()
  }

  /** Without the plus which ISO 8601 wants of a year with more than four digits. */
  toUnsignedText(): string {
    const year = String(Math.abs(this.year)).padStart(4, '0')
    return `${this.year < 0 ? '-' : ''}${year}-${twoDigits(this.month)}-${twoDigits(this.day)}`
  }
}

const DATE_PROPERTIES: TemporalProperties<FeelDate> = {
  year: (date) => date.year,
  month: (date) => date.month,
  day: (date) => date.day,
  weekday: (date) => date.dayOfWeek,
}

function inRange(year: number, month: number, day: number): FeelDate {
  const date = FeelDate.of(year, month, day)
  if (!date) throw new TemporalFault(`a year beyond ±${MAX_YEAR}`)
  return date
}

function lengthOfMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** A year which ends on a Thursday, or after one which ended on a Wednesday, has a 53rd week. */
function weeksOf(year: number): number {
  return modulo(firstOfYear(year + 1) + 4, 7) === 4 || modulo(firstOfYear(year) + 4, 7) === 3 ? 53 : 52
}

/** The epoch day before the first of January. */
function firstOfYear(year: number): number {
  const before = year - 1
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_163
}

export function modulo(dividend: number, divisor: number): number {
  return dividend - Math.floor(dividend / divisor) * divisor
}

export function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}
