import { createHash } from 'node:crypto'
import { Duration, Stack } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  type Dashboard,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { ILogGroup } from 'aws-cdk-lib/aws-logs'
import {
  CountAxisFromZero,
  CurrencyAxisUsdFromZero,
  type CustomMetricGroup,
  DefaultDashboardFactory,
  ErrorColor,
  FullWidth,
  GraphWidgetType,
  HalfWidth,
  HealthyMetricColor,
  MonitoringFacade,
  NeutralColor,
  PercentageAxisFromZeroToHundred,
  QuarterWidth,
  ThrottledColor,
  TimeAxisMillisFromZero,
  TimeAxisSecondsFromZero,
  WarningColor,
} from 'cdk-monitoring-constructs'
import type { Construct } from 'constructs'
import { isFifo } from '../../lambda/core/connector.ts'
import { isDimensionValue } from '../../lambda/core/dimension-value.ts'
import { alarmThresholds } from '../alarm-thresholds.ts'
import { type BridgeMetric, bridgeMetric, eventCount, FIVE_MINUTES, type Watched } from '../connector-metrics.ts'
import { stackNameOf } from '../connector-source.ts'
import { PRICES } from '../cost/prices.ts'
import { REASONS } from '../log-queries.ts'

/** What the dashboard shows beside what the alarms watch. */
export interface Shown extends Watched {
  readonly alarms: readonly Alarm[]
  readonly logGroup: ILogGroup
  readonly updaterLogGroup: ILogGroup
  readonly table: TableV2 | undefined
}

/** A row: a step of a message's way, with the question which it answers. */
interface Step {
  readonly title: string
  readonly question: string
  readonly graphs: readonly CustomMetricGroup[]
  readonly below?: readonly IWidget[]
}

/** The dashboard of a connector. It reads from top to bottom as a message's way: where a number stops is where the messages are. */
export function addDashboard(scope: Construct, shown: Shown): Dashboard {
  // Dashboards are global to an account ("PutDashboard"), and a connector may be deployed in several regions.
  const dashboardNamePrefix = `${stackNameOf(shown.name)}-${Stack.of(scope).region}`
  const facade = new MonitoringFacade(scope, 'Monitoring', {
    dashboardFactory: new DefaultDashboardFactory(scope, 'Dashboards', { dashboardNamePrefix }),
  })
  for (const widget of overview(shown)) facade.addWidget(widget)
  for (const { title, question, graphs, below = [] } of steps(shown)) {
    facade.monitorCustom({
      alarmFriendlyName: title,
      humanReadableName: title,
      description: question,
      height: 6,
      // In ASCII, as all texts here: CloudFormation gives back `?` for anything else.
      metricGroups: graphs.map((graph) => ({ graphWidgetWidth: FullWidth / graphs.length, graphWidgetAxis: CountAxisFromZero, ...graph })),
    })
    for (const widget of below) facade.addWidget(widget)
  }
  return facade.createdDashboard() as Dashboard
}

function overview(shown: Shown): IWidget[] {
  const { name, alarms, deadLetterQueue } = shown
  const total = (metricName: BridgeMetric, label: string, statistic = 'Sum') => bridgeMetric(name, metricName, { statistic, label })
  return [
    new TextWidget({
      width: FullWidth,
      height: 2,
      markdown: [
        `# ${name}`,
        `From top to bottom a message's way: where a number stops is where the messages are. Woken by an alarm? Its description names the section of **docs/OPERATING.md**; \`npx camunda-sqs-bridge doctor ${name}\` looks at every part.`,
      ].join('\n\n'),
    }),
    ...(alarms.length > 0
      ? [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: FullWidth, height: 1 + Math.ceil(alarms.length / 6) })]
      : []),
    new SingleValueWidget({
      title: 'In the time shown',
      width: FullWidth,
      height: 3,
      setPeriodToTimeRange: true,
      metrics: [
        total('Received', 'Received'),
        sum('Had their effect', [total('ProcessInstanceCreated', ''), total('MessagePublished', '')]),
        total('Returned', 'Returned'),
        ...(deadLetterQueue
          ? [deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', label: 'Dead letters, at most' })]
          : []),
        inUnits('Sent to effect, p95 (s)', total('MessageAge', '', 'p95'), 1_000),
        total('ConfigurationVersion', 'Configuration version', 'Maximum'),
      ],
    }),
  ]
}

