import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface HttpService {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  stop(): Promise<void>
}

/** What a service answers to a request whose body has been read. */
export type Answer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void | Promise<void>

/**
 * An HTTP server on a port of the loopback, a free one unless it is given. What its answer throws becomes a 500.
 * @param keepAlive milliseconds for which a connection is kept that nobody uses; Node's 5,000 unless given
 */
export async function startHttpService(answer: Answer, wanted = 0, keepAlive?: number): Promise<HttpService> {
  const server = createServer({ ...(keepAlive !== undefined && { keepAliveTimeout: keepAlive }) }, async (request, response) => {
    try {
      await answer(request, await buffer(request), response)
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error))
    }
  })
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(wanted, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections()
      return new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown, contentType = 'application/json') {
  response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(body))
}

/** Answers with a problem (RFC 9457). */
export function problem(response: ServerResponse, status: number, title: string, detail: string) {
  json(response, status, { type: 'about:blank', title, status, detail }, 'application/problem+json')
}
