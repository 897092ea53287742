import { redeliveryWindow } from '../lambda/core/back-off.ts'
import { existingQueue, leastVisibilityTimeout } from '../lambda/core/connector.ts'
import { connectorWarnings } from '../lambda/core/connector-warnings.ts'
import { DEFAULT_MESSAGE_TTL } from '../lambda/core/correlation.ts'
import { toMilliseconds } from '../lambda/core/duration.ts'
import { filterCriteria } from '../lambda/core/filter-criteria.ts'
import type { ConnectorSource } from './connector-source.ts'

/** What whoever deploys a connector has to know: which queue, what Lambda will delete unseen, and what could not be checked. */
export function synthReport(source: ConnectorSource): string {
  const lines = [filterLines, warningLines, timeToLiveLines, visibilityLines, deadLetterLines].flatMap((linesOf) => linesOf(source))
  return [`${source.name}: ${queueLine(source)}`, ...lines, ''].join('\n')
}

function queueLine({ connector }: ConnectorSource): string {
  const existing = existingQueue(connector)
  if (existing) return `the existing queue ${existing.name} in ${existing.region} (${existing.account})`
  const { name } = connector.queue
  return `creates the queue${name ? ` ${name}` : ''} and its dead-letter queue`
}

function filterLines({ connector }: ConnectorSource): string[] {
  const { patterns, notPushedDown } = filterCriteria(connector)
  const reasons = notPushedDown.filter(({ expression }) => expression === undefined)
  const left = notPushedDown.filter(({ expression }) => expression !== undefined)
  return [
    ...(patterns.length > 0
      ? [
          '  filter criteria; Lambda deletes every message that matches none of them:',
          ...patterns.map((pattern) => `    ${JSON.stringify(pattern)}`),
          ...reasons.map(({ why }) => `  wider than the conditions: ${why}`),
        ]
      : [`  no filter criteria, every message reaches the function: ${reasons.map(({ why }) => why).join('; ')}`]),
    ...left.map(({ elementId, expression, why }) => `  left to the function: ${expression} (${elementId}): ${why}`),
  ]
}

function warningLines({ connector }: ConnectorSource): string[] {
  return connectorWarnings(connector).map(({ path, message }) => `  warning: ${path}: ${message}`)
}

/** Camunda knows the id of a message for as long as it lives there, and SQS may deliver it again for longer. */
function timeToLiveLines({ connector }: ConnectorSource): string[] {
  const window = redeliveryWindow(connector)
  return connector.elements.flatMap(({ correlationPoint, messageTtl = DEFAULT_MESSAGE_TTL }, index) =>
    correlationPoint.kind === 'publishMessage' && toMilliseconds(messageTtl) < window * 1_000
      ? [
          `  warning: elements[${index}].messageTtl: SQS may deliver a message again for ${Math.ceil(window / 60)} minutes, and Camunda knows its id for ${messageTtl}:`,
          `    a duplicate that comes after that is published again; PT${Math.ceil(window / 3_600)}H would do`,
        ]
      : [],
  )
}

function deadLetterLines({ connector }: ConnectorSource): string[] {
  if (!existingQueue(connector) || connector.queue.deadLetterQueueArn !== undefined) return []
  return [
    '  not watched: the dead-letter queue, which the connector does not name; queue.deadLetterQueueArn brings its alarm and its part of the dashboard',
  ]
}

/** The schema checks a visibility timeout that the connector names. */
function visibilityLines({ connector }: ConnectorSource): string[] {
  if (!existingQueue(connector) || connector.queue.visibilityTimeout !== undefined) return []
  const least = leastVisibilityTimeout(connector.function.timeout, connector.eventSource.maximumBatchingWindow)
  return [
    `  not checked: the visibility timeout of the queue must be at least ${least} s, six times function.timeout and the window (Lambda refuses less than ${connector.function.timeout} s);`,
    '    queue.visibilityTimeout in the connector says what it is, and has it checked',
  ]
}
