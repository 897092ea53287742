import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UNBOUNDED } from '../../../../lambda/feel/evaluation/budget.ts'
import { parseDecimal } from '../../../../lambda/feel/numbers/decimal.ts'
import type { FeelTemporal } from '../../../../lambda/feel/temporal/temporal.ts'
import {
  addTemporals,
  compareTemporals,
  DaysTimeDuration,
  divideTemporals,
  equalTemporals,
  FeelDate,
  isTemporal,
  multiplyTemporals,
  parseTemporal,
  subtractTemporals,
  TemporalFault,
  temporalProperty,
  temporalType,
} from '../../../../lambda/feel/temporal/temporal.ts'
import type { FeelValue } from '../../../../lambda/feel/values/values.ts'

const value = (text: string): FeelValue => parseTemporal(text) ?? parseDecimal(text, UNBOUNDED) ?? text
const temporal = (text: string) => parseTemporal(text) as FeelTemporal
const json = (result: FeelValue | undefined) => (isTemporal(result ?? null) ? (result as FeelTemporal).toJSON() : result)

type Row = readonly [x: string, y: string, result: string | number | undefined]

function rows(operator: string, apply: (x: FeelValue, y: FeelValue) => FeelValue | undefined, table: readonly Row[]) {
  describe(`the operator ${operator}`, () => {
    for (const [x, y, result] of table)
      test(`${x} ${operator} ${y} ${result === undefined ? 'is none' : `is ${result}`}`, () =>
        expect(json(apply(value(x), value(y)))).toBe(result))
  })
}

