import type { SQSRecord } from 'aws-lambda'
import { visibilityTimeouts } from '../../lambda/core/back-off.ts'
import { type Connector, consumesUnmatchedEvents, type Element, leastVisibilityTimeout } from '../../lambda/core/connector.ts'
import { eventSourceSettings } from '../../lambda/core/event-source-settings.ts'
import { type CorrelationOutcome, disposition, reasonOf } from '../../lambda/core/outcome.ts'

/**
 * A made-up business day of a connector, message by message, so that its numbers add up: up to some 40 messages a minute, a third of them
 * filtered out. At 10:30 a sender is faulty, and its messages are dead letters at 10:45; they are redriven at 11:40, of which one stays
 * invalid. From 14:05 to 14:50 Camunda is unavailable, and what came meanwhile is back by and by. At 16:00 the connector is edited.
 *
 * The same connector has the same day, whenever it is asked for.
 */

export const MINUTES = 24 * 60

/** Of the day, in minutes. */
const FAULTY_SENDER = clock(10, 30)
const REDRIVE = clock(11, 40)
const SLOW = clock(14, 0)
const OUTAGE = clock(14, 5)
const RECOVERY = clock(14, 50)
const EDIT = clock(16, 0)

const BUSIEST = 40
const QUIETEST = 1.5
const INVALID_MESSAGES = 6
const [VERSION_BEFORE, VERSION_AFTER] = [3, 4]

/** Messages a minute: while each request takes seconds, and otherwise. */
const CAPACITY = { outage: 75, normal: 400 }
const LATENCY = { normal: 42, slow: 380, outage: 4_200, after: 130, most: 10_000 }
const UPDATER_DURATION = 850
/** Of Lambda, a minute: five of them, for 20 s each. */
const LONG_POLLS = 15
const LOG_BYTES = { message: 420, batch: 2_400, update: 1_100 }

const UNAVAILABLE_REASON = '503 RESOURCE_EXHAUSTED: the partition leader is not available'
const NO_ANSWER = 'other side closed'
const MEANWHILE = {
  none: 'a second process instance is possible; idempotency “businessId” or “dynamodb” would prevent it',
  businessId: 'Camunda creates no second process instance while the first is active',
  message: 'Camunda knows the message by its id, and publishes it once',
}

export interface LogLine {
  /** Seconds of the day. */
  readonly time: number
  readonly messageId: string
  readonly outcome: string
  readonly elementId: string | undefined
  readonly reason: string | undefined
  readonly receiveCount: number
  readonly durationMs: number
}

/** What was measured; `of` is an element, the dead-letter queue or the updater, and '' everything else. */
export interface Traffic {
  /** The values of each minute of the day. */
  readonly measured: (metricName: string, of?: string) => readonly (readonly number[])[] | undefined
  readonly log: readonly LogLine[]
}

export const DEAD_LETTER_QUEUE = 'the dead-letter queue'
export const UPDATER = 'the updater'

export function sampleTraffic(connector: Connector): Traffic {
  const day = new Day(connector)
  for (let minute = 0; minute < MINUTES; minute++) day.pass(minute)
  return day
}

type Fate = 'filtered' | 'unmatched' | 'duplicate' | 'ordinary' | 'invalid'

interface Message {
  readonly id: string
  readonly element: Element
  fate: Fate
  /** Seconds of the day; a redriven message counts as sent anew. */
  sentAt: number
  /** When it can be received, first or again. */
  visibleAt: number
  receives: number
  /** An earlier attempt may have had its effect. */
  maybeDone: boolean
}

class Day implements Traffic {
  readonly log: LogLine[] = []
  readonly #connector: Connector
  readonly #settings: ReturnType<typeof eventSourceSettings>
  readonly #random = seededRandom(20_260_310)
  readonly #measured = new Map<string, number[][]>()
  #queue: Message[] = []
  #deadLetters: (Message & { readonly deadSince: number })[] = []
  #warm = 0

  constructor(connector: Connector) {
    this.#connector = connector
    this.#settings = eventSourceSettings(connector)
  }

  measured(metricName: string, of = '') {
    return this.#measured.get(`${metricName} ${of}`)
  }

  pass(minute: number) {
    this.#arrive(minute)
    if (minute === REDRIVE) this.#redrive()
    const received = this.#receive(minute)
    this.#invoke(minute, this.#filter(minute, received))
    this.#watchQueues(minute)
    if (minute % 5 === 0 || minute === EDIT) this.#update(minute)
  }

