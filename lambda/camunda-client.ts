import { type CamundaClient, createCamundaClient } from '@camunda8/orchestration-cluster-api'
import { Agent, request } from 'undici'
import type { Camunda } from './camunda.ts'
import { toMilliseconds } from './core/duration.ts'
import { toWireValue } from './core/json.ts'
import type { CamundaReply, CorrelationCommand } from './core/outcome.ts'

/** Settings of the connection, by the names of Camunda's SDK: CAMUNDA_REST_ADDRESS, CAMUNDA_CLIENT_ID, … */
export type Connection = Readonly<Record<string, string>>

/** What a request came to. `sent: false`: it certainly never reached Camunda. */
type Answer =
  | { readonly status: number; readonly title: string; readonly detail: string }
  | { readonly sent: boolean; readonly why: string }

/** The strategies which Camunda's client knows, and what each needs. */
const NEEDED = {
  NONE: [],
  OAUTH: ['CAMUNDA_CLIENT_ID', 'CAMUNDA_CLIENT_SECRET', 'CAMUNDA_OAUTH_URL'],
  BASIC: ['CAMUNDA_BASIC_AUTH_USERNAME', 'CAMUNDA_BASIC_AUTH_PASSWORD'],
} as const
type Strategy = keyof typeof NEEDED

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
  readonly #client: CamundaClient
  readonly #agent: Agent

  constructor(connection: Connection, requestTimeoutMs: number) {
    const strategy = checkedStrategy(connection)
    const tokenUrl = connection.CAMUNDA_OAUTH_URL
    this.#agent = new Agent({
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs / 2), ...tlsOptions(connection) },
      allowH2: false,
    })
    this.#client = createCamundaClient({
      env: { CAMUNDA_OAUTH_TIMEOUT_MS: '3000', CAMUNDA_OAUTH_RETRY_MAX: '2', CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS: '200', ...connection },
      config: {
        CAMUNDA_AUTH_STRATEGY: strategy,
        CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS: 1,
        CAMUNDA_SDK_BACKPRESSURE_PROFILE: 'LEGACY',
        CAMUNDA_SDK_VALIDATION: 'req:none,res:none',
        CAMUNDA_SDK_LOG_LEVEL: 'silent',
      },
      fetch: (input, init) => {
        const outgoing = new Request(input, init)
        const answer = this.#request(outgoing, requestTimeoutMs)
        return tokenUrl && outgoing.url === new URL(tokenUrl).href ? answer : answer.catch(toProblem)
      },
    })
  }

  async send(command: CorrelationCommand): Promise<CamundaReply> {
    const withoutToken = await this.#withoutToken()
    if (withoutToken) return withoutToken
    const first = await this.#post(command)
    if (!('status' in first) || first.status !== 401) return replyTo(command, first)
    // Refused before it was executed: the one case for a second POST, with a new token.
    this.#client.clearAuthCache()
    return (await this.#withoutToken()) ?? replyTo(command, await this.#post(command))
  }

  close(): Promise<void> {
    return this.#agent.close()
  }

  /** Without a token nothing is sent: the client would send the request without one. */
  async #withoutToken(): Promise<CamundaReply | undefined> {
    try {
      await this.#client.getAuthHeaders()
      return undefined
    } catch (error) {
      return { kind: 'CamundaUnavailable', reason: `no token: ${brief((error as Error).message)}` }
    }
  }

  async #post(command: CorrelationCommand): Promise<Answer | { readonly key: string }> {
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
        })
        return keyOf(created.processInstanceKey)
      }
      const published = await this.#client.publishMessage({
        name: command.messageName,
        correlationKey: command.correlationKey,
        messageId: command.messageId,
        timeToLive: toMilliseconds(command.messageTtl),
        tenantId: tenantId as never,
        variables,
      })
      return keyOf(published.messageKey)
    } catch (error) {
      return answerIn(error as ClientError)
    }
  }

  async #request(outgoing: Request, timeoutMs: number): Promise<Response> {
    const response = await request(outgoing.url, {
      method: outgoing.method as 'POST',
      headers: Object.fromEntries(outgoing.headers),
      body: outgoing.body === null ? null : await outgoing.text(),
      dispatcher: this.#agent,
      signal: AbortSignal.any([outgoing.signal, AbortSignal.timeout(timeoutMs)]),
    })
    const text = await response.body.text()
    if (response.statusCode >= 300 && response.statusCode < 400) return redirected(String(response.headers.location))
    const contentType = String(response.headers['content-type'] ?? '')
    return new Response(text === '' ? null : keysAsText(text, contentType), {
      status: response.statusCode,
      headers: { 'content-type': contentType },
    })
  }
}

/** An API does not redirect; a login page does. */
function redirected(location: string): Response {
  const detail = `redirected to ${location}; is CAMUNDA_REST_ADDRESS the cluster’s REST address?`
  return Response.json({ type: 'about:blank', title: 'MISDIRECTED', status: 421, detail }, { status: 421, headers: PROBLEM })
}

