import { setTimeout as pause } from 'node:timers/promises'
import type { Message, ReceiveMessageCommandInput, ReceiveMessageCommandOutput, SQSClient } from '@aws-sdk/client-sqs'
import type { Random } from './random.ts'

/** After this time a message is done, unless it has failed. */
const LATER_MS = 3_000

/** What SQS may do and a well-behaved queue on one machine does not: deliver a message again, and lose a deletion. */
export class QueueFaults {
  /** Share of the messages which a second receive hands out at once, while the first delivery is under way. */
  twiceAtOnce = 0
  /** Share of the messages which come again when they are long done. */
  twiceLater = 0
  /** Share of the deletions whose request never arrives. */
  deletionsLost = 0
  struck = 0
  readonly #random: Random
  readonly #again: Message[] = []
  #expected = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** Whether there are deliveries still to come. */
  get isPending(): boolean {
    return this.#again.length > 0 || this.#expected > 0
  }

  /** Makes what this client asks of the queue of this name subject to these faults. */
  befall(client: SQSClient, queueName: string): void {
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (!('QueueUrl' in args.input && args.input.QueueUrl?.endsWith(`/${queueName}`))) return next(args)
          if (commandName === 'ReceiveMessageCommand') {
            const repeated = this.#again.splice(0, (args.input as ReceiveMessageCommandInput).MaxNumberOfMessages)
            if (repeated.length > 0) return { output: { Messages: repeated, $metadata: {} }, response: undefined }
            const received = await next(args)
            this.#repeatSome((received.output as ReceiveMessageCommandOutput).Messages ?? [])
            return received
          }
          if (commandName === 'DeleteMessageBatchCommand' && this.#random() < this.deletionsLost) {
            this.struck += 1
            throw new Error('the deletion was lost on its way')
          }
          return next(args)
        },
      { step: 'initialize', name: 'queueFaults' },
    )
  }

  #repeatSome(messages: readonly Message[]) {
    for (const message of messages) {
      if (this.#random() < this.twiceAtOnce) this.#repeat(message)
      if (this.#random() < this.twiceLater) {
        this.#expected += 1
        void pause(LATER_MS).then(() => {
          this.#expected -= 1
          this.#repeat(message)
        })
      }
    }
  }

  #repeat(message: Message) {
    this.struck += 1
    this.#again.push(message)
  }
}
