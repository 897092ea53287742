import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bundleFunction } from '../../lib/bundle.ts'
import { LOG_BYTES } from '../../lib/cost/connector-usage.ts'
import type { HttpService } from '../../local/http-service.ts'
import { type LocalFunction, startFunction } from '../../local/lambda-runtime.ts'
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { createQueues, type LocalQueue, sendMessage } from '../../local/queues.ts'
import { bpmnProcess, deploy } from '../support/bpmn.ts'
import { startCamunda } from '../support/camunda.ts'
import { catchEvent, connector, startEvent } from '../support/connectors.ts'
import { answerJson, answerProblem, startHttpServer } from '../support/http-server.ts'
import { sqsEvent, sqsRecord } from '../support/sqs.ts'
import { startSqsServer } from '../support/sqs-server.ts'

/** The bundle in AWS's runtime interface client: what it answers, and what it writes. */

const CONNECTOR = '/camunda-sqs-bridge/orders/connector'
const FILTER = '/camunda-sqs-bridge/orders/filter'
const ADDRESS = '/camunda-sqs-bridge/camunda/CAMUNDA_REST_ADDRESS'
const FUNCTION = { timeout: 15, requestTimeout: 5 }

let directory: string
let camunda: HttpService
let parameters: ParameterStore
let bridge: LocalFunction
let lines: string[]
let sqs: Awaited<ReturnType<typeof startSqsServer>>
let queues: LocalQueue
let count = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handler-test-'))
  bundleFunction(directory)
  camunda = await startCamunda()
  await deploy(camunda.url, bpmnProcess({ id: 'order', jobType: 'j' }))
  sqs = await startSqsServer()
})

