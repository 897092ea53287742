import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { startEmbeddedSqs } from '../../local/embedded-sqs.ts'
import { localSqsClient } from '../../local/queues.ts'

export type TestQueue = { readonly queueUrl: string; readonly queueArn: string }

/** The embedded SQS server and a client of it. */
export async function startSqsServer() {
  const server = await startEmbeddedSqs()
  const sqs = localSqsClient(server.endpoint)
  return {
    sqs,
    async createQueue(name: string, attributes: Record<string, string> = {}): Promise<TestQueue> {
      const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }))
      return { queueUrl, queueArn: Attributes?.QueueArn ?? '' }
    },
    async stop() {
      sqs.destroy()
      await server.stop()
    },
  }
}
