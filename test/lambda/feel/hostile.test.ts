import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_STEPS, OutOfTime, parseFeel } from '../../../lambda/feel/feel.ts'
import { indexOfText } from '../../../lambda/feel/values/text.ts'
import type { JsonObject } from '../../../lambda/json/json.ts'
import { hostileCase } from '../../support/hostile-generator.ts'

function evaluate(text: string, body: JsonObject, options: { steps?: number; hasTime?: () => boolean } = {}) {
  const parsed = parseFeel(text)
  if (parsed.kind !== 'parsed') throw new Error(`${text}: ${parsed.message}`)
  return parsed.expression.evaluate({ body }, options)
}

/** The least budget with which an evaluation ends otherwise than by it. */
function stepsOf(text: string, body: JsonObject): number {
  let [enough, tooFew] = [DEFAULT_STEPS, -1]
  while (enough - tooFew > 1) {
    const steps = Math.floor((enough + tooFew) / 2)
    const result = evaluate(text, body, { steps })
    if (result.kind === 'failure' && result.phase === 'budget') tooFew = steps
    else enough = steps
  }
  return enough
}

const digits = (length: number) => '7'.repeat(length)
const numbers = (length: number) => Array.from({ length }, (_, index) => index)
const exceeds = { kind: 'failure', phase: 'budget' }

describe('what once took a minute, or all of the memory, ends with the budget', () => {
  // biome-ignore format: a table
  it.each<[what: string, expression: string, body: JsonObject]>([
    ['a product with 23 KB of digits for each item', '{rate: number(body.rate), lines: for i in body.items return i * rate}', { rate: digits(23_000), items: numbers(5_000) }],
    ['a comparison with 117 KB of digits for each item', 'count(body.items[item > number(body.limit)]) > 0', { limit: digits(117_000), items: numbers(5_000) }],
    ['a sum of products with 98 KB of digits', 'sum(for i in body.items return i * number(body.rate))', { rate: digits(98_000), items: numbers(5_000) }],
    ['a list for each item of a list', 'for i in body.items return concatenate(body.items, [i])', { items: numbers(40_000) }],
    ['a quotient of as many digits', '{n: number(body.n), all: for i in body.items return n / 7}', { n: digits(60_000), items: numbers(1_000) }],
    ['the text of a number, again and again', '{n: number(body.n), all: for i in body.items return string(n)}', { n: digits(60_000), items: numbers(1_000) }],
    ['the negative of a number, held', '{n: number(body.n), all: for i in body.items return -n}', { n: digits(400_000), items: numbers(5_000) }],
    ['the absolute value of a number, held', '{n: -number(body.n), all: for i in body.items return abs(n)}', { n: digits(400_000), items: numbers(5_000) }],
    ['a context with one entry more', 'for i in body.items return context put(body.map, "more", i)', { map: Object.fromEntries(numbers(5_000).map((n) => [`k${n}`, n])), items: numbers(5_000) }],
    ['contexts which are merged', 'for i in body.items return context merge(body.map, {i: i})', { map: Object.fromEntries(numbers(5_000).map((n) => [`k${n}`, n])), items: numbers(5_000) }],
    ['a context along a path of names', 'for i in body.items return context put({}, body.items, 1)', { items: Array.from({ length: 3_000 }, () => 'a') }],
    ['equal texts, compared for each item', 'every i in body.items satisfies body.a = body.b', { a: 'x'.repeat(400_000), b: 'x'.repeat(400_000), items: numbers(50_000) }],
    ['texts in an order, for each item', 'every i in body.items satisfies body.a <= body.b', { a: 'x'.repeat(400_000), b: 'x'.repeat(400_000), items: numbers(50_000) }],
    ['texts joined by a text', 'string join(body.items, body.text)', { text: 'x'.repeat(400_000), items: Array.from({ length: 5_000 }, () => 'a') }],
    ['a result which repeats a text', 'for i in body.items return body.text', { text: 'x'.repeat(400_000), items: numbers(1_000) }],
    ['a result which repeats the body', 'for i in 1..1000 return body', { text: 'x'.repeat(400_000), items: numbers(1_000) }],
    ['logarithms', 'for i in 1..2000000 return log(i)', {}],
    ['dates in zones', 'for i in body.items return for j in body.items return date and time(i)', { items: Array.from({ length: 1_000 }, (_, n) => `${1_000 + n}-01-01T00:00:00@Europe/Berlin`) }],
    ['zones which there are not', 'for i in body.items return date and time(i)', { items: Array.from({ length: 60_000 }, (_, n) => `2024-01-01T00:00:00@Europe/B${n}`) }],
    ['functions, held', 'for i in 1..1400000 return function(x) x', {}],
    ['contexts, held', 'for i in 1..500000 return {a: i}', {}],
    ['lists of one, held', 'for i in 1..600000 return [i]', {}],
    ['patterns which all differ', 'for i in 1..1000000 return matches("a", string(i))', {}],
    ['a context of long names, listed', 'for i in 1..100000 return get entries(body)', Object.fromEntries(numbers(9).map((n) => [`${n}`.repeat(20_000), n]))],
    ['numbers below a thousandth', 'for i in body.items return count(body.items[item < i])', { items: numbers(4_000).map((n) => (n + 1) * 1e-9) }],
    ['calls which fail', 'for i in 1..1000000 return date(body.items, i, 0.5)', { items: [] }],
    ['instants, compared', '{z: date and time(body.at), r: for i in 1..2000000 return z < z}.r', { at: '2024-01-01T00:00:00@Europe/Berlin' }],
    ['a long body of a loop', `for i in 1..400000 return ${Array.from({ length: 60 }, () => 'i').join(' + ')}`, {}],
  ])('%s: %s', (_, expression, body) => {
    expect(evaluate(expression, body)).toMatchObject(exceeds)
  })
})

