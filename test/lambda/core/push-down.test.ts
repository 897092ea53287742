import { describe, expect, test } from 'vitest'
import { pushDown, type Scope } from '../../../lambda/core/push-down.ts'

const p = (name: string) => `messageAttributes.${name}.stringValue`
const ALL = [{}]
const NONE: object[] = []
const ATTRIBUTES: Scope = { messageAttributeNames: [], attributeNames: [], reads: 'attributes' }
const BODY: Scope = { ...ATTRIBUTES, reads: 'body' }

/** Each conjunction as {leaf: alternatives}; a leaf `t` is `messageAttributes.t.stringValue`, others are told by their path. */
const patterns = (condition: string | undefined, scope: Scope = ATTRIBUTES) =>
  pushDown(condition, scope).messages.map((conjunction) =>
    Object.fromEntries(
      [...conjunction.values()].map(({ path, alternatives }) => [path[2] === 'stringValue' ? path[1] : path.join('.'), alternatives]),
    ),
  )
const not = (...texts: string[]) => [{ 'anything-but': texts }, { exists: false }]
const THERE = [{ exists: true }]

// biome-ignore format: a table
const ROWS: [string, object[]][] = [
  // exact
  [`${p('t')} = "a"`,                                        [{ t: ['a'] }]],
  [`"a" = ${p('t')}`,                                        [{ t: ['a'] }]],
  [`=${p('t')} = "a"`,                                       [{ t: ['a'] }]],
  [`(${p('t')} = "a")`,                                      [{ t: ['a'] }]],
  [`${p('`event-type`')} = "a"`,                             [{ 'event-type': ['a'] }]],
  [`${p('`a.b`')} = "a"`,                                    [{ 'a.b': ['a'] }]],
  [`${p('t')} != "a"`,                                       [{ t: not('a') }]],
  [`not(${p('t')} = "a")`,                                   [{ t: not('a') }]],
  [`not(${p('t')} != "a")`,                                  [{ t: ['a'] }]],
  [`${p('t')} in ("a", "b")`,                                [{ t: ['a', 'b'] }]],
  [`${p('t')} in ["a", "b"]`,                                [{ t: ['a', 'b'] }]],
  [`${p('t')} in "a"`,                                       [{ t: ['a'] }]],
  [`${p('t')} in ("a", null)`,                               [{ t: ['a', null, { exists: false }] }]],
  [`not(${p('t')} in ("a", null))`,                          [{ t: [{ 'anything-but': ['a'] }] }]],
  [`list contains(["a", "b"], ${p('t')})`,                   [{ t: ['a', 'b'] }]],
  [`not(${p('t')} in ("a", "b"))`,                           [{ t: not('a', 'b') }]],
  [`${p('t')} = null`,                                       [{ t: [null, { exists: false }] }]],
  [`${p('t')} != null`,                                      [{ t: THERE }]],
  ['messageAttributes.t = null',                             [{ 'messageAttributes.t.dataType': [null, { exists: false }] }]],
  ['messageAttributes.t != null',                            [{ 'messageAttributes.t.dataType': THERE }]],
  ['messageAttributes.t.dataType = "Number"',                [{ 'messageAttributes.t.dataType': ['Number'] }]],
  ['is defined(messageAttributes.t)',                        [{ 'messageAttributes.t.dataType': THERE }]],
  // null is not defined: a binary attribute has a text no more than a missing one
  [`is defined(${p('t')})`,                                  [{ t: THERE }]],
  [`not(is defined(${p('t')}))`,                             [{ t: [null, { exists: false }] }]],
  ['not(is defined(messageAttributes.t))',                   [{ 'messageAttributes.t.dataType': [null, { exists: false }] }]],
  ['not(is defined(attributes.MessageGroupId))',             [{ 'attributes.MessageGroupId': [null, { exists: false }] }]],
  ['attributes.MessageGroupId = "g"',                        [{ 'attributes.MessageGroupId': ['g'] }]],
  [`starts with(${p('t')}, "a")`,                            [{ t: [{ prefix: 'a' }] }]],
  [`ends with(${p('t')}, "z")`,                              [{ t: [{ suffix: 'z' }] }]],
  // together
  [`${p('t')} = "a" or ${p('t')} = "b"`,                     [{ t: ['a', 'b'] }]],
  [`${p('t')} = "a" or ${p('u')} = "b"`,                     [{ t: ['a'] }, { u: ['b'] }]],
  [`${p('t')} = "a" and ${p('u')} = "b"`,                    [{ t: ['a'], u: ['b'] }]],
  [`${p('t')} in ("a", "b") and ${p('t')} != "a"`,           [{ t: ['b'] }]],
  [`${p('t')} != "a" and ${p('t')} != "b"`,                  [{ t: not('a', 'b') }]],
  [`${p('t')} != "a" and ${p('t')} != null`,                 [{ t: [{ 'anything-but': ['a'] }] }]],
  [`starts with(${p('t')}, "ab") and starts with(${p('t')}, "a")`, [{ t: [{ prefix: 'ab' }] }]],
  [`starts with(${p('t')}, "a") and ${p('t')} in ("ax", "b")`, [{ t: ['ax'] }]],
  [`starts with(${p('t')}, "a") and starts with(${p('t')}, "b")`, NONE],
  [`ends with(${p('t')}, "ba") and ends with(${p('t')}, "a")`, [{ t: [{ suffix: 'ba' }] }]],
  [`${p('t')} = "a" and ${p('t')} = "b"`,                    NONE],
  [`not(${p('t')} = "a" or ${p('u')} = "b")`,                [{ t: not('a'), u: not('b') }]],
  [`not(${p('t')} = "a" and ${p('u')} = "b")`,               [{ t: not('a') }, { u: not('b') }]],
  [`(${p('t')} = "a" or ${p('t')} = "b") and ${p('u')} = "c"`, [{ t: ['a', 'b'], u: ['c'] }]],
  [`if ${p('t')} = "a" then ${p('u')} = "b" else false`,     [{ t: ['a'], u: ['b'] }]],
  [`(${p('t')} = "a") = true`,                               [{ t: ['a'] }]],
  [`(${p('t')} = "a") = false`,                              [{ t: not('a') }]],
  ['true',  ALL],
  ['false', NONE],
  [p('t'),  NONE],
  // weaker: a part is left to the function
  [`${p('t')} = "a" and body.n > 1`,                         [{ t: ['a'] }]],
  [`body.n > 1 and ${p('t')} = "a"`,                         [{ t: ['a'] }]],
  [`${p('t')} = "a" and contains(body.x, "y")`,              [{ t: ['a'] }]],
  [`${p('t')} = "a" and not(body.n > 1)`,                    [{ t: ['a'] }]],
  [`${p('t')} = "a" and attributes.ApproximateReceiveCount = "1"`, [{ t: ['a'] }]],
  [`contains(${p('t')}, "a")`,                               [{ t: THERE }]],
  [`matches(${p('t')}, "^a+$")`,                             [{ t: THERE }]],
  [`not(contains(${p('t')}, "a"))`,                          [{ t: THERE }]],
  [`starts with(${p('t')}, "")`,                             [{ t: THERE }]],
  [`not(starts with(${p('t')}, "a"))`,                       [{ t: THERE }]],
  [`upper case(${p('t')}) = "A"`,                            [{ t: THERE }]],
  [`upper case(${p('t')}) != "A"`,                           ALL],
  [`${p('t')} > "b"`,                                        [{ t: THERE }]],
  [`number(${p('t')}) > 5`,                                  [{ t: THERE }]],
  [`number(${p('t')}) = 5`,                                  [{ t: THERE }]],
  [`number(${p('t')}) != 5`,                                 ALL],
  [`string length(${p('t')}) = 5`,                           [{ t: THERE }]],
  [`${p('t')} = 1`,                                          [{ t: THERE }]],
  ['messageAttributes.t = "a"',                              [{ 'messageAttributes.t.dataType': THERE }]],
  // what may fail lets the messages through for which it is evaluated: a failure is no "condition not met"
  [`${p('t')} = "a" and modulo(body.n, 0) = 1`,              [{ t: ['a'] }]],
  [`modulo(body.n, 0) = 1 and ${p('t')} = "a"`,              ALL],
  [`${p('t')} = "a" or modulo(body.n, 0) = 1`,               ALL],
  [`contains(${p('t')}, "x") and modulo(body.n, 0) = 1`,     ALL],
  [`body.n < body.m and ${p('t')} = "a"`,                    ALL],
  [`body.n < 5 and ${p('t')} = "a"`,                         [{ t: ['a'] }]],
  [`body.n > -1 and ${p('t')} = "a"`,                        [{ t: ['a'] }]],
  // a regular expression and a number of many digits may take more than an evaluation may, but only where the text is
  [`matches(${p('t')}, "a") and ${p('u')} = "b"`,            [{ t: THERE, u: ['b'] }, { t: THERE }]],
  [`number(${p('t')}) > 5 and ${p('u')} = "b"`,              [{ t: THERE, u: ['b'] }, { t: THERE }]],
  [`number(${p('t')}) = 5 and ${p('u')} = "b"`,              [{ t: THERE, u: ['b'] }, { t: THERE }]],
  [`matches(body.x, "a") and ${p('u')} = "b"`,               ALL],
  [`number(body.x) > 5 and ${p('u')} = "b"`,                 ALL],
  [`contains(body.x, body.y) and ${p('u')} = "b"`,           ALL],
  [`[body.x] = [body.y] and ${p('u')} = "b"`,                ALL],
  // nothing: all messages come
  [`${p('t')} = "a" or body.n > 1`,                          ALL],
  [`not(${p('t')} = "a" and body.n > 1)`,                    ALL],
  ['body.type = "a"',                                        ALL],
  [`${p('t')} = body.t`,                                     ALL],
  [`${p('t')} in [1..5]`,                                    ALL],
  [`${p('t')} in (not("a"))`,                                ALL],
  ['messageAttributes.event-type.stringValue = "a"',         ALL],
  ['attributes.ApproximateReceiveCount = "1"',               ALL],
  ['some x in body.l satisfies x = "a"',                     ALL],
  // Lambda takes spellings of an address for one, so it may be asked for, but not excluded
  [`${p('t')} = "10.0.0.1"`,                                 [{ t: ['10.0.0.1'] }]],
  [`${p('t')} != "10.0.0.1"`,                                ALL],
  [`${p('t')} != "::1"`,                                     ALL],
  // half of a surrogate pair begins a text to FEEL, and is no text to Lambda
  [`starts with(${p('t')}, "\ud83d")`,                       ALL],
  [`${p('t')} in ("a", "\ud83d")`,                           ALL],
  [`${p('t')} != "\ud83d"`,                                  ALL],
  ['1 +',                                                    ALL],
]