function steps(shown: Shown): Step[] {
  return [
    queueStep(shown),
    filterStep(shown),
    batchStep(shown),
    outcomeStep(shown),
    camundaStep(shown),
    deadLetterStep(shown),
    costStep(shown),
  ]
}

function queueStep({ connector, queue }: Shown): Step {
  const { ageOfOldestMessage } = connector.alarms
  const of = { period: FIVE_MINUTES }
  return {
    title: '1. Queue',
    question: 'Do messages wait, and for how long? Sent and not deleted: they are here, under way, or will come back.',
    graphs: [
      {
        title: 'Depth',
        graphWidgetType: GraphWidgetType.STACKED_AREA,
        metrics: [
          queue.metricApproximateNumberOfMessagesVisible({ ...of, statistic: 'Maximum', label: 'Waiting' }),
          queue.metricApproximateNumberOfMessagesNotVisible({
            ...of,
            statistic: 'Maximum',
            label: 'Under way, or delayed',
            color: NeutralColor,
          }),
        ],
      },
      {
        title: 'Age of the oldest message',
        graphWidgetAxis: TimeAxisSecondsFromZero,
        metrics: [queue.metricApproximateAgeOfOldestMessage({ ...of, statistic: 'Maximum', label: 'Oldest' })],
        horizontalAnnotations: alarmLine(ageOfOldestMessage),
      },
      {
        title: 'Through the queue',
        metrics: [
          queue.metricNumberOfMessagesSent({ ...of, statistic: 'Sum', label: 'Sent' }),
          queue.metricNumberOfMessagesReceived({ ...of, statistic: 'Sum', label: 'Received, again too', color: WarningColor }),
          queue.metricNumberOfMessagesDeleted({ ...of, statistic: 'Sum', label: 'Deleted', color: HealthyMetricColor }),
        ],
      },
    ],
  }
}

function filterStep({ eventSource }: Shown): Step {
  const counts = {
    polled: eventCount('PolledEventCount', eventSource, { label: 'Polled' }),
    filteredOut: eventCount('FilteredOutEventCount', eventSource, { label: 'Filtered out, deleted', color: NeutralColor }),
    invoked: eventCount('InvokedEventCount', eventSource, { label: 'Handed to the function', color: HealthyMetricColor }),
  }
  return {
    title: '2. Filter',
    question: 'What does Lambda delete, unseen by the function? All of it: the senders have changed, or the condition has.',
    graphs: [
      { title: 'Messages', metrics: [counts.polled, counts.filteredOut, counts.invoked] },
      {
        title: 'Share filtered out, by the hour',
        graphWidgetAxis: PercentageAxisFromZeroToHundred,
        metrics: [
          new MathExpression({
            label: 'Filtered out',
            expression: 'IF(polled > 0, 100 * filteredOut / polled, 0)',
            usingMetrics: { polled: counts.polled, filteredOut: counts.filteredOut },
            period: Duration.hours(1),
          }),
        ],
      },
    ],
  }
}

