import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { processBatch, type Settled } from '../../../lambda/bridge.ts'
import { evaluate, surroundedBy } from '../../../lambda/core/expressions.ts'
import type { JsonValue } from '../../../lambda/json/json.ts'
import { outcomeOf, plain } from '../../../tools/testing/message-outcome.ts'
import { messageSchema, type TestMessage, toRecord } from '../../../tools/testing/test-message.ts'
import { catchEvent, connector, startEvent } from '../../support/connectors.ts'
import { FakeCamunda } from '../../support/fake-camunda.ts'
import { FakeQueue } from '../../support/fake-queue.ts'

const ofType = (type: string) => `=messageAttributes.type.stringValue = "${type}"`
const orders = connector({
  elements: [startEvent({ activationCondition: ofType('order'), consumeUnmatchedEvents: true, resultExpression: '={ order: body }' })],
})
const typed = (type: string, body: unknown = {}): TestMessage => ({ body, messageAttributes: { type } })

describe('the outcome of a message', () => {
  test('is that of the function, whose commands are those told', async () => {
    const both = connector({
      invalidInput: 'deadLetter',
      elements: [
        startEvent({ activationCondition: ofType('order'), consumeUnmatchedEvents: true, resultExpression: '={ order: body.id }' }),
        catchEvent({ activationCondition: '=body.orderId != null or messageAttributes.type.stringValue = "payment"' }),
      ],
    })
    const messages = fc.record({
      body: fc.oneof(
        fc.record({ id: fc.integer(), orderId: fc.option(fc.string()) }, { requiredKeys: [] }),
        fc.string(),
        fc.constant(null),
      ),
      messageAttributes: fc.record({ type: fc.constantFrom('order', 'payment', 'other') }, { requiredKeys: [] }),
    })
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        const camunda = new FakeCamunda()
        const settled: Settled[] = []
        const told = outcomeOf(both, message)
        const record = toRecord(message, both, 0)
        const world = { camunda, queue: new FakeQueue(), pause: async () => {}, remainingTime: () => 60_000, configurationVersion: 1 }
        await processBatch({ ...world, connector: both, report: (one) => void settled.push(one) }, { Records: [record] })
        const [{ outcome, disposition, elementId } = {} as Settled] = settled
        expect(told).toMatchObject({ outcome: outcome.kind, ...(elementId && { elementId }) })
        expect(told.reason).toBe('reason' in outcome ? outcome.reason : undefined)
        expect(camunda.commands).toEqual(told.command ? [told.command] : [])
        if (!told.filteredOut)
          expect(told.afterwards).toBe({ acknowledge: 'deleted', return: 'back in the queue', deadLetter: 'dead letter' }[disposition])
        // The law of the filter.
        else expect(told).toMatchObject({ outcome: 'ActivationConditionNotMet', afterwards: 'deleted' })
      }),
    )
  })

  // biome-ignore format: a table
  test.each([
    ['sent to start an instance',              orders, typed('order', { id: 1 }), { outcome: 'ProcessInstanceCreated', elementId: 'OrderPlaced', variables: { order: { id: 1 } }, filteredOut: false, afterwards: 'deleted' }],
    ['filtered out, and so deleted',           orders, typed('other'),            { outcome: 'ActivationConditionNotMet', filteredOut: true, afterwards: 'deleted' }],
    ['unmatched where that is not consumed',   connector({ elements: [startEvent({ activationCondition: '=false' })] }), { body: 1 }, { outcome: 'ActivationConditionNotMet', filteredOut: false, afterwards: 'back in the queue' }],
    ['published, with key and id',             connector({ elements: [catchEvent({ messageIdExpression: '=body.id' })] }), { body: { orderId: 5, id: 'x' } }, { outcome: 'MessagePublished', correlationKey: '5', messageId: 'x', variables: {} }],
    ['invalid, with its element and reason',   connector({ elements: [catchEvent()] }), { body: {} }, { outcome: 'InvalidInput', elementId: 'PaymentReceived', reason: expect.stringContaining('no correlation key'), afterwards: 'back in the queue' }],
    ['invalid, and a dead letter at once',     connector({ invalidInput: 'deadLetter', elements: [catchEvent()] }), { body: {} }, { outcome: 'InvalidInput', afterwards: 'dead letter' }],
    ['started by an id that is asked for',     connector({ idempotency: 'businessId' }), { body: 1, messageId: 'm' }, { messageId: 'm' }],
  ])('%s', (_claim, its, message, expected) => {
    expect(outcomeOf(its, message)).toMatchObject(expected)
  })

  test('names no id where nobody asks for one', () => {
    expect(outcomeOf(orders, typed('order'))).not.toHaveProperty('messageId')
  })
})

