import { setTimeout as pause } from 'node:timers/promises'
import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import { startEventSourceMapping } from '../local/event-source-mapping.ts'

/**
 * How many messages a second provisioned pollers hand to a function, by their number, the batch and the time of an invocation: the stand-in of Lambda's mapping on a
 * queue in memory which is never empty. Writes the table of docs/SCALING.md.
 */

const SECONDS = 6
/** Milliseconds of an invocation. */
const INVOCATION = 100
const ROWS: readonly [pollers: number, batchSize: number][] = [
  [2, 1],
  [2, 10],
  [2, 100],
  [4, 10],
  [10, 1],
  [10, 10],
  [10, 100],
  [20, 10],
]

/** A queue with as many messages as are asked for. */
function endlessQueue(): SQSClient {
  let sent = 0
  const messages = (count: number): Message[] =>
    Array.from({ length: count }, () => ({
      MessageId: `${sent++}`,
      ReceiptHandle: `${sent}`,
      Body: '{"id":"A-1","amount":12}',
      Attributes: {},
    }))
  const answer = ({ input }: { readonly input: { readonly MaxNumberOfMessages?: number } }) =>
    input.MaxNumberOfMessages === undefined
      ? { Attributes: { VisibilityTimeout: '30' }, Failed: [] }
      : { Messages: messages(input.MaxNumberOfMessages) }
  return { send: async (command: Parameters<typeof answer>[0]) => pause(5, answer(command)) } as unknown as SQSClient
}

async function messagesPerSecond(pollers: number, batchSize: number): Promise<number> {
  let done = 0
  const mapping = await startEventSourceMapping({
    sqs: endlessQueue(),
    queueUrl: 'http://queue',
    queueArn: 'arn:aws:sqs:eu-central-1:000000000000:queue',
    region: 'eu-central-1',
    batchSize,
    maximumBatchingWindow: batchSize > 10 ? 1 : 0,
    provisionedPollers: { minimum: pollers, maximum: pollers },
    filterPatterns: [],
    functionTimeout: 5,
    async invoke({ Records }) {
      await pause(INVOCATION)
      done += Records.length
      return { kind: 'response', payload: '' }
    },
  })
  await pause(1_000)
  const [before, began] = [done, performance.now()]
  await pause(SECONDS * 1_000)
  const rate = ((done - before) * 1_000) / (performance.now() - began)
  await mapping.stop()
  return rate
}

/** What bounds them: ten polls a second of ten messages at most, and ten invocations at a time. */
function bounds(pollers: number, batchSize: number): { readonly polls: number; readonly invocations: number } {
  return { polls: pollers * 10 * Math.min(10, batchSize), invocations: (pollers * 10 * batchSize * 1_000) / INVOCATION }
}

console.log('| Pollers | Batch | By polls | By invocations | Measured |\n| --: | --: | --: | --: | --: |')
for (const [pollers, batchSize] of ROWS) {
  const { polls, invocations } = bounds(pollers, batchSize)
  console.log(`| ${[pollers, batchSize, polls, invocations, Math.round(await messagesPerSecond(pollers, batchSize))].join(' | ')} |`)
}
