import type { SQSRecord } from 'aws-lambda'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PERIOD, RunFigures } from '../../local/console/run-figures.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const record = (receive: number) => ({ attributes: { ApproximateReceiveCount: String(receive) } }) as SQSRecord

test('what came in is counted once, and what became of it each time; by periods and all together', () => {
  const figures = new RunFigures()
  figures.onMapping({ kind: 'received', records: [record(1), record(1), record(2)] })
  figures.onSettled({ kind: 'done', age: 100 })
  figures.onSettled({ kind: 'returned', age: 4_000 })
  vi.advanceTimersByTime(2 * PERIOD)
  figures.onSettled({ kind: 'deadLetters', age: 9_000 })
  figures.onSettled({ kind: 'filtered', age: 1 })
  expect(figures.totals).toEqual({ received: 2, filtered: 1, done: 1, returned: 1, deadLetters: 1 })
  const at = 1_700_000_000_000
  const none = { received: 0, filtered: 0, done: 0, returned: 0, deadLetters: 0, latency: undefined, age: undefined }
  expect(figures.points()).toEqual([
    { ...none, at, received: 2, done: 1, returned: 1, age: 4_000 },
    { ...none, at: at + PERIOD },
    { ...none, at: at + 2 * PERIOD, deadLetters: 1, filtered: 1, age: 9_000 },
  ])
})

test('the latency is the function’s own metric, of one message or of many', () => {
  const figures = new RunFigures()
  figures.onLog('{"_aws":{},"connector":"orders","CamundaLatency":7}')
  figures.onLog('{"_aws":{},"connector":"orders","CamundaLatency":[3,90]}')
  figures.onLog('{"message":"no metric of \\"CamundaLatency\\""}')
  figures.onLog('no JSON: "CamundaLatency"')
  expect(figures.points().at(-1)?.latency).toEqual({ median: 7, most: 90 })
})

test('ten minutes are kept, whatever came before', () => {
  const figures = new RunFigures()
  for (let period = 0; period < 300; period++) {
    figures.onSettled({ kind: 'done', age: 0 })
    vi.advanceTimersByTime(PERIOD)
  }
  expect(figures.points()).toHaveLength(120)
  expect(figures.totals.done).toBe(300)
})
