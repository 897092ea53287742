import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noChromium, startChromium } from '../support/chromium.ts'
import { openPage, type RunningStart, startRun } from './console.ts'

describe.skipIf(noChromium !== undefined)(`the playground, in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  let browser: Browser
  let run: RunningStart

  beforeAll(async () => {
    ;[browser, run] = await Promise.all([startChromium(), startRun()])
  })
  afterAll(() => Promise.all([browser?.close(), run?.stop()]))

  async function openPlayground() {
    const watched = await openPage(browser, run.address)
    await watched.page.getByRole('link', { name: 'Playground' }).click()
    const expression = watched.page.getByRole('textbox', { name: 'FEEL expression' })
    await expression.waitFor()
    return { ...watched, expression, value: watched.page.locator('.value') }
  }

  /** As somebody types it, brackets and quotation marks that close by themselves included. */
  async function type(page: Page, text: string) {
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
  }

  test('an expression is typed, and its value, type and warnings follow', async () => {
    const { page, errors, foreign, expression, value } = await openPlayground()
    await page.getByLabel('At hand').selectOption({ index: 0 })
    await page.getByLabel('Body').fill('{"amount": 12.5, "items": [1, 2]}')
    await expression.click()
    await type(page, '=body.amount * 2')
    await expect.poll(() => value.innerText()).toBe('25')
    await type(page, 'body.items[item > 1]')
    await expect.poll(() => value.innerText()).toBe('[2]')
    await type(page, 'body.amuont')
    await expect.poll(() => page.locator('.warnings').innerText()).toMatch(/NO_CONTEXT_ENTRY_FOUND .*amuont/)
    expect([errors, foreign]).toEqual([[], []])
  })
})
