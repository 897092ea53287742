import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import type { ProvisionedPollers } from '../lambda/core/event-source-settings.ts'
import type { FilterPattern } from '../lambda/core/filter-patterns.ts'
import { recordFilter } from '../tools/filters/filter-matcher.ts'
import { parsedJson } from '../tools/parsed-json.ts'
import { toSqsRecord } from '../tools/sqs-record.ts'
import { type InvocationResult, MAXIMUM_REQUEST } from './lambda-runtime.ts'
import { type Poller, startPollers } from './provisioned-pollers.ts'

/**
 * Stand-in for Lambda's event-source mapping of an SQS queue: polls, filters, gathers batches, invokes, and deletes what is done, by the
 * rules of the Lambda guide ("Using Lambda with Amazon SQS" and the pages under it).
 *
 * What it does not do: back off when the function fails (Lambda does not either where batch item failures are reported), KMS, metrics, queues
 * of another account or region. It scales as Lambda does, five batches at first and 300 more a minute, but never back, with one poller, and only to
 * `maximumConcurrency`, or to ten where that is not set: a machine is not a region. With `provisionedPollers` it has as many pollers as they say.
 */

export type EventSourceMappingOptions = {
  readonly sqs: SQSClient
  readonly queueUrl: string
  /** Ends in `.fifo` for a FIFO queue. */
  readonly queueArn: string
  readonly region: string
  /** Most messages of one invocation: up to 10,000 for a standard queue, 10 for a FIFO queue. */
  readonly batchSize: number
  /** Seconds in which a batch is gathered: 0 to 300; at least 1 for more than 10 messages; 0 for a FIFO queue. */
  readonly maximumBatchingWindow: number
  /** Most invocations at a time: 2 to 1,000. Not beside `provisionedPollers`. */
  readonly maximumConcurrency?: number | undefined
  /** 2 to 200, and 2 to 10,000. */
  readonly provisionedPollers?: ProvisionedPollers | undefined
  /** At most five. A message which none of them matches is deleted. None: all messages pass. */
  readonly filterPatterns: readonly FilterPattern[]
  /** Seconds; at most the queue's visibility timeout. */
  readonly functionTimeout: number
  readonly invoke: (event: SQSEvent, requestId: string) => Promise<InvocationResult>
  readonly onEvent?: ((event: MappingEvent) => void) | undefined
}

/** What happens to messages, in the order in which it happens. Each message received is settled in the end. */
export type MappingEvent =
  | { readonly kind: 'received'; readonly records: readonly SQSRecord[] }
  | { readonly kind: 'filteredOut'; readonly records: readonly SQSRecord[] }
  | { readonly kind: 'invoked'; readonly records: readonly SQSRecord[] }
  /** `deleted` from the queue, or `returned`: visible again after the visibility timeout. */
  | {
      readonly kind: 'settled'
      readonly messageId: string
      readonly fate: 'deleted' | 'returned'
      readonly why: string
      /** Of the invocation that had it; undefined where none did. */
      readonly requestId: string | undefined
    }
  /** None of the batch counts as done. */
  | { readonly kind: 'batchFailed'; readonly records: readonly SQSRecord[]; readonly reason: string }
  | { readonly kind: 'pollFailed'; readonly reason: string }

export type EventSourceMapping = {
  /** Stops polling, lets the invocations under way end and be settled, and gives back what was gathered for the next. */
  stop(): Promise<void>
}

/** Lambda refuses to create this event-source mapping. */
export class InvalidParameterValue extends Error {
  override readonly name = 'InvalidParameterValue'
}

/** Most messages of one `ReceiveMessage` and of one `DeleteMessageBatch`. */
const MOST_OF_ONE_CALL = 10
/**
 * Seconds of one long poll. Lambda's last 20, which comes to the same as many short ones in a row, save that stop() can let a short one
 * end. It must not abort it: a server may go on with a poll whose client is gone, and what it then hands out is lost to all until the
 * visibility timeout.
 */
const POLL = 1
/** Batches under way at a time at first, and the milliseconds for one more while all are: 300 a minute. */
const CONCURRENCY_AT_FIRST = 5
const CONCURRENCY_STEP = 200
const CONCURRENCY_UNLESS_SET = 10
/**
 * Of a provisioned poller: its invocations at a time, the milliseconds between two polls, and the bytes of one millisecond (guide,
 * "Configuring scaling behavior for SQS event source mappings").
 */
