import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BackOff, type QueueLimits, redeliveryWindow, visibilityTimeouts } from '../../../lambda/core/back-off.ts'
import type { CorrelationOutcome } from '../../../lambda/core/outcome.ts'
import { connector } from '../../support/connectors.ts'
import { sqsRecord } from '../../support/sqs.ts'

const NOW = 1_763_800_000_000
const DEFAULTS: QueueLimits = { maxReceiveCount: 5, messageRetentionPeriod: 1_209_600 }
const unavailable: CorrelationOutcome = { kind: 'CamundaUnavailable', why: 'unreachable', reason: '' }
const ambiguous: CorrelationOutcome = { kind: 'Ambiguous', reason: '' }
const notAttempted: CorrelationOutcome = { kind: 'NotAttempted', reason: '' }

function returned(outcome: CorrelationOutcome, receive = 1, { sent = NOW, group }: { sent?: number; group?: string } = {}) {
  const record = sqsRecord({ ...(group !== undefined && { group }) })
  const attributes = { ...record.attributes, ApproximateReceiveCount: String(receive), SentTimestamp: String(sent) }
  return { record: { ...record, attributes }, outcome }
}

const backOff = (rest: Partial<BackOff> = {}): BackOff => ({ limits: DEFAULTS, longestOutage: 3_600, now: NOW, random: () => 0, ...rest })
const secondsOf = (one: ReturnType<typeof returned>, rest?: Partial<BackOff>) => visibilityTimeouts([one], backOff(rest))[0]?.seconds

describe('what is returned', () => {
  // biome-ignore format: a table
  const PAUSES: [string, CorrelationOutcome, (number | undefined)[]][] = [
    ['CamundaUnavailable', unavailable,  [30, 131, 707, 3810, 3810]],
    ['Ambiguous',          ambiguous,    [30, 131, 707, 3810, 3810]],
    ['NotAttempted',       notAttempted, [5,  131, 707, 3810, 3810]],
    ['InvalidInput',       { kind: 'InvalidInput', reason: '' },    [undefined, undefined]],
    ['CamundaRejected',    { kind: 'CamundaRejected', reason: '' }, [undefined, undefined]],
    ['Unexpected',         { kind: 'Unexpected', reason: '' },      [undefined, undefined]],
    ['ActivationConditionNotMet', { kind: 'ActivationConditionNotMet', consumeUnmatchedEvents: false }, [undefined]],
  ]
  for (const [name, outcome, seconds] of PAUSES)
    test(`as ${name} comes back after ${seconds.map((one) => one ?? 'the queue’s timeout').join(', ')} s, receive by receive`, () => {
      expect(seconds.map((_, index) => secondsOf(returned(outcome, index + 1)))).toEqual(seconds)
    })

  test('is put off by up to a quarter more, by chance', () => {
    expect(secondsOf(returned(unavailable), { random: () => 1 })).toBe(37)
  })

  test.each([
    [2, [4680]],
    [3, [30, 4650]],
    [10, [30, 26, 49, 93, 175, 329, 619, 1165, 2190]],
    [Number.POSITIVE_INFINITY, [30, 26, 49, 93, 175, 329, 619, 1165, 2190, 2190, 2190]],
  ])('makes its %s receives last as long as an outage may', (maxReceiveCount, seconds) => {
    const limits = { ...DEFAULTS, maxReceiveCount }
    expect(seconds.map((_, index) => secondsOf(returned(unavailable, index + 1), { limits }))).toEqual(seconds)
  })

  test('is not brought back at once, untried, where that were its last receive', () => {
    expect(secondsOf(returned(notAttempted), { limits: { ...DEFAULTS, maxReceiveCount: 2 } })).toBe(4680)
  })

  test('lasts for the outage that is reckoned with, however short it is and however many receives there are, and is never back at once', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 21_600 })),
        fc.integer({ min: 2, max: 20 }),
        (longestOutage, maxReceiveCount) => {
          const limits = { ...DEFAULTS, maxReceiveCount }
          const pauses = Array.from(
            { length: maxReceiveCount - 1 },
            (_, index) => secondsOf(returned(unavailable, index + 1), { limits, longestOutage }) ?? 0,
          )
          expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1)
          expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThanOrEqual(longestOutage)
          const [first = 0] = [secondsOf(returned(notAttempted), { limits, longestOutage })]
          expect(first).toBeGreaterThanOrEqual(1)
        },
      ),
    )
  })

  test('is left to the queue where there is no receive to come, or no outage is reckoned with', () => {
    expect(secondsOf(returned(unavailable), { limits: { ...DEFAULTS, maxReceiveCount: 1 } })).toBeUndefined()
    expect(secondsOf(returned(unavailable), { longestOutage: 0 })).toBeUndefined()
  })

  test('is never put off so long that SQS drops it before: by half of what is left of its life at most', () => {
    const sent = NOW - 3_000_000
    const limits = { ...DEFAULTS, messageRetentionPeriod: 3_600 }
    expect(secondsOf(returned(unavailable, 4, { sent }), { limits })).toBe(300)
    expect(secondsOf(returned(unavailable, 4, { sent: NOW - 4_000_000 }), { limits })).toBe(0)
  })

  test('is never put off beyond the twelve hours which SQS allows from the receive', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 21_600 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (receive, maxReceiveCount, longestOutage, chance) => {
          const limits = { ...DEFAULTS, maxReceiveCount }
          const seconds = secondsOf(returned(unavailable, receive), { limits, longestOutage, random: () => chance }) ?? 0
          expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= 42_000).toBe(true)
        },
      ),
    )
  })
})

