import type { SQSRecord } from 'aws-lambda'

/** A message as somebody writes it, or as one was received and is changed. */
export interface TypedMessage {
  readonly body: string
  readonly attributes: readonly TypedAttribute[]
  /** Of a FIFO queue; empty: it is of another one. */
  readonly group: string
  /** Undefined: it was never sent. */
  readonly received?: SQSRecord | undefined
}

/** A message attribute. */
export interface TypedAttribute {
  readonly name: string
  /** Its text; of bytes, their Base64. */
  readonly value: string
  /** `String`, `Number`, `Binary`, or one of these with a suffix of one's own. */
  readonly dataType: string
}

export const EMPTY: TypedMessage = { body: '', attributes: [], group: '' }

export function typedMessage(received: SQSRecord): TypedMessage {
  const attributes = Object.entries(received.messageAttributes).map(([name, { stringValue, binaryValue, dataType }]) => ({
    name,
    value: (isBinary(dataType) ? binaryValue : stringValue) ?? '',
    dataType,
  }))
  return { body: received.body, attributes, group: received.attributes.MessageGroupId ?? '', received }
}

/** As Lambda would deliver it: what SQS adds is that of the received one, if there is any. */
export function recordOf({ body, attributes, group, received = NEVER_SENT }: TypedMessage): SQSRecord {
  const { MessageGroupId: _, ...others } = received.attributes
  return {
    ...received,
    body,
    attributes: { ...others, ...(group !== '' && { MessageGroupId: group }) },
    messageAttributes: Object.fromEntries(
      attributes
        .filter(({ name }) => name !== '')
        .map(({ name, value, dataType }) => [
          name,
          {
            ...(isBinary(dataType) ? { binaryValue: value } : { stringValue: value }),
            stringListValues: [],
            binaryListValues: [],
            dataType,
          },
        ]),
    ),
  }
}

function isBinary(dataType: string): boolean {
  return dataType.startsWith('Binary')
}

const NEVER_SENT: SQSRecord = {
  messageId: 'no id',
  receiptHandle: '',
  body: '',
  attributes: { ApproximateReceiveCount: '1' } as SQSRecord['attributes'],
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:::queue',
  awsRegion: '',
}