// biome-ignore format: a table
rows('+', addTemporals, [
  ['2024-01-31', 'P1M', '2024-02-29'], ['2023-01-31', 'P1M', '2023-02-28'], ['2024-02-29', 'P1Y', '2025-02-28'], ['2024-02-29', '-P4Y', '2020-02-29'], ['2024-12-31', 'P2M', '2025-02-28'], ['2024-01-31', '-P11M', '2023-02-28'],
  ['P1M', '2024-01-31', '2024-02-29'], ['2024-01-31', 'P1D', '2024-02-01'], ['P1D', '2024-01-31', '2024-02-01'], ['2024-01-31', 'PT23H59M', '2024-01-31'], ['2024-01-31', 'PT36H', '2024-02-01'], ['2024-01-31', '-PT1S', '2024-01-30'], ['0001-01-01', '-P1D', '0000-12-31'],
  ['23:30', 'PT1H', '00:30:00'], ['PT1H', '23:30', '00:30:00'], ['10:00', 'P3DT0.000000001S', '10:00:00.000000001'], ['10:00', '-P1DT11H', '23:00:00'], ['10:00', 'P1M', undefined], ['P1M', '10:00', undefined],
  ['23:30:00+01:00', 'PT1H', '00:30+01:00'], ['PT1H', '10:00:00@Europe/Berlin', '11:00+01:00'], ['10:00:00Z', 'P1M', undefined],
  ['2024-01-31T10:00', 'P1M', '2024-02-29T10:00:00'], ['2024-12-31T23:59:59.5', 'PT0.5S', '2025-01-01T00:00:00'], ['P1D', '2024-01-31T10:00', '2024-02-01T10:00:00'], ['1970-01-01T00:00', '-PT0.000000001S', '1969-12-31T23:59:59.999999999'],
  ['2024-03-30T02:30:00@Europe/Berlin', 'P1D', '2024-03-31T03:30:00+02:00'], ['2024-03-29T02:30:00@Europe/Berlin', 'PT48H', '2024-03-31T03:30:00+02:00'], ['2024-03-30T12:00:00@Europe/Berlin', 'P1D', '2024-03-31T13:00:00+02:00'],
  ['2024-02-29T02:30:00@Europe/Berlin', 'P1M', '2024-03-29T02:30:00+01:00'], ['2024-02-27T02:30:00@Europe/Berlin', 'P8M', '2024-10-27T02:30:00+01:00'], ['2024-09-27T02:30:00@Europe/Berlin', 'P1M', '2024-10-27T02:30:00+02:00'], ['P1M', '2024-01-31T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['P1D', 'PT1H', 'PT25H'], ['P1Y', 'P14M', 'P2Y2M'], ['P1Y', '-P14M', 'P-2M'], ['P1D', 'P1M', undefined], ['P1M', 'P1D', undefined],
  ['2024-01-31', '2024-01-31', undefined], ['2024-01-31', '1', undefined], ['1', 'P1D', undefined], ['P1D', '1', undefined], ['a', 'P1D', undefined],
])

// biome-ignore format: a table
rows('-', subtractTemporals, [
  ['2024-03-31', 'P1M', '2024-02-29'], ['2024-03-01', 'P1D', '2024-02-29'], ['2024-03-01', 'PT1S', '2024-02-29'], ['2024-03-01', 'PT24H', '2024-02-29'], ['2024-03-01', '-P1D', '2024-03-02'],
  ['2024-03-01', '2024-02-28', 'PT48H'], ['2024-02-28', '2024-03-01', 'PT-48H'], ['2024-03-01', '2024-03-01', 'PT0S'],
  ['00:30', 'PT1H', '23:30:00'], ['00:30', '23:30', 'PT-23H'], ['10:00', '09:59:59.999999999', 'PT0.000000001S'], ['10:00:00+01:00', 'PT1H', '09:00+01:00'], ['10:00', 'P1Y', undefined],
  ['10:00:00Z', '11:00:00Z', 'PT1H'], ['11:00:00Z', '10:00:00Z', 'PT1H'], ['10:00:00+01:00', '11:00:00+02:00', 'PT0S'], ['10:00:00+01:00', '10:00:00-01:00', 'PT2H'], ['10:00', '10:00:00Z', undefined],
  ['2024-03-01T00:00', '2024-02-29T23:59', 'PT1M'], ['2024-03-01T00:00', 'PT1M', '2024-02-29T23:59:00'], ['2024-03-31T10:00', 'P1M', '2024-02-29T10:00:00'],
  ['2024-03-31T12:00:00@Europe/Berlin', '2024-03-30T12:00:00@Europe/Berlin', 'PT23H'], ['2024-01-01T10:00:00+01:00', '2024-01-01T10:00:00Z', 'PT-1H'], ['2024-03-31T12:00:00@Europe/Berlin', 'P1D', '2024-03-30T11:00:00+01:00'], ['2024-04-30T02:30:00@Europe/Berlin', 'P1M', '2024-03-30T02:30:00+01:00'],
  ['2024-01-01T10:00:00Z', '2024-01-01T10:00', undefined], ['2024-01-01', '2024-01-01T10:00', undefined], ['P1D', '2024-01-01', undefined],
  ['P1D', 'PT1H', 'PT23H'], ['P1Y', 'P1M', 'P11M'], ['P1M', 'P1Y', 'P-11M'], ['P1D', 'P1M', undefined], ['P1D', '1', undefined], ['1', 'P1D', undefined],
])

// biome-ignore format: a table
rows('*', (x, y) => multiplyTemporals(x, y, UNBOUNDED), [
  ['P1D', '2', 'PT48H'], ['2', 'P1D', 'PT48H'], ['P1D', '-2.9', 'PT-48H'], ['P1D', '0.9', 'PT0S'], ['PT0.5S', '3', 'PT1.5S'], ['P1M', '14', 'P1Y2M'], ['3', '-P5M', 'P-1Y-3M'], ['P1Y', '4294967296', 'P0D'], ['P1D', '4294967297', 'PT24H'],
  ['P1D', 'P1D', undefined], ['2024-01-01', '2', undefined], ['2', '2024-01-01', undefined], ['P1D', 'a', undefined], ['2', '2', undefined],
])

// biome-ignore format: a table
rows('/', (x, y) => divideTemporals(x, y, UNBOUNDED), [
  ['P1D', '2', 'PT12H'], ['PT1S', '3', 'PT0.333S'], ['PT1S', '-3', 'PT-0.333S'], ['P1D', '0.5', 'PT48H'], ['PT0.0009S', '1', 'PT0S'], ['P30D', '1', 'PT-473H-2M-47.296S'], ['P1D', '0', undefined], ['P1D', '0.0', undefined],
  ['P1Y', '5', 'P2M'], ['P1Y', '0.3', 'P3Y4M'], ['-P1Y', '5', 'P-2M'], ['P1Y', '0', undefined],
  ['P1D', 'PT1H', 24], ['P1D', 'PT5H', 4], ['-P1D', 'PT5H', -4], ['PT1H', 'P1D', 0], ['-PT1H', 'P1D', 0], ['P1D', 'PT0S', undefined], ['PT0.0015S', 'PT0.001S', 1], ['P1Y', 'P5M', 2], ['P1M', 'P1Y', 0], ['-P1Y', 'P5M', -2], ['P1Y', 'P0M', undefined],
  ['P1D', 'P1M', undefined], ['P1M', 'P1D', undefined], ['1', 'P1D', undefined], ['1', '2', undefined], ['2024-01-01', '2', undefined],
])

describe('what java.time cannot say', () => {
  // biome-ignore format: a table
  const FAULTS: readonly [string, () => unknown][] = [
    ['a day after the last year', () => addTemporals(value('999999999-12-31'), value('P1D'))], ['a month after the last year', () => addTemporals(value('999999999-12-31'), value('P1M'))],
    ['a time before the first year', () => subtractTemporals(value('-999999999-01-01T00:00'), value('PT1S'))],
    ['more seconds than a long', () => addTemporals(value('PT9223372036854775807S'), value('PT1S'))], ['fewer seconds than a long', () => multiplyTemporals(value('PT-9223372036854775807S'), 2, UNBOUNDED)],
    ['more milliseconds than a long', () => divideTemporals(value('PT9223372036854775807S'), 2, UNBOUNDED)], ['a division by less than a millisecond', () => divideTemporals(value('PT1S'), value('PT0.0009S'), UNBOUNDED)],
    ['more years than an int', () => addTemporals(value('P2147483647Y'), value('P1Y'))], ['more months than an int on the way', () => multiplyTemporals(value('P11M'), 2147483647, UNBOUNDED)], ['fewer years than an int', () => subtractTemporals(value('-P2147483647Y'), value('P2Y'))],
  ]
  for (const [what, attempt] of FAULTS) test(`${what} is a fault`, () => expect(attempt).toThrow(TemporalFault))

  test('a duration of too many years is no literal', () => expect(parseTemporal('P2147483647Y12M')).toBeUndefined())
})

describe('equality and order', () => {
  // biome-ignore format: a table
  const PAIRS: readonly [x: string, y: string, equal: boolean | undefined, order: number | undefined][] = [
    ['2024-01-31', '2024-01-31', true, 0], ['2024-01-31', '2024-02-01', false, -1], ['2024-02-01', '2024-01-31', false, 1], ['2023-12-31', '2024-01-01', false, -1], ['-0001-01-01', '0001-01-01', false, -1],
    ['10:00', '10:00:00.0', true, 0], ['10:00', '09:59:59.9', false, 1], ['10:00', '10:00:00Z', undefined, undefined],
    ['10:00:00+01:00', '10:00:00@+01:00', true, 0], ['10:00:00+01:00', '11:00:00+02:00', false, 0], ['10:00:00+01:00', '10:00:00@Europe/Berlin', false, 0], ['10:00:00@UTC', '10:00:00@GMT', false, 0], ['10:00:00+01:00', '10:00:00Z', false, -1], ['10:00:00Z', '11:00:00Z', false, -1],
    ['2024-01-01T10:00', '2024-01-01T10:00:00', true, 0], ['2024-01-01T10:00', '2024-01-02T09:00', false, -1], ['2024-01-01T10:00', '2024-01-01T09:00', false, 1], ['2024-01-01T10:00', '2024-01-01T10:00Z', undefined, undefined], ['2024-01-01T00:00', '2024-01-01', undefined, undefined],
    ['2024-01-01T10:00Z', '2024-01-01T10:00+00:00', true, 0], ['2024-01-01T10:00Z', '2024-01-01T11:00+01:00', false, -1], ['2024-01-01T11:00+01:00', '2024-01-01T10:00Z', false, 1], ['2024-01-01T10:00Z', '2024-01-01T10:00@UTC', false, 1], ['2024-01-01T10:00@GMT', '2024-01-01T10:00@UTC', false, -1],
    ['2024-01-01T10:00+01:00', '2024-01-01T09:30Z', false, -1], ['2024-10-27T02:30+02:00[Europe/Berlin]', '2024-10-27T02:30+01:00[Europe/Berlin]', false, -1],
    ['P1D', 'PT24H', true, 0], ['P1D', 'PT24H0.000000001S', false, -1], ['-P1D', '-PT23H', false, -1], ['P1Y', 'P12M', true, 0], ['P1Y', 'P13M', false, -1], ['-P1M', 'P1M', false, -1], ['P1D', 'P1M', undefined, undefined],
  ]
  for (const [x, y, equal, order] of PAIRS)
    test(`${x} ${equal === undefined ? 'is not compared with' : `${equal ? 'equals' : 'is not'} and is ${order === 0 ? 'not before or after' : order === -1 ? 'before' : 'after'}`} ${y}`, () => {
      expect(equalTemporals(temporal(x), temporal(y), UNBOUNDED)).toBe(equal)
      const compared = compareTemporals(temporal(x), temporal(y), UNBOUNDED)
      expect(compared === undefined ? undefined : Math.sign(compared)).toBe(order)
    })
})

describe('properties', () => {
  // biome-ignore format: a table
  const VALUES: readonly [string, Readonly<Record<string, unknown>>][] = [
    ['2024-02-29', { year: 2024, month: 2, day: 29, weekday: 4, hour: undefined, timezone: undefined }],
    ['10:20:30.9', { hour: 10, minute: 20, second: 30, 'time offset': null, timezone: null, year: undefined }],
    ['10:20:30-01:30', { hour: 10, minute: 20, second: 30, 'time offset': 'PT-1H-30M', timezone: null }],
    ['10:20:30@Asia/Tokyo', { 'time offset': 'PT9H', timezone: 'Asia/Tokyo' }],
    ['2023-01-01T10:20:30', { year: 2023, month: 1, day: 1, weekday: 7, hour: 10, minute: 20, second: 30, 'time offset': null, timezone: null }],
    ['2024-07-01T10:20:30@Europe/Berlin', { year: 2024, month: 7, day: 1, weekday: 1, hour: 10, minute: 20, second: 30, 'time offset': 'PT2H', timezone: 'Europe/Berlin' }],
    ['2024-07-01T10:20:30+02:00', { 'time offset': 'PT2H', timezone: null }],
    ['P2DT3H4M5.9S', { days: 2, hours: 3, minutes: 4, seconds: 5, years: undefined }],
    ['-P2DT3H4M5S', { days: -2, hours: -3, minutes: -4, seconds: -5 }],
    ['-PT0.5S', { days: 0, hours: 0, minutes: 0, seconds: -1 }],
    ['P1Y14M', { years: 2, months: 2, days: undefined }], ['-P14M', { years: -1, months: -2 }],
    ['P1D', { constructor: undefined, kind: undefined, toString: undefined, nanos: undefined }],
  ]
  for (const [text, properties] of VALUES)
    for (const [name, expected] of Object.entries(properties))
      test(`${name} of ${text} is ${expected === undefined ? 'none of its properties' : expected}`, () =>
        expect(json(temporalProperty(temporal(text), name))).toBe(expected))
})

test('a type is named without regard to the offset', () => {
  const types = ['2024-01-31', '10:00', '10:00:00Z', '2024-01-31T10:00', '2024-01-31T10:00Z', 'P1D', 'P1M'].map((text) =>
    temporalType(temporal(text)),
  )
  expect(types).toEqual(['date', 'time', 'time', 'date and time', 'date and time', 'days and time duration', 'years and months duration'])
})

describe('the calendar', () => {
  test('counts days as JavaScript does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_000_000, max: 3_000_000 }), (epochDay) => {
        const date = FeelDate.ofEpochDay(epochDay)
        const expected = new Date(epochDay * 86_400_000)
        expect([date.year, date.month, date.day]).toEqual([expected.getUTCFullYear(), expected.getUTCMonth() + 1, expected.getUTCDate()])
        expect(date.epochDay).toBe(epochDay)
        expect(date.dayOfWeek % 7).toBe(expected.getUTCDay())
      }),
    )
  })

  test('has its limits where java.time has them', () => {
    expect(FeelDate.of(999_999_999, 12, 31)?.epochDay).toBe(365_241_780_471)
    expect(FeelDate.ofEpochDay(-365_243_219_162).toString()).toBe('-999999999-01-01')
    expect(() => FeelDate.ofEpochDay(365_241_780_472)).toThrow(TemporalFault)
  })

  test('what was added can be subtracted again', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.bigInt(-(10n ** 20n), 10n ** 20n), (epochDay, nanos) => {
        const start = addTemporals(
          temporal('1970-01-01T00:00:00@Europe/Berlin'),
          new DaysTimeDuration(BigInt(epochDay) * 86_400_000_000_000n),
        ) as FeelTemporal
        const duration = new DaysTimeDuration(nanos)
        const end = addTemporals(start, duration) as FeelTemporal
        expect(subtractTemporals(end, start)).toEqual(duration)
        expect(equalTemporals(subtractTemporals(end, duration) as FeelTemporal, start, UNBOUNDED)).toBe(true)
      }),
    )
  })
})
