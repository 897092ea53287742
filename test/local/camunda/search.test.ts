import { describe, expect, test } from 'vitest'
import { RequestProblem } from '../../../local/camunda/rejection.ts'
import { type SearchRequest, search } from '../../../local/camunda/search.ts'

const ENTRIES = [
  { item: { key: '9', name: 'order', version: 1, endDate: null, tags: ['a', 'b'] } },
  { item: { key: '10', name: 'order*', version: 2, endDate: '2026-01-02T00:00:00.000Z', tags: [] }, also: { isLatestVersion: true } },
  { item: { key: '11', name: 'Payment', version: 3, endDate: '2026-01-03T00:00:00.000Z', tags: ['b'] } },
]

const versions = (request: SearchRequest) => search(ENTRIES, request).items.map(({ version }) => version)

// biome-ignore format: a table
describe('a filter', () => {
  test.each<[string, Record<string, unknown>, number[]]>([
    ['of a value',                       { name: 'order' },                                [1]],
    ['of several properties: all hold',  { name: 'order', version: 2 },                    []],
    ['$eq',                              { version: { $eq: 2 } },                          [2]],
    ['$neq',                             { name: { $neq: 'order' } },                      [2, 3]],
    ['$in',                              { version: { $in: [1, 3] } },                     [1, 3]],
    ['$notIn',                           { version: { $notIn: [1, 3] } },                  [2]],
    ['$gt and $lte together',            { version: { $gt: 1, $lte: 3 } },                 [2, 3]],
    ['$gte and $lt',                     { version: { $gte: 1, $lt: 2 } },                 [1]],
    ['$exists',                          { endDate: { $exists: true } },                   [2, 3]],
    ['$exists, not',                     { endDate: { $exists: false } },                  [1]],
    ['$gt of a date, which one has not', { endDate: { $gt: '2026-01-02T12:00:00.000Z' } }, [3]],
    ['a date in another zone',           { endDate: { $lte: '2026-01-02T01:00:00+01:00' } },   [2]],
    ['$lt of a date, which one has not', { endDate: { $lt: '2026-01-02T12:00:00.000Z' } }, [2]],
    ['$lte of a date, which one has not', { endDate: { $lte: '2026-01-02T00:00:00.000Z' } }, [2]],
    ['$like with a star',                { name: { $like: 'o*' } },                        [1, 2]],
    ['$like with a question mark',       { name: { $like: '?ayment' } },                   [3]],
    ['$like with a star that is meant',  { name: { $like: 'order\\*' } },                  [2]],
    ['$like of a dot, which is a dot',   { name: { $like: 'orde.' } },                     []],
    ['$or',                              { $or: [{ version: 1 }, { name: 'Payment' }] },   [1, 3]],
    ['of tags: all of them',             { tags: ['b', 'a'] },                             [1]],
    ['of what is not shown',             { isLatestVersion: true },                        [2]],
    ['of keys by their number',          { key: { $gt: '9' } },                            [2, 3]],
    ['of empty lists: the Java client’s', { name: { $eq: 'order', $in: [], $notIn: [] }, tags: [], $or: [] }, [1]],
    ['of null',                          { name: null },                                   [1, 2, 3]],
  ])('%s', (_name, filter, expected) => {
    const entries = 'isLatestVersion' in filter ? ENTRIES.map((entry) => ({ ...entry, also: { isLatestVersion: false, ...entry.also } })) : ENTRIES
    expect(search(entries, { filter }).items.map(({ version }) => version)).toEqual(expected)
  })

  test.each([
    [{ colour: 'blue' }, /no colour to search by/],
    [{ version: { $between: 1 } }, /no operator \$between/],
  ])('of what there is not is refused: %o', (filter, message) => {
    expect(() => search(ENTRIES, { filter })).toThrow(message)
    expect(() => search(ENTRIES, { filter })).toThrow(RequestProblem)
  })
})

test('$like finds what is on several lines', () => {
  expect(search([{ item: { name: 'order\nof two' } }], { filter: { name: { $like: 'order*two' } } }).items).toHaveLength(1)
})

test('items are sorted by one field after the other, keys as numbers and nothing first', () => {
  expect(versions({ sort: [{ field: 'key', order: 'DESC' }] })).toEqual([3, 2, 1])
  expect(versions({ sort: [{ field: 'endDate', order: 'DESC' }] })).toEqual([3, 2, 1])
  expect(versions({ sort: [{ field: 'endDate', order: 'desc' }] })).toEqual([3, 2, 1])
  expect(versions({ sort: [{ field: 'name' }] })).toEqual([3, 1, 2])
  expect(
    search(
      ENTRIES.map(({ item }) => ({ item: { version: item.version }, also: { endDate: item.endDate } })),
      { sort: [{ field: 'endDate', order: 'DESC' }] },
    ).items,
  ).toEqual([{ version: 3 }, { version: 2 }, { version: 1 }])
  const twice = [...ENTRIES, { item: { key: '8', name: 'order', version: 4, endDate: null, tags: [] } }]
  const sort = [{ field: 'name' }, { field: 'key' }]
  expect(search(twice, { sort }).items.map(({ version }) => version)).toEqual([3, 4, 1, 2])
  expect(() => versions({ sort: [{ field: 'colour' }] })).toThrow('there is no field colour')
})

test('pages are told by number and by cursor, forwards and back, with the count of all', () => {
  const { items, page } = search(ENTRIES, { page: { limit: 2 } })
  expect(items).toHaveLength(2)
  expect(page).toMatchObject({ totalItems: 3, hasMoreTotalItems: false })
  expect(versions({ page: { after: page.endCursor } })).toEqual([3])
  expect(versions({ page: { before: search(ENTRIES, { page: { from: 2 } }).page.startCursor, limit: 1 } })).toEqual([2])
  expect(versions({ page: { before: page.endCursor, limit: 2 } })).toEqual([1])
  const last = search(ENTRIES, { page: { from: 2, limit: 2 } }).page
  expect(last.endCursor).toBe(last.startCursor)
  expect(search(ENTRIES, { page: { from: 3 } })).toEqual({
    items: [],
    page: { totalItems: 3, hasMoreTotalItems: false, startCursor: null, endCursor: null },
  })
})

test('a page has 100 items, unless told otherwise', () => {
  const many = Array.from({ length: 101 }, (_, n) => ({ item: { key: String(n) } }))
  expect(search(many, {}).items).toHaveLength(100)
  expect(search(many, { page: { limit: 101 } }).items).toHaveLength(101)
})

test.each([
  [{ from: 1, after: 'MQ==' }, /one of from, after and before/],
  [{ after: 'nonsense' }, /nonsense is no cursor/],
])('a page that cannot be is refused: %o', (page, message) => {
  expect(() => search(ENTRIES, { page })).toThrow(message)
})
