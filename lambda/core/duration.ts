/** Days down to fractions of seconds, as java.time's `Duration.parse` reads them; none that is negative. */
const DURATION = /^P(?=[\dT])(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d{0,9})?)S)?)?$/i

export function isDuration(text: string): boolean {
  return DURATION.test(text)
}

/** Milliseconds of an ISO 8601 duration. @throws {RangeError} where it is none */
export function toMilliseconds(duration: string): number {
  const [whole, ...parts] = DURATION.exec(duration) ?? []
  if (whole === undefined) throw new RangeError(`no duration: ${duration}`)
  const [days, hours, minutes, seconds] = parts.map((part) => Number((part ?? '0').replace(',', '.'))) as [number, number, number, number]
  return Math.round(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000)
}
