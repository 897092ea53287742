import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { interruption, Progress, UsageError } from '../tools/command-line.ts'
import { type RunFile, readRunFile } from '../tools/run-file.ts'
import { localSqsClient, sendMessage } from './queues.ts'

export interface SendOptions {
  /** The message attribute of this name. */
  readonly type?: string | undefined
  /** Each as `NAME=VALUE`. */
  readonly attribute: readonly string[]
  /** Of a FIFO queue. */
  readonly group?: string | undefined
  readonly count: number
  /** The body goes into the bucket, and the message points to it. */
  readonly large?: boolean | undefined
  /** Most messages a second. */
  readonly rate: number
  readonly json?: boolean | undefined
}

/** Puts messages into a queue of the running start. */
export async function send(connector: string, body: string, { type, group, count, rate, json, ...options }: SendOptions): Promise<number> {
  const attributes = [...options.attribute, ...(type === undefined ? [] : [`type=${type}`])]
  if (attributes.some((attribute) => !/^[^=]+=./s.test(attribute))) throw new UsageError('--attribute takes NAME=VALUE.')

  const run = readRunFile()
  if (!run) throw new Error('Nothing runs here to send to: start it with `npx camunda-sqs-bridge start` in another terminal.')
  const queueUrl = run.queueUrls[connector] ?? Object.values(run.queueUrls).find((url) => url.endsWith(`/${connector}`))
  if (!queueUrl) throw new UsageError(`No connector “${connector}”; there are ${Object.keys(run.queueUrls).join(', ')}.`)

  const bucket = options.large ? bucketOf(run, connector) : undefined

  const sqs = localSqsClient(run.sqsEndpoint)
  const signal = interruption()
  const progress = new Progress()
  const messageIds: string[] = []
  const began = performance.now()
  for (let number = 1; number <= count && !signal.aborted; number++) {
    const text = numbered(body, number)
    const given = attributes.map((attribute) => toAttribute(numbered(attribute, number)))
    const size: [string, string] = ['ExtendedPayloadSize', String(Buffer.byteLength(text))]
    const message = {
      body: bucket ? await putPayload(run.objectStoreEndpoint ?? '', bucket, text) : text,
      attributes: Object.fromEntries(bucket ? [...given, size] : given),
      group: queueUrl.endsWith('.fifo') ? numbered(group ?? 'default', number) : undefined,
    }
    messageIds.push(
      await sendMessage(sqs, queueUrl, message).catch((error: Error) => {
        throw new Error(`The SQS server refuses it, after ${messageIds.length} sent: ${error.message}`)
      }),
    )
    progress.show(`${number} of ${count} sent`)
    await setTimeout(Math.max(0, began + (number * 1_000) / rate - performance.now()), undefined, { signal }).catch(() => {})
  }
  progress.end()
  if (json) console.log(JSON.stringify({ connector, sent: messageIds.length, messageIds }, null, 2))
  else if (count === 1) console.log(`Sent to ${connector}: ${messageIds[0]}`)
  else console.log(`${messageIds.length} sent to ${connector}`)
  return messageIds.length === count ? 0 : 1
}

function bucketOf(run: RunFile, connector: string): string {
  const bucket = run.payloadBuckets?.[connector]
  if (bucket === undefined) throw new UsageError(`The connector ${connector} has no queue.largePayloads.`)
  return bucket
}

/** As SQS's extended client does it. @returns the body of the message, which points there */
async function putPayload(endpoint: string, bucket: string, text: string): Promise<string> {
  const key = randomUUID()
  await fetch(`${endpoint}/${bucket}/${key}`, { method: 'PUT', body: text })
  return JSON.stringify(['software.amazon.payloadoffloading.PayloadS3Pointer', { s3BucketName: bucket, s3Key: key }])
}

/** Each message its own: what a text has for the number of the message. */
export function numbered(text: string, number: number): string {
  return text.replaceAll('{n}', String(number))
}

function toAttribute(attribute: string): [name: string, value: string] {
  const at = attribute.indexOf('=')
  return [attribute.slice(0, at), attribute.slice(at + 1)]
}
