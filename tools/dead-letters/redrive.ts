import {
  DeleteMessageCommand,
  type Message,
  type MessageAttributeValue,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { sentenceFor } from '../command-line.ts'
import { type DeadLetterQueue, HeldMessages } from './dead-letters.ts'
import { asSent } from './reason.ts'

export interface Redrive {
  readonly sqs: Pick<SQSClient, 'send'>
  readonly queue: DeadLetterQueue
  /** Which of these dead letters go. */
  readonly choose: (messages: readonly Message[]) => Promise<ReadonlySet<Message>>
  /** Back to their queue, or nowhere: then they are deleted. */
  readonly to: 'queue' | 'nowhere'
  /** Most messages a second. */
  readonly rate: number
  /** Once it is aborted, only what is under way is finished. */
  readonly signal: AbortSignal
  /** Milliseconds of the epoch. */
  readonly now: () => number
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  readonly onProgress?: (redriven: Redriven) => void
}

/** What came of it, and of which messages; `moved` are those which went, wherever; each of the others is in the dead-letter queue still. */
export interface Redriven {
  readonly moved: number
  /** Looked at, and not chosen. */
  readonly notChosen: number
  /** Became dead letters after this had begun: those which were moved may be among them. */
  readonly arrivedLater: number
  /** Of a FIFO queue, about so many which lie behind those that were left: whether they would be chosen is not known. */
  readonly unseen: number
  /** SQS did not confirm that they were sent; they are where they were. */
  readonly failed: readonly { readonly messageId: string; readonly why: string }[]
  /** Sent, and in the dead-letter queue still: the next redrive sends them a second time. */
  readonly inBoth: readonly { readonly messageId: string; readonly why: string }[]
  /** Why it ended before all were seen; undefined where it did not. */
  readonly stopped: string | undefined
}

/**
 * Moves dead letters back to their queue, or deletes them. Each is sent there first and deleted here after, so that none is ever in neither; of a message
 * group, one after the other, and none that would overtake one which could not be sent.
 */
export async function redrive(redrive: Redrive): Promise<Redriven> {
  const run = new Run(redrive)
  return run.toEnd()
}

class Run {
  readonly #redrive: Redrive
  readonly #held: HeldMessages
  readonly #began: number
  #turn: number
  #moved = 0
  #notChosen = 0
  #arrivedLater = 0
  readonly #failed: { messageId: string; why: string }[] = []
  readonly #inBoth: { messageId: string; why: string }[] = []

  constructor(redrive: Redrive) {
    this.#redrive = redrive
    const { sqs, queue, rate, now } = redrive
    // What is received and not moved stays out of sight until the end, so that the others come.
    const seconds = 60 + Math.ceil((2 * Math.max(10, queue.visible)) / rate)
    this.#held = new HeldMessages(sqs, queue.deadLetterQueueUrl, Math.min(43_200, seconds))
    this.#began = now()
    this.#turn = this.#began
  }

  async toEnd(): Promise<Redriven> {
    const { signal } = this.#redrive
    try {
      while (!signal.aborted) {
        const fresh = await this.#held.receive(10)
        if (fresh.length === 0) break
        const chosen = await this.#redrive.choose(fresh)
        await Promise.all(this.#groupsOf(fresh).map((group) => this.#moveInOrder(group, chosen)))
      }
    } catch (error) {
      return this.#soFar(sentenceFor(error as Error))
    } finally {
      await this.#held.giveBack()
    }
    return this.#soFar()
  }

  #groupsOf(messages: readonly Message[]): Message[][] {
    const { fifo } = this.#redrive.queue
    return [...Map.groupBy(messages, ({ MessageId, Attributes }) => (fifo ? Attributes?.MessageGroupId : MessageId)).values()]
  }

  async #moveInOrder(group: readonly Message[], chosen: ReadonlySet<Message>): Promise<void> {
    const { signal, onProgress } = this.#redrive
    for (const message of group) {
      if (Number(message.Attributes?.SentTimestamp ?? 0) > this.#began) this.#arrivedLater += 1
      else if (!chosen.has(message)) this.#notChosen += 1
      else {
        await this.#awaitTurn()
        if (signal.aborted || !(await this.#move(message))) return
      }
      onProgress?.(this.#soFar())
    }
  }

  /** At most so many begin within a second, evenly. */
  async #awaitTurn(): Promise<void> {
    const { rate, now, pause, signal } = this.#redrive
    const turn = Math.max(this.#turn, now())
    this.#turn = turn + 1_000 / rate
    if (turn > now()) await pause(turn - now(), signal).catch(() => {})
  }

  /** @returns false where it could not be sent */
  async #move(message: Message): Promise<boolean> {
    const { sqs, queue, to } = this.#redrive
    const { MessageId: messageId = '' } = message
    try {
      if (to === 'queue') await sqs.send(new SendMessageCommand(toRedriven(message, queue)))
    } catch (error) {
      this.#failed.push({ messageId, why: (error as Error).message })
      return false
    }
    this.#moved += 1
    try {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.deadLetterQueueUrl, ReceiptHandle: this.#held.handleOf(messageId) }))
      this.#held.forget(messageId)
    } catch (error) {
      this.#inBoth.push({ messageId, why: (error as Error).message })
    }
    return true
  }

  #unseen(): number {
    const { fifo, visible } = this.#redrive.queue
    return fifo ? Math.max(0, visible - this.#moved - this.#notChosen - this.#arrivedLater - this.#failed.length) : 0
  }

  #soFar(stopped?: string): Redriven {
    return {
      moved: this.#moved,
      notChosen: this.#notChosen,
      arrivedLater: this.#arrivedLater,
      unseen: this.#unseen(),
      failed: this.#failed,
      inBoth: this.#inBoth,
      stopped: stopped ?? (this.#redrive.signal.aborted ? (this.#redrive.signal.reason as Error).message : undefined),
    }
  }
}

/**
 * The dead letter as it was sent once, without what the function wrote on it. The deduplication id is one of its own for each dead letter,
 * and the same where that one is redriven again: what was sent, but not deleted, is not sent twice within SQS's five minutes.
 */
export function toRedriven(message: Message, { queueUrl, fifo }: Pick<DeadLetterQueue, 'queueUrl' | 'fifo'>): SendMessageCommandInput {
  const { MessageId = '', Body = '', MessageAttributes = {}, Attributes: { MessageGroupId, AWSTraceHeader } = {} } = asSent(message)
  return {
    QueueUrl: queueUrl,
    MessageBody: Body,
    MessageAttributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, attribute]) => [name, toSend(attribute)])),
    // On a standard queue it is the tenant of a fair queue.
    ...(MessageGroupId && { MessageGroupId }),
    ...(fifo && { MessageDeduplicationId: `redriven-${MessageId}` }),
    ...(AWSTraceHeader && { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: AWSTraceHeader } } }),
  }
}

function toSend({ DataType, StringValue, BinaryValue }: MessageAttributeValue): MessageAttributeValue {
  return { DataType, ...(BinaryValue === undefined ? { StringValue } : { BinaryValue }) }
}
