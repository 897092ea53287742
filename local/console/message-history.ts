import type { SQSRecord } from 'aws-lambda'
import type { ConsoleEvent, MessageEvent, MessageRow } from '../../console/api.ts'
import { type LoggedOutcome, outcomeIn } from '../../tools/outcomes/outcome-log.ts'
import { parsedJson } from '../../tools/parsed-json.ts'
import type { MappingEvent } from '../event-source-mapping.ts'
import type { Stage } from '../journeys.ts'

/** A message that was received, with what happened to it. */
export interface KnownMessage {
  row: MessageRow
  /** As it was last received. */
  readonly record: SQSRecord
  readonly events: MessageEvent[]
  readonly log: { readonly at: number; readonly text: string }[]
}

/** What is kept of bodies, all together, in characters; beyond that, and beyond so many messages, the oldest are forgotten. */
const MOST_MESSAGES = 20_000
const MOST_CHARACTERS = 64 * 1024 * 1024
/** Of a body, in the list. */
const BEGINNING = 300
/** What happened to one message again and again: the last of it. */
const MOST_EVENTS = 200
/** Milliseconds in which changes are gathered to be told together. */
const GATHER = 100
/** Rows of one event. */
const MOST_ROWS = 500

/** The messages of a run, put together of what the event-source mapping does, what the function logs, and what became of them in the queue. */
export class MessageHistory {
  readonly #messages = new Map<string, KnownMessage>()
  /** Those in whose place the function has sent a dead letter. */
  readonly #givenUp = new Set<string>()
  readonly #listeners = new Set<(event: ConsoleEvent) => void>()
  readonly #onOutcome: (connector: string, outcome: LoggedOutcome) => void
  readonly #changed = new Set<string>()
  #characters = 0
  #isDue = false

  /** @param onOutcome told of what the function logs of a message */
  constructor(onOutcome: (connector: string, outcome: LoggedOutcome) => void = () => {}) {
    this.#onOutcome = onOutcome
  }

  get(messageId: string): KnownMessage | undefined {
    return this.#messages.get(messageId)
  }

  all(): Iterable<KnownMessage> {
    return this.#messages.values()
  }

  *soFar(): Iterable<ConsoleEvent> {
    yield* inPieces([...this.#messages.values()].map(({ row }) => row))
  }

  subscribe(listener: (event: ConsoleEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  onMapping(connector: string, queue: string, event: MappingEvent) {
    if (event.kind === 'received') for (const record of event.records) this.#received(connector, queue, record)
  }

  onLog(connector: string, text: string) {
    const outcome = outcomeIn(text, Date.now())
    if (outcome) this.#onOutcome(connector, outcome)
    if (outcome?.deadLetterMessageId !== undefined) this.#givenUp.add(outcome.messageId)
    for (const id of idsIn(text)) {
      const known = this.#messages.get(id)
      if (!known) continue
      known.log.push({ at: Date.now(), text })
      if (known.log.length > MOST_EVENTS) known.log.shift()
    }
  }

  /** @returns the message as it is now; undefined of one that was never received */
  onStage({ messageId, outcome, reason, elementId, key, fate: inQueue }: Stage): MessageRow | undefined {
    const known = this.#messages.get(messageId)
    // Of the dead letter that the function sent, all has been told already.
    if (!known) return undefined
    const { row } = known
    const fate = inQueue === 'deleted' && this.#givenUp.has(messageId) ? 'dead letter' : inQueue
    // SQS moves a message without a word of why: that was told before.
    const told = inQueue === 'dead letter' ? {} : { outcome, reason }
    known.row = { ...row, ...told, elementId: elementId ?? row.elementId, key: key ?? row.key, fate }
    this.#happened(known, { ...told, kind: outcome === 'filtered out' ? outcome : fate, at: Date.now() })
    return known.row
  }

  #received(connector: string, queue: string, record: SQSRecord) {
    const { messageId, body, attributes } = record
    const receive = Number(attributes.ApproximateReceiveCount)
    const sent = Number(attributes.SentTimestamp)
    const known = this.#messages.get(messageId) ?? this.#add(connector, queue, record, sent)
    const at = Date.now()
    const before = known.events.findLast(({ kind }) => kind === 'received')
    known.row = { ...known.row, receives: receive, delay: before && at - before.at, fate: undefined, text: body.slice(0, BEGINNING) }
    this.#happened(known, { kind: 'received', at, receive })
  }

  #add(connector: string, queue: string, record: SQSRecord, sent: number): KnownMessage {
    const { messageId, body } = record
    const row: MessageRow = { messageId, connector, queue, at: Date.now(), sent, receives: 0, text: '' }
    const known: KnownMessage = { row, record, events: [{ kind: 'sent', at: sent }], log: [] }
    this.#messages.set(messageId, known)
    this.#characters += body.length
    for (const [oldest, { record }] of this.#messages) {
      if (this.#messages.size <= MOST_MESSAGES && this.#characters <= MOST_CHARACTERS) break
      this.#messages.delete(oldest)
      this.#givenUp.delete(oldest)
      this.#characters -= record.body.length
    }
    return known
  }

  #happened({ row, events }: KnownMessage, event: MessageEvent) {
    events.push(event)
    if (events.length > MOST_EVENTS) events.splice(1, 1)
    this.#changed.add(row.messageId)
    if (this.#isDue) return
    this.#isDue = true
    setTimeout(() => this.#tell(), GATHER).unref()
  }

  #tell() {
    this.#isDue = false
    const rows = [...this.#changed].flatMap((id) => this.#messages.get(id)?.row ?? [])
    this.#changed.clear()
    for (const event of inPieces(rows)) for (const listener of this.#listeners) listener(event)
  }
}

function* inPieces(rows: readonly MessageRow[]): Iterable<ConsoleEvent> {
  for (let at = 0; at < rows.length; at += MOST_ROWS) yield { kind: 'messages', rows: rows.slice(at, at + MOST_ROWS) }
}

/** Of the messages which a log line is about. */
function idsIn(text: string): readonly string[] {
  const { messageId, messageIds } = Object(parsedJson(text)) as { messageId?: unknown; messageIds?: unknown }
  return [messageId, ...(Array.isArray(messageIds) ? messageIds : [])].filter((id): id is string => typeof id === 'string')
}
