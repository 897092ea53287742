import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isKnownPlain, parseFirstJsonValue, toJsonText, toWireValue, WholeDouble } from '../../../lambda/json/json.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const NOT_JSON = undefined

// biome-ignore format: a table
const ROWS: [string, unknown][] = [
  ['{"a":1}', { a: 1 }], ['[1]', [1]], ['[[1]]', [[1]]], ['42', 42], ['-1.5e2', new WholeDouble(-150)], ['"text"', 'text'], ['true', true], ['null', null], ['  {"a" : [ ] }  ', { a: [] }],
  // what follows the first value is ignored
  ['42 apples', 42], ['1 2 3', 1], ['true story', true], ['true,false', true], ['true]', true], ['"quoted" tail', 'quoted'], ['{"a":1} garbage', { a: 1 }], ['{"a":1}{"b":2}', { a: 1 }], ['[]x', []],
  // but a word or a number must end
  ['42apples', NOT_JSON], ['trueish', NOT_JSON], ['true_', NOT_JSON], ['nullä', NOT_JSON], ['1,2', NOT_JSON], ['12:30', NOT_JSON], ['2024-01-01', NOT_JSON], ['17}', NOT_JSON],
  ['', NOT_JSON], ['   ', NOT_JSON], ['nul', NOT_JSON], ['-', NOT_JSON], ['.5', NOT_JSON], ['5.', NOT_JSON], ['0x10', NOT_JSON], ['007', NOT_JSON], ['+1', NOT_JSON], ['NaN', NOT_JSON], ['Infinity', NOT_JSON],
  ['{a:1}', NOT_JSON], ["{'a':1}", NOT_JSON], ['{"a":1,}', NOT_JSON], ['[1,]', NOT_JSON], ['[1 2]', NOT_JSON], ['{"a" 1}', NOT_JSON], ['{"a":', NOT_JSON], ['{"a":1', NOT_JSON], ['// c\n1', NOT_JSON], ['\ufeff{}', NOT_JSON],
  ['\u00a01', NOT_JSON], ['"a\tb"', NOT_JSON], ['"unterminated', NOT_JSON], ['"\\x"', NOT_JSON], ['"\\u12"', NOT_JSON], ['"\\', NOT_JSON],
  ['"\\u00e9\\ud83d\\ude00\\"\\\\\\/\\b\\f\\n\\r\\t"', 'é😀"\\/\b\f\n\r\t'], ['"\u007f\u0085é😀"', '\u007f\u0085é😀'],
  // numbers: whole ones exact, fractions as doubles
  ['9007199254740991', 9007199254740991], ['9007199254740993', 9007199254740993n], ['-12345678901234567890123', -12345678901234567890123n], ['-0', 0], ['-0.0', new WholeDouble(-0)], ['1.0', new WholeDouble(1)], ['1e3', new WholeDouble(1000)], ['1e400', Number.POSITIVE_INFINITY],
  // of duplicate keys the last wins, in the first's place
  ['{"a":1,"b":2,"a":3}', { a: 3, b: 2 }],
]

for (const [text, value] of ROWS)
  test(`${JSON.stringify(text)} is ${value === NOT_JSON ? 'no JSON' : `read as ${toJsonText(value as never)}`}`, () => {
    expect(parseFirstJsonValue(text)).toStrictEqual(value)
  })

test('of duplicate keys the first one’s place is kept', () => {
  expect(Object.keys(parseFirstJsonValue('{"a":1,"b":2,"a":3}') as object)).toEqual(['a', 'b'])
})

test('a key such as __proto__ or constructor is a key like any other', () => {
  const value = parseFirstJsonValue('{"__proto__":{"polluted":true},"constructor":1}') as object
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(toJsonText(value as never)).toBe('{"__proto__":{"polluted":true},"constructor":1}')
})

/** Text that JSON.parse may read or not, and what it reads otherwise than Jackson does. */
const numbers = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.bigInt().map(String),
  fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,17})?([eE][+-]?\d{1,3})?$/),
  fc.constantFrom(
    '-0',
    '-0.0',
    '0.0',
    '0.10',
    '0.001',
    '0.00099',
    '9999999.5',
    '10000000.5',
    '123456789012345',
    '1234567890123456',
    '12345678901234.5',
    '1.e',
    '00',
    '1..2',
  ),
)
const strings = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"\\ud800"', '"\\uD83D\\uDE00"', '"\\\\ud800"', '"\\""', '"\\\\"', '"1.0"', '"__proto__"', '"\\x"', '"'),
)
const documents = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    numbers,
    strings,
    fc.constantFrom('true', 'null', 'tru', ''),
    fc.array(tie('value')).map((items) => `[${items.join(',')}]`),
    fc.array(fc.tuple(strings, tie('value'))).map((entries) => `{${entries.map(([name, value]) => `${name}:${value}`).join(' , ')}}`),
  ),
})).value

