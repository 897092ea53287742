import { pathToFileURL } from 'node:url'
import type { Context, SQSEvent } from 'aws-lambda'

/** Calls the handler of a bundle, without a runtime around it, and says what the batches cost this process. */

export interface Work {
  readonly messages: number
  readonly batchSize: number
  readonly body: string
}

export interface Cost {
  /** Microseconds of this process. */
  readonly cpu: number
  /** MiB. */
  readonly rss: number
}

const { handler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  handler(event: SQSEvent, context: Partial<Context>): Promise<{ batchItemFailures: unknown[] }>
}
let count = 0

process.on('message', async ({ messages, batchSize, body }: Work) => {
  const before = process.cpuUsage()
  for (let sent = 0; sent < messages; sent += batchSize) {
    const { batchItemFailures } = await handler({ Records: Array.from({ length: batchSize }, () => record(body)) }, context())
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages are returned`)
  }
  const { user, system } = process.cpuUsage(before)
  process.send?.({ cpu: user + system, rss: Math.round(process.memoryUsage().rss / 1_048_576) } satisfies Cost)
})
process.send?.('ready')

function context(): Partial<Context> {
  return {
    awsRequestId: String(++count),
    functionName: 'cost',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:cost',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => 30_000,
  }
}

function record(body: string): SQSEvent['Records'][number] {
  const messageId = `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`
  return {
    messageId,
    receiptHandle: 'r'.repeat(180),
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1763800000000',
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '1763800000100',
    },
    messageAttributes: {},
    md5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:111111111111:orders',
    awsRegion: 'eu-central-1',
  }
}
