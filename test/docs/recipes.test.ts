import { readFileSync } from 'node:fs'
import type { SQSRecord } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { processBatch, type Settled } from '../../lambda/bridge.ts'
import { parseConnector } from '../../lambda/core/connector.ts'
import { eventSourceSettings } from '../../lambda/core/event-source-settings.ts'
import { connectorFindings } from '../../lib/connector-findings.ts'
import { recordFilter } from '../../tools/filters/filter-matcher.ts'
import { FakeCamunda } from '../support/fake-camunda.ts'
import { FakeQueue } from '../support/fake-queue.ts'
import { sqsRecord } from '../support/sqs.ts'

/** docs/RECIPES.md: each connector with the messages below it, and what the page says becomes of them. */
const sections = readFileSync('docs/RECIPES.md', 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => [section.split('\n')[0] ?? '', blocksOf(section)] as const)

function blocksOf(section: string): { readonly kind: string; readonly text: string }[] {
  return [...section.matchAll(/```(.*)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }))
}

/** What became of a message, as the page writes it: with what Camunda was asked, where the page tells it. */
async function outcomeOf(connectorText: string, message: Partial<SQSRecord>): Promise<Record<string, unknown>> {
  const connector = parseConnector(connectorText)
  const { body, ...rest } = message
  const record = { ...sqsRecord({ body: body ?? '' }), ...rest }
  record.attributes = { ...sqsRecord().attributes, ...rest.attributes }
  if (!recordFilter(eventSourceSettings(connector).patterns)(record)) return { outcome: 'filtered out' }
  const [camunda, settled] = [new FakeCamunda(), [] as Settled[]]
  const response = await processBatch(
    {
      connector,
      configurationVersion: 1,
      camunda,
      queue: new FakeQueue(),
      remainingTime: () => 60_000,
      pause: async () => {},
      report: (one) => void settled.push(one),
    },
    { Records: [record] },
  )
  const [{ outcome, elementId } = { outcome: { kind: 'none' }, elementId: undefined }] = settled
  const afterwards = response.batchItemFailures.length > 0 ? 'back in the queue' : 'deleted'
  return { outcome: outcome.kind, afterwards, elementId, ...camunda.commands[0] }
}

test('every recipe of the index is there, and has been run', () => {
  const index = [...(readFileSync('docs/RECIPES.md', 'utf8').split('\n## ')[0] ?? '').matchAll(/\[([^\]]+)\]\(#/g)].map(([, name]) => name)
  expect(sections.map(([name]) => name)).toEqual(index)
  expect(sections.length).toBeGreaterThanOrEqual(8)
})

describe.each(sections)('%s', (_, blocks) => {
  const [first, ...rest] = blocks
  const pairs = rest.flatMap(({ kind, text }, index) =>
    kind === 'json message' ? [{ message: text, outcome: rest[index + 1]?.text ?? '' }] : [],
  )
  const { text: connector = '' } = first ?? {}

  test('has a connector that is valid and of which nothing is warned, and a message and its outcome in turns', () => {
    expect(first?.kind).toBe('json connector')
    expect(rest.map(({ kind }) => kind)).toEqual(pairs.flatMap(() => ['json message', 'json outcome']))
    expect(pairs.length).toBeGreaterThan(0)
    expect(connectorFindings(parseConnector(connector))).toEqual([])
  })

  test.each(pairs.map((pair, index) => [index + 1, pair] as const))('message %i', async (_, { message, outcome }) => {
    const { body, ...rest } = JSON.parse(message)
    const became = await outcomeOf(connector, { ...rest, body: typeof body === 'string' ? body : JSON.stringify(body) })
    const expected = JSON.parse(outcome)
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, became[name]]))).toEqual(expected)
  })
})
