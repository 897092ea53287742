import { modulo, twoDigits } from './date.ts'

const SECONDS_PER_DAY = 86_400
/** 18 hours. */
export const MAX_OFFSET = 64_800

/** How a local time stands in a zone: its offset, and by how many seconds it is put forward because clocks never showed it. */
export type LocalResolution = { readonly offset: number; readonly gap: number }

/** A zone of java.time: an offset from UTC (`Z`, `+01:00`), or a region whose offset may change (`Europe/Berlin`; also `UTC` and `GMT+01:00`). */
export class TimeZone {
  readonly id: string
  /** Whether the zone is nothing but an offset. */
  readonly isOffset: boolean
  readonly #rules: number | RegionRules

  private constructor(id: string, isOffset: boolean, rules: number | RegionRules) {
    this.id = id
    this.isOffset = isOffset
    this.#rules = rules
  }

  /** @param offset seconds east of UTC, of up to 18 hours */
  static ofOffset(offset: number): TimeZone {
    return new TimeZone(offsetText(offset), true, offset)
  }

  /** The zone which Java's `ZoneId.of` gives: also for `+1`, `+0100`, `UTC+1`; undefined where it throws. */
  static of(id: string): TimeZone | undefined {
    return TimeZone.#of(id, parseLooseOffset)
  }

  /** The zone behind an `@` or between brackets of a literal, where Java's formatter wants offsets written in full; undefined of others. */
  static parse(id: string): TimeZone | undefined {
    return TimeZone.#of(id, parseOffset)
  }

  static #of(id: string, toOffset: (text: string) => number | undefined): TimeZone | undefined {
    if (id === 'Z') return TimeZone.ofOffset(0)
    const parts = /^(UTC|UT|GMT|)([+-].*)?$/.exec(id)
    if (!parts || id === '') return TimeZone.#ofRegion(id)
    const [, prefix, rest] = parts
    const offset = rest === undefined ? 0 : toOffset(rest)
    if (offset === undefined) return undefined
    if (!prefix) return TimeZone.ofOffset(offset)
    return new TimeZone(offset === 0 ? prefix : prefix + offsetText(offset), false, offset)
  }

  static #ofRegion(id: string): TimeZone | undefined {
    const known = regions.get(id)
    if (known) return known
    const rules = RegionRules.of(id)
    if (!rules) return undefined
    const zone = new TimeZone(id, false, rules)
    regions.set(id, zone)
    return zone
  }

  /** The offset at an instant, in seconds east of UTC. */
  offsetAt(epochDay: number, secondOfDay: number): number {
    return typeof this.#rules === 'number' ? this.#rules : this.#rules.offsetAt(foldedDay(epochDay) * SECONDS_PER_DAY + secondOfDay)
  }

  /**
   * The offset of a local time. Where clocks were put back and showed it twice, it is the preferred one if that is one of both, else the
   * earlier; where they were put forward and never showed it, the time moves forward as they did.
   */
  resolveLocal(epochDay: number, secondOfDay: number, preferred?: number): LocalResolution {
    if (typeof this.#rules === 'number') return { offset: this.#rules, gap: 0 }
    return this.#rules.resolveLocal(foldedDay(epochDay) * SECONDS_PER_DAY + secondOfDay, preferred)
  }

  /** The offset which a time without a date has: the zone's without daylight saving, this year. */
  get standardOffset(): number {
    return typeof this.#rules === 'number' ? this.#rules : this.#rules.standardOffset
  }

  equals(other: TimeZone): boolean {
    return this.isOffset === other.isOffset && this.id === other.id
  }
}

/** The regions asked for so far; there are some six hundred. */
const regions = new Map<string, TimeZone>()

/** Steps of six days, within which clocks change at most once. */
const STEP = 2 ** 19
const REMEMBERED_STEPS = 1_000

/** The offsets of a region, which `Intl` knows. */
class RegionRules {
  readonly #format: Intl.DateTimeFormat
  /** The offsets of the steps in which clocks do not change. */
  readonly #steps = new Map<number, number | undefined>()
  #standardOffset: number | undefined

  private constructor(format: Intl.DateTimeFormat) {
    this.#format = format
  }

