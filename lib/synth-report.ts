import { existingQueue } from '../lambda/core/connector.ts'
import { filterCriteria } from '../lambda/core/filter-criteria.ts'
import { deploymentFindings, findingLines } from './connector-findings.ts'
import type { ConnectorSource } from './connector-source.ts'

/** What whoever deploys a connector has to know: which queue, what Lambda will delete unseen, and what could not be checked. */
export function synthReport(source: ConnectorSource): string {
  const found = findingLines(deploymentFindings(source.connector)).map((line) => `  ${line}`)
  return [`${source.name}: ${queueLine(source)}`, ...filterLines(source), ...found, ''].join('\n')
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
