import { randomUUID } from 'node:crypto'
import type { Camunda } from './camunda.ts'
import type { CorrelationCommand } from './core/correlation-command.ts'
import type { CamundaReply } from './core/outcome.ts'

/**
 * What is known of the process instances which messages created. A key is of one message and one process. Each write is of one attempt: sent again, or carried
 * out late, it changes nothing that another attempt wrote.
 */
export interface IdempotencyRecords {
  /** Takes down that an attempt begins, unless an earlier one did. @throws where that is not certain: then nothing may be sent */
  begin(attempt: Attempt, abortSignal: AbortSignal): Promise<'begun' | EarlierAttempt>
  complete(attempt: Attempt, processInstanceKey: string | undefined, abortSignal: AbortSignal): Promise<void>
  /** The attempt had no effect, and cannot begin any more: another one may. */
  giveUp(attempt: Attempt, abortSignal: AbortSignal): Promise<void>
}

export interface IdempotencyKey {
  readonly tenantId: string
  readonly bpmnProcessId: string
  readonly messageId: string
}

export interface Attempt extends IdempotencyKey {
  /** Which no other attempt has. */
  readonly mark: string
}

export type EarlierAttempt =
  | { readonly kind: 'completed'; readonly processInstanceKey: string | undefined }
  /** Under way, or ended without anybody knowing how. */
  | { readonly kind: 'unfinished' }

/** Milliseconds that are kept for taking down what became of an attempt. */
const TAKING_DOWN_MS = 500

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
    const attempt = { tenantId, bpmnProcessId, messageId, mark: randomUUID() }
    const timeToSend = () => remainingTime() - TAKING_DOWN_MS
    try {
      const earlier = await this.#records.begin(attempt, within(timeToSend()))
      if (earlier !== 'begun') return replyOf(earlier)
    } catch (error) {
      const reason = `nothing was sent, the idempotency table fails: ${messageOf(error)}`
      return this.#takenDown(attempt, { kind: 'CamundaUnavailable', why: 'unreachable', reason }, remainingTime)
    }
    const reply = await this.#attempt(command, timeToSend)
    return this.#takenDown(attempt, reply, remainingTime)
  }

  /** Camunda does not throw. Should it, the attempt still has a reply, which says how little is known of it. */
  async #attempt(command: CorrelationCommand, remainingTime: () => number): Promise<CamundaReply> {
    try {
      return await this.#camunda.send(command, remainingTime)
    } catch (error) {
      return { kind: 'Ambiguous', reason: `nobody knows whether it was sent: ${messageOf(error)}` }
    }
  }

  async #takenDown(attempt: Attempt, reply: CamundaReply, remainingTime: () => number): Promise<CamundaReply> {
    await this.#takeDown(attempt, reply, within(Math.max(remainingTime(), TAKING_DOWN_MS))).catch((error) =>
      this.#onFault(`the idempotency table fails after ${reply.kind}: ${messageOf(error)}`),
    )
    return reply
  }

  async #takeDown(attempt: Attempt, reply: CamundaReply, abortSignal: AbortSignal): Promise<void> {
    switch (reply.kind) {
      case 'ProcessInstanceCreated':
      case 'AlreadyCreated':
        return this.#records.complete(attempt, reply.processInstanceKey, abortSignal)
      case 'Ambiguous':
        return
      default:
        return this.#records.giveUp(attempt, abortSignal)
    }
  }
}

function within(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(Math.max(0, Math.floor(milliseconds)))
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
