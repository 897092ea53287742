import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import { createQueue, localSqsClient, sendMessage } from '../../local/queues.ts'
import { toRedriven } from '../../tools/dead-letters/redrive.ts'
import { orderPlaced, paymentReceived } from '../lib/connector-files.ts'
import { deployOnMoto, receiveAll } from '../support/connector-on-moto.ts'
import { describeWithEngines, useElasticMq } from '../support/engines.ts'
import { describeWithMoto, MOTO_ACCOUNT, useMoto } from '../support/moto.ts'

/** What the tools do with queues, on ElasticMQ, which is nearer to SQS there than moto is; stack and parameters are moto's. */

const CONNECTOR = { elements: [orderPlaced, paymentReceived] }
const MAX_RECEIVE_COUNT = 2

let count = 0

describeWithMoto('on a deployment by moto', () => {
  const moto = useMoto()

  describeWithEngines('the tools on queues of ElasticMQ', () => {
    const elasticMq = useElasticMq({ accountId: MOTO_ACCOUNT })

    /** The connector's queues once more, in ElasticMQ, by the names that they have in the stack. */
    async function deployed({ fifo = false } = {}) {
      const endpoint = elasticMq().endpoint
      const queue = fifo ? { queue: { name: `orders-${++count}.fifo` } } : {}
      const there = await deployOnMoto(moto(), { ...CONNECTOR, ...queue }, { AWS_ENDPOINT_URL_SQS: endpoint })
      const sqs = localSqsClient(endpoint)
      const kind: Record<string, string> = fifo ? { FifoQueue: 'true' } : {}
      const [name, deadLetters] = [there.queueUrl, there.deadLetterQueueUrl].map((url) => url.split('/').at(-1) ?? '')
      const { queueUrl: deadLetterQueueUrl, queueArn } = await createQueue(sqs, deadLetters ?? '', kind)
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: MAX_RECEIVE_COUNT })
      const { queueUrl } = await createQueue(sqs, name ?? '', { ...kind, RedrivePolicy })
      return {
        run: there.run,
        sqs,
        queueUrl,
        deadLetterQueueUrl,
        RedrivePolicy,
        send: (body: string, type?: string, group?: string) =>
          sendMessage(sqs, queueUrl, { body, group, ...(type && { attributes: { type } }) }),
        /** Receives all as often as it takes. */
        giveUp: (from = queueUrl) => giveUp(sqs, from, deadLetterQueueUrl),
        /** What a consumer gets who deletes what he has got, one after the other. */
        consume: () => consume(sqs, queueUrl),
        deadLetters: () => receiveAll(sqs, deadLetterQueueUrl),
      }
    }

    describe('a standard queue', () => {
      test('peek and explain tell of what SQS gave up and give it back, and redrive moves nothing without --yes', async () => {
        const there = await deployed()
        for (const id of ['A', 'B', 'C']) await there.send(`{"id":"${id}"}`, 'OrderPlaced')
        const payment = await there.send('{"amount":5}', 'Payment')
        await there.giveUp()

        const { code, out } = await there.run('peek', '--json')
        expect({ code, ...JSON.parse(out) }).toMatchObject({
          code: 0,
          seen: 4,
          approximately: { visible: 4, inFlight: 0 },
          groups: [
            { reason: 'would be sent: OrderPlaced', told: 'now', count: 3 },
            { reason: expect.stringMatching(/^InvalidInput: no correlation key/), count: 1, messages: [{ messageId: payment }] },
          ],
        })
        expect(JSON.parse((await there.run('explain', '--message-id', payment, '--json')).out)).toMatchObject({
          messageId: payment,
          outcome: { kind: 'InvalidInput', afterwards: 'back in the queue' },
        })
        expect(await there.run('redrive')).toMatchObject({ code: 2, out: '', error: expect.stringContaining('say --yes') })
        expect(await there.consume()).toEqual([])
        expect(await there.deadLetters()).toHaveLength(4)
      })

      test('redrive moves those of a reason, then the rest, with all their attributes', async () => {
        const there = await deployed()
        for (let index = 0; index < 15; index++) await there.send(`{"n":${index}}`, 'OrderPlaced')
        const MessageAttributes = {
          type: { DataType: 'String', StringValue: 'Payment' },
          amount: { DataType: 'Number', StringValue: '12.50' },
          picture: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, 255) },
        }
        await there.sqs.send(new SendMessageCommand({ QueueUrl: there.queueUrl, MessageBody: '{"id":"ä😀"}', MessageAttributes }))
        await there.giveUp()

        const some = await there.run('redrive', '--reason', 'would be sent', '--yes', '--json')
        expect({ code: some.code, ...JSON.parse(some.out) }).toMatchObject({ code: 0, moved: 15, notChosen: 1, left: 1 })
        expect(new Set(await there.consume()).size).toBe(15)

        const rest = await there.run('redrive', '--yes', '--json')
        expect({ code: rest.code, ...JSON.parse(rest.out) }).toMatchObject({ code: 0, moved: 1, notChosen: 0, left: 0 })
        expect(await receiveAll(there.sqs, there.queueUrl)).toEqual([expect.objectContaining({ Body: '{"id":"ä😀"}', MessageAttributes })])
      })

      test('what another queue gave up is told apart by peek, and left by redrive', async () => {
        const there = await deployed()
        const another = await createQueue(there.sqs, `another-${++count}`, { RedrivePolicy: there.RedrivePolicy })
        await sendMessage(there.sqs, another.queueUrl, { body: 'theirs' })
        await there.giveUp(another.queueUrl)
        await there.send('ours')
        await there.giveUp()

        const { groups } = JSON.parse((await there.run('peek', '--json')).out)
        expect(groups).toContainEqual(expect.objectContaining({ told: 'other', reason: `of another queue: another-${count}`, count: 1 }))
        const redriven = JSON.parse((await there.run('redrive', '--yes', '--json')).out)
        expect(redriven).toMatchObject({ moved: 1, notChosen: 1, left: 1 })
        expect(await there.consume()).toEqual(['ours'])
      })
    })

    describe('a FIFO queue', () => {
      const GROUPS = ['a', 'b', 'c']
      const bodies = (most: number) => Array.from({ length: most }, (_, index) => `${GROUPS[index % GROUPS.length]} ${index}`)

      async function withDeadLetters(most: number) {
        const there = await deployed({ fifo: true })
        for (const body of bodies(most)) await there.send(body, 'OrderPlaced', body[0])
        await there.giveUp()
        return there
      }

      function expectInOrder(actual: readonly string[], expected: readonly string[]) {
        const of = (group: string, all: readonly string[]) => all.filter((body) => body.startsWith(group))
        expect(GROUPS.map((group) => of(group, actual))).toEqual(GROUPS.map((group) => of(group, expected)))
      }

      test('redrive keeps the order of each group, also of one with more messages than SQS shows at once', async () => {
        const there = await withDeadLetters(36)
        const { code, out } = await there.run('redrive', '--yes', '--json')
        expect({ code, ...JSON.parse(out) }).toMatchObject({
          code: 0,
          moved: 36,
          notChosen: 0,
          arrivedLater: 0,
          failed: [],
          inBoth: [],
          left: 0,
        })
        expectInOrder(await there.consume(), bodies(36))
        expect(await there.deadLetters()).toEqual([])
      })

      test('redrive after one that was killed when it had sent a message and not deleted it yet, moves each once and in order', async () => {
        const there = await withDeadLetters(6)
        const { Messages: [first] = [] } = await there.sqs.send(
          new ReceiveMessageCommand({ QueueUrl: there.deadLetterQueueUrl, VisibilityTimeout: 0, MessageSystemAttributeNames: ['All'] }),
        )
        await there.sqs.send(new SendMessageCommand(toRedriven(first ?? {}, { queueUrl: there.queueUrl, fifo: true })))
        expect(JSON.parse((await there.run('redrive', '--yes', '--json')).out)).toMatchObject({ moved: 6, left: 0 })
        expectInOrder(await there.consume(), bodies(6))
      })

      test('peek and explain give back what they looked at, in its order', async () => {
        const there = await withDeadLetters(6)
        const { seen, groups } = JSON.parse((await there.run('peek', '--json')).out)
        expect({ seen, counts: groups.map(({ count }: { count: number }) => count) }).toEqual({ seen: 6, counts: [6] })
        const { messageId } = groups[0].messages[5]
        expect(JSON.parse((await there.run('explain', '--message-id', messageId, '--json')).out)).toMatchObject({
          messageId,
          outcome: { kind: 'wouldBeSent' },
        })
        expectInOrder(
          (await there.deadLetters()).map(({ Body = '' }) => Body),
          bodies(6),
        )
      })
    })
  })
})

async function giveUp(sqs: SQSClient, queueUrl: string, deadLetterQueueUrl: string) {
  const left = async () => (await numbersOf(sqs, queueUrl)).reduce((sum, number) => sum + number)
  const before = await numbersOf(sqs, deadLetterQueueUrl)
  const all = (await left()) + (before[0] ?? 0)
  while ((await left()) > 0)
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }))
  expect(await numbersOf(sqs, deadLetterQueueUrl)).toEqual([all, 0])
}

/** Visible ones, and those in flight. */
async function numbersOf(sqs: SQSClient, queueUrl: string): Promise<number[]> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }))
  return names.map((name) => Number(Attributes?.[name]))
}

async function consume(sqs: SQSClient, queueUrl: string): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }))
    if (Messages.length === 0) return bodies
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }))
    }
  }
}
