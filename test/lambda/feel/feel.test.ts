import { describe, expect, it } from 'vitest'
import { type FeelExpression, parseFeel, staticWarnings } from '../../../lambda/feel/feel.ts'
import { parseFirstJsonValue } from '../../../lambda/json/json.ts'
import { EXAMPLE_MESSAGE } from './example-message.ts'

describe('parsing', () => {
  it.each([' = 1 + 1 ', '=1 + 1', '1 + 1', '\n= 1 + 1'])('blanks and one equals sign are no part of “%s”', (text) => {
    expect(evaluated(text)).toBe(2)
  })

  it.each([
    ['if a then b', 'expected “else”, but the expression ends', 11, 11],
    ['= foo(1, 2', 'expected “)”, but the expression ends', 10, 10],
    ['a b', 'expected an operator or the end, not b', 2, 3],
    ['body.', 'expected a name, but the expression ends', 5, 5],
    ['1 + "open', 'the closing quote is missing', 4, 9],
  ])('%s: %s', (text, message, from, to) => {
    expect(parseFeel(text)).toEqual({ kind: 'syntaxError', message, from, to })
  })

  it('the positions of the tree are those of the text as it was given', () => {
    expect(parsed('  = a.b + 1').root).toMatchObject({
      kind: 'arithmetic',
      from: 4,
      to: 11,
      left: { kind: 'variable', names: ['a', 'b'], from: 4, to: 7 },
    })
  })
})

