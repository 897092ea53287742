import type { Browser, Page } from 'playwright-core'
import { onTestFinished, vi } from 'vitest'
import { startCommand } from '../support/command.ts'

/** A real `start`, and its console’s address. */
export interface RunningStart {
  readonly address: string
  /** Without the token. */
  readonly origin: string
  readonly token: string
  readonly printed: () => string
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
  return { address, origin, token, printed: () => out.text, stop }
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
