import { createSecureContext, getCACertificates } from 'node:tls'
import { type CamundaClient as Client, createCamundaClient } from '@camunda8/orchestration-cluster-api'
import { Agent, buildConnector, request } from 'undici'
import type { Camunda } from './camunda.ts'
import { toMilliseconds } from './core/duration.ts'
import { toWireValue } from './core/json.ts'
import type { CamundaReply, CorrelationCommand } from './core/outcome.ts'

/** Settings of the connection, by the names of Camunda's SDK: CAMUNDA_REST_ADDRESS, CAMUNDA_CLIENT_ID, … */
export type Connection = Readonly<Record<string, string>>

/** What a request came to. Without a token, and on no connection, it certainly never reached Camunda. */
type Answer = { readonly status: number; readonly title: string; readonly detail: string } | Without
type Without = { readonly none: 'notSent' | 'noToken' | 'noAnswer'; readonly why: string }

/** A request, and the token that it was sent with. */
interface Attempt {
  readonly answer: Answer | { readonly key: string; readonly businessId?: unknown }
  readonly authorization?: string | undefined
}

/** The strategies which Camunda's client knows, and what each needs. */
const NEEDED = {
  NONE: [],
  OAUTH: ['CAMUNDA_CLIENT_ID', 'CAMUNDA_CLIENT_SECRET', 'CAMUNDA_OAUTH_URL'],
  BASIC: ['CAMUNDA_BASIC_AUTH_USERNAME', 'CAMUNDA_BASIC_AUTH_PASSWORD'],
} as const
type Strategy = keyof typeof NEEDED

/** What must not be in a reason, though a server may say it back. */
const SECRETS = ['CAMUNDA_CLIENT_SECRET', 'CAMUNDA_BASIC_AUTH_PASSWORD', 'CAMUNDA_MTLS_KEY', 'CAMUNDA_MTLS_KEY_PASSPHRASE']

