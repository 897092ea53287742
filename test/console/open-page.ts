import type { Browser, Page } from 'playwright-core'
import * as vitest from 'vitest'

/** What a page told as an error, and what it asked for that is not this machine’s. */
export interface Watched {
  readonly page: Page
  readonly errors: string[]
  readonly foreign: string[]
}

interface Opening {
  readonly width?: number
  readonly height?: number
  /** Of the test's context, where tests run beside one another. */
  readonly onTestFinished?: vitest.TestContext['onTestFinished']
}

/** A page of the console, closed when the test ends. */
export async function openPage(
  browser: Browser,
  address: string,
  { width = 1280, height = 800, onTestFinished = vitest.onTestFinished }: Opening = {},
): Promise<Watched> {
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
  // The first of a run waits until its files are bundled, on a machine that may be busy.
  page.setDefaultTimeout(60_000)
  await page.goto(address)
  return watched
}
