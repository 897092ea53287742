import { expect, test } from 'vitest'
import { connectorReport } from '../../../tools/import/report.ts'
import { diagramText, SQS } from './diagram-texts.ts'
import { imported } from './importing.ts'

/** What is told of two elements of one queue, besides what they are. */
function told(one: Record<string, string>, other: Record<string, string>): string {
  const element = (id: string, properties: Record<string, string>) => ({
    id,
    properties: { ...SQS, activationCondition: `=body.${id}`, ...properties },
  })
  const [connector] = imported(diagramText([element('a', one), element('b', other)])).connectors
  return connector ? connectorReport(connector).join('\n') : ''
}

const AUTO = { deduplicationMode: 'AUTO' }
const MANUAL = { deduplicationMode: 'MANUAL', deduplicationId: 'x' }

test.each<[what: string, one: Record<string, string>, other: Record<string, string>, consumers: number]>([
  ['each without a mode has its own', {}, {}, 2],
  ['of the same values they share one', AUTO, { ...AUTO, resultVariable: 'x', consumeUnmatchedEvents: 'true' }, 1],
  ['of other values they do not', AUTO, { ...AUTO, 'queue.pollingWaitTime': '1' }, 2],
  ['a property of one’s own is such a value', AUTO, { ...AUTO, owner: 'me' }, 2],
  ['of the same id they share one, whatever the values', MANUAL, { ...MANUAL, 'queue.pollingWaitTime': '1' }, 1],
  ['of other ids they do not', MANUAL, { ...MANUAL, deduplicationId: 'y' }, 2],
])('consumers of Camunda’s runtime: %s', (_, one, other, consumers) => {
  expect(/with (\d+) consumers/.exec(told(one, other))?.[1] ?? '1').toBe(String(consumers))
})

test('what is dropped is told with what stands in its place, and nothing of what is not there', () => {
  const lines = told({ 'authentication.type': 'credentials', 'configuration.region': '' }, { 'queue.pollingWaitTime': '20' })
  expect(lines).toContain('dropped  credentials (authentication.type): the function’s role')
  expect(lines).toContain('dropped  polling (queue.pollingWaitTime)')
  for (const absent of ['region', 'endpoint', 'deduplication']) expect(lines).not.toContain(`dropped  ${absent}`)
})

test('who decides for messages that activate no element', () => {
  expect(told({}, {})).toContain('a message that activates no element comes back')
  expect(told({}, { consumeUnmatchedEvents: 'true' })).toContain(
    'is deleted, as b says by consumeUnmatchedEvents, and decides for the others too',
  )
  expect(told({ consumeUnmatchedEvents: 'true' }, { consumeUnmatchedEvents: 'true' })).toContain(
    'is deleted, as a, b says by consumeUnmatchedEvents; Modeler',
  )
})