beforeEach(async () => {
  lines = []
  parameters = await startParameterStore({
    [ADDRESS]: camunda.url,
    [FILTER]: '[]',
    [CONNECTOR]: JSON.stringify({ function: FUNCTION, elements: [startEvent()] }),
  })
  queues = await createQueues(sqs.sqs, `q${++count}`, connector(), { visibilityTimeout: 1, maxReceiveCount: 5 })
  const { protocol, hostname, port } = (await sqs.sqs.config.endpoint?.()) ?? {}
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
      AWS_ENDPOINT_URL_SQS: `${protocol}//${hostname}:${port}`,
      QUEUE_URL: queues.queueUrl,
      DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
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
  await camunda.stop()
  await sqs.stop()
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
    const common = {
      receiveCount: 1,
      durationMs: expect.any(Number),
      configurationVersion: expect.any(Number),
      function_request_id: expect.any(String),
    }
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

  test('is counted and measured, in the namespace and with the dimensions that alarms and dashboard look at', async () => {
    parameters.parameters.set(
      CONNECTOR,
      JSON.stringify({ function: FUNCTION, elements: [startEvent({ activationCondition: '=body.go', resultExpression: '=body.result' })] }),
    )
    await invoke(sqsEvent({ body: { go: true } }, { body: { go: true } }, { body: { go: true, result: 1 } }, { body: {} }))
    await vi.waitFor(() => expect(metrics().some((line) => 'BatchDuration' in line)).toBe(true))
    const [counted] = metrics().filter((line) => 'BatchDuration' in line)
    expect(counted._aws.CloudWatchMetrics).toMatchObject([{ Namespace: 'CamundaSqsBridge', Dimensions: [['connector']] }])
    expect(
      Object.fromEntries(counted._aws.CloudWatchMetrics[0].Metrics.map(({ Name, Unit }: { Name: string; Unit: string }) => [Name, Unit])),
    ).toEqual({
      ColdStart: 'Count',
      Received: 'Count',
      ProcessInstanceCreated: 'Count',
      InvalidInput: 'Count',
      ActivationConditionNotMet: 'Count',
      Returned: 'Count',
      MessageAge: 'Milliseconds',
      CamundaLatency: 'Milliseconds',
      BatchDuration: 'Milliseconds',
      ConfigurationVersion: 'None',
    })
    expect(counted).toMatchObject({
      connector: 'orders',
      Received: 4,
      ProcessInstanceCreated: [1, 1],
      InvalidInput: 1,
      ActivationConditionNotMet: 1,
      Returned: [1, 1],
      MessageAge: [expect.any(Number), expect.any(Number)],
      CamundaLatency: [expect.any(Number), expect.any(Number)],
      ConfigurationVersion: expect.any(Number),
    })
    const [ofElement] = metrics().filter(({ element }) => element)
    expect(ofElement._aws.CloudWatchMetrics[0].Dimensions).toEqual([['connector', 'element']])
    expect(ofElement).toMatchObject({ connector: 'orders', element: 'OrderPlaced', ProcessInstanceCreated: [1, 1], InvalidInput: 1 })
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

/** Messages which could take a bridge down, or change what others mean. */
const POISON: [name: string, body: string, reason: RegExp][] = [
  ['nested 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, /gives no context/],
  [
    'of 1 MiB with 100,000 keys',
    `{${Array.from({ length: 100_000 }, (_, n) => `"k${n}":"x"`).join(',')}}`,
    /100000 variables of \d+ bytes in all/,
  ],
  ['with half a surrogate pair', '{"text":"a\\ud800b"}', /no valid Unicode/],
  ['above the size which Camunda takes', JSON.stringify({ text: 'x'.repeat(1_600_000) }), /1572864/],
]

describe('a message', () => {
  test.each(POISON)('%s is invalid, its batch mates are done, and the function lives', async (_, body, reason) => {
    parameters.parameters.set(CONNECTOR, JSON.stringify({ function: FUNCTION, elements: [startEvent({ resultExpression: '=body' })] }))
    const event = sqsEvent({ messageId: 'before', body: { n: 1 } }, { messageId: 'poison', body }, { messageId: 'after', body: { n: 2 } })
    expect(await invoke(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'poison' }] })
    await vi.waitFor(() => expect(logged().filter(({ outcome }) => outcome)).toHaveLength(3))
    expect(logged().find(({ messageId }) => messageId === 'poison')).toMatchObject({
      outcome: 'InvalidInput',
      reason: expect.stringMatching(reason),
    })
    expect(await invoke(sqsEvent({ body: { n: 3 } }))).toEqual({ batchItemFailures: [] })
    expect(metrics().filter((line) => 'ColdStart' in line)).toHaveLength(1)
  })

  test('that is invalid is a dead letter at once where the connector says so, with the reason', async () => {
    const elements = [startEvent({ resultExpression: '=body' })]
    parameters.parameters.set(CONNECTOR, JSON.stringify({ function: FUNCTION, invalidInput: 'deadLetter', elements }))
    expect(await invoke(sqsEvent({ messageId: 'bad', body: '"no context"', type: 'T' }))).toEqual({ batchItemFailures: [] })
    const { Messages } = await sqs.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queues.deadLetterQueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 5 }),
    )
    expect(Messages).toMatchObject([
      {
        Body: '"no context"',
        MessageAttributes: {
          type: { StringValue: 'T' },
          'camunda-sqs-bridge.reason': { StringValue: expect.stringContaining('gives no context') },
          'camunda-sqs-bridge.elementId': { StringValue: 'OrderPlaced' },
          'camunda-sqs-bridge.configurationVersion': { StringValue: expect.stringMatching(/^\d+$/) },
        },
      },
    ])
    expect(logged()).toContainEqual(
      expect.objectContaining({
        message: 'message sent to the dead-letter queue',
        outcome: 'InvalidInput',
        deadLetterMessageId: Messages?.[0]?.MessageId,
      }),
    )
  })

  test('that waits for Camunda is put off in its queue', async () => {
    parameters.parameters.set(ADDRESS, 'http://127.0.0.1:1')
    await sendMessage(sqs.sqs, queues.queueUrl, { body: '{}' })
    const receive = async () =>
      (await sqs.sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.queueUrl, MessageSystemAttributeNames: ['All'] }))).Messages ?? []
    const [{ MessageId = '', ReceiptHandle = '', Attributes = {} } = {}] = await receive()
    const record = {
      ...sqsRecord({ messageId: MessageId }),
      receiptHandle: ReceiptHandle,
      attributes: Attributes as unknown as SQSRecord['attributes'],
    }
    expect(await invoke({ Records: [record] })).toEqual({ batchItemFailures: [{ itemIdentifier: MessageId }] })
    await new Promise((later) => setTimeout(later, 1_500))
    expect(await receive()).toEqual([])
    const { Attributes: counts } = await sqs.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queues.queueUrl, AttributeNames: ['All'] }))
    expect(counts?.ApproximateNumberOfMessagesNotVisible).toBe('1')
    expect(logged()).toContainEqual(
      expect.objectContaining({ outcome: 'CamundaUnavailable', reason: expect.stringContaining('ECONNREFUSED') }),
    )
  })

  test('forges no log line, whatever it and its attributes say', async () => {
    const forged = '\n{"level":"INFO","message":"message done","messageId":"forged","outcome":"ProcessInstanceCreated"}\n'
    const record = sqsRecord({ messageId: 'a', body: forged, type: forged, group: forged })
    parameters.parameters.set(
      CONNECTOR,
      JSON.stringify({ function: FUNCTION, elements: [catchEvent({ correlationKeyExpression: '=body.key' })] }),
    )
    await invoke({ Records: [record] })
    await vi.waitFor(() => expect(logged().filter(({ outcome }) => outcome)).toHaveLength(1))
    expect(logged().filter(({ messageId }) => messageId === 'forged')).toEqual([])
  })
})