for (const [condition, expected] of ROWS)
  test(`${condition}  →  ${JSON.stringify(expected)}`, () => {
    expect(patterns(condition)).toEqual(expected)
  })

describe('where the filter reads the body:', () => {
  // biome-ignore format: a table
  const IN_BODY: [string, object[]][] = [
    ['body.type = "a"',                                  [{ 'body.type': ['a'] }]],
    ['body.type in ("a", "b")',                          [{ 'body.type': ['a', 'b'] }]],
    ['body.order.`a.b` = "a"',                           [{ 'body.order.a.b': ['a'] }]],
    ['starts with(body.type, "a")',                      ALL],
    ['list contains(body.tags, "a")',                    [{ 'body.tags': ['a'] }]],
    ['some x in body.tags satisfies x = "a"',            ALL],
    ['body.paid = true',                                 [{ 'body.paid': [true] }]],
    ['body.paid',                                        [{ 'body.paid': [true] }]],
    // a value that is no boolean may be as large as the message
    ['body.order.paid',                                  ALL],
    ['body.order.paid = true',                           [{ 'body.order.paid': [true] }]],
    // a body's field may be a list, which is neither equal nor not, so that the right side is evaluated
    ['body.type = "a" and matches(body.x, "a")',         ALL],
    ['body.type = "a" or body.kind = "b"',               [{ 'body.type': ['a'] }, { 'body.kind': ['b'] }]],
    // one leaf of a body at most, and the first: Lambda wants those of a list in the same item
    ['body.a = "x" and body.b = "y"',                    [{ 'body.a': ['x'] }]],
    // two lists which are looked through may take more than what the push-down counts on
    ['list contains(body.l, "x") and list contains(body.l, "y")', ALL],
    ['list contains(body.l, "x") and body.b = "y"',      [{ 'body.l': ['x'] }]],
    // what is asked for must be there: nothing can be excluded, be null or be a number
    ['body.type != "a"',                                 ALL],
    ['not(body.type = "a")',                             ALL],
    ['body.type = null',                                 ALL],
    ['body.n = 5',                                       ALL],
    ['body.n > 5',                                       ALL],
    ['body = "text"',                                    ALL],
    // and nothing beside the body
    [`${p('t')} = "a"`,                                  ALL],
    [`${p('t')} = "a" and body.type = "b"`,              [{ 'body.type': ['b'] }]],
  ]
  for (const [condition, expected] of IN_BODY)
    test(`${condition}  →  ${JSON.stringify(expected)}`, () => {
      expect(patterns(condition, BODY)).toEqual(expected)
    })
})

