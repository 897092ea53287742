import { readFileSync } from 'node:fs'
import { text as textOf } from 'node:stream/consumers'
import type { Message } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import { MESSAGE_FIELDS } from '../lambda/core/expressions.ts'
import { isObject, type JsonObject, type JsonValue, parseFirstJsonValue, toJsonText } from '../lambda/json/json.ts'
import { parsedJson } from './parsed-json.ts'
import { toSqsRecord } from './sqs-record.ts'

/** What a text was taken for, and the messages in it as Lambda delivers them. */
export interface MessagesInText {
  readonly shape: keyof typeof SHAPES
  readonly records: readonly SQSRecord[]
}

/** The shapes in which a user has a message at hand, in the words in which they are told. */
const SHAPES = {
  event: 'an event of Lambda’s',
  record: 'a record of Lambda’s event',
  received: 'what aws sqs receive-message prints',
  message: 'the message as expressions see it',
  body: 'a message’s body',
} as const

const RECORD_FIELDS = [
  ...['messageId', 'receiptHandle', 'body', 'attributes', 'messageAttributes', 'md5OfBody', 'md5OfMessageAttributes'],
  ...['eventSource', 'eventSourceARN', 'awsRegion'],
  // As peek tells a dead letter.
  'sent',
]
const RECEIVED_FIELDS = ['MessageId', 'ReceiptHandle', 'Body', 'Attributes', 'MessageAttributes', 'MD5OfBody', 'MD5OfMessageAttributes']

/**
 * The messages in a text, whatever shape a user has them in. Whatever is none of the envelopes of SQS and Lambda is a body, also where it is
 * an envelope itself: a body may be an event of S3 or of SNS, which have `Records` and a `MessageId` too.
 */
export function messagesIn(text: string, queueArn = NO_QUEUE): MessagesInText {
  const content = text.replace(/^\uFEFF/, '')
  const json = parsedJson(content)
  const region = queueArn.split(':')[3] ?? ''
  const records = (list: readonly unknown[]) => list.map((record) => ({ ...BARE, eventSourceARN: queueArn, ...(record as object) }))
  const received = (list: readonly unknown[]) => list.map((message) => toSqsRecord(asSdkHasIt(message as Message), { queueArn, region }))
  if (hasList(json, 'Records', isRecord)) return { shape: 'event', records: records(json.Records) }
  if (hasList(json, 'Messages', isReceived)) return { shape: 'received', records: received(json.Messages) }
  if (isListOf(json, isRecord)) return { shape: 'record', records: records(json) }
  if (isListOf(json, isReceived)) return { shape: 'received', records: received(json) }
  if (isRecord(json)) return { shape: 'record', records: records([json]) }
  if (isReceived(json)) return { shape: 'received', records: received([json]) }
  const exact = parseFirstJsonValue(content)
  if (exact !== undefined && isObject(exact) && isMessage(exact)) return { shape: 'message', records: records([recordOf(exact)]) }
  // An editor ends a text with a line's end, which nobody sent.
  return { shape: 'body', records: records([{ body: content.replace(/\r?\n$/, '') }]) }
}

/** The only one of them. @throws where there is none, or there are several */
export function onlyMessage({ shape, records }: MessagesInText): SQSRecord {
  const [only, another] = records
  if (only === undefined) throw new Error(`it is ${SHAPES[shape]}, and holds no message`)
  if (another !== undefined)
    throw new Error(`it holds several messages, ${records.length}: one at a time, such as a file with that of ${only.messageId} alone`)
  if (shape === 'body' && only.body === '') throw new Error('it is empty: aws sqs receive-message prints nothing where it has no message')
  return only
}

/** A sentence for whoever meant something else: whatever is not known is a body. */
export function takenAs({ shape }: MessagesInText, file: string): string | undefined {
  return shape === 'body' ? `${file === '-' ? 'stdin' : file} is taken for ${SHAPES.body}.` : undefined
}

/** The text of a file, or of stdin where that is `-`. */
export async function readText(file: string): Promise<string> {
  return file === '-' ? textOf(process.stdin) : readFileSync(file, 'utf8')
}

const NO_QUEUE = 'arn:aws:sqs:::queue'
const BARE = {
  messageId: 'no id',
  receiptHandle: '',
  body: '',
  attributes: {} as SQSRecord['attributes'],
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  awsRegion: '',
}

/** In what the AWS CLI prints, bytes are Base64. */
function asSdkHasIt({ MessageId = BARE.messageId, MessageAttributes = {}, ...message }: Message): Message {
  const attributes = Object.entries(MessageAttributes).map(([name, { BinaryValue, ...attribute }]) => [
    name,
    { ...attribute, ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(String(BinaryValue), 'base64') }) },
  ])
  return { ...message, MessageId, MessageAttributes: Object.fromEntries(attributes) }
}

function isRecord(value: unknown): boolean {
  if (!isPlainObject(value) || typeof value.body !== 'string') return false
  return value.eventSource === 'aws:sqs' || hasOnly(value, RECORD_FIELDS)
}

function isReceived(value: unknown): boolean {
  return isPlainObject(value) && typeof value.Body === 'string' && hasOnly(value, RECEIVED_FIELDS)
}

/** Its body is JSON, or it has fields that no record has. */
function isMessage(value: JsonObject): boolean {
  return 'body' in value && hasOnly(value, MESSAGE_FIELDS)
}

function recordOf({ body = null, mD5OfBody = '', mD5OfMessageAttributes, messageAttributes = {}, ...others }: JsonObject) {
  return {
    ...others,
    messageAttributes: Object.fromEntries(
      Object.entries(messageAttributes as JsonObject).map(([name, value]) => [name, attributeOf(value)]),
    ),
    body: typeof body === 'string' ? body : toJsonText(body as JsonValue),
    md5OfBody: mD5OfBody,
    ...(typeof mD5OfMessageAttributes === 'string' && { md5OfMessageAttributes: mD5OfMessageAttributes }),
  }
}

/** A text for an attribute, as one writes it by hand, is its value. */
function attributeOf(value: JsonValue | undefined) {
  return typeof value === 'string' ? { stringValue: value, dataType: 'String' } : value
}

function hasList<Name extends string>(
  value: unknown,
  name: Name,
  isOne: (value: unknown) => boolean,
): value is Readonly<Record<Name, readonly unknown[]>> {
  if (!isPlainObject(value) || !hasOnly(value, [name])) return false
  const list = value[name]
  return Array.isArray(list) && list.every(isOne)
}

function isListOf(value: unknown, isOne: (value: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(isOne)
}

function hasOnly(value: object, fields: readonly string[]): boolean {
  return Object.keys(value).every((key) => fields.includes(key))
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
