import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LogStore, startLogStore } from '../../local/log-store.ts'

let store: LogStore
let logs: CloudWatchLogsClient
beforeAll(async () => {
  store = await startLogStore()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  logs = new CloudWatchLogsClient({ endpoint: store.url, region: 'eu-central-1', credentials, maxAttempts: 1 })
  store.append('g', '{"messageId":"a","outcome":"InvalidInput"}')
  store.append('g', '{"messageId":"b","outcome":"ProcessInstanceCreated"}')
  store.append('g', 'START')
  store.append('other', '{"messageId":"c","outcome":"InvalidInput"}')
})
afterAll(() => store.stop())

const found = async (filterPattern?: string, startTime = 0, logGroupName = 'g') => {
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern, startTime }))
  return events.map(({ message = '' }) => /"messageId":"(.)"/.exec(message)?.[1] ?? message)
}

test.each([
  ['{ ($.part.of = "one" || $.outcome = "InvalidInput") }', ['a']],
  ['?"no such words" ?"STAR"', ['START']],
  [undefined, ['a', 'b', 'START']],
  ['{ $.outcome = "*" }', ['a', 'b']],
  ['{ $.outcome = "InvalidInput" }', ['a']],
  ['{ $.outcome = "Invalid" }', []],
  ['{ $.outcome = "*" && $.messageId = "b" }', ['b']],
  ['{ $.outcome = "InvalidInput" && $.messageId = "b" }', []],
])('of a log group the pattern %s finds %j', async (pattern, expected) => {
  expect(await found(pattern)).toEqual(expected)
})

test('what was written before the start time is not found', async () => {
  expect(await found(undefined, Date.now() + 60_000)).toEqual([])
})

test('each event has an id of its own, by which it is known when it comes again', async () => {
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: 'g' }))
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3)
})

test('what it does not know it refuses by name', async () => {
  await expect(found(undefined, 0, 'none')).rejects.toThrow('does not exist')
  await expect(found('[ip, user]')).rejects.toThrow('this stand-in knows no pattern [ip, user]')
})
