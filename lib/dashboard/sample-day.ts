import type { Connector } from '../../lambda/core/connector.ts'
import type { AlarmState, DashboardData, LogColumn, LogRow, MetricQuery } from './data.ts'
import type { Series } from './metric-math.ts'
import { DEAD_LETTER_QUEUE, type LogLine, MINUTES, sampleTraffic, UPDATER } from './sample-traffic.ts'
import { statisticOf } from './statistic.ts'

const BRIDGE = 'CamundaSqsBridge'
const NAMESPACES: ReadonlySet<string> = new Set(['AWS/SQS', 'AWS/Lambda', 'AWS/Logs', 'AWS/DynamoDB', BRIDGE])

/** What a dashboard of the connector shows of the day of `sampleTraffic`: its metrics, its log, its alarms at midnight. */
export function sampleDay({ connector }: { readonly connector: Connector }): DashboardData {
  const traffic = sampleTraffic(connector)
  return Object.assign(seriesOf, { alarmState, logRows: (columns: readonly LogColumn[]) => rowsOf(traffic.log, columns) })

  function seriesOf(metric: MetricQuery): Series {
    const minutes = NAMESPACES.has(metric.namespace) ? traffic.measured(metric.metricName, partOf(metric, connector)) : undefined
    if (minutes) return inPeriods(minutes, metric)
    // Of what did not happen the bridge writes nothing; AWS writes zeros.
    const nothing = metric.namespace === BRIDGE ? undefined : 0
    return Array.from({ length: pointsOf(metric) }, () => nothing)
  }

  /** Nobody has looked after the dead letter which the redrive did not help. */
  function alarmState(name: string): AlarmState {
    const [letters = 0] = traffic.measured('ApproximateNumberOfMessagesVisible', DEAD_LETTER_QUEUE)?.at(-1) ?? []
    return letters > 0 && /dead-?letters/i.test(name) ? 'ALARM' : 'OK'
  }
}

/** What of the connector the metric is of, by its dimensions. */
function partOf({ dimensions: { element, QueueName, FunctionName, LogGroupName } }: MetricQuery, { queue }: Connector): string {
  if (element !== undefined) return element
  if (QueueName !== undefined && (/dead-?letter/i.test(QueueName) || queue.deadLetterQueueArn?.endsWith(`:${QueueName}`)))
    return DEAD_LETTER_QUEUE
  return /updater/i.test(FunctionName ?? LogGroupName ?? '') ? UPDATER : ''
}

function inPeriods(minutes: readonly (readonly number[])[], metric: MetricQuery): Series {
  const length = pointsOf(metric)
  const size = MINUTES / length
  return Array.from({ length }, (_, index) => statisticOf(metric.stat, minutes.slice(index * size, (index + 1) * size).flat()))
}

/** A period is a minute at least, and the day at most. */
function pointsOf({ period }: MetricQuery): number {
  return Math.max(1, Math.floor(MINUTES / Math.max(1, Math.round(period / 60))))
}

/** Messages that have a reason: one by one, or grouped where the columns count. The most frequent are first, or the latest. */
function rowsOf(log: readonly LogLine[], columns: readonly LogColumn[]): LogRow[] {
  const lines = log.filter(({ reason }) => reason !== undefined).toSorted((a, b) => a.time - b.time)
  if (!columns.some(({ expression }) => expression.includes('('))) return lines.toReversed().map((line) => rowOf([line], columns))
  const fields = columns.map(({ expression }) => expression).filter((expression) => !expression.includes('('))
  const groups = Map.groupBy(lines, (line) => JSON.stringify(fields.map((field) => fieldOf(line, field))))
  return [...groups.values()].toSorted((a, b) => b.length - a.length).map((group) => rowOf(group, columns))
}

function rowOf(group: readonly LogLine[], columns: readonly LogColumn[]): LogRow {
  return Object.fromEntries(columns.map(({ name, expression }) => [name, cellOf(group, expression)]))
}

/** The latest line is the last; of the functions of Logs Insights those which the bridge's own queries use. */
function cellOf(group: readonly LogLine[], expression: string): string | number | undefined {
  const [, aggregate, field = ''] = /^(\w+)\((.*)\)$/.exec(expression) ?? []
  const values = group.map((line) => fieldOf(line, aggregate === undefined ? expression : field.trim()))
  const numbers = values.filter((value) => typeof value === 'number')
  switch (aggregate) {
    case undefined:
    case 'latest':
      return values.at(-1)
    case 'earliest':
      return values[0]
    case 'count':
      return group.length
    case 'count_distinct':
      return new Set(values).size
    case 'max':
      return numbers.length > 0 ? Math.max(...numbers) : values.at(-1)
    case 'min':
      return numbers.length > 0 ? Math.min(...numbers) : values[0]
    case 'sum':
      return numbers.reduce((total, value) => total + value, 0)
    case 'avg':
      return numbers.reduce((total, value) => total + value, 0) / numbers.length
    default:
      return undefined
  }
}

function fieldOf(line: LogLine, field: string): string | number | undefined {
  if (field === '@timestamp') return `2026-03-10 ${timeOf(line.time)}`
  return Object.hasOwn(line, field) ? line[field as keyof LogLine] : undefined
}

function timeOf(seconds: number): string {
  return [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')
}