describe('what looks alike and costs little has its value', () => {
  // biome-ignore format: a table
  it.each<[what: string, expression: string, body: JsonObject, value: unknown]>([
    ['a number of a megabyte, read and compared', 'number(body.n) > 100', { n: digits(1_000_000) }, true],
    ['of which one digit decides', 'number(body.n) < number(body.m)', { n: digits(200_000), m: `${digits(199_999)}8` }, true],
    ['of which the sign decides', 'number(body.n) < number(body.m)', { n: `-${digits(200_000)}`, m: digits(200_000) }, true],
    ['compared with each item, read once', '{n: number(body.n), all: count(body.items[item > n])}.all', { n: digits(200_000), items: numbers(50_000) }, 0],
    ['a reason which would show a body, and is never told', 'count(for i in body.items return upper case(body))', { text: 'x'.repeat(400_000), items: numbers(20_000) }, 20_000],
    ['more zeros behind the point', 'number(body.n) = number(body.m)', { n: `${digits(20_000)}.0`, m: `${digits(20_000)}.000` }, true],
    ['a quotient with 20,000 zeros at its end', 'number(body.n) / 1 = number(body.n)', { n: `1${'0'.repeat(20_000)}` }, true],
    ['distinct numbers with many zeros', 'count(distinct values([number(body.n), number(body.n) * 10]))', { n: `0.${'0'.repeat(50_000)}1` }, 2],
    ['lines of an order of a megabyte', 'count(for i in body.items return {sku: i.sku, total: i.price * i.qty})', { items: Array.from({ length: 25_000 }, (_, n) => ({ sku: `S${n}`, price: n / 4, qty: 2 })) }, 25_000],
    ['a text which is nowhere, but nearly everywhere', 'contains(body.text, body.match) or substring before(body.text, body.match) != "" or substring after(body.text, body.match) != ""', { text: 'a'.repeat(500_000), match: `${'a'.repeat(125_000)}b${'a'.repeat(125_000)}` }, false],
    ['a pattern which is nowhere, but nearly everywhere', 'matches(body.text, body.match)', { text: 'a'.repeat(25_000), match: `${'a'.repeat(100)}b${'a'.repeat(10_000)}` }, false],
    ['a mode of more numbers than a function takes arguments', 'count(mode(body.items))', { items: numbers(150_000) }, 150_000],
  ])('%s: %s', (_, expression, body, value) => {
    expect(evaluate(expression, body)).toMatchObject({ kind: 'value', value })
  })
})

