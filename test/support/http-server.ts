import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly clientPort: number | undefined
  readonly body: string
}

type Answer = (request: ReceivedRequest, response: ServerResponse, socket: IncomingMessage['socket']) => void

/** A server on the loopback which remembers what it was asked, and answers as told. */
export async function startHttpServer(answer: Answer) {
  const requests: ReceivedRequest[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      authorization: incoming.headers.authorization,
      headers: incoming.headers,
      clientPort: incoming.socket.remotePort,
      body: Buffer.concat(chunks).toString(),
    }
    requests.push(request)
    answer(request, response, incoming.socket)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    stop() {
      server.closeAllConnections()
      return new Promise((closed) => server.close(closed))
    },
  }
}

export function answerJson(response: ServerResponse, status: number, body: unknown, contentType = 'application/json') {
  response.writeHead(status, { 'content-type': contentType }).end(typeof body === 'string' ? body : JSON.stringify(body))
}

export function answerProblem(response: ServerResponse, status: number, title: string, detail = 'a detail') {
  answerJson(response, status, { type: 'about:blank', title, status, detail }, 'application/problem+json')
}
