import type { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ConsoleEvent, DeadLetters, MessageDetails, MovedDeadLetters, Overview, Pushed } from '../../console/api.ts'
import { deployedFigures } from '../../local/console/deployed-figures.ts'
import { noChromium, startChromium } from '../support/chromium.ts'
import { startDeployedConnector } from '../support/deployed-connector.ts'
import { openPage } from './open-page.ts'

const connector = {
  queue: { arn: 'arn:aws:sqs:us-east-1:000000000000:orders' },
  elements: [
    {
      elementId: 'PaymentReceived',
      correlationPoint: { kind: 'publishMessage', messageName: 'paid' },
      activationCondition: '=messageAttributes.type.stringValue = "Payment"',
      correlationKeyExpression: '=body.orderId',
    },
  ],
}

let deployed: Awaited<ReturnType<typeof startDeployedConnector>>

beforeEach(async () => {
  deployed = await startDeployedConnector(connector)
})
afterEach(() => deployed.stop())

/** The command, and its API as the page asks it. */
async function startConsole() {
  const { stdout, stderr } = deployed.start('console', 'orders', '--since', '1h')
  const out = { text: '' }
  for (const stream of [stdout, stderr]) stream.on('data', (chunk) => (out.text += String(chunk)))
  await vi.waitUntil(() => out.text.includes('Ctrl-C'), { timeout: 30_000 })
  const [address = '', origin = '', token = ''] = /(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/.exec(out.text) ?? []
  const ask = async <Answer>(method: string, path: string, input?: object): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${origin}/api${path}`, { method, headers, ...(input && { body: JSON.stringify(input) }) })
    return (await response.json()) as Answer
  }
  /** What it has told so far. */
  const told = async () => {
    const response = await fetch(`${origin}/api/events?token=${token}`)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const { value = '' } = (await reader?.read()) ?? {}
    await reader?.cancel()
    return value.split('\n\n').flatMap((each): ConsoleEvent[] => (each === '' ? [] : [JSON.parse(each.slice('data: '.length))]))
  }
  return { address, ask, told, out }
}

function logs(messageId: string, fields: object, timestamp = Date.now()) {
  const message = JSON.stringify({ message: 'message returned', messageId, receiveCount: 1, ...fields })
  deployed.logEvents.push({ eventId: `${messageId} ${timestamp}`, timestamp, message })
}

test('it shows the outcomes of the log, the newest of each message, with what came before', async () => {
  logs('m-1', { outcome: 'CamundaUnavailable', reason: 'HTTP 503' }, Date.now() - 2_000)
  logs('m-1', {
    message: 'message done',
    outcome: 'MessagePublished',
    elementId: 'PaymentReceived',
    messageKey: '42',
    receiveCount: 2,
    configurationVersion: 7,
  })
  const { ask, told } = await startConsole()
  const done = async () => {
    const rows = (await told()).flatMap((event) => (event.kind === 'messages' ? event.rows : []))
    return rows.some(({ key }) => key === '42') && rows
  }
  const rows = await vi.waitUntil(done, { timeout: 20_000 })
  expect(rows).toEqual([
    expect.objectContaining({ messageId: 'm-1', outcome: 'MessagePublished', elementId: 'PaymentReceived', receives: 2, fate: 'deleted' }),
  ])
  const { events, log } = await ask<MessageDetails>('GET', '/messages/m-1')
  expect(events.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['back in the queue', 'CamundaUnavailable'],
    ['deleted', 'MessagePublished'],
  ])
  expect(log).toHaveLength(2)
  expect(await ask<Overview>('GET', '/overview')).toMatchObject({ kind: 'deployed', connectors: [{ name: 'orders', queue: 'orders' }] })
  expect(await ask('GET', '/connectors/orders')).toMatchObject({ functionVersion: 7 })
})

test('a dead letter is explained by the connector that is active, as its body is there', async () => {
  const messageId = await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{"amount":5}', attributes: { type: 'Payment' } })
  logs(messageId, { outcome: 'InvalidInput', reason: 'no correlation key' })
  const { ask, told } = await startConsole()
  await vi.waitUntil(async () => JSON.stringify(await told()).includes(messageId), { timeout: 20_000 })
  expect(await ask('GET', `/messages/${messageId}`)).toMatchObject({
    record: { body: '{"amount":5}' },
    explanation: { elements: [{ elementId: 'PaymentReceived', activates: true }], outcome: { kind: 'InvalidInput' } },
  })
})

test('dead letters are shown by reason, and those which are named go back to their queue', async () => {
  const { queueUrl } = deployed.deadLetterQueue
  const one = await deployed.send(queueUrl, { body: '{"amount":5}', attributes: { type: 'Payment' } })
  await deployed.send(queueUrl, { body: '{"orderId":"A"}', attributes: { type: 'Payment' } })
  const { ask } = await startConsole()
  const { groups, seen } = await ask<DeadLetters>('GET', '/connectors/orders/dead-letters')
  expect(seen).toBe(2)
  expect(groups.map(({ reason }) => reason).sort()).toEqual([
    expect.stringMatching(/^InvalidInput: no correlation key/),
    'would be sent: PaymentReceived',
  ])
  const moved = await ask<MovedDeadLetters>('POST', '/connectors/orders/dead-letters/redrive', { messageIds: [one] })
  expect(moved).toEqual({ moved: 1, left: 1, faults: [] })
  expect((await deployed.visibleIn(deployed.queue.queueUrl)).map(({ Body }) => Body)).toEqual(['{"amount":5}'])
})

test('dead letters which somebody holds are moved when they are given back', async () => {
  const { queueUrl } = deployed.deadLetterQueue
  const held = await deployed.send(queueUrl, { body: '{"amount":5}', attributes: { type: 'Payment' } })
  const { ask } = await startConsole()
  await deployed.sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 2 }))
  const discard = (messageIds: readonly string[]) =>
    ask<MovedDeadLetters>('POST', '/connectors/orders/dead-letters/discard', { messageIds })
  expect(await discard([held])).toEqual({ moved: 1, left: 0, faults: [] })
  expect(await discard([held])).toEqual({
    moved: 0,
    left: 0,
    faults: ['The others were held by somebody else, or are not there any more.'],
  })
})

test('a valid connector is pushed into its parameter, an invalid one is refused with each error and its place', async () => {
  const { ask } = await startConsole()
  const push = (text: string) => ask<Pushed>('POST', '/connectors/orders/push', { text })
  const before = deployed.parameters.get('/camunda-sqs-bridge/orders/connector')
  const invalid = JSON.stringify({ ...connector, elements: [{ ...connector.elements[0], activationCondition: '=1 +' }] }, null, 2)
  expect(await push(invalid)).toMatchObject({ pushed: false, errors: [{ path: 'elements[0].activationCondition', line: 12 }] })
  expect(await push('{')).toMatchObject({ pushed: false, errors: [{ line: 1 }] })
  expect(await push(before ?? '')).toMatchObject({ pushed: false, errors: [] })
  expect(deployed.parameters.get('/camunda-sqs-bridge/orders/connector')).toBe(before)

  const changed = { ...connector, idempotency: 'none', elements: [{ ...connector.elements[0], messageTtl: 'PT2H' }] }
  const pushed = await push(JSON.stringify({ $schema: './connector.schema.json', ...changed }))
  expect(pushed).toMatchObject({ pushed: true, version: 2, needsDeployment: ['idempotency'] })
  expect(pushed.differences).toContain('+')
  expect(JSON.parse(deployed.parameters.get('/camunda-sqs-bridge/orders/connector') ?? '')).toEqual(changed)
})

test('of another connector it tells nothing', async () => {
  const { ask } = await startConsole()
  expect(await ask('GET', '/connectors/payments')).toMatchObject({ status: 404 })
})

describe('the figures are CloudWatch’s, by the minute, with what SQS counts', () => {
  const minute = Math.floor(Date.now() / 60_000) * 60_000
  const ofTheFunction = { received: 10, returned: 2, deadLettered: 1, latency: 40, mostLatency: 90, age: 500, filtered: 3 }
  const ofTheQueue = { receivedBySqs: 15, deletedBySqs: 12, ageOfOldest: 4 }

  test('of what the function counts, where it does', async () => {
    await deployed.send(deployed.queue.queueUrl, { body: '{}' })
    const { figures, metrics } = await figuresOf({ ...ofTheFunction, ...ofTheQueue })
    expect(figures).toMatchObject({ period: 60_000, waiting: 1, inFlight: 0, deadLetters: 0 })
    expect(figures.points).toHaveLength(120)
    expect(figures.points.find(({ at }) => at === minute)).toEqual({
      at: minute,
      received: 10,
      returned: 2,
      deadLetters: 1,
      done: 7,
      filtered: 3,
      latency: { median: 40, most: 90 },
      age: 500,
    })
    expect(metrics).toContainEqual({
      Namespace: 'CamundaSqsBridge',
      MetricName: 'Received',
      Dimensions: [{ Name: 'connector', Value: 'orders' }],
    })
    expect(metrics).toContainEqual({
      Namespace: 'AWS/Lambda',
      MetricName: 'FilteredOutEventCount',
      Dimensions: [{ Name: 'EventSourceMappingUUID', Value: 'mapping-1' }],
    })
  })

  test('of what SQS counts of the queue, where the function writes none of it', async () => {
    const { figures, metrics } = await figuresOf({ latency: 40, mostLatency: 90, deadLettered: 1, ...ofTheQueue })
    expect(figures.points.find(({ at }) => at === minute)).toEqual({
      at: minute,
      received: 15,
      returned: 0,
      deadLetters: 1,
      done: 11,
      filtered: 0,
      latency: { median: 40, most: 90 },
      age: 4_000,
    })
    const name = deployed.queue.queueUrl.split('/').at(-1)
    expect(metrics).toContainEqual({
      Namespace: 'AWS/SQS',
      MetricName: 'NumberOfMessagesDeleted',
      Dimensions: [{ Name: 'QueueName', Value: name }],
    })
  })

  /** With one value of a metric, of this minute. */
  async function figuresOf(values: Readonly<Record<string, number>>) {
    const asked: GetMetricDataCommand['input'][] = []
    const cloudWatch = {
      async send({ input }: GetMetricDataCommand) {
        asked.push(input)
        const results = input.MetricDataQueries?.map(({ Id = '' }) =>
          Id in values ? { Id, Timestamps: [new Date(minute)], Values: [values[Id]] } : { Id, Timestamps: [], Values: [] },
        )
        return { MetricDataResults: results }
      },
    } as unknown as CloudWatchClient
    const lambda = { send: async () => ({ EventSourceMappings: [{ UUID: 'mapping-1' }] }) } as unknown as LambdaClient
    const deployment = {
      connector: 'orders',
      functionName: 'orders-function',
      queueUrl: deployed.queue.queueUrl,
      deadLetterQueueUrl: undefined,
      parameterName: '',
      filterParameterName: '',
      logGroupName: '',
      stack: undefined,
    }
    const figures = await deployedFigures({ cloudWatch, lambda, sqs: deployed.sqs }, deployment)
    return { figures, metrics: asked[0]?.MetricDataQueries?.map(({ MetricStat }) => MetricStat?.Metric) }
  }
})

describe.skipIf(noChromium !== undefined)(`in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  test('a dead letter is redriven only after one was asked, and there is nothing to send or to provoke', async () => {
    await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{"amount":5}', attributes: { type: 'Payment' } })
    const { address } = await startConsole()
    const browser = await startChromium()
    try {
      const { page, errors, foreign } = await openPage(browser, address)
      await page.getByRole('link', { name: 'Faults' }).click()
      await page.getByRole('button', { name: 'Redrive all of orders' }).click()
      expect(await deployed.visibleIn(deployed.queue.queueUrl)).toEqual([])
      await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click()
      await page.getByText('1 moved; about 0 left.').waitFor()
      expect(await deployed.visibleIn(deployed.queue.queueUrl)).toHaveLength(1)
      expect(await page.getByRole('radio').count()).toBe(0)
      expect(await page.getByRole('link', { name: 'Send', exact: true }).count()).toBe(0)
      expect([errors, foreign]).toEqual([[], []])
    } finally {
      await browser.close()
    }
  })
})
