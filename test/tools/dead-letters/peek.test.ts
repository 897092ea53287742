import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEAD_LETTER_ATTRIBUTES } from '../../../lambda/core/dead-letter-attributes.ts'
import { lookThrough } from '../../../tools/dead-letters/dead-letters.ts'
import { reasonOfDeadLetter } from '../../../tools/dead-letters/reason.ts'
import { connectorFiles, orderPlaced, paymentReceived } from '../../lib/connector-files.ts'
import { connector } from '../../support/connectors.ts'
import { startDeployedConnector } from '../../support/deployed-connector.ts'

const CONNECTOR = { elements: [orderPlaced, paymentReceived] }
const ARN = 'arn:aws:sqs:eu-central-1:111111111111:orders'

let deployed: Awaited<ReturnType<typeof startDeployedConnector>>
beforeEach(async () => {
  deployed = await startDeployedConnector(CONNECTOR)
})
afterEach(() => deployed.stop())

const type = (stringValue: string) => ({ MessageAttributes: { type: { DataType: 'String', StringValue: stringValue } } })
const reasonOf = (message: Message) => reasonOfDeadLetter(message, connector(CONNECTOR), ARN)

// biome-ignore format: a table
test.each<[string, Message, string, string | undefined]>([
  ['one that no element wants',           { Body: '{}' },                                            'ActivationConditionNotMet',                                 undefined],
  ['one that would be sent now',          { Body: '{}', ...type('OrderPlaced') },                    'would be sent: OrderPlaced',                                'OrderPlaced'],
  ['one without a key',                   { Body: '{}', ...type('Payment') },                        'InvalidInput: no correlation key from =body.orderId: it is null: NO_CONTEXT_ENTRY_FOUND in body.orderId', 'PaymentReceived'],
])('what SQS gave up is told by what would become of it now: %s', (_name, message, reason, elementId) => {
  expect(reasonOf(message)).toEqual({ reason, elementId, told: 'now' })
})

test('what the function gave up is told by its own words, whatever would become of it now', () => {
  const attributes = {
    [DEAD_LETTER_ATTRIBUTES.reason]: { DataType: 'String', StringValue: 'several elements' },
    [DEAD_LETTER_ATTRIBUTES.elementId]: { DataType: 'String', StringValue: 'E' },
  }
  expect(reasonOf({ Body: '{}', MessageAttributes: attributes })).toEqual({ reason: 'several elements', elementId: 'E', told: 'function' })
})

test('what another queue put into a shared dead-letter queue is told apart', () => {
  const from = (arn: string): Message => ({ Body: '{}', Attributes: { DeadLetterQueueSourceArn: arn } })
  expect(reasonOf(from(`${ARN}-2`))).toEqual({ reason: 'of another queue: orders-2', elementId: undefined, told: 'other' })
  expect(reasonOf(from(ARN)).told).toBe('now')
  const sent = (arn: string) =>
    reasonOf({
      Body: '{}',
      MessageAttributes: {
        [DEAD_LETTER_ATTRIBUTES.queueArn]: { DataType: 'String', StringValue: arn },
        [DEAD_LETTER_ATTRIBUTES.reason]: { DataType: 'String', StringValue: 'r' },
      },
    })
  expect(sent(`${ARN}-2`)).toMatchObject({ reason: 'of another queue: orders-2', told: 'other' })
  expect(sent(ARN)).toMatchObject({ reason: 'r', told: 'function' })
})

test('looking takes nothing away: all is there at once afterwards', async () => {
  const { deadLetterQueue, sqs } = deployed
  for (let count = 0; count < 25; count++) await deployed.send(deadLetterQueue.queueUrl, { body: `{"n":${count}}` })
  const counts: number[] = []
  const messages = await lookThrough(sqs, deadLetterQueue.queueUrl, { most: 1_000, patience: 0, onProgress: (count) => counts.push(count) })
  expect(new Set(messages.map(({ MessageId }) => MessageId)).size).toBe(25)
  expect(counts.at(-1)).toBe(25)
  expect(await deployed.visibleIn(deadLetterQueue.queueUrl)).toHaveLength(25)
})

test('no more are looked at than were asked for', async () => {
  const { deadLetterQueue, sqs } = deployed
  for (let count = 0; count < 15; count++) await deployed.send(deadLetterQueue.queueUrl, { body: '{}' })
  expect(await lookThrough(sqs, deadLetterQueue.queueUrl, { most: 12, patience: 0 })).toHaveLength(12)
})

test('what was received is given back also when looking is interrupted, and when it fails', async () => {
  const { deadLetterQueue, sqs } = deployed
  for (let count = 0; count < 15; count++) await deployed.send(deadLetterQueue.queueUrl, { body: '{}' })
  const stopping = new AbortController()
  const seen = await lookThrough(sqs, deadLetterQueue.queueUrl, {
    most: 1_000,
    patience: 0,
    signal: stopping.signal,
    onProgress: () => stopping.abort(),
  })
  expect(seen).toHaveLength(10)
  let calls = 0
  const failing = {
    send: (command: never) => (++calls === 2 ? Promise.reject(new Error('no network')) : sqs.send(command)),
  } as unknown as SQSClient
  await expect(lookThrough(failing, deadLetterQueue.queueUrl, { most: 1_000, patience: 0 })).rejects.toThrow('no network')
  expect(await deployed.visibleIn(deadLetterQueue.queueUrl)).toHaveLength(15)
})

