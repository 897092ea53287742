import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs'

/** Of a queue, as SQS's GetQueueAttributes tells it. */
export type QueueAttributes = Readonly<Record<string, string>>

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

export async function attributesOf(sqs: Pick<SQSClient, 'send'>, queueUrl: string): Promise<QueueAttributes> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }))
  return Attributes as QueueAttributes
}

/** The URL of the queue with this ARN; undefined where there is none. */
export async function queueUrlOf(sqs: Pick<SQSClient, 'send'>, arn: string): Promise<string | undefined> {
  const [, , , , account, name] = arn.split(':')
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }))
    return QueueUrl
  } catch (error) {
    if (error instanceof QueueDoesNotExist || /NonExistentQueue|QueueDoesNotExist/.test((error as Error).name)) return undefined
    throw error
  }
}

/** Where a queue's messages go that were received too often; undefined where they go nowhere. */
export function redrivePolicyOf({ RedrivePolicy: text }: QueueAttributes): RedrivePolicy | undefined {
  if (!text) return undefined
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text)
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) }
}
