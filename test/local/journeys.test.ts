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
  const log = (fields: object, function_request_id = 'r1') =>
    it.onLog({ stream: 'stdout', requestId: 'the latest', text: JSON.stringify({ function_request_id, ...fields }) })
  const settled = (messageId: string, fate: 'deleted' | 'returned', why = 'why', requestId = 'r1') =>
    it.onMapping('q', { kind: 'settled', messageId, fate, why, requestId })
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

describe('of a message that was received twice, each outcome is that of its own receive', () => {
  const failed = { messageId: 'a', outcome: 'CamundaUnavailable', reason: 'full' }
  const created = { messageId: 'a', outcome: 'ProcessInstanceCreated', processInstanceKey: '1' }
  const both = [
    { outcome: 'CamundaUnavailable', reason: 'full', fate: 'back in the queue', requestId: 'r1' },
    { outcome: 'ProcessInstanceCreated', reason: undefined, fate: 'deleted', requestId: 'r2' },
  ]
  type Run = ReturnType<typeof journeys>

  // biome-ignore format: a table
  test.each<[string, ((run: Run) => void)[]]>([
    ['log and fate, log and fate', [({ log }) => log(failed), ({ settled }) => settled('a', 'returned'), ({ log }) => log(created, 'r2'), ({ settled }) => settled('a', 'deleted', 'done', 'r2')]],
    ['both logs first',            [({ log }) => log(failed), ({ log }) => log(created, 'r2'), ({ settled }) => settled('a', 'returned'), ({ settled }) => settled('a', 'deleted', 'done', 'r2')]],
    ['both fates first',           [({ settled }) => settled('a', 'returned'), ({ settled }) => settled('a', 'deleted', 'done', 'r2'), ({ log }) => log(failed), ({ log }) => log(created, 'r2')]],
    ['the second log before the first fate', [({ log }) => log(created, 'r2'), ({ log }) => log(failed), ({ settled }) => settled('a', 'returned'), ({ settled }) => settled('a', 'deleted', 'done', 'r2')]],
  ])('%s', (_order, steps) => {
    const run = journeys()
    for (const step of steps) step(run)
    expect(run.stages).toMatchObject(both)
  })

  test('also where the first one timed out, and its log line came after all', async () => {
    const { stages, log, settled } = journeys()
    settled('a', 'returned', 'the function timed out')
    await vi.waitFor(() => expect(stages).toHaveLength(1))
    log(failed)
    log(created, 'r2')
    settled('a', 'deleted', 'done', 'r2')
    expect(stages).toMatchObject([{ outcome: undefined, reason: 'the function timed out' }, ...both])
  })

  test('and a log line that comes when the second is told already is not taken for one of its', async () => {
    const { it, stages, log, settled } = journeys()
    settled('a', 'returned', 'the function timed out')
    await vi.waitFor(() => expect(stages).toHaveLength(1))
    log(created, 'r2')
    settled('a', 'deleted', 'done', 'r2')
    log(failed)
    expect(it.latest('a')).toMatchObject({ outcome: 'ProcessInstanceCreated', fate: 'deleted' })
    expect(stages).toHaveLength(2)
  })

  test('and one that a batch held twice is told once', () => {
    const { stages, log, settled } = journeys()
    log(created)
    settled('a', 'deleted')
    settled('a', 'deleted')
    expect(stages).toHaveLength(1)
  })
})

test('a line without a request id is of the latest event which its process was given', () => {
  const { it, stages } = journeys()
  it.onLog({ stream: 'stdout', requestId: 'r9', text: JSON.stringify({ messageId: 'a', outcome: 'InvalidInput' }) })
  it.onMapping('q', { kind: 'settled', messageId: 'a', fate: 'returned', why: '', requestId: 'r9' })
  expect(stages).toMatchObject([{ outcome: 'InvalidInput' }])
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
