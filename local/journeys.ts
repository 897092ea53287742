import type { CorrelationOutcome } from '../lambda/core/outcome.ts'
import type { MappingEvent } from './event-source-mapping.ts'
import type { LogLine } from './lambda-runtime.ts'

export type Fate = 'deleted' | 'back in the queue' | 'dead letter'

/** One stage of a message's way: what the function made of it this time, and what became of it in the queue. */
export interface Stage {
  readonly queue: string
  readonly messageId: string
  readonly label: string
  readonly elementId: string | undefined
  /** Undefined where the function did not come to tell: it timed out, crashed or threw. */
  readonly outcome: CorrelationOutcome['kind'] | 'filtered out' | undefined
  readonly reason: string | undefined
  /** Key of the process instance or message. */
  readonly key: string | undefined
  readonly fate: Fate
}

type Told = { readonly messageId: string } & Partial<Pick<Stage, 'elementId' | 'outcome' | 'reason' | 'key'>>
type Settled = { readonly queue: string; readonly fate: Fate; readonly why: string }

/** How long a message's log line may come after the function's answer: they arrive on different ways. */
const LOG_LAG_MS = 250

/**
 * The messages' ways, put together of what the event-source mapping does and what the function logs.
 * What it does not do: tell of log lines that are no outcome; `onOther` gets those.
 */
export class Journeys {
  readonly #onStage: (stage: Stage) => void
  readonly #onOther: (line: string) => void
  readonly #labels = new Map<string, string>()
  readonly #told = new Map<string, Told>()
  readonly #settled = new Map<string, Settled>()
  readonly #latest = new Map<string, Stage>()

  constructor(onStage: (stage: Stage) => void, onOther: (line: string) => void) {
    this.#onStage = onStage
    this.#onOther = onOther
  }

  label(messageId: string, label: string) {
    this.#labels.set(messageId, label)
  }

  /** The latest stage of a message. */
  latest(messageId: string): Stage | undefined {
    return this.#latest.get(messageId)
  }

  onMapping(queue: string, event: MappingEvent) {
    switch (event.kind) {
      case 'filteredOut':
        for (const { messageId } of event.records)
          this.#stage(messageId, { queue, fate: 'deleted', why: '' }, { messageId, outcome: 'filtered out' })
        return
      case 'settled': {
        const { messageId, fate, why } = event
        if (this.#latest.get(messageId)?.outcome === 'filtered out') return
        const settled: Settled = { queue, fate: fate === 'deleted' ? 'deleted' : 'back in the queue', why }
        const told = this.#told.get(messageId)
        if (told) return this.#stage(messageId, settled, told)
        this.#settled.set(messageId, settled)
        setTimeout(() => this.#settled.has(messageId) && this.#stage(messageId, settled, undefined), LOG_LAG_MS)
        return
      }
      case 'pollFailed':
      case 'batchFailed':
        return this.#onOther(`${queue}: ${event.reason}`)
      case 'received':
      case 'invoked':
    }
  }

  onLog({ text }: LogLine) {
    const line = parsed(text)
    if (!line) return this.#onOther(text)
    if (line._aws) return // metrics
    const { messageId, outcome, elementId, reason, processInstanceKey, messageKey } = line
    if (!messageId || !outcome) return line.level === 'INFO' ? undefined : this.#onOther(`${line.message}${reason ? `: ${reason}` : ''}`)
    const told: Told = {
      messageId,
      outcome: outcome as CorrelationOutcome['kind'],
      elementId,
      reason,
      key: processInstanceKey ?? messageKey,
    }
    const settled = this.#settled.get(messageId)
    if (settled) this.#stage(messageId, settled, told)
    else this.#told.set(messageId, told)
  }

  onDeadLetter(queue: string, messageId: string) {
    const { elementId, outcome } = this.#latest.get(messageId) ?? {}
    this.#stage(messageId, { queue, fate: 'dead letter', why: '' }, { messageId, elementId, outcome })
  }

  #stage(messageId: string, { queue, fate, why }: Settled, told: Told | undefined) {
    this.#told.delete(messageId)
    this.#settled.delete(messageId)
    const stage: Stage = {
      queue,
      messageId,
      label: this.#labels.get(messageId) ?? messageId.slice(0, 8),
      elementId: told?.elementId,
      outcome: told?.outcome,
      reason: told ? told.reason : why,
      key: told?.key,
      fate,
    }
    this.#latest.set(messageId, stage)
    this.#onStage(stage)
  }
}

function parsed(text: string): Record<string, string> | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
