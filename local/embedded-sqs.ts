import type { AddressInfo } from 'node:net'
import { buildApp } from 'fauxqs'

/** An SQS server, wherever it runs. */
export interface SqsServer {
  /** `http://127.0.0.1:PORT`, for the SQS client's `endpoint`. */
  readonly endpoint: string
  stop(): Promise<void>
}

/**
 * SQS in this process, by fauxqs, on the loopback only (its own start function would listen on every address).
 *
 * A stand-in. It differs from SQS in this: it refuses characters beyond the basic plane, it forgets the message group on a standard queue, it
 * counts the receive by which a message becomes a dead letter, of a message group it hands out one message at a time, it serves a long poll
 * whose client is gone, it knows no AWSTraceHeader and no DeadLetterQueueSourceArn, and it keeps nothing when it ends.
 * @param port a free one unless given
 */
export async function startEmbeddedSqs(port = 0): Promise<SqsServer> {
  const app = buildApp({ logger: false })
  await app.listen({ host: '127.0.0.1', port })
  const { port: actual } = app.server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${actual}`,
    async stop() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
