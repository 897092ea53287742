import { describe, expect, test } from 'vitest'
import { pushDown } from '../../lambda/core/push-down.ts'

const p = (name: string) => `messageAttributes.${name}.stringValue`
const ALL = [{}]
const NONE: object[] = []
const patterns = (condition: string | undefined, names?: readonly string[]) =>
  pushDown(condition, names).messages.map((conjunction) => Object.fromEntries(conjunction))

// biome-ignore format: a table
const ROWS: [string, object[]][] = [
  // exact
  [`${p('t')} = "a"`,                                        [{ t: ['a'] }]],
  [`"a" = ${p('t')}`,                                        [{ t: ['a'] }]],
  [`=${p('t')} = "a"`,                                       [{ t: ['a'] }]],
  [`(${p('t')} = "a")`,                                      [{ t: ['a'] }]],
  ['messageAttributes.`event-type`.stringValue = "a"',       [{ 'event-type': ['a'] }]],
  [`${p('t')} != "a"`,                                       [{ t: [{ 'anything-but': ['a'] }, { exists: false }] }]],
  [`not(${p('t')} = "a")`,                                   [{ t: [{ 'anything-but': ['a'] }, { exists: false }] }]],
  [`not(${p('t')} != "a")`,                                  [{ t: ['a'] }]],
  [`${p('t')} in ("a", "b")`,                                [{ t: ['a', 'b'] }]],
  [`${p('t')} in ["a", "b"]`,                                [{ t: ['a', 'b'] }]],
  [`${p('t')} in "a"`,                                       [{ t: ['a'] }]],
  [`list contains(["a", "b"], ${p('t')})`,                   [{ t: ['a', 'b'] }]],
  [`not(${p('t')} in ("a", "b"))`,                           [{ t: [{ 'anything-but': ['a', 'b'] }, { exists: false }] }]],
  [`${p('t')} = null`,                                       [{ t: [null, { exists: false }] }]],
  [`${p('t')} != null`,                                      [{ t: [{ exists: true }] }]],
  // together
  [`${p('t')} = "a" or ${p('t')} = "b"`,                     [{ t: ['a', 'b'] }]],
  [`${p('t')} = "a" or ${p('u')} = "b"`,                     [{ t: ['a'] }, { u: ['b'] }]],
  [`${p('t')} = "a" and ${p('u')} = "b"`,                    [{ t: ['a'], u: ['b'] }]],
  [`${p('t')} in ("a", "b") and ${p('t')} != "a"`,           [{ t: ['b'] }]],
  [`${p('t')} != "a" and ${p('t')} != "b"`,                  [{ t: [{ 'anything-but': ['a', 'b'] }, { exists: false }] }]],
  [`${p('t')} != "a" and ${p('t')} != null`,                 [{ t: [{ 'anything-but': ['a'] }] }]],
  [`${p('t')} = "a" and ${p('t')} = "b"`,                    NONE],
  [`not(${p('t')} = "a" or ${p('u')} = "b")`,                [{ t: [{ 'anything-but': ['a'] }, { exists: false }], u: [{ 'anything-but': ['b'] }, { exists: false }] }]],
  [`not(${p('t')} = "a" and ${p('u')} = "b")`,               [{ t: [{ 'anything-but': ['a'] }, { exists: false }] }, { u: [{ 'anything-but': ['b'] }, { exists: false }] }]],
  [`(${p('t')} = "a" or ${p('t')} = "b") and ${p('u')} = "c"`, [{ t: ['a', 'b'], u: ['c'] }]],
  ['true',  ALL],
  ['false', NONE],
  // weaker: a part is left to the function
  [`${p('t')} = "a" and body.n > 1`,                         [{ t: ['a'] }]],
  [`body.n > 1 and ${p('t')} = "a"`,                         [{ t: ['a'] }]],
  [`${p('t')} = "a" and contains(body.x, "y")`,              [{ t: ['a'] }]],
  [`${p('t')} = "a" and not(body.n > 1)`,                    [{ t: ['a'] }]],
  [`${p('t')} = "a" and ${p('u')} > "b"`,                    [{ t: ['a'] }]],
  // nothing: all messages come
  [`${p('t')} = "a" or body.n > 1`,                          ALL],
  [`not(${p('t')} = "a" and body.n > 1)`,                    ALL],
  [`body.type = "a"`,                                        ALL],
  [`messageAttributes.t = "a"`,                              ALL],
  [`messageAttributes.t.dataType = "String"`,                ALL],
  [`${p('t')} = body.t`,                                     ALL],
  [`${p('t')} = 1`,                                          ALL],
  [`${p('t')} in [1..5]`,                                    ALL],
  [`${p('t')} in (not("a"))`,                                ALL],
  [`${p('t')} = "a\\"b"`,                                    ALL],
  [`messageAttributes.event-type.stringValue = "a"`,         ALL],
  [`messageAttributes.a.b.stringValue = "a"`,                ALL],
  [`${p('t')} in ("a") or body.n = 1`,                       ALL],
  [`is defined(${p('t')})`,                                  ALL],
  // what may fail lets all through: a failure is no "condition not met"
  [`${p('t')} = "a" and modulo(body.n, 0) = 1`,              ALL],
  [`${p('t')} = "a" and body.n < body.m`,                    ALL],
  [`modulo(body.n, 0) = 1 and ${p('t')} = "a"`,              ALL],
  // Lambda takes spellings of an address for one, so it may be asked for, but not excluded
  [`${p('t')} = "10.0.0.1"`,                                 [{ t: ['10.0.0.1'] }]],
  [`${p('t')} != "10.0.0.1"`,                                ALL],
  [`${p('t')} != "::1"`,                                     ALL],
  ['1 +',                                                    ALL],
]

for (const [condition, expected] of ROWS)
  test(`${condition}  →  ${JSON.stringify(expected)}`, () => {
    expect(patterns(condition)).toEqual(expected)
  })

test('no condition lets all through, and leaves nothing to tell', () => {
  for (const blank of [undefined, '', '  ']) expect(pushDown(blank)).toEqual({ messages: [new Map()], notPushedDown: [] })
})

describe('an attribute which messageAttributeNames hides is null', () => {
  // biome-ignore format: a table
  test.each([
    [`${p('t')} = "a"`,    ['u'],   NONE],
    [`${p('t')} != "a"`,   ['u'],   ALL],
    [`${p('t')} = null`,   ['u'],   ALL],
    [`${p('t')} != null`,  ['u'],   NONE],
    [`${p('t')} = "a"`,    ['t'],   [{ t: ['a'] }]],
    [`${p('t')} = "a"`,    ['All'], [{ t: ['a'] }]],
    [`${p('tx')} = "a"`,   ['t.*'], [{ tx: ['a'] }]],
  ])('%s with %j  →  %j', (condition, names, expected) => {
    expect(patterns(condition, names)).toEqual(expected)
  })
})

test('what is left to the function is told, with why', () => {
  expect(pushDown(`${p('t')} = "a" and body.n > 1 and upper case(body.x) = "X"`).notPushedDown).toEqual([
    { expression: 'body.n > 1', why: expect.stringContaining('=, != and in') },
    { expression: 'upper case(body.x) = "X"', why: expect.any(String) },
  ])
})

test('conditions without end widen, and take no time', () => {
  const many = Array.from({ length: 40 }, (_, index) => `(${p(`t${index}`)} = "a" or ${p(`u${index}`)} = "b")`).join(' and ')
  const { messages } = pushDown(many)
  expect(messages.length).toBeGreaterThan(0)
  expect(messages.length).toBeLessThanOrEqual(64)
})