test('on a FIFO queue what is returned of a group comes back together, as its first message does; on a standard queue each by itself, whatever tenant of a fair queue it is of', () => {
  const fifo = [
    returned(unavailable, 2, { group: 'a' }),
    returned(notAttempted, 1, { group: 'a' }),
    returned({ kind: 'InvalidInput', reason: '' }, 1, { group: 'b' }),
    returned(notAttempted, 1, { group: 'b' }),
  ]
  const [a1, a2] = fifo
  expect(visibilityTimeouts(fifo, backOff())).toEqual([
    { record: a1?.record, seconds: 131 },
    { record: a2?.record, seconds: 131 },
  ])
  const standard = [returned(unavailable, 2), returned(notAttempted, 1)]
  expect(visibilityTimeouts(standard, backOff()).map(({ seconds }) => seconds)).toEqual([131, 5])
  const tenant = (one: ReturnType<typeof returned>) => ({
    ...one,
    record: { ...one.record, attributes: { ...one.record.attributes, MessageGroupId: 'tenant' } },
  })
  const fair = [...standard, returned({ kind: 'InvalidInput', reason: '' })].map(tenant)
  expect(visibilityTimeouts(fair, backOff()).map(({ seconds }) => seconds)).toEqual([131, 5])
})

describe('an outage', () => {
  /** Seconds after the sending at which a message is tried, until it is a dead letter; the outage ends, and the message is done, or not. */
  function livesThrough(outageEnds: number, limits: QueueLimits, chance: () => number, kinds: readonly CorrelationOutcome[]): boolean {
    let clock = 0
    for (let receive = 1; receive <= limits.maxReceiveCount; receive++) {
      if (clock > outageEnds) return true
      const outcome = kinds[Math.floor(chance() * kinds.length)] as CorrelationOutcome
      const one = returned(outcome, receive, { sent: NOW })
      const seconds = secondsOf(one, { limits, now: NOW + clock * 1_000, random: chance })
      clock += seconds ?? 180
    }
    return false
  }

  test.each([3, 4, 5, 10, 100])(
    'of an hour makes no message a dead letter that may be received %s times, whenever it was sent and however the attempts fail',
    (maxReceiveCount) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 3_600 }),
          fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
          (left, chances) => {
            const chance = () => chances.next().value as number
            expect(livesThrough(left, { ...DEFAULTS, maxReceiveCount }, chance, [unavailable, ambiguous, notAttempted])).toBe(true)
          },
        ),
        { numRuns: 500 },
      )
    },
  )

  test('of an hour would make every message a dead letter without the back-off: the simulation can tell', () => {
    const rejected: CorrelationOutcome = { kind: 'CamundaRejected', reason: '' }
    expect(livesThrough(3_600, DEFAULTS, () => 0.5, [rejected])).toBe(false)
  })

  test('of two hours does not make one either, where eventSource.longestOutage says so', () => {
    const seconds = [1, 2, 3, 4].map((receive) => secondsOf(returned(unavailable, receive), { longestOutage: 7_200 }) ?? 0)
    expect(seconds.reduce((sum, one) => sum + one)).toBeGreaterThan(7_200)
  })

  test('is waited for no longer than the time to live of a published message is checked against', () => {
    const seconds = [1, 2, 3, 4].map((receive) => secondsOf(returned(unavailable, receive), { random: () => 1 }) ?? 0)
    expect(seconds.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(redeliveryWindow(connector()) - 5 * 30 - 180)
  })
})
