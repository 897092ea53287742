import { type CloudWatchLogsClient, type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { parsedJson } from '../parsed-json.ts'
import { FAILED_INVOCATIONS, type FailedInvocation, failedInvocationIn } from './failed-invocations.ts'
import type { OutcomeKind } from './outcome-kinds.ts'
import type { OutcomeRow } from './outcome-table.ts'

/** What became of a message, as the function logs it. */
export interface LoggedOutcome {
  /** ISO 8601. */
  readonly time: string
  readonly messageId: string
  readonly outcome: string
  readonly elementId?: string
  readonly reason?: string
  readonly processInstanceKey?: string
  readonly messageKey?: string
  /** Of the dead letter which the function sent. */
  readonly deadLetterMessageId?: string
  readonly receiveCount?: number
  readonly durationMs?: number
  /** Of the connector's parameter. */
  readonly configurationVersion?: number
  readonly afterwards: string
}

/** What the function says of a message in its log line's `message`. */
const AFTERWARDS: Readonly<Record<string, string>> = {
  'message done': 'deleted',
  'message returned': 'back in the queue',
  'message sent to the dead-letter queue': 'dead letter',
}

const FIELDS = [
  'elementId',
  'reason',
  'processInstanceKey',
  'messageKey',
  'deadLetterMessageId',
  'receiveCount',
  'durationMs',
  'configurationVersion',
] as const

/** The outcome in a log line; undefined where it tells of something else. */
export function outcomeIn(text: string, timestamp: number): LoggedOutcome | undefined {
  const line = parsedJson(text.slice(Math.max(0, text.indexOf('{')))) as Record<string, unknown> | undefined
  const { messageId, outcome, message = '' } = line ?? {}
  if (typeof messageId !== 'string' || typeof outcome !== 'string') return undefined
  const there = FIELDS.filter((field) => line?.[field] !== undefined)
  return {
    time: new Date(timestamp).toISOString(),
    messageId,
    outcome,
    ...(Object.fromEntries(there.map((field) => [field, line?.[field]])) as Partial<LoggedOutcome>),
    afterwards: AFTERWARDS[String(message)] ?? String(message),
  }
}

/** A row of the table: the beginning of the message's id, and all of it where somebody may have to look for it. */
export function rowOf({
  time,
  messageId,
  elementId,
  outcome,
  processInstanceKey,
  messageKey,
  reason,
  afterwards,
}: LoggedOutcome): OutcomeRow {
  const isDone = afterwards === 'deleted'
  return {
    at: time.slice(11, 19),
    message: messageId.slice(0, 8),
    elementId,
    outcome,
    key: processInstanceKey ?? messageKey,
    afterwards,
    reason: isDone ? reason : [reason, messageId].filter(Boolean).join(' · '),
  }
}

export interface Follow {
  readonly logs: Pick<CloudWatchLogsClient, 'send'>
  readonly logGroupName: string
  /** Milliseconds of the epoch. */
  readonly since: number
  /** Undefined: all. */
  readonly outcome: OutcomeKind | undefined
  /** Undefined: of all messages. */
  readonly messageId?: string | undefined
  /** Whether to end after what is there; otherwise it goes on. */
  readonly once?: boolean
  readonly signal: AbortSignal
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

/** Between two looks. Log events can be searched some seconds after they were written. */
const BETWEEN_LOOKS = 2_000
/** How long after others an event may appear which was written before them. */
const STRAGGLING = 60_000

/** Of an id of SQS's; what is shorter is the beginning of one. */
const UUID_LENGTH = 36

/**
 * The outcomes in a function's log, those of the past first, each once, and where neither an outcome nor a message is asked for also the
 * invocations that failed; it goes on until the signal is aborted.
 */
export async function* followOutcomes({
  logs,
  logGroupName,
  since,
  outcome,
  messageId,
  once,
  signal,
  pause,
}: Follow): AsyncGenerator<LoggedOutcome | FailedInvocation> {
  const id = `"${messageId}${(messageId?.length ?? 0) < UUID_LENGTH ? '*' : ''}"`
  const ofMessage = messageId === undefined ? '' : ` && ($.messageId = ${id} || $.deadLetterMessageId = ${id})`
  const outcomes = `{ $.outcome = "${outcome ?? '*'}"${ofMessage} }`
  const patterns = outcome === undefined && messageId === undefined ? [outcomes, ...FAILED_INVOCATIONS] : [outcomes]
  const seen = new Map<string, number>()
  let from = since
  let latest = since
  while (!signal.aborted) {
    const searches = patterns.map((filterPattern) => eventsFrom({ logGroupName, startTime: from, filterPattern }))
    for await (const { eventId = '', message = '', timestamp = 0 } of inOrder(searches)) {
      latest = Math.max(latest, timestamp)
      if (seen.has(eventId)) continue
      seen.set(eventId, timestamp)
      const failed = patterns.length > 1 ? failedInvocationIn(message, timestamp) : undefined
      // A failure has several lines.
      if (failed?.requestId && seen.has(failed.requestId)) continue
      if (failed?.requestId) seen.set(failed.requestId, timestamp)
      const logged = failed ?? outcomeIn(message, timestamp)
      if (logged) yield logged
    }
    if (once) return
    from = Math.max(from, latest - STRAGGLING)
    for (const [known, timestamp] of seen) if (timestamp < from) seen.delete(known)
    await pause(BETWEEN_LOOKS, signal).catch(() => {})
  }

  async function* eventsFrom(search: { readonly logGroupName: string; readonly startTime: number; readonly filterPattern: string }) {
    let nextToken: string | undefined
    do {
      const page = await unlessAborted(signal, logs.send(new FilterLogEventsCommand({ ...search, nextToken }), { abortSignal: signal }))
      yield* page?.events ?? []
      nextToken = page?.nextToken
    } while (nextToken && !signal.aborted)
  }
}

/** What several searches find, each in the order of time, in that order. */
async function* inOrder(searches: readonly AsyncIterator<FilteredLogEvent, void>[]): AsyncGenerator<FilteredLogEvent> {
  const heads = await Promise.all(searches.map(async (search) => ({ search, next: await search.next() })))
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads) if (timeOf(head.next) < (first ? timeOf(first.next) : Number.POSITIVE_INFINITY)) first = head
    if (!first || first.next.done) return
    yield first.next.value
    first.next = await first.search.next()
  }
}

/** After all others where a search has come to its end. */
function timeOf(next: IteratorResult<FilteredLogEvent, void>): number {
  return next.done ? Number.POSITIVE_INFINITY : (next.value.timestamp ?? 0)
}

/** The versions of the connector by which messages were settled since then, the last one last: of some of them. */
export async function versionsInForce(logs: Follow['logs'], logGroupName: string, since: number): Promise<number[]> {
  const search = { logGroupName, startTime: since, filterPattern: '{ $.outcome = "*" }', limit: 100 }
  const { events = [] } = await logs.send(new FilterLogEventsCommand(search))
  return events.flatMap(({ message = '', timestamp = 0 }) => outcomeIn(message, timestamp)?.configurationVersion ?? [])
}

async function unlessAborted<Answer>(signal: AbortSignal, request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
