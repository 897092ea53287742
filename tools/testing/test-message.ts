import { createHash } from 'node:crypto'
import type { SQSRecord } from 'aws-lambda'
import { z } from 'zod'
import { type Connector, existingQueue, isFifo, SYSTEM_ATTRIBUTES } from '../../lambda/core/connector.ts'
import { type JsonValue, toJsonText } from '../../lambda/json/json.ts'

/** A message in whichever shape one has it at hand, of which the record is made that Lambda would deliver. */

const text = z.string()

const messageAttribute = z
  .union(
    [
      z.string(),
      z.number(),
      z.strictObject({
        stringValue: text.nullish(),
        binaryValue: text.nullish().describe('Base64.'),
        dataType: text.optional(),
        stringListValues: z.array(text).optional(),
        binaryListValues: z.array(text).optional(),
      }),
      z.strictObject({ StringValue: text.optional(), BinaryValue: text.optional().describe('Base64.'), DataType: text.optional() }),
    ],
    { error: 'a text, a number, or { "stringValue" or "binaryValue", "dataType" }' },
  )
  .describe('A text, a number, or the attribute as Lambda or SQS has it.')

const messageAttributes = z.record(text, messageAttribute)
const systemAttributes = z.strictObject(
  Object.fromEntries(SYSTEM_ATTRIBUTES.map((name) => [name, z.union([text, z.number()], { error: 'a text or a number' }).optional()])),
)

const asLambdaHasIt = {
  body: z.unknown().optional().describe('The body: a text as it is, any other value as its JSON.'),
  messageAttributes: messageAttributes.optional().describe('Message attributes, such as { "type": "OrderPlaced" }.'),
  attributes: systemAttributes.optional().describe('System attributes: MessageGroupId, ApproximateReceiveCount, …'),
  messageId: text.optional(),
  receiptHandle: text.optional(),
  md5OfBody: text.optional(),
  md5OfMessageAttributes: text.nullish(),
  eventSource: text.optional(),
  eventSourceARN: text.optional(),
  awsRegion: text.optional(),
}
const asSqsHasIt = {
  Body: text.optional().describe('The body, where the message is as SQS has it.'),
  MessageAttributes: messageAttributes.optional(),
  Attributes: systemAttributes.optional(),
  MessageId: text.optional(),
  ReceiptHandle: text.optional(),
  MD5OfBody: text.optional(),
  MD5OfMessageAttributes: text.optional(),
}
/** A test is of one message. */
function isOne(list: readonly unknown[]): boolean {
  return list.length === 1
}

const FORMS = ['body', 'Body', 'Records', 'Messages'] as const

export const messageSchema = z
  .strictObject({
    ...asLambdaHasIt,
    ...asSqsHasIt,
    Records: z
      .array(z.strictObject(asLambdaHasIt))
      .refine(isOne, 'one record: a test is of one message')
      .optional()
      .describe('A Lambda event.'),
    Messages: z
      .array(z.strictObject(asSqsHasIt))
      .refine(isOne, 'one message: a test is of one')
      .optional()
      .describe('What aws sqs receive-message prints.'),
  })
  .refine((message) => FORMS.filter((form) => form in message).length === 1, {
    error: 'a message with its body: { "body": … }, a Lambda event with “Records”, or what aws sqs receive-message prints',
    // A property that is none is told with the nearest, which may be the body.
    when: ({ issues }) => issues.every(({ code }) => code !== 'unrecognized_keys'),
  })
  .describe('The message: short, as Lambda delivers it, or as aws sqs receive-message prints it.')

export type TestMessage = z.input<typeof messageSchema>

/** A message by its parts, wherever they stood. */
type Parts = Partial<{ readonly [Name in keyof SQSRecord]: unknown }>

/** What a message has of which a test says nothing: always the same. */
const MESSAGE_ID = '00000000-0000-4000-8000-000000000000'
const RECEIPT_HANDLE = 'receipt handle'
const SENDER_ID = 'AIDAEXAMPLE'
const FIFO_ATTRIBUTES = { MessageGroupId: 'group', MessageDeduplicationId: MESSAGE_ID, SequenceNumber: '18849496460467696128' }

/** @param now milliseconds since 1970: when it was sent, and received for the first time, unless it says otherwise */
export function toRecord(message: TestMessage, connector: Pick<Connector, 'queue'>, now: number): SQSRecord {
  const parts = partsOf(message)
  const body = typeof parts.body === 'string' ? parts.body : toJsonText((parts.body ?? null) as JsonValue)
  const arn = existingQueue(connector)?.arn ?? `arn:aws:sqs:eu-central-1:000000000000:${connector.queue.name ?? 'queue'}`
  const attributes = {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(now),
    SenderId: SENDER_ID,
    ApproximateFirstReceiveTimestamp: String(now),
    ...(isFifo(connector) && FIFO_ATTRIBUTES),
    ...texts(parts.attributes as Readonly<Record<string, string | number>> | undefined),
  }
  const record = {
    messageId: MESSAGE_ID,
    receiptHandle: RECEIPT_HANDLE,
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: arn.split(':')[3],
    ...defined(parts),
    body,
    attributes,
    messageAttributes: Object.fromEntries(
      Object.entries((parts.messageAttributes ?? {}) as z.input<typeof messageAttributes>).map(([name, each]) => [name, attributeOf(each)]),
    ),
  }
  return record as SQSRecord
}

function partsOf(message: TestMessage): Parts {
  const { Records: [record = undefined] = [], Messages: [received = undefined] = [] } = message
  if (record) return record
  const sqs = received ?? message
  if (sqs.Body === undefined) return message as Parts
  return {
    messageId: sqs.MessageId,
    receiptHandle: sqs.ReceiptHandle,
    body: sqs.Body,
    md5OfBody: sqs.MD5OfBody,
    md5OfMessageAttributes: sqs.MD5OfMessageAttributes,
    attributes: sqs.Attributes,
    messageAttributes: sqs.MessageAttributes,
  }
}

function attributeOf(attribute: z.input<typeof messageAttribute>): SQSRecord['messageAttributes'][string] {
  const lists = { stringListValues: [], binaryListValues: [] }
  if (typeof attribute === 'string') return { stringValue: attribute, ...lists, dataType: 'String' }
  if (typeof attribute === 'number') return { stringValue: toJsonText(attribute), ...lists, dataType: 'Number' }
  const { stringValue, binaryValue, dataType } =
    'StringValue' in attribute || 'BinaryValue' in attribute || 'DataType' in attribute
      ? { stringValue: attribute.StringValue, binaryValue: attribute.BinaryValue, dataType: attribute.DataType }
      : (attribute as { stringValue?: string | null; binaryValue?: string | null; dataType?: string })
  const kind = binaryValue === undefined || binaryValue === null ? 'String' : 'Binary'
  return {
    ...defined({ stringValue: stringValue ?? undefined, binaryValue: binaryValue ?? undefined }),
    ...lists,
    dataType: dataType ?? kind,
  }
}

function texts(values: Readonly<Record<string, string | number>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}

function defined<Value extends object>(value: Value): { [Name in keyof Value]?: Exclude<Value[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined && part !== null)) as never
}
