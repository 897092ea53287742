import { startEmbeddedSqs } from '../../local/embedded-sqs.ts'
import { createQueue, localSqsClient } from '../../local/queues.ts'

export type TestQueue = { readonly queueUrl: string; readonly queueArn: string }

/** The embedded SQS server and a client of it. */
export async function startSqsServer() {
  const server = await startEmbeddedSqs()
  const sqs = localSqsClient(server.endpoint)
  return {
    sqs,
    createQueue: (name: string, attributes: Record<string, string> = {}): Promise<TestQueue> => createQueue(sqs, name, attributes),
    async stop() {
      sqs.destroy()
      await server.stop()
    },
  }
}