test('no condition lets all through, and leaves nothing to tell', () => {
  for (const blank of [undefined, '', '  ']) expect(pushDown(blank, ATTRIBUTES)).toEqual({ messages: [new Map()], notPushedDown: [] })
})

describe('an attribute which the configuration hides is null', () => {
  // biome-ignore format: a table
  test.each([
    [`${p('t')} = "a"`,            ['u'],   NONE],
    [`${p('t')} != "a"`,           ['u'],   ALL],
    [`${p('t')} = null`,           ['u'],   ALL],
    [`${p('t')} != null`,          ['u'],   NONE],
    [`starts with(${p('t')}, "a")`, ['u'],  NONE],
    [`is defined(${p('t')})`,      ['u'],   NONE],
    [`${p('t')} = "a"`,            ['t'],   [{ t: ['a'] }]],
    [`${p('t')} = "a"`,            ['All'], [{ t: ['a'] }]],
    [`${p('tx')} = "a"`,           ['t.*'], [{ tx: ['a'] }]],
  ])('%s with %j  →  %j', (condition, messageAttributeNames, expected) => {
    expect(patterns(condition, { ...ATTRIBUTES, messageAttributeNames })).toEqual(expected)
  })

  test('so is a system attribute', () => {
    expect(patterns('attributes.SenderId = "a"', { ...ATTRIBUTES, attributeNames: ['MessageGroupId'] })).toEqual(NONE)
  })
})