  #arrive(minute: number) {
    const rate = QUIETEST + (BUSIEST - QUIETEST) * business(minute / 60)
    const ordinary = Math.max(0, Math.round(rate + this.#normal() * Math.sqrt(rate) * 0.6))
    const invalid = minute === FAULTY_SENDER ? INVALID_MESSAGES : 0
    for (let count = 0; count < ordinary + invalid; count++) {
      const isInvalid = count >= ordinary
      // The faulty sender sends all it has at once.
      const sentAt = minute * 60 + (isInvalid ? 1 + (count - ordinary) : this.#random() * 60)
      this.#queue.push({
        id: this.#id(),
        element: this.#someElement(),
        fate: isInvalid ? 'invalid' : this.#someFate(),
        sentAt,
        visibleAt: sentAt,
        receives: 0,
        maybeDone: false,
      })
    }
    this.#measure(minute, 'NumberOfMessagesSent', ordinary + invalid)
  }

  #someFate(): Fate {
    const { elements } = this.#connector
    const mayNotMatch = consumesUnmatchedEvents(this.#connector) && elements.every(({ activationCondition }) => activationCondition)
    const chance = this.#random()
    if (this.#settings.patterns.length > 0 && chance < 1 / 3) return 'filtered'
    if (mayNotMatch && chance > 0.985) return 'unmatched'
    return chance > 0.34 && chance < 0.3412 ? 'duplicate' : 'ordinary'
  }

  /** The first element has the most messages. */
  #someElement(): Element {
    const { elements } = this.#connector
    return elements[Math.floor(this.#random() ** 2 * elements.length)] as Element
  }

  /** Meanwhile the sender is mended, and its messages are valid but for one. */
  #redrive() {
    const letters = this.#deadLetters
    this.#deadLetters = []
    letters.forEach(({ deadSince: _, ...letter }, index) => {
      const sentAt = REDRIVE * 60 + index
      this.#queue.push({ ...letter, fate: index === 0 ? 'invalid' : 'ordinary', sentAt, visibleAt: sentAt, receives: 0 })
    })
  }

  #receive(minute: number): Message[] {
    const end = (minute + 1) * 60
    const [due, later] = partition(this.#queue, ({ visibleAt }) => visibleAt < end)
    const [spent, alive] = partition(due, ({ receives }) => receives >= this.#connector.queue.maxReceiveCount)
    for (const message of spent) this.#giveUp(message, message.visibleAt)
    alive.sort((a, b) => a.visibleAt - b.visibleAt)
    const capacity = isOutage(minute) ? CAPACITY.outage : CAPACITY.normal
    this.#queue = [...alive.slice(capacity), ...later]
    return alive.slice(0, capacity).map((message, index) => {
      const receivedAt = Math.max(message.visibleAt, minute * 60 + (60 * index) / capacity)
      return Object.assign(message, { receives: message.receives + 1, visibleAt: receivedAt })
    })
  }

  #giveUp(message: Message, deadSince: number) {
    this.#deadLetters.push({ ...message, deadSince })
  }

  #filter(minute: number, received: Message[]): Message[] {
    const [filtered, kept] = partition(received, ({ fate }) => fate === 'filtered')
    this.#measure(minute, 'NumberOfMessagesReceived', received.length)
    this.#measure(minute, 'PolledEventCount', received.length)
    this.#measure(minute, 'FilteredOutEventCount', filtered.length)
    this.#measure(minute, 'InvokedEventCount', kept.length)
    this.#measure(minute, 'DroppedEventCount', 0)
    this.#measure(minute, 'NumberOfEmptyReceives', Math.max(0, LONG_POLLS - received.length))
    return kept
  }