test('peek groups by reason and element, for people and for programs, and tells bodies only when asked', async () => {
  const { queueUrl } = deployed.deadLetterQueue
  await deployed.send(queueUrl, { body: '{"secret":"S1"}', attributes: { type: 'Payment' } })
  await deployed.send(queueUrl, { body: '{"secret":"S2"}', attributes: { type: 'Payment' } })
  const told = { [DEAD_LETTER_ATTRIBUTES.reason]: 'HTTP 404: no process', [DEAD_LETTER_ATTRIBUTES.elementId]: 'OrderPlaced' }
  const messageId = await deployed.send(queueUrl, { body: '{"secret":"S3"}', attributes: told })

  const people = await deployed.run('peek', 'orders')
  expect(people).toMatchObject({ code: 0, error: '' })
  expect(people.out).toMatch(
    /^3 seen of about 3 in orders-dead-letters\n {5}2 {2}now: InvalidInput: no correlation key .*\n.*PaymentReceived/,
  )
  expect(people.out).toMatch(new RegExp(`     1  HTTP 404: no process\n.*OrderPlaced · .* e\\.g\\. ${messageId}`))
  expect(people.out).not.toContain('secret')

  const { groups, ...rest } = JSON.parse((await deployed.run('peek', 'orders', '--json')).out)
  expect(rest).toEqual({ connector: 'orders', deadLetterQueueUrl: queueUrl, seen: 3, approximately: { visible: 3, inFlight: 0 } })
  expect(groups).toEqual([
    expect.objectContaining({ told: 'now', count: 2, elementId: 'PaymentReceived', messages: [expect.anything(), expect.anything()] }),
    expect.objectContaining({ told: 'function', count: 1, messages: [{ messageId, sent: expect.any(String) }] }),
  ])
  expect((await deployed.run('peek', 'orders', '--bodies')).out).toContain('{"secret":"S3"}')
})

test('peek tells what the log last told of a message, and what would become of it now', async () => {
  const { queueUrl } = deployed.deadLetterQueue
  const told = (messageId: string, outcome: string, reason: string, timestamp: number) =>
    deployed.logEvents.push({
      eventId: `${timestamp}`,
      timestamp,
      message: JSON.stringify({ messageId, outcome, reason, elementId: 'OrderPlaced', message: 'message returned' }),
    })
  const messageId = await deployed.send(queueUrl, { body: '{}', attributes: { type: 'OrderPlaced' } })
  const invalid = await deployed.send(queueUrl, { body: '{}', attributes: { type: 'Payment' } })
  told(messageId, 'CamundaUnavailable', 'HTTP 503', Date.now())
  told(messageId, 'Ambiguous', 'HTTP 504', Date.now() + 1)
  told(invalid, 'InvalidInput', 'no correlation key from =body.orderId: it is null: NO_CONTEXT_ENTRY_FOUND in body.orderId', Date.now())
  told('another', 'Unexpected', 'x', Date.now() + 2)
  const executed = await deployed.send(queueUrl, { body: '{}', attributes: { type: 'OrderPlaced' } })
  // Pages of the log are in no order.
  told(executed, 'CamundaRejected', 'HTTP 403', Date.now() + 9)
  told(executed, 'Ambiguous', 'HTTP 504', Date.now() + 3)
  const people = await deployed.run('peek', 'orders')
  expect(people.out).toMatch(/ {5}1 {2}Ambiguous: HTTP 504\n +OrderPlaced · now: would be sent: OrderPlaced · sent /)
  expect(people.out).toMatch(/ {5}1 {2}InvalidInput: no correlation key .*\n +OrderPlaced · now: the same · sent /)
  const { groups } = JSON.parse((await deployed.run('peek', 'orders', '--json')).out)
  expect(groups).toContainEqual(expect.objectContaining({ told: 'log', reason: 'Ambiguous: HTTP 504', now: 'would be sent: OrderPlaced' }))
  expect(people.out).toContain('     1  CamundaRejected: HTTP 403; Ambiguous before: it may have had its effect\n')
  expect((await deployed.run('peek', 'orders', '--no-log')).out).toContain('now: would be sent: OrderPlaced')
})

test('with bodies, peek tells messages which explain takes', async () => {
  await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{"orderId":"A-1"}', attributes: { type: 'Payment' } })
  const { groups } = JSON.parse((await deployed.run('peek', 'orders', '--bodies', '--json')).out)
  const directory = connectorFiles({ 'message.json': groups[0].messages[0], 'orders.json': CONNECTOR })
  const { code, out } = await deployed.run('explain', '--message', `${directory}/message.json`, '--connectors', directory, 'orders')
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('PaymentReceived: activated') })
})

test('peek tells a faulty connector, and groups by what the function said all the same', async () => {
  deployed.parameters.set('/camunda-sqs-bridge/orders/connector', '{}')
  await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{}' })
  const { code, out, error } = await deployed.run('peek', 'orders')
  expect({ code, error }).toMatchObject({ code: 0, error: expect.stringContaining('elements: found nothing') })
  expect(out).toContain('not evaluated: the connector is missing or invalid')
})

test.each([
  ['a connector that is not deployed', ['payments'], 1, /There is no stack camunda-sqs-bridge-payments/],
  ['no connector', [], 2, /missing required argument 'connector'\nUsage: camunda-sqs-bridge peek/],
  ['a number that is none', ['orders', '--max', 'many'], 2, /--max <n>.*many.*It takes a whole number from 1 to 100000/],
])('%s is told without a stack trace', async (_name, args, code, message) => {
  const result = await deployed.run('peek', ...args)
  expect(result).toMatchObject({ code, out: '', error: expect.stringMatching(message) })
  expect(result.error).not.toMatch(/^\s+at /m)
})
