import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda'
import type { FigurePoint, Figures } from '../../console/api.ts'
import { deadLetterQueueOf } from '../../tools/dead-letters/dead-letters.ts'
import type { Deployment } from '../../tools/deployment.ts'
import type { Place } from '../../tools/place.ts'
import { attributesOf } from '../../tools/queue-attributes.ts'

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
      MetricDataQueries: queriesOf(deployment.connector, EventSourceMappings[0]?.UUID),
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

function queriesOf(connector: string, mappingId: string | undefined): MetricDataQuery[] {
  const ofTheFunction = OF_THE_FUNCTION.map(([id, metricName, statistic]) =>
    query(id, 'CamundaSqsBridge', metricName, statistic, { connector }),
  )
  if (mappingId === undefined) return ofTheFunction
  return [...ofTheFunction, query('filtered', 'AWS/Lambda', 'FilteredOutEventCount', 'Sum', { EventSourceMappingUUID: mappingId })]
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

function pointOf(at: number, values: ReadonlyMap<string, ReadonlyMap<number, number>>): FigurePoint {
  const count = (id: string) => values.get(id)?.get(at) ?? 0
  const [median, most] = [values.get('latency')?.get(at), values.get('mostLatency')?.get(at)]
  const [received, returned, deadLetters] = [count('received'), count('returned'), count('deadLettered')]
  return {
    at,
    received,
    returned,
    deadLetters,
    filtered: count('filtered'),
    done: Math.max(0, received - returned - deadLetters),
    latency: median === undefined || most === undefined ? undefined : { median, most },
    age: values.get('age')?.get(at),
  }
}
