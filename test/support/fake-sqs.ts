import { setTimeout as pause } from 'node:timers/promises'
import type { Message, SQSClient } from '@aws-sdk/client-sqs'

type Stored = {
  readonly id: string
  readonly body: string
  readonly group: string | undefined
  receives: number
  handle: string | undefined
}
type Entry = { Id: string; ReceiptHandle: string }
type Input = { MaxNumberOfMessages?: number; Entries?: Entry[] }

/**
 * One queue with a memory, behind the SQS client's `send`. As SQS does, it hands out several messages of a message group at once and none
 * while one of them is in flight. Time passes only on demand: a visibility timeout ends when `visibilityTimeoutPasses` is called.
 */
export class FakeSqs {
  readonly client = { send: (command: { input: Input }) => this.#send(command) } as unknown as SQSClient
  #messages: Stored[] = []
  #sent = 0
  #handles = 0
  #failingPolls = 0
  #failingDeletes: 'none' | 'some' | 'all' = 'none'

  /** Bodies of the messages which are in the queue, visible or in flight. */
  get bodies(): string[] {
    return this.#messages.map(({ body }) => body)
  }

  sends(body: string, group?: string): string {
    const id = `m-${++this.#sent}`
    this.#messages.push({ id, body, group, receives: 0, handle: undefined })
    return id
  }

  failsPolls(times: number): void {
    this.#failingPolls = times
  }

  failsDeletes(which: 'none' | 'some' | 'all'): void {
    this.#failingDeletes = which
  }

  visibilityTimeoutPasses(): void {
    for (const message of this.#messages) message.handle = undefined
  }

  async #send(command: { input: Input }): Promise<object> {
    const { input } = command
    switch (command.constructor.name) {
      case 'GetQueueAttributesCommand':
        return { Attributes: { VisibilityTimeout: '30' } }
      case 'ReceiveMessageCommand':
        return this.#receive(input.MaxNumberOfMessages ?? 1)
      case 'DeleteMessageBatchCommand':
        return this.#delete(input.Entries ?? [])
      case 'ChangeMessageVisibilityBatchCommand':
        for (const { ReceiptHandle } of input.Entries ?? []) this.#release(ReceiptHandle)
        return {}
      default:
        throw new Error(`no answer to ${command.constructor.name}`)
    }
  }

  async #receive(most: number): Promise<{ Messages: Message[] }> {
    await pause(5)
    if (this.#failingPolls-- > 0) throw new Error('connection refused')
    const blocked = new Set(this.#messages.filter(({ handle }) => handle !== undefined).map(({ group }) => group))
    const visible = this.#messages.filter(({ handle, group }) => handle === undefined && (group === undefined || !blocked.has(group)))
    return { Messages: visible.slice(0, most).map((message) => this.#handOut(message)) }
  }

  #handOut(message: Stored): Message {
    message.receives += 1
    message.handle = `handle ${++this.#handles}`
    const group = message.group === undefined ? {} : { MessageGroupId: message.group }
    return {
      MessageId: message.id,
      ReceiptHandle: message.handle,
      Body: message.body,
      MD5OfBody: '',
      Attributes: { ApproximateReceiveCount: String(message.receives), ...group },
    }
  }

  #delete(entries: Entry[]): object {
    if (this.#failingDeletes === 'all') throw new Error('connection refused')
    const [refused, deleted] = this.#failingDeletes === 'some' ? [entries.slice(0, 1), entries.slice(1)] : [[], entries]
    const handles = new Set(deleted.map(({ ReceiptHandle }) => ReceiptHandle))
    this.#messages = this.#messages.filter(({ handle }) => handle === undefined || !handles.has(handle))
    return {
      Failed: refused.map(({ Id }) => ({ Id, Code: 'ReceiptHandleIsInvalid', Message: 'the handle has expired', SenderFault: true })),
    }
  }

  #release(receiptHandle: string): void {
    for (const message of this.#messages) if (message.handle === receiptHandle) message.handle = undefined
  }
}
