import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import type { ConsoleEvent } from '../../console/api.ts'
import { Refusal, UsageError } from '../../tools/command-line.ts'
import { json, problem, startHttpService } from '../http-service.ts'
import { pageFiles } from './page.ts'

/** What the page asks for, by `METHOD /path/{name}`. What it returns is the JSON of the answer. */
export type Routes = Readonly<Record<string, (call: Call) => Promise<unknown>>>

export interface Call {
  /** By the names in the route. */
  readonly names: Readonly<Record<string, string>>
  /** The JSON of the request; `{}` where there is none. */
  readonly input: Readonly<Record<string, unknown>>
}

/** What the page is told by itself. */
export interface Events {
  /** What is there already, in pieces. */
  soFar(): Iterable<ConsoleEvent>
  /** @returns what ends it */
  subscribe(listener: (event: ConsoleEvent) => void): () => void
}

export interface ConsoleServer {
  /** For a browser: with the token behind the `#`, which a browser keeps to itself. */
  readonly address: string
  stop(): Promise<void>
}

/** Nothing of what is asked for is there; the message says what. */
export class NotThere extends Error {}

/**
 * Serves the console on a port of the loopback. Whoever has not its token gets the page and nothing else; and a page of another origin, or by another
 * name of this host, gets nothing at all.
 */
export async function startConsoleServer(routes: Routes, events: Events, port = 0): Promise<ConsoleServer> {
  const token = randomBytes(24).toString('base64url')
  const service = await startHttpService(async (request, body, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const { host } = new URL(service.url)
    const foreign = foreignIn(request, host)
    if (foreign !== undefined) return problem(response, 403, 'Forbidden', foreign)
    const { pathname } = new URL(request.url ?? '/', service.url)
    if (!pathname.startsWith('/api/')) return sendFile(request, response, pathname)
    if (!isToken(tokenIn(request), token))
      return problem(response, 401, 'Unauthorized', 'The token is missing or of another run: open the address which `start` prints.')
    if (pathname === '/api/events') return stream(response, events)
    await answerCall(routes, request, body, response, pathname)
  }, port)
  return { address: `${service.url}/#token=${token}`, stop: () => service.stop() }
}

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Only what this server has, and nothing that is written into the page. The nonce is for the style sheets which editors make. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Why a request is nobody’s who was given the address; undefined: it is. */
function foreignIn({ headers }: IncomingMessage, host: string): string | undefined {
  // Another name that leads here may be somebody else’s, whose page would then be of this origin.
  if (headers.host !== host) return `This is ${host}, and nothing else.`
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) return 'A page of another origin may not ask here.'
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && headers['sec-fetch-mode'] !== 'navigate')
    return 'A page of another site may not ask here.'
  return undefined
}

function tokenIn({ headers, url = '' }: IncomingMessage): string {
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  // A browser’s EventSource takes no headers.
  return bearer ?? new URLSearchParams(url.split('?')[1]).get('token') ?? ''
}

function isToken(given: string, token: string): boolean {
  return given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token))
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

async function sendFile({ method }: IncomingMessage, response: ServerResponse, pathname: string) {
  const name = pathname === '/' ? 'index.html' : pathname.slice(1)
  const content = (await pageFiles()).get(name)
  if (!content) return problem(response, 404, 'Not Found', `There is no ${pathname}.`)
  if (method !== 'GET') return problem(response, 405, 'Method Not Allowed', 'It can be read.')
  const type = TYPES[extname(name)] ?? 'application/octet-stream'
  const nonce = randomBytes(18).toString('base64')
  response.writeHead(200, { 'content-type': type, 'content-security-policy': policy(nonce) })
  response.end(name === 'index.html' ? content.toString().replace('{nonce}', nonce) : content)
}

async function answerCall(routes: Routes, request: IncomingMessage, body: Buffer, response: ServerResponse, pathname: string) {
  const path = pathname.slice('/api'.length)
  for (const [route, answer] of Object.entries(routes)) {
    const names = namesIn(route, `${request.method} ${path}`)
    if (!names) continue
    try {
      const input = body.length === 0 ? {} : JSON.parse(body.toString())
      return json(response, 200, (await answer({ names, input })) ?? null)
    } catch (error) {
      const { message } = error as Error
      if (error instanceof NotThere) return problem(response, 404, 'Not Found', message)
      if (error instanceof UsageError || error instanceof Refusal || error instanceof SyntaxError)
        return problem(response, 400, 'Bad Request', message)
      return problem(response, 500, 'Internal Server Error', message)
    }
  }
  problem(response, 404, 'Not Found', `There is no ${request.method} ${pathname}.`)
}

/** The parts of a path for which a route has names; undefined where it is another’s. */
function namesIn(route: string, asked: string): Record<string, string> | undefined {
  const [parts, given] = [route.split('/'), asked.split('/')]
  if (parts.length !== given.length) return undefined
  const names: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name !== undefined) names[name] = decodeURIComponent(given[index] ?? '')
    else if (part !== given[index]) return undefined
  }
  return names
}

/** Between two lines of nothing, by which both ends learn that the other has gone. */
const HEARTBEAT_MS = 15_000

/** Bytes that may wait for a page which does not take them, as one in a tab that sleeps: it begins anew when it wakes. */
const MOST_WAITING = 64 * 1024 * 1024

function stream(response: ServerResponse, events: Events) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  const tell = (event: ConsoleEvent) => {
    response.write(`data: ${JSON.stringify(event)}\n\n`)
    if (response.writableLength > MOST_WAITING) response.destroy()
  }
  tell({ kind: 'connection', connected: true })
  for (const event of events.soFar()) tell(event)
  const end = events.subscribe(tell)
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS)
  response.on('close', () => {
    end()
    clearInterval(heartbeat)
  })
}
