import { BUILT_IN_FUNCTIONS } from '../../lambda/feel/functions/built-in-functions.ts'
import type { JsonObject, JsonValue } from '../../lambda/json/json.ts'
import { seeded } from './feel-generator.ts'

/**
 * What a sender may do to an expression, up to the 1 MiB which SQS takes: each case is a sensible expression and a message made to cost as
 * much as it can. The author of the expression is not hostile, so that it is short.
 */
export interface HostileCase {
  readonly seed: number
  readonly expression: string
  /** Which of the bodies. */
  readonly kind: string
  readonly context: JsonObject
}

const SIZE = 1_000_000

/** Bodies by what they are full of. All have the same names, so that any expression finds something: text, other, n, items, more, map, deep. */
const BODIES: Readonly<Record<string, (random: () => number) => Record<string, JsonValue>>> = {
  digits: (random) => ({ text: digits(random, SIZE / 2), other: digits(random, SIZE / 2) }),
  'digits and items': (random) => ({ text: digits(random, between(random, 10_000, 400_000)), items: numbers(100_000) }),
  decimals: (random) => ({ text: `0.${'0'.repeat(SIZE / 2 - 10)}1`, other: `${'9'.repeat(SIZE / 2 - 10)}.${digits(random, 5)}` }),
  zeros: () => ({ text: `1${'0'.repeat(90_000)}`, other: `1${'0'.repeat(90_001)}.0`, items: numbers(100_000) }),
  exponents: () => ({
    text: '1e2147483647',
    other: '1e-2147483647',
    items: Array.from({ length: 60_000 }, (_, index) => `1e${index * 1_000}`),
  }),
  'many long numbers': (random) => {
    const length = between(random, 40, 2_000)
    return { items: Array.from({ length: Math.floor(SIZE / length) }, () => digits(random, length - 3)), text: digits(random, length) }
  },
  'big integers': (random) => {
    const items = Array.from({ length: 900 }, () => BigInt(digits(random, 1_000)))
    return { items, n: items[0] ?? 0, more: items }
  },
  'tiny fractions': (random) => ({
    items: Array.from({ length: 60_000 }, () => random() * 1e-9),
    more: Array.from({ length: 50_000 }, (_, index) => (index + 1) * 1e-7),
    n: 1e-300,
  }),
  'huge numbers': (random) => ({
    items: Array.from({ length: 40_000 }, () => random() * 1e300),
    more: numbers(100_000).map((n) => n * 1e18),
    n: 1e308,
  }),
  fractions: (random) => ({ items: Array.from({ length: 60_000 }, () => random() * 1e5), n: random() }),
  'long texts': (random) => ({ text: letters(random, SIZE / 2), other: letters(random, SIZE / 2) }),
  'one letter': () => ({ text: 'a'.repeat(SIZE / 2), other: `${'a'.repeat(SIZE / 8)}b${'a'.repeat(SIZE / 8)}` }),
  'equal texts': () => ({ text: 'é😀'.repeat(SIZE / 12), other: 'é😀'.repeat(SIZE / 12), items: numbers(50_000) }),
  'halves of pairs': () => ({ text: '\ud800'.repeat(SIZE / 6), other: '\ud83d\ude00'.repeat(SIZE / 12) }),
  blanks: () => ({ text: ' '.repeat(SIZE - 100), other: `${' '.repeat(1_000)}x` }),
  'a text and a list': (random) => ({ text: letters(random, SIZE / 2), items: numbers(80_000), other: 'ab' }),
  'a list of numbers': () => ({ items: numbers(150_000), more: numbers(1_000) }),
  'two lists': () => ({ items: numbers(75_000), more: numbers(75_000) }),
  'a list of ones': () => ({ items: Array.from({ length: SIZE / 2 }, () => 1) }),
  'a list of texts': (random) => ({ items: Array.from({ length: 50_000 }, () => letters(random, 16)), text: letters(random, 10_000) }),
  lists: () => ({ items: Array.from({ length: SIZE / 3 }, () => []), more: Array.from({ length: 100 }, () => numbers(10)) }),
  contexts: () => ({ items: Array.from({ length: 60_000 }, (_, id) => ({ id, a: 1 })), more: [{ id: 1 }] }),
  'empty contexts': () => ({ items: Array.from({ length: SIZE / 3 }, () => ({})) }),
  'contexts of many shapes': () => ({
    items: Array.from({ length: 600 }, (_, size) =>
      Object.fromEntries(Array.from({ length: (size % 250) + 1 }, (_, key) => [`k${key}`, size])),
    ),
  }),
  'a wide context': () => {
    const map = wide(90_000)
    return { map, items: [map, 1], more: Object.keys(map).slice(0, 1_000) }
  },
  'long names': () => {
    const map = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`${index}`.repeat(20_000), index]))
    return { map, items: [map, map], more: Object.keys(map) }
  },
  'a wide context and a list': () => ({ map: wide(40_000), items: numbers(80_000), more: [wide(10)] }),
  'deep lists': () => ({ deep: deepList(990), items: Array.from({ length: 400 }, () => deepList(990)) }),
  'deep contexts': () => ({ deep: deepContext(990), map: deepContext(990), items: Array.from({ length: 150 }, () => deepContext(990)) }),
  paths: () => ({ map: {}, items: Array.from({ length: 100_000 }, () => 'a'), more: Array.from({ length: 5_000 }, () => 'a') }),
  dates: (random) => ({
    items: Array.from({ length: 25_000 }, () => moment(random)),
    text: '999999999-12-31T23:59:59.999999999@Europe/Berlin',
    other: '-999999999-01-01T00:00:00@America/New_York',
  }),
  zones: (random) => ({
    items: Array.from({ length: 25_000 }, () => `2024-01-01T00:00:00@${capital(random)}/${capital(random)}`),
    more: Array.from({ length: 10_000 }, () => `${capital(random)}/${capital(random)}`),
    text: `10:00:00@${'Z'.repeat(SIZE / 2)}`,
  }),
  'regions that there are': (random) => ({
    items: Array.from(
      { length: 20_000 },
      (_, index) => `${1_900 + (index % 8_000)}-0${between(random, 1, 9)}-01T00:00:00@${region(random)}`,
    ),
    more: Array.from({ length: 10_000 }, () => region(random)),
    text: '2024-03-31T02:30:00@Europe/Berlin',
    other: '2024-10-27T02:30:00@America/Sao_Paulo',
  }),
  clocks: (random) => ({
    items: Array.from({ length: 40_000 }, () => `${between(random, 10, 23)}:30:00${pick(random, ['', 'Z', '+01:00', '@Europe/Berlin'])}`),
    text: '23:59:59.999999999',
    other: '00:00:00@Asia/Kolkata',
  }),
  durations: (random) => ({
    items: Array.from({ length: 40_000 }, () => `P${between(random, 0, 99_999)}DT${between(random, 0, 99_999)}H`),
    text: `PT${'9'.repeat(SIZE / 3)}S`,
    other: 'PT9223372036854775807S',
  }),
  patterns: (random) => ({
    text: 'a'.repeat(SIZE / 2),
    other: pattern(random),
    items: Array.from({ length: 5_000 }, () => pattern(random)),
  }),
  'patterns which all differ': (random) => {
    const piece = pattern(random)
    return { items: Array.from({ length: 25_000 }, (_, index) => `${piece}${index}`), text: 'aab', other: '\\p{L}|[a-z&&[^b]]' }
  },
  'long patterns': (random) => {
    const piece = pattern(random)
    return { text: 'aaaa', other: piece.repeat(Math.floor(SIZE / 2 / piece.length)) }
  },
  JSON: (random) => ({
    text: pick(random, ['[', '[[],', '[{},', '{"a":']).repeat(900),
    other: `[${'{},'.repeat(SIZE / 6)}1]`,
    items: ['[]', '{}'],
  }),
  'JSON of numbers': () => ({ text: `[${'1,'.repeat(SIZE / 4)}1]`, other: `[${'1e99,'.repeat(SIZE / 12)}1]` }),
  base64: () => ({ text: 'QUFB'.repeat(SIZE / 8), other: '€'.repeat(SIZE / 6) }),
}

