import { setTimeout as pause } from 'node:timers/promises'
import type { ActiveConnector, ConsoleEvent, Fate, MessageDetails, MessageEvent, MessageRow, Overview, Pushed } from '../../console/api.ts'
import { isFifo } from '../../lambda/core/connector.ts'
import { connectorFileJsonSchema } from '../../lib/connector-diagrams.ts'
import { sentenceFor } from '../../tools/command-line.ts'
import { deadLetterQueueOf, lookThrough } from '../../tools/dead-letters/dead-letters.ts'
import { asSent } from '../../tools/dead-letters/reason.ts'
import type { Deployment } from '../../tools/deployment.ts'
import { connectorInForce } from '../../tools/live-connector.ts'
import type { FailedInvocation } from '../../tools/outcomes/failed-invocations.ts'
import { followOutcomes, type LoggedOutcome } from '../../tools/outcomes/outcome-log.ts'
import { OWN_PACKAGE } from '../../tools/own-package.ts'
import type { Place } from '../../tools/place.ts'
import { queueNameIn } from '../../tools/queue-name.ts'
import { toSqsRecord } from '../../tools/sqs-record.ts'
import { checkedText, parameterOf, prettyConnector, readActive, textIn, writeActive } from './connector-edit.ts'
import { type Call, type Events, NotThere, type Routes } from './console-server.ts'
import { deadLettersOf, idsIn, moveDeadLetters } from './dead-letters.ts'
import { deployedFigures } from './deployed-figures.ts'
import { explained } from './explained.ts'
import { LiveSteps } from './live-steps.ts'
import { elementOverviews } from './reachable-elements.ts'

interface Known {
  row: MessageRow
  readonly events: MessageEvent[]
  readonly log: { readonly at: number; readonly text: string }[]
}

/** As many messages as are kept, and receives of one. */
const MOST_MESSAGES = 20_000
const MOST_EVENTS = 200
/** Messages of a dead-letter queue among which one is looked for. */
const MOST_DEAD_LETTERS = 10_000

/**
 * The console of a deployed connector, by what its log, its queues, its parameter and CloudWatch tell. A message’s body is in no log: it can be explained
 * where it is a dead letter.
 */
export class DeployedConsole implements Events {
  readonly #deployment: Deployment
  readonly #place: Place
  readonly #messages = new Map<string, Known>()
  readonly #listeners = new Set<(event: ConsoleEvent) => void>()
  readonly #steps: LiveSteps
  readonly #stopping = new AbortController()
  #following: Promise<void> | undefined
  #trouble: string | undefined

  constructor(place: Place, deployment: Deployment) {
    this.#place = place
    this.#deployment = deployment
    this.#steps = new LiveSteps((connector, step) => this.#tell({ kind: 'step', connector, step }))
  }

