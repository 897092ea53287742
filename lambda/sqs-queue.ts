import { createHash } from 'node:crypto'
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import pLimit from 'p-limit'
import { type QueueLimits, type Returned, type VisibilityTimeout, visibilityTimeouts } from './core/back-off.ts'
import { DEAD_LETTER_ATTRIBUTES } from './core/dead-letter-attributes.ts'
import type { DeadLetter, Deadline, Queue } from './queue.ts'

export interface SqsQueueOptions {
  readonly queueUrl: string
  readonly deadLetterQueueUrl: string | undefined
  /** Told where messages come back as the queue has it, since SQS did not take what was asked. */
  readonly onFault: (fault: string, messageIds: readonly string[]) => void
}

/** Milliseconds after which the answer of the batch does not wait for SQS any more. */
const LEAST_TIME_MS = 250
const LIMITS_AGE_MS = 3_600_000
/** What SQS queues are without a word; where the queue does not answer. */
const USUAL_LIMITS: QueueLimits = { maxReceiveCount: 5, messageRetentionPeriod: 345_600 }
/** Entries of one ChangeMessageVisibilityBatch. */
const MOST_OF_ONE_CALL = 10
const CONCURRENT_CALLS = 10
/** Of a message (Amazon SQS developer guide, "Amazon SQS message quotas"). */
const MOST_ATTRIBUTES = 10

/** Of a message, body and attributes with their names and types together. */
const MOST_BYTES = 1_048_576

/** An SQS queue and its dead-letter queue. */
export class SqsQueue implements Queue {
  // Queues are called by the client's endpoint, not by their URL's, which a local one has another of.
  readonly #sqs = new SQSClient({
    useQueueUrlAsEndpoint: false,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  })
  readonly #options: SqsQueueOptions
  #limits: { readonly limits: QueueLimits; readonly at: number } | undefined

  constructor(options: SqsQueueOptions) {
    this.#options = options
  }

  async putOff(
    returned: readonly Returned[],
    { longestOutage, remainingTime }: Deadline & { readonly longestOutage: number },
  ): Promise<void> {
    const abortSignal = inTime(remainingTime)
    const limits = await this.#currentLimits(abortSignal)
    const timeouts = visibilityTimeouts(returned, { limits, longestOutage, now: Date.now(), random: Math.random })
    const limit = pLimit(CONCURRENT_CALLS)
    await Promise.all(callsOf(timeouts).map((call) => limit(() => this.#changeVisibility(call, abortSignal))))
  }

  async sendToDeadLetterQueue(letter: DeadLetter, { remainingTime }: Deadline): Promise<string> {
    const { record } = letter
    const { deadLetterQueueUrl } = this.#options
    const { MessageGroupId, AWSTraceHeader } = record.attributes
    try {
      const { MessageId } = await this.#sqs.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: record.body,
          MessageAttributes: attributesOf(letter),
          ...(MessageGroupId !== undefined && { MessageGroupId }),
          ...(deadLetterQueueUrl?.endsWith('.fifo') && { MessageDeduplicationId: deduplicationIdOf(record) }),
          ...(AWSTraceHeader !== undefined && {
            MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: AWSTraceHeader } },
          }),
        }),
        { abortSignal: inTime(remainingTime) },
      )
      if (!MessageId) throw new Error('SQS does not say under which id it is stored')
      return MessageId
    } catch (error) {
      this.#options.onFault(`not sent to the dead-letter queue: ${(error as Error).message}`, [record.messageId])
      throw error
    }
  }

  async #currentLimits(abortSignal: AbortSignal): Promise<QueueLimits> {
    if (this.#limits && Date.now() - this.#limits.at < LIMITS_AGE_MS) return this.#limits.limits
    try {
      const limits = await this.#readLimits(abortSignal)
      this.#limits = { limits, at: Date.now() }
      return limits
    } catch (error) {
      this.#options.onFault(`the queue’s attributes cannot be read: ${(error as Error).message}`, [])
      return USUAL_LIMITS
    }
  }

  async #readLimits(abortSignal: AbortSignal): Promise<QueueLimits> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#options.queueUrl, AttributeNames: ['RedrivePolicy', 'MessageRetentionPeriod'] }),
      { abortSignal },
    )
    const { maxReceiveCount = Number.POSITIVE_INFINITY } = JSON.parse(Attributes.RedrivePolicy ?? '{}')
    return {
      maxReceiveCount: Number(maxReceiveCount),
      messageRetentionPeriod: Number(Attributes.MessageRetentionPeriod ?? USUAL_LIMITS.messageRetentionPeriod),
    }
  }

  async #changeVisibility(call: readonly VisibilityTimeout[], abortSignal: AbortSignal): Promise<void> {
    const ids = call.map(({ record }) => record.messageId)
    const Entries = call.map(({ record, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: seconds,
    }))
    try {
      const { Failed = [] } = await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#options.queueUrl, Entries }), {
        abortSignal,
      })
      const faults = Map.groupBy(Failed, ({ Code, Message }) => Message ?? Code ?? 'no reason given')
      for (const [fault, entries] of faults)
        this.#options.onFault(
          `not delayed: ${fault}`,
          entries.map(({ Id }) => ids[Number(Id)] ?? ''),
        )
    } catch (error) {
      this.#options.onFault(`not delayed: ${(error as Error).message}`, ids)
    }
  }
}

