import { type CamundaClient as Client, createCamundaClient } from '@camunda8/orchestration-cluster-api'
import type { Camunda } from './camunda.ts'
import { answerWithout, type CamundaAnswer, replyTo, type Without, wordsOf } from './core/camunda-answer.ts'
import {
  type Connection,
  clientEnvironment,
  connectionFaults,
  ONE_ATTEMPT,
  readConnection,
  SECRETS,
  type Settings,
  type Strategy,
  strategyOf,
} from './core/connection-settings.ts'
import type { CorrelationCommand } from './core/correlation-command.ts'
import { toMilliseconds } from './core/duration.ts'
import type { CamundaReply } from './core/outcome.ts'
import { withoutSecrets } from './core/secrets.ts'
import { tokenIn } from './core/token-answer.ts'
import { type HttpAnswer, HttpConnections, NotSent, TlsMaterialError } from './http-connections.ts'
import { toWireValue } from './json/json.ts'

export type { Connection } from './core/connection-settings.ts'

/** A request, and the token that it was sent with. */
interface Attempt {
  readonly answer: CamundaAnswer
  readonly authorization?: string | undefined
}

const CONNECT_TIMEOUT_MS = 3_000
const PROBLEM = { 'content-type': 'application/problem+json' }
/** The problem types by which our own `fetch` tells that there was no answer at all. */
const NOT_SENT = 'about:not-sent'
const NO_ANSWER = 'about:no-answer'

/** The connection is not configured so that anything could be sent. */
export class ConnectionConfigurationError extends Error {
  override readonly name = 'ConnectionConfigurationError'
}

/**
 * Camunda's Orchestration Cluster API (REST /v2, 8.6 and later) by Camunda's own client: one POST an attempt, no adaptive queue, and a
 * `fetch` of ours beneath, with a deadline, keep-alive, mutual TLS, and keys that are never rounded.
 * @throws {ConnectionConfigurationError}
 */
export class CamundaRestClient implements Camunda {
  readonly #client: Client
  readonly #strategy: Strategy
  readonly #requestTimeoutMs: number
  readonly #settings: Settings
  readonly #connections: HttpConnections

  constructor(connection: Connection, requestTimeoutMs: number) {
    this.#settings = checkedSettings(connection)
    this.#strategy = strategyOf(this.#settings) ?? 'NONE'
    this.#requestTimeoutMs = requestTimeoutMs
    this.#connections = connections(this.#settings, Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs / 2))
    const tokenHref = this.#strategy === 'OAUTH' ? new URL(this.#settings.CAMUNDA_OAUTH_URL ?? '').href : undefined
    this.#client = createCamundaClient({
      env: {
        CAMUNDA_OAUTH_TIMEOUT_MS: '3000',
        CAMUNDA_OAUTH_RETRY_MAX: '2',
        CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS: '200',
        ...clientEnvironment(this.#settings),
      },
      config: { CAMUNDA_AUTH_STRATEGY: this.#strategy, ...ONE_ATTEMPT },
      fetch: async (input, init) => {
        const outgoing = new Request(input, init)
        const answer = this.#request(outgoing)
        return outgoing.url === tokenHref ? answer.then(toTokenResponse) : answer.then(toResponse, toProblem)
      },
    })
  }

