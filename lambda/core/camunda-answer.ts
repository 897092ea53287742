import type { CorrelationCommand } from './correlation-command.ts'
import { jsonObject } from './json-object.ts'
import type { CamundaReply } from './outcome.ts'
import { toldText } from './told-text.ts'

/** What a request to Camunda came to. */
export type CamundaAnswer = Created | Refused | Without

interface Created {
  /** Empty where the answer had none. */
  readonly key: string
  readonly businessId?: unknown
}

interface Refused {
  readonly status: number
  readonly title: string
  readonly detail: string
}

/** There is no answer. Without time, without a token, and on no connection, the request certainly never reached Camunda. */
export interface Without {
  readonly none: 'noTime' | 'noToken' | 'notSent' | 'noAnswer'
  readonly why: string
}

/** As much of what a server says is in a reason. */
const MOST_WORDS = 300
/** More than this of an answer is not looked at: nothing of it could be told. */
const MOST_OF_AN_ANSWER = 4_096

/**
 * What a server says of a refusal: title and detail of a problem (RFC 9457, whose section 3.1 has a member ignored that is of another type), or the
 * text as it is, since what lies before Camunda answers as it likes, and types as JSON what is none.
 */
export function wordsOf(text: string): Pick<Refused, 'title' | 'detail'> {
  const { title, detail } = jsonObject(text) ?? {}
  const isProblem = typeof title === 'string' || typeof detail === 'string'
  if (!isProblem) return { title: '', detail: withoutMarkup(text) }
  return { title: typeof title === 'string' ? title : '', detail: wordsOfDetail(detail) }
}

/** What was answered over HTTP. An API does not redirect; a login page does. */
export function answerIn({ status, location, text }: HttpWords, key: 'processInstanceKey' | 'messageKey'): CamundaAnswer {
  if (status >= 400) return { status, ...wordsOf(text) }
  if (status >= 300) return { status: 421, title: 'MISDIRECTED', detail: redirected(location) }
  const document = jsonObject(text) ?? {}
  const exact = typeof document[key] === 'number' ? (jsonObject(keysAsText(text)) ?? {}) : document
  return { key: typeof exact[key] === 'string' ? exact[key] : '', businessId: exact.businessId }
}

export interface HttpWords {
  readonly status: number
  readonly location?: string | undefined
  readonly text: string
}

function redirected(location: string | undefined): string {
  return `redirected${location === undefined ? '' : ` to ${location}`}; is CAMUNDA_REST_ADDRESS the cluster’s REST address?`
}

/** Camunda 8.6 answers keys as JSON numbers, which from partition 4 on are beyond what a double holds. */
function keysAsText(text: string): string {
  return text.replace(/("\w*Key"\s*:\s*)(\d+)(?![\d.eE])/g, '$1"$2"')
}

function wordsOfDetail(detail: unknown): string {
  if (typeof detail === 'string') return detail
  return detail === undefined || detail === null ? '' : JSON.stringify(detail)
}

function withoutMarkup(text: string): string {
  return text.slice(0, MOST_OF_AN_ANSWER).replace(/<[^<>]*>/g, ' ')
}

/** The statuses of Camunda 8.6 to 8.9 and what they mean for the message; see docs/adr/004-replies-of-camunda.md. */
export function replyTo(command: CorrelationCommand, answer: CamundaAnswer): CamundaReply {
  if ('key' in answer) return replyToKey(command, answer)
  if ('none' in answer) return withoutAnswer(command, answer)
  const { status, title, detail } = answer
  const creates = command.kind === 'createProcessInstance'
  const words = toldText(withoutRecord(detail), MOST_WORDS)
  const reason = `HTTP ${[status, toldText(title, MOST_WORDS)].filter(Boolean).join(' ')}: ${words}`
  if (status === 409 && title === 'ALREADY_EXISTS') return alreadyExists(command, reason)
  if (isTooLarge(answer)) return { kind: 'InvalidInput', reason }
  // A partition that does not take the message while the cluster scales: "please retry in a few seconds".
  if (status === 409 && title === 'INVALID_STATE' && !creates) return { kind: 'CamundaUnavailable', why: 'unreachable', reason }
  if (LETS_NOBODY_IN.has(status)) return { kind: 'CamundaUnavailable', why: 'unauthorized', reason }
  if (status === 429) return { kind: 'CamundaUnavailable', why: 'backPressure', reason }
  // Too Early: what a server will not execute, since it may be a replay (RFC 8470).
  if (status === 425) return { kind: 'CamundaUnavailable', why: 'unreachable', reason }
  if (status === 503 && !wasCutUpstream(answer))
    return { kind: 'CamundaUnavailable', why: title === 'RESOURCE_EXHAUSTED' ? 'backPressure' : 'unreachable', reason }
  if (status >= 500 || status === 408) return ambiguous(command, reason)
  return { kind: 'CamundaRejected', reason }
}

/** Camunda, a proxy before it, and a network that wants a login first: none of them let the request in. */
const LETS_NOBODY_IN = new Set([401, 407, 511])

