import { parseConnector } from '../../lambda/core/connector.ts'
import { PRICE_SOURCES, type PricedRegion } from '../../lib/cost/prices.ts'
import { connectorInFile } from '../connector-argument.ts'
import { comparedCosts } from '../cost/compared-costs.ts'
import { costReport } from '../cost/cost-report.ts'

export interface CostOptions {
  readonly messagesPerMonth: number
  /** KiB. */
  readonly size: number
  /** Milliseconds. */
  readonly latency: number
  readonly hours: number
  readonly vcpu: number
  readonly gb: number
  readonly region: PricedRegion
  /** A directory. */
  readonly connectors: string
  readonly json?: boolean | undefined
}

const ANY_CONNECTOR = JSON.stringify({
  elements: [{ elementId: 'Start', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'process' } }],
})

/** What a month of a connector costs, and of a container. */
export async function cost(name: string | undefined, options: CostOptions): Promise<number> {
  const { messagesPerMonth: messages, size, latency, hours, vcpu, gb: gigabytes, region, connectors, json } = options
  const connector = name === undefined ? parseConnector(ANY_CONNECTOR) : connectorInFile(connectors, name).connector
  const bytes = Math.round(size * 1_024)
  const month = { messages, bytes, camundaLatency: latency, busyHours: messages === 0 ? 0 : hours }
  const costs = comparedCosts(connector, month, { vcpu, gigabytes }, region)
  console.log(
    json
      ? JSON.stringify({ messages, bytes, region, ...costs, sources: PRICE_SOURCES }, null, 2)
      : costReport(costs, { messages, size, region }),
  )
  return 0
}