const FILLERS: Record<string, JsonValue> = {
  text: 'abc',
  other: 'b',
  n: 7,
  items: [3, 1, 2],
  more: [1, 2, 3],
  map: { a: 1, b: { c: 2 } },
  deep: [[1]],
}

/** Arguments for functions, and operands. */
const VALUES = [
  'body.text',
  'body.other',
  'body.items',
  'body.more',
  'body.map',
  'body.deep',
  'body.n',
  'body',
  'number(body.text)',
  'number(body.other)',
  'i',
  'item',
  '1',
  '-3',
  '0.5',
  '1000000',
  '","',
  '""',
  '"(a|b)*c"',
  '"(.*)(.*)(.*)x"',
  'null',
  '[1..10]',
  '[number(body.other)..number(body.text)]',
  '(1..500000)',
  'date and time(body.text)',
  'date and time(i)',
  'duration(body.other)',
  'duration(i)',
  'time(i)',
  '@"P1Y"',
  'number(i)',
  'string(i)',
  'function(x, y) x < y',
  'function(x, y) number(x) < number(y)',
  '{a: body.items, b: body.text}',
  '[body.items, body.more]',
  '[body.text, i]',
  'body.items.id',
  'z',
  'q',
  'all',
]

/** By the names of parameters. */
const ARGUMENTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(string|input|match|pattern|replacement|delimiter|from|json|value|grouping separator)$/,
    ['body.text', 'body.other', 'i', 'item', '"a"', '","', 'string(i)', 'body.text + i', 'body.text + body.other'],
  ],
  [
    /^(list|lists|entries|element)$/,
    ['body.items', 'body.more', 'body.deep', '[i, body.items]', '(1..500000)', 'concatenate(body.items, body.more)', 'body.items.id'],
  ],
  [
    /^(n|number|dividend|divisor|position|start|length|size|scale|scala|hour|second|year|start position)$/,
    ['number(body.text)', 'number(body.other)', 'number(i)', 'i', 'body.n', '2', '-1', '0.3', '100000', '1 / 3'],
  ],
  [/^(context|contexts|m|variables)$/, ['body.map', 'body', 'i', '{a: i, b: body.items}', 'context put({}, body.more, i)']],
  [/^(key|keys|newItem)$/, ['"k77"', 'body.more', 'string(i)', 'body.text', '["a", "b"]']],
  [
    /^(date|time|to|point|point1|point2)$/,
    ['date and time(body.text)', 'date and time(i)', 'date(date and time(i))', 'duration(i)', 'number(body.text)', 'i'],
  ],
  [/^range/, ['[number(body.other)..number(body.text)]', '[i..i]', '[date and time(body.other)..date and time(body.text)]', '[1..i]']],
  [/^precedes$/, ['function(x, y) x < y', 'function(x, y) number(x) < number(y)', 'function(x, y) string(x) < string(y)']],
]

