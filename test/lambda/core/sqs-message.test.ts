import { describe, expect, test } from 'vitest'
import { toSqsMessage } from '../../../lambda/core/sqs-message.ts'
import { sqsRecord, stringAttributes } from '../../support/sqs.ts'

const ALL = { attributeNames: [], messageAttributeNames: [] } as const

test('Lambda’s record becomes the official connector’s message, in its spelling and with nothing missing', () => {
  const record = sqsRecord({ messageId: 'm', body: { a: 1 }, type: 'OrderPlaced' })
  expect(toSqsMessage(record, ALL)).toEqual({
    messageId: 'm',
    receiptHandle: 'handle of m',
    mD5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
    body: { a: 1 },
    attributes: record.attributes,
    mD5OfMessageAttributes: null,
    messageAttributes: {
      type: { stringValue: 'OrderPlaced', binaryValue: null, stringListValues: [], binaryListValues: [], dataType: 'String' },
    },
  })
})

test('the digest of the attributes is kept where Lambda delivers one', () => {
  expect(toSqsMessage({ ...sqsRecord(), md5OfMessageAttributes: 'x' }, ALL).mD5OfMessageAttributes).toBe('x')
})

test('a binary attribute is base64', () => {
  const messageAttributes = { bin: { binaryValue: 'AQL/', stringListValues: [], binaryListValues: [], dataType: 'Binary' } } as const
  expect(toSqsMessage(sqsRecord({ messageAttributes: messageAttributes as never }), ALL).messageAttributes.bin).toMatchObject({
    binaryValue: 'AQL/',
    stringValue: null,
  })
})

test('a body that is no JSON is its text, and null is null', () => {
  expect(toSqsMessage(sqsRecord({ body: 'plain text' }), ALL).body).toBe('plain text')
  expect(toSqsMessage(sqsRecord({ body: '' }), ALL).body).toBe('')
  expect(toSqsMessage(sqsRecord({ body: 'null' }), ALL).body).toBe(null)
})

describe('the expressions see', () => {
  const record = sqsRecord({ messageAttributes: stringAttributes({ type: 't', 'trace.id': '1', 'trace.span': '2', tracer: '3' }) })
  // biome-ignore format: a table
  test.each([
    [[],                ['type', 'trace.id', 'trace.span', 'tracer']],
    [['type'],          ['type']],
    [['missing'],       []],
    [['All'],           ['type', 'trace.id', 'trace.span', 'tracer']],
    [['.*'],            ['type', 'trace.id', 'trace.span', 'tracer']],
    [['trace.*', 'type'], ['type', 'trace.id', 'trace.span', 'tracer']],
  ])('with messageAttributeNames %j: %j', (messageAttributeNames, names) => {
    expect(Object.keys(toSqsMessage(record, { ...ALL, messageAttributeNames }).messageAttributes)).toEqual(names)
  })

  test('with attributeNames those system attributes alone', () => {
    expect(toSqsMessage(record, { ...ALL, attributeNames: ['SenderId'] }).attributes).toEqual({ SenderId: 'AIDA' })
  })
})
