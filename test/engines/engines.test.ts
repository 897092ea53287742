import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startElasticMq } from '../../local/engines/elasticmq.ts'
import { describeWithEngines, enginesJdk, useElasticMq } from '../support/engines.ts'

/** The engines' directories are made here, so that one sees what they leave. */
const temporary = join(tmpdir(), `engines-test-${randomUUID()}`)
beforeAll(async () => {
  await mkdir(temporary)
  process.env[process.platform === 'win32' ? 'TEMP' : 'TMPDIR'] = temporary
})
afterAll(() => rm(temporary, { recursive: true }))

const running = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

/** What a process listens on, as Linux shows it in `/proc`: `127.0.0.1:PORT`, or another address as its hexadecimal digits. */
async function listening(pid: number): Promise<{ address: string; port: number }[]> {
  const directory = `/proc/${pid}/fd`
  const links = await Promise.all((await readdir(directory)).map((descriptor) => readlink(join(directory, descriptor)).catch(() => '')))
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]))
  const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8')))
  return tables
    .flatMap((table) => table.trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode))
    .map(([, local]) => {
      const [address = '', port = ''] = (local as string).split(':')
      return { address: /^(0{16}FFFF0000)?0100007F$/.test(address) ? '127.0.0.1' : address, port: Number.parseInt(port, 16) }
    })
}

const portOf = (url: string) => Number(new URL(url.replace(/^grpc/, 'http')).port)

describeWithEngines('ElasticMQ', () => {
  const elasticMq = useElasticMq({ region: 'eu-west-1', accountId: '111111111111' })
  const sqs = () =>
    new SQSClient({
      endpoint: elasticMq().endpoint,
      region: 'eu-west-1',
      useQueueUrlAsEndpoint: false,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    })
  const createQueue = async (QueueName: string, Attributes: Record<string, string> = {}) =>
    (await sqs().send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl as string
  const receive = async (QueueUrl: string) =>
    (await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] })))
      .Messages ?? []
  const attributeOf = async (
    QueueUrl: string,
    name: 'QueueArn' | 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible',
  ) => (await sqs().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes?.[name]

  it('names its queues by its address, the account and the region', async () => {
    const url = await createQueue('named')
    expect(url).toBe(`${elasticMq().endpoint}/111111111111/named`)
    expect(await attributeOf(url, 'QueueArn')).toBe('arn:aws:sqs:eu-west-1:111111111111:named')
  })

  it('delivers a message with its attributes until it is deleted', async () => {
    const url = await createQueue('orders')
    const MessageAttributes = {
      type: { DataType: 'String', StringValue: 'OrderPlaced' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.from([1, 255]) },
    }
    const sent = await sqs().send(new SendMessageCommand({ QueueUrl: url, MessageBody: '{"id":1}', MessageAttributes }))
    const [message] = await receive(url)
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: '{"id":1}' })
    expect(message?.MessageAttributes?.type?.StringValue).toBe('OrderPlaced')
    expect([...(message?.MessageAttributes?.raw?.BinaryValue ?? [])]).toEqual([1, 255])
    await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }))
    expect(await attributeOf(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0')
    expect(await receive(url)).toEqual([])
  })

  it('moves a message to the dead-letter queue after as many receives as the redrive policy allows', async () => {
    const deadLetters = await createQueue('poison-dlq')
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await attributeOf(deadLetters, 'QueueArn'), maxReceiveCount: 2 })
    const url = await createQueue('poison', { VisibilityTimeout: '0', RedrivePolicy })
    await sqs().send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison' }))
    expect((await receive(url)).length).toBe(1)
    expect((await receive(url)).length).toBe(1)
    expect(await receive(url)).toEqual([])
    expect((await receive(deadLetters)).map(({ Body }) => Body)).toEqual(['poison'])
  })

  it('gives several messages of a FIFO group in one receive, in their order, and none more of the group until they are done', async () => {
    const url = await createQueue('orders.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' })
    const batch = (ids: string[]) =>
      new SendMessageBatchCommand({ QueueUrl: url, Entries: ids.map((Id) => ({ Id, MessageBody: Id, MessageGroupId: 'customer-1' })) })
    await sqs().send(batch(['first', 'second', 'third']))
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['first', 'second', 'third'])
    await sqs().send(batch(['fourth']))
    expect(await receive(url)).toEqual([])
    expect(await attributeOf(url, 'ApproximateNumberOfMessages')).toBe('1')
  })

  it('refuses what SQS refuses: more than ten messages in one receive', async () => {
    const url = await createQueue('eleven')
    await expect(sqs().send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 11 }))).rejects.toThrow()
  })

  it.runIf(process.platform === 'linux')('listens on one port, on 127.0.0.1 only', async () => {
    expect(await listening(elasticMq().pid)).toEqual([{ address: '127.0.0.1', port: portOf(elasticMq().endpoint) }])
  })

  it('runs beside another one; the port of the one cannot be had for the other', async () => {
    const second = await startElasticMq({ jdk: enginesJdk() })
    expect(second.endpoint).not.toBe(elasticMq().endpoint)
    await expect(startElasticMq({ jdk: enginesJdk(), port: portOf(second.endpoint) })).rejects.toThrow(
      /^port \d+ of 127\.0\.0\.1, wanted for ElasticMQ's SQS API, cannot be had \(EADDRINUSE\): free it or choose another$/,
    )
    await second.stop()
    expect(await accepts(portOf(elasticMq().endpoint))).toBe(true)
  })

  it('leaves nothing when it is stopped', async () => {
    const { pid, stop, endpoint } = elasticMq()
    const before = await readdir(temporary)
    await stop()
    expect(running(pid)).toBe(false)
    expect(await accepts(portOf(endpoint))).toBe(false)
    expect(before.filter((name) => name.startsWith('elasticmq-')).length).toBe(1)
    expect((await readdir(temporary)).filter((name) => name.startsWith('elasticmq-'))).toEqual([])
  })
})
