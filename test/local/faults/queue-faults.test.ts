import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { QueueFaults } from '../../../local/faults/queue-faults.ts'
import { seeded } from '../../../local/faults/random.ts'
import { sendMessage } from '../../../local/queues.ts'
import { startSqsServer } from '../../support/sqs-server.ts'

let server: Awaited<ReturnType<typeof startSqsServer>>
let faults: QueueFaults
let queueUrl: string
let name: string
let count = 0

beforeAll(async () => {
  server = await startSqsServer()
})

afterAll(() => server.stop())

beforeEach(async () => {
  name = `queue-${++count}`
  queueUrl = (await server.createQueue(name)).queueUrl
  faults = new QueueFaults(seeded(1))
  server.sqs.middlewareStack.remove('queueFaults')
  faults.befall(server.sqs, name)
})

async function receive(sqs: SQSClient, url: string) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }))
  return Messages
}

describe('a queue with faults', () => {
  it('hands out a message twice, as the same delivery', async () => {
    faults.twiceAtOnce = 1
    await sendMessage(server.sqs, queueUrl, { body: 'a' })
    const [first, second, third] = [
      await receive(server.sqs, queueUrl),
      await receive(server.sqs, queueUrl),
      await receive(server.sqs, queueUrl),
    ]
    expect(first).toHaveLength(1)
    expect(second).toEqual(first)
    expect(third).toEqual([])
    expect(faults.struck).toBe(1)
  })

  it('hands out a message again later, and says that this is still to come', async () => {
    faults.twiceLater = 1
    await sendMessage(server.sqs, queueUrl, { body: 'a' })
    const [message] = await receive(server.sqs, queueUrl)
    expect(faults.isPending).toBe(true)
    await expect.poll(() => receive(server.sqs, queueUrl), { timeout: 20_000 }).toEqual([message])
    expect(faults.isPending).toBe(false)
  })

  it('loses deletions on their way', async () => {
    faults.deletionsLost = 1
    const deletion = server.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: [{ Id: '1', ReceiptHandle: 'x' }] }))
    await expect(deletion).rejects.toThrow('lost on its way')
  })

  it('leaves other queues of the same client alone', async () => {
    const other = await server.createQueue(`${name}-dead-letters`)
    faults.twiceAtOnce = 1
    await sendMessage(server.sqs, other.queueUrl, { body: 'a' })
    expect(await receive(server.sqs, other.queueUrl)).toHaveLength(1)
    expect(await receive(server.sqs, other.queueUrl)).toEqual([])
  })
})
