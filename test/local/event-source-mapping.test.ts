import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type EventSourceMapping,
  type EventSourceMappingOptions,
  InvalidParameterValue,
  type MappingEvent,
  startEventSourceMapping,
} from '../../local/event-source-mapping.ts'
import { type InvocationResult, startFunction } from '../../local/lambda-runtime.ts'
import { InvalidFilterPattern } from '../../tools/filters/filter-matcher.ts'
import { FakeSqs } from '../support/fake-sqs.ts'
import { startSqsServer, type TestQueue } from '../support/sqs-server.ts'

let server: Awaited<ReturnType<typeof startSqsServer>>
let taskRoot: string
const cleanUps: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  server = await startSqsServer()
  taskRoot = await mkdtemp(join(tmpdir(), 'task-root-'))
  await writeFile(
    join(taskRoot, 'index.mjs'),
    `export const handler = async ({ Records }) => {
      for (const { body } of Records) {
        if (body === 'exits') process.exit(1)
        if (body === 'hangs') await new Promise(() => setInterval(() => {}, 1e6))
      }
      return { batchItemFailures: Records.filter(({ body }) => body === 'fails').map(({ messageId }) => ({ itemIdentifier: messageId })) }
    }`,
  )
})

/** Each has its own queue, and none waits until the poll of another has ended. */
const cleanedUp: Promise<void>[] = []
afterEach(() => {
  const ofThisTest = cleanUps.splice(0).reverse()
  const inOrder = async () => {
    for (const cleanUp of ofThisTest) await cleanUp()
  }
  cleanedUp.push(inOrder())
})

afterAll(async () => {
  await Promise.all(cleanedUp)
  await server.stop()
  await rm(taskRoot, { recursive: true })
})

type Handler = (event: SQSEvent) => unknown
type Settled = { readonly fate: 'deleted' | 'returned'; readonly why: string }

/** The function's response, as the runtime would post it. */
const responds =
  (handler: Handler) =>
  async (event: SQSEvent): Promise<InvocationResult> => ({ kind: 'response', payload: JSON.stringify((await handler(event)) ?? null) })

const itemFailures = (...messageIds: string[]) => ({ batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })) })
const bodies = (records: readonly SQSRecord[]) => records.map(({ body }) => body)

/** A mapping which remembers what it told. Stopped after the test. */
async function start(options: Partial<EventSourceMappingOptions> & Pick<EventSourceMappingOptions, 'invoke'>) {
  const events: MappingEvent[] = []
  const mapping: EventSourceMapping = await startEventSourceMapping({
    sqs: server.sqs,
    queueUrl: '',
    queueArn: 'arn:aws:sqs:eu-central-1:000000000000:fake',
    region: 'eu-central-1',
    batchSize: 10,
    maximumBatchingWindow: 0,
    filterPatterns: [],
    functionTimeout: 1,
    onEvent: (event) => events.push(event),
    ...options,
  })
  cleanUps.push(() => mapping.stop())
  const ofKind = <K extends MappingEvent['kind']>(kind: K) =>
    events.filter((event): event is MappingEvent & { kind: K } => event.kind === kind)
  return {
    stop: () => mapping.stop(),
    events,
    ofKind,
    invocations: () => ofKind('invoked').map(({ records }) => bodies(records)),
    settled: (messageId: string): Settled[] =>
      ofKind('settled')
        .filter((event) => event.messageId === messageId)
        .map(({ fate, why }) => ({ fate, why })),
  }
}

async function send({ queueUrl }: TestQueue, ...messages: (string | { body: string; type?: string; group?: string })[]): Promise<string[]> {
  const ids: string[] = []
  for (let at = 0; at < messages.length; at += 10) {
    const Entries = messages.slice(at, at + 10).map((message, index) => {
      const { body, type, group } = typeof message === 'string' ? { body: message, type: undefined, group: undefined } : message
      return {
        Id: String(index),
        MessageBody: body,
        ...(type && { MessageAttributes: { type: { DataType: 'String', StringValue: type } } }),
        ...(group && { MessageGroupId: group, MessageDeduplicationId: `${group} ${body}` }),
      }
    })
    const { Successful = [] } = await server.sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    ids.push(...Successful.map(({ MessageId = '' }) => MessageId))
  }
  return ids
}

async function messagesLeft({ queueUrl }: TestQueue): Promise<number> {
  const { Attributes } = await server.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }))
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
}

