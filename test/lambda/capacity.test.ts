import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { processBatch } from '../../lambda/bridge.ts'
import { KnownCapacity } from '../../lambda/pace.ts'
import { BackPressure } from '../../local/camunda/back-pressure.ts'
import { connector, startEvent } from '../support/connectors.ts'
import { sqsRecord } from '../support/sqs.ts'

/** An engine that takes so many commands at a time, and batches that go to it with all of their messages, as they do by default. */
function engine(inFlight: number, capacity?: KnownCapacity) {
  const partition = new BackPressure({ serviceTime: 1, inFlight })
  const created = new Map<string, number>()
  let [requests, refused] = [0, 0]
  return {
    created,
    async batch(size: number) {
      ;[requests, refused] = [0, 0]
      const Records = Array.from({ length: size }, () => sqsRecord())
      const { batchItemFailures } = await processBatch(
        {
          connector: connector({ eventSource: { batchSize: size, maximumBatchingWindow: 1 }, elements: [startEvent()] }),
          configurationVersion: 1,
          ...(capacity && { capacity }),
          camunda: {
            async send({ messageId }) {
              requests++
              const key = await partition.execute(() => created.set(messageId, (created.get(messageId) ?? 0) + 1).size)
              if (key !== undefined) return { kind: 'ProcessInstanceCreated', processInstanceKey: String(key) }
              refused++
              return { kind: 'CamundaUnavailable', why: 'backPressure', reason: 'HTTP 503 RESOURCE_EXHAUSTED' }
            },
          },
          queue: { putOff: async () => {}, sendToDeadLetterQueue: async () => '' },
          remainingTime: () => 60_000,
          pause: (milliseconds) => pause(milliseconds / 10),
          report: () => {},
        },
        { Records },
      )
      const returned = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      return { ids: Records.map(({ messageId }) => messageId), returned, requests, refused }
    },
  }
}

test('whatever an engine takes at a time, each message is done once or comes back, after three requests at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 120 }), async (inFlight, size) => {
      const { batch, created } = engine(inFlight, new KnownCapacity())
      const { ids, returned, requests } = await batch(size)
      for (const id of ids) expect(created.get(id) ?? 0).toBe(returned.has(id) ? 0 : 1)
      expect(requests).toBeLessThanOrEqual(3 * size)
    }),
    { numRuns: 25 },
  )
})

test('an engine that takes eight at a time is not drowned by batches of a hundred: they come down to what it takes', async () => {
  const { batch } = engine(8, new KnownCapacity())
  const refusals: number[] = []
  for (let round = 0; round < 12; round++) refusals.push((await batch(100)).refused)
  const later = refusals.slice(4)
  expect(later.reduce((sum, refused) => sum + refused)).toBeLessThan(0.2 * 100 * later.length)
})

describe('what an environment knows of the capacity', () => {
  test('is nothing at first, then what a batch came down to, and twice as much after each that met no back-pressure', () => {
    const capacity = new KnownCapacity()
    const seen = [capacity.of(100)]
    for (const [concurrency, isPushedBack] of [
      [100, false],
      [12, true],
      [12, false],
      [24, false],
      [48, false],
      [96, false],
    ] as const) {
      capacity.learn({ concurrency, isPushedBack })
      seen.push(capacity.of(100))
    }
    expect(seen).toEqual([100, 100, 12, 24, 48, 96, 100])
  })

  test('is never more than the connector says', () => {
    const capacity = new KnownCapacity()
    capacity.learn({ concurrency: 50, isPushedBack: true })
    expect(capacity.of(10)).toBe(10)
  })
})