describe('a message is data', () => {
  const hostile = parseFirstJsonValue(
    '{"body":{"__proto__":{"polluted":true},"constructor":1,"a-b":7,"a":5,"b":2,"if":1,"toString":"x","hasOwnProperty":null}}',
  ) as typeof EXAMPLE_MESSAGE

  it.each([
    ['body.a-b', 'null'],
    ['body.`a-b`', '7'],
    ['body.__proto__.polluted', 'true'],
    ['body.constructor', '1'],
    ['body.valueOf', 'null'],
    ['constructor', 'null'],
    ['__proto__', 'null'],
    ['{}.constructor', 'null'],
    ['"text".length', 'null'],
    ['body.items.length', 'null'],
    ['get value(body, "valueOf")', 'null'],
    ['body.toString', '"x"'],
    ['{"__proto__": 1}', '{"__proto__":1}'],
    ['context put({}, "__proto__", {polluted: true})', '{"__proto__":{"polluted":true}}'],
  ])('%s is %s', (text, json) => {
    expect(evaluated(text, hostile)).toEqual(parseFirstJsonValue(json))
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('is handed on as it is, where nothing in it needs another form', () => {
    expect(evaluated('body')).toBe(EXAMPLE_MESSAGE.body)
  })

  it('numbers come out as Camunda writes them, wherever they stand', () => {
    const message = parseFirstJsonValue(
      '{"body":{"whole":1.0,"big":9007199254740993,"huge":12345678901234567890,"list":[1e400]}}',
    ) as typeof EXAMPLE_MESSAGE
    expect(evaluated('{copy: body}', message)).toEqual({
      copy: parseFirstJsonValue('{"whole":1,"big":9007199254740993,"huge":1.2345678901234567E19,"list":[null]}'),
    })
  })
})

describe('an evaluation is bounded', () => {
  const long = {
    body: { text: 'a'.repeat(50_000), list: Array.from({ length: 20_000 }, (_, index) => index) },
  }

  it.each([
    'for x in 1..1000000000 return x',
    'some x in 1..1000000000 satisfies x < 0',
    'for a in body.list, b in body.list return 1',
    'for a in body.list return for b in body.list return a',
    'body.list[list contains(body.list, -item)]',
    'matches(body.text, "(.*)(.*)(.*)x")',
    'replace(body.text, "a", body.text)',
    'for x in 1..100 return for y in 1..10000 return upper case(body.text)',
    'for x in 1..100000 return body.list = body.list',
    'for x in 1..100000 return string(body)',
    'for x in 1..30 return append(concatenate(partial), partial)[1 = 1]',
    '{apply: function(g) [g][item(g)], r: apply(function(g) [g][item(g)])}',
    'for x in 1..300000 return body.list.missing',
  ])('%s ends with a failure that says so', (text) => {
    const result = parsed(text).evaluate(long, { steps: 300_000 })
    expect(result).toMatchObject({ kind: 'failure', phase: 'budget' })
  })

  it.each(['10 ** 999999999 + 1', 'decimal(1, 2000000000)', '2 ** 999999999', 'floor(10 ** 99999999)', 'string(number("1e2000000000"))'])(
    '%s does not write out all digits',
    (text) => {
      expect(parsed(text).evaluate({}).kind).toMatch(/value|failure/)
    },
  )

  it.each([
    ['parentheses', `${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
    ['operators', `1${'+1'.repeat(5_000)}`],
    ['branches', 'if '.repeat(5_000)],
    ['filters', `a${'[1]'.repeat(5_000)}`],
  ])('thousands of %s are refused when the expression is read', (_what, text) => {
    expect(parseFeel(text)).toMatchObject({ kind: 'syntaxError', message: 'the expression is nested too deeply' })
  })

  it('a quote which is never closed is refused, however long the text behind it', () => {
    expect(parseFeel(`"${'a b'.repeat(50_000)}`)).toMatchObject({ kind: 'syntaxError', message: 'the closing quote is missing' })
  })

  it('a body of a thousand levels is no trouble', () => {
    const body = parseFirstJsonValue(`${'[1,'.repeat(900)}0${']'.repeat(900)}`) ?? null
    expect(evaluated('body = body and count(flatten(body)) = 901', { body })).toBe(true)
  })

  it('the same steps are enough, or not, every time', () => {
    const expression = parsed('count(for x in 1..100 return x)')
    const outcomes = [150, 205, 260].map((steps) => [1, 2].map(() => expression.evaluate({}, { steps }).kind))
    expect(outcomes).toEqual([
      ['failure', 'failure'],
      ['failure', 'failure'],
      ['value', 'value'],
    ])
  })
})

describe('warnings', () => {
  it.each([
    ['missing', 'NO_VARIABLE_FOUND', 0, 7],
    ['[body.missing]', 'NO_CONTEXT_ENTRY_FOUND', 1, 13],
    ['body.id.length', 'NO_PROPERTY_FOUND', 0, 14],
    ['{a: "a" < 1}', 'NOT_COMPARABLE', 4, 11],
    ['"a" + 1', 'INVALID_TYPE', 0, 7],
    ['foo(1)', 'NO_FUNCTION_FOUND', 0, 6],
    ['number("x")', 'FUNCTION_INVOCATION_FAILURE', 0, 11],
  ])('%s leaves %s at its place', (text, type, from, to) => {
    expect(parsed(text).evaluate(EXAMPLE_MESSAGE, { warnings: true })).toMatchObject({ kind: 'value', warnings: [{ type, from, to }] })
  })

  it('are not collected unless asked for, and never without end', () => {
    expect(parsed('missing').evaluate({})).toMatchObject({ warnings: [] })
    const result = parsed('for x in 1..1000 return missing').evaluate({}, { warnings: true })
    expect(result.warnings).toHaveLength(100)
  })
})

describe('what no message can mend', () => {
  it.each([
    ['foo(1)', ['there is no function “foo”']],
    [
      'substring("a")',
      ['“substring” does not take these arguments; there is substring(string, start position), substring(string, start position, length)'],
    ],
    ['abs(m: 1)', ['“abs” does not take these arguments; there is abs(number), abs(n)']],
    ['bodi.x + body.x', ['there is no variable “bodi”']],
    ['{f: function(x) x + y, r: f(1), s: g(2)}', ['there is no variable “y”', 'there is no function “g”']],
    ['for x in body.list return x + partial + z', ['there is no variable “z”']],
    ['body.items[price > 1 and foo(price)]', []],
    ['sum(1, 2, 3) + count(body.list)', []],
    ['{a: 1, b: a, c: d}', ['there is no variable “d”']],
    ['some x in body.list satisfies x = cellInput', ['there is no variable “cellInput”']],
  ])('of %s: %j', (text, messages) => {
    expect(staticWarnings(parsed(text), ['body']).map(({ message }) => message)).toEqual(messages)
  })
})

describe('the world', () => {
  const world = { now: () => Date.UTC(2024, 1, 29, 23, 30), random: () => 0.5, timeZone: 'Europe/Berlin' }

  it.each([
    ['now()', '2024-03-01T00:30:00+01:00'],
    ['today()', '2024-03-01'],
    ['random number()', 0.5],
    ['uuid()', '018df734-0cc0-7888-a888-888888888888'],
  ])('%s asks nothing but what it is given', (text, value) => {
    expect(parsed(text).evaluate({}, world)).toMatchObject({ kind: 'value', value })
  })
})

function parsed(text: string): FeelExpression {
  const result = parseFeel(text)
  if (result.kind === 'parsed') return result.expression
  throw new Error(`${text}: ${result.message}`)
}

function evaluated(text: string, context = EXAMPLE_MESSAGE) {
  const result = parsed(text).evaluate(context)
  if (result.kind === 'value') return result.value
  throw new Error(`${text}: ${result.reason}`)
}

describe('a path that is compared with constants says of a list no more than that it is one', () => {
  const body = { l: [{ x: 'a' }, { x: 'b' }, {}], one: [{ x: 'a' }], empty: [], o: { x: 'a' }, n: null }

  // biome-ignore format: a table
  it.each([
    ['body.one.x = "a"', null],          ['"a" = body.one.x', null],         ['body.one.x != "a"', null],
    ['body.one.x = null', false],        ['body.one.x != null', true],       ['body.empty.x = null', false],
    ['body.l.x > "a"', null],            ['-1 < body.l.x', null],            ['body.l.x in ("a", "b")', null],
    ['body.one.x in (null)', false],     ['body.one.x in ("a", null)', null],
    ['body.o.x = "a"', true],            ['body.n.x = null', true],          ['body.o.x in ("a", "b")', true],
    // of a list of constants it may be that very list, or hold it
    ['body.one.x in ["a"]', true],       ['body.one.x in ("b", ["a"])', true], ['body.l.x in ["a", "b"]', false],
    ['body.one.x = ["a"]', true],        ['body.one.x = body.one.x', true],
  ])('%s is %s, with warnings and without', (text, value) => {
    for (const warnings of [false, true]) expect(parsed(text).evaluate({ body }, { warnings })).toMatchObject({ kind: 'value', value })
  })

  it('its items are gone through where their warnings are asked for', () => {
    const { warnings } = parsed('body.l.x = "a"').evaluate({ body }, { warnings: true })
    expect(warnings.map(({ type }) => type)).toEqual(['NO_CONTEXT_ENTRY_FOUND', 'NOT_COMPARABLE'])
  })

  it('and not otherwise, so that they cost nothing', () => {
    const long = { body: Array.from({ length: 1_000 }, () => 1) }
    expect(parsed('body.x.y = "a"').evaluate(long, { steps: 10 })).toMatchObject({ kind: 'value', value: null })
    expect(parsed('body.x.y = body.z').evaluate(long, { steps: 10 })).toMatchObject({ kind: 'failure', phase: 'budget' })
  })
})