  async send(command: CorrelationCommand, remainingTime: () => number): Promise<CamundaReply> {
    // What is not foreseen may have happened after the request was sent.
    const { answer, authorization } = await this.#answer(command, remainingTime).catch(
      (error: unknown): Attempt => ({ answer: { none: 'noAnswer', why: String(error) } }),
    )
    const secrets = [...SECRETS.flatMap((name) => this.#settings[name] ?? []), ...tokensOf(authorization)]
    return replyTo(
      command,
      answerWithout(answer, (text) => withoutSecrets(text, secrets)),
    )
  }

  async close(): Promise<void> {
    this.#connections.close()
  }

  async #answer(command: CorrelationCommand, remainingTime: () => number): Promise<Attempt> {
    const first = await this.#attempt(command, remainingTime)
    if (!('status' in first.answer) || first.answer.status !== 401 || this.#strategy !== 'OAUTH') return first
    // Refused before it was executed: the one case for a second POST, with a new token. Another message may have got it already.
    if ((await this.#client.getAuthHeaders().catch(() => undefined))?.Authorization === first.authorization) this.#client.clearAuthCache()
    return this.#attempt(command, remainingTime)
  }

  /** A token, and the POST; nothing is sent without the one, or without the time for the other. */
  async #attempt(command: CorrelationCommand, remainingTime: () => number): Promise<Attempt> {
    if (remainingTime() < this.#requestTimeoutMs) return { answer: { none: 'noTime', why: NO_TIME } }
    const token = await this.#token(remainingTime())
    if ('none' in token) return { answer: token }
    if (remainingTime() < this.#requestTimeoutMs)
      return { answer: this.#strategy === 'OAUTH' ? LATE_TOKEN : { none: 'noTime', why: NO_TIME } }
    return { answer: await this.#post(command), ...token }
  }

  /** Asked for beforehand, because without one the client would send the request all the same. */
  async #token(remainingMs: number): Promise<Without | Pick<Attempt, 'authorization'>> {
    const late = Promise.withResolvers<Without>()
    const timer = setTimeout(() => late.resolve({ none: 'noToken', why: 'no token in time' }), Math.max(0, remainingMs))
    const token = this.#client.getAuthHeaders().then(
      ({ Authorization: authorization }) => ({ authorization }),
      (error: Error): Without => ({ none: 'noToken', why: `no token: ${error.message}` }),
    )
    return Promise.race([token, late.promise]).finally(() => clearTimeout(timer))
  }

  async #post(command: CorrelationCommand): Promise<Attempt['answer']> {
    try {
      const variables = toWireValue(command.variables) as Record<string, unknown>
      const { tenantId } = command
      if (command.kind === 'createProcessInstance') {
        const processDefinitionId = command.bpmnProcessId as never
        const version = command.version === undefined ? {} : { processDefinitionVersion: command.version }
        const created = await this.#client.createProcessInstance({
          processDefinitionId,
          ...version,
          tenantId: tenantId as never,
          variables,
          ...(command.idempotency === 'businessId' && { businessId: command.messageId }),
        })
        return { ...keyOf(created.processInstanceKey), businessId: (created as { readonly businessId?: unknown }).businessId }
      }
      const published = await this.#client.publishMessage({
        name: command.messageName,
        correlationKey: command.correlationKey,
        messageId: command.messageId,
        // Less than nothing is nothing: Camunda keeps neither.
        timeToLive: Math.max(0, toMilliseconds(command.messageTtl)),
        tenantId: tenantId as never,
        variables,
      })
      return keyOf(published.messageKey)
    } catch (error) {
      return answerIn(error as ClientError)
    }
  }

  async #request(outgoing: Request): Promise<HttpAnswer> {
    return this.#connections.exchange({
      method: outgoing.method,
      url: outgoing.url,
      headers: { ...Object.fromEntries(outgoing.headers), 'accept-encoding': 'identity' },
      ...(outgoing.body !== null && { body: await outgoing.text() }),
      signal: AbortSignal.any([outgoing.signal, AbortSignal.timeout(this.#requestTimeoutMs)]),
    })
  }
}

const NO_TIME = 'the invocation has no time left for a request to Camunda'
const LATE_TOKEN: Without = { none: 'noToken', why: 'the token took the time which a request needs' }

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

/** An answer as Camunda's client reads it: what refuses is a problem, whoever wrote it in whatever form. */
function toResponse({ status, headers, text }: HttpAnswer): Response {
  if (status >= 300 && status < 400) return redirected(headers.location)
  if (status >= 400) return problem({ ...wordsOf(text), status })
  const contentType = headers['content-type'] ?? ''
  return new Response(text === '' ? null : keysAsText(text, contentType), { status, headers: { 'content-type': contentType } })
}

function toTokenResponse({ status, headers, text }: HttpAnswer): Response {
  return Response.json(tokenIn({ status, location: headers.location, challenge: headers['www-authenticate'], text }))
}

function problem(members: { readonly type?: string; readonly title: string; readonly detail: string; readonly status: number }): Response {
  return Response.json({ type: 'about:blank', ...members }, { status: members.status, headers: PROBLEM })
}

/** An API does not redirect; a login page does. */
function redirected(location: unknown): Response {
  const detail = `redirected${location === undefined ? '' : ` to ${location}`}; is CAMUNDA_REST_ADDRESS the cluster’s REST address?`
  return problem({ title: 'MISDIRECTED', status: 421, detail })
}

/** Faults of the network become problems with types of our own, because the client would guess at them by their wording. */
function toProblem(error: Error): Response {
  return problem({ type: error instanceof NotSent ? NOT_SENT : NO_ANSWER, title: 'NETWORK', status: 599, detail: causeOf(error) })
}

/** The innermost error, by its code and message. Node tries several addresses, and has an error for each. */
function causeOf(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(causeOf).join('; ')
  if (error.cause instanceof Error) return causeOf(error.cause)
  const { code } = error as Error & { code?: unknown }
  return `${typeof code === 'string' ? code : error.name}: ${error.message}`
}

type ClientError = Error & { readonly status?: number; readonly type?: string; readonly title?: string; readonly detail?: string }

function answerIn({ status, type, title = '', detail = '', message }: ClientError): CamundaAnswer {
  if (type === NOT_SENT) return { none: 'notSent', why: detail }
  if (type === NO_ANSWER) return { none: 'noAnswer', why: detail }
  // Of what else goes wrong within the client, most comes after the answer; to be safe, all of it.
  return status === undefined ? { none: 'noAnswer', why: String(message) } : { status, title, detail }
}

function keyOf(key: unknown): { readonly key: string } {
  return { key: typeof key === 'string' ? key : '' }
}

/** Camunda 8.6 answers keys as JSON numbers, which from partition 4 on are beyond what a double holds. */
function keysAsText(text: string, contentType: string): string {
  if (!contentType.includes('json')) return text
  return text.replace(/("\w*Key"\s*:\s*)(\d+)(?![\d.eE])/g, '$1"$2"')
}

function tokensOf(authorization = ''): string[] {
  return authorization.split(' ').slice(1)
}
