import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { noChromium, startChromium } from '../support/chromium.ts'
import { violationsIn } from './accessibility.ts'
import { openPage } from './open-page.ts'
import { type RunningStart, startRun } from './start-run.ts'

vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(noChromium !== undefined)(`for everybody, in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  let browser: Browser
  let run: RunningStart

  beforeAll(async () => {
    ;[browser, run] = await Promise.all([startChromium(), startRun()])
    await vi.waitUntil(() => /a payment of no order .*dead letter/.test(run.printed()), { timeout: 60_000 })
  })
  afterAll(() => Promise.all([browser?.close(), run?.stop()]))

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 640],
    ['dark', 640],
  ] as const)('axe-core finds nothing in any view, %s, %i pixels wide, and nothing is beyond its edge', async (colorScheme, width) => {
    const { page, errors, foreign } = await openPage(browser, run.address, { width })
    await page.emulateMedia({ colorScheme })
    const views = page.getByRole('navigation').getByRole('link')
    for (const view of await views.all()) {
      const title = await view.innerText()
      await view.click()
      await page.getByRole('heading', { level: 1, name: title }).waitFor({ state: 'attached' })
      await expect.poll(() => page.getByText(/^(Loading|Looking)…$/).count()).toBe(0)
      expect(await violationsIn(page), title).toEqual([])
      const beyond = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      expect(await page.evaluate(beyond), title).toBe(0)
    }
    await page.getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('row', { name: /dead letter/ }).click()
    await page.locator('.trace').first().waitFor()
    expect(await violationsIn(page), 'a message that is open').toEqual([])
    await page.getByRole('link', { name: 'Faults' }).click()
    await page.getByRole('button', { name: 'Redrive all of payments' }).click()
    expect(await violationsIn(page), 'a question').toEqual([])
    expect([errors, foreign]).toEqual([[], []])
  })

  test('each view is come to by the keyboard, and says by its heading and title which it is', async () => {
    const { page } = await openPage(browser, run.address)
    const titles = await page.getByRole('navigation').getByRole('link').allInnerTexts()
    expect(titles).toEqual(expect.arrayContaining(['Diagram', 'Messages', 'Send', 'Faults', 'Figures']))
    for (const title of titles) {
      for (let presses = 0; presses < 100; presses++) {
        await page.keyboard.press('Tab')
        if ((await page.locator(':focus').innerText()) === title) break
      }
      await page.keyboard.press('Enter')
      await expect.poll(() => page.title()).toBe(`${title} · camunda-sqs-bridge`)
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(title)
    }
  })
})