/** A door that stays shut until it is opened. */
function door() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  return { opened, open }
}

const done: Settled = { fate: 'deleted', why: 'done' }

describe('a record', () => {
  it('is as Lambda delivers it', async () => {
    const queue = await server.createQueue('record')
    const received: SQSEvent[] = []
    const mapping = await start({ ...queue, invoke: responds((event) => void received.push(event)) })
    await server.sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.queueUrl,
        MessageBody: '{"text": "Grüße"}',
        MessageAttributes: {
          type: { DataType: 'String', StringValue: 'OrderPlaced' },
          amount: { DataType: 'Number.decimal', StringValue: '12.50' },
          picture: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 16]) },
        },
      }),
    )
    await expect.poll(() => received.length).toBe(1)
    expect(received).toEqual([
      {
        Records: [
          {
            messageId: expect.any(String),
            receiptHandle: expect.any(String),
            body: '{"text": "Grüße"}',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: expect.stringMatching(/^\d{13}$/),
              SenderId: expect.any(String),
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            },
            messageAttributes: {
              type: { stringValue: 'OrderPlaced', stringListValues: [], binaryListValues: [], dataType: 'String' },
              amount: { stringValue: '12.50', stringListValues: [], binaryListValues: [], dataType: 'Number.decimal' },
              picture: { binaryValue: 'AP8Q', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
            },
            md5OfMessageAttributes: expect.stringMatching(/^[\da-f]{32}$/),
            md5OfBody: expect.stringMatching(/^[\da-f]{32}$/),
            eventSource: 'aws:sqs',
            eventSourceARN: queue.queueArn,
            awsRegion: 'eu-central-1',
          },
        ],
      },
    ])
    await send(queue, 'plain')
    await expect.poll(() => received.length).toBe(2)
    expect(received[1]?.Records[0]).toMatchObject({ body: 'plain', messageAttributes: {} })
    expect(received[1]?.Records[0]).not.toHaveProperty('md5OfMessageAttributes')
    await expect.poll(() => mapping.ofKind('settled').length).toBe(2)
  })
})

describe('a batch', () => {
  it('has at most as many messages as one receive gives where there is no window', async () => {
    const queue = await server.createQueue('no-window')
    await send(queue, ...Array.from({ length: 13 }, (_, n) => `${n}`))
    const mapping = await start({ ...queue, invoke: responds(() => null) })
    await expect.poll(() => mapping.ofKind('settled').length).toBe(13)
    expect(mapping.invocations().map(({ length }) => length)).toEqual([10, 3])
  })

  it('has at most as many messages as its size', async () => {
    const queue = await server.createQueue('small')
    await send(queue, '0', '1', '2', '3', '4', '5', '6')
    const mapping = await start({ ...queue, batchSize: 3, invoke: responds(() => null) })
    await expect.poll(() => mapping.ofKind('settled').length).toBe(7)
    expect(mapping.invocations().map(({ length }) => length)).toEqual([3, 3, 1])
  })

  it('is gathered from several receives in its window, and invoked as soon as it is full', async () => {
    const queue = await server.createQueue('window')
    await send(queue, ...Array.from({ length: 57 }, (_, n) => `${n}`))
    const mapping = await start({ ...queue, batchSize: 25, maximumBatchingWindow: 1, invoke: responds(() => null) })
    await expect.poll(() => mapping.ofKind('settled').length, { timeout: 10_000 }).toBe(57)
    expect(mapping.invocations().map(({ length }) => length)).toEqual([25, 25, 7])
    expect(mapping.invocations().flat().sort()).toEqual(Array.from({ length: 57 }, (_, n) => `${n}`).sort())
  })

  it('has a window that begins with its first message, and is not prolonged by those that follow', async () => {
    const queue = new FakeSqs()
    const mapping = await start({ sqs: queue.client, batchSize: 1_000, maximumBatchingWindow: 1, invoke: responds(() => null) })
    for (let n = 0; n < 100 && mapping.invocations().length === 0; n++) {
      queue.sends(`${n}`)
      await pause(50)
    }
    expect(mapping.invocations()[0]?.length).toBeLessThan(100)
  })

  it('ends at 6 MB: what does not fit is of the next', async () => {
    const queue = await server.createQueue('large')
    const sizes: number[] = []
    const invoke = responds((event) => void sizes.push(Buffer.byteLength(JSON.stringify(event))))
    for (let n = 0; n < 8; n++) await send(queue, String(n).repeat(1_000_000))
    const mapping = await start({ ...queue, batchSize: 20, maximumBatchingWindow: 1, invoke })
    await expect.poll(() => mapping.ofKind('settled').length, { timeout: 15_000 }).toBe(8)
    expect(mapping.invocations().map(({ length }) => length)).toEqual([6, 2])
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024)
  })

  it('of one message that is too large fails', async () => {
    const queue = new FakeSqs()
    const id = queue.sends('x'.repeat(6 * 1024 * 1024))
    const invoke = async ({ Records: [record] }: SQSEvent) => Promise.reject(new Error(`${record?.body.length} are too many`))
    const mapping = await start({ sqs: queue.client, invoke })
    await expect.poll(() => mapping.settled(id).length).toBe(1)
    expect(mapping.settled(id)[0]?.why).toContain('6291456 are too many')
  })
})

