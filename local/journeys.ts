import type { CorrelationOutcome } from '../lambda/core/outcome.ts'
import { parsedJson } from '../tools/parsed-json.ts'
import type { MappingEvent } from './event-source-mapping.ts'
import type { LogLine } from './lambda-runtime.ts'

export type Fate = 'deleted' | 'back in the queue' | 'dead letter'

/** One stage of a message's way: what the function made of it this time, and what became of it in the queue. */
export interface Stage {
  readonly queue: string
  readonly messageId: string
  readonly elementId: string | undefined
  /** Undefined where the function did not come to tell: it timed out, crashed or threw. */
  readonly outcome: CorrelationOutcome['kind'] | 'filtered out' | undefined
  readonly reason: string | undefined
  /** Key of the process instance or message. */
  readonly key: string | undefined
  readonly fate: Fate
  /** Of the invocation that had it. */
  readonly requestId: string | undefined
}

type Told = Partial<Pick<Stage, 'elementId' | 'outcome' | 'reason' | 'key'>>
type Settled = { readonly queue: string; readonly fate: Fate; readonly why: string }
/** A message as one invocation had it: SQS may have delivered it before, and may again while that one's log lines are on their way. */
type Receive = { readonly messageId: string; readonly requestId: string | undefined }

/** How long a message's log line may come after the function's answer: they arrive on different ways. */
const LOG_LAG_MS = 250

/**
 * The messages' ways, put together of what the event-source mapping does and what the function logs.
 * What it does not do: tell of log lines that are no outcome; `onOther` gets those.
 */
export class Journeys {
  readonly #onStage: (stage: Stage) => void
  readonly #onOther: (line: string) => void
  /** Of receives, by `keyOf`. */
  readonly #told = new Map<string, Told>()
  readonly #settled = new Map<string, Settled>()
  readonly #latest = new Map<string, Stage>()

  constructor(onStage: (stage: Stage) => void, onOther: (line: string) => void) {
    this.#onStage = onStage
    this.#onOther = onOther
  }

  /** The latest stage of a message. */
  latest(messageId: string): Stage | undefined {
    return this.#latest.get(messageId)
  }

  onMapping(queue: string, event: MappingEvent) {
    switch (event.kind) {
      case 'filteredOut':
        for (const { messageId } of event.records)
          this.#stage({ messageId, requestId: undefined }, { queue, fate: 'deleted', why: '' }, { outcome: 'filtered out' })
        return
      case 'settled': {
        const { messageId, requestId, fate, why } = event
        const latest = this.#latest.get(messageId)
        if (latest?.outcome === 'filtered out') return
        // SQS may deliver a message twice, and in one batch.
        if (requestId !== undefined && latest?.requestId === requestId) return
        const settled: Settled = { queue, fate: fate === 'deleted' ? 'deleted' : 'back in the queue', why }
        const key = keyOf(event)
        const told = this.#told.get(key)
        if (told) return this.#stage(event, settled, told)
        this.#settled.set(key, settled)
        const withoutLine = () => this.#settled.get(key) === settled && this.#stage(event, settled, undefined)
        // What has come meanwhile is read first, however long something else took.
        setTimeout(() => setImmediate(withoutLine), LOG_LAG_MS)
        return
      }
      case 'pollFailed':
      case 'batchFailed':
        return this.#onOther(`${queue}: ${event.reason}`)
      case 'received':
      case 'invoked':
    }
  }

  onLog({ text, requestId: latestRequestId }: LogLine) {
    const line = parsed(text)
    if (!line) return this.#onOther(text)
    if (line._aws) return // metrics
    const { messageId, outcome, elementId, reason, processInstanceKey, messageKey } = line
    if (!messageId || !outcome) return line.level === 'INFO' ? undefined : this.#onOther(`${line.message}${reason ? `: ${reason}` : ''}`)
    const told: Told = { outcome: outcome as CorrelationOutcome['kind'], elementId, reason, key: processInstanceKey ?? messageKey }
    const receive = { messageId, requestId: line.function_request_id ?? latestRequestId }
    const key = keyOf(receive)
    const settled = this.#settled.get(key)
    if (settled) return this.#stage(receive, settled, told)
    const latest = this.#latest.get(messageId)
    if (latest?.requestId !== receive.requestId) this.#told.set(key, told)
    // Later than it was waited for.
    else if (latest && latest.outcome === undefined) this.#stage(receive, { ...latest, why: latest.reason ?? '' }, told)
  }

  onDeadLetter(queue: string, messageId: string) {
    const { elementId, outcome, requestId } = this.#latest.get(messageId) ?? {}
    this.#stage({ messageId, requestId }, { queue, fate: 'dead letter', why: '' }, { elementId, outcome })
  }

  #stage(receive: Receive, { queue, fate, why }: Settled, told: Told | undefined) {
    const { messageId, requestId } = receive
    this.#told.delete(keyOf(receive))
    this.#settled.delete(keyOf(receive))
    const stage: Stage = {
      queue,
      messageId,
      elementId: told?.elementId,
      outcome: told?.outcome,
      // Done, and yet not deleted: then the reason is the queue's.
      reason: told?.reason ?? (told && fate !== 'back in the queue' ? undefined : isReturned(told?.outcome) ? undefined : why),
      key: told?.key,
      fate,
      requestId,
    }
    this.#latest.set(messageId, stage)
    this.#onStage(stage)
  }
}

function keyOf({ messageId, requestId }: Receive): string {
  return `${requestId} ${messageId}`
}

/** Whether an outcome is a reason to come back. */
function isReturned(outcome: Stage['outcome']): boolean {
  return outcome !== undefined && !/Created$|Published$|filtered out/.test(outcome)
}

function parsed(text: string): Record<string, string> | undefined {
  const value = parsedJson(text)
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : undefined
}
