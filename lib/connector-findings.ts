import { redeliveryWindow } from '../lambda/core/back-off.ts'
import { type Connector, existingQueue, leastVisibilityTimeout } from '../lambda/core/connector.ts'
import { connectorWarnings } from '../lambda/core/connector-warnings.ts'
import { DEFAULT_MESSAGE_TTL } from '../lambda/core/correlation.ts'
import { toMilliseconds } from '../lambda/core/duration.ts'
import { nearestName } from '../lambda/core/nearest-name.ts'
import { alarmThresholds } from './alarm-thresholds.ts'
import { awaitedMessages } from './bpmn/awaited-messages.ts'
import type { DiagramProcess } from './bpmn/diagram.ts'
import { type DiagramPlace, placeText, warningLine } from './bpmn/diagram-fault.ts'
import type { ConnectorSource } from './connector-source.ts'

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
  /** Where it is, if a diagram has it. */
  readonly place?: DiagramPlace
}

/** A connector, and where its elements are if diagrams have them. */
type Source = Pick<ConnectorSource, 'connector'> & Partial<Pick<ConnectorSource, 'fromDiagrams'>>

export type FindingId =
  | 'diagram'
  | 'expression'
  | 'messageName'
  | 'messageTtl'
  | 'visibilityTimeout'
  | 'deadLetterQueueNotWatched'
  | 'alarmsNotifyNobody'
  | 'queueOfAnotherAccount'

/** All of it: what one tool tells of a connector, every tool tells. */
export function connectorFindings(connector: Connector): ConnectorFinding[] {
  return [expressionFindings, timeToLiveFindings, visibilityFindings, deadLetterFindings].flatMap((findings) => findings(connector))
}

/** Those of a connector's file: what its diagrams have is told there. */
export function sourceFindings({ connector, fromDiagrams }: Source): ConnectorFinding[] {
  const findings = connectorFindings(connector)
  if (!fromDiagrams) return findings
  const { warnings, placeOf, processes } = fromDiagrams
  return [
    ...warnings.map((warning) => ({ id: 'diagram' as const, kind: 'warning' as const, message: warningLine(warning), place: warning })),
    ...[...findings, ...messageNameFindings(connector, processes)].map((finding) => inDiagram(finding, placeOf)),
  ]
}

/** Told at its place in a diagram where that has it. */
function inDiagram(finding: ConnectorFinding, placeOf: (path: string) => DiagramPlace | undefined): ConnectorFinding {
  const [path] = /^elements\[\d+\][\w.]*/.exec(finding.message) ?? []
  const place = path === undefined ? undefined : placeOf(path)
  if (path === undefined || !place) return finding
  return { ...finding, message: placeText(place) + finding.message.slice(path.length), place }
}

/** Of elements which no diagram has: messages that nothing in the diagrams waits for. Another process may do so, which is not among them. */
function messageNameFindings({ elements }: Connector, processes: readonly DiagramProcess[]): ConnectorFinding[] {
  const { names, hasOthers } = awaitedMessages(processes)
  if (hasOthers) return []
  return elements.flatMap(({ correlationPoint: point }, index): ConnectorFinding[] => {
    if (point.kind !== 'publishMessage' || names.has(point.messageName)) return []
    const path = `elements[${index}].correlationPoint.messageName`
    const nearest = nearestName(point.messageName, [...names])
    return [
      {
        id: 'messageName',
        kind: 'warning',
        path,
        message: `${path}: no element of the diagrams waits for “${point.messageName}”`,
        follows: `where no other process does, its messages are lost${nearest === undefined ? '' : `; is “${nearest}” meant?`}`,
      },
    ]
  })
}

/** What whoever deploys a connector is told besides: on one's own machine there are no alarms. */
export function deploymentFindings(source: Source): ConnectorFinding[] {
  return [...sourceFindings(source), ...notificationFindings(source.connector)]
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

function notificationFindings(connector: Connector): ConnectorFinding[] {
  const { topicArn } = connector.alarms
  const areOff = Object.values(alarmThresholds(connector)).every((threshold) => threshold === false)
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
