import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isDuration, toMilliseconds } from '../../../lambda/core/duration.ts'

const LONGEST = Number.MAX_SAFE_INTEGER

/** By java.time of JDK 25: `Duration.parse(text).toMillis()`. */
// biome-ignore format: a table
test.each([
  ['PT1H', 3_600_000], ['P1D', 86_400_000], ['pt5m', 300_000], ['PT0S', 0], ['P1DT2H3M4.5S', 93_784_500],
  ['+PT5M', 300_000], ['-PT5M', -300_000], ['PT-5M', -300_000], ['-PT-5M', 300_000], ['P1DT-5M', 86_100_000], ['P-1DT+5M', -86_100_000], ['PT+0S', 0],
  ['PT1,5S', 1_500], ['PT1.S', 1_000], ['PT-0.5S', -500], ['-PT-0.5S', 500], ['PT1H-0.25S', 3_599_750],
  ['PT0.0019S', 1], ['PT-0.0019S', -1], ['PT0.000999999S', 0], ['P1Dt', 86_400_000], ['PT007S', 7_000],
  ['PT9223372036854775S', LONGEST], ['PT9223372036854775807S', LONGEST], ['PT-9223372036854775808S', -LONGEST], ['PT9223372036854775807.9S', LONGEST],
])('%s is %d ms', (text, milliseconds) => {
  expect(isDuration(text)).toBe(true)
  expect(toMilliseconds(text)).toBe(milliseconds)
})

test.each([
  'P',
  'PT',
  'pt',
  'P1DT',
  '-P',
  '+PT',
  'P1Y',
  'P1M',
  'P1W',
  'PT1D',
  'P1H',
  'T1H',
  '5m',
  '',
  ' PT1H',
  'PT1H ',
  'PT1H\n',
  '--PT1H',
  'PT--1H',
  'PT1M1H',
  'PT1.5M',
  'PT.5S',
  'PT1.1234567890S',
  'PT1.-5S',
  'P١D',
  'PT1ſ',
  'PT9223372036854775808S',
  'PT-9223372036854775809S',
  '-PT-9223372036854775808S',
  'PT-9223372036854775808.5S',
  'P106751991167301D',
  'PT9223372036854775807S1M',
  'PT1M9223372036854775807S',
])('%j is none', (text) => {
  expect(isDuration(text)).toBe(false)
  expect(() => toMilliseconds(text)).toThrow(RangeError)
})

describe('for all durations', () => {
  const count = fc.integer({ min: -100_000, max: 100_000 })
  const parts = fc.tuple(count, count, count, count)

  test('the parts add up, each with its own sign, and the sign before them turns them all', () => {
    fc.assert(
      fc.property(parts, ([days, hours, minutes, seconds]) => {
        const text = `P${days}DT${hours}H${minutes}M${seconds}S`
        const sum = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000
        expect(toMilliseconds(text)).toBe(sum)
        expect(toMilliseconds(`+${text}`)).toBe(sum)
        expect(toMilliseconds(`-${text}`)).toBe(0 - sum)
      }),
    )
  })
})
