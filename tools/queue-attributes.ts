import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs'

/** Of a queue, as SQS's GetQueueAttributes tells it. */
export type QueueAttributes = Readonly<Record<string, string>>

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

export async function attributesOf(sqs: Pick<SQSClient, 'send'>, queueUrl: string): Promise<QueueAttributes> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] })
  const { Attributes = {} } = await sqs.send(command).catch((error: Error) => {
    throw isNoQueue(error) ? new Error(`There is no queue ${queueUrl}: it does not exist any more, or elsewhere.`) : error
  })
  return Attributes as QueueAttributes
}

/** The URL of the queue with this ARN; undefined where there is none. */
export async function queueUrlOf(sqs: Pick<SQSClient, 'send'>, arn: string): Promise<string | undefined> {
  const [, , , , account, name] = arn.split(':')
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }))
    return QueueUrl
  } catch (error) {
    if (isNoQueue(error as Error)) return undefined
    throw error
  }
}

function isNoQueue(error: Error): boolean {
  return error instanceof QueueDoesNotExist || /NonExistentQueue|QueueDoesNotExist/.test(error.name)
}

/** Where a queue's messages go that were received too often; undefined where they go nowhere. */
export function redrivePolicyOf({ RedrivePolicy: text }: QueueAttributes): RedrivePolicy | undefined {
  if (!text) return undefined
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text)
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) }
}