const CONNECT_TIMEOUT_MS = 3_000
/** An idle connection older than this is not trusted. */
const IDLE_LIMIT_MS = 3_000
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
  readonly #secrets: readonly string[]
  readonly #newAgent: () => Agent
  #agent: Agent
  #lastUsed = Date.now()

  constructor(connection: Connection, requestTimeoutMs: number) {
    this.#strategy = checkedStrategy(connection)
    this.#requestTimeoutMs = requestTimeoutMs
    this.#secrets = SECRETS.flatMap((name) => connection[name] ?? [])
    const connect = connector({ timeout: Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs / 2), allowH2: false, ...tlsOptions(connection) })
    this.#newAgent = () => new Agent({ connect, allowH2: false })
    this.#agent = this.#newAgent()
    const tokenHref = this.#strategy === 'OAUTH' ? new URL(connection.CAMUNDA_OAUTH_URL ?? '').href : undefined
    this.#client = createCamundaClient({
      env: {
        CAMUNDA_OAUTH_TIMEOUT_MS: '3000',
        CAMUNDA_OAUTH_RETRY_MAX: '2',
        CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS: '200',
        // TLS is ours: the client would refuse an authority without a certificate, and use neither.
        ...Object.fromEntries(Object.entries(connection).filter(([name]) => !name.startsWith('CAMUNDA_MTLS_'))),
      },
      config: {
        CAMUNDA_AUTH_STRATEGY: this.#strategy,
        CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS: 1,
        CAMUNDA_SDK_BACKPRESSURE_PROFILE: 'LEGACY',
        CAMUNDA_SDK_VALIDATION: 'req:none,res:none',
        CAMUNDA_SDK_LOG_LEVEL: 'silent',
      },
      fetch: (input, init) => {
        const outgoing = new Request(input, init)
        const answer = this.#request(outgoing)
        return outgoing.url === tokenHref ? answer : answer.catch(toProblem)
      },
    })
  }

  async send(command: CorrelationCommand, remainingTime: () => number): Promise<CamundaReply> {
    const { answer, authorization } = await this.#answer(command, remainingTime)
    return replyTo(command, withoutSecrets(answer, [...this.#secrets, ...tokensOf(authorization)]))
  }

  close(): Promise<void> {
    return this.#agent.close()
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
    const token = await this.#token(remainingTime())
    if ('none' in token) return { answer: token }
    if (remainingTime() < this.#requestTimeoutMs)
      return { answer: { none: 'noToken', why: 'the token took the time which a request needs' } }
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

  async #request(outgoing: Request): Promise<Response> {
    const response = await request(outgoing.url, {
      method: outgoing.method as 'POST',
      headers: { ...Object.fromEntries(outgoing.headers), 'accept-encoding': 'identity' },
      body: outgoing.body === null ? null : await outgoing.text(),
      dispatcher: this.#freshAgent(),
      signal: AbortSignal.any([outgoing.signal, AbortSignal.timeout(this.#requestTimeoutMs)]),
    })
    const text = await response.body.text()
    this.#lastUsed = Date.now()
    if (response.statusCode >= 300 && response.statusCode < 400) return redirected(response.headers.location)
    const contentType = String(response.headers['content-type'] ?? '')
    if (response.statusCode >= 400 && !contentType.includes('json')) return toldByAnother(response.statusCode, text)
    return new Response(text === '' ? null : keysAsText(text, contentType), {
      status: response.statusCode,
      headers: { 'content-type': contentType },
    })
  }

  /**
   * Between invocations Lambda stops this process, and its timers. A connection that was idle meanwhile may be gone without a sign, and a
   * request on it would be ambiguous.
   */
  #freshAgent(): Agent {
    if (Date.now() - this.#lastUsed > IDLE_LIMIT_MS) {
      void this.#agent.close()
      this.#agent = this.#newAgent()
    }
    this.#lastUsed = Date.now()
    return this.#agent
  }
}

/** The connection was never made, so nothing was sent on it. */
class NotConnected extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause })
  }
}

/** Whether a request had a connection is asked of whoever connects, and not guessed by an error's code. */
function connector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options)
  return (target, done) =>
    connect(target, (...[error, socket]) =>
      error ? done(new NotConnected(error), null) : done(null, socket as NonNullable<typeof socket>),
    )
}

/** An API does not redirect; a login page does. */
function redirected(location: unknown): Response {
  const detail = `redirected${location === undefined ? '' : ` to ${location}`}; is CAMUNDA_REST_ADDRESS the cluster’s REST address?`
  return Response.json({ type: 'about:blank', title: 'MISDIRECTED', status: 421, detail }, { status: 421, headers: PROBLEM })
}

/** What lies before Camunda answers in its own words, which belong into the reason. */
function toldByAnother(status: number, text: string): Response {
  const detail = text.replace(/<[^>]*>/g, ' ').slice(0, 1_000)
  return Response.json({ type: 'about:blank', title: '', status, detail }, { status, headers: PROBLEM })
}

/** Faults of the network become problems with types of our own, because the client would guess at them by their wording. */
function toProblem(error: Error): Response {
  const problem = { type: wasConnected(error) ? NO_ANSWER : NOT_SENT, title: 'NETWORK', status: 599, detail: causeOf(error) }
  return Response.json(problem, { status: 599, headers: PROBLEM })
}

function wasConnected(error: unknown): boolean {
  if (!(error instanceof Error)) return true
  return !(error instanceof NotConnected) && wasConnected(error.cause)
}

/** The innermost error, by its code and message. Node tries several addresses, and has an error for each. */
function causeOf(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(causeOf).join('; ')
  if (error.cause instanceof Error) return causeOf(error.cause)
  const { code } = error as Error & { code?: unknown }
  return `${typeof code === 'string' ? code : error.name}: ${error.message}`
}

