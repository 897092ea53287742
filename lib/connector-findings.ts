import { redeliveryWindow } from '../lambda/core/back-off.ts'
import { type Connector, existingQueue, leastVisibilityTimeout } from '../lambda/core/connector.ts'
import { connectorWarnings } from '../lambda/core/connector-warnings.ts'
import { DEFAULT_MESSAGE_TTL } from '../lambda/core/correlation.ts'
import { toMilliseconds } from '../lambda/core/duration.ts'

/** What is no fault of a connector, and hardly meant, or has to be known. */
export interface ConnectorFinding {
  /** By which it is acknowledged in a CDK app. */
  readonly id: FindingId
  readonly kind: 'warning' | 'not checked' | 'not watched'
  /** A line; what follows from it, or what to do, is the next. */
  readonly message: string
  readonly follows?: string
  /** The property that it is about, as one would write it in code. */
  readonly path?: string
  /** The place in an expression. */
  readonly at?: { readonly text: string; readonly from: number }
}

export type FindingId =
  | 'expression'
  | 'messageTtl'
  | 'visibilityTimeout'
  | 'deadLetterQueueNotWatched'
  | 'alarmsNotifyNobody'
  | 'queueOfAnotherAccount'

/** All of it: what one tool tells of a connector, every tool tells. */
export function connectorFindings(connector: Connector): ConnectorFinding[] {
  return [expressionFindings, timeToLiveFindings, visibilityFindings, deadLetterFindings].flatMap((findings) => findings(connector))
}

/** What whoever deploys a connector is told besides: on one's own machine there are no alarms. */
export function deploymentFindings(connector: Connector): ConnectorFinding[] {
  return [...connectorFindings(connector), ...notificationFindings(connector)]
}

/** The findings as lines, before anything is asked. */
export function findingLines(findings: readonly ConnectorFinding[]): string[] {
  return findings.flatMap(({ kind, message, follows }) => [
    `${kind}: ${message}${follows ? ':' : ''}`,
    ...(follows ? [`  ${follows}`] : []),
  ])
}

function expressionFindings(connector: Connector): ConnectorFinding[] {
  return connectorWarnings(connector).map(({ path, message, expression, from }) => ({
    id: 'expression',
    kind: 'warning',
    message: `${path}: ${message}`,
    path,
    at: { text: expression, from },
  }))
}

/** Camunda knows the id of a message for as long as it lives there, and SQS may deliver it again for longer. */
function timeToLiveFindings(connector: Connector): ConnectorFinding[] {
  const window = redeliveryWindow(connector)
  const enough = `PT${Math.ceil(window / 3_600)}H would do`
  return connector.elements.flatMap(({ correlationPoint, messageTtl = DEFAULT_MESSAGE_TTL }, index): ConnectorFinding[] => {
    const kept = toMilliseconds(messageTtl)
    if (correlationPoint.kind !== 'publishMessage' || kept >= window * 1_000) return []
    const [message, follows] =
      kept <= 0
        ? [
            `${messageTtl} is no time at all: only what waits in Camunda at that moment gets the message`,
            `a message that comes before it is lost, and a duplicate is published again; ${enough}`,
          ]
        : [
            `SQS may deliver a message again for ${Math.ceil(window / 60)} minutes, and Camunda knows its id for ${messageTtl}`,
            `a duplicate that comes after that is published again; ${enough}`,
          ]
    const path = `elements[${index}].messageTtl`
    return [{ id: 'messageTtl', kind: 'warning', message: `${path}: ${message}`, follows, path }]
  })
}

/** The schema checks a visibility timeout that the connector names; that of a queue which an app makes is recommended, and no fault. */
function visibilityFindings(connector: Connector): ConnectorFinding[] {
  if (!existingQueue(connector)) return []
  const least = leastVisibilityTimeout(connector.function.timeout, connector.eventSource.maximumBatchingWindow)
  const { visibilityTimeout } = connector.queue
  if (visibilityTimeout !== undefined)
    return visibilityTimeout >= least
      ? []
      : [
          {
            id: 'visibilityTimeout',
            kind: 'warning',
            path: 'queue.visibilityTimeout',
            message: `the queue has a visibility timeout of ${visibilityTimeout} s, and a message may be under way for longer`,
            follows: `it is delivered twice then, and its receives are used up; ${least} s is recommended, six times function.timeout and the window`,
          },
        ]
  return [
    {
      id: 'visibilityTimeout',
      kind: 'not checked',
      path: 'queue',
      message: `the visibility timeout of the queue must be at least ${least} s, six times function.timeout and the window (Lambda refuses less than ${connector.function.timeout} s)`,
      follows: 'queue.visibilityTimeout in the connector says what it is, and has it checked',
    },
  ]
}

function deadLetterFindings(connector: Connector): ConnectorFinding[] {
  if (!existingQueue(connector) || connector.queue.deadLetterQueueArn !== undefined) return []
  return [
    {
      id: 'deadLetterQueueNotWatched',
      kind: 'not watched',
      path: 'queue',
      message:
        'the dead-letter queue, which the connector does not name; queue.deadLetterQueueArn brings its alarm and its part of the dashboard',
    },
  ]
}

function notificationFindings({ alarms: { topicArn, runbookUrl: _, ...thresholds } }: Connector): ConnectorFinding[] {
  const areOff = thresholds.camundaLatency === false && Object.values(thresholds).every((threshold) => threshold === false)
  if (topicArn !== undefined || areOff) return []
  return [
    {
      id: 'alarmsNotifyNobody',
      kind: 'warning',
      message: 'alarms.topicArn: there is none, so that the alarms notify nobody',
      follows: 'the ARN of an SNS topic there, or alarmTopic of the construct; whoever looks into CloudWatch by himself acknowledges this',
    },
  ]
}
