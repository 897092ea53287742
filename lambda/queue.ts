import type { SQSRecord } from 'aws-lambda'
import type { Returned } from './core/back-off.ts'

/** The queue of a batch, as far as the bridge has to do with it: Lambda receives from it and deletes. */
export interface Queue {
  /** Has what is returned come back when it may have a chance. A fault is told and otherwise harmless: the queue's own visibility timeout stays. */
  putOff(returned: readonly Returned[], options: Deadline & { readonly longestOutage: number }): Promise<void>
  /** @returns the id which it has there @throws where the message did not arrive there, as far as one knows */
  sendToDeadLetterQueue(letter: DeadLetter, options: Deadline): Promise<string>
}

export interface Deadline {
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingTime: () => number
}

/** A message that can never have its effect, and why. */
export interface DeadLetter {
  readonly record: SQSRecord
  readonly reason: string
  readonly elementId: string | undefined
  readonly configurationVersion: number | undefined
}
