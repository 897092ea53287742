import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reasonOf } from '../../../lambda/core/outcome.ts'
import { toldText } from '../../../lambda/core/told-text.ts'

describe('a text that is told', () => {
  // biome-ignore format: a table
  test.each([
    ['ESC',                   'a\u001b[31mb',                 'a\ufffd[31mb'],
    ['OSC',                   'a\u001b]0;title\u0007b',       'a\ufffd]0;title\ufffdb'],
    ['C1',                    'a\u009b31mb\u009d0;x\u009c',   'a\ufffd31mb\ufffd0;x\ufffd'],
    ['NUL, BS and DEL',       'a\u0000b\bc\u007f',            'a\ufffdb\ufffdc\ufffd'],
    ['bidi',                  'a\u202eb\u2066c\u200fd\u061ce', 'a\ufffdb\ufffdc\ufffdd\ufffde'],
    ['zero width',            'a\u200bb\u2060c\ufeffd',       'a\ufffdb\ufffdc d'],
    ['tags',                  'a\u{e0041}b',                  'a\ufffdb'],
    ['line breaks',           'a\r\nb\u2028c\u2029d\u0085e\vf\fg', 'a b c d e f g'],
    ['half a pair',           'a\ud800b',                     'a\ufffdb'],
    ['blanks around',         ' \t a \n',                     'a'],
    ['letters of anybody',    'Zürich 東京 עברית 😀',          'Zürich 東京 עברית 😀'],
  ])('has no %s', (_, text, told) => {
    expect(toldText(text)).toBe(told)
  })

  test('is a line of so many characters at most, without half a pair, and without what is invisible; told again it is the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, most) => {
        const told = toldText(text, most)
        expect(told.length).toBeLessThanOrEqual(most)
        expect(told.isWellFormed()).toBe(true)
        expect(told).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(toldText(told, most)).toBe(told)
      }),
      { numRuns: 2_000 },
    )
  })

  test('may be of any length', () => {
    expect(toldText('x'.repeat(10_000_000))).toHaveLength(1_000)
  })
})

test.each(['CamundaRejected', 'Ambiguous', 'InvalidInput', 'NotAttempted', 'Unexpected'] as const)(
  'a reason of %s is cut, and obeyed by no terminal',
  (kind) => {
    expect(reasonOf({ kind, reason: `\u001b]0;x\u0007${'y'.repeat(700_000)}` })).toBe(`\ufffd]0;x\ufffd${'y'.repeat(993)}…`)
  },
)
