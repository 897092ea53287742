import { describe, expect, test } from 'vitest'
import { parseFeel } from '../../../../lambda/feel/feel.ts'

/** 2026-03-29T00:59:59.250Z: a second later Berlin's clocks are put forward. */
const NOW = 1_774_745_999_250

function evaluate(expression: string, timeZone = 'Europe/Berlin') {
  const parsed = parseFeel(expression)
  if (parsed.kind !== 'parsed') throw new Error(parsed.message)
  return parsed.expression.evaluate({ nothing: null }, { now: () => NOW, timeZone })
}

// biome-ignore format: a table
const ROWS: readonly [expression: string, value: unknown][] = [
  ['now()', '2026-03-29T01:59:59.25+01:00'], ['string(now())', '2026-03-29T01:59:59.25@Europe/Berlin'], ['now() + @"PT1S"', '2026-03-29T03:00:00.25+02:00'], ['today()', '2026-03-29'],
  ['date("2024-01-31")', '2024-01-31'], ['date("2024-01-" + "31")', '2024-01-31'], ['date("2024-01-" + "32")', null], ['date(from: "2024-01-31")', '2024-01-31'], ['date(@"2024-01-31")', '2024-01-31'], ['date(@"2024-01-31T10:00")', '2024-01-31'], ['date(@"2024-01-31T23:00-05:00")', '2024-01-31'], ['date(@"10:00")', null], ['date(nothing)', null], ['date(20240131)', null],
  ['date(2024, 2, 29)', '2024-02-29'], ['date(2024.9, 1.9, 31.9)', '2024-01-31'], ['date(2023, 2, 29)', null], ['date(month: 1, day: 2, year: 2024)', '2024-01-02'], ['date(1000000000, 1, 1)', null], ['date("2024", 1, 1)', null],
  ['time("10:00")', '10:00:00'], ['time("10:0" + "0")', '10:00:00'], ['time("10:00:00" + "Z")', '10:00Z'], ['time("a")', null], ['time(@"2024-01-31T10:00")', '10:00:00'], ['time(@"2024-07-31T10:00:00@Europe/Berlin")', '10:00+02:00'], ['string(time(@"2024-07-31T10:00:00@Europe/Berlin"))', '10:00:00@Europe/Berlin'], ['time(@"2024-01-31")', '00:00Z'], ['time(@"10:00")', null],
  ['time(10, 20, 30)', '10:20:30'], ['time(10, 20, 30.5)', '10:20:30.5'], ['time(10, 20, 59.9999999999)', '10:20:59.999999999'], ['time(10.9, 20.9, 30)', '10:20:30'], ['time(24, 0, 0)', null], ['time(10, 60, 0)', null], ['time(10, 20, 60)', null], ['time(10, 20, -1)', null], ['time(10, 20, -0.5)', null], ['time(10, 20, "30")', null], ['time(hour: 1, minute: 2, second: 3)', '01:02:03'],
  ['time(10, 20, 30, @"PT1H30M")', '10:20:30+01:30'], ['time(10, 20, 30, @"-PT18H")', '10:20:30-18:00'], ['time(10, 20, 30, @"PT18H1S")', null], ['time(10, 20, 30, @"-PT0.5S")', '10:20:30-00:00:01'], ['time(10, 20, 30, @"PT4294967296S")', '10:20:30Z'], ['time(10, 20, 30, @"PT4294967297S")', '10:20:30+00:00:01'], ['time(10, 20, 30.5, @"PT0S")', '10:20:30.500Z'], ['time(10, 20, 30.5, null)', '10:20:30'], ['time(25, 0, 0, null)', null], ['time(25, 0, 0, @"PT1H")', null], ['time(10, 20, 30, @"P1M")', null], ['time(10, 20, 30, "Z")', null],
  ['date and time("2024-01-31")', '2024-01-31T00:00:00'], ['date and time("2024-01-31" + "T10:00Z")', '2024-01-31T10:00:00Z'], ['date and time("10:00")', null], ['date and time(@"2024-01-31T10:00")', null], ['date and time(from: "2024-01-31T10:00")', '2024-01-31T10:00:00'],
  ['date and time(@"2024-01-31", @"10:00")', '2024-01-31T10:00:00'], ['date and time(@"2024-01-31T20:00", @"10:00")', '2024-01-31T10:00:00'], ['date and time(@"2024-01-31T20:00Z", @"10:00")', '2024-01-31T10:00:00'], ['date and time(@"2024-01-31", @"10:00:00+01:00")', '2024-01-31T10:00:00+01:00'], ['date and time(@"2024-07-31", @"10:00:00@Europe/Berlin")', '2024-07-31T10:00:00+02:00'],
  ['date and time(@"2024-01-31T20:00", @"10:00:00Z")', '2024-01-31T10:00:00Z'], ['date and time(@"2024-01-31T20:00-05:00", @"10:00:00Z")', '2024-01-31T10:00:00Z'], ['date and time(time: @"10:00", date: @"2024-01-31")', '2024-01-31T10:00:00'], ['date and time(@"10:00", @"10:00")', null], ['date and time(@"2024-01-31", @"2024-01-31")', null],
  ['date and time(@"2024-07-31T10:00", "Europe/Berlin")', '2024-07-31T10:00:00+02:00'], ['date and time(@"2024-07-31T10:00Z", "Europe/Berlin")', '2024-07-31T12:00:00+02:00'], ['date and time(@"2024-07-31T10:00Z", "+1")', '2024-07-31T11:00:00+01:00'], ['date and time(@"2024-07-31", "Europe/Berlin")', null], ['date and time(@"2024-07-31T10:00", 1)', null],
  ['abs(@"-P1D")', 'PT24H'], ['abs(@"P1D")', 'PT24H'], ['abs(@"-P14M")', 'P1Y2M'], ['abs(@"P14M")', 'P1Y2M'], ['abs(@"2024-01-31")', null],
  ['duration("P1DT2H")', 'PT26H'], ['duration("P" + "14M")', 'P1Y2M'], ['duration("P1" + "W")', null], ['duration(@"P1D")', null], ['duration("p1" + "d")', null], ['duration("p1d")', 'PT24H'],
  ['years and months duration(@"2023-01-15", @"2024-03-14")', 'P1Y1M'], ['years and months duration(@"2023-01-15", @"2024-03-15")', 'P1Y2M'], ['years and months duration(@"2024-03-14", @"2023-01-15")', 'P-1Y-1M'], ['years and months duration(@"2024-03-15", @"2023-01-15")', 'P-1Y-2M'], ['years and months duration(@"2024-01-31", @"2024-02-29")', 'P0D'], ['years and months duration(@"2024-01-31", @"2024-01-15")', 'P0D'], ['years and months duration(@"2024-01-15", @"2024-01-31")', 'P0D'], ['years and months duration(@"2024-02-29", @"2024-01-31")', 'P0D'],
  ['years and months duration(@"2024-01-01T23:00Z", @"2024-02-01T01:00")', 'P1M'], ['years and months duration(from: @"2024-01-01", to: @"2026-01-01")', 'P2Y'], ['years and months duration(@"2024-01-01", @"10:00")', null],
  ['day of week(@"2024-02-29")', 'Thursday'], ['day of week(@"2024-03-03T10:00")', 'Sunday'], ['day of week("2024-03-03")', null], ['day of year(@"2024-12-31")', 366], ['day of year(@"2023-03-01T10:00Z")', 60], ['day of year(@"0000-01-01")', 1], ['month of year(@"2024-02-29")', 'February'], ['month of year(date: @"2024-12-01")', 'December'],
  ['week of year(@"2024-01-01")', 1], ['week of year(@"2021-01-03")', 53], ['week of year(@"2021-01-04")', 1], ['week of year(@"2024-12-30")', 1], ['week of year(@"2020-12-31")', 53], ['week of year(@"2023-01-01")', 52], ['week of year(@"2022-01-01")', 52], ['week of year(@"2016-01-01")', 53], ['week of year(@"2026-12-31")', 53], ['week of year(@"1976-12-31")', 53], ['week of year(@"1977-01-01")', 53], ['week of year(@"999999999-12-31")', 52],
  ['last day of month(@"2024-02-01")', '2024-02-29'], ['last day of month(@"2023-02-01T10:00")', '2023-02-28'], ['last day of month(@"2024-04-30T23:00-05:00")', '2024-04-30'], ['last day of month(@"2024-12-01")', '2024-12-31'], ['last day of month(1)', null],
]

describe('a temporal function', () => {
  for (const [expression, value] of ROWS)
    test(`${expression} is ${value}`, () => expect(evaluate(expression)).toMatchObject({ kind: 'value', value }))

  test('a date and time in a zone which there is not fails the evaluation', () => {
    expect(evaluate('date and time(@"2024-07-31T10:00", "Nowhere/City")')).toMatchObject({
      kind: 'failure',
      reason: 'Unknown time-zone ID: Nowhere/City',
    })
    expect(evaluate('date and time(@"2024-07-31T10:00Z", "europe/berlin")')).toMatchObject({ kind: 'failure' })
  })

  test('today is the date in the zone asked for', () => {
    expect(evaluate('today()', 'America/New_York')).toMatchObject({ value: '2026-03-28' })
    expect(evaluate('now()', 'Nowhere/City')).toMatchObject({ value: '2026-03-29T00:59:59.25Z' })
  })
})
