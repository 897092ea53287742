import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DEAD_LETTER_ATTRIBUTES } from '../../../lambda/core/dead-letter-attributes.ts'
import { type Redrive, redrive, toRedriven } from '../../../tools/dead-letters/redrive.ts'
import { orderPlaced, paymentReceived } from '../../lib/connector-files.ts'
import { startDeployedConnector } from '../../support/deployed-connector.ts'

const CONNECTOR = { elements: [orderPlaced, paymentReceived] }

let deployed: Awaited<ReturnType<typeof startDeployedConnector>>
let fifo: boolean
async function deploy(options = { fifo: false }) {
  deployed = await startDeployedConnector(CONNECTOR, options)
  fifo = options.fifo
}
afterEach(() => deployed.stop())

const dead = (body: string, group?: string) =>
  deployed.send(deployed.deadLetterQueue.queueUrl, { body, ...(group !== undefined && { group }) })
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body)
const back = () => deployed.visibleIn(deployed.queue.queueUrl)
const left = () => deployed.visibleIn(deployed.deadLetterQueue.queueUrl)

function move({ visible = 0, ...changes }: Partial<Redrive> & { readonly visible?: number } = {}) {
  const { queue, deadLetterQueue, sqs } = deployed
  return redrive({
    sqs,
    queue: {
      queueUrl: queue.queueUrl,
      queueArn: queue.queueArn,
      deadLetterQueueUrl: deadLetterQueue.queueUrl,
      fifo,
      visible,
      inFlight: 0,
    },
    choose: async (messages) => new Set(messages),
    to: 'queue',
    rate: 1_000,
    signal: new AbortController().signal,
    // SQS's clock and this one are the same here, to the millisecond.
    now: () => Date.now() + 1,
    pause: async () => {},
    ...changes,
  })
}

/** The client, but for what these commands do in its place. */
function client(instead: Record<string, (command: object) => Promise<unknown> | undefined>): SQSClient {
  const send = (command: object) => instead[command.constructor.name]?.(command) ?? deployed.sqs.send(command as never)
  return { send } as unknown as SQSClient
}

describe('from a standard queue', () => {
  beforeEach(() => deploy())

  test('all are moved, and none is left', async () => {
    for (let count = 0; count < 23; count++) await dead(String(count))
    expect(await move()).toMatchObject({ moved: 23, notChosen: 0, failed: [], inBoth: [], stopped: undefined })
    expect(new Set(bodies(await back())).size).toBe(23)
    expect(await left()).toEqual([])
  })

  test('those which are not chosen stay, and can be received at once', async () => {
    for (let count = 0; count < 23; count++) await dead(String(count % 2))
    expect(await move({ choose: async (messages) => new Set(messages.filter(({ Body }) => Body === '1')) })).toMatchObject({
      moved: 11,
      notChosen: 12,
    })
    expect(new Set(bodies(await left()))).toEqual(new Set(['0']))
  })

  test('what becomes a dead letter again meanwhile is left, so that it ends', async () => {
    await dead('poison')
    const began = Date.now() + 1
    const { moved, arrivedLater } = await move({
      sqs: client({
        DeleteMessageCommand: async (command) => {
          await deployed.sqs.send(command as never)
          await new Promise((over) => setTimeout(over, 5))
          return dead('poison')
        },
      }),
      now: () => began,
    })
    expect({ moved, arrivedLater }).toEqual({ moved: 1, arrivedLater: 1 })
    expect(bodies(await left())).toEqual(['poison'])
  })

  test('one that is sent but not deleted is in both queues and told; it is not sent twice', async () => {
    const messageId = await dead('kept')
    const failing = client({ DeleteMessageCommand: () => Promise.reject(new Error('no network')) })
    expect(await move({ sqs: failing })).toMatchObject({ moved: 1, inBoth: [{ messageId, why: 'no network' }] })
    expect(bodies(await back())).toEqual(['kept'])
    expect(bodies(await left())).toEqual(['kept'])
  })

  test('one that is not sent stays where it is, and the others go', async () => {
    const messageId = await dead('too large')
    await dead('fine')
    const failing = client({
      SendMessageCommand: (command) =>
        (command as SendMessageCommand).input.MessageBody === 'too large' ? Promise.reject(new Error('refused')) : undefined,
    })
    expect(await move({ sqs: failing })).toMatchObject({ moved: 1, failed: [{ messageId, why: 'refused' }] })
    expect(bodies(await left())).toEqual(['too large'])
  })

  test('an interruption ends it after what is under way, and nothing is lost or out of sight', async () => {
    for (let count = 0; count < 23; count++) await dead(String(count))
    const stopping = new AbortController()
    const { moved, stopped } = await move({
      signal: stopping.signal,
      onProgress: ({ moved }) => moved === 3 && stopping.abort(new Error('interrupted by SIGINT')),
    })
    expect(stopped).toBe('interrupted by SIGINT')
    expect(moved).toBeLessThan(23)
    const [there, here] = [bodies(await back()), bodies(await left())]
    expect(there).toHaveLength(moved)
    expect(new Set([...there, ...here]).size).toBe(23)
  })

  test('a failure to receive is told together with what was moved until then', async () => {
    for (let count = 0; count < 12; count++) await dead(String(count))
    let receives = 0
    const failing = client({ ReceiveMessageCommand: () => (++receives === 2 ? Promise.reject(new Error('no network')) : undefined) })
    expect(await move({ sqs: failing })).toMatchObject({ moved: 10, stopped: 'no network' })
  })

  test('no more begin within a second than the rate allows', async () => {
    for (let count = 0; count < 5; count++) await dead(String(count))
    let now = Date.now() + 1_000
    const began = now
    const advance = (milliseconds: number) => {
      now += milliseconds
    }
    await move({ rate: 2, now: () => now, pause: async (milliseconds) => advance(milliseconds) })
    expect(now - began).toBe(2_000)
  })
})

