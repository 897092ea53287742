import { lazily } from './lazily.ts'
import type { Queue } from './queue.ts'
import type { SqsQueueOptions } from './sqs-queue.ts'

/** SQS's client is loaded when something has to be told to SQS: a cold start without a fault does not pay for it. */
export function lazyQueue(options: SqsQueueOptions): Queue {
  const queue = lazily(async () => {
    const { SqsQueue } = await import('./sqs-queue.ts')
    return new SqsQueue(options)
  })
  return {
    putOff: async (...returned) => (await queue()).putOff(...returned),
    sendToDeadLetterQueue: async (...letter) => (await queue()).sendToDeadLetterQueue(...letter),
  }
}
