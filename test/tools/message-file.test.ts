import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { messagesIn, onlyMessage } from '../../tools/message-file.ts'
import { sqsRecord } from '../support/sqs.ts'

const ARN = 'arn:aws:sqs:eu-central-1:111111111111:orders'
const record = sqsRecord({ messageId: 'm', body: 'b' })
const received = { MessageId: 'm', ReceiptHandle: 'r', MD5OfBody: 'x', Body: 'b' }
const NOTIFICATION = { Type: 'Notification', MessageId: 'm', TopicArn: 'arn', Message: '{"id":1}' }
const S3_EVENT = { Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'k' } } }] }

// biome-ignore format: a table
const SHAPES: readonly [string, unknown, string, string?][] = [
  ['Lambda’s event',                             { Records: [record] },                             'event',    'b'],
  ['Lambda’s record',                            record,                                            'record',   'b'],
  ['a record of few fields',                     { messageId: 'm', body: 'b' },                     'record',   'b'],
  ['a list of one record',                       [record],                                          'record',   'b'],
  ['a record with a field of later days',        { ...record, later: 1 },                           'record',   'b'],
  ['a dead letter as peek tells it',             { messageId: 'm', sent: '2026-01-01', body: 'b', messageAttributes: {} }, 'record', 'b'],
  ['what aws sqs receive-message prints',        { Messages: [received] },                          'received', 'b'],
  ['one message of that',                        received,                                          'received', 'b'],
  ['its list alone, as --query Messages has it', [received],                                        'received', 'b'],
  ['the message as expressions see it',          { body: { id: 1 } },                               'message',  '{"id":1}'],
  ['a message with attributes by hand',          { body: { id: 1 }, messageAttributes: { type: 'T' } }, 'message', '{"id":1}'],
  ['a body',                                     { amount: 5 },                                     'body'],
  ['an empty object',                            {},                                                'body'],
  ['a list',                                     [1, 2],                                            'body'],
  ['an empty list',                              [],                                                'body'],
  ['a number',                                   5,                                                 'body'],
  ['a body with a body of its own',              { body: 'b', subject: 's' },                       'body'],
  ['a notification of SNS',                      NOTIFICATION,                                      'body'],
  ['an event of S3, which has records too',      S3_EVENT,                                          'body'],
  ['an event of EventBridge',                    { source: 's', 'detail-type': 'd', detail: {} },   'body'],
  ['a body with messages of its own',            { Messages: [{ text: 't' }] },                     'body'],
]

test.each(SHAPES)('%s is taken for what it is', (_name, json, shape, body = JSON.stringify(json)) => {
  const messages = messagesIn(JSON.stringify(json), ARN)
  expect(messages.shape).toBe(shape)
  expect(onlyMessage(messages)).toMatchObject({ body, eventSourceARN: expect.stringContaining('arn:aws:sqs:') })
})

test('whatever a body is, within each envelope it is that body', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      for (const envelope of [
        { Records: [{ ...record, body }] },
        { ...record, body },
        { Messages: [{ ...received, Body: body }] },
        { ...received, Body: body },
      ])
        expect(onlyMessage(messagesIn(JSON.stringify(envelope))).body).toBe(body)
    }),
  )
})

describe('a body', () => {
  test.each([
    ['text', 'hello\nworld', 'hello\nworld'],
    ['text with the line’s end of an editor', 'hello\n', 'hello'],
    ['JSON with a mark before it', '\uFEFF{"a":1}', '{"a":1}'],
    ['numbers beyond what a double holds', '{"n":12345678901234567890}', '{"n":12345678901234567890}'],
    ['half of JSON', '{"a":', '{"a":'],
  ])('of %s is as it was', (_name, text, body) => {
    expect(onlyMessage(messagesIn(text)).body).toBe(body)
  })
})

test('numbers are exact in the message as expressions see it, too', () => {
  expect(onlyMessage(messagesIn('{"body":{"n":12345678901234567890}}')).body).toBe('{"n":12345678901234567890}')
})

test('attributes come to where expressions look for them, from each shape', () => {
  const type = { stringValue: 'T', stringListValues: [], binaryListValues: [], dataType: 'String' }
  const data = { DataType: 'Binary', BinaryValue: 'AQI=' }
  for (const json of [
    { ...record, messageAttributes: { type, data: { ...type, stringValue: undefined, binaryValue: 'AQI=', dataType: 'Binary' } } },
    { ...received, MessageAttributes: { type: { DataType: 'String', StringValue: 'T' }, data } },
    { body: {}, messageAttributes: { type: 'T', data: { binaryValue: 'AQI=', dataType: 'Binary' } } },
  ]) {
    const all = { attributeNames: [], messageAttributeNames: [] }
    const { messageAttributes } = toSqsMessage(onlyMessage(messagesIn(JSON.stringify(json))), all)
    expect(messageAttributes).toMatchObject({ type: { stringValue: 'T' }, data: { binaryValue: 'AQI=' } })
  }
})

// biome-ignore format: a table
test.each([
  ['several records', JSON.stringify({ Records: [record, { ...record, messageId: 'n' }] }), /several messages, 2: one at a time/],
  ['no record',       '{"Records":[]}',                                                   /an event of Lambda’s, and holds no message/],
  ['no message',      '{"Messages":[]}',                                                  /holds no message/],
  ['nothing at all',  '',                                                                 /it is empty: aws sqs receive-message prints nothing/],
])('%s is told', (_name, text, message) => {
  expect(() => onlyMessage(messagesIn(text))).toThrow(message)
})
