import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import pLimit, { type LimitFunction } from 'p-limit'
import type { Camunda } from './camunda.ts'
import type { Returned } from './core/back-off.ts'
import type { Connector } from './core/connector.ts'
import { DEFAULTS } from './core/connector-defaults.ts'
import { RESERVE_MS } from './core/connector-rules.ts'
import { whileTime } from './core/expressions.ts'
import { type PayloadPointer, payloadPointer } from './core/large-payload.ts'
import { type EvaluatedMessage, evaluateMessage } from './core/message-evaluation.ts'
import { type CorrelationOutcome, type Disposition, disposition, type InvalidInput, reasonOf } from './core/outcome.ts'
import { type KnownCapacity, Pace } from './pace.ts'
import type { PayloadStore } from './payload-store.ts'
import type { Queue } from './queue.ts'

/** What a batch needs of the world. */
export interface Bridge {
  readonly connector: Connector
  /** Version of the parameter which holds the connector. */
  readonly configurationVersion: number | undefined
  readonly camunda: Camunda
  /** Of earlier batches. */
  readonly capacity?: KnownCapacity
  readonly queue: Queue
  /** Where a connector has `queue.largePayloads`. */
  readonly payloads?: PayloadStore
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingTime: () => number
  readonly pause: (milliseconds: number) => Promise<unknown>
  readonly report: (settled: Settled) => void
  /** What becomes of a message is traced, where that is asked for. */
  readonly traced?: ((record: SQSRecord, settle: () => Promise<Settled>) => Promise<Settled>) | undefined
}

/** A message whose outcome is known, and what was done with it. */
export interface Settled {
  readonly record: SQSRecord
  readonly outcome: CorrelationOutcome
  readonly disposition: Disposition
  readonly elementId: string | undefined
  /** Of the dead letter which was sent. */
  readonly deadLetterMessageId?: string | undefined
  readonly durationMs: number
}

type Correlated = { readonly outcome: CorrelationOutcome; readonly elementId?: string }

/**
 * One batch: every message on its own, as many at a time as `eventSource.concurrency` allows, and those which are not done by name back
 * to SQS. On a FIFO queue the messages of a group go one after the other, and after the first that is not done the rest of its group waits.
 *
 * What SQS delivers again comes last, after all others have been sent: it may be what ended an earlier invocation, and took its batch along.
 */
export async function processBatch(bridge: Bridge, { Records: records }: SQSEvent): Promise<SQSBatchResponse> {
  const batch = new Batch(bridge, records.length)
  const [first, again] = partition(messageGroups(records), (group) => group.every(isFirstReceive))
  const returned = [...(await batch.settle(first)), ...(await batch.settle(again))]
  batch.learn()
  await batch.putOff(returned)
  return response(returned)
}

/** The response where nothing could be tried at all: without a configuration. */
export async function returnAll(
  { queue, report, remainingTime }: Pick<Bridge, 'queue' | 'report' | 'remainingTime'>,
  { Records: records }: SQSEvent,
  { reason, longestOutage }: { readonly reason: string; readonly longestOutage: number },
): Promise<SQSBatchResponse> {
  const outcome: CorrelationOutcome = { kind: 'NotAttempted', reason }
  for (const record of records) tell(report, { record, outcome, disposition: 'return', elementId: undefined, durationMs: 0 })
  const returned = records.map((record) => ({ record, outcome }))
  await putOff(queue, returned, { longestOutage, remainingTime })
  return response(returned)
}

/** Whatever befalls it: the batch is answered, and its messages come back as the queue has it. */
async function putOff(queue: Queue, ...returned: Parameters<Queue['putOff']>): Promise<void> {
  await queue.putOff(...returned).catch(console.error)
}

/** Only ids of this very batch: any other would have Lambda return all of it. */
function response(returned: readonly Returned[]): SQSBatchResponse {
  const messageIds = new Set(returned.map(({ record }) => record.messageId))
  return { batchItemFailures: [...messageIds].map((itemIdentifier) => ({ itemIdentifier })) }
}

/** Standard queues have no order, whatever MessageGroupId says there (it marks tenants of a fair queue). */
function messageGroups(records: readonly SQSRecord[]): SQSRecord[][] {
  const groups = Map.groupBy(records, ({ eventSourceARN, attributes, messageId }) =>
    eventSourceARN.endsWith('.fifo') ? attributes.MessageGroupId : messageId,
  )
  return [...groups.values()]
}