function batchStep({ name, connector, lambda }: Shown): Step {
  const of = { period: FIVE_MINUTES }
  return {
    title: '3. Batches',
    question: 'Does the function run, in time, and often enough? An error is a whole batch; a throttle is a receive for nothing.',
    graphs: [
      {
        title: 'Invocations',
        metrics: [
          lambda.metricInvocations({ ...of, label: 'Invocations' }),
          lambda.metricErrors({ ...of, label: 'Errors', color: ErrorColor }),
          lambda.metricThrottles({ ...of, label: 'Throttles', color: ThrottledColor }),
          count(name, 'ColdStart', { label: 'Cold starts', color: NeutralColor }),
        ],
      },
      {
        title: 'Duration of a batch',
        graphWidgetAxis: TimeAxisMillisFromZero,
        metrics: [
          bridgeMetric(name, 'BatchDuration', { statistic: 'p50', label: 'p50' }),
          bridgeMetric(name, 'BatchDuration', { statistic: 'p99', label: 'p99', color: WarningColor }),
        ],
        horizontalAnnotations: [{ value: connector.function.timeout * 1_000, label: 'function.timeout', color: ErrorColor }],
      },
      {
        title: 'Invocations at a time',
        metrics: [lambda.metric('ConcurrentExecutions', { ...of, statistic: 'Maximum', label: 'At a time' })],
        ...concurrencyBound(connector.eventSource),
      },
    ],
  }
}

/** A poller has ten invocations at a time. */
function concurrencyBound({ maximumConcurrency, provisionedPollers }: Watched['connector']['eventSource']) {
  const [value, label] = provisionedPollers
    ? [provisionedPollers.maximum * 10, 'ten for each of eventSource.provisionedPollers.maximum']
    : [maximumConcurrency, 'eventSource.maximumConcurrency']
  return value === undefined ? {} : { horizontalAnnotations: [{ value, label, color: NeutralColor }] }
}

/** From good to bad: what failed lies on top. */
const OUTCOMES: readonly (readonly [BridgeMetric, string])[] = [
  ['ProcessInstanceCreated', '#2ca02c'],
  ['MessagePublished', '#1f77b4'],
  ['AlreadyCreated', '#98df8a'],
  ['AlreadyPublished', '#aec7e8'],
  ['ActivationConditionNotMet', '#7f7f7f'],
  ['CamundaUnavailable', '#9467bd'],
  ['NotAttempted', '#c5b0d5'],
  ['Ambiguous', '#e377c2'],
  ['InvalidInput', '#ff7f0e'],
  ['CamundaRejected', '#d62728'],
  ['Unexpected', '#8c564b'],
]

function outcomeStep({ name, connector, updater }: Shown): Step {
  const elements = connector.elements.filter(({ elementId }) => isDimensionValue(elementId))
  return {
    title: '4. Outcomes',
    question: 'What becomes of the messages? Each has one outcome each time it is received; docs/OPERATING.md has a section for each.',
    graphs: [
      {
        title: 'Outcomes',
        graphWidgetWidth: HalfWidth,
        graphWidgetType: GraphWidgetType.STACKED_AREA,
        metrics: OUTCOMES.map(([outcome, color]) => count(name, outcome, { label: outcome, color })),
      },
      ...(elements.length > 0
        ? [
            {
              title: 'Effects by element',
              graphWidgetWidth: QuarterWidth,
              metrics: elements.map(({ elementId: element, correlationPoint: { kind } }) =>
                count(name, kind === 'createProcessInstance' ? 'ProcessInstanceCreated' : 'MessagePublished', { element, label: element }),
              ),
            },
          ]
        : []),
      {
        title: 'Configuration',
        graphWidgetWidth: QuarterWidth,
        metrics: [
          count(name, 'ConfigurationRejected', { label: 'Rejected', color: ErrorColor }),
          count(name, 'ConfigurationPending', { label: 'Pending', color: WarningColor }),
          updater.metricErrors({ period: FIVE_MINUTES, label: 'Mapping not updated', color: ThrottledColor }),
        ],
      },
    ],
  }
}

