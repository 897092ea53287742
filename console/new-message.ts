import type { SQSRecord } from 'aws-lambda'
import type { NewMessage } from './api.ts'

/** A message that was received, as it was sent. */
export function newMessageOf({ body, messageAttributes, attributes }: SQSRecord): NewMessage {
  return {
    body,
    attributes: Object.fromEntries(
      Object.entries(messageAttributes).map(([name, { dataType, stringValue, binaryValue }]) => [
        name,
        { dataType, value: stringValue ?? binaryValue ?? '' },
      ]),
    ),
    group: attributes.MessageGroupId,
  }
}
