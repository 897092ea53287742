import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { noChromium, startChromium } from '../support/chromium.ts'
import { runCommand } from '../support/command.ts'
import { violationsIn } from './accessibility.ts'
import { openPage } from './open-page.ts'
import { type RunningStart, startRun } from './start-run.ts'

vi.setConfig({ testTimeout: 120_000 })

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
    return { ...watched, expression, value: watched.page.locator('pre.value') }
  }

  /** In place of what is there. */
  async function type(page: Page, text: string) {
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.keyboard.insertText(text)
  }

  test('an expression is typed, and its value, type and warnings follow', async () => {
    const { page, errors, foreign, expression, value } = await openPlayground()
    await page.getByLabel('At hand').selectOption({ index: 0 })
    await page.getByLabel('Body').fill('{"amount": 12.5, "items": [1, 2]}')
    await expression.click()
    await type(page, '=body.amount * 2')
    await told(() => value.innerText()).toBe('25')
    await type(page, 'body.items[item > 1]')
    await told(() => value.innerText()).toBe('[2]')
    await type(page, 'body.amuont')
    await told(() => page.locator('.warnings').innerText()).toMatch(/NO_CONTEXT_ENTRY_FOUND .*amuont/)
    // Over what is there, of which Chromium would keep the look.
    await page.keyboard.press('Control+a')
    await page.keyboard.type('7 * (6')
    await told(() => value.innerText()).toBe('42')
    expect(await expression.innerText()).toBe('7 * (6)')
    expect([errors, foreign]).toEqual([[], []])
  })

  test('it begins with the condition of the run, on the newest message at hand, and another one changes the value', async () => {
    const { page, expression, value } = await openPlayground()
    await told(() => expression.innerText()).toContain('messageAttributes.type.stringValue = "OrderPlaced"')
    await page.getByLabel('At hand').selectOption(await optionWith(page, 'ProcessInstanceCreated'))
    await told(() => value.innerText()).toBe('true')
    await page.getByLabel('At hand').selectOption(await optionWith(page, '"id":"A-1002"'))
    await told(() => value.innerText()).toBe('false')
    await told(() => page.locator('.trace').innerText()).toMatch(/body\.amount > 0 → false\s+body\.amount → 0/)
  })

  test('a message that comes late does not take the place of one that is typed meanwhile', async () => {
    const { page, expression, value } = await openPlayground()
    await page.getByLabel('At hand').selectOption('')
    await expression.click()
    await type(page, 'body')
    const asked = Promise.withResolvers<void>()
    const mayAnswer = Promise.withResolvers<void>()
    await page.route('**/api/messages/*', async (route) => {
      asked.resolve()
      await mayAnswer.promise
      await route.continue()
    })
    await page.getByLabel('At hand').selectOption({ index: 1 })
    await asked.promise
    await page.getByLabel('Body').fill('typed')
    const answered = page.waitForResponse('**/api/messages/*')
    mayAnswer.resolve()
    await (await answered).finished()
    await told(() => value.innerText()).toBe('"typed"')
    expect(await page.getByLabel('Body').inputValue()).toBe('typed')
  })

  test('it begins with the message, and the expression, which its address names', async () => {
    const { page, value } = await openPlayground()
    const id = await optionWith(page, '"orderId":"A-1001"')
    await page.goto(`${run.origin}/#/playground/${id}`)
    await told(() => page.getByLabel('At hand').inputValue()).toBe(id)
    await told(() => page.getByLabel('Expression of').locator('option:checked').innerText()).toMatch(/^payments: /)
    const place = { messageId: id, connector: 'payments', property: 'correlationKeyExpression', expression: '=body.orderId + "!"' }
    await page.goto(`${run.origin}/#/playground/${encodeURIComponent(JSON.stringify(place))}`)
    await told(() => value.innerText()).toBe('"A-1001!"')
    await told(() => page.getByLabel('Used as').inputValue()).toBe('correlationKeyExpression')
  })

  test('an error is underlined at its place, and said in the engine’s words', async () => {
    const { page, expression, errors } = await openPlayground()
    await expression.click()
    await type(page, '=body.id = "open')
    const underlined = page.locator('.cm-lintRange-error')
    await told(() => underlined.innerText()).toBe('"open')
    await told(() => page.getByRole('status').filter({ hasText: 'No FEEL' }).innerText()).toContain('the closing quote is missing')
    await underlined.hover()
    await told(() => page.locator('.cm-diagnostic').innerText()).toContain('the closing quote is missing')
    await type(page, '=body.')
    await told(() => underlined.innerText()).toBe('.')
    await type(page, '=boddy.id = 1')
    await told(() => page.locator('.cm-lintRange-warning').first().innerText()).toBe('boddy.id')
    expect(errors).toEqual([])
  })

  test('the filter of a condition says whether it lets the message through, and by which field', async () => {
    const { page, expression } = await openPlayground()
    await page.getByLabel('At hand').selectOption('')
    await expression.click()
    await type(page, '=messageAttributes.type.stringValue = "A" and body.amount > 1')
    const filter = page.getByRole('region', { name: 'Lambda’s filter' })
    await told(() => filter.innerText()).toContain('Lambda deletes this message unseen.')
    await told(() => filter.getByRole('row', { name: 'stringValue' }).innerText()).toBe(
      'messageAttributes.type.stringValue\t["A"]\tnothing\tno',
    )
    expect(await filter.innerText()).toMatch(/body\.amount > 1: a filter compares texts/)
    await page.getByRole('button', { name: 'Add an attribute' }).click()
    await page.getByLabel('Name of attribute 1').fill('type')
    await page.getByLabel('Value of attribute type').fill('A')
    await told(() => filter.innerText()).toContain('it lets this message through')
    await page.getByRole('combobox', { name: 'Used as' }).selectOption('Correlation key')
    await told(() => filter.count()).toBe(0)
  })

  test('what takes long does not keep the page waiting, and the next expression has its value', async () => {
    const { page, expression, value } = await openPlayground()
    await expression.click()
    const costly = 'count(for a in 1..3000, b in 1..3000 return a * b)'
    // Its trace evaluates each part anew, and most of it takes all there is.
    await type(page, `=${Array.from({ length: 40 }, () => costly).join(' + ')}`)
    await told(() => page.getByRole('status').filter({ hasText: 'fails' }).innerText()).toContain(
      'the evaluation takes more steps than it may',
    )
    await type(page, '=1 + 1')
    await told(() => value.innerText()).toBe('2')
    await told(() => page.locator('.trace').innerText()).toMatch(/^=1 \+ 1 →\s+2$/)
  })

  test('names and functions are offered as one types, those of the message among them', async () => {
    const { page, expression } = await openPlayground()
    await page.getByLabel('At hand').selectOption('')
    await page.getByLabel('Body').fill('{"customerNumber": 7}')
    await expression.click()
    await type(page, '')
    await page.keyboard.type('body.cust')
    await page.getByRole('option', { name: /customerNumber/ }).waitFor()
    // What is offered takes no key before one can have seen it.
    await page.waitForTimeout(200)
    await page.keyboard.press('Enter')
    await told(() => page.locator('pre.value').innerText()).toBe('7')
  })

  test('hostile content is text', async () => {
    const { page, expression, value, errors } = await openPlayground()
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    await page.getByLabel('At hand').selectOption('')
    await page.getByLabel('Body').fill(hostile)
    await expression.click()
    await type(page, 'body')
    await told(() => value.innerText()).toBe(JSON.stringify(hostile))
    expect(await page.title()).toContain('Playground')
    expect(await page.locator('img').count()).toBe(0)
    expect(errors).toEqual([])
  })

  test('Tab leaves the editor, both ways', async () => {
    const { page, expression } = await openPlayground()
    await expression.click()
    await page.keyboard.press('Tab')
    await told(() => page.evaluate(focused)).toBe('Use in connector')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await page.evaluate(focused)).toMatch(/Activation condition/)
  })

  test('what the command says of an expression on a message, the page says', async () => {
    const { page, expression, value } = await openPlayground()
    const directory = mkdtempSync(join(tmpdir(), 'playground-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const [body, file] = ['{"n": 9007199254740993, "d": "2024-02-29", "t": ["ä", null]}', join(directory, 'message.json')]
    writeFileSync(file, body)
    await page.getByLabel('At hand').selectOption('')
    await page.getByLabel('Body').fill(body)
    for (const text of [
      '=body.n + 1',
      'date(body.d) + duration("P1Y")',
      '{ a: body.t[1], b: to base64(body.t[1]), c: upper case(body.t[1]) }',
    ]) {
      const { value: said, type: saidType } = JSON.parse((await runCommand(['feel', text, '--message', file, '--json'])).out)
      await expression.click()
      await type(page, text)
      await expect
        .poll(async () => [JSON.parse(await value.innerText()), await page.locator('pre.value + p').innerText()])
        .toEqual([said, saidType])
    }
  })

  test.each([
    [1280, 'light'],
    [640, 'dark'],
  ] as const)('nothing keeps anybody out, at %d px and %s', async (width, colorScheme) => {
    const { page, expression } = await openPlayground()
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    await expression.click()
    await type(page, '=messageAttributes.type.stringValue = "OrderPlaced" and boddy.id = substring(body.id, 1')
    await page.locator('.cm-lintRange-error').waitFor()
    expect(await violationsIn(page)).toEqual([])
    await type(page, '=messageAttributes.type.stringValue = "OrderPlaced" and boddy.id = substring(body.id, 1)')
    await page.locator('.trace').waitFor()
    expect(await violationsIn(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })
})

/** What comes to be, on a machine that is busy. */
const told: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 30_000, ...options })

/** What has the focus, by what one reads there. */
const focused = `(document.activeElement.selectedOptions?.[0] ?? document.activeElement).textContent`

async function optionWith(page: Page, text: string): Promise<string> {
  const option = page.getByLabel('At hand').locator('option', { hasText: text }).first()
  await option.waitFor({ state: 'attached' })
  return (await option.getAttribute('value')) ?? ''
}