const PROVISIONED = { concurrency: 10, betweenPolls: 100, bytes: 1_000 }
/** Milliseconds before polling again after a failed poll, doubled each time. */
const SHORTEST_BACK_OFF = 250
const LONGEST_BACK_OFF = 10_000

/** @throws InvalidParameterValue, InvalidFilterPattern as Lambda would on creation; what SQS throws if the queue cannot be read. */
export async function startEventSourceMapping(options: EventSourceMappingOptions): Promise<EventSourceMapping> {
  refuseWhatLambdaRefuses(options)
  const passes = recordFilter(options.filterPatterns)
  await refuseShortVisibilityTimeout(options)
  const { provisionedPollers, maximumConcurrency = CONCURRENCY_UNLESS_SET } = options
  if (!provisionedPollers) return startPoller(options, passes, { atFirst: CONCURRENCY_AT_FIRST, most: maximumConcurrency })
  const { concurrency: most, ...pace } = PROVISIONED
  return startPollers(provisionedPollers, () => startPoller(options, passes, { atFirst: most, most, pace }))
}

/** Lambda API, `CreateEventSourceMapping`; Lambda guide, "Creating and configuring an Amazon SQS event source mapping". */
function refuseWhatLambdaRefuses(options: EventSourceMappingOptions): void {
  const { batchSize, maximumBatchingWindow: window, maximumConcurrency, provisionedPollers, filterPatterns } = options
  const { minimum = 2, maximum = 200 } = provisionedPollers ?? {}
  const fifo = isFifo(options)
  const mostOfOneBatch = fifo ? 10 : 10_000
  const within = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most
  const rules: [boolean, string][] = [
    [within(batchSize, 1, mostOfOneBatch), `batch size ${batchSize}: a ${fifo ? 'FIFO' : 'standard'} queue takes 1 to ${mostOfOneBatch}`],
    [!fifo || window === 0, `maximum batching window ${window} s: not for FIFO queues`],
    [within(window, 0, 300), `maximum batching window ${window} s: must be 0 to 300`],
    [batchSize <= 10 || window >= 1, `batch size ${batchSize}: more than 10 takes a maximum batching window of at least 1 s`],
    [
      maximumConcurrency === undefined || within(maximumConcurrency, 2, 1000),
      `maximum concurrency ${maximumConcurrency}: must be 2 to 1000`,
    ],
    [!(provisionedPollers && maximumConcurrency), 'maximum concurrency and provisioned pollers: one of the two at most'],
    [within(minimum, 2, 200), `minimum pollers ${minimum}: must be 2 to 200`],
    [within(maximum, minimum, 10_000), `maximum pollers ${maximum}: must be 2 to 10000, and not less than the minimum`],
    [filterPatterns.length <= 5, `${filterPatterns.length} filter patterns: at most 5 are possible`],
  ]
  for (const [kept, fault] of rules) if (!kept) throw new InvalidParameterValue(fault)
}

async function refuseShortVisibilityTimeout({ sqs, queueUrl, functionTimeout }: EventSourceMappingOptions): Promise<void> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }))
  const visibilityTimeout = Number(Attributes?.VisibilityTimeout)
  if (!(functionTimeout <= visibilityTimeout))
    throw new InvalidParameterValue(
      `queue visibility timeout: ${visibilityTimeout} seconds is less than function timeout: ${functionTimeout} seconds`,
    )
}

const isFifo = ({ queueArn }: EventSourceMappingOptions) => queueArn.endsWith('.fifo')

interface Capacity {
  /** Invocations at a time. */
  readonly atFirst: number
  readonly most: number
  readonly pace?: Pick<typeof PROVISIONED, 'betweenPolls' | 'bytes'>
}