const OPERATORS = ['+', '-', '*', '/', '**', '=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in']

/** `#` is a piece, which may use `i` (in loops) and `item` (in filters). */
const FRAMES = [
  '#',
  '{a: #, b: #}',
  'for i in body.items return #',
  'for i in body.items return for j in body.more return #',
  'for i in body.items, j in body.items return #',
  'for i in 1..1000000 return #',
  'for i in body.items return {a: #}',
  'for i in body.items return [#, i]',
  'for i in body.items return append(partial, #)',
  'for i in body.items return i + #',
  'body.items[# = item]',
  'body.items[item < #]',
  'body.items[#]',
  'count(body.items[# != null])',
  'some i in body.items satisfies # = null',
  'every i in body.items satisfies # != i',
  'sum(for i in body.items return #)',
  'string join(for i in body.items return string(#), body.other)',
  'if # = # then # else #',
  'body.text in (#, #)',
  '# between # and #',
  '# instance of number',
  'sort(body.items, function(x, y) # = x)',
  '{f: function(i) #, r: for x in body.items return f(x)}.r',
  'string(#)',
  'to json(#)',
  'number(body.text) < #',
  '{z: date and time(body.text), q: time(body.other), r: for i in 1..1000000 return #}.r',
  '{z: number(body.text), q: 1 / 3, r: for i in 1..1000000 return #}.r',
  '{all: for x in body.items return date and time(x), z: all[1], q: [z..z], r: for i in 1..100000 return #}.r',
  '{all: for x in body.items return number(x), z: all[1], q: -z, r: for i in 1..100000 return #}.r',
]

