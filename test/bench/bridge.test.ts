import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Bench, measureCells, withBench } from '../../bench/bridge/cells.ts'
import { accountFor } from '../../bench/bridge/measure.ts'
import { memorySeries } from '../../bench/bridge/memory.ts'
import { fill } from '../../bench/bridge/queue-server.ts'

/** A short form of the bench: ratios with wide margins, and no times. */

vi.setConfig({ testTimeout: 300_000 })

let bench: Bench
let end: () => void
let ended: Promise<unknown>

beforeAll(async () => {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  end = resolve
  await new Promise<void>((ready, failed) => {
    ended = withBench((started) => {
      bench = started
      ready()
      return over
    }).catch(failed)
  })
}, 300_000)

afterAll(async () => {
  end()
  await ended
})

test('where Camunda takes 20 ms, one environment does at least four times what a consumer does that takes one message at a time', async () => {
  const cell = { against: 'serial-consumer', serviceTime: 20, environments: 1, batchSize: 10, bytes: 100 }
  const [measured] = await measureCells(bench, [cell], { messages: 500, peerMessages: 60, repetitions: 3, baseline: undefined })
  expect(measured?.peer.runs.map(({ mostInFlight }) => mostInFlight)).toEqual([1, 1, 1])
  expect(Math.max(...(measured?.ours.runs ?? []).map(({ mostInFlight }) => mostInFlight))).toBe(10)
  expect(measured?.ratio.median).toBeGreaterThanOrEqual(4)
})

test.runIf(process.platform === 'linux')('ten thousand messages leave nothing in memory that another five thousand add to', async () => {
  const [, before = 0, after = 0] = await memorySeries(bench, 'memory', 15_000)
  expect(after / before).toBeLessThan(1.3)
})

test.each([
  ['a message that did not come', { distinct: 4 }, 0, '4 of 5 messages'],
  ['a message that came twice', { requests: 6 }, 0, '6 requests'],
  ['a message of another run', { strangers: 1 }, 0, '1 of them for other messages'],
  ['a message that is left', {}, 1, '1 messages left'],
])('a run with %s counts for nothing', async (_, counts, left, told) => {
  const side = await bench.bridge('a side', { environments: 1, batchSize: 10 })
  await fill(bench.sqs, side.queueUrl, { first: 0, count: left, bytes: 100 })
  const all = { requests: 5, distinct: 5, strangers: 0, mostInFlight: 1, seconds: 1, waits: [] }
  await expect(accountFor(bench.sqs, side, { ...all, ...counts }, 5)).rejects.toThrow(told)
  await side.stop()
})
