import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { type Connector, existingQueue, isFifo } from '../lambda/core/connector.ts'

/** As in the ARNs of the local queues. */
export const REGION = 'eu-central-1'

export interface LocalQueue {
  readonly name: string
  readonly queueUrl: string
  readonly queueArn: string
  readonly deadLetterQueueUrl: string
}

/** How a queue behaves here, where nobody wants to wait for minutes. */
export interface QueueSettings {
  /** Seconds. */
  readonly visibilityTimeout: number
  readonly maxReceiveCount: number
}

/** A client of a local server: never of a queue's own URL, and with credentials that are none. */
export function localSqsClient(endpoint: string): SQSClient {
  return new SQSClient({
    endpoint,
    region: REGION,
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
}

/** A connector's queue and its dead-letter queue, by the name that the queue has in the configuration, otherwise the connector's. */
export async function createQueues(
  sqs: SQSClient,
  connectorName: string,
  connector: Connector,
  settings: QueueSettings,
): Promise<LocalQueue> {
  const fifo = isFifo(connector)
  const name = connector.queue.name ?? existingQueue(connector)?.name ?? `${connectorName}${fifo ? '.fifo' : ''}`
  const attributes = {
    ...(fifo && { FifoQueue: 'true' }),
    ...(connector.queue.contentBasedDeduplication && { ContentBasedDeduplication: 'true' }),
  }
  const deadLetters = await createQueue(
    sqs,
    fifo ? name.replace(/\.fifo$/, '-dead-letters.fifo') : `${name}-dead-letters`,
    fifo ? { FifoQueue: 'true' } : {},
  )
  const queue = await createQueue(sqs, name, {
    ...attributes,
    VisibilityTimeout: String(settings.visibilityTimeout),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.queueArn, maxReceiveCount: settings.maxReceiveCount }),
  })
  return { name, ...queue, deadLetterQueueUrl: deadLetters.queueUrl }
}

/** A message to be sent: an attribute is of type String, or says its type; of a binary one the value is Base64. */
export interface MessageToSend {
  readonly body: string
  readonly attributes?: Readonly<Record<string, string | { readonly dataType: string; readonly value: string }>>
  readonly group?: string | undefined
}

/** Puts one message into a queue; into a FIFO queue with its group. @returns its id */
export async function sendMessage(sqs: SQSClient, queueUrl: string, { body, attributes = {}, group }: MessageToSend): Promise<string> {
  const { MessageId = '' } = await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)])),
      ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: crypto.randomUUID() }),
    }),
  )
  return MessageId
}

function toAttribute(attribute: string | { readonly dataType: string; readonly value: string }): MessageAttributeValue {
  if (typeof attribute === 'string') return { DataType: 'String', StringValue: attribute }
  const { dataType: DataType, value } = attribute
  return DataType.startsWith('Binary') ? { DataType, BinaryValue: Buffer.from(value, 'base64') } : { DataType, StringValue: value }
}

/** A queue with these attributes. */
export async function createQueue(sqs: SQSClient, name: string, attributes: Record<string, string>) {
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }))
  return { queueUrl, queueArn: Attributes?.QueueArn ?? '' }
}
