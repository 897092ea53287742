import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Settled } from '../../lambda/bridge.ts'
import { BridgeMetrics } from '../../lambda/bridge-metrics.ts'
import type { CorrelationOutcome } from '../../lambda/core/outcome.ts'
import { OUTCOME_KINDS } from '../../tools/outcomes/outcome-kinds.ts'
import { sqsRecord } from '../support/sqs.ts'

type Emf = Record<string, unknown> & {
  _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[] }
}

/** What is written for CloudWatch. */
let lines: Emf[]
beforeEach(() => {
  lines = []
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'CamundaSqsBridge')
})
afterEach(() => vi.unstubAllEnvs())

const write = (metrics: BridgeMetrics) => lines.push(...metrics.lines().map((line) => JSON.parse(line)))

const settled = (kind: CorrelationOutcome['kind'], more: Partial<Settled> = {}): Settled => ({
  record: sqsRecord(),
  outcome: { kind, reason: 'r' } as CorrelationOutcome,
  disposition: 'return',
  elementId: 'OrderPlaced',
  durationMs: 1,
  ...more,
})

/** An invocation in which everything happens. */
async function everything(metrics: BridgeMetrics, elementId = 'OrderPlaced') {
  metrics.received(11)
  for (const kind of OUTCOME_KINDS) metrics.settled(settled(kind, { elementId }))
  metrics.settled(settled('InvalidInput', { disposition: 'deadLetter', elementId }))
  await metrics.timed({ send: async () => ({ kind: 'AlreadyPublished' }) }).send({} as never, () => 1)
  metrics.count('ConfigurationRejected')
  metrics.count('ConfigurationPending')
  metrics.batch({ durationMs: 5, configurationVersion: 7 })
  write(metrics)
}

const written = (dimensions: readonly string[]) =>
  lines
    .filter(({ _aws }) => JSON.stringify(_aws.CloudWatchMetrics[0]?.Dimensions.flat().toSorted()) === JSON.stringify(dimensions))
    .flatMap((line) => line._aws.CloudWatchMetrics[0]?.Metrics.map(({ Name, Unit }) => ({ Name, Unit, value: [line[Name]].flat() })) ?? [])

test('each metric is told with its unit and its meaning in docs/OPERATING.md, and no other', async () => {
  await everything(new BridgeMetrics('orders'))
  const [, table = ''] = /^## Metrics$([\s\S]*?)^## /m.exec(readFileSync('docs/OPERATING.md', 'utf8')) ?? []
  const documented = [...table.matchAll(/^\| (`.+?) \| (\w+) \| \S/gm)].flatMap(([, names = '', unit]) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name]) => `${name} ${unit}`),
  )
  const functions = written(['connector']).map(({ Name, Unit }) => `${Name} ${Unit}`)
  // Only of a connector whose alarms share them.
  expect(documented.toSorted()).toEqual([...new Set([...functions, 'WithoutEffect Count', 'HeldUp Count'])].toSorted())
})

test('all have the connector for their dimension, and outcomes the element too', async () => {
  await everything(new BridgeMetrics('orders'))
  expect(lines.every((line) => line.connector === 'orders' && line._aws.CloudWatchMetrics[0]?.Namespace === 'CamundaSqsBridge')).toBe(true)
  expect(
    written(['connector', 'element'])
      .map(({ Name }) => Name)
      .toSorted(),
  ).toEqual(OUTCOME_KINDS.toSorted())
  expect(lines.some(({ element }) => element === 'OrderPlaced')).toBe(true)
})

test('where only some are asked for, these are told, with what counts under them, and none of an element', async () => {
  const under = { InvalidInput: 'WithoutEffect', Unexpected: 'WithoutEffect', ConfigurationPending: 'HeldUp' }
  await everything(new BridgeMetrics('orders', { names: ['WithoutEffect', 'HeldUp', 'Ambiguous'], under }))
  expect(written(['connector']).map(({ Name, value }) => [Name, value])).toEqual(
    expect.arrayContaining([
      ['WithoutEffect', [1, 1, 1]],
      ['HeldUp', [1]],
      ['Ambiguous', [1]],
    ]),
  )
  expect(written(['connector'])).toHaveLength(3)
  expect(written(['connector', 'element'])).toEqual([])
})

test('a batch in which nothing is to be told has no line', () => {
  const metrics = new BridgeMetrics('orders', { names: ['WithoutEffect'], under: {} })
  metrics.received(1)
  metrics.settled(settled('ProcessInstanceCreated'))
  metrics.batch({ durationMs: 5, configurationVersion: 7 })
  expect(metrics.lines()).toEqual([])
})

test('an element whose id CloudWatch does not take as a dimension is counted with the connector alone', async () => {
  await everything(new BridgeMetrics('orders'), 'Bestellung geprüft')
  expect(written(['connector', 'element'])).toEqual([])
  expect(written(['connector']).find(({ Name }) => Name === 'InvalidInput')?.value).toEqual([1, 1])
})

test('what is told once is not told again, and nothing to be told is no line', () => {
  const metrics = new BridgeMetrics('orders')
  metrics.settled(settled('InvalidInput'))
  for (const _ of ['batch', 'another']) {
    metrics.batch({ durationMs: 5, configurationVersion: 7 })
    write(metrics)
  }
  expect(lines.filter(({ element }) => element)).toHaveLength(1)
  expect(lines.filter(({ element }) => !element).map(({ BatchDuration }) => BatchDuration)).toEqual([5, 5])
  write(metrics)
  expect(lines).toHaveLength(3)
})

test.each([1, 99, 100, 101, 250])('of %d messages each value is told, at most a hundred of a metric in a line', (count) => {
  const metrics = new BridgeMetrics('orders')
  for (let n = 0; n < count; n++) metrics.settled(settled('ProcessInstanceCreated', { disposition: 'acknowledge' }))
  metrics.received(count)
  write(metrics)
  for (const dimensions of [['connector'], ['connector', 'element']]) {
    const told = written(dimensions).filter(({ Name }) => Name === 'ProcessInstanceCreated')
    expect(told.flatMap(({ value }) => value)).toEqual(Array(count).fill(1))
    expect(told.every(({ value }) => value.length <= 100)).toBe(true)
  }
  expect(written(['connector']).filter(({ Name }) => Name === 'Received')).toEqual([{ Name: 'Received', Unit: 'Count', value: [count] }])
})

test('an execution environment starts cold once', async () => {
  const metrics = new BridgeMetrics('orders')
  await everything(metrics)
  await everything(metrics)
  expect(written(['connector']).filter(({ Name }) => Name === 'ColdStart')).toHaveLength(1)
})

test('a message has its age from being sent to its effect, and none where the effect was there before', () => {
  const metrics = new BridgeMetrics('orders')
  const sent = (seconds: number) => {
    const record = sqsRecord()
    return { record: { ...record, attributes: { ...record.attributes, SentTimestamp: String(Date.now() - seconds * 1_000) } } }
  }
  metrics.settled(settled('ProcessInstanceCreated', { ...sent(60), disposition: 'acknowledge' }))
  metrics.settled(settled('AlreadyCreated', { ...sent(3_600), disposition: 'acknowledge' }))
  metrics.settled(settled('MessagePublished', { ...sent(-60), disposition: 'acknowledge' }))
  write(metrics)
  const ages = written(['connector']).find(({ Name }) => Name === 'MessageAge')?.value as number[]
  expect(ages.map((age) => Math.round(age / 1_000))).toEqual([60, 0])
})