test('no secret is in anything that the function emits, whatever fails', async () => {
  const secrets = {
    CAMUNDA_CLIENT_SECRET: 'MARK-client-secret',
    CAMUNDA_BASIC_AUTH_PASSWORD: 'MARK-password',
    CAMUNDA_MTLS_KEY_PASSPHRASE: 'MARK-passphrase',
  }
  /** An identity provider and a Camunda which say back what they are told. */
  let status = 200
  const echo = await startHttpServer(({ path, body, authorization }, response) =>
    path === '/token'
      ? answerJson(response, status, { access_token: 'MARK-token', expires_in: 1, error_description: body })
      : answerProblem(response, 400, `${authorization}`, `${authorization} ${body} ${Object.values(secrets)}`),
  )
  for (const [name, value] of Object.entries({ ...secrets, CAMUNDA_CLIENT_ID: 'id', CAMUNDA_OAUTH_URL: `${echo.url}/token` }))
    parameters.parameters.set(`/camunda-sqs-bridge/camunda/${name}`, value)
  parameters.parameters.set(ADDRESS, echo.url)
  expect((await invoke(sqsEvent({ messageId: 'rejected' }))).batchItemFailures).toHaveLength(1)
  status = 401
  await new Promise((expired) => setTimeout(expired, 1_100))
  expect((await invoke(sqsEvent({ messageId: 'no token' }))).batchItemFailures).toHaveLength(1)
  await vi.waitFor(() => expect(logged().flatMap(({ outcome }) => outcome ?? [])).toEqual(['CamundaRejected', 'CamundaUnavailable']))
  expect(lines.join('\n')).not.toContain('MARK')
  await echo.stop()
})

test('the log of a healthy batch is about as long as the calculator of costs takes it to be', async () => {
  const messages = 10
  await invoke(sqsEvent(...Array.from({ length: messages }, () => ({ messageId: randomUUID() }))))
  await vi.waitFor(() => expect(metrics()).toHaveLength(2))
  const bytes = Buffer.byteLength(lines.join('\n'))
  const counted = messages * LOG_BYTES.message + LOG_BYTES.full
  expect(bytes / counted).toBeLessThan(1)
  expect(bytes / counted).toBeGreaterThan(0.7)
})

test('batches of an environment begin with as many messages at a time as the one before them came down to', async () => {
  let inFlight = 0
  let most = 0
  const camunda = await startHttpServer(async (_request, response) => {
    inFlight++
    most = Math.max(most, inFlight)
    const takesIt = inFlight <= 3
    await pause(50)
    inFlight--
    if (takesIt) answerJson(response, 200, { processInstanceKey: '1' })
    else answerProblem(response, 503, 'RESOURCE_EXHAUSTED')
  })
  parameters.parameters.set(ADDRESS, camunda.url)
  const batch = () => invoke(sqsEvent(...Array.from({ length: 10 }, () => ({}))))
  await batch()
  expect(most).toBe(10)
  most = 0
  await batch()
  expect(most).toBeLessThanOrEqual(5)
  await camunda.stop()
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
