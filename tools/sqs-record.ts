import type { Message } from '@aws-sdk/client-sqs'
import type { SQSMessageAttribute, SQSRecord } from 'aws-lambda'

/** The message as Lambda delivers it (Lambda guide, "Example Amazon SQS message event"). */
export function toSqsRecord(message: Message, { queueArn, region }: { readonly queueArn: string; readonly region: string }): SQSRecord {
  const {
    MessageId = '',
    ReceiptHandle = '',
    Body = '',
    MD5OfBody = '',
    MD5OfMessageAttributes,
    Attributes,
    MessageAttributes = {},
  } = message
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { ...Attributes } as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, attribute]) => [name, toMessageAttribute(attribute)]),
    ),
    ...(MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: MD5OfMessageAttributes }),
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  }
}

function toMessageAttribute({
  StringValue,
  BinaryValue,
  DataType,
}: NonNullable<Message['MessageAttributes']>[string]): SQSMessageAttribute {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType ?? '',
  }
}
