/**
 * Takes secrets out of a text in which somebody says back what was sent. An echo may be encoded, also twice, and cut: so the text is read in
 * every encoding, and pieces of a secret are found as well.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const pieces = secrets.filter((secret) => secret !== '').map(piecesOf)
  const spans = readings(plain(text)).flatMap((reading) => pieces.flatMap((of) => placesOf(of, reading)))
  return spans
    .toSorted(([one], [other]) => one - other)
    .reduce<[number, number][]>((merged, [from, to]) => {
      const last = merged.at(-1)
      if (last && from <= last[1]) last[1] = Math.max(last[1], to)
      else merged.push([from, to])
      return merged
    }, [])
    .reduceRight((rest, [from, to]) => `${rest.slice(0, from)}[secret]${rest.slice(to)}`, text)
}

/** A text as one encoding reads it, and the place in the original of each of its characters. */
interface Reading {
  readonly text: string
  readonly from: readonly number[]
  readonly to: readonly number[]
}

type Encoding = readonly [pattern: RegExp, decode: (encoded: string) => string | undefined]

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

const ENCODINGS: readonly Encoding[] = [
  // URLs and forms
  [/(?:%[0-9a-f]{2})+/gi, (encoded) => bytes(encoded.replaceAll('%', ''))],
  [/\+|(?:%[0-9a-f]{2})+/gi, (encoded) => (encoded === '+' ? ' ' : bytes(encoded.replaceAll('%', '')))],
  // JSON, and strings of programs
  [
    /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[^ux])/gis,
    ([, kind = '', ...digits]) => (digits.length > 0 ? code(digits.join(''), 16) : (ESCAPED[kind] ?? kind)),
  ],
  // HTML
  [
    /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]+);/gi,
    (encoded) =>
      encoded[1] !== '#'
        ? NAMED[encoded.slice(1, -1).toLowerCase()]
        : /^&#x/i.test(encoded)
          ? code(encoded.slice(3, -1), 16)
          : code(encoded.slice(2, -1), 10),
  ],
  // quoted-printable
  [/(?:=[0-9a-f]{2}|=\r?\n)+/gi, (encoded) => bytes(encoded.replace(/=\r?\n|=/g, ''))],
  // Base64 of either alphabet, which may begin anywhere in what looks like it
  ...[0, 1, 2, 3].map(
    (skipped): Encoding => [
      /[a-z0-9+/_-]{8,}={0,2}/gi,
      (encoded) => {
        const text = base64(encoded.slice(skipped))
        return text === undefined ? undefined : encoded.slice(0, skipped) + text
      },
    ],
  ),
  [/(?:[0-9a-f]{2}){4,}/gi, bytes],
]

/** Encodings within encodings. */
const DEPTH = 3
/** Of so many readings none is new to anybody. */
const MOST_READINGS = 60

function readings(text: Reading): Reading[] {
  const all = new Map([[text.text, text]])
  let latest = [text]
  for (let depth = 0; depth < DEPTH; depth++) {
    latest = latest
      .flatMap((reading) => ENCODINGS.map((encoding) => decoded(reading, encoding)))
      .filter((reading) => {
        if (all.has(reading.text) || all.size >= MOST_READINGS) return false
        all.set(reading.text, reading)
        return true
      })
  }
  return [...all.values()]
}

function plain(text: string): Reading {
  const places = Array.from({ length: text.length }, (_, index) => index)
  return { text, from: places, to: places.map((place) => place + 1) }
}

function decoded(reading: Reading, [pattern, decode]: Encoding): Reading {
  let text = ''
  let at = 0
  const [from, to]: [number[], number[]] = [[], []]
  const keep = (end: number) => {
    text += reading.text.slice(at, end)
    for (; at < end; at++) {
      from.push(reading.from[at] ?? 0)
      to.push(reading.to[at] ?? 0)
    }
  }
  for (const { 0: encoded, index } of reading.text.matchAll(pattern)) {
    const value = decode(encoded)
    if (value === undefined) continue
    keep(index)
    at = index + encoded.length
    text += value
    for (const _ of Array(value.length)) {
      from.push(reading.from[index] ?? 0)
      to.push(reading.to[at - 1] ?? 0)
    }
  }
  keep(reading.text.length)
  return { text, from, to }
}

/** So much of a secret is a piece of it; of a shorter one all of it. */
const PIECE = 8

function piecesOf(secret: string): ReadonlySet<string> {
  const length = Math.min(PIECE, secret.length)
  return new Set(Array.from({ length: secret.length - length + 1 }, (_, index) => secret.slice(index, index + length)))
}

/** Where pieces are, by their places in the original. */
function placesOf(pieces: ReadonlySet<string>, { text, from, to }: Reading): [from: number, to: number][] {
  const [{ length } = ''] = pieces
  const spans: [number, number][] = []
  for (let at = 0; at + length <= text.length; at++)
    if (pieces.has(text.slice(at, at + length))) spans.push([from[at] ?? 0, to[at + length - 1] ?? 0])
  return spans
}

/** What is no text was no Base64. */
function base64(encoded: string): string | undefined {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  return text.split('\ufffd').length - 1 > text.length / 4 ? undefined : text
}

function bytes(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8')
}

function code(digits: string, radix: 10 | 16): string | undefined {
  const point = Number.parseInt(digits, radix)
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}
