import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { completed } from '../../../lambda/core/completed-connector.ts'
import { type ConnectorInput, connectorJsonSchema, parseConnector } from '../../../lambda/core/connector.ts'

const element = { elementId: 'E', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'p' } } as const
const publishing = {
  elementId: 'P',
  correlationPoint: { kind: 'publishMessage', messageName: 'm', tenantId: 't' },
  consumeUnmatchedEvents: true,
} as const

// biome-ignore format: a table
const VALID: [string, ConnectorInput][] = [
  ['the least',            { elements: [element] }],
  ['several elements',     { elements: [element, { ...publishing, activationCondition: '=body.x' }] }],
  ['every section, empty', { queue: {}, eventSource: {}, function: {}, alarms: {}, encryption: {}, tags: {}, elements: [publishing] }],
  ['a FIFO queue',         { queue: { name: 'q.fifo' }, elements: [element] }],
  ['one without a name',   { queue: { fifo: true }, elements: [element] }],
  ['sections in part',     { queue: { messageAttributeNames: ['a'] }, eventSource: { batchSize: 40, maximumBatchingWindow: 1 }, function: { memorySize: 256 }, alarms: { deadLetters: false, camundaLatency: 5 }, tags: { a: 'b' }, elements: [element] }],
  ['all of the rest',      { $schema: './connector.schema.json', vpc: { subnetIds: ['subnet-12345678'], securityGroupIds: ['sg-12345678'] }, encryption: { kmsKey: 'create' }, camunda: '/c/', idempotency: 'dynamodb', invalidInput: 'deadLetter', elements: [element] }],
]

test.each(VALID)('a connector that is known to be valid is what the check of its text gives: %s', (_, written) => {
  const { $schema: __, ...connector } = parseConnector(JSON.stringify(written)) as ConnectorInput
  expect(completed(written)).toEqual(connector)
  expect(completed(JSON.parse(JSON.stringify(completed(written))))).toEqual(connector)
})

test('each default that the schema tells an editor of is the one that is filled in', () => {
  const { properties } = connectorJsonSchema() as {
    properties: Record<string, { default?: unknown; properties?: Record<string, { default?: unknown }> }>
  }
  const connector = completed({ elements: [element] }) as unknown as Record<string, Record<string, unknown>>
  const told = Object.entries(properties).flatMap(([section, { properties: parts = {}, default: whole }]) => [
    ...(whole !== undefined && Object.keys(Object(whole)).length === 0 ? [[section, whole, connector[section]]] : []),
    ...Object.entries(parts).flatMap(([name, part]) =>
      part.default === undefined ? [] : [[`${section}.${name}`, part.default, connector[section]?.[name]]],
    ),
  ])
  expect(told.length).toBeGreaterThan(25)
  for (const [path, schema, filledIn] of told.filter(([path]) => !['queue', 'eventSource', 'function', 'alarms'].includes(String(path))))
    expect([path, filledIn]).toEqual([path, schema])
})

describe('eventSource.concurrency', () => {
  // biome-ignore format: a table
  test.each([
    ['a batch of ten',            {},                                                            10],
    ['one of forty',              { batchSize: 40, maximumBatchingWindow: 1 },                   40],
    ['one of a hundred',          { batchSize: 100, maximumBatchingWindow: 1 },                  100],
    ['one of ten thousand',       { batchSize: 10_000, maximumBatchingWindow: 1 },               100],
    ['one that says it',          { batchSize: 40, maximumBatchingWindow: 1, concurrency: 3 },   3],
    ['one that says more',        { batchSize: 1, concurrency: 30 },                             30],
  ])('of %s is as many as the batch, up to a hundred, unless it is said', (_, eventSource, concurrency) => {
    expect(parseConnector(JSON.stringify({ eventSource, elements: [element] })).eventSource.concurrency).toBe(concurrency)
  })

  test.each([{ name: 'q.fifo' }, { fifo: true }])('of a FIFO queue is one (%o)', (queue) => {
    expect(parseConnector(JSON.stringify({ queue, elements: [element] })).eventSource.concurrency).toBe(1)
  })
})

test('no default is written in the schema a second time', () => {
  const literals = [...readFileSync('lambda/core/connector-schema.ts', 'utf8').matchAll(/\.default\(([^)]*)\)/g)].map(([, value = '']) =>
    value.trim(),
  )
  expect(literals.filter((value) => !/^DEFAULT/.test(value))).toEqual(['false', 'false', '{}'])
})
