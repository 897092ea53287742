import { expect, test } from 'vitest'
import type { FilterPattern } from '../../../lambda/core/filter-patterns.ts'
import { isSame, letsThrough, parseFilterText, toFilterText, unionOf } from '../../../lambda/core/filter-patterns.ts'

const pattern = (...types: string[]): FilterPattern => ({ messageAttributes: { type: { stringValue: types } } })
const [A, B] = [pattern('A'), pattern('B')]
const many = ['A', 'B', 'C', 'D', 'E', 'F'].map((type) => pattern(type))

// biome-ignore format: a table
test.each<[name: string, wide: FilterPattern[], narrow: FilterPattern[], expected: boolean]>([
  ['no filter lets through everything',                [],     [A],    true],
  ['no filter lets through no filter',                 [],     [],     true],
  ['a filter does not let through everything',         [A],    [],     false],
  ['a filter lets through itself',                     [A],    [A],    true],
  ['a filter lets through a part of it',               [A, B], [B],    true],
  ['a filter does not let through what it has not',    [A],    [A, B], false],
  ['a filter is known by its patterns, not by their meaning', [pattern('A', 'B')], [A], false],
])('%s', (_, wide, narrow, expected) => expect(letsThrough(wide, narrow)).toBe(expected))

test('the order of patterns and of keys does not matter', () => {
  expect(isSame([{ x: [1], y: [2] }, A], [A, { y: [2], x: [1] }])).toBe(true)
  expect(toFilterText([{ x: [1], y: [2] }])).toBe(toFilterText([{ y: [2], x: [1] }]))
})

test('a union has each pattern once', () => {
  expect(unionOf([A, B], [B], [A])).toEqual([A, B])
})

test.each<[string, FilterPattern[], FilterPattern[]]>([
  ['one of the filters is none', [A], []],
  ['there would be more than five patterns', many.slice(0, 4), many.slice(4)],
  ['the parameter would have no room for them', [pattern('x'.repeat(2_000))], [pattern('y'.repeat(2_100))]],
  ['some look at a JSON body and some do not look at the body', [A], [{ body: { n: [1] } }]],
  ['some look at a JSON body and some at a text', [{ body: { n: [1] } }], [{ body: ['text'] }]],
])('a union is no filter where %s', (_, one, other) => {
  expect(unionOf(one, other)).toEqual([])
})

test('five patterns, and patterns of the same format of body, are a filter', () => {
  expect(unionOf(many.slice(0, 5))).toHaveLength(5)
  expect(unionOf([{ body: { n: [1] } }], [{ body: { m: [1] } }])).toHaveLength(2)
})

test('the text of a filter parameter is read as it was written, and has no {{, which SSM refuses', () => {
  const patterns = [pattern('{{x}}', 'Zürich "ü"')]
  expect(toFilterText(patterns)).not.toContain('{{')
  expect(parseFilterText(toFilterText(patterns))).toEqual(patterns)
  expect(parseFilterText('[]')).toEqual([])
})

test.each(['', '{', '{}', 'null', '"x"', '[1]', '[null]', '[[]]'])('the text %s is no list of patterns', (text) => {
  expect(parseFilterText(text)).toBeUndefined()
})