describe('steps grow as the work does', () => {
  const BY_DIGITS = {
    'number(body.n) > 1': 1.4,
    '[number(body.n)] = []': 1.4,
    'number(body.n) * number(body.n) > 1': 1.4,
    'string length(string(number(body.n)))': 1.4,
    'number(body.n) / 7 > 1': 1.4,
    'modulo(number(body.n), 7)': 1.4,
    'floor(number(body.n) / 10) > 1': 1.4,
    'sqrt(number(body.n))': 1.4,
    'number(body.n) ** 2 > 1': 1.4,
    'odd(number(body.n))': 1.4,
    'decimal(number(body.n), 2) > 1': 1.4,
    'body.n = body.n': 0.9,
    'body.n + body.n = body.n': 0.9,
    'contains(body.n, "x")': 0.9,
    'upper case(body.n)': 0.9,
    'body.n': 0.9,
    'from json(body.n)': 0.9,
    'replace(body.n, "x", "y")': 0,
  }
  it.each(Object.entries(BY_DIGITS))('%s costs more than in proportion to the digits, by a power of %d', (expression, power) => {
    const [some, many] = [10_000, 40_000].map((length) => stepsOf(expression, { n: digits(length) })) as [number, number]
    expect(Math.log(many / some) / Math.log(4)).toBeGreaterThanOrEqual(power * 0.9)
  })

  it('an operation on digits is charged before it is done: never less than the digits by 64', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 20_000 }),
        fc.constantFrom(
          '-n',
          'abs(-n)',
          'n + 1',
          'n - 1',
          '2 * n',
          'n / 3',
          'n = n',
          'n <= n',
          'even(n)',
          'n ** 2',
          'string(n)',
          'max(n, n)',
          'sum(n, n)',
        ),
        (length, operation) => {
          const body = { n: digits(length) }
          const [once, twice] = [operation, `[${operation}, ${operation}]`].map((result) =>
            stepsOf(`{n: number(body.n), r: ${result}}.r = 0`, body),
          ) as [number, number]
          expect(twice - once).toBeGreaterThanOrEqual(Math.floor(length / 64))
        },
      ),
      { numRuns: 15 },
    )
  })

  it.each([
    ['concatenate(body.items, [1])', 1 / 4],
    ['reverse(body.items)', 1 / 4],
    ['sublist(body.items, 2)', 1 / 4],
    ['for i in body.items return i', 1],
    ['body.items[item >= 0]', 1],
    ['get entries(body.map)', 16],
    ['string(body.map)', 8],
    ['body.items.id', 1],
    ['context put(body.map, "x", 1)', 6],
    ['distinct values(body.items)', 4],
  ])('%s is charged for each item which it holds', (expression, each) => {
    const body = { items: numbers(8_000), map: Object.fromEntries(numbers(8_000).map((n) => [`k${n}`, n])) }
    expect(stepsOf(`{r: ${expression}}.r = 1`, body)).toBeGreaterThanOrEqual(8_000 * each)
  })
})

describe('the steps of a regular expression are those of its evaluation, five for one', () => {
  const [loop, pattern] = ['count(for i in 1..300000 return i)', 'matches(body.text, "(a*)(a*)b")']
  const body = { text: 'a'.repeat(100) }

  it('beside others, before or after them', () => {
    const [others, own] = [loop, pattern].map((text) => stepsOf(`${text} = 0`, body)) as [number, number]
    expect(own).toBeGreaterThan(1_000)
    for (const both of [`[${loop}, ${pattern}] = []`, `[${pattern}, ${loop}] = []`])
      expect(Math.abs(stepsOf(both, body) - others - own)).toBeLessThanOrEqual(16)
  })

  it('which end with those of the evaluation', () => {
    const reason = 'the regular expression takes more steps than it may'
    expect(evaluate(pattern, body, { steps: 1_000 })).toMatchObject({ ...exceeds, reason })
    expect(evaluate(`${loop} > 0 and ${pattern}`, body, { steps: stepsOf(loop, body) + 1_000 })).toMatchObject({ ...exceeds, reason })
  })
})

it('a text is found where JavaScript finds it', () => {
  const text = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength })
  fc.assert(
    fc.property(text(200), text(40), text(3), text(200), (before, match, repeated, after) => {
      const long = match + repeated.repeat(20)
      const within = before + long.slice(1) + long + after
      expect(indexOfText(within, long)).toBe(within.indexOf(long))
      expect(indexOfText(before + after, long)).toBe((before + after).indexOf(long))
    }),
  )
})

