import type { Camunda } from './camunda.ts'
import { answerIn, answerWithout, type CamundaAnswer, replyTo, type Without } from './core/camunda-answer.ts'
import {
  apiAddress,
  type Connection,
  connectionFaults,
  readConnection,
  SECRETS,
  type Settings,
  strategyOf,
} from './core/connection-settings.ts'
import type { CorrelationCommand, CreateProcessInstance, PublishMessage } from './core/correlation-command.ts'
import { toMilliseconds } from './core/duration.ts'
import type { CamundaReply } from './core/outcome.ts'
import { withoutSecrets } from './core/secrets.ts'
import { HttpConnections, type HttpTarget, NotSent, TlsMaterialError } from './http-connections.ts'
import { TokenSource } from './token-source.ts'

export type { Connection } from './core/connection-settings.ts'

/** A request, and the token that it was sent with. */
interface Attempt {
  readonly answer: CamundaAnswer
  readonly token?: string | undefined
}

const CONNECT_TIMEOUT_MS = 3_000

/** The connection is not configured so that anything could be sent. */
export class ConnectionConfigurationError extends Error {
  override readonly name = 'ConnectionConfigurationError'
}

/**
 * Camunda's Orchestration Cluster API (REST /v2, 8.6 and later), of which it needs two requests: one POST an attempt, with a deadline, and a
 * token that is known to be there before anything is sent. See docs/adr/023-the-way-of-a-message.md.
 * @throws {ConnectionConfigurationError}
 */
export class CamundaRestClient implements Camunda {
  readonly #settings: Settings
  readonly #requestTimeoutMs: number
  readonly #connections: HttpConnections
  readonly #tokens: TokenSource | undefined
  readonly #basic: string | undefined
  readonly #processInstances: HttpTarget
  readonly #messages: HttpTarget
  readonly #furtherHeaders: (() => Readonly<Record<string, string>>) | undefined

