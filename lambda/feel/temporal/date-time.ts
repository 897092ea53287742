import { FeelDate, modulo, NANOS_PER_DAY } from './date.ts'
import { DaysTimeDuration } from './duration.ts'
import { LocalTime, NANOS_PER_SECOND, type ZonedTime } from './time.ts'
import { type TemporalProperties, TemporalValue } from './value.ts'
import { offsetText, type TimeZone } from './zone.ts'

/** FEEL's `date and time` without an offset, java.time's LocalDateTime. */
export class LocalDateTime extends TemporalValue<LocalDateTime> {
  readonly date: FeelDate
  readonly time: LocalTime

  constructor(date: FeelDate, time: LocalTime) {
    super()
    this.date = date
    this.time = time
  }

  get kind() {
    return 'local date and time' as const
  }

  get local(): LocalDateTime {
    return this
  }

  plusMonths(months: number): LocalDateTime {
    return new LocalDateTime(this.date.plusMonths(months), this.time)
  }

  plusSeconds(seconds: number): LocalDateTime {
    if (seconds === 0) return this
    const nanos = this.time.nanoOfDay + seconds * NANOS_PER_SECOND
    const days = Math.floor(nanos / NANOS_PER_DAY)
    const date = days === 0 ? this.date : FeelDate.ofEpochDay(this.date.epochDay + days)
    return new LocalDateTime(date, new LocalTime(modulo(nanos, NANOS_PER_DAY)))
  }

  /** @throws TemporalFault beyond the years ±999,999,999 */
  plusNanos(nanos: bigint): LocalDateTime {
    const days = Number(nanos / BigInt(NANOS_PER_DAY))
    const nanoOfDay = this.time.nanoOfDay + Number(nanos % BigInt(NANOS_PER_DAY))
    const date = FeelDate.ofEpochDay(this.date.epochDay + days + Math.floor(nanoOfDay / NANOS_PER_DAY))
    return new LocalDateTime(date, new LocalTime(modulo(nanoOfDay, NANOS_PER_DAY)))
  }

  since(other: LocalDateTime): DaysTimeDuration {
    const days = this.date.epochDay - other.date.epochDay
    return new DaysTimeDuration(BigInt(days) * BigInt(NANOS_PER_DAY) + BigInt(this.time.nanoOfDay - other.time.nanoOfDay))
  }

  equals(other: LocalDateTime): boolean {
    return this.compareTo(other) === 0
  }

  compareTo(other: LocalDateTime): number {
    return this.date.compareTo(other.date) || this.time.compareTo(other.time)
  }

  get properties() {
    return LOCAL_DATE_TIME_PROPERTIES
  }

  /** `2024-01-31T10:00:00`. FEEL writes no plus before a long year here, unlike that of a date. */
  toString(): string {
    return `${this.date.toUnsignedText()}T${this.time}`
  }

  toJSON(): string {
    return `${this.date}T${this.time}`
  }
}

const LOCAL_PROPERTIES: TemporalProperties<FeelDateTime> = {
  year: ({ local }) => local.date.year,
  month: ({ local }) => local.date.month,
  day: ({ local }) => local.date.day,
  weekday: ({ local }) => local.date.dayOfWeek,
  hour: ({ local }) => local.time.hour,
  minute: ({ local }) => local.time.minute,
  second: ({ local }) => local.time.second,
}

const LOCAL_DATE_TIME_PROPERTIES: TemporalProperties<LocalDateTime> = {
  ...LOCAL_PROPERTIES,
  'time offset': () => null,
  timezone: () => null,
}

/** FEEL's `date and time` with an offset or a zone, java.time's ZonedDateTime. */
export class ZonedDateTime extends TemporalValue<ZonedDateTime> {
  readonly local: LocalDateTime
  /** Seconds east of UTC. */
  readonly offset: number
  readonly zone: TimeZone

  private constructor(local: LocalDateTime, offset: number, zone: TimeZone) {
    super()
    this.local = local
    this.offset = offset
    this.zone = zone
  }