describe('filter criteria', () => {
  const typeIs = (...types: string[]) => ({ messageAttributes: { type: { stringValue: types } } })

  it('delete what no pattern matches, and let the rest through', async () => {
    const queue = await server.createQueue('filtered')
    const mapping = await start({ ...queue, filterPatterns: [typeIs('OrderPlaced'), typeIs('OrderPaid')], invoke: responds(() => null) })
    const [placed = '', lost = '', paid = '', none = ''] = await send(
      queue,
      { body: 'placed', type: 'OrderPlaced' },
      { body: 'lost', type: 'OrderLost' },
      { body: 'paid', type: 'OrderPaid' },
      'none',
    )
    await expect.poll(() => mapping.ofKind('settled').length).toBe(4)
    expect(mapping.invocations().flat().sort()).toEqual(['paid', 'placed'])
    expect(
      mapping
        .ofKind('filteredOut')
        .flatMap(({ records }) => bodies(records))
        .sort(),
    ).toEqual(['lost', 'none'])
    expect([lost, none].map(mapping.settled)).toEqual([
      [{ fate: 'deleted', why: 'filtered out' }],
      [{ fate: 'deleted', why: 'filtered out' }],
    ])
    expect([placed, paid].map(mapping.settled)).toEqual([[done], [done]])
    expect(await messagesLeft(queue)).toBe(0)
  })

  it('fill a batch with what passes', async () => {
    const queue = await server.createQueue('filtered-batch')
    await send(queue, ...Array.from({ length: 40 }, (_, n) => ({ body: `${n}`, type: n % 2 === 0 ? 'even' : 'odd' })))
    const mapping = await start({
      ...queue,
      batchSize: 12,
      maximumBatchingWindow: 1,
      filterPatterns: [typeIs('even')],
      invoke: responds(() => null),
    })
    await expect.poll(() => mapping.ofKind('settled').length, { timeout: 10_000 }).toBe(40)
    expect(mapping.invocations().map(({ length }) => length)).toEqual([12, 8])
  })
})