  /** @param furtherHeaders of each request */
  constructor(connection: Connection, requestTimeoutMs: number, furtherHeaders?: () => Readonly<Record<string, string>>) {
    this.#furtherHeaders = furtherHeaders
    this.#settings = checkedSettings(connection)
    const strategy = strategyOf(this.#settings)
    this.#requestTimeoutMs = requestTimeoutMs
    this.#connections = connections(this.#settings, Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs / 2))
    this.#tokens = strategy === 'OAUTH' ? new TokenSource(this.#settings, this.#connections) : undefined
    this.#basic = strategy === 'BASIC' ? basicAuthorization(this.#settings) : undefined
    const api = apiAddress(this.#settings)
    this.#processInstances = this.#connections.to(`${api}/process-instances`)
    this.#messages = this.#connections.to(`${api}/messages/publication`)
  }

  async send(command: CorrelationCommand, remainingTime: () => number): Promise<CamundaReply> {
    // What is not foreseen may have happened after the request was sent.
    const { answer, token } = await this.#answer(command, remainingTime).catch(
      (error: unknown): Attempt => ({ answer: { none: 'noAnswer', why: String(error) } }),
    )
    return replyTo(
      command,
      answerWithout(answer, (text) => withoutSecrets(text, this.#secrets(token))),
    )
  }

  async close(): Promise<void> {
    this.#connections.close()
  }

  async #answer(command: CorrelationCommand, remainingTime: () => number): Promise<Attempt> {
    const first = await this.#attempt(command, remainingTime)
    if (!('status' in first.answer) || first.answer.status !== 401 || first.token === undefined) return first
    // Refused before it was executed: the one case for a second POST, with a new token. Another message may have got it already.
    this.#tokens?.refused(first.token)
    return this.#attempt(command, remainingTime)
  }

  /** A token, and the POST; nothing is sent without the one, or without the time for the other. */
  async #attempt(command: CorrelationCommand, remainingTime: () => number): Promise<Attempt> {
    if (remainingTime() < this.#requestTimeoutMs) return { answer: { none: 'noTime', why: NO_TIME } }
    if (!this.#tokens) return { answer: await this.#post(command, this.#basic) }
    const token = this.#tokens.kept ?? (await tokenInTime(this.#tokens, remainingTime()))
    if (typeof token !== 'string') return { answer: token }
    if (remainingTime() < this.#requestTimeoutMs) return { answer: LATE_TOKEN }
    return { answer: await this.#post(command, `Bearer ${token}`), token }
  }

  async #post(command: CorrelationCommand, authorization: string | undefined): Promise<CamundaAnswer> {
    const creates = command.kind === 'createProcessInstance'
    const request = {
      headers: { ...HEADERS, ...(authorization !== undefined && { authorization }), ...this.#furtherHeaders?.() },
      body: bodyOf(command),
      timeoutMs: this.#requestTimeoutMs,
    }
    try {
      const { status, headers, text } = await this.#connections.post(creates ? this.#processInstances : this.#messages, request)
      return answerIn({ status, location: headers.location, text }, creates ? 'processInstanceKey' : 'messageKey')
    } catch (error) {
      return { none: error instanceof NotSent ? 'notSent' : 'noAnswer', why: causeOf(error as Error) }
    }
  }

  #secrets(token: string | undefined): string[] {
    const basic = this.#basic?.split(' ').slice(1) ?? []
    return [...SECRETS.flatMap((name) => this.#settings[name] ?? []), ...(token === undefined ? basic : [token])]
  }
}

const NO_TIME = 'the invocation has no time left for a request to Camunda'
const LATE_TOKEN: Without = { none: 'noToken', why: 'the token took the time which a request needs' }

/** What is compressed unasked could not be read. */
const HEADERS = { 'content-type': 'application/json', accept: 'application/json', 'accept-encoding': 'identity' }

/** The variables stand in it as they were written when they were checked. */
function bodyOf(command: CorrelationCommand): string {
  const head = JSON.stringify(command.kind === 'createProcessInstance' ? creation(command) : publication(command))
  return `${head.slice(0, -1)},"variables":${command.variablesText}}`
}

function creation({ bpmnProcessId, version, tenantId, idempotency, messageId }: CreateProcessInstance) {
  return {
    processDefinitionId: bpmnProcessId,
    processDefinitionVersion: version,
    tenantId,
    businessId: idempotency === 'businessId' ? messageId : undefined,
  }
}

/** Less time to live than nothing is nothing: Camunda keeps neither. */
function publication({ messageName, correlationKey, messageId, messageTtl, tenantId }: PublishMessage) {
  return { name: messageName, correlationKey, messageId, timeToLive: Math.max(0, toMilliseconds(messageTtl)), tenantId }
}

function basicAuthorization({ CAMUNDA_BASIC_AUTH_USERNAME: user, CAMUNDA_BASIC_AUTH_PASSWORD: password }: Settings): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Whoever waits for a token does so no longer than there is time. */
async function tokenInTime(tokens: TokenSource, remainingMs: number): Promise<string | Without> {
  const late = Promise.withResolvers<Without>()
  const timer = setTimeout(() => late.resolve({ none: 'noToken', why: 'no token in time' }), Math.max(0, remainingMs))
  const token = tokens.token().catch((error: Error): Without => ({ none: 'noToken', why: `no token: ${error.message || causeOf(error)}` }))
  return Promise.race([token, late.promise]).finally(() => clearTimeout(timer))
}

/** @throws {ConnectionConfigurationError} */
function checkedSettings(connection: Connection): Settings {
  const read = readConnection(connection)
  const faults = connectionFaults(read)
  const missing = faults.filter(({ kind, name }) => kind === 'missing' && name !== 'CAMUNDA_REST_ADDRESS').map(({ name }) => name)
  const others = faults.filter(({ name }) => !missing.includes(name)).map(({ message, expected }) => `${message}: ${expected}`)
  const told = missing.length > 0 ? [`missing for CAMUNDA_AUTH_STRATEGY ${strategyOf(read.settings)}: ${missing.join(', ')}`] : []
  if (faults.length > 0) throw new ConnectionConfigurationError([...others, ...told].join('; '))
  return read.settings
}

/** @throws {ConnectionConfigurationError} */
function connections(tls: Settings, connectTimeoutMs: number): HttpConnections {
  try {
    return new HttpConnections({ connectTimeoutMs, tls })
  } catch (error) {
    throw error instanceof TlsMaterialError ? new ConnectionConfigurationError(error.message) : error
  }
}

/** The innermost error, by its code and message. Node tries several addresses, and has an error for each. */
function causeOf(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(causeOf).join('; ')
  if (error.cause instanceof Error) return causeOf(error.cause)
  const { code } = error as Error & { code?: unknown }
  return `${typeof code === 'string' ? code : error.name}: ${error.message}`
}
