import { existingQueue, isFifo } from '../lambda/core/connector.ts'
import { filterCriteria } from '../lambda/core/filter-criteria.ts'
import { deploymentFindings, findingLines } from './connector-findings.ts'
import type { ConnectorSource } from './connector-source.ts'
import { NO_MESSAGES, usageOf } from './cost/connector-usage.ts'
import { HOURS, monthlyCost } from './cost/monthly-cost.ts'
import { PRICES } from './cost/prices.ts'

/** What whoever deploys a connector has to know: which queue, what Lambda will delete unseen, and what could not be checked. */
export function synthReport(source: ConnectorSource): string {
  const found = findingLines(deploymentFindings(source)).map((line) => `  ${line}`)
  return [`${source.name}: ${queueLine(source)}`, ...filterLines(source), ...scaleLines(source), costLine(source), ...found, ''].join('\n')
}

/** What provisioned pollers can do, and what bounds them. */
function scaleLines({ connector }: ConnectorSource): string[] {
  const { provisionedPollers } = connector.eventSource
  if (!provisionedPollers) return []
  const { minimum, maximum } = provisionedPollers
  const dollars = (pollers: number) => money(HOURS * pollers * PRICES['us-east-1'].pollerHour)
  return [
    `  provisioned pollers: ${minimum} stand ready for ${minimum * 10} invocations at a time (${dollars(minimum)} a month), at most ${maximum} for ${maximum * 10} (${dollars(maximum)})`,
    ...(isFifo(connector) ? ['  a FIFO queue: no more invocations at a time than message groups, whatever the pollers'] : []),
  ]
}

/** What a month without a message costs, each part from the most to the least. */
function costLine({ connector }: ConnectorSource): string {
  const { dollars, parts } = monthlyCost(usageOf(connector, NO_MESSAGES), PRICES['us-east-1'])
  const told = parts.filter((part) => part.dollars >= 0.005).toSorted((one, other) => other.dollars - one.dollars)
  const named = told.map((part) => `${part.name} ${part.dollars.toFixed(2)}`).join(', ')
  return `  a month without messages: ${money(dollars)} at list prices of us-east-1 (${named}); docs/COST.md`
}

function money(dollars: number): string {
  return `$${dollars.toFixed(2)}`
}

function queueLine({ connector }: ConnectorSource): string {
  const existing = existingQueue(connector)
  if (existing) return `the existing queue ${existing.name} in ${existing.region} (${existing.account})`
  const { name } = connector.queue
  return `creates the queue${name ? ` ${name}` : ''} and its dead-letter queue`
}

function filterLines({ connector }: ConnectorSource): string[] {
  const { patterns, notPushedDown } = filterCriteria(connector)
  const reasons = notPushedDown.filter(({ expression }) => expression === undefined)
  const left = notPushedDown.filter(({ expression }) => expression !== undefined)
  return [
    ...(patterns.length > 0
      ? [
          '  filter criteria; Lambda deletes every message that matches none of them:',
          ...patterns.map((pattern) => `    ${JSON.stringify(pattern)}`),
          ...reasons.map(({ why }) => `  wider than the conditions: ${why}`),
        ]
      : [`  no filter criteria, every message reaches the function: ${reasons.map(({ why }) => why).join('; ')}`]),
    ...left.map(({ elementId, expression, why }) => `  left to the function: ${expression} (${elementId}): ${why}`),
  ]
}