/** Only what SQS delivered before can have ended an invocation, and every message of its batch with it. */
function isFirstReceive({ attributes }: SQSRecord): boolean {
  return Number(attributes.ApproximateReceiveCount) === 1
}

function partition<T>(items: readonly T[], isOfFirst: (item: T) => boolean): [first: T[], second: T[]] {
  return [items.filter(isOfFirst), items.filter((item) => !isOfFirst(item))]
}

/** What is told of a message changes nothing about it. */
function tell(report: Bridge['report'], settled: Settled) {
  try {
    report(settled)
  } catch (error) {
    console.error(error)
  }
}

/** Milliseconds which are kept for an evaluation, of a body of 1 MiB: with less it is not begun. The costliest take a second; see feel/budget.ts. */
const EVALUATION_MS = 500
/** Nothing else goes on meanwhile: a reply to a request under way must not come too late because a message was evaluated. */
const EVALUATION_PART = 0.5

const MIB = 1_048_576
/** Bytes of the bodies of S3 that are in memory at a time, unless one alone is larger. */
const PAYLOAD_ROOM_BYTES = 8 * MIB
/** Milliseconds without which reading one is not begun. */
const PAYLOAD_MS = 500

/** Milliseconds for telling of one message that nothing was tried, on a small function. */
const TELLING_MS = 0.5

class Batch {
  readonly #bridge: Bridge
  readonly #reserveMs: number
  readonly #pace: Pace
  /** In which bodies of S3 are read and evaluated. */
  #payloadRoom: LimitFunction | undefined
  /** Why no further one is read in this batch. */
  #payloadsStopped: string | undefined

  constructor(bridge: Bridge, size: number) {
    this.#bridge = bridge
    this.#reserveMs = RESERVE_MS + size * TELLING_MS
    const { concurrency } = bridge.connector.eventSource
    this.#pace = new Pace({ concurrency: bridge.capacity?.of(concurrency) ?? concurrency, pause: bridge.pause })
  }

  learn() {
    this.#bridge.capacity?.learn(this.#pace)
  }

  /** @returns the messages that go back to SQS */
  async settle(groups: readonly (readonly SQSRecord[])[]): Promise<Returned[]> {
    return (await Promise.all(groups.map((group) => this.#settleInOrder(group)))).flat()
  }

  #settleInOrder(group: readonly SQSRecord[]): Promise<Returned[]> {
    return this.#pace.run(async () => {
      const done = new Set<string>()
      const returned: Returned[] = []
      for (const record of group) {
        // SQS may deliver a message twice, and in one batch: it is known to have happened.
        if (done.has(record.messageId)) continue
        const { outcome, disposition } = await this.#settle(record, returned.length > 0)
        if (disposition === 'return') returned.push({ record, outcome })
        else done.add(record.messageId)
      }
      return returned
    })
  }

  async putOff(returned: readonly Returned[]): Promise<void> {
    if (returned.length === 0) return
    const { connector, queue, remainingTime } = this.#bridge
    await putOff(queue, returned, { longestOutage: connector.eventSource.longestOutage, remainingTime })
  }

