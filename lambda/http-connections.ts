import { connect as connectPlainly, isIP, type Socket } from 'node:net'
import { connect as connectSecurely, createSecureContext, getCACertificates, type SecureContext, TLSSocket } from 'node:tls'
import type { Settings } from './core/connection-settings.ts'
import { type HttpAnswer, HttpConnection } from './http-connection.ts'

export type { HttpAnswer } from './http-connection.ts'

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs: number
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

/** The certificates or the key are none. */
export class TlsMaterialError extends Error {}

/** How long a server that asks for a certificate may take to say that it will not have it, before it is taken for one that says nothing. */
const VERDICT_MS = 250

/** Where requests go, taken apart once. */
export interface HttpTarget {
  readonly origin: Origin
  /** The beginning of a request. */
  readonly head: string
}

/**
 * HTTP/1.1 with keep-alive: POSTs, of each of which that fails it is known whether it was sent. A third of the processor time that a request
 * takes by Node's own client, and less than half of undici's, which besides takes an unasked interim answer (a 100) for a broken connection.
 */
export class HttpConnections {
  readonly #origins = new Map<string, Origin>()
  readonly #connectTimeoutMs: number
  readonly #secureContext: SecureContext

  constructor({ connectTimeoutMs, tls }: HttpConnectionsOptions) {
    this.#connectTimeoutMs = connectTimeoutMs
    this.#secureContext = secureContext(tls)
  }

  to(address: string): HttpTarget {
    const url = new URL(address)
    const known = this.#origins.get(url.origin)
    const origin = known ?? new Origin(url, { connectTimeoutMs: this.#connectTimeoutMs, secureContext: this.#secureContext })
    if (!known) this.#origins.set(url.origin, origin)
    return { origin, head: `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n` }
  }

  /** A POST. @throws {NotSent} where it certainly was not executed; any other error where nobody knows */
  async post({ origin, head }: HttpTarget, { headers, body, timeoutMs }: HttpRequest): Promise<HttpAnswer> {
    const began = Date.now()
    const connection = await origin.connection().catch((error: Error) => {
      throw new NotSent(error)
    })
    const bytes = Buffer.byteLength(body)
    const request = `${head}${linesOf(headers)}content-length: ${bytes}\r\n\r\n${body}`
    try {
      // What is of ASCII alone need not be encoded.
      const answer = await connection.exchange(request, bytes === body.length ? 'latin1' : 'utf8', timeoutMs - (Date.now() - began))
      origin.keep(connection)
      return answer
    } catch (error) {
      throw refusesCertificate(error) ? new NotSent(error as Error) : error
    }
  }

  close(): void {
    for (const origin of this.#origins.values()) origin.close()
  }
}

/** Of values that no header takes, none comes here: the token and the secrets are read as such. */
function linesOf(headers: Readonly<Record<string, string>>): string {
  let lines = ''
  for (const name in headers) lines += `${name}: ${headers[name]}\r\n`
  return lines
}

interface OriginOptions {
  readonly connectTimeoutMs: number
  readonly secureContext: SecureContext
}

/** A server, and the connections to it which nobody uses at the moment. */
class Origin {
  readonly #connect: () => Socket
  readonly #readiness: Omit<Readiness, 'connected'>
  #free: HttpConnection[] = []
  #session: Buffer | undefined

  constructor({ protocol, hostname, port }: URL, { connectTimeoutMs, secureContext }: OriginOptions) {
    const isSecure = protocol === 'https:'
    const host = hostname.replace(/^\[|\]$/g, '')
    const options = { host, port: Number(port || (isSecure ? 443 : 80)) }
    const servername = isIP(host) === 0 ? host : ''
    this.#connect = () => {
      if (!isSecure) return connectPlainly(options)
      const session = this.#session && { session: this.#session }
      const socket = connectSecurely({ ...options, servername, secureContext, ALPNProtocols: ['http/1.1'], ...session })
      return socket.on('session', (ticket) => {
        this.#session = ticket
      })
    }
    this.#readiness = { event: isSecure ? 'secureConnect' : 'connect', timeoutMs: connectTimeoutMs }
  }

  /** One that was idle for a while, as between invocations, may be gone without a sign, and a request on it would be ambiguous. */
  async connection(): Promise<HttpConnection> {
    const newest = this.#free.pop()
    if (newest?.isFresh) return newest
    newest?.close()
    this.close()
    return this.#connected()
  }

  keep(connection: HttpConnection) {
    if (connection.isFresh) this.#free.push(connection)
  }

  /** What is idle; the others end with their answers. */
  close() {
    for (const connection of this.#free.splice(0)) connection.close()
  }

  #connected(): Promise<HttpConnection> {
    return new Promise((ready, failed) => {
      whenReady(this.#connect(), {
        ...this.#readiness,
        connected: (error, socket) => {
          if (socket) return ready(new HttpConnection(socket))
          this.#session = undefined
          failed(error)
        },
      })
    })
  }
}

type Connected = (error: Error | null, socket?: Socket) => void

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