/** The statuses of Camunda 8.6 to 8.9 and what they mean for the message; see docs/adr/004-replies-of-camunda.md. */
function replyTo(command: CorrelationCommand, answer: Attempt['answer']): CamundaReply {
  const creates = command.kind === 'createProcessInstance'
  if ('key' in answer) {
    if (answer.key === '') return ambiguous(command, 'Camunda’s answer has no key')
    if (!creates) return { kind: 'MessagePublished', messageKey: answer.key }
    const ignored = command.idempotency === 'businessId' && answer.businessId !== command.messageId
    return { kind: 'ProcessInstanceCreated', processInstanceKey: answer.key, ...(ignored && { reason: NO_BUSINESS_ID }) }
  }
  if ('none' in answer) return withoutAnswer(command, answer)
  const { status, title, detail } = answer
  const reason = brief(`HTTP ${[status, title].filter(Boolean).join(' ')}: ${withoutRecord(detail)}`)
  if (status === 409 && title === 'ALREADY_EXISTS') return alreadyExists(command, reason)
  if (status === 413 || /MAX_MESSAGE_SIZE|EXCEEDED_BATCH_RECORD_SIZE|exceeds (the )?max/i.test(`${title} ${detail}`))
    return { kind: 'InvalidInput', reason }
  // A partition that does not take the message while the cluster scales: "please retry in a few seconds".
  if (status === 409 && title === 'INVALID_STATE' && !creates) return { kind: 'CamundaUnavailable', why: 'unreachable', reason }
  if (status === 401) return { kind: 'CamundaUnavailable', why: 'unauthorized', reason }
  if (status === 429) return { kind: 'CamundaUnavailable', why: 'backPressure', reason }
  if (status === 503 && !CUT_UPSTREAM.test(detail))
    return { kind: 'CamundaUnavailable', why: title === 'RESOURCE_EXHAUSTED' ? 'backPressure' : 'unreachable', reason }
  if (status >= 500 || status === 408) return ambiguous(command, reason)
  return { kind: 'CamundaRejected', reason }
}

/** Camunda 8.6 ignores the field, as seen with 8.6.0, and 8.8 refuses the request; later ones say it back. */
const NO_BUSINESS_ID = 'this Camunda knows no business ids (8.9 does): nothing prevents a second process instance'

/** Envoy's words for a connection that ended after the request went out on it: for it a 503 as any other. */
const CUT_UPSTREAM = /reset before headers(?!.*connection (failure|timeout))/is

/** Of a message, that it was published; of a process instance, that its business id was active. Where none was sent, it is another one's. */
function alreadyExists(command: CorrelationCommand, reason: string): CamundaReply {
  if (command.kind === 'publishMessage') return { kind: 'AlreadyPublished' }
  return command.idempotency === 'businessId' ? { kind: 'AlreadyCreated' } : { kind: 'CamundaRejected', reason }
}