  #invoke(minute: number, messages: Message[]) {
    const durations: number[] = []
    const returned: Message[] = []
    for (const batch of this.#batches(messages)) {
      const { duration, back } = this.#handle(minute, batch)
      durations.push(duration)
      returned.push(...back)
    }
    this.#queue.push(...returned)
    const acknowledged = messages.length - returned.length
    this.#measure(minute, 'DeletedEventCount', acknowledged)
    this.#measure(minute, 'FailedInvokeEventCount', returned.length)
    this.#measure(minute, 'NumberOfMessagesDeleted', acknowledged + (this.measured('FilteredOutEventCount')?.[minute]?.[0] ?? 0))
    this.#measureFunction(minute, durations)
  }

  #batches(messages: readonly Message[]): Message[][] {
    const batches: Message[][] = []
    for (let from = 0; from < messages.length; ) {
      const isBacklog = messages.length > BUSIEST * 1.4
      const size = Math.min(this.#settings.batchSize, isBacklog ? 10 : 1 + Math.floor(this.#random() * 3))
      batches.push(messages.slice(from, from + size))
      from += size
    }
    return batches
  }

  #handle(minute: number, batch: readonly Message[]): { duration: number; back: Message[] } {
    this.#measure(minute, 'Received', batch.length)
    this.#measure(minute, 'ConfigurationVersion', minute < EDIT ? VERSION_BEFORE : VERSION_AFTER)
    const back: Message[] = []
    let slowest = 0
    batch.forEach((message, index) => {
      const { outcome, latency } = this.#outcomeOf(minute, message, index > batch.length * 0.7)
      slowest = Math.max(slowest, latency)
      if (this.#settle(minute, message, outcome, latency) === 'return') back.push(message)
    })
    const duration = slowest + 6 + this.#random() * 4 * batch.length
    this.#measure(minute, 'BatchDuration', duration)
    this.#measure(minute, 'IncomingBytes', LOG_BYTES.batch + LOG_BYTES.message * batch.length)
    return { duration, back }
  }

  /** While Camunda is unavailable, the last ones of a batch are not tried any more. */
  #outcomeOf(minute: number, message: Message, isLast: boolean): { outcome: CorrelationOutcome; latency: number } {
    const { fate, element } = message
    const { idempotency } = this.#connector
    const publishes = element.correlationPoint.kind === 'publishMessage'
    if (fate === 'unmatched') return { outcome: { kind: 'ActivationConditionNotMet', consumeUnmatchedEvents: true }, latency: 0 }
    if (fate === 'invalid') return { outcome: { kind: 'InvalidInput', reason: invalidityOf(element) }, latency: 0 }
    if (isOutage(minute) && isLast)
      return { outcome: { kind: 'NotAttempted', reason: `Camunda is unavailable: ${UNAVAILABLE_REASON}` }, latency: 0 }

    const latency = Math.min(LATENCY.most, latencyAt(minute) * Math.exp(this.#normal() * 0.45))
    this.#measure(minute, 'CamundaLatency', latency)
    // Written before the command, and after it.
    if (idempotency === 'dynamodb' && !publishes) this.#measure(minute, 'ConsumedWriteCapacityUnits', 2)
    if (isOutage(minute)) {
      if (minute === OUTAGE && idempotency !== 'dynamodb' && this.#random() < 0.2) {
        message.maybeDone = true
        return { outcome: { kind: 'Ambiguous', reason: `${NO_ANSWER} (${MEANWHILE[publishes ? 'message' : idempotency]})` }, latency }
      }
      return { outcome: { kind: 'CamundaUnavailable', why: 'backPressure', reason: UNAVAILABLE_REASON }, latency }
    }
    if ((fate === 'duplicate' || message.maybeDone) && (publishes || idempotency !== 'none'))
      return { outcome: { kind: publishes ? 'AlreadyPublished' : 'AlreadyCreated' }, latency }
    const key = String(2_251_799_813_685_249 + this.log.length)
    return {
      outcome: publishes ? { kind: 'MessagePublished', messageKey: key } : { kind: 'ProcessInstanceCreated', processInstanceKey: key },
      latency,
    }
  }

  #settle(minute: number, message: Message, outcome: CorrelationOutcome, latency: number) {
    const { kind } = outcome
    const elementId = kind === 'ActivationConditionNotMet' ? undefined : message.element.elementId
    const handledAt = message.visibleAt + 0.08 * Math.exp(this.#normal() * 0.6) + latency / 1_000
    const becomes = disposition(outcome, this.#connector)
    this.#measure(minute, kind, 1)
    if (elementId !== undefined) this.#measure(minute, kind, 1, elementId)
    if (HAD_EFFECT.has(kind)) this.#measure(minute, 'MessageAge', (handledAt - message.sentAt) * 1_000)
    if (becomes === 'return') {
      this.#measure(minute, 'Returned', 1)
      message.visibleAt = handledAt + this.#pauseOf(message, outcome, handledAt)
    }
    if (becomes === 'deadLetter') {
      this.#measure(minute, 'DeadLettered', 1)
      this.#giveUp(message, handledAt)
    }
    this.log.push({
      time: handledAt,
      messageId: message.id,
      outcome: kind,
      elementId,
      reason: reasonOf(outcome),
      receiveCount: message.receives,
      durationMs: Math.round(latency),
    })
    return becomes
  }

  /** Seconds: the bridge's own back-off, or else the queue's visibility timeout. */
  #pauseOf({ receives, sentAt }: Message, outcome: CorrelationOutcome, now: number): number {
    const { queue, eventSource, function: lambda } = this.#connector
    const record = {
      eventSourceARN: '',
      attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentAt * 1_000) },
    } as SQSRecord
    const [timeout] = visibilityTimeouts([{ record, outcome }], {
      limits: { maxReceiveCount: queue.maxReceiveCount, messageRetentionPeriod: 14 * 86_400 },
      longestOutage: eventSource.longestOutage,
      now: now * 1_000,
      random: this.#random,
    })
    return timeout?.seconds ?? queue.visibilityTimeout ?? leastVisibilityTimeout(lambda.timeout, eventSource.maximumBatchingWindow)
  }

  #measureFunction(minute: number, durations: readonly number[]) {
    for (const duration of durations) {
      this.#measure(minute, 'Invocations', 1)
      this.#measure(minute, 'Errors', 0)
      this.#measure(minute, 'Throttles', 0)
      this.#measure(minute, 'Duration', duration + 2)
    }
    if (durations.length === 0) return
    const busy = durations.reduce((total, duration) => total + duration, 0) / 60_000
    const concurrent = Math.max(1, Math.ceil(busy * 1.5 + Math.min(3, durations.length / 12)))
    this.#measure(minute, 'ConcurrentExecutions', concurrent)
    for (let cold = this.#warm; cold < concurrent; cold++) this.#measure(minute, 'ColdStart', 1)
    // Lambda keeps an idle environment for some minutes.
    this.#warm = Math.max(concurrent, minute % 15 === 0 ? this.#warm - 1 : this.#warm)
  }

  #watchQueues(minute: number) {
    const end = (minute + 1) * 60
    const [waiting, held] = partition(this.#queue, ({ visibleAt }) => visibleAt < end)
    this.#measure(minute, 'ApproximateNumberOfMessagesVisible', waiting.length)
    this.#measure(minute, 'ApproximateNumberOfMessagesNotVisible', held.length)
    // As SQS has it: what was received more than three times does not count.
    const counted = this.#queue.filter(({ receives }) => receives <= 3).map(({ sentAt }) => sentAt)
    this.#measure(minute, 'ApproximateAgeOfOldestMessage', Math.round(end - Math.min(end, ...counted)))

    const letters = this.#deadLetters
    this.#measure(minute, 'ApproximateNumberOfMessagesVisible', letters.length, DEAD_LETTER_QUEUE)
    const oldest = Math.min(end, ...letters.map(({ deadSince }) => deadSince))
    this.#measure(minute, 'ApproximateAgeOfOldestMessage', Math.round(end - oldest), DEAD_LETTER_QUEUE)
  }

  #update(minute: number) {
    this.#measure(minute, 'IncomingBytes', LOG_BYTES.update, UPDATER)
    this.#measure(minute, 'Invocations', 1, UPDATER)
    this.#measure(minute, 'Errors', 0, UPDATER)
    this.#measure(minute, 'Throttles', 0, UPDATER)
    this.#measure(minute, 'ConcurrentExecutions', 1, UPDATER)
    this.#measure(minute, 'Duration', UPDATER_DURATION * Math.exp(this.#normal() * 0.2), UPDATER)
  }

  #measure(minute: number, metricName: string, value: number, of = '') {
    const key = `${metricName} ${of}`
    const minutes = this.#measured.get(key) ?? Array.from({ length: MINUTES }, (): number[] => [])
    this.#measured.set(key, minutes)
    minutes[minute]?.push(value)
  }

  /** Of the normal distribution, by the central limit theorem. */
  #normal(): number {
    let sum = 0
    for (let term = 0; term < 12; term++) sum += this.#random()
    return sum - 6
  }

  #id(): string {
    const part = (digits: number) =>
      Math.floor(this.#random() * 16 ** digits)
        .toString(16)
        .padStart(digits, '0')
    return `${part(8)}-${part(4)}-4${part(3)}-a${part(3)}-${part(6)}${part(6)}`
  }
}

