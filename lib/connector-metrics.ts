import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { EventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Connector } from '../lambda/core/connector.ts'
import type { CorrelationOutcome } from '../lambda/core/outcome.ts'

/** The parts of a connector's stack which alarms and dashboard watch. */
export interface Watched {
  readonly name: string
  readonly connector: Connector
  readonly queue: IQueue
  /** Undefined where it is not known: it is an existing queue's, and the connector does not name it. */
  readonly deadLetterQueue: IQueue | undefined
  readonly lambda: IFunction
  readonly eventSource: EventSourceMapping
  /** Keeps the event-source mapping as the connector says. */
  readonly updater: IFunction
}

export const FIVE_MINUTES = Duration.minutes(5)

/** Metrics which the functions write; docs/OPERATING.md says what each means. */
export type BridgeMetric =
  | CorrelationOutcome['kind']
  | 'Received'
  | 'Returned'
  | 'WithoutEffect'
  | 'HeldUp'
  | 'DeadLettered'
  | 'CamundaLatency'
  | 'BatchDuration'
  | 'MessageAge'
  | 'ColdStart'
  | 'ConfigurationVersion'
  | 'ConfigurationRejected'
  | 'ConfigurationPending'

interface Shown {
  /** `Sum` unless told otherwise. */
  readonly statistic?: string
  readonly period?: Duration
  readonly label?: string
  readonly color?: string
}

/** A metric which the functions of a connector write: of all its messages, or of an element's. */
export function bridgeMetric(connector: string, metricName: BridgeMetric, { element, ...shown }: Shown & { element?: string } = {}) {
  const dimensionsMap = { connector, ...(element !== undefined && { element }) }
  return new Metric({ namespace: 'CamundaSqsBridge', metricName, dimensionsMap, statistic: 'Sum', period: FIVE_MINUTES, ...shown })
}

/** A metric of the event-source mapping, which it has by MetricsConfig (AWS Lambda guide, "Types of metrics for Lambda functions"). */
export function eventCount(
  metricName: 'PolledEventCount' | 'FilteredOutEventCount' | 'InvokedEventCount',
  { eventSourceMappingId }: EventSourceMapping,
  shown: Shown = {},
) {
  const dimensionsMap = { EventSourceMappingUUID: eventSourceMappingId }
  return new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic: 'Sum', period: FIVE_MINUTES, ...shown })
}
