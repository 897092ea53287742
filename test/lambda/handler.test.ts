import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bundleFunction } from '../../lib/bundle.ts'
import { type LocalFunction, startFunction } from '../../local/lambda-runtime.ts'
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { type RecordingGateway, startRecordingGateway } from '../../local/recording-gateway.ts'
import { bpmnProcess, deploy } from '../support/bpmn.ts'
import { catchEvent, startEvent } from '../support/connectors.ts'
import { sqsEvent } from '../support/sqs.ts'

/** The bundle in AWS's runtime interface client: what it answers, and what it writes. */

const CONNECTOR = '/camunda-sqs-bridge/orders/connector'
const FILTER = '/camunda-sqs-bridge/orders/filter'
const ADDRESS = '/camunda-sqs-bridge/camunda/CAMUNDA_REST_ADDRESS'
const FUNCTION = { timeout: 6, requestTimeout: 3 }

let directory: string
let gateway: RecordingGateway
let parameters: ParameterStore
let bridge: LocalFunction
let lines: string[]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handler-test-'))
  bundleFunction(directory)
  gateway = await startRecordingGateway()
  await deploy(gateway.url, bpmnProcess({ id: 'order', jobType: 'j' }))
})

beforeEach(async () => {
  lines = []
  parameters = await startParameterStore({
    [ADDRESS]: gateway.url,
    [FILTER]: '[]',
    [CONNECTOR]: JSON.stringify({ function: FUNCTION, elements: [startEvent()] }),
  })
  bridge = startFunction({
    functionName: 'orders',
    taskRoot: directory,
    handler: 'index.handler',
    environment: {
      CONNECTOR_NAME: 'orders',
      CONNECTOR_PARAMETER: CONNECTOR,
      FILTER_PARAMETER: FILTER,
      POWERTOOLS_PARAMETERS_MAX_AGE: '60',
      POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
      POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
      AWS_ENDPOINT_URL_SSM: parameters.url,
    },
    timeout: FUNCTION.timeout,
    memorySize: 512,
    onLog: ({ text }) => lines.push(text),
  })
})

afterEach(async () => {
  await bridge.stop()
  await parameters.stop()
})

afterAll(async () => {
  await gateway.stop()
  await rm(directory, { recursive: true })
})

async function invoke(event: SQSEvent): Promise<SQSBatchResponse> {
  const result = await bridge.invoke(event)
  if (result.kind !== 'response') throw new Error(`${JSON.stringify(result)}\n${lines.join('\n')}`)
  return JSON.parse(result.payload)
}

const logged = () => lines.map((line) => JSON.parse(line)).filter(({ _aws }) => !_aws)
const metrics = () => lines.map((line) => JSON.parse(line)).filter(({ _aws }) => _aws)

