import type { Returned } from '../../lambda/core/back-off.ts'
import type { DeadLetter, Queue } from '../../lambda/queue.ts'

/** A queue with a memory: what was put off, and what was made a dead letter. It fails where told. */
export class FakeQueue implements Queue {
  readonly returned: Returned[] = []
  readonly deadLetters: DeadLetter[] = []
  #fault: string | undefined

  failsWith(fault: string): this {
    this.#fault = fault
    return this
  }

  async putOff(returned: readonly Returned[]): Promise<void> {
    if (this.#fault) throw new Error(this.#fault)
    this.returned.push(...returned)
  }

  async sendToDeadLetterQueue(letter: DeadLetter): Promise<string> {
    if (this.#fault) throw new Error(this.#fault)
    this.deadLetters.push(letter)
    return `dead ${letter.record.messageId}`
  }
}
