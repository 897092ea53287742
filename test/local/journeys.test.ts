import { describe, expect, test, vi } from 'vitest'
import { Journeys, type Stage } from '../../local/journeys.ts'
import { sqsRecord } from '../support/sqs.ts'

function journeys() {
  const stages: Stage[] = []
  const other: string[] = []
  const it = new Journeys(
    (stage) => stages.push(stage),
    (line) => other.push(line),
  )
  const log = (fields: object) => it.onLog({ stream: 'stdout', requestId: undefined, text: JSON.stringify(fields) })
  const settled = (messageId: string, fate: 'deleted' | 'returned', why = 'why') =>
    it.onMapping('q', { kind: 'settled', messageId, fate, why })
  return { it, stages, other, log, settled }
}

describe('a message’s stage is told', () => {
  test('when its log line and its fate in the queue are known, in either order', async () => {
    const { stages, log, settled } = journeys()
    log({ messageId: 'a', outcome: 'ProcessInstanceCreated', elementId: 'E', processInstanceKey: '1' })
    settled('a', 'deleted')
    settled('b', 'returned')
    log({ messageId: 'b', outcome: 'InvalidInput', elementId: 'E', reason: 'because' })
    expect(stages).toMatchObject([
      { messageId: 'a', outcome: 'ProcessInstanceCreated', key: '1', fate: 'deleted' },
      { messageId: 'b', outcome: 'InvalidInput', reason: 'because', fate: 'back in the queue' },
    ])
  })

  test('without an outcome, and with the reason that the mapping has, where no log line comes', async () => {
    const { stages, settled } = journeys()
    settled('a', 'returned', 'the function timed out')
    await vi.waitFor(() =>
      expect(stages).toMatchObject([{ outcome: undefined, reason: 'the function timed out', fate: 'back in the queue' }]),
    )
  })

  test('with the queue’s reason where it was done and comes back all the same', () => {
    const { stages, log, settled } = journeys()
    log({ messageId: 'a', outcome: 'ProcessInstanceCreated', elementId: 'E', processInstanceKey: '1' })
    settled('a', 'returned', 'the function timed out')
    expect(stages).toMatchObject([{ outcome: 'ProcessInstanceCreated', reason: 'the function timed out', fate: 'back in the queue' }])
  })

  test('once when the filter turned it away', () => {
    const { it, stages, settled } = journeys()
    it.onMapping('q', { kind: 'filteredOut', records: [sqsRecord({ messageId: 'a' })] })
    settled('a', 'deleted')
    expect(stages).toMatchObject([{ messageId: 'a', outcome: 'filtered out', fate: 'deleted' }])
  })

  test('as a dead letter with its last outcome', () => {
    const { it, stages, log, settled } = journeys()
    log({ messageId: 'a', outcome: 'InvalidInput', elementId: 'E', reason: 'because' })
    settled('a', 'returned')
    it.onDeadLetter('q', 'a')
    expect(stages.at(-1)).toMatchObject({
      outcome: 'InvalidInput',
      elementId: 'E',
      reason: undefined,
      fate: 'dead letter',
    })
    expect(it.latest('a')?.fate).toBe('dead letter')
  })
})

test('lines that are no outcome are passed on, metrics and plain information are not', () => {
  const { it, other, log } = journeys()
  log({ _aws: {} })
  log({ level: 'INFO', message: 'fine' })
  log({ level: 'ERROR', message: 'configuration rejected', reason: 'faulty' })
  it.onLog({ stream: 'stderr', requestId: undefined, text: 'plain' })
  it.onMapping('q', { kind: 'batchFailed', records: [], reason: 'timeout' })
  expect(other).toEqual(['configuration rejected: faulty', 'plain', 'q: timeout'])
})
