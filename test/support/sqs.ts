import type { SQSEvent, SQSRecord } from 'aws-lambda'

type Message = {
  readonly messageId?: string
  readonly body?: string | object
  readonly type?: string
  readonly group?: string
  readonly messageAttributes?: SQSRecord['messageAttributes']
  /** How often SQS has delivered it; once. */
  readonly receives?: number
}

let counter = 0

/** A record as Lambda delivers it; with a `group` from a FIFO queue. */
export function sqsRecord({
  messageId = `m-${++counter}`,
  body = '{}',
  type,
  group,
  messageAttributes,
  receives = 1,
}: Message = {}): SQSRecord {
  return {
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '1763800000000',
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '1763800000100',
      ...(group === undefined ? {} : { MessageGroupId: group, SequenceNumber: String(++counter), MessageDeduplicationId: messageId }),
    },
    messageAttributes: { ...(type === undefined ? {} : stringAttributes({ type })), ...messageAttributes },
    md5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:111111111111:orders${group === undefined ? '' : '.fifo'}`,
    awsRegion: 'eu-central-1',
  }
}

export function stringAttributes(values: Readonly<Record<string, string>>): SQSRecord['messageAttributes'] {
  return Object.fromEntries(
    Object.entries(values).map(([name, stringValue]) => [
      name,
      { stringValue, stringListValues: [], binaryListValues: [], dataType: 'String' },
    ]),
  )
}

export function sqsEvent(...messages: readonly Message[]): SQSEvent {
  return { Records: messages.map(sqsRecord) }
}
