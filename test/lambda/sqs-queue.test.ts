import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CorrelationOutcome } from '../../lambda/core/outcome.ts'
import { SqsQueue } from '../../lambda/sqs-queue.ts'
import { createQueues, type LocalQueue, sendMessage } from '../../local/queues.ts'
import { connector } from '../support/connectors.ts'
import { sqsRecord, stringAttributes } from '../support/sqs.ts'
import { startSqsServer } from '../support/sqs-server.ts'

/** Against an SQS server. */

const DEADLINE = { remainingTime: () => 10_000 }
const unavailable: CorrelationOutcome = { kind: 'CamundaUnavailable', why: 'unreachable', reason: '' }

let server: Awaited<ReturnType<typeof startSqsServer>>
let urls: LocalQueue
let queue: SqsQueue
let faults: [fault: string, messageIds: readonly string[]][]
let count = 0

beforeAll(async () => {
  server = await startSqsServer()
  const { protocol, hostname, port } = (await server.sqs.config.endpoint?.()) ?? {}
  process.env.AWS_ENDPOINT_URL_SQS = `${protocol}//${hostname}:${port}`
  process.env.AWS_REGION = 'eu-central-1'
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'local'
})

afterAll(() => server.stop())

beforeEach(async () => {
  faults = []
  urls = await createQueues(server.sqs, `q${++count}`, connector(), { visibilityTimeout: 1, maxReceiveCount: 5 })
  queue = new SqsQueue({ ...urls, deadLetterQueueUrl: urls.deadLetterQueueUrl, onFault: (...fault) => faults.push(fault) })
})

async function received(queueUrl = urls.queueUrl, most = 10): Promise<SQSRecord[]> {
  const { Messages = [] } = await server.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: most,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  )
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }) => ({
    ...sqsRecord({ messageId: MessageId, body: Body }),
    receiptHandle: ReceiptHandle,
    attributes: Attributes as unknown as SQSRecord['attributes'],
  }))
}

const invisible = async () => {
  const { Attributes } = await server.sqs.send(new GetQueueAttributesCommand({ QueueUrl: urls.queueUrl, AttributeNames: ['All'] }))
  return Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
}

describe('what is put off', () => {
  test('does not come back with the queue’s own visibility timeout, whatever the size of the batch', async () => {
    await Promise.all(Array.from({ length: 23 }, (_, n) => sendMessage(server.sqs, urls.queueUrl, { body: `${n}` })))
    const records: SQSRecord[] = []
    for (let call = 0; call < 4; call++) records.push(...(await received()))
    expect(records).toHaveLength(23)
    await queue.putOff(
      records.map((record) => ({ record, outcome: unavailable })),
      { ...DEADLINE, longestOutage: 3_600 },
    )
    expect(faults).toEqual([])
    await new Promise((later) => setTimeout(later, 1_500))
    expect(await received()).toEqual([])
    expect(await invisible()).toBe(23)
  })

  test('comes back as the queue has it where another receive would not mend it', async () => {
    await sendMessage(server.sqs, urls.queueUrl, { body: 'x' })
    const [record] = await received()
    await queue.putOff([{ record: record as SQSRecord, outcome: { kind: 'InvalidInput', reason: '' } }], {
      ...DEADLINE,
      longestOutage: 3_600,
    })
    await vi.waitFor(async () => expect(await received()).toHaveLength(1), { timeout: 5_000 })
  })

  test('lives with the retention of its queue', async () => {
    await server.sqs.send(new SetQueueAttributesCommand({ QueueUrl: urls.queueUrl, Attributes: { MessageRetentionPeriod: '60' } }))
    await sendMessage(server.sqs, urls.queueUrl, { body: 'x' })
    const [record] = (await received()) as [SQSRecord]
    const old = { ...record.attributes, SentTimestamp: String(Date.now() - 59_000), ApproximateReceiveCount: '4' }
    await queue.putOff([{ record: { ...record, attributes: old }, outcome: unavailable }], { ...DEADLINE, longestOutage: 3_600 })
    expect(await received()).toHaveLength(1)
  })

  test('asks the queue once an hour what it allows', async () => {
    const asked = vi.spyOn(SQSClient.prototype, 'send')
    const clock = vi.spyOn(Date, 'now')
    const began = Date.now()
    for (const minutes of [0, 1, 59, 61, 62]) {
      clock.mockReturnValue(began + minutes * 60_000)
      await queue.putOff([{ record: sqsRecord(), outcome: unavailable }], { ...DEADLINE, longestOutage: 3_600 })
    }
    const reads = asked.mock.calls.filter(([command]) => command instanceof GetQueueAttributesCommand)
    clock.mockRestore()
    asked.mockRestore()
    expect(reads).toHaveLength(2)
  })

  test('is told of where SQS does not take it, and the others are put off', async () => {
    for (const body of ['a', 'b']) await sendMessage(server.sqs, urls.queueUrl, { body })
    const records = [...(await received()), ...(await received())]
    const [first, second] = records as [SQSRecord, SQSRecord]
    const returned = [{ ...first, receiptHandle: 'no handle' }, second].map((record) => ({ record, outcome: unavailable }))
    await queue.putOff(returned, { ...DEADLINE, longestOutage: 3_600 })
    expect(faults).toEqual([[expect.stringContaining('not delayed'), [first.messageId]]])
  })

  test('is not waited for when the invocation ends', async () => {
    await queue.putOff([{ record: sqsRecord({ messageId: 'late' }), outcome: unavailable }], {
      remainingTime: () => 100,
      longestOutage: 3_600,
    })
    expect(faults.map(([, ids]) => ids)).toEqual([[], ['late']])
  })
})

