import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
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
  const name = connector.queue.name ?? existingQueue(connector)?.name ?? connectorName
  const fifo = isFifo(connector)
  const attributes = {
    ...(fifo && { FifoQueue: 'true' }),
    ...(connector.queue.contentBasedDeduplication && { ContentBasedDeduplication: 'true' }),
  }
  const deadLetters = await create(
    sqs,
    fifo ? name.replace(/\.fifo$/, '-dead-letters.fifo') : `${name}-dead-letters`,
    fifo ? { FifoQueue: 'true' } : {},
  )
  const queue = await create(sqs, name, {
    ...attributes,
    VisibilityTimeout: String(settings.visibilityTimeout),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: settings.maxReceiveCount }),
  })
  return { name, queueUrl: queue.url, queueArn: queue.arn, deadLetterQueueUrl: deadLetters.url }
}

async function create(sqs: SQSClient, name: string, attributes: Record<string, string>) {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }))
  return { url, arn: Attributes?.QueueArn ?? '' }
}
