import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFeel } from '../../../lambda/feel/feel.ts'
import { type JsonObject, parseFirstJsonValue } from '../../../lambda/json/json.ts'

describe('a total of a loop', () => {
  /** Numbers as senders write them: money, quantities, whole fractions, exponents, more digits than a double has. */
  const written = fc.oneof(
    fc.integer({ min: -1_000, max: 1_000 }).map(String),
    fc.integer({ min: -100_000, max: 100_000 }).map((cents) => (cents / 100).toFixed(2)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom(
      '0',
      '-0.0',
      '1.0',
      '9.50',
      '1e3',
      '1E-7',
      '9007199254740991',
      '9007199254740993',
      '12345678901234567890.5',
      '"1"',
      'null',
    ),
  )
  const lines = fc.array(fc.tuple(written, written), { maxLength: 12 })

  it.each(['i.x * i.y', 'i.x', 'i.x * i.x * i.y', 'if i.x = 0 then 0 else i.x * i.y'])(
    'of %s is that of the list of its values, to the last digit of its scale',
    (body) => {
      fc.assert(
        fc.property(lines, (pairs) => {
          const items = parseFirstJsonValue(`[${pairs.map(([x, y]) => `{"x":${x},"y":${y}}`).join(',')}]`)
          for (const total of ['sum', 'count']) {
            const once = `string(${total}(for i in items return ${body}))`
            const byList = `{values: for i in items return ${body}, total: string(${total}(values))}.total`
            expect(answerOf(once, { items: items ?? null })).toEqual(answerOf(byList, { items: items ?? null }))
          }
        }),
        { numRuns: 400 },
      )
    },
  )

  it.each([
    ['9.5 and 2', '[{"x":9.5,"y":2}]', '19.0'],
    ['2 and 9.5', '[{"x":2,"y":9.5}]', '19.0'],
    ['a price without decimals first', '[{"x":5,"y":1},{"x":5.55,"y":2}]', '16.10'],
    ['a scale that comes late', '[{"x":1.5,"y":2},{"x":0.125,"y":8}]', '4.000'],
    ['two fractions', '[{"x":1.5,"y":1.5},{"x":1.25,"y":3}]', '6.00'],
    ['nothing times a price', '[{"x":0,"y":2.55}]', '0.00'],
    ['a product beyond the safe integers, and a sum within', '[{"x":-9007199254740991,"y":1},{"x":3002399751580331,"y":3}]', '2'],
    ['a sum beyond the safe integers', '[{"x":9007199254740991,"y":1},{"x":2,"y":1}]', '9007199254740993'],
    ['a product beyond the safe integers', '[{"x":90071992547.41,"y":200000000},{"x":0.01,"y":1}]', '18014398509482000000.01'],
  ])('of products keeps Java’s scale: %s', (_, items, expected) => {
    expect(answerOf('string(sum(for i in items return i.x * i.y))', { items: parseFirstJsonValue(items) ?? null })).toBe(expected)
  })
})

function answerOf(text: string, context: JsonObject): unknown {
  const parsed = parseFeel(text)
  if (parsed.kind !== 'parsed') throw new Error(parsed.message)
  const result = parsed.expression.evaluate(context)
  return result.kind === 'value' ? result.value : result.reason
}
