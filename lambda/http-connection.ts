import type { Socket } from 'node:net'
import { HTTPParser, type OnHeadersCompleteParser } from 'http-parser-js'

export interface HttpAnswer {
  readonly status: number
  /** By their names in lower case; of several of a name, the first. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** An idle connection older than this is not trusted. */
const IDLE_LIMIT_MS = 3_000
/** Milliseconds before the end that a server tells of, within which nothing is sent to it any more. */
const BEFORE_THE_END_MS = 1_000

/** What the parser is told. */
const [A_BODY, NO_BODY] = [0, 1]

/** No answer within the time that a request has. */
class TooLate extends Error {
  override readonly name = 'TimeoutError'
}

/** The end of a connection on which an answer was still to come. */
class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed'
}

type Head = Parameters<OnHeadersCompleteParser>[0]

/** The request that is under way. */
interface Exchange {
  readonly answered: (answer: HttpAnswer) => void
  readonly failed: (error: Error) => void
}

/** A connection that is ready, and one request after the other on it. Once a request has been given to it, nobody knows whether it was executed. */
export class HttpConnection {
  readonly #socket: Socket
  readonly #parser = new HTTPParser(HTTPParser.RESPONSE)
  #exchange: Exchange | undefined
  #head: Head | undefined
  #headers: HttpAnswer['headers'] = {}
  #parts: Buffer[] = []
  #keepsAlive = true
  #idleLimitMs = IDLE_LIMIT_MS
  #lastUsed = Date.now()

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true).setKeepAlive(true)
    this.#parser[HTTPParser.kOnHeadersComplete] = (head) => this.#begins(head)
    this.#parser[HTTPParser.kOnBody] = (chunk, offset, length) => {
      this.#parts.push(chunk.subarray(offset, offset + length))
    }
    this.#parser[HTTPParser.kOnMessageComplete] = () => this.#ends()
    socket.on('data', (data) => this.#receive(data))
    socket.on('end', () => this.#receiveEnd())
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new ConnectionClosed('there was no answer, or not all of it')))
  }

  /** Whether another request may go by it. */
  get isFresh(): boolean {
    return this.#keepsAlive && !this.#socket.destroyed && Date.now() - this.#lastUsed <= this.#idleLimitMs
  }

  exchange(request: string, encoding: 'latin1' | 'utf8', timeoutMs: number): Promise<HttpAnswer> {
    return new Promise((answered, failed) => {
      const late = setTimeout(() => this.#fail(new TooLate(`no answer within ${timeoutMs} ms`)), timeoutMs)
      const settled = () => {
        clearTimeout(late)
        this.#exchange = undefined
        this.#lastUsed = Date.now()
      }
      this.#exchange = {
        answered(answer) {
          settled()
          answered(answer)
        },
        failed(error) {
          settled()
          failed(error)
        },
      }
      this.#parser.initialize(HTTPParser.RESPONSE)
      this.#socket.ref()
      this.#socket.write(request, encoding)
    })
  }

  close() {
    this.#keepsAlive = false
    this.#socket.destroy()
  }

  #receive(data: Buffer) {
    // An answer that nobody asked for would be taken for that of the next request.
    if (!this.#exchange) return this.close()
    const parsed = this.#parser.execute(data)
    if (parsed instanceof Error) this.#fail(parsed)
  }

  #receiveEnd() {
    this.#keepsAlive = false
    // An answer without a length ends with its connection.
    if (this.#exchange) this.#parser.finish()
    this.close()
  }

  /** Some answers have no body, whatever their headers say. */
  #begins(head: Head): number {
    const { statusCode, headers } = head
    this.#head = head
    this.#headers = headersIn(headers)
    this.#parts = []
    if (/\D/.test(this.#headers['content-length'] ?? '')) this.#fail(new Error('the answer has a length which is no number'))
    return statusCode < 200 || statusCode === 204 || statusCode === 304 ? NO_BODY : A_BODY
  }

  #ends() {
    const head = this.#head
    // What is said before the answer (100, 103) changes nothing about it.
    if (!head || head.statusCode < 200) return
    if (!this.#exchange) return this.close()
    this.#idleLimitMs = Math.min(IDLE_LIMIT_MS, lifetimeIn(this.#headers['keep-alive']) - BEFORE_THE_END_MS)
    this.#keepsAlive &&= head.shouldKeepAlive
    const answer = { status: head.statusCode, headers: this.#headers, text: textIn(this.#parts) }
    this.#head = undefined
    this.#parts = []
    this.#socket.unref()
    this.#exchange.answered(answer)
    if (!this.#keepsAlive) this.close()
  }

  #fail(error: Error) {
    this.close()
    this.#exchange?.failed(error)
  }
}

function textIn(parts: readonly Buffer[]): string {
  return (parts.length === 1 ? parts[0] : Buffer.concat(parts))?.toString() ?? ''
}

function headersIn(pairs: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index < pairs.length; index += 2) headers[pairs[index]?.toLowerCase() ?? ''] ??= pairs[index + 1] ?? ''
  return headers
}

/** Milliseconds for which a server says that it keeps an idle connection. */
function lifetimeIn(keepAlive = ''): number {
  const [, seconds] = /timeout=(\d+)/i.exec(keepAlive) ?? []
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000
}