  static of(id: string): RegionRules | undefined {
    if (!isSpelledAsRegion(id)) return undefined
    try {
      const format = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: 'longOffset' })
      // Intl takes any spelling, Java only the right one. Intl tells it, but for the names which it replaces by another.
      const { timeZone } = format.resolvedOptions()
      return timeZone === id || timeZone.toLowerCase() !== id.toLowerCase() ? new RegionRules(format) : undefined
    } catch {
      return undefined
    }
  }

  offsetAt(epochSecond: number): number {
    const step = Math.floor(epochSecond / STEP)
    let offset = this.#steps.get(step)
    if (offset === undefined && !this.#steps.has(step)) {
      const first = this.#lookUp(step * STEP)
      offset = first === this.#lookUp((step + 1) * STEP) ? first : undefined
      if (this.#steps.size >= REMEMBERED_STEPS) this.#steps.clear()
      this.#steps.set(step, offset)
    }
    return offset ?? this.#lookUp(epochSecond)
  }

  resolveLocal(localSecond: number, preferred: number | undefined): LocalResolution {
    const before = this.offsetAt(localSecond - SECONDS_PER_DAY)
    const after = this.offsetAt(localSecond + SECONDS_PER_DAY)
    if (before === after) return { offset: before, gap: 0 }
    const [first, second] = [before, after].filter((offset) => this.offsetAt(localSecond - offset) === offset)
    if (first === undefined) return { offset: after, gap: after - before }
    return { offset: second !== undefined && second === preferred ? second : first, gap: 0 }
  }

  /** Daylight saving puts clocks forward, so it is the least offset of the year. */
  get standardOffset(): number {
    if (this.#standardOffset === undefined) {
      const now = Math.floor(Date.now() / 1000)
      const fortnights = Array.from({ length: 26 }, (_, index) => this.offsetAt(now + index * 14 * SECONDS_PER_DAY))
      this.#standardOffset = Math.min(...fortnights)
    }
    return this.#standardOffset
  }

  /** From `1/1/1850, GMT+00:53:28`. */
  #lookUp(epochSecond: number): number {
    const text = this.#format.format(epochSecond * 1000)
    return parseOffset(text.slice(text.indexOf('GMT') + 3)) ?? 0
  }
}

/** Words with a capital first, as the time zone database has them. What else Intl takes are abbreviations of its own (`PST`). */
function isSpelledAsRegion(id: string): boolean {
  if (/^[A-Z]{3}$/.test(id)) return /^(?:CET|EET|MET|PRC|ROK|UCT|WET)$/.test(id)
  return /^[A-Z][\w+-]+(?:\/[A-Z][\w+-]+)*$/.test(id) && !/[A-Z]{5}/.test(id)
}

/**
 * Dates which `Intl` reaches. Later ones stand for those of the same calendar, which repeats every 400 years;
 * before all of them no clock had been changed.
 */
function foldedDay(epochDay: number): number {
  if (epochDay > 50_000_000) return 50_000_000 + modulo(epochDay - 50_000_000, 146_097)
  return Math.max(epochDay, -10_000_000)
}

/** Seconds of `+01:00` or `+00:53:28`; undefined of all else and of more than 18 hours. */
export function parseOffset(text: string): number | undefined {
  return toSeconds(/^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text))
}

/** The same, and also of `+1`, `+01`, `+0100` and `+005328`. */
function parseLooseOffset(text: string): number | undefined {
  return parseOffset(text) ?? toSeconds(/^([+-])(\d\d?)()()$/.exec(text) ?? /^([+-])(\d\d)(\d\d)(\d\d)?$/.exec(text))
}

function toSeconds(parts: RegExpExecArray | null): number | undefined {
  if (!parts) return undefined
  const [, sign, hours, minutes, seconds] = [...parts].map((part) => part ?? '')
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  if (Number(minutes) > 59 || Number(seconds) > 59 || total > MAX_OFFSET) return undefined
  return sign === '-' ? 0 - total : total
}

/** `Z`, `+01:00`, `-00:53:28`. */
export function offsetText(offset: number): string {
  if (offset === 0) return 'Z'
  const size = Math.abs(offset)
  const seconds = size % 60
  const clock = `${twoDigits(Math.floor(size / 3600))}:${twoDigits(Math.floor(size / 60) % 60)}`
  return `${offset < 0 ? '-' : '+'}${clock}${seconds ? `:${twoDigits(seconds)}` : ''}`
}
