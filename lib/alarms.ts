import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { type Connector, connectionPlace } from '../lambda/core/connector.ts'
import { type BridgeMetric, bridgeMetric, eventCount, FIVE_MINUTES, type Watched } from './connector-metrics.ts'

interface Condition {
  readonly id: string
  /** What users feel; the likeliest cause; what to do. In ASCII: CloudFormation gives back `?` for anything else. */
  readonly description: readonly [impact: string, cause: string, remedy: string]
  readonly metric: IMetric
  /** The metric is at least this…; false: the connector wants no such alarm. */
  readonly threshold: number | false
  /** …in so many periods in a row. */
  readonly periods: number
}

const QUARTER_OF_AN_HOUR = Duration.minutes(15)

/** The alarms of a connector; each names the section of the runbook to open. Silence is no alarm: without messages there are no metrics. */
export function addAlarms(scope: Construct, watched: Watched, topic: ITopic | undefined): Alarm[] {
  const { runbookUrl } = watched.connector.alarms
  const action = topic && new SnsAction(topic)
  return conditions(watched).flatMap(({ id, description, metric, threshold, periods }) => {
    if (threshold === false) return []
    const alarm = new Alarm(scope, `${id}Alarm`, {
      // The link ends the text, so that nothing is taken to belong to it.
      alarmDescription: [...description, `${runbookUrl}#${sectionOf(id)}`].join(' '),
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    if (action) {
      alarm.addAlarmAction(action)
      alarm.addOkAction(action)
    }
    return [alarm]
  })
}

/** Milliseconds; half of what a request may take, unless the connector says otherwise. */
export function latencyThreshold({ alarms, function: { requestTimeout } }: Connector): number | false {
  return alarms.camundaLatency ?? requestTimeout * 500
}

/** `DeadLetters` has the section `dead-letters`. */
function sectionOf(id: string): string {
  return id.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()
}

function conditions(watched: Watched): Condition[] {
  const { name, connector, queue, deadLetterQueue, lambda, eventSource, updater } = watched
  const { alarms } = connector
  const latency = latencyThreshold(connector)
  const counted = (metricName: BridgeMetric) => bridgeMetric(name, metricName)
  const startsInstances = connector.elements.some(({ correlationPoint }) => correlationPoint.kind === 'createProcessInstance')
  const log = 'Its log line names the message and the reason.'

  return [
    ...(deadLetterQueue
      ? [
          {
            id: 'DeadLetters',
            description: [
              `Messages of ${name} have had no effect in Camunda and wait in the dead-letter queue.`,
              'Each failed as often as maxReceiveCount allows: rejected by Camunda, invalid, or it matched no element and is not to be consumed.',
              'npx camunda-sqs-bridge peek shows their reasons; fix the cause, then redrive them.',
            ],
            metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: FIVE_MINUTES }),
            threshold: alarms.deadLetters,
            periods: 1,
          } as const,
        ]
      : []),
    {
      id: 'OldestMessage',
      description: [
        `Processes that messages of ${name} should start or continue are late: a message that was received three times at most has waited for ${alarms.ageOfOldestMessage} s or more.`,
        'Camunda is unavailable or slow, messages keep failing, or more of them come than the allowed concurrency can take.',
        'Look at the other alarms first; if there are none, raise eventSource.maximumConcurrency or function.reservedConcurrency.',
      ],
      metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: FIVE_MINUTES }),
      threshold: alarms.ageOfOldestMessage,
      periods: 1,
    },
    {
      id: 'FunctionErrors',
      description: [
        `Whole batches of ${name} fail and come back after the visibility timeout; some messages may have had their effect already.`,
        'The function timed out for want of CPU, or ran out of memory.',
        'Look at the last lines of its log; raise function.memorySize, or lower eventSource.batchSize.',
      ],
      metric: lambda.metricErrors({ period: FIVE_MINUTES }),
      threshold: alarms.functionErrors,
      periods: 1,
    },
    {
      id: 'Throttles',
      description: [
        `Messages of ${name} wait, and each throttled batch uses up one of its receives.`,
        'The reserved concurrency of the function, or the concurrency of the account, is smaller than what its queue asks for.',
        'Set eventSource.maximumConcurrency to at most the reserved concurrency, or have the quota raised.',
      ],
      metric: lambda.metricThrottles({ period: FIVE_MINUTES }),
      threshold: alarms.throttles,
      periods: 3,
    },
    {
      id: 'CamundaRejected',
      description: [
        `Messages of ${name} have no effect in Camunda, which refuses them; they go to the dead-letter queue after some attempts.`,
        'The process is not deployed in that cluster or tenant, its id or version is another, or the client lacks the permission.',
        `${log} Deploy the process, or correct the connector.`,
      ],
      metric: counted('CamundaRejected'),
      threshold: alarms.camundaRejected,
      periods: 1,
    },
    {
      id: 'CamundaUnavailable',
      description: [
        `Processes that messages of ${name} should start or continue are late; the messages stay in the queue meanwhile.`,
        'Camunda cannot be reached, is overloaded, or does not accept the credentials.',
        `${log} Look at the status of the cluster; compare the connection in ${connectionPlace(connector)} with the client in Console.`,
      ],
      metric: counted('CamundaUnavailable'),
      threshold: alarms.camundaUnavailable,
      periods: 1,
    },
    {
      id: 'CamundaLatency',
      description: [
        `Processes that messages of ${name} should start or continue are late: of ten requests to Camunda, one takes ${latency} ms or more.`,
        'Camunda is overloaded or short of disk or memory, or the way to it is slow.',
        'Look at the health of the cluster before more concurrency is allowed: back-pressure comes next, and requests without an answer.',
      ],
      metric: bridgeMetric(name, 'CamundaLatency', { statistic: 'p90' }),
      threshold: latency,
      periods: 3,
    },
    {
      id: 'Ambiguous',
      description: [
        startsInstances
          ? `Processes that messages of ${name} start may have been started twice: a request was sent, and no answer came.`
          : `Processes that messages of ${name} should continue are late: a request was sent, and no answer came. Nothing happens twice: Camunda knows the ids of what is published.`,
        'Camunda or what lies before it timed out, was restarted, or cut connections.',
        startsInstances
          ? `${log} Compare the instances in Operate.`
          : `${log} Look at the health of the cluster, and at time-outs of what lies before it.`,
      ],
      metric: counted('Ambiguous'),
      threshold: alarms.ambiguous,
      periods: 1,
    },
    {
      id: 'NotAttempted',
      description: [
        `Messages of ${name} come back untried, again and again, and may become dead letters without ever being sent.`,
        'Batches are too large or Camunda too slow for the time of an invocation, Camunda is unavailable, or a message holds up its FIFO group.',
        `${log} Lower eventSource.batchSize, or raise function.timeout.`,
      ],
      metric: counted('NotAttempted'),
      threshold: alarms.notAttempted,
      periods: 3,
    },
    {
      id: 'InvalidInput',
      description: [
        `Messages of ${name} have no effect in Camunda and never will as they are; they go to the dead-letter queue after some attempts.`,
        'An expression of the connector fails on them, gives no correlation key, or several elements match.',
        `${log} Correct the expression or the sender.`,
      ],
      metric: counted('InvalidInput'),
      threshold: alarms.invalidInput,
      periods: 1,
    },
    {
      id: 'Unexpected',
      description: [
        `Messages of ${name} have no effect in Camunda for a reason that the bridge does not know.`,
        'Most likely it is a bug of the bridge.',
        `${log} Report it with that line.`,
      ],
      metric: counted('Unexpected'),
      threshold: alarms.unexpected,
      periods: 1,
    },
    {
      id: 'ConfigurationRejected',
      description: [
        `Messages of ${name} are treated as before the last change of the connector or of the connection to Camunda, or not at all.`,
        'A parameter in SSM was edited and is invalid, or is missing.',
        'Its log line names every error; correct the parameter. The function follows within two minutes.',
      ],
      metric: counted('ConfigurationRejected'),
      threshold: alarms.configurationRejected,
      periods: 1,
    },
    {
      id: 'ConfigurationPending',
      description: [
        `Messages of ${name} are treated as before the last edit of the connector, or not at all, and have been for a quarter of an hour.`,
        'The edit needs an event-source mapping that lets more messages through, and its updater has not brought that about.',
        'Look at the log of the updater, and whether its rule in EventBridge is enabled; or take the edit back.',
      ],
      metric: counted('ConfigurationPending'),
      threshold: alarms.configurationPending,
      periods: 3,
    },
    {
      id: 'EventSourceMappingNotUpdated',
      description: [
        `The event-source mapping of ${name} cannot be updated: an edit of the connector is not active, or only in part; no message is lost.`,
        'The connector is invalid, Lambda refuses its settings for this queue, or the updater lacks a permission or fails.',
        'The log of the updater names the reason; correct the parameter. The updater tries again every five minutes.',
      ],
      metric: new MathExpression({
        label: 'Event-source mapping not updated',
        expression: 'FILL(refused, 0) + FILL(failed, 0)',
        usingMetrics: { refused: counted('EventSourceMappingNotUpdated'), failed: updater.metricErrors({ period: FIVE_MINUTES }) },
        period: FIVE_MINUTES,
      }),
      threshold: alarms.eventSourceMappingNotUpdated,
      periods: 1,
    },
    {
      id: 'EverythingFilteredOut',
      description: [
        `No message of ${name} has reached Camunda for a quarter of an hour: Lambda deleted all that came, unseen by the function.`,
        'No message matched lately, or the senders have changed their message attributes, or the filter criteria are wrong.',
        'If messages should have matched, set eventSource.filterCriteria to "off" and npx camunda-sqs-bridge push at once; then look for the reason.',
      ],
      metric: new MathExpression({
        label: 'Every message filtered out',
        expression: `IF(polled >= ${alarms.everythingFilteredOut} AND filteredOut >= polled, 1, 0)`,
        usingMetrics: {
          polled: eventCount('PolledEventCount', eventSource, { period: QUARTER_OF_AN_HOUR }),
          filteredOut: eventCount('FilteredOutEventCount', eventSource, { period: QUARTER_OF_AN_HOUR }),
        },
        period: QUARTER_OF_AN_HOUR,
      }),
      threshold: alarms.everythingFilteredOut && 1,
      periods: 1,
    },
  ]
}