function withoutAnswer(command: CorrelationCommand, { none, why }: Without): CamundaReply {
  const reason = brief(why)
  switch (none) {
    case 'noAnswer':
      return ambiguous(command, reason)
    case 'notSent':
      return { kind: 'CamundaUnavailable', why: 'unreachable', reason }
    case 'noToken':
      return { kind: 'CamundaUnavailable', why: 'unauthorized', reason }
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

type ClientError = Error & { readonly status?: number; readonly type?: string; readonly title?: string; readonly detail?: string }

function answerIn({ status, type, title = '', detail = '', message }: ClientError): Answer {
  if (type === NOT_SENT) return { none: 'notSent', why: detail }
  if (type === NO_ANSWER) return { none: 'noAnswer', why: detail }
  // Of what else goes wrong within the client, most comes after the answer; to be safe, all of it.
  return status === undefined ? { none: 'noAnswer', why: message } : { status, title, detail }
}

function keyOf(key: unknown): { readonly key: string } {
  return { key: typeof key === 'string' ? key : '' }
}

/** Camunda 8.6 answers keys as JSON numbers, which from partition 4 on are beyond what a double holds. */
function keysAsText(text: string, contentType: string): string {
  if (!contentType.includes('json')) return text
  return text.replace(/("\w*Key"\s*:\s*)(\d+)(?![\d.eE])/g, '$1"$2"')
}

/** @throws {ConnectionConfigurationError} */
function checkedStrategy(connection: Connection): Strategy {
  const { CAMUNDA_REST_ADDRESS, ZEEBE_REST_ADDRESS, CAMUNDA_OAUTH_URL, CAMUNDA_AUTH_STRATEGY } = connection
  const address = CAMUNDA_REST_ADDRESS ?? ZEEBE_REST_ADDRESS
  if (!address) throw new ConnectionConfigurationError('CAMUNDA_REST_ADDRESS is missing: the cluster’s REST address')
  checkUrl('CAMUNDA_REST_ADDRESS', address)
  const isOAuth = NEEDED.OAUTH.some((name) => connection[name])
  const named = CAMUNDA_AUTH_STRATEGY?.toUpperCase() ?? (isOAuth ? 'OAUTH' : 'NONE')
  if (!(named in NEEDED)) throw new ConnectionConfigurationError(`CAMUNDA_AUTH_STRATEGY must be one of ${Object.keys(NEEDED).join(', ')}`)
  const strategy = named as Strategy
  const missing = NEEDED[strategy].filter((name) => !connection[name])
  if (missing.length > 0) throw new ConnectionConfigurationError(`missing for CAMUNDA_AUTH_STRATEGY ${strategy}: ${missing.join(', ')}`)
  if (strategy === 'OAUTH') checkUrl('CAMUNDA_OAUTH_URL', CAMUNDA_OAUTH_URL ?? '')
  return strategy
}

/** Of the value nothing is told: an address may hold credentials. */
function checkUrl(name: string, value: string) {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ConnectionConfigurationError(`${name} is no URL that begins with https:// or http://`)
  if (url.username || url.password)
    throw new ConnectionConfigurationError(`${name} holds credentials; they belong into parameters of their own`)
}

/**
 * Made once for all connections. Authorities of one's own are trusted beside the public ones: the identity
 * provider may be a public one.
 */
function tlsOptions({
  CAMUNDA_MTLS_CA: ca,
  CAMUNDA_MTLS_CERT: cert,
  CAMUNDA_MTLS_KEY: key,
  CAMUNDA_MTLS_KEY_PASSPHRASE: passphrase,
}: Connection) {
  const options = {
    ...(ca && { ca: [...getCACertificates('default'), ca] }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
  }
  try {
    return { secureContext: createSecureContext(options) }
  } catch {
    throw new ConnectionConfigurationError(
      'CAMUNDA_MTLS_CA, CAMUNDA_MTLS_CERT, CAMUNDA_MTLS_KEY or CAMUNDA_MTLS_KEY_PASSPHRASE is no PEM that fits',
    )
  }
}

/** The engine tells of its own faults with the whole record, message and all. */
function withoutRecord(detail: string): string {
  return detail.replace(/TypedRecordImpl\{(?:.*?\}(?=' without)|.*)/s, '…')
}

function tokensOf(authorization = ''): string[] {
  return authorization.split(' ').slice(1)
}

/** An answer whose words may be told. */
function withoutSecrets(answer: Attempt['answer'], secrets: readonly string[]): Attempt['answer'] {
  const spoken = secrets.flatMap((secret) => (secret === '' ? [] : [secret, encodeURIComponent(secret)]))
  const allowed = (text: string) => spoken.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
  if ('key' in answer) return answer
  if ('none' in answer) return { ...answer, why: allowed(answer.why) }
  return { ...answer, title: allowed(answer.title), detail: allowed(answer.detail) }
}

/** What an answer says is for a log line, and may hold what was sent: only its beginning. */
function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