function startPoller(
  options: EventSourceMappingOptions,
  passes: (record: SQSRecord) => boolean,
  { atFirst, most, pace }: Capacity,
): Poller {
  const { sqs, queueUrl, batchSize, maximumBatchingWindow, functionTimeout, invoke } = options
  const tell = options.onEvent ?? (() => {})
  const stopping = new AbortController()
  const stopped = () => stopping.signal.aborted

  /** Received and let through by the filter, but not yet part of a batch. */
  const waiting: SQSRecord[] = []
  const underWay = new Set<Promise<void>>()
  // No more is needed to keep a message group in one invocation at a time: SQS hands out none of a group that is in flight.
  let concurrency = Math.min(atFirst, most)
  let backOff = SHORTEST_BACK_OFF
  /** Milliseconds of the epoch before which there is no other poll. */
  let nextPoll = 0
  let lastFull = false

  async function run(): Promise<void> {
    while (!stopped()) {
      await concurrencyAvailable()
      const batch = await gather()
      if (stopped()) waiting.unshift(...batch)
      else startInvocation(batch)
    }
    await Promise.all(underWay)
    await giveBack(waiting)
  }

  async function concurrencyAvailable(): Promise<void> {
    while (underWay.size >= concurrency && !stopped()) {
      const oneMore = pause(CONCURRENCY_STEP, 'one more' as const, { ref: false })
      if ((await Promise.race([oneMore, ...underWay])) === 'one more' && concurrency < most) concurrency += 1
    }
  }

  /** The next batch, complete by number, by size or because its window ended; whatever there is when the mapping stops. */
  async function gather(): Promise<SQSRecord[]> {
    const batch: SQSRecord[] = []
    let size = byteLength({ Records: [] })
    let end = Number.POSITIVE_INFINITY
    while (!stopped()) {
      for (let record = waiting[0]; record !== undefined && batch.length < batchSize; record = waiting[0]) {
        size += byteLength(record) + 1
        if (size > MAXIMUM_REQUEST && batch.length > 0) return batch
        batch.push(record)
        waiting.shift()
        end = Math.min(end, Date.now() + maximumBatchingWindow * 1000)
      }
      if (batch.length === batchSize || Date.now() >= end) return batch
      waiting.push(...(await filter(await receive(Math.min(batchSize - batch.length, MOST_OF_ONE_CALL)))))
    }
    return batch
  }

  async function receive(most: number): Promise<SQSRecord[]> {
    const records = (await receiveMessages(most)).map((message) => toSqsRecord(message, options))
    if (records.length > 0) tell({ kind: 'received', records })
    return records
  }

  async function receiveMessages(most: number): Promise<Message[]> {
    if (pace) await pause(Math.max(0, nextPoll - Date.now()))
    const began = Date.now()
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: most,
          WaitTimeSeconds: POLL,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      backOff = SHORTEST_BACK_OFF
      lastFull = Messages.length === most
      if (pace) nextPoll = began + Math.max(pace.betweenPolls, byteLength(Messages) / pace.bytes)
      return Messages
    } catch (error) {
      tell({ kind: 'pollFailed', reason: String(error) })
      await pause(backOff, undefined, { signal: stopping.signal }).catch(() => {})
      backOff = Math.min(backOff * 2, LONGEST_BACK_OFF)
      return []
    }
  }

  /** Deletes what the filter leaves out, as Lambda does, and returns the rest. */
  async function filter(records: SQSRecord[]): Promise<SQSRecord[]> {
    const { passed = [], filteredOut = [] } = Object.groupBy(records, (record) => (passes(record) ? 'passed' : 'filteredOut'))
    if (filteredOut.length > 0) tell({ kind: 'filteredOut', records: filteredOut })
    await deleteFromQueue(filteredOut, 'filtered out')
    return passed
  }

  function startInvocation(batch: SQSRecord[]): void {
    const invocation = invokeFunction(batch).finally(() => underWay.delete(invocation))
    underWay.add(invocation)
  }

  async function invokeFunction(batch: SQSRecord[]): Promise<void> {
    tell({ kind: 'invoked', records: batch })
    const requestId = randomUUID()
    const result = await invoke({ Records: batch }, requestId).catch(notInvoked)
    const verdict = verdictOn(result, batch, functionTimeout)
    if ('batchFailure' in verdict) {
      tell({ kind: 'batchFailed', records: batch, reason: verdict.batchFailure })
      return settle(batch, { fate: 'returned', why: verdict.batchFailure, requestId })
    }
    const { failed = [], done = [] } = Object.groupBy(batch, ({ messageId }) => (verdict.itemFailures.has(messageId) ? 'failed' : 'done'))
    settle(failed, { fate: 'returned', why: 'reported as a batch item failure', requestId })
    await deleteFromQueue(done, 'done', requestId)
  }

  /** A message which cannot be deleted comes back, so a failure is told and otherwise harmless. */
  async function deleteFromQueue(records: SQSRecord[], why: string, requestId?: string): Promise<void> {
    for (const entries of ofOneCall(records)) {
      try {
        const Entries = entries.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }))
        const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
        const faults = new Map(Failed.map(({ Id, Code, Message }) => [Id, `not deleted: ${Message ?? Code}`]))
        for (const [index, record] of entries.entries()) {
          const fault = faults.get(String(index))
          settle([record], { fate: fault === undefined ? 'deleted' : 'returned', why: fault ?? why, requestId })
        }
      } catch (error) {
        settle(entries, { fate: 'returned', why: `not deleted: ${error}`, requestId })
      }
    }
  }

  /** Makes messages visible again at once: those for which no invocation will come. */
  async function giveBack(records: SQSRecord[]): Promise<void> {
    for (const entries of ofOneCall(records)) {
      const Entries = entries.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }))
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })).catch(() => {})
      settle(entries, { fate: 'returned', why: 'the event-source mapping stopped', requestId: undefined })
    }
  }

  function settle(records: readonly SQSRecord[], how: Pick<MappingEvent & { kind: 'settled' }, 'fate' | 'why' | 'requestId'>): void {
    for (const { messageId } of records) tell({ kind: 'settled', messageId, ...how })
  }

  const running = run()
  return {
    isIdle: () => underWay.size === 0,
    isBusy: () => underWay.size >= concurrency || (lastFull && Date.now() < nextPoll),
    stop() {
      stopping.abort()
      return running
    },
  }
}

