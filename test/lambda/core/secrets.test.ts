import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withoutSecrets } from '../../../lambda/core/secrets.ts'

const SECRET = 'p+ä"ss/w<o>r&d=\'%41 é\\😀~GNb-Uy6X'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const hex = (text: string) => Buffer.from(text).toString('hex')
const html = (text: string) => text.replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`)
const asciiJson = (text: string) =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
const quotedPrintable = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte > 0x7e || byte === 0x3d || byte < 0x21 ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte),
    )
    .join('')

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'of a URL': encodeURIComponent,
  'of a URL, in small letters': (text) => encodeURIComponent(text).replace(/%../g, (it) => it.toLowerCase()),
  'of a URL, all of it': (text) => hex(text).replace(/../g, '%$&'),
  'of a form': (text) => new URLSearchParams({ a: text }).toString().slice(2),
  'of JSON': (text) => JSON.stringify(text).slice(1, -1),
  'of JSON in ASCII': asciiJson,
  'of JSON with escaped slashes': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'of HTML': html,
  'of HTML, in hexadecimal': (text) => text.replace(/[&<>"']/g, (it) => `&#x${it.charCodeAt(0).toString(16)};`),
  'of HTML, by names': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  'quoted-printable': quotedPrintable,
  'quoted-printable, in lines': (text) => quotedPrintable(text).replace(/(=[0-9A-F]{2}|.){10}/g, '$&=\r\n'),
  Base64: base64,
  'Base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'Base64 of id and secret': (text) => base64(`client-id:${text}`),
  'Base64 of id and secret, each of a form': (text) => base64(`client-id:${encodeURIComponent(text)}`),
  'Base64 for URLs of id and secret': (text) => Buffer.from(`client:${text}`).toString('base64url'),
  'Base64 of a header': (text) => base64(`Authorization: Basic ${text}`),
  hexadecimal: hex,
}

describe('a secret that a server says back is not told', () => {
  for (const [name, encode] of Object.entries(ENCODINGS)) {
    test(name, () => {
      expect(withoutSecrets(`refused: “${encode(SECRET)}”.`, [SECRET])).toMatch(/^refused: “(\[secret\])+”\.$/)
    })
    for (const [other, again] of Object.entries(ENCODINGS))
      test(`${name}, and this once more ${other}`, () => {
        const told = withoutSecrets(`refused: ${again(encode(SECRET))} `, [SECRET])
        expect(told).toContain('[secret]')
        expect(told.replaceAll('[secret]', '').length).toBeLessThan(40)
      })
  }

  test('beside others, and several times', () => {
    expect(withoutSecrets('a=s3cret&b=t0ken&c=s3cret', ['s3cret', 't0ken', ''])).toBe('a=[secret]&b=[secret]&c=[secret]')
  })

  test('cut anywhere, but for fewer than eight characters', () => {
    const secret = 'FW0ingxHHd~C1o6ObKPjpgIv35jYA-cylhh'
    for (let from = 0; from < secret.length - 8; from++)
      for (let to = from + 8; to <= secret.length; to++)
        expect(withoutSecrets(`Bearer ${secret.slice(from, to)}…`, [secret])).toBe('Bearer [secret]…')
  })

  test('of the lines of a key', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(20)}-----END PRIVATE KEY-----\n`
    expect(withoutSecrets(key.replaceAll('\n', ' '), [key])).not.toMatch(/[A-Za-z0-9]{9}/)
  })

  test('and whatever is no secret stays, with escapes of every kind', () => {
    const words = 'a%20b &amp; c\\u0041 =3D dGhpcyBpcyBubyBzZWNyZXQ= 6e6f207365637265742068657265 +'
    expect(withoutSecrets(words, [SECRET])).toBe(words)
  })

  test('whatever it is, and whatever is around it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 }).filter((it) => !/^\[?secret/.test(it)),
        fc.string({ maxLength: 20 }),
        fc.constantFrom(...Object.values(ENCODINGS)),
        (secret, around, encode) => {
          const encoded = encode(secret)
          const told = withoutSecrets(`${around} ${encoded} ${around}`, [secret])
          fc.pre(!around.includes(encoded))
          expect(told).not.toContain(encoded)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
