import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { bundleFunction } from '../../lib/bundle.ts'
import { type HttpService, startHttpService } from '../../local/http-service.ts'
import { type LocalFunction, startFunction } from '../../local/lambda-runtime.ts'
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { startEvent } from '../support/connectors.ts'

/** The updater's bundle in AWS's runtime interface client: what it asks of Lambda's API, and what it writes. */

const CONNECTOR = '/camunda-sqs-bridge/orders/connector'
const FILTER = '/camunda-sqs-bridge/orders/filter'

let directory: string
let parameters: ParameterStore
let lambda: HttpService
let mapping: Record<string, unknown>
/** How Lambda answers to updates. */
let status: number
let updates: [path: string | undefined, settings: unknown][]
let updater: LocalFunction
let lines: string[]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'updater-test-'))
  bundleFunction(directory)
})

beforeEach(async () => {
  lines = []
  updates = []
  status = 200
  mapping = { UUID: 'uuid', State: 'Enabled', BatchSize: 10, MaximumBatchingWindowInSeconds: 0, LastModified: 1 }
  lambda = await startHttpService((request, body, response) => {
    if (request.method === 'PUT') {
      const settings = JSON.parse(body.toString())
      updates.push([request.url, settings])
      if (status === 200) mapping = { ...mapping, ...settings }
      else return void response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(mapping))
  })
  parameters = await startParameterStore({
    [CONNECTOR]: JSON.stringify({ eventSource: { batchSize: 3 }, elements: [startEvent()] }),
    [FILTER]: '[]',
  })
  updater = startFunction({
    functionName: 'updater',
    taskRoot: directory,
    handler: 'updater.handler',
    environment: {
      CONNECTOR_NAME: 'orders',
      CONNECTOR_PARAMETER: CONNECTOR,
      FILTER_PARAMETER: FILTER,
      EVENT_SOURCE_MAPPING: 'uuid',
      POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
      AWS_ENDPOINT_URL_SSM: parameters.url,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    },
    timeout: 60,
    memorySize: 256,
    onLog: ({ text }) => lines.push(text),
  })
})

afterEach(async () => {
  await updater.stop()
  await parameters.stop()
  await lambda.stop()
})

afterAll(() => rm(directory, { recursive: true }))

/** An error of the function is what its alarm counts. */
const invoke = async (kind: 'response' | 'error' = 'response') =>
  expect((await updater.invoke({} as never)).kind, lines.join('\n')).toBe(kind)
const logged = () => lines.map((line) => JSON.parse(line))

test('what the connector says of its mapping is asked of Lambda, and logged', async () => {
  await invoke()
  expect(updates).toEqual([['/2015-03-31/event-source-mappings/uuid', { BatchSize: 3 }]])
  await vi.waitFor(() =>
    expect(logged()).toContainEqual(expect.objectContaining({ level: 'INFO', message: 'event-source mapping updated' })),
  )
})

test('a faulty connector changes nothing, and is told by a log line that names its faults, and is an error of the function', async () => {
  parameters.parameters.set(CONNECTOR, '{"elements": []}')
  await invoke('error')
  expect(updates).toEqual([])
  await vi.waitFor(() =>
    expect(logged()).toContainEqual(
      expect.objectContaining({ level: 'ERROR', reason: expect.stringContaining('elements: found []; expected at least one element') }),
    ),
  )
})

test('an update which fails at Lambda is sent once: a copy could arrive when the mapping is to be another', async () => {
  status = 500
  await invoke('error')
  expect(updates).toHaveLength(1)
})