  #settle(record: SQSRecord, mustWait: boolean): Promise<Settled> {
    const settle = () => this.#settleUntraced(record, mustWait)
    return this.#bridge.traced ? this.#bridge.traced(record, settle) : settle()
  }

  async #settleUntraced(record: SQSRecord, mustWait: boolean): Promise<Settled> {
    const started = performance.now()
    const correlated: Correlated = mustWait
      ? notAttempted('an earlier message of its group goes first')
      : await this.#correlate(record).catch((error: unknown) => ({ outcome: { kind: 'Unexpected', reason: String(error) } }))
    const settled = {
      record,
      elementId: undefined,
      ...correlated,
      ...(await this.#dispose(record, correlated)),
      durationMs: Math.round(performance.now() - started),
    }
    tell(this.#bridge.report, settled)
    return settled
  }

  /** A dead letter that does not arrive is returned: then SQS makes it one, later. */
  async #dispose(
    record: SQSRecord,
    { outcome, elementId }: Correlated,
  ): Promise<{ readonly disposition: Disposition; readonly deadLetterMessageId?: string | undefined }> {
    const { connector, queue, configurationVersion, remainingTime } = this.#bridge
    const disposed = disposition(outcome, connector)
    if (disposed !== 'deadLetter') return { disposition: disposed }
    const letter = { record, reason: reasonOf(outcome) ?? outcome.kind, elementId, configurationVersion }
    return queue.sendToDeadLetterQueue(letter, { remainingTime }).then(
      (deadLetterMessageId) => ({ disposition: disposed, deadLetterMessageId }),
      () => ({ disposition: 'return' }),
    )
  }

  /** One message's way, from SQS record to outcome. `camunda.send` is the only I/O, but for bodies that are in S3. */
  async #correlate(record: SQSRecord): Promise<Correlated> {
    const { camunda } = this.#bridge
    if (!this.#hasTime(EVALUATION_MS)) return notAttempted(TOO_LATE)
    const { queue } = this.#bridge.connector
    const pointer = queue.largePayloads && payloadPointer(record.body, queue)
    const evaluated = pointer ? await this.#evaluatePayload(record, pointer) : this.#evaluate(record)
    if ('outcome' in evaluated) return evaluated
    const { command, elementId } = evaluated

    if (this.#pace.stopped) return { ...notAttempted(this.#pace.stopped), elementId }
    if (!this.#hasTime()) return { ...notAttempted(TOO_LATE), elementId }

    const attempt = () => camunda.send(command, () => this.#remainingTime())
    return { outcome: await this.#pace.send(attempt, (pause) => this.#hasTime(pause)), elementId }
  }

  /** The message with the body to which it points. */
  async #evaluatePayload(record: SQSRecord, pointer: PayloadPointer | InvalidInput): Promise<Correlated | EvaluatedMessage> {
    const { connector, payloads } = this.#bridge
    if (pointer.kind === 'InvalidInput') return { outcome: pointer }
    if (!payloads) throw new Error('there is no client of S3')
    const { maximumSize: mostBytes } = { ...DEFAULTS.largePayloads, ...connector.queue.largePayloads }
    this.#payloadRoom ??= pLimit(Math.max(1, Math.floor(PAYLOAD_ROOM_BYTES / mostBytes)))
    return this.#payloadRoom(async () => {
      const stopped = this.#pace.stopped ?? this.#payloadsStopped
      if (stopped !== undefined) return notAttempted(stopped)
      const milliseconds = this.#remainingTime() - connector.function.requestTimeout * 1_000 - EVALUATION_MS
      if (milliseconds < PAYLOAD_MS) return notAttempted(TOO_LATE)
      const read = await payloads.read(pointer, { mostBytes, milliseconds })
      if (read.kind === 'NotAttempted') this.#payloadsStopped ??= read.reason
      if (read.kind !== 'Payload') return { outcome: read }
      if (!this.#hasTime((EVALUATION_MS * Math.max(read.text.length, MIB)) / MIB)) return notAttempted(TOO_LATE)
      return this.#evaluate({ ...record, body: read.text })
    })
  }

  /** What to send, or why nothing. By the clock it ends unfinished, and the message comes back: on another day there may be time for it. */
  #evaluate(record: SQSRecord): Correlated | EvaluatedMessage {
    const { connector } = this.#bridge
    const ends = this.#bridge.remainingTime() - connector.function.requestTimeout * 1_000 * EVALUATION_PART
    const hasTime = () => this.#hasTime() && this.#bridge.remainingTime() > ends
    return whileTime(hasTime, () => evaluateMessage(connector, record)) ?? notAttempted('the evaluation did not end in time')
  }

  /** A request which could outlast the invocation is not begun: nobody would know what became of it. */
  #hasTime(pause = 0): boolean {
    return this.#remainingTime() >= pause + this.#bridge.connector.function.requestTimeout * 1_000
  }

  /** Milliseconds until the batch has to be answered. */
  #remainingTime(): number {
    return this.#bridge.remainingTime() - this.#reserveMs
  }
}

const TOO_LATE = 'the invocation has no time left for a request to Camunda'

function notAttempted(reason: string): Correlated {
  return { outcome: { kind: 'NotAttempted', reason } }
}
