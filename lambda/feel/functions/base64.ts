const UTF_8 = { encoder: new TextEncoder(), decoder: new TextDecoder('utf-8', { ignoreBOM: true }) }
const DIGITS = UTF_8.encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')

/** The text's UTF-8 in base64. What is no text, half of a surrogate pair, is Java's question mark. */
export function toBase64(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.replaceAll(/\p{Cs}/gu, '?')
  return digitsOf(UTF_8.encoder.encode(wellFormed))
}

/** The engine runs in browsers too, so not by Node's `Buffer`; and `btoa` takes ten times as long, which no step of the budget stands for. */
function digitsOf(bytes: Uint8Array): string {
  const digits = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill('='.charCodeAt(0))
  for (let [from, to] = [0, 0]; from < bytes.length; from += 3, to += 4) {
    const [one = 0, two = 0, three = 0] = [bytes[from], bytes[from + 1], bytes[from + 2]]
    const group = (one << 16) | (two << 8) | three
    for (let digit = 0; digit <= bytes.length - from && digit < 4; digit++)
      digits[to + digit] = DIGITS[(group >> (18 - 6 * digit)) & 63] as number
  }
  return UTF_8.decoder.decode(digits)
}

/** The text whose UTF-8 it is; undefined of what Java's basic decoder refuses: white space, signs of other alphabets, bits in disorder. */
export function fromBase64(value: string): string | undefined {
  const [, digits, padding = ''] = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(value) ?? []
  if (digits === undefined || digits.length % 4 === 1) return undefined
  if (padding !== '' && (digits.length + padding.length) % 4 !== 0) return undefined
  const units = atob(digits)
  const bytes = new Uint8Array(units.length)
  for (let at = 0; at < units.length; at++) bytes[at] = units.charCodeAt(at)
  return UTF_8.decoder.decode(bytes)
}