describe('the response of a batch', () => {
  let queue: FakeSqs
  let payload: (ids: [string, string]) => string
  let mapping: Awaited<ReturnType<typeof start>>

  const answering = async (answer: (ids: [string, string]) => string) => {
    queue = new FakeSqs()
    payload = answer
    const ids: [string, string] = [queue.sends('first'), queue.sends('second')]
    mapping = await start({ sqs: queue.client, invoke: async () => ({ kind: 'response', payload: payload(ids) }) })
    await expect.poll(() => mapping.ofKind('settled').length).toBe(2)
    return ids
  }

  it.each<[what: string, payload: string]>([
    ['null', 'null'],
    ['nothing', ''],
    ['an empty object', '{}'],
    ['another object', '{"ok":true}'],
    ['a null list', '{"batchItemFailures":null}'],
    ['an empty list', '{"batchItemFailures":[]}'],
  ])('that is %s deletes all', async (_what, answer) => {
    const ids = await answering(() => answer)
    expect(ids.map(mapping.settled)).toEqual([[done], [done]])
    expect(mapping.ofKind('batchFailed')).toEqual([])
    expect(queue.bodies).toEqual([])
  })

  it.each<[what: string, payload: (ids: [string, string]) => string]>([
    ['is no JSON', () => '(lambda: 1 + 1)()'],
    ['is cut short', ([first]) => JSON.stringify(itemFailures(first)).slice(0, -1)],
    ['is a text', () => '"done"'],
    ['is a number', () => '0'],
    ['is a boolean', () => 'false'],
    ['is a list', ([first]) => JSON.stringify(itemFailures(first).batchItemFailures)],
    ['has a text for the list', () => '{"batchItemFailures":"none"}'],
    ['has an object for the list', ([first]) => JSON.stringify({ batchItemFailures: { itemIdentifier: first } })],
    ['has an unknown identifier', () => JSON.stringify(itemFailures('no-such-id'))],
    ['has an unknown identifier beside a good one', ([first]) => JSON.stringify(itemFailures(first, 'no-such-id'))],
    ['has an empty identifier', () => JSON.stringify(itemFailures(''))],
    ['has a null identifier', () => '{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ['has a number for an identifier', () => '{"batchItemFailures":[{"itemIdentifier":1}]}'],
    ['misspells the key', ([first]) => JSON.stringify({ batchItemFailures: [{ itemIdentifer: first }] })],
    ['has identifiers without their key', (ids) => JSON.stringify({ batchItemFailures: ids })],
    ['has null in the list', () => '{"batchItemFailures":[null]}'],
  ])('that %s fails it as a whole', async (_what, answer) => {
    const ids = await answering(answer)
    expect(ids.flatMap(mapping.settled).map(({ fate }) => fate)).toEqual(['returned', 'returned'])
    expect(mapping.ofKind('batchFailed')).toHaveLength(1)
    expect(queue.bodies).toEqual(['first', 'second'])
  })

  it('deletes all but the batch item failures, which come back after the visibility timeout', async () => {
    const [first, second] = await answering(([first]) => JSON.stringify(itemFailures(first)))
    expect(mapping.settled(first)).toEqual([{ fate: 'returned', why: 'reported as a batch item failure' }])
    expect(mapping.settled(second)).toEqual([done])
    expect(queue.bodies).toEqual(['first'])
    expect(mapping.invocations()).toEqual([['first', 'second']])
    payload = () => 'null'
    queue.visibilityTimeoutPasses()
    await expect.poll(() => mapping.settled(first)).toEqual([{ fate: 'returned', why: 'reported as a batch item failure' }, done])
    expect(mapping.ofKind('received').at(-1)?.records[0]?.attributes.ApproximateReceiveCount).toBe('2')
  })
})

describe('an invocation that fails', () => {
  it.each<[what: string, result: InvocationResult, why: string]>([
    ['with an error', { kind: 'error', errorType: 'TypeError', errorMessage: 'no' }, 'the function failed: TypeError: no'],
    ['with a timeout', { kind: 'timeout' }, 'the function timed out after 1 s'],
    ['with an exit', { kind: 'crash', exitCode: 3, signal: null }, 'the runtime exited with code 3'],
    ['with a signal', { kind: 'crash', exitCode: null, signal: 'SIGABRT' }, 'the runtime exited on SIGABRT'],
  ])('%s returns the whole batch', async (_what, result, why) => {
    const queue = new FakeSqs()
    const ids = [queue.sends('first'), queue.sends('second')]
    const mapping = await start({ sqs: queue.client, invoke: async () => result })
    await expect.poll(() => mapping.ofKind('settled').length).toBe(2)
    expect(ids.map(mapping.settled)).toEqual([[{ fate: 'returned', why }], [{ fate: 'returned', why }]])
    expect(mapping.ofKind('batchFailed').map(({ records, reason }) => [bodies(records), reason])).toEqual([[['first', 'second'], why]])
    expect(queue.bodies).toEqual(['first', 'second'])
  })

  it('brings its messages to the dead-letter queue after maxReceiveCount', async () => {
    const deadLetters = await server.createQueue('dead-letters')
    const redrive = JSON.stringify({ deadLetterTargetArn: deadLetters.queueArn, maxReceiveCount: 2 })
    const queue = await server.createQueue('poisoned', { VisibilityTimeout: '1', RedrivePolicy: redrive })
    const mapping = await start({
      ...queue,
      invoke: responds(({ Records }) => itemFailures(...Records.filter(({ body }) => body === 'poison').map(({ messageId }) => messageId))),
    })
    const [poison = '', good = ''] = await send(queue, 'poison', 'good')
    await expect.poll(() => messagesLeft(deadLetters), { timeout: 10_000 }).toBe(1)
    expect(mapping.settled(poison).map(({ fate }) => fate)).toEqual(['returned', 'returned'])
    expect(mapping.settled(good)).toEqual([done])
    expect(await messagesLeft(queue)).toBe(0)
  })
})

describe('with a function in its own process', () => {
  const startBridge = (timeout: number) => {
    const fn = startFunction({ functionName: 'bridge', taskRoot, handler: 'index.handler', environment: {}, timeout, memorySize: 128 })
    cleanUps.push(() => fn.stop())
    return fn
  }

  it.each([
    ['hangs', 'the function timed out after 1 s'],
    ['exits', 'the runtime exited with code 1'],
  ])('a message for which the handler %s fails its batch, and the next finds a new environment', async (body, why) => {
    const deadLetters = await server.createQueue(`${body}-dead-letters`)
    const redrive = JSON.stringify({ deadLetterTargetArn: deadLetters.queueArn, maxReceiveCount: 1 })
    const queue = await server.createQueue(body, { VisibilityTimeout: '2', RedrivePolicy: redrive })
    const fn = startBridge(1)
    const mapping = await start({ ...queue, invoke: (event) => fn.invoke(event) })
    const [failing = ''] = await send(queue, body)
    await expect.poll(() => mapping.settled(failing), { timeout: 10_000 }).toEqual([{ fate: 'returned', why }])
    const [next = ''] = await send(queue, 'next')
    await expect.poll(() => mapping.settled(next), { timeout: 10_000 }).toEqual([done])
    await expect.poll(() => messagesLeft(deadLetters), { timeout: 10_000 }).toBe(1)
  })

  it('only the messages that failed are returned', async () => {
    const queue = await server.createQueue('partial')
    const ids = await send(queue, 'good', 'fails', 'better')
    const fn = startBridge(10)
    const mapping = await start({ ...queue, functionTimeout: 10, invoke: (event) => fn.invoke(event) })
    await expect.poll(() => mapping.ofKind('settled').length, { timeout: 10_000 }).toBe(3)
    expect(ids.map((id) => mapping.settled(id)[0]?.fate)).toEqual(['deleted', 'returned', 'deleted'])
    expect(await messagesLeft(queue)).toBe(1)
  })
})

/** How many invocations are under way when no more come, with a handler that waits. */
async function mostUnderWay(messages: number, options: Partial<EventSourceMappingOptions>) {
  const queue = new FakeSqs()
  for (let n = 0; n < messages; n++) queue.sends(`${n}`)
  const { opened, open } = door()
  let underWay = 0
  let most = 0
  const invoke = responds(async () => {
    most = Math.max(most, ++underWay)
    await opened
    underWay--
  })
  const mapping = await start({ sqs: queue.client, batchSize: 1, invoke, ...options })
  cleanUps.push(async () => open())
  return { queue, mapping, open, most: () => most }
}

describe('concurrency', () => {
  it.each([
    ['is bounded by the maximum', 6, { maximumConcurrency: 2 }, 2],
    ['grows beyond that of the start up to the maximum', 12, { maximumConcurrency: 7 }, 7],
    ['grows to ten where there is no maximum', 14, {}, 10],
  ])('%s', async (_claim, messages, options, expected) => {
    const { queue, mapping, open, most } = await mostUnderWay(messages, options)
    await expect.poll(most, { timeout: 10_000 }).toBe(expected)
    await pause(600) // in which it would grow by three
    expect(most()).toBe(expected)
    expect(mapping.ofKind('received')).toHaveLength(expected)
    open()
    await expect.poll(() => queue.bodies, { timeout: 10_000 }).toEqual([])
  })
})

describe('provisioned pollers', () => {
  it('invoke ten times at a time each, are joined by others up to the maximum while all are busy', async () => {
    const { queue, mapping, open, most } = await mostUnderWay(60, { provisionedPollers: { minimum: 2, maximum: 4 } })
    await expect.poll(most, { timeout: 10_000 }).toBe(40)
    await pause(1_300) // in which there would be two more
    expect(most()).toBe(40)
    expect(mapping.ofKind('received')).toHaveLength(40)
    open()
    await expect.poll(() => queue.bodies, { timeout: 10_000 }).toEqual([])
  })

  it('keep the order of each group of a FIFO queue, whose groups bound what they can do', async () => {
    const queue = new FakeSqs()
    const groups = ['A', 'B', 'C']
    for (let n = 0; n < 15; n++) queue.sends(`${groups[n % 3]}${n}`, groups[n % 3])
    const ends: string[] = []
    let underWay = 0
    let most = 0
    const invoke = responds(async ({ Records }) => {
      most = Math.max(most, ++underWay)
      await pause(5)
      ends.push(...bodies(Records))
      underWay--
    })
    await start({
      sqs: queue.client,
      queueArn: 'arn:aws:sqs:eu-central-1:000000000000:orders.fifo',
      batchSize: 1,
      invoke,
      provisionedPollers: { minimum: 4, maximum: 8 },
    })
    await expect.poll(() => queue.bodies, { timeout: 20_000 }).toEqual([])
    for (const group of groups) {
      const numbers = ends.filter((body) => body.startsWith(group)).map((body) => Number(body.slice(1)))
      expect(numbers, group).toEqual(numbers.toSorted((one, other) => one - other))
    }
    expect(most).toBeLessThanOrEqual(groups.length)
  })
})

describe('a FIFO queue', () => {
  const fifo = 'arn:aws:sqs:eu-central-1:000000000000:orders.fifo'
  const groupOf = (body: string) => body[0]

  it('gives batches of several groups, each group in order', async () => {
    const queue = new FakeSqs()
    for (const body of ['a1', 'b1', 'a2', 'c1', 'b2', 'a3']) queue.sends(body, groupOf(body))
    const mapping = await start({ sqs: queue.client, queueArn: fifo, batchSize: 4, invoke: responds(() => null) })
    await expect.poll(() => queue.bodies).toEqual([])
    expect(mapping.invocations()[0]).toEqual(['a1', 'b1', 'a2', 'c1'])
    expect(
      mapping
        .invocations()
        .flat()
        .filter((body) => groupOf(body) === 'a'),
    ).toEqual(['a1', 'a2', 'a3'])
    expect(
      mapping
        .invocations()
        .flat()
        .filter((body) => groupOf(body) === 'b'),
    ).toEqual(['b1', 'b2'])
  })

  it('has each group in one invocation at a time, and other groups beside it', async () => {
    const queue = new FakeSqs()
    for (const body of ['a1', 'a2', 'b1', 'b2']) queue.sends(body, groupOf(body))
    const { opened, open } = door()
    const invoke = responds(({ Records: [record] }) => (record?.body === 'a1' ? opened : null))
    const mapping = await start({ sqs: queue.client, queueArn: fifo, batchSize: 1, invoke })
    cleanUps.push(async () => open())
    await expect.poll(() => queue.bodies).toEqual(['a1', 'a2'])
    expect(mapping.invocations()).toEqual([['a1'], ['b1'], ['b2']])
    open()
    await expect.poll(() => queue.bodies).toEqual([])
    expect(mapping.invocations().at(-1)).toEqual(['a2'])
  })

  it('goes on with a group where it failed, in order', async () => {
    const queue = new FakeSqs()
    const ids = ['a1', 'b1', 'a2', 'a3'].map((body) => queue.sends(body, groupOf(body)))
    const failing = new Set(['a2', 'a3'])
    const invoke = responds(({ Records }) =>
      itemFailures(...Records.filter(({ body }) => failing.has(body)).map(({ messageId }) => messageId)),
    )
    const mapping = await start({ sqs: queue.client, queueArn: fifo, invoke })
    await expect.poll(() => mapping.ofKind('settled').length).toBe(4)
    expect(ids.map((id) => mapping.settled(id)[0]?.fate)).toEqual(['deleted', 'deleted', 'returned', 'returned'])
    queue.sends('a4', 'a')
    failing.clear()
    queue.visibilityTimeoutPasses()
    await expect.poll(() => queue.bodies).toEqual([])
    expect(mapping.invocations()).toEqual([
      ['a1', 'b1', 'a2', 'a3'],
      ['a2', 'a3', 'a4'],
    ])
  })

  it('keeps the order of each group on a server, too', async () => {
    const queue = await server.createQueue('orders.fifo')
    const sent = Array.from({ length: 15 }, (_, n) => ({ body: `${n}`, group: 'abc'[n % 3] ?? '' }))
    await send(queue, ...sent)
    const handled: [string | undefined, string][] = []
    const invoke = responds(({ Records }) => {
      for (const { attributes, body } of Records) handled.push([attributes.MessageGroupId, body])
    })
    const mapping = await start({ ...queue, invoke })
    await expect.poll(() => mapping.ofKind('settled').length, { timeout: 20_000 }).toBe(15)
    for (const group of ['a', 'b', 'c'])
      expect(handled.filter(([of]) => of === group).map(([, body]) => body)).toEqual(
        sent.filter((message) => message.group === group).map(({ body }) => body),
      )
    expect(await messagesLeft(queue)).toBe(0)
  })
})

describe('trouble with the queue', () => {
  it('is told, and polling goes on', async () => {
    const queue = new FakeSqs()
    queue.failsPolls(2)
    const id = queue.sends('message')
    const mapping = await start({ sqs: queue.client, invoke: responds(() => null) })
    await expect.poll(() => mapping.settled(id), { timeout: 10_000 }).toEqual([done])
    expect(mapping.ofKind('pollFailed')).toEqual([
      { kind: 'pollFailed', reason: 'Error: connection refused' },
      { kind: 'pollFailed', reason: 'Error: connection refused' },
    ])
  })

  it.each([
    ['some', 'not deleted: the handle has expired'],
    ['all', 'not deleted: Error: connection refused'],
  ] as const)('in deleting %s is told, and they come again', async (which, why) => {
    const queue = new FakeSqs()
    queue.failsDeletes(which)
    const ids = [queue.sends('first'), queue.sends('second')]
    const mapping = await start({ sqs: queue.client, invoke: responds(() => null) })
    await expect.poll(() => mapping.ofKind('settled').length).toBe(2)
    expect(ids.flatMap(mapping.settled)).toEqual([{ fate: 'returned', why }, which === 'all' ? { fate: 'returned', why } : done])
    queue.failsDeletes('none')
    queue.visibilityTimeoutPasses()
    await expect.poll(() => queue.bodies).toEqual([])
    expect(mapping.settled(ids[0] ?? '')).toEqual([{ fate: 'returned', why }, done])
  })

  it('does not hinder stopping', async () => {
    const queue = new FakeSqs()
    queue.failsPolls(Number.POSITIVE_INFINITY)
    const mapping = await start({ sqs: queue.client, invoke: responds(() => null) })
    await expect.poll(() => mapping.ofKind('pollFailed').length).toBeGreaterThan(0)
    await mapping.stop()
  })
})

describe('stopping', () => {
  it('lets the invocation under way end, and deletes what it did', async () => {
    const queue = new FakeSqs()
    const id = queue.sends('message')
    const { opened, open } = door()
    const mapping = await start({ sqs: queue.client, invoke: responds(() => opened) })
    await expect.poll(() => mapping.invocations()).toEqual([['message']])
    const stopped = mapping.stop()
    queue.sends('too late')
    expect(await Promise.race([stopped, pause(200, 'still under way')])).toBe('still under way')
    open()
    await stopped
    expect(mapping.settled(id)).toEqual([done])
    expect(queue.bodies).toEqual(['too late'])
  })

  it('gives back at once what was gathered for the next', async () => {
    const queue = await server.createQueue('gathered')
    const mapping = await start({ ...queue, batchSize: 100, maximumBatchingWindow: 300, invoke: responds(() => null) })
    const ids = await send(queue, ...Array.from({ length: 12 }, (_, n) => `${n}`))
    await expect.poll(() => mapping.ofKind('received').flatMap(({ records }) => records).length).toBe(12)
    await mapping.stop()
    expect(mapping.invocations()).toEqual([])
    expect(ids.flatMap(mapping.settled)).toEqual(Array(12).fill({ fate: 'returned', why: 'the event-source mapping stopped' }))
    const { Messages = [] } = await server.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.queueUrl, MaxNumberOfMessages: 10 }))
    expect(Messages).toHaveLength(10)
  })

  it('leaves no poll behind that would take a message', async () => {
    const queue = await server.createQueue('after')
    const mapping = await start({ ...queue, invoke: responds(() => null) })
    await mapping.stop()
    await send(queue, 'message')
    const { Messages = [] } = await server.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.queueUrl }))
    expect(Messages.map(({ Body }) => Body)).toEqual(['message'])
    expect(mapping.events).toEqual([])
  })
})

