import type { SQSRecord } from 'aws-lambda'
import { type JsonValue, parseFirstJsonValue } from '../json/json.ts'
import type { Connector } from './connector.ts'

/** The message as the expressions see it: the fields of the official connector's `SqsInboundMessage`, spelt as there. */
export interface SqsMessage {
  readonly messageId: string
  readonly receiptHandle: string
  readonly mD5OfBody: string
  /** The body's JSON, or its text where it is none. */
  readonly body: JsonValue
  readonly attributes: Readonly<Record<string, string>>
  readonly mD5OfMessageAttributes: string | null
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>
  readonly [field: string]: JsonValue
}

export interface MessageAttribute {
  readonly stringValue: string | null
  /** Base64. */
  readonly binaryValue: string | null
  readonly stringListValues: readonly string[]
  readonly binaryListValues: readonly string[]
  readonly dataType: string
  readonly [field: string]: JsonValue
}

type Projection = { readonly [Name in 'attributeNames' | 'messageAttributeNames']: Readonly<Connector['queue'][Name]> }

/**
 * Lambda's record as the official connector's message. Lambda delivers every attribute and spells `md5OfBody`; the connector asks
 * SQS for `queue.attributeNames` and `queue.messageAttributeNames` (none: all), so the others are left out here.
 */
export function toSqsMessage(record: SQSRecord, { attributeNames, messageAttributeNames }: Projection): SqsMessage {
  const messageAttributes = Object.entries(record.messageAttributes ?? {}).map(
    ([name, attribute]) =>
      [
        name,
        {
          stringValue: attribute.stringValue ?? null,
          binaryValue: attribute.binaryValue ?? null,
          stringListValues: [],
          binaryListValues: [],
          dataType: attribute.dataType,
        },
      ] as const,
  )
  const parsed = parseFirstJsonValue(record.body)
  return {
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    mD5OfBody: record.md5OfBody,
    body: parsed === undefined ? record.body : parsed,
    attributes: only(attributeNames, Object.entries(record.attributes as unknown as Record<string, string>)),
    mD5OfMessageAttributes: record.md5OfMessageAttributes ?? null,
    messageAttributes: only(messageAttributeNames, messageAttributes),
  }
}

/** Whether an attribute of this name is among those which the expressions see. `All`, `.*` and `prefix.*` are SQS's own wildcards. */
export function isProjected(names: readonly string[], name: string): boolean {
  return (
    names.length === 0 ||
    names.some((wanted) => wanted === name || wanted === 'All' || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))))
  )
}

function only<Value>(names: readonly string[], entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries(entries.filter(([name]) => isProjected(names, name)))
}
