import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestByHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext, getCACertificates, TLSSocket } from 'node:tls'
import { urlToHttpOptions } from 'node:url'
import type { Settings } from './core/connection-settings.ts'

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface HttpConnectionsOptions {
  /** From the look-up of the host to the end of the handshake. */
  readonly connectTimeoutMs: number
  readonly tls: Settings
}

/** The request certainly was not executed: it had no connection, or none that the server took. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
  constructor(cause: Error) {
    super(cause.message, { cause })
  }
}

/** No answer within the time that a request has. */
class TooLate extends Error {
  override readonly name = 'TimeoutError'
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`)
  }
}

/** The certificates or the key are none. */
export class TlsMaterialError extends Error {}

/** An idle connection older than this is not trusted. */
const IDLE_LIMIT_MS = 3_000
/** How long a server that asks for a certificate may take to say that it will not have it, before it is taken for one that says nothing. */
const VERDICT_MS = 250

/** Where requests go, taken apart once. */
export interface HttpTarget {
  readonly request: typeof requestByHttp
  readonly options: Readonly<RequestOptions>
}

/**
 * HTTP/1.1 with keep-alive, which knows of each failure whether the request was sent. On Node's own client, since it takes interim answers
 * (an unasked 100) for what they are.
 */
export class HttpConnections {
  readonly #http: HttpAgent
  readonly #https: HttpsAgent
  #lastUsed = Date.now()

  constructor({ connectTimeoutMs, tls }: HttpConnectionsOptions) {
    this.#http = connectingFirst(new HttpAgent({ keepAlive: true }), 'connect', connectTimeoutMs)
    const secure = { keepAlive: true, secureContext: secureContext(tls) }
    this.#https = connectingFirst(new HttpsAgent(secure), 'secureConnect', connectTimeoutMs)
  }

  to(url: string): HttpTarget {
    const { protocol, hostname, port, path } = urlToHttpOptions(new URL(url))
    const isHttps = protocol === 'https:'
    const options = { method: 'POST', protocol, hostname, port, path, agent: isHttps ? this.#https : this.#http }
    return { request: isHttps ? requestByHttps : requestByHttp, options }
  }

  /** A POST. @throws {NotSent} where it certainly was not executed; any other error where nobody knows */
  post({ request, options }: HttpTarget, { headers, body, timeoutMs }: HttpRequest): Promise<HttpAnswer> {
    this.#dropIdleConnections()
    return new Promise((answered, failed) => {
      let wasSent = false
      const fail = (error: Error) => {
        settle()
        failed(wasSent && !refusesCertificate(error) ? error : new NotSent(error))
      }
      const outgoing = request({ ...options, headers })
      const late = setTimeout(() => outgoing.destroy(new TooLate(timeoutMs)), timeoutMs)
      const settle = () => {
        clearTimeout(late)
        this.#lastUsed = Date.now()
      }
      outgoing.on('socket', () => {
        wasSent = true
      })
      outgoing.on('error', fail)
      outgoing.on('response', (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (part: string) => {
          text += part
        })
        incoming.on('error', fail)
        incoming.on('end', () => {
          settle()
          answered({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
        })
      })
      outgoing.end(body)
    })
  }

  close(): void {
    for (const agent of [this.#http, this.#https]) agent.destroy()
  }

  /**
   * Between invocations Lambda stops this process, and its timers. A connection that was idle meanwhile may be gone without a sign, and a
   * request on it would be ambiguous.
   */
  #dropIdleConnections() {
    if (Date.now() - this.#lastUsed > IDLE_LIMIT_MS)
      for (const agent of [this.#http, this.#https])
        for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
    this.#lastUsed = Date.now()
  }
}

type Connected = (error: Error | null, socket?: Socket) => void

/** A request gets its socket when that is connected, and not before: then whatever fails earlier was not sent. */
function connectingFirst<Connecting extends HttpAgent>(agent: Connecting, event: ConnectedEvent, timeoutMs: number): Connecting {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, connected) => {
    whenReady(connect(options) as Socket, { event, timeoutMs, connected: connected as Connected })
    return undefined
  }
  return agent
}

type ConnectedEvent = 'connect' | 'secureConnect'

interface Readiness {
  readonly event: ConnectedEvent
  readonly timeoutMs: number
  readonly connected: Connected
}

/** Calls back once, with the socket or with what stood in its way. */
function whenReady(socket: Socket, { event, timeoutMs, connected }: Readiness) {
  const late = setTimeout(() => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs)
  let silent: NodeJS.Timeout | undefined
  const settle = (error: Error | null) => {
    clearTimeout(late)
    clearTimeout(silent)
    socket.off('error', settle).off('close', onClose).off('end', onClose).off(event, onConnect).off('session', onTicket)
    if (error === null) return connected(null, socket)
    socket.on('error', () => {}).destroy()
    connected(error)
  }
  const onClose = () => settle(new Error('the connection was closed before it could be used'))
  // The ticket is told of in the midst of reading it, when nothing may be written yet.
  const onTicket = () => {
    clearTimeout(silent)
    silent = setTimeout(() => settle(null))
  }
  const onConnect = () => {
    clearTimeout(late)
    if (!awaitsVerdict(socket)) return settle(null)
    socket.once('session', onTicket)
    silent = setTimeout(() => settle(null), VERDICT_MS)
  }
  socket.once(event, onConnect).once('error', settle).once('close', onClose).once('end', onClose)
}

/**
 * Under TLS 1.3 the handshake is over for the client before the server has judged its certificate (RFC 8446, section 4.4): a refusal comes later, as
 * an alert or as nothing but an end. A session ticket says that there is none. A server that asked for a certificate is known by the signature
 * algorithms it asked for it with.
 */
function awaitsVerdict(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.getProtocol() === 'TLSv1.3' && socket.getSharedSigalgs().length > 0
}

/** Alerts which belong to a handshake (RFC 8446, section 6.2): before its end a server reads no request. */
const REFUSES_CERTIFICATE =
  /_ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN|REQUIRED)|NO_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)$/

function refusesCertificate(error: unknown): boolean {
  return REFUSES_CERTIFICATE.test(String((error as { code?: unknown }).code))
}

/**
 * Made once for all connections. Authorities of one's own are trusted beside the public ones: the identity
 * provider may be a public one.
 * @throws {TlsMaterialError}
 */
function secureContext({
  CAMUNDA_MTLS_CA: ca,
  CAMUNDA_MTLS_CERT: cert,
  CAMUNDA_MTLS_KEY: key,
  CAMUNDA_MTLS_KEY_PASSPHRASE: passphrase,
}: Settings) {
  try {
    return createSecureContext({
      ...(ca && { ca: [...getCACertificates('default'), ca] }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(passphrase && { passphrase }),
    })
  } catch {
    throw new TlsMaterialError('CAMUNDA_MTLS_CA, CAMUNDA_MTLS_CERT, CAMUNDA_MTLS_KEY or CAMUNDA_MTLS_KEY_PASSPHRASE is no PEM that fits')
  }
}
