import type { SQSRecord } from 'aws-lambda'
import type { Connector } from './connector.ts'
import { leastVisibilityTimeout } from './connector-rules.ts'
import type { CorrelationOutcome } from './outcome.ts'

/**
 * When a message that is returned comes back. Lambda leaves that to the queue's visibility timeout, however long Camunda is down; every
 * receive counts, and after `maxReceiveCount` of them a healthy message would be a dead letter within minutes. So what waits for Camunda is put
 * off, longer each time, so that its receives last for an outage of an hour; see docs/adr/012-back-off.md.
 */

/** A message that goes back to its queue, and why. */
export interface Returned {
  readonly record: SQSRecord
  readonly outcome: CorrelationOutcome
}

/** Of a queue, what a message that waits has to live with. */
export interface QueueLimits {
  readonly maxReceiveCount: number
  /** Seconds from its sending to when SQS drops a message. */
  readonly messageRetentionPeriod: number
}

export interface VisibilityTimeout {
  readonly record: SQSRecord
  /** From now. */
  readonly seconds: number
}

/** What a pause depends on beside the message. */
export interface BackOff {
  readonly limits: QueueLimits
  /** Seconds: `eventSource.longestOutage`. */
  readonly longestOutage: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** From 0 to 1. */
  readonly random: () => number
}

/** The receives of a message last longer than the outage by this part: it may end just before one of them. */
const MARGIN = 1.3
/** The first pause as a part of all: 30 s of the 78 minutes for an outage of an hour. */
const FIRST_PART = 1 / 156
const JITTER = 0.25
/** SQS takes whole seconds. Of a short outage’s pauses those which come to less would be none, and all receives be over at once. */
const SHORTEST = 1
/** For what was not tried: there may be room for it elsewhere at once. */
const PROMPT = 5
/** Where no receive is the last one: as if it were the tenth. */
const MANY_RECEIVES = 10

/**
 * Seconds from the first receive of a message to the last at most, where the queue has a dead-letter queue: its pauses, what its attempts take,
 * and the queue's own visibility timeout once, for a deletion that was lost.
 */
export function redeliveryWindow({ eventSource, function: { timeout }, queue }: Connector): number {
  const visibilityTimeout = queue.visibilityTimeout ?? leastVisibilityTimeout(timeout, eventSource.maximumBatchingWindow)
  return Math.ceil(eventSource.longestOutage * MARGIN * (1 + JITTER) + queue.maxReceiveCount * timeout + visibilityTimeout)
}

/**
 * The visibility timeouts of what is returned; none for what its queue's own is right for.
 *
 * On a FIFO queue all that is returned of a group waits as its first message does, so that none comes before it.
 */
export function visibilityTimeouts(returned: readonly Returned[], backOff: BackOff): VisibilityTimeout[] {
  return [...Map.groupBy(returned, groupOf).values()].flatMap((group) => {
    const [first] = group
    const seconds = first && putOff(first, backOff)
    return seconds === undefined ? [] : group.map(({ record }) => ({ record, seconds }))
  })
}

function groupOf({ record }: Returned): unknown {
  return record.eventSourceARN.endsWith('.fifo') ? record.attributes.MessageGroupId : record
}

function putOff({ record, outcome }: Returned, { limits, longestOutage, now, random }: BackOff): number | undefined {
  const { ApproximateReceiveCount, SentTimestamp } = record.attributes
  const pause = pauseAfter(outcome.kind, Number(ApproximateReceiveCount), limits.maxReceiveCount, longestOutage * MARGIN)
  if (pause === undefined) return undefined
  // SQS drops what is too old without making it a dead letter first: half of the life that is left at most.
  const left = Number(SentTimestamp) / 1_000 + limits.messageRetentionPeriod - now / 1_000
  return Math.max(0, Math.floor(Math.min(Math.max(SHORTEST, pause * (1 + JITTER * random())), left / 2)))
}

/** Of what another receive may mend; the rest comes back as the queue has it, to become a dead letter soon. */
function pauseAfter(kind: CorrelationOutcome['kind'], receive: number, maxReceiveCount: number, patience: number): number | undefined {
  const pauses = Math.min(maxReceiveCount, MANY_RECEIVES) - 1
  if (pauses < 1 || patience === 0) return undefined
  const growing = sinceFirst(Math.min(receive, pauses), pauses, patience) - sinceFirst(Math.min(receive, pauses) - 1, pauses, patience)
  switch (kind) {
    case 'CamundaUnavailable':
    case 'Ambiguous':
      return growing
    case 'NotAttempted':
      return receive === 1 && pauses > 1 ? Math.min(PROMPT, growing) : growing
    default:
      return undefined
  }
}

/** Seconds from the first receive to the end of the n-th pause: the same factor from one to the next, and `patience` at the last. */
function sinceFirst(n: number, pauses: number, patience: number): number {
  if (n <= 0) return 0
  return pauses === 1 ? patience : patience * FIRST_PART ** ((pauses - n) / (pauses - 1))
}