describe('from a FIFO queue', () => {
  beforeEach(() => deploy({ fifo: true }))

  test('the order within a group is kept, and each group goes on by itself', async () => {
    for (let count = 0; count < 12; count++) await dead(`${count % 3} ${count}`, `group ${count % 3}`)
    expect(await move()).toMatchObject({ moved: 12 })
    const seen: string[] = []
    // Of a group one message at a time is handed out here.
    for (let group = 0; group < 12; group++) {
      const messages = await deployed.sqs.send(new ReceiveMessageCommand({ QueueUrl: deployed.queue.queueUrl }))
      for (const { Body = '', ReceiptHandle } of messages.Messages ?? []) {
        seen.push(Body)
        await deployed.sqs.send(new DeleteMessageCommand({ QueueUrl: deployed.queue.queueUrl, ReceiptHandle }))
      }
    }
    const order = (group: number) => seen.filter((body) => body.startsWith(`${group} `)).map((body) => Number(body.split(' ')[1]))
    expect([order(0), order(1), order(2)]).toEqual([
      [0, 3, 6, 9],
      [1, 4, 7, 10],
      [2, 5, 8, 11],
    ])
  })

  test('what lies behind others of its group, which are not chosen, is told of: nobody has looked at it', async () => {
    for (let count = 0; count < 13; count++) await dead(`${count}`, 'a')
    // As SQS does: ten of the group at most, and none while those are held.
    const shown = [
      Array.from({ length: 10 }, (_, n) => ({
        MessageId: `${n}`,
        Body: `${n}`,
        ReceiptHandle: `${n}`,
        Attributes: { MessageGroupId: 'a' },
      })),
    ]
    const sqs = client({
      ReceiveMessageCommand: async () => ({ Messages: shown.pop() }),
      ChangeMessageVisibilityBatchCommand: async () => ({}),
    })
    expect(await move({ sqs, visible: 13, choose: async () => new Set() })).toMatchObject({
      moved: 0,
      notChosen: 10,
      unseen: 3,
      failed: [],
    })
  })

  test('to nowhere they are deleted, and nothing is sent', async () => {
    await dead('a1', 'a')
    await dead('b1', 'b')
    expect(await move({ to: 'nowhere', choose: async (messages) => new Set(messages.filter(({ Body }) => Body === 'a1')) })).toMatchObject({
      moved: 1,
      notChosen: 1,
    })
    expect((await left()).map(({ Body }) => Body)).toEqual(['b1'])
    expect(await back()).toEqual([])
  })

  test('those behind one that could not be sent do not overtake it', async () => {
    await dead('a1', 'a')
    await dead('a2', 'a')
    await dead('b1', 'b')
    const failing = client({
      SendMessageCommand: (command) =>
        (command as SendMessageCommand).input.MessageBody === 'a1' ? Promise.reject(new Error('refused')) : undefined,
    })
    expect(await move({ sqs: failing })).toMatchObject({ moved: 1, failed: [{ why: 'refused' }] })
    expect(bodies(await back())).toEqual(['b1'])
  })
})

