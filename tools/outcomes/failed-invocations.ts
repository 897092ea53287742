import { type CloudWatchLogsClient, type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { parsedJson } from '../parsed-json.ts'
import type { OutcomeRow } from './outcome-table.ts'

/** An invocation that failed, as Lambda tells of it: its messages come back, and of none of them the function could tell what became. */
export interface FailedInvocation {
  /** ISO 8601. */
  readonly time: string
  /** Undefined where Lambda does not tell it. */
  readonly requestId: string | undefined
  /** In Lambda's words: `timeout`, or the type of an error, such as `Runtime.ExitError`. */
  readonly failure: string
  readonly reason: string
  readonly afterwards: 'its batch comes back'
}

/**
 * What finds such lines in CloudWatch Logs: in a log of JSON, which is Lambda's report and what its runtime tells of an error, and in one of
 * plain text, which a function has whose log level is above INFO. There a failure has several lines.
 */
export const FAILED_INVOCATIONS: readonly string[] = [
  '{ ($.errorType = "*" || $.record.status = "timeout" || $.record.status = "error" || $.record.status = "failure") }',
  '?"Task timed out" ?"Status: timeout" ?"Status: error" ?"Runtime exited" ?"Invoke Error" ?"Uncaught Exception"',
]

/** The failure which a log line tells of; undefined where it tells of something else. */
export function failedInvocationIn(text: string, timestamp: number): FailedInvocation | undefined {
  const told = WORDS.test(text) ? (inPlatformLine(text) ?? inRuntimeLine(text)) : undefined
  if (!told) return undefined
  const { requestId, failure } = told
  return { time: new Date(timestamp).toISOString(), requestId, failure, reason: reasonFor(failure), afterwards: 'its batch comes back' }
}

/** Without one of these there is nothing to look for in a line. */
const WORDS = /"platform\.|"errorType"|Status: |timed out after|Runtime exited/

interface Told {
  readonly requestId: string | undefined
  readonly failure: string
}

/** Plain text, as it has always been. */
const PLAIN: readonly RegExp[] = [
  /^REPORT RequestId: (?<requestId>\S+)[\s\S]*?\bStatus: (?:timeout|error|failure)(?:\s+Error Type: (?<errorType>\S+))?/,
  /^\S+ (?<requestId>\S+) Task timed out after /,
  /^RequestId: (?<requestId>\S+) Error: Runtime exited/,
]
const FAILED = ['timeout', 'error', 'failure']

function inPlatformLine(text: string): Told | undefined {
  const plain = PLAIN.map((pattern) => pattern.exec(text)?.groups).find((groups) => groups !== undefined)
  if (plain)
    return { requestId: plain.requestId, failure: plain.errorType ?? (/timeout|timed out/.test(text) ? 'timeout' : 'Runtime.ExitError') }
  const { type, record } = Object(parsedJson(text)) as { type?: unknown; record?: unknown }
  const { requestId, status, errorType } = Object(record ?? {}) as Record<string, unknown>
  if (!/^platform\.(report|runtimeDone)$/.test(String(type)) || !FAILED.includes(String(status))) return undefined
  return { requestId: textOf(requestId), failure: textOf(errorType) ?? String(status) }
}

/** What the runtime tells of an error that nobody caught; in plain text behind time, request and level. */
function inRuntimeLine(text: string): Told | undefined {
  const line = Object(parsedJson(text.slice(Math.max(0, text.indexOf('{'))))) as Record<string, unknown>
  const failure = textOf(line.errorType)
  if (failure === undefined || line.outcome !== undefined) return undefined
  return { requestId: textOf(line.requestId) ?? /\t([\da-f-]{36})\t/.exec(text)?.[1], failure }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value) ? value : undefined
}

/** Without the error's own words, which may be of a message. */
function reasonFor(failure: string): string {
  if (/timeout|timedout/i.test(failure)) return 'the invocation timed out: too little time, CPU or memory, or somebody did not answer'
  if (/OutOfMemory/.test(failure)) return 'the function ran out of memory'
  if (/ExitError|ExitedWithoutReason|Crash/.test(failure))
    return `the function’s process ended: it ran out of memory, or crashed (${failure})`
  if (/ImportModule|HandlerNotFound|Entrypoint|UserCodeSyntax/.test(failure)) return `the function does not start (${failure})`
  return `the function failed (${failure}): its log says more`
}

/** A row of the table: the beginning of the request’s id stands for its messages, which nobody knows. */
export function rowOfFailure({ time, requestId = '', failure, reason, afterwards }: FailedInvocation): OutcomeRow {
  return {
    at: time.slice(11, 19),
    message: requestId && `request ${requestId.slice(0, 8)}`,
    elementId: undefined,
    outcome: failure === 'timeout' ? 'the function timed out' : 'the function failed',
    key: undefined,
    afterwards,
    reason: [reason, requestId].filter(Boolean).join(' · '),
  }
}

/** Each invocation that failed since then, once, the last one last. */
export async function failedInvocationsSince(
  logs: Pick<CloudWatchLogsClient, 'send'>,
  logGroupName: string,
  since: number,
): Promise<FailedInvocation[]> {
  const events = await Promise.all(
    FAILED_INVOCATIONS.map((filterPattern) => eventsOf(logs, { logGroupName, startTime: since, filterPattern })),
  )
  const failures = events.flat().flatMap(({ message = '', timestamp = 0 }) => failedInvocationIn(message, timestamp) ?? [])
  const byRequest = new Map(failures.map((failure) => [failure.requestId ?? failure.time, failure]))
  return [...byRequest.values()].toSorted((one, other) => one.time.localeCompare(other.time))
}

/** More are as bad as these. */
const MOST_PAGES = 20

async function eventsOf(
  logs: Pick<CloudWatchLogsClient, 'send'>,
  search: { readonly logGroupName: string; readonly startTime: number; readonly filterPattern: string },
): Promise<FilteredLogEvent[]> {
  const found: FilteredLogEvent[] = []
  let nextToken: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const { events = [], nextToken: next } = await logs.send(new FilterLogEventsCommand({ ...search, nextToken }))
    found.push(...events)
    nextToken = next
    if (!nextToken) break
  }
  return found
}