describe('a total of a loop is that of its list', () => {
  const VALUES = [
    'i',
    'i * 0.1',
    'i / 3',
    'i + 0.125',
    '"a"',
    'null',
    'i * 9007199254740991',
    'if i = 2 then "a" else i',
    'number(string(i) + ".50")',
    '[i]',
  ]
  it.each(VALUES.flatMap((value) => ['sum', 'count'].map((name) => [name, value] as const)))('%s(for i in … return %s)', (name, value) => {
    for (const items of [[], [1], [1, 2, 3], [0.1, 1e9, 1e-9, 20], numbers(40)]) {
      const loop = `for i in body.items return ${value}`
      const [direct, held] = [`string(${name}(${loop}))`, `{l: ${loop}, r: string(${name}(l))}.r`].map((text) => evaluate(text, { items }))
      expect(direct).toMatchObject({ kind: 'value', value: held?.kind === 'value' ? held.value : undefined })
      const [most, least] = [`${name}(${loop}) = 0`, `{l: ${loop}, r: ${name}(l)}.r = 0`].map((text) => stepsOf(text, { items })) as [
        number,
        number,
      ]
      // A context with two entries, and a path.
      expect(Math.abs(least - most)).toBeLessThanOrEqual(16)
    }
  })

  it('a variable is that of the loop, context, filter or function which is nearest', () => {
    const body = { items: [{ i: 7, x: 1 }], i: 9 }
    const ROWS: readonly (readonly [string, unknown])[] = [
      ['for i in [1, 2] return for j in [10] return i + j', [[11], [12]]],
      ['for i in [1, 2] return {i: 5, r: i}.r', [5, 5]],
      ['for i in [1, 2] return {a: i, r: a + i}.r', [2, 4]],
      ['for i in [1, 2] return body.items[i = 7].x', [[1], [1]]],
      ['for i in [1, 2] return count([1, 2, 3][item > i])', [2, 1]],
      ['for i in [1, 2] return {f: function(j) i + j, r: f(10)}.r', [11, 12]],
      ['{fs: for i in [1, 2] return {f: function() i}, r: for g in fs return g.f()}.r', [1, 2]],
      ['for i in [1, 2], i in [10, 20] return i', [1, 1, 2, 2]],
      ['some i in [1, 2] satisfies some j in [2] satisfies i = j', true],
      ['for i in [1, 2] return i in (1, ? > 5)', [true, false]],
      ['for i in [1, 2] return if i in (i - 1, i) then i else 0', [1, 2]],
      ['for i in [1, 2, 3] return if i = 1 then 1 else sum(partial) + i', [1, 3, 7]],
      ['sum(for i in [1, 2] return sum(for j in [1, 2] return i * j))', 9],
    ]
    for (const [text, value] of ROWS) expect([text, evaluate(text, body)]).toMatchObject([text, { kind: 'value', value }])
  })
})

describe('the clock', () => {
  it.each([
    ['steps', 'count(for i in 1..1000000 return i)'],
    ['a regular expression', 'matches(body.text, "(.*)(.*)(.*)x")'],
  ])('ends an evaluation by throwing, in %s', (_, expression) => {
    let looks = 0
    const hasTime = () => ++looks < 3
    expect(() => evaluate(expression, { text: 'a'.repeat(5_000) }, { hasTime })).toThrow(OutOfTime)
    expect(looks).toBe(3)
  })

  it('is not looked at in an evaluation of some thousand steps', () => {
    const hasTime = () => {
      throw new Error('looked')
    }
    expect(evaluate('count(for i in 1..1000 return i)', {}, { hasTime })).toMatchObject({ value: 1_000 })
  })

  it('changes no step of what ends in time', () => {
    const text = 'count(for i in 1..100000 return matches("aab", "a*b"))'
    const outcomes = [() => true, undefined].map((hasTime) => evaluate(text, {}, hasTime && { hasTime }))
    expect(outcomes[0]).toEqual(outcomes[1])
  })
})

it('hostile messages end, each, in a process of 128 MB', { timeout: 300_000 }, async () => {
  const seeds = Array.from({ length: 35 }, (_, index) => index * 9)
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=128', new URL('../../../bench/hostile-child.ts', import.meta.url).pathname],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  let told = ''
  child.stdout.on('data', (chunk) => {
    told += chunk
  })
  child.stdin.end(seeds.join('\n'))
  await once(child, 'close')
  const ended = told
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { seed: number; ended: string })
  expect(ended.map(({ seed }) => seed)).toEqual(seeds)
  expect(ended.filter(({ ended }) => !/^(value|fault|budget)/.test(ended))).toEqual([])
  expect(new Set(seeds.map((seed) => hostileCase(seed).kind)).size).toBeGreaterThan(30)
})