test('several messages of a group that come together are sent one after the other, and none after one that failed', async () => {
  await deploy({ fifo: true })
  const messages = ['1', '2', '3'].map((Body) => ({ MessageId: Body, Body, ReceiptHandle: Body, Attributes: { MessageGroupId: 'g' } }))
  const calls: string[] = []
  const batches = [messages]
  const sqs = client({
    ReceiveMessageCommand: async () => ({ Messages: batches.pop() }),
    SendMessageCommand: async (command) => {
      const { MessageBody = '' } = (command as SendMessageCommand).input
      await new Promise((over) => setTimeout(over, 5))
      if (MessageBody === '2') throw new Error('refused')
      calls.push(`sent ${MessageBody}`)
    },
    DeleteMessageCommand: async () => void calls.push('deleted'),
    ChangeMessageVisibilityBatchCommand: async (command) =>
      void calls.push(`given back ${(command as never as { input: { Entries: [] } }).input.Entries.length}`),
  })
  expect(await move({ sqs })).toMatchObject({ moved: 1, failed: [{ messageId: '2' }] })
  expect(calls).toEqual(['sent 1', 'deleted', 'given back 2'])
})

test('a dead letter is sent as it was, without what the function wrote on it, and on a FIFO queue under an id of its own', async () => {
  await deploy()
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue })
  const message: Message = {
    MessageId: 'm',
    Body: '{}',
    Attributes: { MessageGroupId: 'g', MessageDeduplicationId: 'old', AWSTraceHeader: 'Root=1' } as never,
    MessageAttributes: {
      type: attribute('OrderPlaced'),
      picture: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(1, 2) },
      [DEAD_LETTER_ATTRIBUTES.reason]: attribute('r'),
      [DEAD_LETTER_ATTRIBUTES.elementId]: attribute('e'),
      [DEAD_LETTER_ATTRIBUTES.queueArn]: attribute('arn'),
      [DEAD_LETTER_ATTRIBUTES.configurationVersion]: attribute('3'),
    },
  }
  expect(toRedriven(message, { queueUrl: 'q', fifo: true })).toEqual({
    QueueUrl: 'q',
    MessageBody: '{}',
    MessageAttributes: { type: attribute('OrderPlaced'), picture: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(1, 2) } },
    MessageGroupId: 'g',
    MessageDeduplicationId: 'redriven-m',
    MessageSystemAttributes: { AWSTraceHeader: attribute('Root=1') },
  })
  expect(toRedriven({ MessageId: 'm', Body: 'b' }, { queueUrl: 'q', fifo: false })).toEqual({
    QueueUrl: 'q',
    MessageBody: 'b',
    MessageAttributes: {},
  })
})

