/** A time such as `10m`. */
export interface Span {
  readonly text: string
  readonly milliseconds: number
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The span which a text names; undefined where it is none. */
export function spanIn(text: string): Span | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  return count === undefined ? undefined : { text, milliseconds: Number(count) * (UNITS[unit] ?? 0) }
}