function inTime(remainingTime: () => number): AbortSignal {
  return AbortSignal.timeout(Math.max(0, Math.floor(remainingTime() - LEAST_TIME_MS)))
}

function callsOf(timeouts: readonly VisibilityTimeout[]): VisibilityTimeout[][] {
  return Array.from({ length: Math.ceil(timeouts.length / MOST_OF_ONE_CALL) }, (_, call) =>
    timeouts.slice(call * MOST_OF_ONE_CALL, (call + 1) * MOST_OF_ONE_CALL),
  )
}

/**
 * A FIFO queue takes a letter whose deduplication id it has seen within five minutes, and stores nothing. So the sender's goes with no letter: senders use
 * theirs again, and several queues share a dead-letter queue. This one is of this receive of this message, the same where SQS's client sends again.
 */
function deduplicationIdOf({ eventSourceARN, messageId, receiptHandle }: SQSRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([eventSourceARN, messageId, receiptHandle]))
    .digest('hex')
}

/** The message's own attributes and why it is dead. @throws where SQS has no room for these */
function attributesOf({ record, reason, elementId, configurationVersion }: DeadLetter): Record<string, MessageAttributeValue> {
  const why = {
    [DEAD_LETTER_ATTRIBUTES.reason]: reason,
    [DEAD_LETTER_ATTRIBUTES.elementId]: elementId,
    [DEAD_LETTER_ATTRIBUTES.queueArn]: record.eventSourceARN,
    [DEAD_LETTER_ATTRIBUTES.configurationVersion]: configurationVersion?.toString(),
  }
  const attributes: Record<string, MessageAttributeValue> = {
    ...Object.fromEntries(Object.entries(record.messageAttributes).map(([name, attribute]) => [name, sameAttribute(attribute)])),
    ...Object.fromEntries(
      Object.entries(why).flatMap(([name, value]) => (value ? [[name, { DataType: 'String', StringValue: allowed(value) }]] : [])),
    ),
  }
  const { [DEAD_LETTER_ATTRIBUTES.reason]: told, ...others } = attributes
  const room =
    MOST_BYTES - Buffer.byteLength(record.body) - bytesOf(others) - bytesOf({ [DEAD_LETTER_ATTRIBUTES.reason]: { DataType: 'String' } })
  if (told?.StringValue !== undefined) {
    if (room < 1) throw new Error('the message has no room for the reason: it would be larger than a message may be')
    attributes[DEAD_LETTER_ATTRIBUTES.reason] = { ...told, StringValue: beginning(told.StringValue, room) }
  }
  const count = Object.keys(attributes).length
  if (count > MOST_ATTRIBUTES)
    throw new Error(`the message has no room for the reason: it would have ${count} attributes, of ${MOST_ATTRIBUTES}`)
  return attributes
}

function bytesOf(attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(`${name}${DataType}${StringValue}`) + (BinaryValue?.length ?? 0),
    0,
  )
}

/** So many bytes at most, and no half of a character. */
function beginning(text: string, bytes: number): string {
  const whole = Buffer.from(text)
  return whole.length <= bytes ? text : new TextDecoder().decode(whole.subarray(0, bytes), { stream: true })
}

function sameAttribute({ dataType, stringValue, binaryValue }: SQSRecord['messageAttributes'][string]): MessageAttributeValue {
  return {
    DataType: dataType,
    ...(stringValue !== undefined && { StringValue: stringValue }),
    ...(binaryValue !== undefined && { BinaryValue: Buffer.from(binaryValue, 'base64') }),
  }
}

/** SQS takes no others ("SendMessage": the characters of XML 1.0). */
function allowed(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}