function camundaStep({ name, connector }: Shown): Step {
  return {
    title: '5. Camunda',
    question: 'Is Camunda there, and quick? From a message being sent to its effect is what the business feels.',
    graphs: [
      {
        title: 'Latency of a request',
        graphWidgetAxis: TimeAxisMillisFromZero,
        metrics: [
          bridgeMetric(name, 'CamundaLatency', { statistic: 'p50', label: 'p50' }),
          bridgeMetric(name, 'CamundaLatency', { statistic: 'p90', label: 'p90', color: WarningColor }),
          bridgeMetric(name, 'CamundaLatency', { statistic: 'p99', label: 'p99', color: ErrorColor }),
        ],
        horizontalAnnotations: alarmLine(alarmThresholds(connector).CamundaLatency),
      },
      {
        title: 'Not executed, or not known',
        metrics: (['CamundaUnavailable', 'CamundaRejected', 'Ambiguous'] as const).map((outcome) =>
          count(name, outcome, { label: outcome, color: colorOf(outcome) }),
        ),
      },
      {
        title: 'Sent to effect',
        graphWidgetAxis: TimeAxisSecondsFromZero,
        metrics: [
          inUnits('p50', bridgeMetric(name, 'MessageAge', { statistic: 'p50' }), 1_000),
          inUnits('p95', bridgeMetric(name, 'MessageAge', { statistic: 'p95' }), 1_000, WarningColor),
        ],
      },
    ],
  }
}

function deadLetterStep({ name, connector, deadLetterQueue, logGroup }: Shown): Step {
  const of = { period: FIVE_MINUTES, statistic: 'Maximum' }
  return {
    title: '6. Dead letters',
    question: deadLetterQueue
      ? `What had no effect, and why? \`npx camunda-sqs-bridge peek ${name}\` groups them by reason, \`npx camunda-sqs-bridge redrive ${name}\` gives them another try.`
      : 'The connector does not name the dead-letter queue of its queue (queue.deadLetterQueueArn): only what fails is seen here, and not what was given up.',
    graphs: [
      ...(deadLetterQueue
        ? [
            {
              title: 'In the dead-letter queue',
              metrics: [deadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...of, label: 'Dead letters', color: ErrorColor })],
              horizontalAnnotations: alarmLine(connector.alarms.deadLetters),
            },
            {
              title: 'Age of the oldest dead letter',
              graphWidgetAxis: { min: 0, label: 'hours', showUnits: false },
              metrics: [inUnits('Oldest', deadLetterQueue.metricApproximateAgeOfOldestMessage(of), 3_600)],
            },
          ]
        : []),
      {
        title: 'On their way there',
        metrics: [
          count(name, 'InvalidInput', { label: 'InvalidInput', color: colorOf('InvalidInput') }),
          count(name, 'CamundaRejected', { label: 'CamundaRejected', color: colorOf('CamundaRejected') }),
          count(name, 'DeadLettered', { label: 'Sent there by the function', color: NeutralColor }),
        ],
      },
    ],
    below: [
      new LogQueryWidget({
        title: 'Reasons, the most frequent first',
        logGroupNames: [logGroup.logGroupName],
        queryString: REASONS,
        view: LogQueryVisualizationType.TABLE,
        width: FullWidth,
        height: 6,
      }),
    ],
  }
}

/** Of the last 24 hours, whatever time the dashboard shows. */
function costStep(shown: Shown): Step {
  return {
    title: '7. Cost of the last day',
    question:
      'In US dollars, at the list prices of AWS for US East (N. Virginia) without free tiers. SQS is counted as a request a message: batches need fewer, messages above 64 KB more. Not in it: metrics, alarms, this dashboard, KMS, data transfer, and Camunda.',
    graphs: [
      {
        title: 'By the hour',
        graphWidgetType: GraphWidgetType.STACKED_AREA,
        graphWidgetAxis: CurrencyAxisUsdFromZero,
        metrics: costs(shown, Duration.hours(1)).parts,
      },
    ],
    below: [
      new SingleValueWidget({
        title: 'Last 24 hours',
        width: FullWidth,
        height: 3,
        start: '-PT24H',
        setPeriodToTimeRange: true,
        metrics: Object.values(costs(shown, Duration.days(1))).flat(),
      }),
    ],
  }
}