/** Faults of the network become problems with types of our own, because the client would guess at them by their wording. */
function toProblem(error: Error): Response {
  const { code, name, message } = rootCause(error)
  const problem = { type: neverLeft(error) ? NOT_SENT : NO_ANSWER, title: code ?? name, status: 599, detail: message }
  return Response.json(problem, { status: 599, headers: PROBLEM })
}

/** The statuses of Camunda 8.6 to 8.9 and what they mean for the message; see docs/adr/004-replies-of-camunda.md. */
function replyTo(command: CorrelationCommand, answer: Answer | { readonly key: string }): CamundaReply {
  const creates = command.kind === 'createProcessInstance'
  if ('key' in answer) {
    if (answer.key === '') return { kind: 'Ambiguous', reason: 'Camunda’s answer has no key' }
    return creates
      ? { kind: 'ProcessInstanceCreated', processInstanceKey: answer.key }
      : { kind: 'MessagePublished', messageKey: answer.key }
  }
  if ('sent' in answer) return { kind: answer.sent ? 'Ambiguous' : 'CamundaUnavailable', reason: brief(answer.why) }
  const { status, title, detail } = answer
  const reason = brief(`HTTP ${status} ${title}: ${detail}`)
  if (status === 409 && title === 'ALREADY_EXISTS') return { kind: creates ? 'AlreadyCreated' : 'AlreadyPublished' }
  if (status === 413 || /MAX_MESSAGE_SIZE|EXCEEDED_BATCH_RECORD_SIZE|exceeds (the )?max/i.test(detail))
    return { kind: 'InvalidInput', reason }
  // A partition that does not take the message while the cluster scales: "please retry in a few seconds".
  if (status === 409 && title === 'INVALID_STATE' && !creates) return { kind: 'CamundaUnavailable', reason }
  if (status === 401 || status === 429 || status === 503) return { kind: 'CamundaUnavailable', reason }
  if (status >= 500 || status === 408) return { kind: 'Ambiguous', reason }
  return { kind: 'CamundaRejected', reason }
}

type ClientError = Error & { readonly status?: number; readonly type?: string; readonly title?: string; readonly detail?: string }

function answerIn({ status, type, title = '', detail = '', message }: ClientError): Answer {
  if (type === NOT_SENT || type === NO_ANSWER) return { sent: type === NO_ANSWER, why: `${title}: ${detail}` }
  // Whatever else went wrong in the client went wrong after the request was handed over.
  return status === undefined ? { sent: true, why: message } : { status, title, detail }
}

function keyOf(key: unknown): { readonly key: string } {
  return { key: typeof key === 'string' ? key : '' }
}

/** Camunda 8.6 answers keys as JSON numbers, which from partition 4 on are beyond what a double holds. */
function keysAsText(text: string, contentType: string): string {
  if (!contentType.includes('json')) return text
  return text.replace(/("\w*Key"\s*:\s*)(\d+)/g, '$1"$2"')
}

/** Errors of the name, the connection and the handshake come before the first byte of the request. */
function neverLeft(error: Error): boolean {
  const { code = '', syscall } = rootCause(error)
  return (
    syscall === 'connect' ||
    syscall === 'getaddrinfo' ||
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/.test(
      code,
    )
  )
}

function rootCause(error: Error): Error & { code?: string; syscall?: string } {
  return error.cause instanceof Error ? rootCause(error.cause) : error
}

function checkedStrategy(connection: Connection): Strategy {
  const address = connection.CAMUNDA_REST_ADDRESS ?? connection.ZEEBE_REST_ADDRESS
  if (!address) throw new ConnectionConfigurationError('CAMUNDA_REST_ADDRESS is missing: the cluster’s REST address')
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new ConnectionConfigurationError('CAMUNDA_REST_ADDRESS is no URL that begins with https:// or http://')
  const named = connection.CAMUNDA_AUTH_STRATEGY?.toUpperCase() ?? (connection.CAMUNDA_CLIENT_ID ? 'OAUTH' : 'NONE')
  if (!(named in NEEDED)) throw new ConnectionConfigurationError(`CAMUNDA_AUTH_STRATEGY must be one of ${Object.keys(NEEDED).join(', ')}`)
  const strategy = named as Strategy
  const missing = NEEDED[strategy].filter((name) => !connection[name])
  if (missing.length > 0) throw new ConnectionConfigurationError(`missing for CAMUNDA_AUTH_STRATEGY ${strategy}: ${missing.join(', ')}`)
  return strategy
}

function tlsOptions({
  CAMUNDA_MTLS_CA: ca,
  CAMUNDA_MTLS_CERT: cert,
  CAMUNDA_MTLS_KEY: key,
  CAMUNDA_MTLS_KEY_PASSPHRASE: passphrase,
}: Connection) {
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(passphrase && { passphrase }) }
}

/** What an answer says is for a log line, and may hold what was sent: only its beginning. */
function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
