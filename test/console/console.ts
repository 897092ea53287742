import type { Browser, Page } from 'playwright-core'
import { onTestFinished, vi } from 'vitest'
import type { Sent } from '../../console/api.ts'
import { startCommand } from '../support/command.ts'

/** A real `start`, and its console’s address. */
export interface RunningStart {
  readonly address: string
  /** Without the token. */
  readonly origin: string
  readonly token: string
  readonly printed: () => string
  /** Of the console’s API, as the page asks it. */
  ask<Answer>(method: 'GET' | 'POST', path: string, input?: object): Promise<Answer>
  stop(): Promise<void>
}

export async function startRun(...options: readonly string[]): Promise<RunningStart> {
  const { child, stdout, stderr, ended } = startCommand(['start', ...options], { env: process.env })
  const out = { text: '' }
  for (const stream of [stdout, stderr]) stream.on('data', (chunk) => (out.text += String(chunk)))
  const stop = async () => {
    child.kill('SIGINT')
    await ended
  }
  await vi
    .waitUntil(() => out.text.includes('Ctrl-C'), { timeout: 60_000, interval: 100 })
    .catch(async () => {
      await stop()
      throw new Error(`The run does not start: ${out.text}`)
    })
  const [address = '', origin = '', token = ''] = /(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/.exec(out.text) ?? []
  const ask = async (method: string, path: string, input?: object) => {
    const response = await fetch(`${origin}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(input && { body: JSON.stringify(input) }),
    })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as never
  }
  return { address, origin, token, printed: () => out.text, ask, stop }
}

/** What a page told as an error, and what it asked for that is not this machine’s. */
export interface Watched {
  readonly page: Page
  readonly errors: string[]
  readonly foreign: string[]
}

/** A page of the console, closed when the test ends. */
export async function openPage(browser: Browser, address: string, { width = 1280, height = 800 } = {}): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width, height } })
  onTestFinished(() => page.close())
  const watched: Watched = { page, errors: [], foreign: [] }
  page.on('pageerror', (error) => watched.errors.push(String(error)))
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && watched.errors.push(message.text()))
  const { origin } = new URL(address)
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) watched.foreign.push(url)
  })
  page.setDefaultTimeout(20_000)
  await page.goto(address)
  return watched
}

/** Puts a message into a connector’s queue. */
export async function sendMessage(run: RunningStart, connector: string, body: string, type?: string): Promise<string> {
  const attributes = type === undefined ? {} : { type: { dataType: 'String', value: type } }
  const sent = await run.ask<Sent>('POST', `/connectors/${connector}/messages`, { message: { body, attributes }, count: 1 })
  return sent.messageIds[0] ?? ''
}