function costs(shown: Shown, period: Duration): { readonly together: MathExpression; readonly parts: MathExpression[] } {
  const { connector, queue, lambda, logGroup, updaterLogGroup, table } = shown
  const prices = PRICES['us-east-1']
  const of = { period, statistic: 'Sum' }
  const gigabytes = connector.function.memorySize / 1_024
  const ingested = (group: ILogGroup) =>
    new Metric({ namespace: 'AWS/Logs', metricName: 'IncomingBytes', dimensionsMap: { LogGroupName: group.logGroupName }, ...of })
  const consumed = (metricName: string, tableName: string) =>
    new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName: tableName }, ...of })
  const millionSqsRequests = isFifo(connector) ? prices.millionSqsFifoRequests : prices.millionSqsRequests
  const cost = (label: string, expression: string, usingMetrics: Record<string, Metric | MathExpression>) =>
    new MathExpression({ label, expression, usingMetrics, period })
  const parts = {
    lambda: cost(
      'Lambda',
      `${prices.millionLambdaRequests} * FILL(requests, 0) / 1000000 + ${prices.millionLambdaGigabyteSeconds * gigabytes} * FILL(milliseconds, 0) / 1000000000`,
      {
        requests: lambda.metricInvocations(of),
        milliseconds: lambda.metricDuration(of),
      },
    ),
    sqs: cost('SQS', `${millionSqsRequests} * (FILL(empty, 0) + FILL(received, 0) + FILL(deleted, 0)) / 1000000`, {
      empty: queue.metricNumberOfEmptyReceives(of),
      received: queue.metricNumberOfMessagesReceived(of),
      deleted: queue.metricNumberOfMessagesDeleted(of),
    }),
    logs: cost('Logs', `${prices.logGigabyte} * (FILL(bytes, 0) + FILL(updaterBytes, 0)) / 1000000000`, {
      bytes: ingested(logGroup),
      updaterBytes: ingested(updaterLogGroup),
    }),
    ...(table && {
      dynamodb: cost(
        'DynamoDB',
        `(${prices.millionDynamodbWrites} * FILL(writes, 0) + ${prices.millionDynamodbReads} * FILL(reads, 0)) / 1000000`,
        {
          writes: consumed('ConsumedWriteCapacityUnits', table.tableName),
          reads: consumed('ConsumedReadCapacityUnits', table.tableName),
        },
      ),
    }),
  }
  return { together: cost('Together', Object.keys(parts).join(' + '), parts), parts: Object.values(parts) }
}

/** A count which is 0 where nothing is told. */
function count(name: string, metricName: BridgeMetric, { element, ...shown }: { element?: string; label: string; color?: string }) {
  const id = idOf(metricName, element)
  const usingMetrics = { [id]: bridgeMetric(name, metricName, { ...(element !== undefined && { element }) }) }
  return new MathExpression({ expression: `FILL(${id}, 0)`, usingMetrics, period: FIVE_MINUTES, ...shown })
}

function inUnits(label: string, metric: IMetric, divisor: number, color?: string): MathExpression {
  const id = idOf(label)
  const expression = `${id} / ${divisor}`
  return new MathExpression({ label, expression, usingMetrics: { [id]: metric }, period: FIVE_MINUTES, ...(color && { color }) })
}

/** Of a metric within a widget: letters and digits, a lower-case one first. */
function idOf(...parts: readonly (string | undefined)[]): string {
  return `m${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8)}`
}

function sum(label: string, metrics: readonly Metric[]): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`part${index}`, metric]))
  const expression = Object.keys(usingMetrics)
    .map((part) => `FILL(${part}, 0)`)
    .join(' + ')
  return new MathExpression({ label, expression, usingMetrics, period: FIVE_MINUTES })
}

function alarmLine(threshold: number | false) {
  return threshold === false ? [] : [{ value: threshold, label: `alarm: ${threshold}`, color: ErrorColor }]
}

function colorOf(outcome: BridgeMetric): string {
  return OUTCOMES.find(([kind]) => kind === outcome)?.[1] ?? NeutralColor
}
