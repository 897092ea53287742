/** The text's UTF-8 in base64. What is no text, half of a surrogate pair, is Java's question mark. */
export function toBase64(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.replaceAll(/\p{Cs}/gu, '?')
  return Buffer.from(wellFormed).toString('base64')
}

const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text whose UTF-8 it is; undefined of what Java's basic decoder refuses: white space, signs of other alphabets, bits in disorder. */
export function fromBase64(value: string): string | undefined {
  const [, digits, padding = ''] = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(value) ?? []
  if (digits === undefined || digits.length % 4 === 1) return undefined
  if (padding !== '' && (digits.length + padding.length) % 4 !== 0) return undefined
  return UTF_8.decode(Buffer.from(digits, 'base64'))
}
