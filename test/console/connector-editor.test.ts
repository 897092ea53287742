import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ActiveConnector } from '../../console/api.ts'
import { noChromium, startChromium } from '../support/chromium.ts'
import { violationsIn } from './accessibility.ts'
import { openPage } from './open-page.ts'
import { type RunningStart, sendMessage, startRun } from './start-run.ts'

const CONNECTOR = {
  // What the filter said before is forgotten when the longest invocation has ended.
  function: { timeout: 5, requestTimeout: 2 },
  queue: { messageAttributeNames: ['type'] },
  elements: [
    {
      elementId: 'OrderPlaced',
      correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'example-order' },
      activationCondition: '=messageAttributes.type.stringValue = "OrderPlaced"',
      consumeUnmatchedEvents: true,
    },
  ],
}

vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(noChromium !== undefined)(`the connector’s edit, in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  let browser: Browser
  let run: RunningStart
  let connectors: string

  beforeAll(async () => {
    connectors = mkdtempSync(join(tmpdir(), 'console-'))
    writeFileSync(join(connectors, 'shop.json'), JSON.stringify(CONNECTOR))
    ;[browser, run] = await Promise.all([startChromium(), startRun('--connectors', connectors)])
  })
  afterAll(async () => {
    await Promise.all([browser?.close(), run?.stop()])
    rmSync(connectors, { recursive: true })
  })

  async function openEdit() {
    const watched = await openPage(browser, run.address)
    await watched.page.getByRole('link', { name: 'Connector' }).click()
    const editor = watched.page.getByRole('textbox', { name: 'Connector shop, as JSON' })
    await editor.waitFor()
    return { ...watched, editor }
  }

  async function replace(page: Page, change: (text: string) => string) {
    const text = change(await activeText())
    await page.getByRole('textbox', { name: 'Connector shop, as JSON' }).click()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.keyboard.insertText(text)
  }

  async function activeText(): Promise<string> {
    return (await run.ask<ActiveConnector>('GET', '/connectors/shop')).text
  }

  test('a wrong property is underlined, named, and has its fix, in the words of check', async () => {
    const { page, editor, errors, foreign } = await openEdit()
    await told(() => editor.innerText()).toContain('"OrderPlaced"')
    await replace(page, (text) => text.replace('"consumeUnmatchedEvents"', '"consumeUnmatched"'))
    await told(() => page.locator('.cm-lintRange-error').innerText()).toBe('"consumeUnmatched": true')
    await told(() => page.locator('.problems').innerText()).toMatch(
      /elements\[0\]\.consumeUnmatched found an unknown property; expected “consumeUnmatchedEvents”, the nearest property there is/,
    )
    await page.locator('.cm-lintRange-error').hover()
    await told(() => page.locator('.cm-diagnostic').innerText()).toContain('expected “consumeUnmatchedEvents”')
    expect([errors, foreign]).toEqual([[], []])
  })

  test('an invalid connector cannot be pushed, which is said in place, and nothing is changed', async () => {
    const { page } = await openEdit()
    const before = await activeText()
    await replace(page, (text) => text.replace('= \\"OrderPlaced\\"', '== \\"OrderPlaced\\"'))
    await page.getByRole('button', { name: 'Push' }).click()
    await told(() => page.getByRole('alert').innerText()).toBe('Nothing is pushed: there is an error.')
    // The cursor is where it is.
    await told(() => page.evaluate(`document.querySelector('.code-editor').shadowRoot.activeElement?.getAttribute('aria-label')`)).toBe(
      'Connector shop, as JSON',
    )
    await told(() => page.locator('.cm-activeLine').innerText()).toContain('== \\"OrderPlaced\\"')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await activeText()).toBe(before)
    await page.getByRole('button', { name: 'Discard the edit' }).click()
    await told(() => page.getByRole('heading', { name: 'It is valid' }).count()).toBe(1)
  })

  test('completion and explanation come from the schema', async () => {
    const { page, editor } = await openEdit()
    await editor.click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.type('"inv')
    const option = page.getByRole('option', { name: '"invalidInput"' })
    await option.waitFor()
    await option.click()
    await told(() => editor.innerText()).toContain('"invalidInput": ""')
    await page.getByRole('option', { name: '"deadLetter"' }).click()
    await told(() => editor.innerText()).toContain('"invalidInput": "deadLetter"')
    await page.getByText('"elements"').hover()
    await told(() => page.locator('.cm-tooltip-hover').innerText()).toContain('The elements, of which a message may activate one.')
  })

  test('a valid one is pushed after it has shown what changes, and is seen to come into effect step by step', async () => {
    const { page, errors, foreign } = await openEdit()
    await replace(page, (text) => text.replace('\\"OrderPlaced\\"', '\\"OrderChanged\\"'))
    await told(() => page.locator('.cm-deletedChunk').first().innerText()).toContain('OrderPlaced')
    await page.getByRole('button', { name: 'Push' }).click()
    const dialog = page.getByRole('dialog')
    await told(() => dialog.innerText()).toMatch(/-.*OrderPlaced.*\n\+.*OrderChanged/)
    await dialog.getByRole('button', { name: 'Push' }).click()
    await told(() => page.getByRole('status').filter({ hasText: 'is changed' }).innerText()).toMatch(
      /^\/camunda-sqs-bridge\/shop\/connector is changed, version \d+\.$/,
    )
    const steps = page.locator('.steps')
    await told(() => steps.innerText()).toMatch(/✓\s*Parameter/)
    await told(() => steps.innerText()).toMatch(/✓\s*Filter widened/)
    // Until the function has read the parameter anew, messages go by the version before.
    const afterAMessage = async () => {
      await sendMessage(run, 'shop', '{"id":"N-1"}', 'OrderChanged')
      return await steps.innerText()
    }
    await told(afterAMessage, { interval: 500 }).toMatch(/✓\s*Function/)
    await told(() => steps.innerText(), { timeout: 60_000 }).toMatch(/✓\s*Filter narrowed/)
    await told(() => steps.innerText()).toMatch(/✓\s*In effect/)
    expect(JSON.parse(await activeText()).elements[0].activationCondition).toContain('OrderChanged')
    expect([errors, foreign]).toEqual([[], []])
  })

  test('an expression of the edit is tried in the playground as it is written, not as it is active', async () => {
    const { page } = await openEdit()
    await replace(page, (text) => text.replace(/"=messageAttributes[^\n]*"/, '"=1 + 1 = 2"'))
    await page.getByRole('button', { name: 'OrderPlaced: Activation condition' }).click()
    await told(() => page.getByRole('textbox', { name: 'FEEL expression' }).innerText()).toBe('=1 + 1 = 2')
    await told(() => page.locator('pre.value').innerText()).toBe('true')
  })

  test('an expression of the playground is put into the edit, and nothing else changes', async () => {
    const { page } = await openPage(browser, run.address)
    await page.getByRole('link', { name: 'Playground' }).click()
    const expression = page.getByRole('textbox', { name: 'FEEL expression' })
    await expression.click()
    await page.keyboard.press('Control+End')
    await page.keyboard.insertText(' and body.amount > 7')
    await page.getByRole('button', { name: 'Use in connector' }).click()
    const editor = page.getByRole('textbox', { name: 'Connector shop, as JSON' })
    await told(() => editor.innerText()).toContain('and body.amount > 7"')
    await told(() => page.getByRole('heading', { name: 'It is valid' }).count()).toBe(1)
    expect(await activeText()).not.toContain('body.amount > 7')
    // And stays there until it is pushed or discarded.
    await page.getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('link', { name: 'Connector' }).click()
    await told(() => editor.innerText()).toContain('and body.amount > 7"')
  })

  test('why was this message not activated, and its repair: all without a terminal', async () => {
    const { page, errors } = await openPage(browser, run.address)
    await sendMessage(run, 'shop', '{"id":"R-1"}', 'OrderRenewed')
    await page.getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('row').filter({ hasText: 'R-1' }).filter({ hasText: 'filtered out' }).click()
    await page.getByRole('button', { name: 'Try expressions on it' }).click()
    const expression = page.getByRole('textbox', { name: 'FEEL expression' })
    await told(() => page.locator('pre.value').innerText()).toBe('false')
    await expression.click()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.keyboard.insertText('=messageAttributes.type.stringValue = "OrderRenewed"')
    await told(() => page.locator('pre.value').innerText()).toBe('true')
    await page.getByRole('button', { name: 'Use in connector' }).click()
    await page.getByRole('button', { name: 'Push' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Push' }).click()
    await told(() => page.locator('.steps').innerText()).toMatch(/✓\s*Filter widened/)
    await page.getByRole('link', { name: 'Messages' }).click()
    const again = async () => {
      await sendMessage(run, 'shop', '{"id":"R-2"}', 'OrderRenewed')
      return await page.getByRole('row').filter({ hasText: 'R-2' }).filter({ hasText: 'ProcessInstanceCreated' }).count()
    }
    await told(again, { interval: 500 }).toBeGreaterThan(0)
    expect(errors).toEqual([])
  })

  test('somebody else’s push is seen', async () => {
    const { editor } = await openEdit()
    const text = JSON.stringify({ ...CONNECTOR, elements: [{ ...CONNECTOR.elements[0], resultVariable: 'theirs' }] })
    expect(await run.ask('POST', '/connectors/shop/push', { text })).toMatchObject({ pushed: true })
    await told(() => editor.innerText()).toContain('"theirs"')
  })

  test('Tab leaves the editor', async () => {
    const { page, editor } = await openEdit()
    await editor.click()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.classList.contains("code-editor")')).toBe(false)
  })

  test.each([
    [1280, 'light'],
    [640, 'dark'],
  ] as const)('nothing keeps anybody out, at %d px and %s', async (width, colorScheme) => {
    const { page } = await openEdit()
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    await replace(page, (text) => text.replace('"consumeUnmatchedEvents"', '"consumeUnmatched"'))
    await page.locator('.cm-lintRange-error').waitFor()
    expect(await violationsIn(page)).toEqual([])
    await replace(page, (text) => text.replace('OrderPlaced', 'Other'))
    await page.getByRole('heading', { name: 'It is valid' }).waitFor()
    expect(await violationsIn(page)).toEqual([])
    await page.getByRole('button', { name: 'Push' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await violationsIn(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })
})

/** What comes to be, on a machine that is busy. */
const told: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 30_000, ...options })
