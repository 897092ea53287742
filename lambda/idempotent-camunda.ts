import type { Camunda } from './camunda.ts'
import type { CamundaReply, CorrelationCommand } from './core/outcome.ts'

/** What is known of the process instances which messages created. A key is of one message and one process. */
export interface IdempotencyRecords {
  /** Takes down that an attempt begins, unless an earlier one did. @throws where that is not certain: then nothing may be sent */
  begin(key: IdempotencyKey): Promise<'begun' | EarlierAttempt>
  complete(key: IdempotencyKey, processInstanceKey: string | undefined): Promise<void>
  /** The attempt had no effect: another one may begin. */
  forget(key: IdempotencyKey): Promise<void>
}

export interface IdempotencyKey {
  readonly tenantId: string
  readonly bpmnProcessId: string
  readonly messageId: string
}

export type EarlierAttempt =
  | { readonly kind: 'completed'; readonly processInstanceKey: string | undefined }
  /** Under way, or ended without anybody knowing how. */
  | { readonly kind: 'unfinished' }

/**
 * Creates at most one process instance of a message: an attempt is taken down before it is made, and stays so while nobody knows what became of
 * it. What nobody knows is not tried again; it ends in the dead-letter queue, for a person to look. See docs/adr/013-idempotency.md.
 */
export class IdempotentCamunda implements Camunda {
  readonly #camunda: Camunda
  readonly #records: IdempotencyRecords
  readonly #onFault: (fault: string) => void

  constructor(camunda: Camunda, records: IdempotencyRecords, onFault: (fault: string) => void) {
    this.#camunda = camunda
    this.#records = records
    this.#onFault = onFault
  }

  async send(command: CorrelationCommand, remainingTime: () => number): Promise<CamundaReply> {
    if (command.kind !== 'createProcessInstance') return this.#camunda.send(command, remainingTime)
    const { tenantId, bpmnProcessId, messageId } = command
    const key = { tenantId, bpmnProcessId, messageId }
    try {
      const earlier = await this.#records.begin(key)
      if (earlier !== 'begun') return replyOf(earlier)
    } catch (error) {
      return {
        kind: 'CamundaUnavailable',
        why: 'unreachable',
        reason: `nothing was sent, the idempotency table fails: ${messageOf(error)}`,
      }
    }
    const reply = await this.#attempt(command, remainingTime)
    await this.#takeDown(key, reply).catch((error) => this.#onFault(`the idempotency table fails after ${reply.kind}: ${messageOf(error)}`))
    return reply
  }

  /** Camunda does not throw. Should it, the attempt still has a reply, which says how little is known of it. */
  async #attempt(command: CorrelationCommand, remainingTime: () => number): Promise<CamundaReply> {
    try {
      return await this.#camunda.send(command, remainingTime)
    } catch (error) {
      return { kind: 'Ambiguous', reason: `nobody knows whether it was sent: ${messageOf(error)}` }
    }
  }

  async #takeDown(key: IdempotencyKey, reply: CamundaReply): Promise<void> {
    switch (reply.kind) {
      case 'ProcessInstanceCreated':
      case 'AlreadyCreated':
        return this.#records.complete(key, reply.processInstanceKey)
      case 'Ambiguous':
        return
      default:
        return this.#records.forget(key)
    }
  }
}

function replyOf(earlier: EarlierAttempt): CamundaReply {
  if (earlier.kind === 'unfinished')
    return { kind: 'Ambiguous', reason: 'an earlier attempt began, and nobody knows how it ended; it is not tried again' }
  const { processInstanceKey } = earlier
  return { kind: 'AlreadyCreated', ...(processInstanceKey !== undefined && { processInstanceKey }) }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