  /**
   * What a clock of the zone shows. A time which it never shows, because it was put forward then, is put forward, too; of a time which it
   * shows twice, it is the one with the preferred offset, or else the earlier.
   */
  static ofLocal(local: LocalDateTime, zone: TimeZone, preferredOffset?: number): ZonedDateTime {
    const { offset, gap } = zone.resolveLocal(local.date.epochDay, local.time.secondOfDay, preferredOffset)
    return new ZonedDateTime(local.plusSeconds(gap), offset, zone)
  }

  /** @param utc the instant, as a clock at UTC shows it */
  static ofInstant(utc: LocalDateTime, zone: TimeZone): ZonedDateTime {
    const offset = zone.offsetAt(utc.date.epochDay, utc.time.secondOfDay)
    return new ZonedDateTime(utc.plusSeconds(offset), offset, zone)
  }

  static ofEpochMillis(millis: number, zone: TimeZone): ZonedDateTime {
    const days = Math.floor(millis / 86_400_000)
    const time = new LocalTime((millis - days * 86_400_000) * 1_000_000)
    return ZonedDateTime.ofInstant(new LocalDateTime(FeelDate.ofEpochDay(days), time), zone)
  }

  /** A time of the day, on a date. */
  static of(date: FeelDate, time: ZonedTime): ZonedDateTime {
    return ZonedDateTime.ofLocal(new LocalDateTime(date, time.time), time.zone)
  }

  get kind() {
    return 'date and time' as const
  }

  /** What a clock at UTC shows. */
  get utc(): LocalDateTime {
    return this.local.plusSeconds(-this.offset)
  }

  /** The same instant elsewhere. */
  withZone(zone: TimeZone): ZonedDateTime {
    return ZonedDateTime.ofInstant(this.utc, zone)
  }

  plusNanos(nanos: bigint): ZonedDateTime {
    return ZonedDateTime.ofInstant(this.utc.plusNanos(nanos), this.zone)
  }

  plusMonths(months: number): ZonedDateTime {
    return ZonedDateTime.ofLocal(this.local.plusMonths(months), this.zone, this.offset)
  }

  since(other: ZonedDateTime): DaysTimeDuration {
    return this.utc.since(other.utc)
  }

  /** The same local time, the same offset and the same zone: 10:00Z is not 11:00+01:00, and not 10:00@UTC either. */
  equals(other: ZonedDateTime): boolean {
    return this.offset === other.offset && this.zone.equals(other.zone) && this.local.equals(other.local)
  }

  /** By the instant; of the same, by the local time, then by the zone's id. */
  compareTo(other: ZonedDateTime): number {
    return this.utc.compareTo(other.utc) || this.local.compareTo(other.local) || compareTexts(this.zone.id, other.zone.id)
  }

  get properties() {
    return ZONED_DATE_TIME_PROPERTIES
  }

  /** `2024-01-31T10:00:00+01:00`, `2024-01-31T10:00:00@Europe/Berlin`. */
  toString(): string {
    return `${this.local}${this.zone.isOffset ? offsetText(this.offset) : `@${this.zone.id}`}`
  }

  /** `2024-01-31T10:00:00+01:00`, of a region too. */
  toJSON(): string {
    return this.local.toJSON() + offsetText(this.offset)
  }

  /** `2024-01-31T10:00:00+01:00[Europe/Berlin]`. */
  toIsoText(): string {
    return `${this.toJSON()}${this.zone.isOffset ? '' : `[${this.zone.id}]`}`
  }
}

const ZONED_DATE_TIME_PROPERTIES: TemporalProperties<ZonedDateTime, ReturnType<(typeof LOCAL_PROPERTIES)[string]> | DaysTimeDuration> = {
  ...LOCAL_PROPERTIES,
  'time offset': ({ offset }) => DaysTimeDuration.ofSeconds(offset),
  timezone: ({ zone }) => (zone.isOffset ? null : zone.id),
}

/** FEEL's `date and time`, of either kind. The two are never equal, and neither is before or after the other. */
export type FeelDateTime = LocalDateTime | ZonedDateTime

function compareTexts(text: string, other: string): number {
  return text < other ? -1 : text > other ? 1 : 0
}
