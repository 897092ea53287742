import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Agent, request } from 'undici'
import type { Random } from './random.ts'

/** An answer to a request, whoever gives it. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** One request on its way to Camunda, and what a fault may do to it. */
export interface Exchange {
  readonly authorization: string | undefined
  /** Lets Camunda execute it. */
  forward(): Promise<Answer>
  answer(answer: Answer): void
  /** Resets the client's connection (TCP RST). */
  reset(): void
}

/** What becomes of a request. One that it neither answers nor resets stays without an answer. */
export type Fault = (exchange: Exchange) => void | Promise<void>

/** Which requests a fault strikes: each, unless told otherwise. */
export interface Aim {
  /** Of the requests, this share at random. */
  readonly share?: number
  /** Each n-th request, from the n-th on. */
  readonly every?: number
  /** No more than so many. */
  readonly atMost?: number
}

export const passOn: Fault = async (exchange) => exchange.answer(await exchange.forward())

/** What the proxy stands before. */
export interface Upstream {
  readonly restAddress: string
  /** What it wants of whoever asks, in place of what the bridge says to the proxy. */
  readonly authorization?: () => Promise<string | undefined>
}

/**
 * Stands between the bridge and Camunda, on a port of the loopback, and does to requests what the fault in force says.
 *
 * What it does not do: HTTP/2, TLS, a fault within TCP such as a lost packet or a slow handshake.
 */
export class FaultProxy {
  /** Requests which have arrived. */
  requests = 0
  /** How often a fault has struck. */
  struck = 0
  /** How often Camunda itself has answered that it has too much to do. */
  pushedBack = 0
  readonly #upstream: Upstream
  readonly #random: Random
  readonly #agent = new Agent()
  readonly #underWay = new Set<Promise<void>>()
  #faultOfNext: () => Fault = () => passOn
  #server: Server | undefined
  #port = 0

  private constructor(upstream: Upstream, random: Random) {
    this.#upstream = upstream
    this.#random = random
  }

  static async start(upstream: Upstream, random: Random): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream, random)
    await proxy.open()
    return proxy
  }

  /** `http://127.0.0.1:PORT`, the same after each opening. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** From now on this fault is in force, and no other. */
  strike(fault: Fault, { share = 1, every = 1, atMost = Number.POSITIVE_INFINITY }: Aim = {}): void {
    let seen = 0
    let left = atMost
    this.#faultOfNext = () => {
      seen += 1
      if (left < 1 || seen % every !== 0 || this.#random() >= share) return passOn
      left -= 1
      this.struck += 1
      return fault
    }
  }

  /** Whatever arrives from now on is passed on. */
  relent(): void {
    this.#faultOfNext = () => passOn
  }

  async open(): Promise<void> {
    this.#server = createServer((request, response) => this.#handle(request, response))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Connections are refused from now on; requests under way go on. */
  close(): void {
    this.struck += 1
    this.#server?.close()
  }

  /** Resolves when nothing is under way to Camunda any more, be its client still there or not. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  async stop(): Promise<void> {
    this.#server?.close()
    this.#server?.closeAllConnections()
    await this.#agent.destroy()
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.requests += 1
    const exchange = this.#exchange(request, response)
    // Where Camunda itself is not there, the client's connection ends as Camunda's would have.
    const handled = (async () => this.#faultOfNext()(exchange))()
      .catch(() => exchange.reset())
      .finally(() => this.#underWay.delete(handled))
    this.#underWay.add(handled)
  }

  #exchange(incoming: IncomingMessage, response: ServerResponse): Exchange {
    // Read at once: a client which gives up takes with it what has not been read.
    const body = buffer(incoming)
    body.catch(() => {})
    return {
      authorization: incoming.headers.authorization,
      forward: async () => {
        const { host: _, connection: _1, 'content-length': _2, 'transfer-encoding': _3, ...headers } = incoming.headers
        const authorization = (await this.#upstream.authorization?.()) ?? incoming.headers.authorization
        const answered = await request(`${this.#upstream.restAddress}${incoming.url}`, {
          method: incoming.method as 'POST',
          headers: { ...headers, ...(authorization !== undefined && { authorization }) },
          body: await body,
          dispatcher: this.#agent,
        })
        if (answered.statusCode === 429 || answered.statusCode === 503) this.pushedBack += 1
        return {
          status: answered.statusCode,
          contentType: String(answered.headers['content-type'] ?? ''),
          body: await answered.body.text(),
        }
      },
      answer({ status, contentType, body }) {
        // A client which has given up does not hear it.
        if (!response.destroyed) response.writeHead(status, { 'content-type': contentType }).end(body)
      },
      reset() {
        incoming.socket.resetAndDestroy()
      },
    }
  }
}
