import type { SQSRecord } from 'aws-lambda'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ConsoleEvent, MessageRow } from '../../console/api.ts'
import { MessageHistory } from '../../local/console/message-history.ts'
import type { Stage } from '../../local/journeys.ts'

const SENT = 1_700_000_000_000

beforeEach(() => {
  vi.useFakeTimers({ now: SENT })
})
afterEach(() => {
  vi.useRealTimers()
})

function recordOf(messageId: string, { receive = 1, body = '{}' } = {}): SQSRecord {
  return { messageId, body, attributes: { ApproximateReceiveCount: String(receive), SentTimestamp: String(SENT) } } as SQSRecord
}

function stageOf(messageId: string, fields: Partial<Stage>): Stage {
  const nothing = { elementId: undefined, outcome: undefined, reason: undefined, key: undefined, requestId: undefined }
  return { ...nothing, queue: 'orders', messageId, fate: 'deleted', ...fields }
}

function received(history: MessageHistory, ...records: readonly SQSRecord[]) {
  history.onMapping('orders', 'orders', { kind: 'received', records })
}

function rowsIn(events: readonly ConsoleEvent[]): MessageRow[] {
  return events.flatMap((event) => (event.kind === 'messages' ? event.rows : []))
}

test('a message that comes back is one row: its last outcome, its receives, and how long it was delayed', () => {
  const history = new MessageHistory()
  vi.advanceTimersByTime(10)
  received(history, recordOf('m'))
  history.onStage(stageOf('m', { outcome: 'CamundaUnavailable', reason: 'HTTP 503', elementId: 'E', fate: 'back in the queue' }))
  vi.advanceTimersByTime(4_000)
  received(history, recordOf('m', { receive: 2 }))
  expect(rowsIn([...history.soFar()])).toMatchObject([{ receives: 2, delay: 4_000, fate: undefined, outcome: 'CamundaUnavailable' }])
  history.onStage(stageOf('m', { outcome: 'ProcessInstanceCreated', key: '42', elementId: 'E' }))
  expect(rowsIn([...history.soFar()])).toEqual([
    {
      messageId: 'm',
      connector: 'orders',
      queue: 'orders',
      at: SENT + 10,
      sent: SENT,
      text: '{}',
      receives: 2,
      delay: 4_000,
      elementId: 'E',
      outcome: 'ProcessInstanceCreated',
      reason: undefined,
      key: '42',
      fate: 'deleted',
    },
  ])
  expect(history.get('m')?.events.map(({ kind, at, receive }) => [kind, at - SENT, receive])).toEqual([
    ['sent', 0, undefined],
    ['received', 10, 1],
    ['back in the queue', 10, undefined],
    ['received', 4_010, 2],
    ['deleted', 4_010, undefined],
  ])
})

test('what SQS gives up is a dead letter with the reason that was known before', () => {
  const history = new MessageHistory()
  received(history, recordOf('m'))
  history.onStage(stageOf('m', { outcome: 'InvalidInput', reason: 'no key', elementId: 'E', fate: 'back in the queue' }))
  history.onStage(stageOf('m', { outcome: 'InvalidInput', elementId: 'E', fate: 'dead letter' }))
  expect(history.get('m')?.row).toMatchObject({ outcome: 'InvalidInput', reason: 'no key', fate: 'dead letter' })
})

test('in whose place the function sends a dead letter is one itself, and the one that was sent is no other message', () => {
  const history = new MessageHistory()
  received(history, recordOf('m'))
  const line = { message: 'message sent to the dead-letter queue', messageId: 'm', outcome: 'InvalidInput', deadLetterMessageId: 'd' }
  history.onLog('orders', JSON.stringify(line))
  expect(history.onStage(stageOf('m', { outcome: 'InvalidInput', reason: 'no key' }))).toMatchObject({
    fate: 'dead letter',
    reason: 'no key',
  })
  expect(history.onStage(stageOf('d', { fate: 'dead letter' }))).toBeUndefined()
  expect(rowsIn([...history.soFar()]).map(({ messageId }) => messageId)).toEqual(['m'])
})

test('log lines go to each message which they name, and to no other', () => {
  const outcomes: string[] = []
  const history = new MessageHistory((connector, { outcome }) => outcomes.push(`${connector} ${outcome}`))
  received(history, recordOf('a'), recordOf('b'))
  history.onLog('orders', JSON.stringify({ messageId: 'a', outcome: 'MessagePublished', message: 'message done' }))
  history.onLog('orders', JSON.stringify({ messageIds: ['a', 'b'], message: 'not delayed' }))
  history.onLog('orders', 'a line of no JSON that names a')
  expect(history.get('a')?.log).toHaveLength(2)
  expect(history.get('b')?.log).toHaveLength(1)
  expect(outcomes).toEqual(['orders MessagePublished'])
})

test('changes are gathered, each row once as it is then, and whoever has left hears of none', () => {
  const history = new MessageHistory()
  const [heard, left]: ConsoleEvent[][] = [[], []]
  history.subscribe((event) => heard?.push(event))
  const end = history.subscribe((event) => left?.push(event))
  received(history, recordOf('a'), recordOf('b'))
  history.onStage(stageOf('a', { outcome: 'MessagePublished' }))
  end()
  expect(heard).toEqual([])
  vi.advanceTimersByTime(100)
  expect(rowsIn(heard ?? []).map(({ messageId, outcome }) => [messageId, outcome])).toEqual([
    ['a', 'MessagePublished'],
    ['b', undefined],
  ])
  expect(left).toEqual([])
})

test.each([
  ['messages', 20_001, '{}', 20_000],
  ['bodies', 70, 'x'.repeat(1024 * 1024), 64],
])('of too many %s the oldest are forgotten', (_, count, body, left) => {
  const history = new MessageHistory()
  for (let number = 0; number < count; number++) received(history, recordOf(`m-${number}`, { body }))
  expect(history.get(`m-${count - left - 1}`)).toBeUndefined()
  expect(history.get(`m-${count - left}`)).toBeDefined()
  const events = [...history.soFar()]
  expect(rowsIn(events)).toHaveLength(left)
  expect(Math.max(...events.map((event) => (event.kind === 'messages' ? event.rows.length : 0)))).toBeLessThanOrEqual(500)
  expect(JSON.stringify(events[0]).length).toBeLessThan(500_000)
})
