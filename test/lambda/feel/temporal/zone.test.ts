import { describe, expect, test } from 'vitest'
import { type LocalDateTime, parseDateTime, TimeZone, ZonedDateTime } from '../../../../lambda/feel/temporal/temporal.ts'

const zone = (id: string) => TimeZone.of(id) as TimeZone
const local = (text: string) => parseDateTime(text) as LocalDateTime

describe('the name of a zone', () => {
  // biome-ignore format: a table
  const NAMES = [
    ['Z', 'Z'], ['+1', '+01:00'], ['-09', '-09:00'], ['+0530', '+05:30'], ['-01:30', '-01:30'], ['+01:02:03', '+01:02:03'], ['+01:59:59', '+01:59:59'], ['+010203', '+01:02:03'], ['-00:00', 'Z'], ['+18:00', '+18:00'],
    ['UTC', 'UTC'], ['UT', 'UT'], ['GMT', 'GMT'], ['UTC+1', 'UTC+01:00'], ['GMT-0330', 'GMT-03:30'], ['UT+00:00', 'UT'], ['GMT0', 'GMT0'],
    ['Europe/Berlin', 'Europe/Berlin'], ['Asia/Calcutta', 'Asia/Calcutta'], ['Asia/Kolkata', 'Asia/Kolkata'], ['US/Pacific', 'US/Pacific'], ['Etc/GMT+5', 'Etc/GMT+5'], ['CET', 'CET'], ['NZ-CHAT', 'NZ-CHAT'], ['America/Port-au-Prince', 'America/Port-au-Prince'],
  ] as const
  for (const [name, id] of NAMES) test(`${name} means ${id}`, () => expect(TimeZone.of(name)?.id).toBe(id))

  for (const name of [
    '',
    'z',
    'X',
    '+',
    '+19',
    '+18:01',
    '+1:00',
    '+01:60',
    '+01:00:60',
    '+00001',
    'UTC+',
    'UTC+x',
    'UTCx',
    'utc',
    'europe/berlin',
    'Europe/BERLIN',
    'PST',
    'EST',
    'Nowhere/City',
    'Europe/Berlin ',
  ])
    test(`"${name}" means none`, () => expect(TimeZone.of(name)).toBeUndefined())

  test('within a literal, offsets are written in full', () => {
    for (const name of ['+1', '+0100', 'UTC+1', 'GMT-0330']) expect(TimeZone.parse(name)).toBeUndefined()
    for (const name of ['+01:00', '+01:02:03', 'UTC+01:00', 'GMT0', 'Z']) expect(TimeZone.parse(name)).toBeDefined()
  })
})

describe('a local time in a zone', () => {
  // biome-ignore format: a table
  const ROWS = [
    ['2024-03-31T01:59:59', 'Europe/Berlin', '2024-03-31T01:59:59+01:00'],
    ['2024-03-31T02:30', 'Europe/Berlin', '2024-03-31T03:30:00+02:00'], // never shown
    ['2024-03-31T03:00', 'Europe/Berlin', '2024-03-31T03:00:00+02:00'],
    ['2024-10-27T02:30', 'Europe/Berlin', '2024-10-27T02:30:00+02:00'], // shown twice
    ['2024-10-27T03:00', 'Europe/Berlin', '2024-10-27T03:00:00+01:00'],
    ['2011-12-30T12:00', 'Pacific/Apia', '2011-12-31T12:00:00+14:00'], // a day never shown
    ['2024-10-06T02:15', 'Australia/Lord_Howe', '2024-10-06T02:45:00+11:00'], // half an hour
    ['2024-01-01T00:00', 'Asia/Kathmandu', '2024-01-01T00:00:00+05:45'],
    ['1850-01-01T00:00', 'Europe/Berlin', '1850-01-01T00:00:00+00:53:28'], // before time zones
    ['-5000-07-01T00:00', 'America/New_York', '-5000-07-01T00:00:00-04:56:02'],
    ['-300000-07-01T00:00', 'America/New_York', '-300000-07-01T00:00:00-04:56:02'],
    ['2500-07-01T00:00', 'Europe/Berlin', '2500-07-01T00:00:00+02:00'],
    ['400000000-07-01T00:00', 'Europe/Berlin', '+400000000-07-01T00:00:00+02:00'],
    ['400000000-12-01T00:00', 'Europe/Berlin', '+400000000-12-01T00:00:00+01:00'],
    ['-400000000-12-01T00:00', 'Europe/Berlin', '-400000000-12-01T00:00:00+00:53:28'],
    ['2024-07-01T00:00', '-03:30', '2024-07-01T00:00:00-03:30'],
    ['2024-07-01T00:00', 'UTC+2', '2024-07-01T00:00:00+02:00'],
  ] as const
  for (const [text, id, json] of ROWS)
    test(`${text} in ${id} is ${json}`, () => expect(ZonedDateTime.ofLocal(local(text), zone(id)).toJSON()).toBe(json))

  test('what is shown twice keeps the offset it had', () => {
    const berlin = zone('Europe/Berlin')
    expect(ZonedDateTime.ofLocal(local('2024-10-27T02:30'), berlin, 3600).offset).toBe(3600)
    expect(ZonedDateTime.ofLocal(local('2024-10-27T02:30'), berlin, 7200).offset).toBe(7200)
    expect(ZonedDateTime.ofLocal(local('2024-07-01T02:30'), berlin, 3600).offset).toBe(7200)
  })
})

test('an instant is shown as the zone’s clocks show it', () => {
  const shown = (utc: string, id: string) => ZonedDateTime.ofInstant(local(utc), zone(id)).toJSON()
  expect(shown('2024-10-27T00:59:59', 'Europe/Berlin')).toBe('2024-10-27T02:59:59+02:00')
  expect(shown('2024-10-27T01:00', 'Europe/Berlin')).toBe('2024-10-27T02:00:00+01:00')
  expect(shown('2024-12-31T23:30', 'Asia/Tokyo')).toBe('2025-01-01T08:30:00+09:00')
  expect(ZonedDateTime.ofEpochMillis(-1, zone('UTC')).toString()).toBe('1969-12-31T23:59:59.999@UTC')
})

describe('the offset of a time without a date', () => {
  for (const [id, hours] of [
    ['Europe/Berlin', 1],
    ['America/New_York', -5],
    ['Australia/Sydney', 10],
    ['Asia/Tokyo', 9],
    ['Europe/Dublin', 0],
    ['UTC+3', 3],
  ] as const)
    test(`is ${hours} hours in ${id}, in summer too`, () => expect(zone(id).standardOffset).toBe(hours * 3600))
})

test('the same zone is equal under the same name only', () => {
  expect(zone('UTC').equals(zone('UTC'))).toBe(true)
  expect(zone('UTC').equals(zone('Z'))).toBe(false)
  expect(zone('+0100').equals(zone('+1'))).toBe(true)
})