describe('a batch', () => {
  test('is answered with the ids that are not done, and each record leaves one line that says what became of it', async () => {
    parameters.parameters.set(
      CONNECTOR,
      JSON.stringify({
        function: FUNCTION,
        elements: [startEvent({ activationCondition: '=body.go' }), catchEvent({ activationCondition: '=body.pay' })],
      }),
    )
    const event = sqsEvent(
      { messageId: 'started', body: { go: true } },
      { messageId: 'invalid', body: { pay: true } },
      { messageId: 'published', body: { pay: true, orderId: 'A' } },
      { messageId: 'unmatched' },
    )
    expect(await invoke(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'invalid' }, { itemIdentifier: 'unmatched' }] })
    await vi.waitFor(() => expect(logged().filter(({ outcome }) => outcome)).toHaveLength(4))
    const line = (id: string) => logged().find(({ messageId }) => messageId === id)
    const common = { receiveCount: 1, durationMs: expect.any(Number), function_request_id: expect.any(String) }
    expect(line('started')).toMatchObject({
      ...common,
      level: 'INFO',
      outcome: 'ProcessInstanceCreated',
      elementId: 'OrderPlaced',
      processInstanceKey: expect.stringMatching(/^\d+$/),
    })
    expect(line('published')).toMatchObject({
      ...common,
      level: 'INFO',
      outcome: 'MessagePublished',
      elementId: 'PaymentReceived',
      messageKey: expect.stringMatching(/^\d+$/),
    })
    expect(line('invalid')).toMatchObject({
      ...common,
      level: 'WARN',
      outcome: 'InvalidInput',
      elementId: 'PaymentReceived',
      reason: expect.stringContaining('no correlation key'),
    })
    expect(line('unmatched')).toMatchObject({ ...common, level: 'WARN', outcome: 'ActivationConditionNotMet' })
  })

  test('is counted by outcome, in the namespace and with the one dimension that the alarms look at', async () => {
    await invoke(sqsEvent({}, {}))
    await vi.waitFor(() => expect(metrics().some((line) => 'ProcessInstanceCreated' in line)).toBe(true))
    const [counted] = metrics().filter((line) => 'ProcessInstanceCreated' in line)
    expect(counted._aws.CloudWatchMetrics).toEqual([
      { Namespace: 'CamundaSqsBridge', Dimensions: [['connector']], Metrics: [{ Name: 'ProcessInstanceCreated', Unit: 'Count' }] },
    ])
    expect(counted).toMatchObject({ connector: 'orders', ProcessInstanceCreated: [1, 1] })
  })

  test('leaves nothing of a body, an attribute or a secret in the log', async () => {
    parameters.parameters.set('/camunda-sqs-bridge/camunda/CAMUNDA_AUTH_STRATEGY', 'NONE')
    parameters.parameters.set('/camunda-sqs-bridge/camunda/CAMUNDA_CLIENT_SECRET', 'TOP-SECRET')
    const body = { text: 'CONFIDENTIAL', 'camunda.function.type': 'CONFIDENTIAL' }
    parameters.parameters.set(CONNECTOR, JSON.stringify({ function: FUNCTION, elements: [startEvent({ resultExpression: '=body' })] }))
    await invoke(sqsEvent({ body, type: 'CONFIDENTIAL' }, { body: 'CONFIDENTIAL' }))
    await vi.waitFor(() => expect(logged().filter(({ outcome }) => outcome)).toHaveLength(2))
    expect(lines.join('\n')).not.toMatch(/CONFIDENTIAL|TOP-SECRET/)
  })
})

describe('the configuration', () => {
  test('that is faulty from the start returns every message, and says so in log and metric', async () => {
    parameters.parameters.set(CONNECTOR, '{"elements": []}')
    expect(await invoke(sqsEvent({ messageId: 'a' }, { messageId: 'b' }))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }],
    })
    await vi.waitFor(() => expect(metrics().some((line) => line.ConfigurationRejected === 1)).toBe(true))
    expect(logged()).toContainEqual(
      expect.objectContaining({ level: 'ERROR', reason: expect.stringContaining('elements: found []; expected at least one element') }),
    )
  })

  test('that cannot be read returns every message', async () => {
    parameters.parameters.delete(CONNECTOR)
    expect(await invoke(sqsEvent({ messageId: 'a' }))).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] })
  })

  test('that waits for the event-source mapping returns every message, and is counted apart from a faulty one', async () => {
    parameters.parameters.set(FILTER, '[{"messageAttributes":{"type":{"stringValue":["other"]}}}]')
    expect(await invoke(sqsEvent({ messageId: 'a' }))).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] })
    await vi.waitFor(() => expect(metrics().some((line) => line.ConfigurationPending === 1)).toBe(true))
    expect(metrics().some((line) => 'ConfigurationRejected' in line)).toBe(false)
    expect(logged()).toContainEqual(
      expect.objectContaining({ level: 'INFO', reason: expect.stringContaining('waiting for the event-source') }),
    )
  })

  test('is read once for many batches of the same minute', async () => {
    await invoke(sqsEvent({ messageId: 'a' }))
    parameters.parameters.set(CONNECTOR, '{')
    expect(await invoke(sqsEvent({ messageId: 'b' }))).toEqual({ batchItemFailures: [] })
  })
})
