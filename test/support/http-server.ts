import type { IncomingMessage, ServerResponse } from 'node:http'
import { json, problem, startHttpService } from '../../local/http-service.ts'

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
  const service = await startHttpService((incoming, body, response) => {
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      authorization: incoming.headers.authorization,
      headers: incoming.headers,
      clientPort: incoming.socket.remotePort,
      body: body.toString(),
    }
    requests.push(request)
    answer(request, response, incoming.socket)
  })
  return { ...service, requests }
}

/** Answers with JSON; a text is sent as it is. */
export function answerJson(response: ServerResponse, status: number, body: unknown, contentType = 'application/json') {
  if (typeof body === 'string') response.writeHead(status, { 'content-type': contentType }).end(body)
  else json(response, status, body, contentType)
}

export function answerProblem(response: ServerResponse, status: number, title: string, detail = 'a detail') {
  problem(response, status, title, detail)
}
