import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import pLimit from 'p-limit'
import type { Camunda } from './camunda.ts'
import { activate } from './core/activation.ts'
import { type Connector, RESERVE_MS } from './core/connector.ts'
import { correlationFor } from './core/correlation.ts'
import { type CorrelationOutcome, disposition } from './core/outcome.ts'
import { toSqsMessage } from './core/sqs-message.ts'

/** What a batch needs of the world. */
export interface Bridge {
  readonly connector: Connector
  readonly camunda: Camunda
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingTime: () => number
  readonly report: (settled: Settled) => void
}

/** A message whose outcome is known. */
export interface Settled {
  readonly record: SQSRecord
  readonly outcome: CorrelationOutcome
  readonly elementId: string | undefined
  readonly durationMs: number
}

type Correlated = { readonly outcome: CorrelationOutcome; readonly elementId?: string }

/**
 * One batch: every message on its own, as many at a time as `eventSource.concurrency` allows, and those which are not done by name back
 * to SQS. On a FIFO queue the messages of a group go one after the other, and after the first that is not done the rest of its group waits.
 */
export async function processBatch(bridge: Bridge, { Records: records }: SQSEvent): Promise<SQSBatchResponse> {
  const batch = new Batch(bridge, records.length)
  const limit = pLimit(bridge.connector.eventSource.concurrency)
  const returned = await Promise.all(messageGroups(records).map((group) => limit(() => batch.settleInOrder(group))))
  return { batchItemFailures: returned.flat().map((messageId) => ({ itemIdentifier: messageId })) }
}

/** The response where nothing could be tried at all. */
export function returnAll({ Records: records }: SQSEvent): SQSBatchResponse {
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}

/** Standard queues have no order, whatever MessageGroupId says there (it marks tenants of a fair queue). */
function messageGroups(records: readonly SQSRecord[]): SQSRecord[][] {
  const groups = Map.groupBy(records, ({ eventSourceARN, attributes, messageId }) =>
    eventSourceARN.endsWith('.fifo') ? attributes.MessageGroupId : messageId,
  )
  return [...groups.values()]
}

/** Milliseconds for telling of one message that nothing was tried, on a small function. */
const TELLING_MS = 0.5

class Batch {
  readonly #bridge: Bridge
  readonly #reserveMs: number
  /** Why no further message of this batch is sent. */
  #stopped: string | undefined

  constructor(bridge: Bridge, size: number) {
    this.#bridge = bridge
    this.#reserveMs = RESERVE_MS + size * TELLING_MS
  }

  /** @returns the ids of the messages that go back to SQS */
  async settleInOrder(group: readonly SQSRecord[]): Promise<string[]> {
    const done = new Set<string>()
    const returned = new Set<string>()
    for (const record of group) {
      // SQS may deliver a message twice, and in one batch: it is known to have happened.
      if (done.has(record.messageId)) continue
      const outcome = await this.#settle(record, returned.size > 0)
      if (disposition(outcome) === 'return') returned.add(record.messageId)
      else done.add(record.messageId)
    }
    return [...returned]
  }

  async #settle(record: SQSRecord, mustWait: boolean): Promise<CorrelationOutcome> {
    const started = performance.now()
    const correlated: Correlated = mustWait
      ? notAttempted('an earlier message of its group goes first')
      : await this.#correlate(record).catch((error: unknown) => ({ outcome: { kind: 'Unexpected', reason: String(error) } }))
    if (correlated.outcome.kind === 'CamundaUnavailable') this.#stopped = 'Camunda is unavailable'
    this.#report({ record, elementId: undefined, ...correlated, durationMs: Math.round(performance.now() - started) })
    return correlated.outcome
  }

  /** What is told of a message changes nothing about it. */
  #report(settled: Settled) {
    try {
      this.#bridge.report(settled)
    } catch (error) {
      console.error(error)
    }
  }

  /** One message's way, from SQS record to outcome. `camunda.send` is the only I/O. */
  async #correlate(record: SQSRecord): Promise<Correlated> {
    const { connector, camunda } = this.#bridge
    if (this.#isTooLate()) return notAttempted(TOO_LATE)
    const message = toSqsMessage(record, connector.queue)

    const activation = activate(connector, message)
    if (activation.kind !== 'Activated') return { outcome: activation }
    const { elementId } = activation.element

    const command = correlationFor(activation.element, message)
    if (command.kind === 'InvalidInput') return { outcome: command, elementId }

    if (this.#stopped) return { ...notAttempted(this.#stopped), elementId }
    if (this.#isTooLate()) return { ...notAttempted(TOO_LATE), elementId }

    return { outcome: await camunda.send(command, () => this.#remainingTime()), elementId }
  }

  /** A request which could outlast the invocation is not begun: nobody would know what became of it. */
  #isTooLate(): boolean {
    return this.#remainingTime() < this.#bridge.connector.function.requestTimeout * 1_000
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