describe('redrive', () => {
  beforeEach(() => deploy())

  test('without a terminal and without --yes nothing is moved, and the status is 2', async () => {
    await dead('{}')
    const { code, out, error } = await deployed.run('redrive', 'orders')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toMatch(/this moves all to orders, at most 50 a second.*\nThere is nobody to ask here: say --yes\.\n$/)
    expect(await left()).toHaveLength(1)
  })

  test('moves those of a reason, as peek tells it', async () => {
    await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{}', attributes: { type: 'Payment' } })
    await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{}', attributes: { type: 'OrderPlaced' } })
    const { code, out } = await deployed.run('redrive', 'orders', '--reason', 'would be sent', '--yes', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      connector: 'orders',
      heldElsewhere: 0,
      unseen: 0,
      moved: 1,
      notChosen: 1,
      arrivedLater: 0,
      failed: [],
      inBoth: [],
      left: 1,
    })
    expect((await back()).map(({ MessageAttributes }) => MessageAttributes?.type?.StringValue)).toEqual(['OrderPlaced'])
  })

  test('Ctrl-C ends it, says what is left, and the status is 1', async () => {
    for (let count = 0; count < 30; count++) await dead(String(count))
    const { child, ended } = deployed.start('redrive', 'orders', '--yes', '--rate', '2')
    await vi.waitFor(async () => expect(await back()).not.toEqual([]), { timeout: 15_000, interval: 100 })
    child.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(1)
    expect(out).toMatch(/^\d+ moved; about \d+ left in orders-dead-letters\nended early: interrupted by SIGINT\n$/)
    const moved = Number.parseInt(out, 10)
    expect(await left()).toHaveLength(30 - moved)
  })

  test('moves the one which is named by its id, and no other', async () => {
    await dead('1')
    const messageId = await dead('2')
    const { code, out } = await deployed.run('redrive', 'orders', '--message-id', messageId, '--yes', '--json')
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, moved: 1, notChosen: 1 })
    expect((await back()).map(({ Body }) => Body)).toEqual(['2'])
  })

  test('moves those of which the log told a reason, as peek tells it', async () => {
    await dead('1')
    const messageId = await dead('2')
    const outcome = { messageId, outcome: 'CamundaRejected', reason: 'HTTP 404', elementId: 'OrderPlaced', message: 'message returned' }
    deployed.logEvents.push({ eventId: '1', timestamp: Date.now(), message: JSON.stringify(outcome) })
    const { out } = await deployed.run('redrive', 'orders', '--reason', 'CamundaRejected: HTTP 404', '--yes', '--json')
    expect(JSON.parse(out)).toMatchObject({ moved: 1, notChosen: 1 })
    expect((await back()).map(({ Body }) => Body)).toEqual(['2'])
  })

  test('searches the log only to choose by what it tells', async () => {
    await dead('1')
    await deployed.run('redrive', 'orders', '--yes')
    expect(deployed.filterPatterns).toEqual([])
    await dead('2')
    await deployed.run('redrive', 'orders', '--reason', 'x', '--yes')
    expect(deployed.filterPatterns).toEqual([expect.stringContaining('$.messageId')])
  })

  test('leaves those which are excepted', async () => {
    await dead('1')
    const messageId = await dead('2')
    const outcome = { messageId, outcome: 'Ambiguous', reason: 'HTTP 504', message: 'message returned' }
    deployed.logEvents.push({ eventId: '1', timestamp: Date.now(), message: JSON.stringify(outcome) })
    const { out } = await deployed.run('redrive', 'orders', '--except', 'Ambiguous', '--yes', '--json')
    expect(JSON.parse(out)).toMatchObject({ moved: 1, notChosen: 1 })
    expect((await left()).map(({ Body }) => Body)).toEqual(['2'])
  })

  test.each([[['--reason', '']], [['--reason', ' ']], [['--message-id', '']]])(
    'moves nothing where %j is what an unset variable left',
    async (args) => {
      await dead('1')
      expect(await deployed.run('redrive', 'orders', '--yes', ...args)).toMatchObject({
        code: 2,
        error: expect.stringContaining('this is empty'),
      })
      expect(await left()).toHaveLength(1)
    },
  )

  test('a rate that is none is told', async () => {
    expect(await deployed.run('redrive', 'orders', '--rate', '0')).toMatchObject({
      code: 2,
      error: expect.stringContaining('It takes a number from'),
    })
  })
})

describe('discard', () => {
  beforeEach(() => deploy())

  test('deletes what is chosen, and sends nothing', async () => {
    await dead('1')
    const messageId = await dead('2')
    const { code, out, error } = await deployed.run('discard', 'orders', '--message-id', messageId, '--yes')
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^1 deleted; about 1 left in orders-dead-letters\n1 were not chosen/),
    })
    expect(error).toContain(
      `this deletes those with the id ${messageId} from orders-dead-letters, at most 50 a second. They are gone for good.`,
    )
    expect((await left()).map(({ Body }) => Body)).toEqual(['1'])
    expect(await back()).toEqual([])
  })

  test('deletes nothing unless it is said which, and asked for', async () => {
    await dead('1')
    expect(await deployed.run('discard', 'orders', '--yes')).toMatchObject({
      code: 2,
      error: expect.stringContaining('--reason TEXT, --message-id ID, or --all'),
    })
    expect(await deployed.run('discard', 'orders', '--all')).toMatchObject({ code: 2, error: expect.stringContaining('say --yes') })
    expect(await left()).toHaveLength(1)
  })
})