  /** Follows the function’s log; where that cannot be read, the page says so. @param since milliseconds of the epoch */
  follow(since: number) {
    this.#following = this.#follow(since).catch((error: Error) => {
      if (this.#stopping.signal.aborted) return
      this.#trouble = `The function’s log cannot be read: ${sentenceFor(error)}`
      this.#tell({ kind: 'trouble', text: this.#trouble })
    })
  }

  async stop() {
    this.#stopping.abort()
    await this.#following
  }

  *soFar(): Iterable<ConsoleEvent> {
    if (this.#trouble !== undefined) yield { kind: 'trouble', text: this.#trouble }
    yield { kind: 'messages', rows: [...this.#messages.values()].map(({ row }) => row) }
    for (const each of this.#steps.all()) yield { kind: 'step', ...each }
  }

  subscribe(listener: (event: ConsoleEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  routes(): Routes {
    return {
      'GET /overview': () => this.#overview(),
      'GET /connector-schema': async () => connectorFileJsonSchema(),
      'GET /messages/{id}': ({ names: { id = '' } }) => this.#message(id),
      'GET /connectors/{name}': (call) => this.#ours(call, () => this.#connector()),
      'POST /connectors/{name}/check': (call) => this.#ours(call, async () => this.#checked(textIn(call))),
      'POST /connectors/{name}/push': (call) => this.#ours(call, async () => this.#push(textIn(call))),
      'GET /connectors/{name}/figures': (call) => this.#ours(call, () => deployedFigures(this.#place, this.#deployment)),
      'GET /connectors/{name}/dead-letters': (call) => this.#ours(call, () => deadLettersOf(this.#place, this.#deployment)),
      'POST /connectors/{name}/dead-letters/redrive': (call) => this.#ours(call, async () => this.#move('queue', call)),
      'POST /connectors/{name}/dead-letters/discard': (call) => this.#ours(call, async () => this.#move('nowhere', call)),
    }
  }

  async #follow(since: number) {
    const { signal } = this.#stopping
    const outcomes = followOutcomes({
      logs: this.#place.logs,
      logGroupName: this.#deployment.logGroupName,
      since,
      outcome: undefined,
      signal,
      pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
    })
    for await (const told of outcomes) {
      const row = 'failure' in told ? this.#failed(told) : this.#settled(told)
      this.#tell({ kind: 'messages', rows: [row] })
    }
  }

  #settled(logged: LoggedOutcome): MessageRow {
    const { messageId, outcome, elementId, reason, processInstanceKey, messageKey, receiveCount = 1, afterwards } = logged
    const at = Date.parse(logged.time)
    const fate = afterwards as Fate
    const known = this.#known(messageId, at)
    const before = known.events.at(-1)
    known.row = {
      ...known.row,
      outcome,
      reason,
      elementId,
      fate,
      key: processInstanceKey ?? messageKey ?? known.row.key,
      receives: receiveCount,
      delay: before && at - before.at,
    }
    known.events.push({ at, kind: fate, receive: receiveCount, outcome, reason })
    known.log.push({ at, text: JSON.stringify({ message: `${outcome}; ${afterwards}`, ...logged }) })
    if (known.events.length > MOST_EVENTS) known.events.shift()
    if (known.log.length > MOST_EVENTS) known.log.shift()
    this.#steps.onOutcome(this.#deployment.connector, logged.configurationVersion)
    return known.row
  }

  /** Of its messages nobody knows which they were: the request stands for them. */
  #failed({ time, requestId = time, failure, reason }: FailedInvocation): MessageRow {
    const at = Date.parse(time)
    const known = this.#known(`request ${requestId}`, at)
    known.row = { ...known.row, outcome: `the function failed (${failure})`, reason, fate: 'back in the queue' }
    known.events.push({ at, kind: 'back in the queue', reason })
    return known.row
  }

  #known(messageId: string, at: number): Known {
    const found = this.#messages.get(messageId)
    if (found) return found
    const { connector, queueUrl } = this.#deployment
    const row: MessageRow = { messageId, connector, queue: queueNameIn(queueUrl), at, sent: at, receives: 1, text: '' }
    const known: Known = { row, events: [], log: [] }
    this.#messages.set(messageId, known)
    for (const oldest of this.#messages.keys()) {
      if (this.#messages.size <= MOST_MESSAGES) break
      this.#messages.delete(oldest)
    }
    return known
  }

  async #overview(): Promise<Overview> {
    const { connector: name, parameterName, queueUrl } = this.#deployment
    const { connector } = await connectorInForce(this.#place.ssm, parameterName)
    return {
      kind: 'deployed',
      version: OWN_PACKAGE.version,
      where: `${name} on AWS`,
      connectors: [
        {
          name,
          parameterName,
          queue: queueNameIn(queueUrl),
          fifo: connector ? isFifo(connector) : queueUrl.endsWith('.fifo'),
          elements: connector ? elementOverviews(connector) : [],
        },
      ],
      diagrams: [],
      samples: [],
      faults: undefined,
    }
  }

  async #message(id: string): Promise<MessageDetails> {
    const known = this.#messages.get(id)
    if (!known) throw new NotThere('The log tells nothing of this message: it may be older than what was read.')
    const { row, events, log } = known
    if (row.fate === 'deleted') return { row, record: undefined, explanation: undefined, events, log }
    const queue = await deadLetterQueueOf(this.#place.sqs, this.#deployment)
    const isWanted = ({ MessageId }: { readonly MessageId?: string | undefined }) => MessageId === id
    const look = { most: MOST_DEAD_LETTERS, patience: 0, isWanted }
    const found = (await lookThrough(this.#place.sqs, queue.deadLetterQueueUrl, look)).find(isWanted)
    const record = found && toSqsRecord(asSent(found), { queueArn: queue.queueArn, region: queue.queueArn.split(':')[3] ?? '' })
    const { connector } = await connectorInForce(this.#place.ssm, this.#deployment.parameterName)
    return { row, record, events, log, explanation: record && connector && explained(connector, record, undefined) }
  }

  async #connector(): Promise<ActiveConnector> {
    const { connector: name, parameterName } = this.#deployment
    const { text, version } = await readActive(this.#place.ssm, parameterName)
    const { steps, functionVersion } = this.#steps.of(name)
    return { name, parameterName, text: prettyConnector(text), version, functionVersion, steps }
  }

  async #checked(text: string) {
    const { connector, parameterName } = this.#deployment
    return checkedText(connector, text, await readActive(this.#place.ssm, parameterName))
  }

  async #push(text: string): Promise<Pushed> {
    const checked = await this.#checked(text)
    if (checked.differences === undefined) return { ...checked, pushed: false, version: undefined }
    const { connector, parameterName } = this.#deployment
    const version = await writeActive(this.#place.ssm, parameterName, parameterOf(text))
    this.#steps.onPut(connector, version, undefined)
    return { ...checked, pushed: true, version }
  }

  #move(to: 'queue' | 'nowhere', call: Call) {
    return moveDeadLetters(this.#place, this.#deployment, { to, messageIds: idsIn(call.input) })
  }

  async #ours<Answer>({ names: { name = '' } }: Call, answer: () => Promise<Answer>): Promise<Answer> {
    const { connector } = this.#deployment
    if (name !== connector) throw new NotThere(`This console is of ${connector} alone.`)
    return answer()
  }

  #tell(event: ConsoleEvent) {
    for (const listener of this.#listeners) listener(event)
  }
}
