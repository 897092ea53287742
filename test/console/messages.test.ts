import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noChromium, startChromium } from '../support/chromium.ts'
import { openPage } from './open-page.ts'
import { type RunningStart, sendMessage, startRun } from './start-run.ts'

describe.skipIf(noChromium !== undefined)(`the messages of a run, in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  let browser: Browser
  let run: RunningStart

  beforeAll(async () => {
    ;[browser, run] = await Promise.all([startChromium(), startRun()])
  })
  afterAll(() => Promise.all([browser?.close(), run?.stop()]))

  test('why was this message not activated: one opens it, and reads it', async () => {
    const { page, errors, foreign } = await openPage(browser, run.address)
    await page.getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('row', { name: /"A-1002"/ }).click()
    const open = page.getByRole('region', { name: /^Message / })
    await expect.poll(() => open.locator('.why').innerText()).toBe('OrderPlaced: body.amount > 0 is false, as body.amount is 0')
    const trace = await open.locator('.trace').first().innerText()
    expect(trace).toMatch(
      /messageAttributes\.type\.stringValue = "OrderPlaced" → true\s+messageAttributes\.type\.stringValue → "OrderPlaced"/,
    )
    expect(trace).toMatch(/body\.amount > 0 → false\s+body\.amount → 0/)
    expect([errors, foreign]).toEqual([[], []])
  })

  test('what Camunda was sent, and what of it: key, variables, time line, log', async () => {
    const { page } = await openPage(browser, run.address)
    await page.getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('row', { name: /ProcessInstanceCreated.*\d{16}/ }).click()
    const open = page.getByRole('region', { name: /^Message / })
    await expect.poll(() => open.innerText()).toMatch(/createProcessInstance\s+example-order/)
    const text = await open.innerText()
    expect(text).toMatch(/orderId\s+"A-1001"/)
    expect(text).toMatch(/sent[\s\S]*received \(receive 1\)[\s\S]*deleted: ProcessInstanceCreated/)
    expect(text).toMatch(/INFO message done/)
  })

  test('a message that became a dead letter shows each receive, how long it was delayed, and the reason', async () => {
    const { page } = await openPage(browser, run.address)
    await page.getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('row', { name: /\{"amount":5\}.*dead letter/ }).click({ timeout: 60_000 })
    const open = page.getByRole('region', { name: /^Message / })
    await expect
      .poll(() => open.innerText())
      .toMatch(/receive 1\)[\s\S]*back in the queue: InvalidInput[\s\S]*no correlation key from =body\.orderId[\s\S]*dead letter/)
  })

  test('the list is filtered by outcome and by text, and says how many of how many are left', async () => {
    const { page } = await openPage(browser, run.address)
    await page.getByRole('link', { name: 'Messages' }).click()
    const count = page.getByRole('status').filter({ hasText: 'messages' })
    await expect.poll(() => count.innerText()).toMatch(/^\d+ messages$/)
    await page.getByLabel('Outcome').selectOption('filtered out')
    await expect.poll(() => page.locator('.messages tbody tr').count()).toBe(1)
    expect(await count.innerText()).toMatch(/^1 of \d+ messages$/)
    await page.getByLabel('Outcome').selectOption('')
    await page.getByLabel('Text').fill('CALL me')
    await expect.poll(() => page.locator('.messages tbody tr').allInnerTexts()).toEqual([expect.stringContaining('Please call me back')])
  })

  test('a body of hostile markup is text, in the list and where it is opened', async () => {
    const { page, errors, foreign } = await openPage(browser, run.address)
    await page.getByRole('link', { name: 'Messages' }).click()
    const hostile = '<img src="http://192.0.2.1/x" onerror="document.title=1"><script>document.title=1</script></td></table>{{1+1}}'
    await sendMessage(run, 'orders', hostile, '<b>bold</b>')
    await sendMessage(run, 'orders', hostile, 'OrderPlaced')
    for (const [row, type] of [
      ['filtered out', '<b>bold</b>'],
      ['ActivationConditionNotMet', 'OrderPlaced'],
    ] as const) {
      await page.getByRole('row', { name: hostile }).filter({ hasText: row }).click()
      const open = page.getByRole('region', { name: /^Message / })
      await expect.poll(() => open.locator('pre.body').textContent()).toBe(hostile)
      await expect.poll(() => open.locator('.pairs').first().innerText()).toContain(type)
      expect(await page.locator('img, b, main script').count()).toBe(0)
    }
    expect(await page.title()).toBe('Messages · camunda-sqs-bridge')
    expect([errors, foreign]).toEqual([[], []])
  })

  test('by keyboard alone: to the list, down it, and a message open', async () => {
    const { page } = await openPage(browser, run.address)
    await page.getByRole('link', { name: 'Messages' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /"A-1002"/ }).waitFor()
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab')
      if ((await page.locator('[role=grid]:focus').count()) === 1) break
    }
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    const active = await page.getByRole('grid').getAttribute('aria-activedescendant')
    expect(await page.locator(`#${active}`).getAttribute('aria-rowindex')).toBe('3')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator(':focus').innerText()).toMatch(/^Message /)
  })
})
