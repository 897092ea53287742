import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { Message } from '@aws-sdk/client-sqs'
import { type LoggedOutcome, outcomeIn } from '../outcomes/outcome-log.ts'

/** Messages of one search: a filter pattern has 1,024 characters (CloudWatch Logs, "FilterLogEvents"). */
const MOST_OF_ONE_SEARCH = 12
const DAY = 86_400_000

/** What became of a message the last time, and whether it may have had its effect before. */
export interface LastOutcome extends LoggedOutcome {
  readonly wasAmbiguous: boolean
}

/**
 * What the function's log last told of messages, by their ids; of those which it does not name, nothing.
 *
 * A message in a dead-letter queue keeps the time at which it was sent; on a FIFO queue it has that of its move there (SQS developer guide,
 * "dead-letter queues"), so that the search begins a day before.
 */
export async function lastOutcomes(
  {
    logs,
    logGroupName,
    fifo,
  }: { readonly logs: Pick<CloudWatchLogsClient, 'send'>; readonly logGroupName: string; readonly fifo: boolean },
  messages: readonly Message[],
): Promise<ReadonlyMap<string, LastOutcome>> {
  const last = new Map<string, LastOutcome>()
  for (let at = 0; at < messages.length; at += MOST_OF_ONE_SEARCH) {
    const some = messages.slice(at, at + MOST_OF_ONE_SEARCH)
    const sent = Math.min(...some.map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? 0)))
    const ids = some.map(({ MessageId }) => `$.messageId = "${MessageId}"`).join(' || ')
    const search = { logGroupName, filterPattern: `{ $.outcome = "*" && (${ids}) }`, startTime: Math.max(0, sent - (fifo ? DAY : 0)) }
    let nextToken: string | undefined
    do {
      const page = await logs.send(new FilterLogEventsCommand({ ...search, nextToken }))
      for (const { message = '', timestamp = 0 } of page.events ?? []) {
        const logged = outcomeIn(message, timestamp)
        if (!logged) continue
        const before = last.get(logged.messageId)
        const wasAmbiguous = Boolean(before?.wasAmbiguous) || logged.outcome === 'Ambiguous'
        const latest = before && before.time > logged.time ? before : logged
        last.set(logged.messageId, { ...latest, wasAmbiguous })
      }
      nextToken = page.nextToken
    } while (nextToken)
  }
  return last
}
