import { describe, expect, test } from 'vitest'
import { byPackage, byPart } from '../../bench/cost/parts.ts'
import { percentile, ratiosOf, spreadOf } from '../../bench/statistics.ts'

describe('figures', () => {
  test.each([
    [[3, 1, 2], { median: 2, least: 1, greatest: 3 }],
    [[4, 1, 2, 9], { median: 3, least: 1, greatest: 9 }],
    [[5], { median: 5, least: 5, greatest: 5 }],
  ])('the spread of %j', (values, spread) => expect(spreadOf(values)).toEqual(spread))

  test('the ratio of pairs is that of each pair, and not that of the medians', () => {
    expect(ratiosOf([10, 100, 40], [1, 100, 10])).toEqual({ median: 4, least: 1, greatest: 10 })
  })

  test.each([
    [50, 2],
    [95, 4],
    [100, 4],
    [1, 1],
  ])('%d of a hundred of 1, 2, 3, 4 do not exceed %d', (hundredths, value) => expect(percentile([4, 2, 1, 3], hundredths)).toBe(value))
})

test('samples are those of the part of the function that a file is of; what the bench itself takes is none', () => {
  const sample = (url: string, functionName = 'f') => ({ url, functionName, micros: 10 })
  const parts = byPart(
    [
      sample('file:///x/lambda/feel/compile/path.ts'),
      sample('file:///x/lambda/feel/feel.ts'),
      sample('file:///x/lambda/http-connection.ts'),
      sample('', '(garbage collector)'),
      sample('', 'writeUtf8String'),
      sample('', '(idle)'),
      sample('file:///x/bench/cost/handler-process.ts'),
    ],
    10,
  )
  expect(parts).toEqual([
    { name: 'FEEL', micros: 2 },
    { name: 'HTTP', micros: 1 },
    { name: 'garbage collection', micros: 1 },
    { name: 'log', micros: 1 },
  ])
})

test('the packages of a cold start are those of the files that are imported at once', () => {
  const output = (inputs: Record<string, number>, imports: [string, 'import-statement' | 'dynamic-import'][] = []) => ({
    bytes: 0,
    exports: [],
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, bytesInOutput]) => [name, { bytesInOutput }])),
    imports: imports.map(([path, kind]) => ({ path, kind })),
  })
  const outputs = {
    'd/index.mjs': output({ 'lambda/handler.ts': 1, 'lambda/feel/feel.ts': 5 }, [
      ['d/shared.mjs', 'import-statement'],
      ['d/late.mjs', 'dynamic-import'],
    ]),
    'd/shared.mjs': output({ 'node_modules/@smithy/core/a.js': 3, 'node_modules/@smithy/core/b.js': 4 }),
    'd/late.mjs': output({ 'node_modules/zod/a.js': 9 }),
  }
  expect(byPackage({ inputs: {}, outputs })).toEqual([
    { name: '@smithy/core', bytes: 7 },
    { name: 'lambda/feel', bytes: 5 },
    { name: 'lambda', bytes: 1 },
  ])
})
