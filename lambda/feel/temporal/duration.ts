import { TemporalFault, type TemporalProperties, TemporalValue } from './value.ts'

const NANOS_PER_SECOND = 1_000_000_000n
const MAX_INT = 2_147_483_647

/** FEEL's `days and time duration`, java.time's Duration: an exact length of time, of up to 2^63 seconds. */
export class DaysTimeDuration extends TemporalValue<DaysTimeDuration> {
  readonly nanos: bigint

  /** @throws TemporalFault of a length which Java's Duration cannot hold */
  constructor(nanos: bigint) {
    super()
    this.nanos = nanos
    if (!isLong(this.seconds)) throw new TemporalFault('long overflow')
  }

  static ofSeconds(seconds: number | bigint, nanos = 0): DaysTimeDuration {
    return new DaysTimeDuration(BigInt(seconds) * NANOS_PER_SECOND + BigInt(nanos))
  }

  static ofMillis(millis: number): DaysTimeDuration {
    return new DaysTimeDuration(BigInt(millis) * 1_000_000n)
  }

  get kind() {
    return 'days and time duration' as const
  }

  /** The whole seconds, floored: -1 of half a second less than none. */
  get seconds(): bigint {
    return floorDivide(this.nanos, NANOS_PER_SECOND)
  }

  plus(other: DaysTimeDuration): DaysTimeDuration {
    return new DaysTimeDuration(this.nanos + other.nanos)
  }

  minus(other: DaysTimeDuration): DaysTimeDuration {
    return new DaysTimeDuration(this.nanos - other.nanos)
  }

  times(factor: number): DaysTimeDuration {
    return new DaysTimeDuration(this.nanos * BigInt(factor))
  }

  absolute(): DaysTimeDuration {
    return this.nanos < 0n ? new DaysTimeDuration(-this.nanos) : this
  }

  /** @throws TemporalFault of more than 2^63 milliseconds */
  toMillis(): bigint {
    const millis = this.nanos / 1_000_000n
    if (!isLong(millis)) throw new TemporalFault('long overflow')
    return millis
  }

  equals(other: DaysTimeDuration): boolean {
    return this.nanos === other.nanos
  }

  compareTo(other: DaysTimeDuration): number {
    return this.nanos < other.nanos ? -1 : this.nanos > other.nanos ? 1 : 0
  }

  get properties() {
    return DAYS_TIME_PROPERTIES
  }

  /** FEEL's text, without fractions of a second: `P1DT2H`, `-PT30S`, `P0D`. */
  toString(): string {
    if (this.seconds === 0n) return 'P0D'
    const { days, hours, minutes, seconds } = parts(this)
    const negative = this.seconds < 0n
    const sign = negative ? -1 : 1
    const time = designated(sign * hours, 'H') + designated(sign * minutes, 'M') + designated(sign * seconds, 'S')
    return `${negative ? '-' : ''}P${designated(sign * days, 'D')}${time && `T${time}`}`
  }

  /** Java's text, which knows no days: `PT26H`, `PT-0.5S`, `PT0S`. */
  toJSON(): string {
    if (this.nanos === 0n) return 'PT0S'
    const negative = this.nanos < 0n
    const nanos = negative ? -this.nanos : this.nanos
    const sign = negative ? '-' : ''
    const total = nanos / NANOS_PER_SECOND
    const hours = total / 3600n
    const minutes = (total / 60n) % 60n
    const seconds = total % 60n
    const fraction = fractionText(Number(nanos % NANOS_PER_SECOND))
    const clock = `${hours ? `${sign}${hours}H` : ''}${minutes ? `${sign}${minutes}M` : ''}`
    return `PT${clock}${seconds || fraction ? `${sign}${seconds}${fraction}S` : ''}`
  }
}

const DAYS_TIME_PROPERTIES: TemporalProperties<DaysTimeDuration> = {
  days: (duration) => parts(duration).days,
  hours: (duration) => parts(duration).hours,
  minutes: (duration) => parts(duration).minutes,
  seconds: (duration) => parts(duration).seconds,
}

/** As Java counts them: the seconds are floored, all else is cut off. */
function parts({ seconds }: DaysTimeDuration) {
  return {
    days: Number(seconds / 86_400n),
    hours: Number((seconds / 3600n) % 24n),
    minutes: Number((seconds / 60n) % 60n),
    seconds: Number(seconds % 60n),
  }
}

/** FEEL's `years and months duration`, java.time's Period without days. Both parts have the same sign, and the months are less than a year. */
export class YearsMonthsDuration extends TemporalValue<YearsMonthsDuration> {
  readonly years: number
  readonly months: number

  private constructor(years: number, months: number) {
    super()
    this.years = years
    this.months = months
  }

  /** @throws TemporalFault of years beyond 32 bits */
  static of(years: number, months: number): YearsMonthsDuration {
    const total = years * 12 + months
    return new YearsMonthsDuration(int(Math.trunc(total / 12)), (total % 12) + 0)
  }

  static ofMonths(months: number): YearsMonthsDuration {
    return YearsMonthsDuration.of(0, months)
  }

  get kind() {
    return 'years and months duration' as const
  }

  get totalMonths(): number {
    return this.years * 12 + this.months
  }

  plus(other: YearsMonthsDuration): YearsMonthsDuration {
    return YearsMonthsDuration.of(int(this.years + other.years), this.months + other.months)
  }

  minus(other: YearsMonthsDuration): YearsMonthsDuration {
    return YearsMonthsDuration.of(int(this.years - other.years), this.months - other.months)
  }

  times(factor: number): YearsMonthsDuration {
    return YearsMonthsDuration.of(int(this.years * factor), int(this.months * factor))
  }

  absolute(): YearsMonthsDuration {
    return this.totalMonths < 0 ? this.times(-1) : this
  }

  equals(other: YearsMonthsDuration): boolean {
    return this.years === other.years && this.months === other.months
  }

  compareTo(other: YearsMonthsDuration): number {
    return this.totalMonths - other.totalMonths
  }

  get properties() {
    return YEARS_MONTHS_PROPERTIES
  }

  /** FEEL's text: `P1Y2M`, `-P3M`, `P0Y`. */
  toString(): string {
    if (this.totalMonths === 0) return 'P0Y'
    const negative = this.totalMonths < 0
    const sign = negative ? -1 : 1
    return `${negative ? '-' : ''}P${designated(sign * this.years, 'Y')}${designated(sign * this.months, 'M')}`
  }

  /** Java's text: `P1Y2M`, `P-3M`, `P0D`. */
  toJSON(): string {
    return this.totalMonths === 0 ? 'P0D' : `P${designated(this.years, 'Y')}${designated(this.months, 'M')}`
  }
}

const YEARS_MONTHS_PROPERTIES: TemporalProperties<YearsMonthsDuration> = {
  years: (duration) => duration.years,
  months: (duration) => duration.months,
}

function designated(amount: number, unit: string): string {
  return amount === 0 ? '' : `${amount}${unit}`
}

/** `.5` of 500,000,000 nanoseconds, nothing of none. */
export function fractionText(nanos: number): string {
  return nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
}

/** Whether Java's 64 bits hold a number. */
export function isLong(number: bigint): boolean {
  return BigInt.asIntN(64, number) === number
}

export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  return quotient * divisor > dividend ? quotient - 1n : quotient
}

/** Whether Java's 32 bits hold a number. */
export function isInt(number: number): boolean {
  return number <= MAX_INT && number >= -MAX_INT - 1
}

function int(number: number): number {
  if (!isInt(number)) throw new TemporalFault('integer overflow')
  return number
}
