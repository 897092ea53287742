import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { connectionPlace } from '../lambda/core/connector.ts'
import { type AlarmId, alarmThresholds, sharing } from './alarm-thresholds.ts'
import { type BridgeMetric, bridgeMetric, FIVE_MINUTES, type Watched } from './connector-metrics.ts'

interface Condition {
  readonly id: AlarmId
  /** What users feel; the likeliest cause; what to do. In ASCII: CloudFormation gives back `?` for anything else. */
  readonly description: readonly [impact: string, cause: string, remedy: string]
  readonly metric: IMetric
  /** It is at least the threshold in so many periods in a row. */
  readonly periods: number
}

const QUARTER_OF_AN_HOUR = Duration.minutes(15)

/** The alarms of a connector; each names the section of the runbook to open. Silence is no alarm: without messages there are no metrics. */
export function addAlarms(scope: Construct, watched: Watched, topic: ITopic | undefined): Alarm[] {
  const { runbookUrl } = watched.connector.alarms
  const action = topic && new SnsAction(topic)
  const thresholds = alarmThresholds(watched.connector)
  return conditions(watched).flatMap(({ id, description, metric, periods }) => {
    const threshold = thresholds[id]
    if (threshold === false) return []
    const alarm = new Alarm(scope, `${id}Alarm`, {
      // The link ends the text, so that nothing is taken to belong to it.
      alarmDescription: [...description, `${runbookUrl}#${sectionOf(id)}`].join(' '),
      metric,
      // What it is a number of messages of, its expression has.
      threshold: id === 'EverythingFilteredOut' ? 1 : threshold,
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

/** `DeadLetters` has the section `dead-letters`. */
function sectionOf(id: string): string {
  return id.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()
}

function conditions(watched: Watched): Condition[] {
  const { name, connector, queue, deadLetterQueue, lambda, updater } = watched
  const { alarms } = connector
  const oneOf = (alarm: 'WithoutEffect' | 'HeldUp') =>
    `One of: ${sharing(connector, alarm)
      .map(({ says }) => says)
      .join('; ')}.`
  const thresholds = alarmThresholds(connector)
  const { CamundaLatency: latency, EverythingFilteredOut: unseen } = thresholds
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
            periods: 1,
          } as const,
        ]
      : []),
    {
      id: 'OldestMessage',
      description: [
        `Processes that messages of ${name} should start or continue are late: a message that was received three times at most has waited for ${alarms.ageOfOldestMessage} s or more.`,
        'Camunda is unavailable or slow, messages keep failing, or more of them come than the allowed concurrency can take.',
        'Look at the other alarms first; if there are none, raise what bounds the concurrency: eventSource.maximumConcurrency, the maximum of eventSource.provisionedPollers, or function.reservedConcurrency.',
      ],
      metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: FIVE_MINUTES }),
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
      periods: 3,
    },
    {
      id: 'WithoutEffect',
      description: [
        `Messages of ${name} have no effect in Camunda and will have none as things are; they go to the dead-letter queue after some attempts.`,
        oneOf('WithoutEffect'),
        `${log} Correct the connector, the process or the sender; then redrive.`,
      ],
      metric: counted('WithoutEffect'),
      periods: 1,
    },
    {
      id: 'HeldUp',
      description: [
        `Messages of ${name} have been held up for a quarter of an hour, and may become dead letters without ever being sent.`,
        oneOf('HeldUp'),
        `${log} Untried: lower eventSource.batchSize, or raise function.timeout. An edit that waits: look at the log of the updater.`,
      ],
      metric: counted('HeldUp'),
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
      periods: 3,
    },
    {
      id: 'EventSourceMappingNotUpdated',
      description: [
        `The event-source mapping of ${name} cannot be updated: an edit of the connector is not active, or only in part; no message is lost.`,
        'The connector is invalid, Lambda refuses its settings for this queue, or the updater lacks a permission or fails.',
        'The log of the updater names the reason; correct the parameter. The updater tries again every five minutes.',
      ],
      metric: updater.metricErrors({ period: FIVE_MINUTES }),
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
        // Of the metrics which SQS and Lambda have in any case. What is deleted without an invocation, the filter has turned away; unless it is of one that
        // began before the period, and then it was not received in this one either.
        expression: `IF(FILL(invocations, 0) == 0 AND deleted >= ${unseen} AND FILL(received, 0) >= deleted / 2, 1, 0)`,
        usingMetrics: {
          deleted: queue.metricNumberOfMessagesDeleted({ statistic: 'Sum', period: QUARTER_OF_AN_HOUR }),
          received: queue.metricNumberOfMessagesReceived({ statistic: 'Sum', period: QUARTER_OF_AN_HOUR }),
          invocations: lambda.metricInvocations({ period: QUARTER_OF_AN_HOUR }),
        },
        period: QUARTER_OF_AN_HOUR,
      }),
      periods: 1,
    },
  ]
}