describe('a mapping is refused', () => {
  const fifo = 'arn:aws:sqs:eu-central-1:000000000000:orders.fifo'
  const pattern = { body: { n: ['a'] } }

  it.each<[what: string, options: Partial<EventSourceMappingOptions>, says: string]>([
    ['without a message in the batch', { batchSize: 0 }, 'batch size 0: a standard queue takes 1 to 10000'],
    ['with half a message', { batchSize: 1.5 }, 'batch size 1.5: a standard queue takes 1 to 10000'],
    ['with too large a batch', { batchSize: 10_001, maximumBatchingWindow: 1 }, 'batch size 10001: a standard queue takes 1 to 10000'],
    ['with too large a batch of a FIFO queue', { batchSize: 11, queueArn: fifo }, 'batch size 11: a FIFO queue takes 1 to 10'],
    ['with a large batch and no window', { batchSize: 11 }, 'batch size 11: more than 10 takes a maximum batching window of at least 1 s'],
    ['with a window for a FIFO queue', { maximumBatchingWindow: 1, queueArn: fifo }, 'maximum batching window 1 s: not for FIFO queues'],
    ['with too long a window', { maximumBatchingWindow: 301 }, 'maximum batching window 301 s: must be 0 to 300'],
    ['with too low a concurrency', { maximumConcurrency: 1 }, 'maximum concurrency 1: must be 2 to 1000'],
    ['with too high a concurrency', { maximumConcurrency: 1_001 }, 'maximum concurrency 1001: must be 2 to 1000'],
    ['with too few pollers', { provisionedPollers: { minimum: 1, maximum: 2 } }, 'minimum pollers 1: must be 2 to 200'],
    ['with too many ready pollers', { provisionedPollers: { minimum: 201, maximum: 201 } }, 'minimum pollers 201: must be 2 to 200'],
    [
      'with too many pollers',
      { provisionedPollers: { minimum: 2, maximum: 10_001 } },
      'maximum pollers 10001: must be 2 to 10000, and not less than the minimum',
    ],
    [
      'with pollers beside a maximum concurrency',
      { provisionedPollers: { minimum: 2, maximum: 2 }, maximumConcurrency: 5 },
      'maximum concurrency and provisioned pollers: one of the two at most',
    ],
    ['with too many patterns', { filterPatterns: Array(6).fill(pattern) }, '6 filter patterns: at most 5 are possible'],
    [
      'with a visibility timeout shorter than the function’s timeout',
      { functionTimeout: 31 },
      'queue visibility timeout: 30 seconds is less than function timeout: 31 seconds',
    ],
  ])('%s', async (_what, options, says) => {
    const refused = start({ sqs: new FakeSqs().client, invoke: responds(() => null), ...options })
    await expect(refused).rejects.toThrow(new InvalidParameterValue(says))
  })

  it.each([
    ['too long', { body: { n: ['x'.repeat(4_096)] } }],
    ['not one of Lambda’s', { body: { n: [{ wildcard: '*' }] } }],
  ])('with a pattern that is %s', async (_what, faulty) => {
    await expect(start({ sqs: new FakeSqs().client, invoke: responds(() => null), filterPatterns: [pattern, faulty] })).rejects.toThrow(
      InvalidFilterPattern,
    )
  })

  it('for a queue that is not there', async () => {
    await expect(start({ queueUrl: 'http://127.0.0.1/000000000000/missing', invoke: responds(() => null) })).rejects.toThrow(
      /does not exist/,
    )
  })

  it.each<[what: string, options: Partial<EventSourceMappingOptions>]>([
    ['the largest batch', { batchSize: 10_000, maximumBatchingWindow: 300 }],
    ['the largest batch without a window', { batchSize: 10 }],
    ['the largest batch of a FIFO queue', { batchSize: 10, queueArn: fifo }],
    ['the least concurrency', { maximumConcurrency: 2 }],
    ['the highest concurrency', { maximumConcurrency: 1_000 }],
    ['the least and the most pollers', { provisionedPollers: { minimum: 2, maximum: 10_000 } }],
    ['five patterns', { filterPatterns: Array(5).fill(pattern) }],
    ['a visibility timeout as long as the function’s timeout', { functionTimeout: 30 }],
  ])('but not with %s', async (_what, options) => {
    const mapping = await start({ sqs: new FakeSqs().client, invoke: responds(() => null), ...options })
    await mapping.stop()
  })
})