const byteLength = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

function ofOneCall(records: readonly SQSRecord[]): SQSRecord[][] {
  return Array.from({ length: Math.ceil(records.length / MOST_OF_ONE_CALL) }, (_, call) =>
    records.slice(call * MOST_OF_ONE_CALL, (call + 1) * MOST_OF_ONE_CALL),
  )
}

function notInvoked(error: unknown): InvocationResult {
  return { kind: 'error', errorType: 'InvocationFailed', errorMessage: String(error) }
}

// ── Responses ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Verdict = { readonly itemFailures: ReadonlySet<string> } | { readonly batchFailure: string }

function verdictOn(result: InvocationResult, batch: readonly SQSRecord[], functionTimeout: number): Verdict {
  switch (result.kind) {
    case 'response':
      return verdictOnResponse(result.payload, new Set(batch.map(({ messageId }) => messageId)))
    case 'error':
      return { batchFailure: `the function failed: ${result.errorType}: ${result.errorMessage}` }
    case 'timeout':
      return { batchFailure: `the function timed out after ${functionTimeout} s` }
    case 'crash':
      return { batchFailure: `the runtime exited ${result.signal === null ? `with code ${result.exitCode}` : `on ${result.signal}`}` }
  }
}

/**
 * Lambda guide, "Implementing partial batch responses": an empty or null response, and an empty or null list, are success; a response that
 * is not understood fails the batch.
 */
function verdictOnResponse(payload: string, messageIds: ReadonlySet<string>): Verdict {
  const response = payload === '' ? null : parsedJson(payload)
  if (response === null) return { itemFailures: new Set() }
  if (typeof response !== 'object' || Array.isArray(response)) return { batchFailure: 'the response is no JSON object' }
  const { batchItemFailures = null } = response as { batchItemFailures?: unknown }
  if (batchItemFailures === null) return { itemFailures: new Set() }
  if (!Array.isArray(batchItemFailures)) return { batchFailure: 'batchItemFailures is no list' }
  const identifiers = batchItemFailures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier)
  const wrong = identifiers.findIndex((identifier) => typeof identifier !== 'string' || !messageIds.has(identifier))
  if (wrong !== -1)
    return { batchFailure: `the batch item failure ${JSON.stringify(batchItemFailures[wrong])} names no message of this batch` }
  return { itemFailures: new Set(identifiers as string[]) }
}