describe('expressions ask', () => {
  const asking = connector({
    elements: [
      startEvent({
        resultExpression:
          '={ now: string(now()), day: string(today()), chance: random number(), id: uuid(), sent: attributes.SentTimestamp }',
      }),
    ],
  })

  test('no clock and no chance, but the same each time, in UTC', () => {
    const { variables } = outcomeOf(asking, { body: 1 })
    expect(variables).toMatchObject({
      now: expect.stringMatching(/^2026-01-01T12:00(:00)?(Z|@UTC)/),
      day: '2026-01-01',
      chance: 0.5,
      sent: '1767268800000',
    })
    expect(outcomeOf(asking, { body: 1 }).variables).toEqual(variables)
  })

  test('those of the test', () => {
    const { variables } = outcomeOf(asking, { body: 1 }, { now: Date.UTC(2030, 5, 30, 23, 59), random: () => 0.25 })
    expect(variables).toMatchObject({ day: '2030-06-30', chance: 0.25, sent: String(Date.UTC(2030, 5, 30, 23, 59)) })
  })

  test('the clock and chance again afterwards, also where the work failed', () => {
    const never = () => {
      throw new Error('failed')
    }
    expect(() => surroundedBy({ now: () => 0, random: () => 0.5 }, never)).toThrow('failed')
    expect(evaluate('=today() > date("2026-01-01")', {})).toMatchObject({ value: true })
    expect(evaluate('=random number() = 0.5', {})).toMatchObject({ value: false })
  })
})

describe('a message', () => {
  const whole = connector({ queue: { messageAttributeNames: [] }, elements: [startEvent({ resultVariable: 'message' })] })
  const body = '{"id":"A-1","list":[1,2]}'
  const lambda = {
    messageId: 'id',
    receiptHandle: 'handle',
    body,
    md5OfBody: 'md5',
    eventSource: 'aws:sqs',
    awsRegion: 'eu-central-1',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:111111111111:orders',
    attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1', SenderId: 'S', ApproximateFirstReceiveTimestamp: '2' },
    messageAttributes: {
      type: { stringValue: 'order', stringListValues: [], binaryListValues: [], dataType: 'String' },
      count: { stringValue: '5', stringListValues: [], binaryListValues: [], dataType: 'Number' },
      bytes: { binaryValue: 'AAE=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
    },
  }
  const sqs = {
    MessageId: 'id',
    ReceiptHandle: 'handle',
    Body: body,
    MD5OfBody: 'md5',
    Attributes: lambda.attributes,
    MessageAttributes: {
      type: { StringValue: 'order', DataType: 'String' },
      count: { StringValue: '5', DataType: 'Number' },
      bytes: { BinaryValue: 'AAE=', DataType: 'Binary' },
    },
  }
  const short = {
    messageId: 'id',
    receiptHandle: 'handle',
    md5OfBody: 'md5',
    body: { id: 'A-1', list: [1, 2] },
    attributes: { ...lambda.attributes, ApproximateReceiveCount: 2, SentTimestamp: 1 },
    messageAttributes: { type: 'order', count: 5, bytes: { binaryValue: 'AAE=' } },
  }

  test.each<[string, TestMessage]>([
    ['a record of Lambda', lambda],
    ['an event of Lambda', { Records: [lambda] }],
    ['a message of SQS', sqs],
    ['what aws sqs receive-message prints', { Messages: [sqs] }],
    ['short', short],
    ['short, with a text for its body', { ...short, body }],
  ])('is the same as %s', (_shape, message) => {
    expect(messageSchema.safeParse(message).error).toBeUndefined()
    expect(outcomeOf(whole, message).variables).toEqual(outcomeOf(whole, lambda).variables)
    expect(outcomeOf(whole, message).variables?.message).toMatchObject({ messageId: 'id', body: { id: 'A-1', list: [1, 2] } })
  })

  test('that says nothing of the rest has what SQS gives every message, on a FIFO queue also its group', () => {
    expect(outcomeOf(whole, { body: 'x' }).variables?.message).toMatchObject({
      messageId: '00000000-0000-4000-8000-000000000000',
      mD5OfBody: '9dd4e461268c8034f5c8564e155c67a6',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1767268800000' },
      messageAttributes: {},
    })
    expect(toRecord({ body: 'x' }, connector({ queue: { name: 'a.fifo' } }), 0)).toMatchObject({
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:a.fifo',
      attributes: { MessageGroupId: 'group' },
    })
  })

  test('keeps what it says of itself', () => {
    const record = toRecord({ body: 'x', attributes: { MessageGroupId: 'mine' } }, connector({ queue: { name: 'a.fifo' } }), 0)
    expect(record.attributes).toMatchObject({ MessageGroupId: 'mine', SenderId: 'AIDAEXAMPLE' })
  })

  test('has the body which its value is as JSON', () => {
    const bodyOf = (value: unknown) => toRecord({ body: value }, orders, 0).body
    const noText = fc.jsonValue().filter((value) => typeof value !== 'string')
    fc.assert(fc.property(noText, (value) => void expect(JSON.parse(bodyOf(value))).toEqual(JSON.parse(JSON.stringify(value)))))
    expect(bodyOf('no JSON')).toBe('no JSON')
    expect(bodyOf(null)).toBe('null')
    expect(bodyOf({ big: 9007199254740993n })).toBe('{"big":9007199254740993}')
  })
})

test('a value as a program has it keeps what no double holds, and tells no 1.0 from 1', () => {
  const value = outcomeOf(connector({ elements: [startEvent({ resultExpression: '={ all: body }' })] }), {
    body: '{"a":1.0,"b":9007199254740993,"c":-0.0,"d":1e20,"__proto__":{"x":1},"e":[2.50]}',
  }).variables?.all
  expect(value).toEqual(
    JSON.parse('{"a":1,"b":0,"c":0,"d":100000000000000000000,"__proto__":{"x":1},"e":[2.5]}', (name, part) =>
      name === 'b' ? 9007199254740993n : part,
    ),
  )
  expect(plain({ a: [1n, undefined], b: undefined })).toEqual({ a: [1, undefined] } as unknown as JsonValue)
})
