import { describe, expect, test } from 'vitest'
import { evaluateMath, idsIn, type MathScope, type MathValue, type Series } from '../../../lib/dashboard/metric-math.ts'

const _ = undefined

/** `m1` and its like, with a point every 60 s. */
function scopeOf(series: Record<string, Series>): MathScope {
  const metrics = Object.entries(series).map(([id, points]) => ({ kind: 'series', id, points, period: 60 }) as const)
  return { metrics, find: (id) => metrics.find((metric) => metric.id === id) }
}

const scope = scopeOf({ m1: [1, 2, _, 4], m2: [10, 0, 30, _], errors1: [0, 1, 0, 1] })

function plain(value: MathValue): unknown {
  if (value.kind === 'array') return value.values.map(plain)
  return value.kind === 'scalar' ? value.value : value.points
}

// biome-ignore format: table
test.each<[expression: string, expected: unknown]>([
  ['1 + 2 * 3 ^ 2',                      19],
  ['-2 ^ 2',                             -4],
  ['(1 + 2) * 3',                        9],
  ['m1 * 2',                             [2, 4, _, 8]],
  ['100 - m1',                           [99, 98, _, 96]],
  ['-m1',                                [-1, -2, _, -4]],
  ['m1 + m2',                            [11, 2, _, _]],
  ['m1 / m2',                            [0.1, _, _, _]],
  ['m1 >= 2',                            [0, 1, _, 1]],
  ['m1 != 2',                            [1, 0, _, 1]],
  ['m1 == 2',                            [0, 1, _, 0]],
  ['m1 > 1 AND errors1 > 0',             [0, 1, _, 1]],
  ['m1 > 1 && errors1 > 0',              [0, 1, _, 1]],
  ['m1 < 2 OR errors1',                  [1, 1, _, 1]],
  ['m1 < 2 || errors1',                  [1, 1, _, 1]],
  ['IF(m1 > 1, m1, 0)',                  [0, 2, _, 4]],
  ['IF(errors1, m2)',                    [_, 0, _, _]],
  ['IF(1, 5, m1)',                       [5, 5, 5, 5]],
  ['FILL(m1, 0)',                        [1, 2, 0, 4]],
  ['FILL(m1, REPEAT)',                   [1, 2, 2, 4]],
  ['FILL(m1, LINEAR)',                   [1, 2, 3, 4]],
  ['FILL([m1, m2], 0)',                  [[1, 2, 0, 4], [10, 0, 30, 0]]],
  ['SUM(m1)',                            7],
  ['AVG(m2)',                            40 / 3],
  ['MIN(m1)',                            1],
  ['MAX(m2)',                            30],
  ['DATAPOINT_COUNT(m1)',                3],
  ['SUM([m1, m2])',                      [11, 2, 30, 4]],
  ['AVG([m1, m2])',                      [5.5, 1, 30, 4]],
  ['MAX([m1, m2])',                      [10, 2, 30, 4]],
  ['MIN([m1, 2])',                       [1, 2, 2, 2]],
  ['SUM(METRICS())',                     [11, 3, 30, 5]],
  ['SUM(METRICS("errors"))',             [0, 1, 0, 1]],
  ["METRICS('m')",                       [[1, 2, _, 4], [10, 0, 30, _]]],
  ['METRICS("m") / SUM(METRICS("m"))',   [[1 / 11, 1, _, 1], [10 / 11, 0, 1, _]]],
  ['METRIC_COUNT(METRICS())',            3],
  ['m1 - MIN(m1)',                       [0, 1, _, 3]],
  ['RUNNING_SUM(m1)',                    [1, 3, _, 7]],
  ['DIFF(m1)',                           [_, 1, _, 2]],
  ['RATE(m2)',                           [_, -10 / 60, 0.5, _]],
  ['PERIOD(m1)',                         60],
  ['m1 / PERIOD(m1)',                    [1 / 60, 2 / 60, _, 4 / 60]],
  ['ABS(-m1)',                           [1, 2, _, 4]],
  ['CEIL(m1 / 2)',                       [1, 1, _, 2]],
  ['FLOOR(m1 / 2)',                      [0, 1, _, 2]],
  ['TIME_SERIES(3)',                     [3, 3, 3, 3]],
])('%s', (expression, expected) => {
  expect(plain(evaluateMath(expression, scope))).toEqual(expected)
})

test('a coarser series has its points for longer', () => {
  const find = (id: string) =>
    ({ kind: 'series', id, ...(id === 'fine' ? { points: [1, 2, 3, 4], period: 60 } : { points: [10, 20], period: 120 }) }) as const
  expect(evaluateMath('fine + coarse', { find, metrics: [] })).toMatchObject({ points: [11, 12, 23, 24], period: 60 })
})

// biome-ignore format: table
test.each([
  ['SEARCH("x", "Sum")',       'the function SEARCH is not known'],
  ['sin(m1)',                  'the function sin is not known'],
  ['constructor(m1)',          'the function constructor is not known'],
  ['m3 + 1',                   'there is no metric with the id m3'],
  ['pi * 2',                   'there is no metric with the id pi'],
  ['m1 % 2',                   'the operator % is not known'],
  ['2 m1',                     'an operator is missing in 2 m1'],
  ['m1 = 2',                   'm1 = 2 is nothing that metric math knows'],
  ['m1.constructor',           'm1.constructor is nothing that metric math knows'],
  ['FILL(m1)',                 'FILL takes a metric, and what to fill it with'],
  ['RATE(1)',                  'RATE takes a metric'],
  ['m1 + "text"',              'text is no number'],
])('%s is refused: %s', (expression, message) => {
  expect(() => evaluateMath(expression, scope)).toThrow(message)
})

test('what cannot be read is refused with the expression', () => {
  expect(() => evaluateMath('m1 +', scope)).toThrow(/^m1 \+ cannot be read: /)
})

describe('the ids of an expression', () => {
  test.each([
    ['m1 + m1 / m2', ['m1', 'm2']],
    ['FILL(m1, REPEAT)', ['m1']],
    ['SUM(METRICS("AND"))', []],
    ['IF(a > 1 AND b, 1)', ['a', 'b']],
  ])('%s: %j', (expression, ids) => {
    expect(idsIn(expression)).toEqual(ids)
  })
})
