import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64, toBase64 } from '../../../../lambda/feel/functions/base64.ts'

const wellFormed = fc.string({ unit: 'binary', maxLength: 40_000, size: 'max' })

test('a text’s base64 is that of its UTF-8, as Node has it, and says the text', () => {
  fc.assert(
    fc.property(wellFormed, (value) => {
      const base64 = toBase64(value)
      expect(base64).toBe(Buffer.from(value).toString('base64'))
      expect(fromBase64(base64)).toBe(value)
    }),
    { examples: [['größe'], ['\ufeffmark'], ['']] },
  )
})

test('half of a surrogate pair is a question mark', () => {
  expect(toBase64('a\ud800b')).toBe(Buffer.from('a?b').toString('base64'))
})

test.each(['Z', 'Zg=', 'Zg===', 'Z g=', 'Zg==\n', 'Z-_='])('%j is no base64', (value) => {
  expect(fromBase64(value)).toBeUndefined()
})