describe('a dead letter', () => {
  const letter = { reason: 'no correlation key\u0000', elementId: 'E', configurationVersion: 3 }
  const deadLetters = async () => {
    const { Messages = [] } = await server.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: urls.deadLetterQueueUrl,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
    return Messages
  }

  test('has the body and the attributes of the message, and why it is one', async () => {
    const messageAttributes = {
      ...stringAttributes({ type: 'OrderPlaced' }),
      n: { dataType: 'Number.int', stringValue: '7', stringListValues: [], binaryListValues: [] },
      raw: { dataType: 'Binary', binaryValue: btoa('\u0001\u0002'), stringListValues: [], binaryListValues: [] },
    } as SQSRecord['messageAttributes']
    await queue.sendToDeadLetterQueue({ record: sqsRecord({ body: 'é', messageAttributes }), ...letter }, DEADLINE)
    expect(await deadLetters()).toMatchObject([
      {
        Body: 'é',
        MessageAttributes: {
          type: { DataType: 'String', StringValue: 'OrderPlaced' },
          n: { DataType: 'Number.int', StringValue: '7' },
          raw: { DataType: 'Binary', BinaryValue: Uint8Array.from([1, 2]) },
          'camunda-sqs-bridge.reason': { DataType: 'String', StringValue: 'no correlation key\ufffd' },
          'camunda-sqs-bridge.elementId': { DataType: 'String', StringValue: 'E' },
          'camunda-sqs-bridge.queueArn': { DataType: 'String', StringValue: 'arn:aws:sqs:eu-central-1:111111111111:orders' },
          'camunda-sqs-bridge.configurationVersion': { DataType: 'String', StringValue: '3' },
        },
      },
    ])
  })

  test('that never reached an element has no attribute for one', async () => {
    await queue.sendToDeadLetterQueue({ record: sqsRecord(), ...letter, elementId: undefined, configurationVersion: undefined }, DEADLINE)
    expect(Object.keys((await deadLetters())[0]?.MessageAttributes ?? {}).toSorted()).toEqual([
      'camunda-sqs-bridge.queueArn',
      'camunda-sqs-bridge.reason',
    ])
  })

  describe('of a FIFO queue', () => {
    beforeEach(async () => {
      urls = await createQueues(server.sqs, 'f', connector({ queue: { name: `f${count}.fifo` } }), {
        visibilityTimeout: 1,
        maxReceiveCount: 5,
      })
      queue = new SqsQueue({ ...urls, onFault: (...fault) => faults.push(fault) })
    })

    const stored = async () => {
      const { Attributes } = await server.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: urls.deadLetterQueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      )
      return Number(Attributes?.ApproximateNumberOfMessages)
    }
    const send = (...records: SQSRecord[]) =>
      Promise.all(records.map((record) => queue.sendToDeadLetterQueue({ record, ...letter }, DEADLINE)))
    const record = (rest: Partial<SQSRecord> = {}, deduplicationId = 'the sender’s'): SQSRecord => {
      const one = sqsRecord({ messageId: 'a', group: 'g' })
      return { ...one, ...rest, attributes: { ...one.attributes, MessageDeduplicationId: deduplicationId } }
    }

    test('which has no name of its own is named for its connector', async () => {
      const local = await createQueues(server.sqs, `g${count}`, connector({ queue: { fifo: true } }), {
        visibilityTimeout: 1,
        maxReceiveCount: 5,
      })
      expect([local.queueUrl, local.deadLetterQueueUrl].map((url) => url.split('/').at(-1))).toEqual([
        `g${count}.fifo`,
        `g${count}-dead-letters.fifo`,
      ])
    })

    test('keeps its group', async () => {
      await send(record())
      expect((await deadLetters())[0]?.Attributes).toMatchObject({ MessageGroupId: 'g' })
    })

    const OTHERS: [string, Partial<SQSRecord>][] = [
      ['another message has', { messageId: 'b' }],
      [
        'a message of another queue has, which shares the dead-letter queue',
        { eventSourceARN: 'arn:aws:sqs:eu-central-1:111111111111:b.fifo' },
      ],
      ['the message has when it comes again, though its first letter may be gone', { receiptHandle: 'another' }],
    ]
    test.each(OTHERS)('is stored whatever the sender’s deduplication id is that %s', async (_, rest) => {
      const ids = await send(record(), record(rest))
      expect(new Set(ids).size).toBe(2)
      expect(await stored()).toBe(2)
    })

    test('is stored once where it is sent again for one receive, whatever the sender’s deduplication id', async () => {
      const [id, again] = await send(record(), record({}, 'another'))
      expect(again).toBe(id)
      expect(await stored()).toBe(1)
    })

    test('is stored though a queue that deduplicates by content has one with the same body', async () => {
      await server.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: urls.deadLetterQueueUrl, Attributes: { ContentBasedDeduplication: 'true' } }),
      )
      await send(record(), record({ messageId: 'b' }))
      expect(await stored()).toBe(2)
    })
  })

  test('of a fair queue keeps its tenant, and has no deduplication id, which a standard queue refuses', async () => {
    const sent = vi.spyOn(SQSClient.prototype, 'send')
    const record = sqsRecord()
    const attributes = { ...record.attributes, MessageGroupId: 'tenant', MessageDeduplicationId: 'the sender’s' }
    await queue.sendToDeadLetterQueue({ record: { ...record, attributes }, ...letter }, DEADLINE)
    const [[{ input }]] = sent.mock.calls as unknown as [[{ input: object }]]
    sent.mockRestore()
    expect(input).toMatchObject({ MessageGroupId: 'tenant' })
    expect(input).not.toHaveProperty('MessageDeduplicationId')
    expect(await deadLetters()).toHaveLength(1)
  })

  test('of which SQS does not say that it is stored is refused, and told', async () => {
    const silent = vi.spyOn(SQSClient.prototype, 'send').mockImplementation(async () => ({}))
    const sending = queue.sendToDeadLetterQueue({ record: sqsRecord({ messageId: 'm' }), ...letter }, DEADLINE)
    await expect(sending).rejects.toThrow('under which id')
    silent.mockRestore()
    expect(faults).toEqual([[expect.stringContaining('not sent'), ['m']]])
  })

  test('of a message that is nearly as large as one may be has as much of the reason as there is room for', async () => {
    const sent = vi.spyOn(SQSClient.prototype, 'send').mockResolvedValue({ MessageId: 'd' } as never)
    const bytesOf = ({ MessageBody = '', MessageAttributes = {} }: SendMessageCommandInput) =>
      Object.entries(MessageAttributes).reduce(
        (sum, [name, { DataType = '', StringValue = '' }]) => sum + Buffer.byteLength(`${name}${DataType}${StringValue}`),
        Buffer.byteLength(MessageBody),
      )
    for (const size of [1_000, 1_048_000, 1_048_300]) {
      const record = sqsRecord({ body: 'x'.repeat(size) })
      await queue.sendToDeadLetterQueue({ record, ...letter, reason: 'é😀'.repeat(200) }, DEADLINE)
    }
    const inputs = sent.mock.calls.map(([{ input }]) => input as SendMessageCommandInput)
    sent.mockRestore()
    const reasons = inputs.map(({ MessageAttributes = {} }) => MessageAttributes['camunda-sqs-bridge.reason']?.StringValue ?? '')
    expect(reasons[0]).toBe('é😀'.repeat(200))
    for (const reason of reasons) expect('é😀'.repeat(200)).toContain(reason)
    for (const input of inputs) expect(bytesOf(input)).toBeLessThanOrEqual(1_048_576)
    expect(bytesOf(inputs[2] as SendMessageCommandInput)).toBeGreaterThan(1_048_576 - 4)
  })

  test('that has no room for its reason is refused, saying so', async () => {
    const messageAttributes = stringAttributes(Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`a${n}`, 'x'])))
    const record = sqsRecord({ messageId: 'full', messageAttributes })
    await expect(queue.sendToDeadLetterQueue({ record, ...letter }, DEADLINE)).rejects.toThrow('11 attributes')
    expect(faults).toEqual([[expect.stringContaining('not sent to the dead-letter queue'), ['full']]])
  })

  test('that SQS does not take is refused, and told', async () => {
    queue = new SqsQueue({ ...urls, deadLetterQueueUrl: `${urls.queueUrl}-none`, onFault: (...fault) => faults.push(fault) })
    await expect(queue.sendToDeadLetterQueue({ record: sqsRecord({ messageId: 'm' }), ...letter }, DEADLINE)).rejects.toThrow()
    expect(faults).toEqual([[expect.stringContaining('not sent'), ['m']]])
  })
})
