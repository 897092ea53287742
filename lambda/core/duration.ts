/**
 * Durations from days to fractions of seconds, exactly as java.time's `Duration.parse` reads them, by which the official connector does: a
 * sign before the whole and before each part, `,` for `.`, small letters, and no more than a long holds.
 */
const DURATION =
  /^(?<sign>[-+]?)P(?:(?<days>[-+]?\d+)D)?(?<time>T(?:(?<hours>[-+]?\d+)H)?(?:(?<minutes>[-+]?\d+)M)?(?:(?<seconds>[-+]?\d+)(?:[.,](?<fraction>\d{0,9}))?S)?)?$/i

const BILLION = 1_000_000_000n

export function isDuration(text: string): boolean {
  return nanoseconds(text) !== undefined
}

/**
 * Milliseconds of a duration, as Java's `toMillis`: what is less than one is none. Beyond some 285,000 years it is that, which no JSON rounds.
 * @throws {RangeError} where it is none
 */
export function toMilliseconds(duration: string): number {
  const nanos = nanoseconds(duration)
  if (nanos === undefined) throw new RangeError(`no duration: ${duration}`)
  const milliseconds = Number(nanos / 1_000_000n)
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, milliseconds))
}

function nanoseconds(text: string): bigint | undefined {
  const groups = DURATION.exec(text)?.groups
  if (groups === undefined || groups.time === 'T') return undefined
  // Java lets a small t end the text.
  if ([groups.days, groups.hours, groups.minutes, groups.seconds].every((part) => part === undefined)) return undefined
  const { sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '' } = groups
  // In this order, each of which a long has to hold.
  let sum = 0n
  for (const [digits, multiplier] of [
    [seconds, 1n],
    [minutes, 60n],
    [hours, 3_600n],
    [days, 86_400n],
  ] as const) {
    const count = BigInt(digits.replace('+', ''))
    sum += count * multiplier
    if (![count, count * multiplier, sum].every(isLong)) return undefined
  }
  const nanos = BigInt(fraction.padEnd(9, '0')) * (seconds.startsWith('-') ? -1n : 1n)
  const total = sum * BILLION + nanos
  const signed = sign === '-' ? -total : total
  return isLong(wholeSeconds(total)) && isLong(wholeSeconds(signed)) ? signed : undefined
}

function isLong(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value
}

/** Towards less. */
function wholeSeconds(nanos: bigint): bigint {
  return nanos >= 0n ? nanos / BILLION : -((-nanos + BILLION - 1n) / BILLION)
}