test('a document is read as it is with something behind it, which is when nobody but this reader reads it', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const alone = parseFirstJsonValue(document)
      const before = parseFirstJsonValue(`${document} {`)
      expect(alone).toStrictEqual(before)
      if (alone === undefined) return
      expect(toJsonText(alone)).toBe(toJsonText(before as never))
      expect(JSON.stringify(toWireValue(alone))).toBe(toJsonText(alone))
    }),
    { numRuns: 3_000 },
  )
})

test.each([
  ['{"a":1,"\\\\":2}', '{"a":1,"\\n":2}', ['a', '\n']],
  ['{"b":1,"\\\\":2}', '{"b":1,"\\u0041":[]}', ['b', 'A']],
  ['{"c":1,"\\\\u":2}', '{"c":1 , "\\u0041B" : 2}', ['c', 'AB']],
  ['{"d":{"x":1,"\\\\":2}}', '{"d":{"x":1,"\\ud83d":2}}', ['d']],
])('behind %s the names of %s are its own, which JSON.parse of Node 24 takes for those before', (before, text, names) => {
  parseFirstJsonValue(before)
  JSON.parse(before)
  const value = parseFirstJsonValue(text) as Record<string, unknown>
  expect(Object.keys(value)).toEqual(names)
  expect(Object.keys(Object(value.d))).toEqual(names[0] === 'd' ? ['x', '\ud83d'] : [])
})

test.each([
  ['{"a":[1,12.5,"é😀",null,true]}', true],
  ['{"n":12345678.5}', false],
  ['{"n":1.0}', false],
  ['{"t":"\\ud800"}', false],
  ['{"t":"\ud800"}', false],
  ['{"t":"\\uD83D\\uDE00"}', false],
  ['[]', true],
  ['1', false],
])('%s is known to be plain: %s', (text, isPlain) => {
  expect(isKnownPlain(Object(parseFirstJsonValue(text)))).toBe(isPlain)
})

describe('Jackson’s limits', () => {
  test('1,000 levels are JSON, 1,001 are not', () => {
    expect(parseFirstJsonValue(nested(1_000))).toBeDefined()
    expect(parseFirstJsonValue(nested(1_001))).toBeUndefined()
  })

  test('a number of 1,000 digits is JSON, one of 1,001 is not', () => {
    expect(parseFirstJsonValue('1'.repeat(1_000))).toBe(BigInt('1'.repeat(1_000)))
    expect(parseFirstJsonValue('1'.repeat(1_001))).toBeUndefined()
    expect(parseFirstJsonValue(`-0.${'1'.repeat(999)}`)).toBeTypeOf('number')
    expect(parseFirstJsonValue(`-0.${'1'.repeat(1_000)}`)).toBeUndefined()
  })

  test('a name of 50,000 characters is JSON, one of 50,001 is not', () => {
    expect(parseFirstJsonValue(`{"${'k'.repeat(50_000)}":1}`)).toBeDefined()
    expect(parseFirstJsonValue(`{"${'k'.repeat(50_001)}":1}`)).toBeUndefined()
  })
})

test('what JSON.stringify writes is read and written again as it was, whatever follows it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom('', ' ', '\n{'), (text, tail) => {
      expect(JSON.stringify(JSON.parse(toJsonText(parseFirstJsonValue(`${text}${tail}`) ?? null)))).toBe(text)
    }),
  )
})

test('what is no JSON at all never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseFirstJsonValue(text)))
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', 'e', '.', 't', 'true', 'null', '\\', ' ')),
      (parts) => void parseFirstJsonValue(parts.join('')),
    ),
  )
})

describe('JSON is written', () => {
  // biome-ignore format: a table
  test.each([
    [{ n: 9007199254740993n }, '{"n":9007199254740993}'],
    [new WholeDouble(-0),      '-0.0'],
    [new WholeDouble(1),       '1.0'],
    [new WholeDouble(1e20),    '1.0E20'],
    [{ n: [1.5e-7, 12345678.5, 0.001, 9999999.5] }, '{"n":[1.5E-7,1.23456785E7,0.001,9999999.5]}'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
    [[1, 1.5, 'a', null, true], '[1,1.5,"a",null,true]'],
  ])('%o as %s', (value, text) => {
    expect(toJsonText(value)).toBe(text)
    expect(JSON.stringify(toWireValue(value))).toBe(text)
  })
})
