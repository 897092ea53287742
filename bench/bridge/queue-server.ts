import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { GetQueueAttributesCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { startElasticMq } from '../../local/engines/elasticmq.ts'
import { findJdk, jdkNotFound } from '../../local/engines/jdk.ts'

export interface QueueServer {
  /** What it is, to be told with the figures. */
  readonly name: string
  readonly endpoint: string
  stop(): Promise<void>
}

/** SQS by ElasticMQ, or, where there is no JDK, by fauxqs; a process of its own in both cases. */
export async function startQueueServer(): Promise<QueueServer> {
  const jdk = await findJdk()
  if (jdk) {
    const { endpoint, stop } = await startElasticMq({ jdk })
    return { name: 'ElasticMQ', endpoint, stop }
  }
  console.log(`fauxqs in place of ElasticMQ: ${jdkNotFound()}`)
  const process: ChildProcess = fork(new URL('embedded-sqs-process.ts', import.meta.url))
  const [endpoint] = (await once(process, 'message')) as [string]
  return {
    name: 'fauxqs',
    endpoint,
    async stop() {
      process.kill()
      await once(process, 'exit')
    },
  }
}

const BATCH = 10
const SENDERS = 8

/** Messages `first` … `first + count - 1`, each of about so many bytes. */
export async function fill(sqs: SQSClient, queueUrl: string, { first, count, bytes }: { first: number; count: number; bytes: number }) {
  const atATime = pLimit(SENDERS)
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) => {
    const numbers = Array.from({ length: Math.min(BATCH, count - batch * BATCH) }, (_, index) => first + batch * BATCH + index)
    return atATime(() =>
      send(
        sqs,
        queueUrl,
        numbers.map((n) => bodyOf({ n }, bytes)),
      ),
    )
  })
  await Promise.all(batches)
}

/** The body of a message: what is given, a customer, and as many characters as make it so long. */
export function bodyOf(given: { readonly n: number; readonly at?: number }, bytes: number): string {
  const body = { ...given, customer: `c-${given.n}`, total: 12.5 }
  const missing = bytes - JSON.stringify(body).length
  return JSON.stringify(missing > 12 ? { ...body, note: 'x'.repeat(missing - 10) } : body)
}

export async function send(sqs: SQSClient, queueUrl: string, bodies: readonly string[]) {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }))
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
  if (Failed.length > 0) throw new Error(`not sent: ${JSON.stringify(Failed)}`)
}

/** Messages that are still there, visible or not. */
export async function messagesLeft(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }))
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
}
