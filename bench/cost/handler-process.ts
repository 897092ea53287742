import { Session } from 'node:inspector/promises'
import { pathToFileURL } from 'node:url'
import type { Context, SQSEvent } from 'aws-lambda'

/** Calls the handler of a bundle or of the sources, without a runtime around it, and says what the batches cost this process. */

export interface Work {
  readonly messages: number
  readonly batchSize: number
  readonly body: string
  /** Whether to say which part of the program took how much. */
  readonly profiled?: boolean
}

export interface Cost {
  /** Microseconds of this process. */
  readonly cpu: number
  /** MiB. */
  readonly rss: number
  /** Microseconds of the profiler's samples, by the file and the function that was on top. */
  readonly samples?: readonly Sample[]
}

export interface Sample {
  readonly url: string
  readonly functionName: string
  readonly micros: number
}

const { handler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  handler(event: SQSEvent, context: Partial<Context>): Promise<{ batchItemFailures: unknown[] }>
}
let count = 0

process.on('message', async (work: Work) => {
  const before = process.cpuUsage()
  const samples = work.profiled ? await profiled(() => handle(work)) : await handle(work)
  const { user, system } = process.cpuUsage(before)
  const rss = Math.round(process.memoryUsage().rss / 1_048_576)
  process.send?.({ cpu: user + system, rss, ...(samples && { samples }) } satisfies Cost)
})
process.send?.('ready')

async function handle({ messages, batchSize, body }: Work): Promise<undefined> {
  for (let sent = 0; sent < messages; sent += batchSize) {
    const { batchItemFailures } = await handler({ Records: Array.from({ length: batchSize }, () => record(body)) }, context())
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages are returned`)
  }
}

async function profiled(work: () => Promise<unknown>): Promise<Sample[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const functions = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const micros = new Map<string, Sample>()
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const { url = '', functionName = '' } = functions.get(id) ?? {}
    const key = `${url} ${functionName}`
    micros.set(key, { url, functionName, micros: (micros.get(key)?.micros ?? 0) + (profile.timeDeltas?.[index] ?? 0) })
  }
  return [...micros.values()]
}

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
