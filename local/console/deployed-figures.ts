import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda'
import type { FigurePoint, Figures } from '../../console/api.ts'
import { deadLetterQueueOf } from '../../tools/dead-letters/dead-letters.ts'
import type { Deployment } from '../../tools/deployment.ts'
import type { Place } from '../../tools/place.ts'
import { attributesOf } from '../../tools/queue-attributes.ts'
import { queueNameIn } from '../../tools/queue-name.ts'

/** Milliseconds of a period, and how many are shown: two hours. */
const PERIOD = 60_000
const PERIODS = 120

type Clients = Pick<Place, 'cloudWatch' | 'lambda' | 'sqs'>

/** What CloudWatch tells of a connector’s function and event-source mapping, and SQS of its queues. */
export async function deployedFigures(clients: Clients, deployment: Deployment): Promise<Figures> {
  const { cloudWatch, lambda, sqs } = clients
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: deployment.functionName }))
  const end = Date.now() - (Date.now() % PERIOD) + PERIOD
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: queriesOf(deployment, EventSourceMappings[0]?.UUID),
      StartTime: new Date(end - PERIODS * PERIOD),
      EndTime: new Date(end),
      ScanBy: 'TimestampAscending',
    }),
  )
  const values = new Map<string, ReadonlyMap<number, number>>()
  for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults)
    values.set(Id, new Map(Timestamps.map((timestamp, index) => [timestamp.getTime(), Values[index] ?? 0])))
  const [queue, deadLetters] = await Promise.all([attributesOf(sqs, deployment.queueUrl), deadLetterQueueOf(sqs, deployment)])
  return {
    period: PERIOD,
    totals: undefined,
    points: Array.from({ length: PERIODS }, (_, index) => pointOf(end - (PERIODS - index) * PERIOD, values)),
    waiting: Number(queue.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(queue.ApproximateNumberOfMessagesNotVisible ?? 0),
    deadLetters: deadLetters.visible,
  }
}

/** Metrics of the function by their names; docs/OPERATING.md says what each means. */
const OF_THE_FUNCTION = [
  ['received', 'Received', 'Sum'],
  ['returned', 'Returned', 'Sum'],
  ['deadLettered', 'DeadLettered', 'Sum'],
  ['latency', 'CamundaLatency', 'p50'],
  ['mostLatency', 'CamundaLatency', 'Maximum'],
  ['age', 'MessageAge', 'Maximum'],
] as const

/** Metrics which SQS writes of each queue at no charge. */
const OF_THE_QUEUE = [
  ['receivedBySqs', 'NumberOfMessagesReceived', 'Sum'],
  ['deletedBySqs', 'NumberOfMessagesDeleted', 'Sum'],
  ['ageOfOldest', 'ApproximateAgeOfOldestMessage', 'Maximum'],
] as const

function queriesOf({ connector, queueUrl }: Deployment, mappingId: string | undefined): MetricDataQuery[] {
  const queries = [
    ...OF_THE_FUNCTION.map(([id, metricName, statistic]) => query(id, 'CamundaSqsBridge', metricName, statistic, { connector })),
    ...OF_THE_QUEUE.map(([id, metricName, statistic]) => query(id, 'AWS/SQS', metricName, statistic, { QueueName: queueNameIn(queueUrl) })),
  ]
  if (mappingId === undefined) return queries
  return [...queries, query('filtered', 'AWS/Lambda', 'FilteredOutEventCount', 'Sum', { EventSourceMappingUUID: mappingId })]
}

function query(
  id: string,
  namespace: string,
  metricName: string,
  statistic: string,
  dimensions: Readonly<Record<string, string>>,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
  return {
    Id: id,
    MetricStat: { Metric: { Namespace: namespace, MetricName: metricName, Dimensions }, Period: PERIOD / 1_000, Stat: statistic },
  }
}

type Values = ReadonlyMap<string, ReadonlyMap<number, number>>

/**
 * A period as the function counts it; where it does not, as by default (`monitoring`), as SQS does, to which a message that the filter left out is received
 * and deleted like any other.
 */
function pointOf(at: number, values: Values): FigurePoint {
  const count = (id: string) => values.get(id)?.get(at) ?? 0
  const [median, most] = [values.get('latency')?.get(at), values.get('mostLatency')?.get(at)]
  const [returned, deadLetters, filtered] = [count('returned'), count('deadLettered'), count('filtered')]
  const ofTheFunction = (values.get('received')?.size ?? 0) > 0
  const received = count(ofTheFunction ? 'received' : 'receivedBySqs')
  const others = ofTheFunction ? received - returned : count('deletedBySqs') - filtered
  const ageOfOldest = values.get('ageOfOldest')?.get(at)
  return {
    at,
    received,
    returned,
    deadLetters,
    filtered,
    done: Math.max(0, others - deadLetters),
    latency: median === undefined || most === undefined ? undefined : { median, most },
    age: values.get('age')?.get(at) ?? (ageOfOldest === undefined ? undefined : ageOfOldest * 1_000),
  }
}
