import { describe, expect, test } from 'vitest'
import {
  parseDate,
  parseDateTime,
  parseDateTimeLiteral,
  parseDuration,
  parseDurationLiteral,
  parseTemporal,
  parseTime,
} from '../../../../lambda/feel/temporal/temporal.ts'

/** The kind, the text which FEEL's string() gives, and the one in JSON where that is another. */
type Row = readonly [text: string, kind: string, feel: string, json?: string]

// biome-ignore format: a table
const LITERALS: readonly Row[] = [
  ['2024-01-31', 'date', '2024-01-31'], ['2024-02-29', 'date', '2024-02-29'], ['2000-02-29', 'date', '2000-02-29'], ['0000-12-31', 'date', '0000-12-31'], ['-0044-03-15', 'date', '-0044-03-15'],
  ['12024-01-31', 'date', '+12024-01-31'], ['999999999-12-31', 'date', '+999999999-12-31'], ['-999999999-01-01', 'date', '-999999999-01-01'],
  ['10:00', 'local time', '10:00:00'], ['T23:59:59', 'local time', '23:59:59'], ['00:00:00.123456789', 'local time', '00:00:00.123456789'], ['10:00:00.500', 'local time', '10:00:00.5'],
  ['10:00:00.', 'local time', '10:00:00'], ['24:00', 'local time', '00:00:00'], ['24:00:00.000', 'local time', '00:00:00'],
  ['10:00:00Z', 'time', '10:00:00Z', '10:00Z'], ['10:00:00+00:00', 'time', '10:00:00Z', '10:00Z'], ['10:00:00-05:30', 'time', '10:00:00-05:30', '10:00-05:30'], ['24:00:00Z', 'time', '00:00:00Z', '00:00Z'],
  ['10:00:07+18:00', 'time', '10:00:07+18:00'], ['10:00:00.5Z', 'time', '10:00:00.5Z', '10:00:00.500Z'], ['10:00:00.1234Z', 'time', '10:00:00.1234Z', '10:00:00.123400Z'],
  ['10:00:00.123456789Z', 'time', '10:00:00.123456789Z'], ['10:00:00@+01:00', 'time', '10:00:00+01:00', '10:00+01:00'], ['10:00:00@Z', 'time', '10:00:00Z', '10:00Z'],
  ['10:00:00@Europe/Berlin', 'time', '10:00:00@Europe/Berlin', '10:00+01:00'], ['10:00:00@America/New_York', 'time', '10:00:00@America/New_York', '10:00-05:00'],
  ['10:00:00@UTC', 'time', '10:00:00@UTC', '10:00Z'], ['10:00:00@GMT-03:30', 'time', '10:00:00@GMT-03:30', '10:00-03:30'], ['10:00:00@UTC+00:00', 'time', '10:00:00@UTC', '10:00Z'], ['10:00:00@GMT0', 'time', '10:00:00@GMT0', '10:00Z'],
  ['2024-01-31T10:00', 'local date and time', '2024-01-31T10:00:00'], ['2024-01-31T10:00:00.25', 'local date and time', '2024-01-31T10:00:00.25'], ['12024-01-31T10:00:00', 'local date and time', '12024-01-31T10:00:00', '+12024-01-31T10:00:00'],
  ['2024-01-31T10:00Z', 'date and time', '2024-01-31T10:00:00Z'], ['2024-01-31T10:00:00+01:00', 'date and time', '2024-01-31T10:00:00+01:00'], ['2024-01-31T10:00:00.5-05:30', 'date and time', '2024-01-31T10:00:00.5-05:30'],
  ['2024-07-01T10:00:00@Europe/Berlin', 'date and time', '2024-07-01T10:00:00@Europe/Berlin', '2024-07-01T10:00:00+02:00'], ['2024-07-01T10:00@UTC+01:00', 'date and time', '2024-07-01T10:00:00@UTC+01:00', '2024-07-01T10:00:00+01:00'],
  ['2024-07-01T10:00:00+00:00[Europe/Berlin]', 'date and time', '2024-07-01T12:00:00@Europe/Berlin', '2024-07-01T12:00:00+02:00'], ['2024-07-01T10:00:00Z[-03:00]', 'date and time', '2024-07-01T07:00:00-03:00'],
  ['P1D', 'days and time duration', 'P1D', 'PT24H'], ['P1DT2H3M4S', 'days and time duration', 'P1DT2H3M4S', 'PT26H3M4S'], ['-PT90S', 'days and time duration', '-PT1M30S', 'PT-1M-30S'], ['PT0S', 'days and time duration', 'P0D', 'PT0S'],
  ['PT-1H', 'days and time duration', '-PT1H', 'PT-1H'], ['P1DT-1H', 'days and time duration', 'PT23H', 'PT23H'], ['-P-1D', 'days and time duration', 'P1D', 'PT24H'],
  ['PT0.5S', 'days and time duration', 'P0D', 'PT0.5S'], ['PT-0.5S', 'days and time duration', '-PT1S', 'PT-0.5S'], ['PT61.25S', 'days and time duration', 'PT1M1S', 'PT1M1.25S'], ['PT1,5S', 'days and time duration', 'PT1S', 'PT1.5S'], ['PT1.S', 'days and time duration', 'PT1S'],
  ['PT3600.000000001S', 'days and time duration', 'PT1H', 'PT1H0.000000001S'], ['PT00000000000000000000001H', 'days and time duration', 'PT1H', 'PT1H'], ['PT9223372036854775807S', 'days and time duration', 'P106751991167300DT15H30M7S', 'PT2562047788015215H30M7S'],
  ['P1Y2M', 'years and months duration', 'P1Y2M'], ['P14M', 'years and months duration', 'P1Y2M'], ['-P14M', 'years and months duration', '-P1Y2M', 'P-1Y-2M'], ['P1Y-14M', 'years and months duration', '-P2M', 'P-2M'], ['P0M', 'years and months duration', 'P0Y', 'P0D'],
  ['P-2147483648M', 'years and months duration', '-P178956970Y8M', 'P-178956970Y-8M'],
]