const HAD_EFFECT: ReadonlySet<string> = new Set(['ProcessInstanceCreated', 'MessagePublished'])

function clock(hour: number, minute: number): number {
  return hour * 60 + minute
}

function isOutage(minute: number): boolean {
  return minute >= OUTAGE && minute < RECOVERY
}

/** From 0 in the night to 1: a morning, a lunch, an afternoon. */
function business(hour: number): number {
  const hump = (at: number, width: number) => Math.exp(-(((hour - at) / width) ** 2))
  return Math.min(1, hump(10.4, 2.1) + 0.9 * hump(15.2, 2.3))
}

/** Milliseconds, in the middle. It announces itself before an outage, and afterwards Camunda has to catch up. */
function latencyAt(minute: number): number {
  if (isOutage(minute)) return LATENCY.outage
  if (minute >= SLOW && minute < OUTAGE) return LATENCY.slow
  const since = minute - RECOVERY
  return since >= 0 && since < 60 ? LATENCY.normal + (LATENCY.after - LATENCY.normal) * (1 - since / 60) : LATENCY.normal
}

function invalidityOf({ correlationKeyExpression }: Element): string {
  return correlationKeyExpression
    ? `no correlation key from ${correlationKeyExpression}: it is null`
    : 'the variables hold an integer at order.amount which is beyond what Camunda stores (-2^63 to 2^64-1)'
}

function partition<T>(values: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  const first: T[] = []
  const second: T[] = []
  for (const value of values) (isFirst(value) ? first : second).push(value)
  return [first, second]
}

/** mulberry32: from 0 to 1, the same after the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
