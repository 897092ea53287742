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
  const batch = new Batch(bridge)
  const limit = pLimit(bridge.connector.eventSource.concurrency)
  const returned = await Promise.all(messageGroups(records).map((group) => limit(() => batch.settleInOrder(group))))
  return { batchItemFailures: returned.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) }
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

class Batch {
  readonly #bridge: Bridge
  /** Why no further message of this batch is sent. */
  #stopped: string | undefined

  constructor(bridge: Bridge) {
    this.#bridge = bridge
  }

  /** @returns the messages that go back to SQS */
  async settleInOrder(group: readonly SQSRecord[]): Promise<SQSRecord[]> {
    const returned: SQSRecord[] = []
    for (const record of group) {
      const { outcome } = await this.#settle(record, returned.length > 0)
      if (disposition(outcome) === 'return') returned.push(record)
    }
    return returned
  }

  async #settle(record: SQSRecord, mustWait: boolean): Promise<Settled> {
    const started = performance.now()
    const correlated: Correlated = mustWait
      ? notAttempted('an earlier message of its group goes first')
      : await this.#correlate(record).catch((error: unknown) => ({ outcome: { kind: 'Unexpected', reason: String(error) } }))
    const settled = { record, elementId: undefined, ...correlated, durationMs: Math.round(performance.now() - started) }
    if (settled.outcome.kind === 'CamundaUnavailable') this.#stopped = 'Camunda is unavailable'
    this.#bridge.report(settled)
    return settled
  }

  /** One message's way, from SQS record to outcome. `camunda.send` is the only I/O. */
  async #correlate(record: SQSRecord): Promise<Correlated> {
    const { connector, camunda } = this.#bridge
    const message = toSqsMessage(record, connector.queue)

    const activation = activate(connector, message)
    if (activation.kind !== 'Activated') return { outcome: activation }
    const { element } = activation

    const command = correlationFor(element, message)
    if (command.kind === 'InvalidInput') return { outcome: command, elementId: element.elementId }

    const reason = this.#stopped ?? this.#noTimeLeft()
    if (reason !== undefined) return { ...notAttempted(reason), elementId: element.elementId }

    return { outcome: await camunda.send(command), elementId: element.elementId }
  }

  /** A request which could outlast the invocation is not begun: nobody would know what became of it. */
  #noTimeLeft(): string | undefined {
    const needed = this.#bridge.connector.function.requestTimeout * 1_000 + RESERVE_MS
    return this.#bridge.remainingTime() < needed ? 'the invocation has no time left for a request to Camunda' : undefined
  }
}

function notAttempted(reason: string): Correlated {
  return { outcome: { kind: 'NotAttempted', reason } }
}