describe('a temporal literal', () => {
  for (const [text, kind, feel, json = feel] of LITERALS)
    test(`@"${text}" is the ${kind} ${feel}${json === feel ? '' : `, in JSON ${json}`}`, () => {
      const value = parseTemporal(text)
      expect(value?.kind).toBe(kind)
      expect(String(value)).toBe(feel)
      expect(JSON.stringify(value)).toBe(`"${json}"`)
    })

  // biome-ignore format: a table
  const NONE = [
    '', 'x', '2024', '24-01-31', '2024-1-31', '2024-13-01', '2024-00-01', '2024-01-00', '2024-01-32', '2023-02-29', '1900-02-29', '2024-04-31', '-0000-01-01', '02024-01-31', '1234567890-01-31', '+2024-01-31',
    '1:00', '10', '25:00', '24:00:01', '24:01', '10:60', '10:00:60', '10:00.5', '10:00:00.1234567890', '10:00:00,5', 't10:00', '10:00Z', '10:00:00z', '10:00:00+1:00', '10:00:00+0100', '10:00:00+18:01', '10:00:00+01:60', '10:00:00-19:00',
    '10:00:00@', '10:00:00@Nowhere/City', '10:00:00@europe/berlin', '10:00:00@Europe/berlin', '10:00:00@us/Pacific', '10:00:00@US/PACIFIC', '10:00:00@PST', '10:00:00@EST', '10:00:00@UTC+1', '10:00:00@GMT+1', '10:00:00@+1', '10:00:00@UTCZ', '10:00:00@UTC0', '10:00:00+01:00[Europe/Berlin]',
    '2024-01-31T24:00:00', '2024-01-31T24:00:00Z', '2024-01-31 10:00', '2024-01-31t10:00', '2024-01-31TT10:00', '2024-02-30T10:00', '2024-01-31T10:00.5Z', '2024-01-31T10', '2024-01-31T10:00:00+01:00[]', '2024-01-31T10:00:00+01:00[X]', '2024-01-31T10:00:00[Europe/Berlin]', '2024-01-31T10:00:00+18:30',
    'P', '-P', 'PT', 'P1DT', 'P-', 'PT-', 'P1W', 'P1Y1D', 'P1M1D', 'p1d', 'P+1D', '+P1D', 'PT1.5H', 'PT1x5S', 'PT1.1234567890S', 'P1H', 'PT1D', 'PT1S1M', 'P--2M', 'P2147483648Y', '-P-2147483648M', 'PT9223372036854775808S', 'P106751991167301D', 'PT1M9223372036854775807S', 'P-1DT1M9223372036854775807S',
  ]
  for (const text of NONE) test(`@"${text}" is none`, () => expect(parseTemporal(text)).toBeUndefined())
})

describe('a text which is given to a function', () => {
  test('date() takes dates alone', () => {
    expect(String(parseDate('2024-01-31'))).toBe('2024-01-31')
    expect(parseDate('2024-01-31T10:00')).toBeUndefined()
  })

  test('time() takes times alone', () => {
    expect(String(parseTime('10:00'))).toBe('10:00:00')
    expect(parseTime('2024-01-31T10:00')).toBeUndefined()
  })

  test('date and time() takes a date as its midnight', () => {
    expect(String(parseDateTime('2024-01-31'))).toBe('2024-01-31T00:00:00')
    expect(parseDateTime('10:00')).toBeUndefined()
  })

  test('duration() takes durations of both kinds', () => {
    expect(String(parseDuration('P1D'))).toBe('P1D')
    expect(String(parseDuration('P1M'))).toBe('P1M')
    expect(parseDuration('2024-01-31')).toBeUndefined()
  })

  // biome-ignore format: a table
  const LOOSER = [
    ['p1d', 'P1D'], ['P+1D', 'P1D'], ['+pT+1h', 'PT1H'], ['-P+1D', '-P1D'],
  ] as const
  for (const [text, value] of LOOSER)
    test(`duration("${text}") is a duration only where the text stands in the expression`, () => {
      expect(String(parseDurationLiteral(text))).toBe(value)
      expect(parseDuration(text)).toBeUndefined()
    })

  // biome-ignore format: a table
  const ZEROS = [
    ['00002024-01-31T10:00', '2024-01-31T10:00:00'], ['2024-01-31T10:00:00.', '2024-01-31T10:00:00'],
  ] as const
  for (const [text, value] of ZEROS)
    test(`date and time("${text}") is one only where the text stands in the expression`, () => {
      expect(String(parseDateTimeLiteral(text))).toBe(value)
      expect(parseDateTime(text)).toBeUndefined()
    })

  test('a literal which the stricter pattern refuses is refused', () => {
    for (const text of ['2024-02-30', '2024-01-31T10:00:00@X', '2024-01-31T24:00', 'x']) expect(parseDateTimeLiteral(text)).toBeUndefined()
    expect(parseDurationLiteral('P')).toBeUndefined()
  })

  test('a long text costs no more than its length', () => {
    const digits = '1'.repeat(200_000)
    for (const text of [
      digits,
      `P${digits}`,
      `PT${digits}`,
      `PT${digits}.${digits}S`,
      `${digits}Y`,
      `10:00:00@${digits}`,
      `2024-01-31T10:00:00Z[${digits}`,
    ])
      expect(parseTemporal(text)).toBeUndefined()
  })
})