test('what is left to the function is told, with why', () => {
  expect(pushDown(`${p('t')} = "a" and body.n > 1 and upper case(body.x) = "X"`, ATTRIBUTES).notPushedDown).toEqual([
    { expression: 'body.n > 1', why: expect.any(String) },
    { expression: 'upper case(body.x) = "X"', why: expect.any(String) },
  ])
})

describe('a filter that says less than its condition is told as such:', () => {
  const told = (condition: string, scope = ATTRIBUTES) => pushDown(condition, scope).notPushedDown.map(({ expression }) => expression)
  // biome-ignore format: a table
  test.each([
    [`contains(${p('t')}, "a")`,                        [`contains(${p('t')}, "a")`]],
    [`${p('u')} = "a" and contains(${p('t')}, "a")`,    [`contains(${p('t')}, "a")`]],
    [`matches(${p('t')}, "a")`,                         [`matches(${p('t')}, "a")`]],
    [`starts with(${p('t')}, "")`,                      [`starts with(${p('t')}, "")`]],
    [`upper case(${p('t')}) = "A"`,                     [`upper case(${p('t')}) = "A"`]],
    [`${p('t')} > "a"`,                                 [`${p('t')} > "a"`]],
    [`number(${p('t')}) = 5`,                           [`number(${p('t')}) = 5`]],
    [`not(starts with(${p('t')}, "a"))`,                [`starts with(${p('t')}, "a")`]],
    [`starts with(${p('t')}, "a") = false`,             [`starts with(${p('t')}, "a")`]],
    [`starts with(${p('t')}, "a") != true`,             [`starts with(${p('t')}, "a")`]],
    [`if starts with(${p('t')}, "a") then true else false`, [`starts with(${p('t')}, "a")`]],
    [`${p('t')} != "10.0.0.1"`,                         [`${p('t')} != "10.0.0.1"`]],
    [`not(${p('t')} = "10.0.0.1")`,                     [`${p('t')} = "10.0.0.1"`]],
    // and what says the same is not
    [`starts with(${p('t')}, "a")`,                     []],
    [`not(not(starts with(${p('t')}, "a")))`,           []],
    [`starts with(${p('t')}, "a") = true`,              []],
    [`starts with(${p('t')}, "a") != false`,            []],
    [`${p('t')} = "10.0.0.1"`,                          []],
    [`not(${p('t')} in ("a", null)) and is defined(messageAttributes.t)`, []],
  ])('%s', (condition, expected) => {
    expect(told(condition)).toEqual(expected)
  })

  test('of a body the second field', () => {
    expect(told('body.a = "x" and body.b = "y"', BODY)).toEqual(['body.b = "y"'])
    expect(told('body.a = "x" or body.b = "y"', BODY)).toEqual([])
  })
})

test('conditions without end widen, and take no time', () => {
  const many = Array.from({ length: 40 }, (_, index) => `(${p(`t${index}`)} = "a" or ${p(`u${index}`)} = "b")`).join(' and ')
  const { messages } = pushDown(many, ATTRIBUTES)
  expect(messages.length).toBeGreaterThan(0)
  expect(messages.length).toBeLessThanOrEqual(64)
})
