import type { Prices } from './prices.ts'

/** What is paid for in a month. */
export interface MonthlyUsage {
  readonly invocations: number
  readonly gigabyteSeconds: number
  /** Of 64 KiB each. */
  readonly sqsRequests: number
  readonly fifo: boolean
  /** Of provisioned pollers, as many as stand ready. */
  readonly pollerHours: number
  readonly logBytes: number
  readonly alarmMetrics: number
  /** Metrics of one's own, those told in half of the hours being half a one. */
  readonly metrics: number
  readonly dashboards: number
  readonly tableWrites: number
  readonly kmsKeys: number
}

export interface CostPart {
  readonly name: 'Lambda' | 'SQS' | 'Pollers' | 'Logs' | 'Alarms' | 'Metrics' | 'Dashboard' | 'DynamoDB' | 'KMS' | 'Fargate'
  readonly dollars: number
}

/** What a month costs at list prices: each part, and all together. */
export function monthlyCost(usage: MonthlyUsage, prices: Prices): { readonly parts: readonly CostPart[]; readonly dollars: number } {
  const parts: CostPart[] = [
    {
      name: 'Lambda',
      dollars: (usage.invocations * prices.millionLambdaRequests + usage.gigabyteSeconds * prices.millionLambdaGigabyteSeconds) / MILLION,
    },
    { name: 'SQS', dollars: sqsCost(usage, prices) },
    { name: 'Pollers', dollars: usage.pollerHours * prices.pollerHour },
    { name: 'Logs', dollars: (usage.logBytes / GIGABYTE) * prices.logGigabyte },
    { name: 'Alarms', dollars: usage.alarmMetrics * prices.alarmMetric },
    { name: 'Metrics', dollars: usage.metrics * prices.metric },
    { name: 'Dashboard', dollars: usage.dashboards * prices.dashboard },
    { name: 'DynamoDB', dollars: (usage.tableWrites * prices.millionDynamodbWrites) / MILLION },
    { name: 'KMS', dollars: usage.kmsKeys * prices.kmsKey },
  ]
  return { parts, dollars: parts.reduce((sum, { dollars }) => sum + dollars, 0) }
}

export function sqsCost({ sqsRequests, fifo }: Pick<MonthlyUsage, 'sqsRequests' | 'fifo'>, prices: Prices): number {
  return (sqsRequests * (fifo ? prices.millionSqsFifoRequests : prices.millionSqsRequests)) / MILLION
}

/** Dollars a month for a container that runs always. */
export function containerCost({ vcpu, gigabytes }: { readonly vcpu: number; readonly gigabytes: number }, prices: Prices): number {
  return HOURS * (vcpu * prices.vcpuHour + gigabytes * prices.gigabyteHour)
}

const MILLION = 1_000_000
const GIGABYTE = 1e9
/** Of a month of 30 days. */
export const HOURS = 720
