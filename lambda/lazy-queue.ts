import type { Queue } from './queue.ts'
import type { SqsQueueOptions } from './sqs-queue.ts'

/** SQS's client is loaded when something has to be told to SQS: a cold start without a fault does not pay for it. */
export function lazyQueue(options: SqsQueueOptions): Queue {
  let loaded: Promise<Queue> | undefined
  const load = () => (loaded ??= import('./sqs-queue.ts').then(({ SqsQueue }) => new SqsQueue(options)))
  return {
    putOff: async (...returned) => (await load()).putOff(...returned),
    sendToDeadLetterQueue: async (...letter) => (await load()).sendToDeadLetterQueue(...letter),
  }
}
