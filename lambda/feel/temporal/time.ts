import { modulo, NANOS_PER_DAY, twoDigits } from './date.ts'
import { DaysTimeDuration, fractionText } from './duration.ts'
import { type TemporalProperties, TemporalValue } from './value.ts'
import { offsetText, TimeZone } from './zone.ts'

export const NANOS_PER_SECOND = 1_000_000_000

/** FEEL's `time` without an offset, java.time's LocalTime: what a clock shows. */
export class LocalTime extends TemporalValue<LocalTime> {
  readonly nanoOfDay: number

  constructor(nanoOfDay: number) {
    super()
    this.nanoOfDay = nanoOfDay
  }

  /** The time, or undefined where a clock shows none such. */
  static of(hour: number, minute: number, second: number, nano = 0): LocalTime | undefined {
    if (!within(hour, 23) || !within(minute, 59) || !within(second, 59) || !within(nano, NANOS_PER_SECOND - 1)) return undefined
    return new LocalTime(((hour * 60 + minute) * 60 + second) * NANOS_PER_SECOND + nano)
  }

  get kind() {
    return 'local time' as const
  }

  get secondOfDay(): number {
    return Math.floor(this.nanoOfDay / NANOS_PER_SECOND)
  }

  get hour(): number {
    return Math.floor(this.secondOfDay / 3600)
  }

  get minute(): number {
    return Math.floor(this.secondOfDay / 60) % 60
  }

  get second(): number {
    return this.secondOfDay % 60
  }

  get nano(): number {
    return this.nanoOfDay % NANOS_PER_SECOND
  }

  /** Goes on around the clock. */
  plusNanos(nanos: bigint): LocalTime {
    return new LocalTime(modulo(this.nanoOfDay + Number(nanos % BigInt(NANOS_PER_DAY)), NANOS_PER_DAY))
  }

  since(other: LocalTime): DaysTimeDuration {
    return new DaysTimeDuration(BigInt(this.nanoOfDay - other.nanoOfDay))
  }

  equals(other: LocalTime): boolean {
    return this.nanoOfDay === other.nanoOfDay
  }

  compareTo(other: LocalTime): number {
    return this.nanoOfDay - other.nanoOfDay
  }

  get properties() {
    return LOCAL_TIME_PROPERTIES
  }

  /** `10:00:00`, `10:00:00.5`. */
  toString(): string {
    return `${twoDigits(this.hour)}:${twoDigits(this.minute)}:${twoDigits(this.second)}${fractionText(this.nano)}`
  }

  toJSON(): string {
    return this.toString()
  }
}

const LOCAL_TIME_PROPERTIES: TemporalProperties<LocalTime> = {
  hour: (time) => time.hour,
  minute: (time) => time.minute,
  second: (time) => time.second,
  'time offset': () => null,
  timezone: () => null,
}

/** FEEL's `time` with an offset or a zone, feel-engine's ZonedTime. */
export class ZonedTime extends TemporalValue<ZonedTime> {
  readonly time: LocalTime
  /** Seconds east of UTC. */
  readonly offset: number
  /** The region, if it was given by one. */
  readonly region: TimeZone | undefined

  private constructor(time: LocalTime, offset: number, region: TimeZone | undefined) {
    super()
    this.time = time
    this.offset = offset
    this.region = region
  }

  /** @param offset seconds east of UTC; a region's own at that time, or its standard one */
  static of(time: LocalTime, zone: TimeZone, offset = zone.standardOffset): ZonedTime {
    return new ZonedTime(time, offset, zone.isOffset ? undefined : zone)
  }

  get kind() {
    return 'time' as const
  }

  get zone(): TimeZone {
    return this.region ?? TimeZone.ofOffset(this.offset)
  }

  /** The time of the day at UTC, which may be one of the day before or after. */
  get utcNanos(): number {
    return this.time.nanoOfDay - this.offset * NANOS_PER_SECOND
  }

  plusNanos(nanos: bigint): ZonedTime {
    return new ZonedTime(this.time.plusNanos(nanos), this.offset, this.region)
  }

  /** Never negative, whichever is the later: so it is in Camunda's engine. */
  since(other: ZonedTime): DaysTimeDuration {
    return new DaysTimeDuration(BigInt(Math.abs(this.utcNanos - other.utcNanos)))
  }

  /** The same time, the same offset and the same region: 10:00+01:00 is not 11:00+02:00, though neither is before the other. */
  equals(other: ZonedTime): boolean {
    return this.time.equals(other.time) && this.offset === other.offset && this.region?.id === other.region?.id
  }

  compareTo(other: ZonedTime): number {
    return this.utcNanos - other.utcNanos
  }

  get properties() {
    return ZONED_TIME_PROPERTIES
  }

  /** `10:00:00+01:00`, `10:00:00@Europe/Berlin`. */
  toString(): string {
    return this.region ? `${this.time}@${this.region.id}` : this.toIsoText()
  }

  /** `10:00:00+01:00`, of a region too. */
  toIsoText(): string {
    return this.time + offsetText(this.offset)
  }

  /** Java's text of an OffsetTime, which leaves out seconds that are zero and has three, six or nine decimals: `10:00+01:00`. */
  toJSON(): string {
    const { hour, minute, second, nano } = this.time
    const decimals =
      nano === 0
        ? ''
        : `.${String(nano)
            .padStart(9, '0')
            .replace(/(?:000)+$/, '')}`
    const seconds = second === 0 && nano === 0 ? '' : `:${twoDigits(second)}${decimals}`
    return `${twoDigits(hour)}:${twoDigits(minute)}${seconds}${offsetText(this.offset)}`
  }
}

const ZONED_TIME_PROPERTIES: TemporalProperties<ZonedTime, number | string | DaysTimeDuration | null> = {
  hour: ({ time }) => time.hour,
  minute: ({ time }) => time.minute,
  second: ({ time }) => time.second,
  'time offset': ({ offset }) => DaysTimeDuration.ofSeconds(offset),
  timezone: ({ region }) => region?.id ?? null,
}

/** FEEL's `time`, of either kind. The two are never equal, and neither is before or after the other. */
export type FeelTime = LocalTime | ZonedTime

function within(number: number, most: number): boolean {
  return number >= 0 && number <= most
}
