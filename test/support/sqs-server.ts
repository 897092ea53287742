import type { AddressInfo } from 'node:net'
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'

export type TestQueue = { readonly queueUrl: string; readonly queueArn: string }

/**
 * SQS by fauxqs, which its own start function would open to the network; here it listens on the loopback only. It hands out but one message
 * of a message group at a time, and serves a long poll whose client is gone.
 */
export async function startSqsServer() {
  const server = buildApp({ logger: false })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${port}`,
    useQueueUrlAsEndpoint: false,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  return {
    sqs,
    async createQueue(name: string, attributes: Record<string, string> = {}): Promise<TestQueue> {
      const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }))
      return { queueUrl, queueArn: Attributes?.QueueArn ?? '' }
    },
    async stop() {
      sqs.destroy()
      await server.close()
    },
  }
}