const REGIONS = Intl.supportedValuesOf('timeZone').filter((name) => /^[A-Z][a-z]+\/[A-Z][a-z]+$/.test(name))

const FUNCTIONS = [...BUILT_IN_FUNCTIONS].flatMap(([name, overloads]) =>
  overloads.map(({ parameters, variadic }) => ({ name, parameters, variadic })),
)

const bodies = Object.entries(BODIES)

/** The case of a seed. Seeds in a row go through all functions and all bodies. */
export function hostileCase(seed: number): HostileCase {
  const random = seeded(seed)
  const [kind, make] = bodies[seed % bodies.length] as (typeof bodies)[number]
  const body = { ...FILLERS, ...make(seeded(seed % (3 * bodies.length))) }
  const first = FUNCTIONS[seed % FUNCTIONS.length] as (typeof FUNCTIONS)[number]
  let isFirst = true
  const piece = (): string => {
    const chosen = isFirst ? first : undefined
    isFirst = false
    if (chosen || random() < 0.5) return call(random, chosen ?? pick(random, FUNCTIONS))
    if (random() < 0.5) return `(${value(random)} ${pick(random, OPERATORS)} ${value(random)})`
    return value(random)
  }
  return { seed, kind, expression: pick(random, FRAMES).replaceAll('#', piece), context: { body } }
}

function call(random: () => number, { name, parameters, variadic }: (typeof FUNCTIONS)[number]): string {
  const more = variadic ? Array.from({ length: between(random, 0, 2) }, () => parameters.at(-1) ?? '') : []
  return `${name}(${[...parameters, ...more].map((parameter) => argument(random, parameter)).join(', ')})`
}

/** Mostly of the kind which the parameter is called after. */
function argument(random: () => number, parameter: string): string {
  const fitting = ARGUMENTS.find(([names]) => names.test(parameter))?.[1]
  if (fitting && random() < 0.8) return pick(random, fitting)
  return value(random, 0.15)
}

function value(random: () => number, nested = 0): string {
  return random() < nested ? call(random, pick(random, FUNCTIONS)) : pick(random, VALUES)
}

function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T
}

function between(random: () => number, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}

function digits(random: () => number, length: number): string {
  return `${between(random, 1, 9)}${Array.from({ length: 97 }, () => between(random, 0, 9))
    .join('')
    .repeat(Math.ceil(length / 97))
    .slice(0, length - 1)}`
}

function region(random: () => number): string {
  return pick(random, REGIONS)
}

function letters(random: () => number, length: number): string {
  const piece = Array.from({ length: 61 }, () => String.fromCharCode(between(random, 97, 122))).join('')
  return piece.repeat(Math.ceil(length / 61)).slice(0, length)
}

function capital(random: () => number): string {
  const word = letters(random, 6)
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function numbers(length: number): number[] {
  return Array.from({ length }, (_, index) => (index * 7_919) % length)
}

function wide(size: number): Record<string, JsonValue> {
  return Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, index]))
}

function deepList(levels: number): JsonValue {
  let list: JsonValue = [1]
  for (let level = 0; level < levels; level++) list = [list]
  return list
}

function deepContext(levels: number): JsonValue {
  let context: JsonValue = { a: 1 }
  for (let level = 0; level < levels; level++) context = { a: context }
  return context
}

function moment(random: () => number): string {
  const zone = pick(random, ['@Europe/Berlin', '@America/New_York', '@Asia/Kolkata', 'Z', '+01:00', ''])
  return `${between(random, 1_000, 9_999)}-0${between(random, 1, 9)}-${between(random, 10, 28)}T02:30:00${zone}`
}

function pattern(random: () => number): string {
  return pick(random, [
    '(a|aa)+$',
    '(a*)*b',
    '(?:a?){50}a{50}',
    '[\\p{L}&&[^a-c]]+x',
    '(?i)äÖ[ß-ü]+',
    '(?<=a{1,100})b',
    '(\\w+\\s?)+$',
    '\\X+b',
    '(a)(b)?\\1',
    '\\p{javaLetter}*',
    '(?u)(?i)\\bK\\b',
    '.*?',
    '[^\\x00-\\x{10ffff}]',
    '(',
    'a{2,3}{4}',
  ])
}