function replyToKey(command: CorrelationCommand, { key, businessId }: Created): CamundaReply {
  if (key === '') return ambiguous(command, 'Camunda’s answer has no key')
  if (command.kind === 'publishMessage') return { kind: 'MessagePublished', messageKey: key }
  const ignored = command.idempotency === 'businessId' && businessId !== command.messageId
  return { kind: 'ProcessInstanceCreated', processInstanceKey: key, ...(ignored && { reason: NO_BUSINESS_ID }) }
}

/** Camunda 8.6 ignores the field, as seen with 8.6.0, and 8.8 refuses the request; later ones say it back. */
const NO_BUSINESS_ID = 'this Camunda knows no business ids (8.9 does): nothing prevents a second process instance'

const TOO_LARGE = 'EXCEEDED_BATCH_RECORD_SIZE|MAX_MESSAGE_SIZE_EXCEEDED'
const TITLE_TOO_LARGE = new RegExp(`^(?:${TOO_LARGE})$`)
/** How Camunda's own words begin; what the sender wrote may follow, and decides nothing. */
const BEGINS_TOO_LARGE = new RegExp(`^(?:Command '[A-Z_]+' )?(?:rejected(?: with code)?:? )?(?:'[A-Z_]+': )?'?(?:${TOO_LARGE})\\b`)
const STATUSES_TOO_LARGE = [429, 500, 503]

function isTooLarge({ status, title, detail }: Refused): boolean {
  return status === 413 || TITLE_TOO_LARGE.test(title) || (STATUSES_TOO_LARGE.includes(status) && BEGINS_TOO_LARGE.test(detail))
}

/** Titles by which Camunda itself says that it took nothing; whatever the detail quotes. */
const TAKES_NOTHING = ['RESOURCE_EXHAUSTED', 'UNAVAILABLE']

/**
 * Envoy tells of a connection to Camunda which ended by a 503 as any other. What it names first may have carried the request, unless the
 * connection was never made or the stream refused; and of what it tried again it tells the last reason only.
 */
function wasCutUpstream({ title, detail }: Refused): boolean {
  if (TAKES_NOTHING.includes(title)) return false
  const words = `${title} ${detail}`.replaceAll('_', ' ')
  const [cut, reason = ''] = /reset before (?:headers|response started)(?:\. reset reason: |\{)?([a-z ]*)/i.exec(words) ?? []
  if (/the latest reset reason/i.test(words)) return true
  return cut === undefined ? /connection termination/i.test(words) : !NEVER_CARRIED.test(reason.trim())
}

const NEVER_CARRIED = /^(?:(?:local|remote) )?(?:connection failure|connection timeout|overflow|refused stream reset)$/i

/** Of a message, that it was published; of a process instance, that its business id was active. Where none was sent, it is another one's. */
function alreadyExists(command: CorrelationCommand, reason: string): CamundaReply {
  if (command.kind === 'publishMessage') return { kind: 'AlreadyPublished' }
  return command.idempotency === 'businessId' ? { kind: 'AlreadyCreated' } : { kind: 'CamundaRejected', reason }
}

function withoutAnswer(command: CorrelationCommand, { none, why }: Without): CamundaReply {
  const reason = toldText(why, MOST_WORDS)
  switch (none) {
    case 'noAnswer':
      return ambiguous(command, reason)
    case 'notSent':
      return { kind: 'CamundaUnavailable', why: 'unreachable', reason }
    case 'noToken':
      return { kind: 'CamundaUnavailable', why: 'unauthorized', reason }
    case 'noTime':
      return { kind: 'CamundaUnavailable', why: 'noTime', reason }
  }
}

/** With what comes of it when the message comes back. */
function ambiguous(command: CorrelationCommand, reason: string): CamundaReply {
  return { kind: 'Ambiguous', reason: `${reason} (${whatPreventsADuplicate(command)})` }
}

function whatPreventsADuplicate(command: CorrelationCommand): string {
  if (command.kind === 'publishMessage') return 'Camunda knows the message by its id, and publishes it once'
  switch (command.idempotency) {
    case 'none':
      return 'a second process instance is possible; idempotency “businessId” or “dynamodb” would prevent it'
    case 'businessId':
      return 'Camunda creates no second process instance while the first is active'
    case 'dynamodb':
      return 'not tried again, so that there is no second process instance'
  }
}

/** The engine tells of its own faults with the whole record, message and all. */
function withoutRecord(detail: string): string {
  return detail.replace(/TypedRecordImpl\{(?:.*?\}(?=' without)|.*)/s, '…')
}

/** An answer whose words may be told. */
export function answerWithout(answer: CamundaAnswer, redact: (text: string) => string): CamundaAnswer {
  const allowed = (text: string) => redact(text.slice(0, MOST_OF_AN_ANSWER))
  if ('key' in answer) return answer
  if ('none' in answer) return { ...answer, why: allowed(answer.why) }
  return { ...answer, title: allowed(answer.title), detail: allowed(withoutRecord(answer.detail)) }
}
