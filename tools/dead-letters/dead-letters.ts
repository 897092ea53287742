import { ChangeMessageVisibilityBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Deployment } from '../deployment.ts'
import { attributesOf, queueUrlOf, redrivePolicyOf } from '../queue-attributes.ts'

/** A queue and where its dead letters go. */
export interface DeadLetterQueue {
  readonly queueUrl: string
  readonly queueArn: string
  readonly deadLetterQueueUrl: string
  readonly fifo: boolean
  /** Approximately, as SQS counts. */
  readonly visible: number
  /** Received by somebody, and neither deleted nor given back. */
  readonly inFlight: number
}

/** There are no dead letters that could be looked at; the message says why, and what to do. */
export class NoDeadLetterQueue extends Error {}

/** The dead-letter queue of a deployment: that of the stack, or the one which the queue's redrive policy names. @throws {NoDeadLetterQueue} */
export async function deadLetterQueueOf(sqs: Pick<SQSClient, 'send'>, deployment: Deployment): Promise<DeadLetterQueue> {
  const { queueUrl } = deployment
  const queue = await attributesOf(sqs, queueUrl)
  const target = redrivePolicyOf(queue)?.deadLetterTargetArn
  const deadLetterQueueUrl = deployment.deadLetterQueueUrl ?? (target && (await queueUrlOf(sqs, target)))
  if (!deadLetterQueueUrl)
    throw new NoDeadLetterQueue(`The queue of ${deployment.connector} has no dead-letter queue: give it a redrive policy that names one.`)
  const attributes = await attributesOf(sqs, deadLetterQueueUrl)
  if (attributes.RedrivePolicy)
    throw new NoDeadLetterQueue(
      `${deadLetterQueueUrl} has a redrive policy of its own: whoever looks into it moves messages on. Take the policy away first.`,
    )
  return {
    queueUrl,
    queueArn: queue.QueueArn ?? '',
    deadLetterQueueUrl,
    fifo: attributes.FifoQueue === 'true',
    visible: Number(attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  }
}

const MOST_OF_ONE_CALL = 10

/** Messages of a queue that are out of everybody else's sight, until they are deleted, given back, or a time is over. */
export class HeldMessages {
  readonly #sqs: Pick<SQSClient, 'send'>
  readonly #queueUrl: string
  /** Seconds. What is forgotten here, as when this process is killed, comes back after them. */
  readonly #seconds: number
  readonly #held = new Map<string, Message>()

  constructor(sqs: Pick<SQSClient, 'send'>, queueUrl: string, seconds: number) {
    this.#sqs = sqs
    this.#queueUrl = queueUrl
    this.#seconds = seconds
  }

  get count(): number {
    return this.#held.size
  }

  /**
   * Some messages more, in the order of the queue; those which are held already and came again are not among them.
   * @param patience seconds in which some may come
   * @returns empty where the queue has no other
   */
  async receive(most: number, patience = 1): Promise<Message[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: Math.min(most, MOST_OF_ONE_CALL),
        VisibilityTimeout: this.#seconds,
        WaitTimeSeconds: patience,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    )
    const fresh = Messages.filter(({ MessageId = '' }) => !this.#held.has(MessageId))
    // Of one that came again, only the newest handle is good.
    for (const message of Messages) this.#held.set(message.MessageId ?? '', message)
    return fresh
  }

  /** The handle which SQS wants for a message now. */
  handleOf(messageId: string): string | undefined {
    return this.#held.get(messageId)?.ReceiptHandle
  }

  /** It is not ours any more. */
  forget(messageId: string) {
    this.#held.delete(messageId)
  }

  /** Makes all that is held visible at once. What fails here comes back by itself. */
  async giveBack(): Promise<void> {
    const messages = [...this.#held.values()]
    this.#held.clear()
    for (let at = 0; at < messages.length; at += MOST_OF_ONE_CALL) {
      const Entries = messages
        .slice(at, at + MOST_OF_ONE_CALL)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }))
      await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#queueUrl, Entries })).catch(() => {})
    }
  }
}

export interface Look {
  /** Most messages. */
  readonly most: number
  /** Seconds in which messages may come. */
  readonly patience?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (count: number) => void
  /** Whether this is the message that was looked for; then no other is needed. */
  readonly isWanted?: (message: Message) => boolean
}

/**
 * The messages of a queue, all of which are given back. SQS hands out no other message of a message group than those which it handed out
 * together, so of a FIFO queue it may be the first ten of each group.
 */
export async function lookThrough(sqs: Pick<SQSClient, 'send'>, queueUrl: string, look: Look): Promise<Message[]> {
  const { most, patience, signal, onProgress, isWanted } = look
  const held = new HeldMessages(sqs, queueUrl, Math.min(43_200, 60 + Math.ceil(most / 20)))
  const seen: Message[] = []
  try {
    while (seen.length < most && !signal?.aborted) {
      const fresh = await held.receive(most - seen.length, patience)
      seen.push(...fresh)
      onProgress?.(seen.length)
      if (fresh.length === 0 || (isWanted && fresh.some(isWanted))) break
    }
    return seen
  } finally {
    await held.giveBack()
  }
}
