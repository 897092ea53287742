import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { Message } from '@aws-sdk/client-sqs'
import type { Connector } from '../../lambda/core/connector.ts'
import { DEAD_LETTER_ATTRIBUTES } from '../../lambda/core/dead-letter-attributes.ts'
import { sentenceFor } from '../command-line.ts'
import type { DeadLetterQueue } from './dead-letters.ts'
import { type LastOutcome, lastOutcomes } from './last-outcomes.ts'
import { type DeadLetterReason, reasonOfDeadLetter } from './reason.ts'

export interface Sources {
  readonly queue: DeadLetterQueue
  /** As it is now; undefined: it cannot be evaluated. */
  readonly connector: Connector | undefined
  /** Undefined where the log is not to be asked. */
  readonly log: { readonly logs: Pick<CloudWatchLogsClient, 'send'>; readonly logGroupName: string } | undefined
  /** Told once, where the log does not answer. */
  readonly onFault: (fault: string) => void
}

/** Why messages are dead letters: for `npx camunda-sqs-bridge peek`, which tells it, and for those which choose by it. */
export class DeadLetterReasons {
  readonly #sources: Sources
  #isSilent = false

  constructor(sources: Sources) {
    this.#sources = sources
  }

  async of(messages: readonly Message[]): Promise<ReadonlyMap<Message, DeadLetterReason>> {
    const { connector, queue } = this.#sources
    const logged = await this.#logged(messages.filter((message) => !message.MessageAttributes?.[DEAD_LETTER_ATTRIBUTES.reason]))
    return new Map(
      messages.map((message) => [message, reasonOfDeadLetter(message, connector, queue.queueArn, logged.get(message.MessageId ?? ''))]),
    )
  }

  async #logged(messages: readonly Message[]): Promise<ReadonlyMap<string, LastOutcome>> {
    const { log, queue, onFault } = this.#sources
    if (!log || this.#isSilent) return new Map()
    try {
      return await lastOutcomes({ ...log, fifo: queue.fifo }, messages)
    } catch (error) {
      this.#isSilent = true
      onFault(`The log cannot be read: ${sentenceFor(error as Error)}\nWhat SQS gave up is shown by what would become of it now.`)
      return new Map()
    }
  }
}
