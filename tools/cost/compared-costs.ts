import type { Connector } from '../../lambda/core/connector.ts'
import { isFifo } from '../../lambda/core/connector-rules.ts'
import { sqsRequests, type Traffic, usageOf } from '../../lib/cost/connector-usage.ts'
import { type CostPart, containerCost, HOURS, monthlyCost, sqsCost } from '../../lib/cost/monthly-cost.ts'
import { PRICES, type PricedRegion } from '../../lib/cost/prices.ts'

export interface ComparedCosts {
  /** For messages that come one by one, and for full batches. */
  readonly bridge: readonly (Cost & { readonly messagesPerBatch: number })[]
  readonly container: Cost & Container
}

export interface Container {
  readonly vcpu: number
  readonly gigabytes: number
}

interface Cost {
  readonly parts: readonly CostPart[]
  readonly dollars: number
}

/** A consumer that takes one message at a time waits 20 seconds for the next one. */
const EMPTY_RECEIVES = (HOURS * 3_600) / 20

/** Of the container, its processor, its memory and its requests to SQS are counted; not its logs, metrics and alarms, nor a second one for when it fails. */
export function comparedCosts(
  connector: Connector,
  month: Omit<Traffic, 'messagesPerBatch'>,
  container: Container,
  region: PricedRegion,
): ComparedCosts {
  const prices = PRICES[region]
  const batches = [...new Set([1, connector.eventSource.batchSize])]
  const bridge = batches.map((messagesPerBatch) => {
    return { messagesPerBatch, ...monthlyCost(usageOf(connector, { ...month, messagesPerBatch }), prices) }
  })
  const taken = EMPTY_RECEIVES + sqsRequests({ ...month, messagesPerBatch: 1 })
  const sqs = sqsCost({ sqsRequests: taken, fifo: isFifo(connector) }, prices)
  const fargate = containerCost(container, prices)
  return {
    bridge,
    container: {
      ...container,
      parts: [
        { name: 'Fargate', dollars: fargate },
        { name: 'SQS', dollars: sqs },
      ],
      dollars: fargate + sqs,
    },
  }
}
