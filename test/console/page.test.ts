import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ConsoleEvent, MessageRow, Overview } from '../../console/api.ts'
import { type Routes, startConsoleServer } from '../../local/console/console-server.ts'
import { pageFiles } from '../../local/console/page.ts'
import { acceptedLicences } from '../../tools/licences/accepted-licences.ts'
import { bundlePage, packagesIn } from '../../tools/package/bundle-page.ts'
import { noChromium, startChromium } from '../support/chromium.ts'
import { project } from '../support/command.ts'
import { openPage } from './open-page.ts'

vi.setConfig({ testTimeout: 120_000 })

const EMPTY: Overview = { kind: 'run', version: '0', where: '', connectors: [], diagrams: [], samples: [], faults: undefined }

/** A server that has said so much already. */
async function serve(soFar: readonly ConsoleEvent[], routes: Routes = {}) {
  const server = await startConsoleServer(
    { 'GET /overview': async () => EMPTY, ...routes },
    { soFar: () => soFar, subscribe: () => () => {} },
  )
  onTestFinished(() => server.stop())
  return server.address
}

function rowOf(number: number): MessageRow {
  return {
    messageId: `message-${number}`,
    connector: 'orders',
    queue: 'orders',
    at: 1_700_000_000_000 + number,
    sent: 1_700_000_000_000,
    receives: 1,
    text: `{"id":"N-${number}"}`,
    outcome: number % 100 === 0 ? 'InvalidInput' : 'ProcessInstanceCreated',
    fate: number % 100 === 0 ? 'dead letter' : 'deleted',
  }
}

describe.skipIf(noChromium !== undefined)(`the page, in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  test('of 10,000 messages only those in sight are in the page, and each can be come to', async () => {
    const address = await serve([{ kind: 'messages', rows: Array.from({ length: 10_000 }, (_, number) => rowOf(number)) }])
    const { page, errors } = await openPage(browser, address)
    await page.getByText('10000 messages').waitFor()
    const rows = page.locator('.messages tbody tr:not(.spacer)')
    const nodes = () => page.locator('*').count()
    await expect.poll(() => rows.first().innerText()).toContain('N-9999')
    expect(await nodes()).toBeLessThan(1_000)
    await page.getByRole('grid').focus()
    await page.keyboard.press('End')
    await expect.poll(() => rows.last().innerText()).toContain('"N-0"')
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001')
    expect(await page.locator('tr.active').getAttribute('aria-rowindex')).toBe('10001')
    await page.locator('.messages').evaluate((element: { scrollTop: number; scrollHeight: number }) => {
      element.scrollTop = element.scrollHeight / 2
    })
    await expect.poll(() => rows.first().innerText()).toMatch(/"N-(49|50)\d\d"/)
    expect(await nodes()).toBeLessThan(1_000)
    await page.getByLabel('Outcome').selectOption('dead letter')
    await page.getByText('100 of 10000 messages').waitFor()
    await page.getByLabel('Text').fill('n-4200')
    await page.getByText('1 of 10000 messages').waitFor()
    expect(errors).toEqual([])
  })

  test('without a token the page says which address has it, and asks the server for nothing', async () => {
    const address = await serve([])
    const { page, errors, foreign } = await openPage(browser, address.split('#')[0] ?? '')
    await page.getByText('This address lacks its token.').waitFor()
    expect([errors, foreign]).toEqual([[], []])
  })

  test('the token leaves the address bar at once, and a reload needs it no more', async () => {
    const { page } = await openPage(browser, await serve([{ kind: 'messages', rows: [rowOf(1)] }]))
    await page.getByText('1 messages').waitFor()
    expect(page.url()).not.toContain('token')
    await page.reload()
    await page.getByText('1 messages').waitFor()
  })

  test('with a token of another run it says so', async () => {
    const { page } = await openPage(browser, (await serve([])).replace(/=.*/, `=${'x'.repeat(32)}`))
    await page.getByText(/^The token is missing or of another run/).waitFor()
  })

  test('when the run ends the page says that, and goes on to show what it knows', async () => {
    const server = await startConsoleServer(
      { 'GET /overview': async () => EMPTY },
      { soFar: () => [{ kind: 'messages', rows: [rowOf(1)] }], subscribe: () => () => {} },
    )
    const { page } = await openPage(browser, server.address)
    await page.getByText('1 messages').waitFor()
    await server.stop()
    await page.getByText('The run does not answer').waitFor()
    expect(await page.getByText('1 messages').count()).toBe(1)
  })

  test('the first view, with all that it loads, is less than 300 kB when it is compressed', async () => {
    const xml = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><bpmn:process id="p" /></bpmn:definitions>`
    const diagrams = [{ id: '0', file: 'a.bpmn', processes: ['p'], elements: [] }]
    const address = await serve([], { 'GET /overview': async () => ({ ...EMPTY, diagrams }), 'GET /diagrams/{id}': async () => xml })
    const files = await pageFiles()
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    const loaded = new Set<string>()
    page.on('request', (request) => loaded.add(new URL(request.url()).pathname.slice(1) || 'index.html'))
    await page.goto(address)
    await page.locator('.canvas').waitFor()
    await page.waitForLoadState('networkidle')
    const ours = [...loaded].filter((name) => files.has(name))
    expect(ours).toEqual(expect.arrayContaining(['index.html', 'main.js', 'style.css', 'diagram.css']))
    const size = ours.reduce((sum, name) => sum + gzipSync(files.get(name) ?? '').length, 0)
    expect(size).toBeGreaterThan(50_000)
    expect(size).toBeLessThan(300_000)
  })
})

test('the page carries the licence of each package in it, and those are open ones', async () => {
  const { files, metafile } = await bundlePage()
  const licences = String(files.get('LICENSES.txt'))
  const packages = packagesIn(metafile).map((directory) => JSON.parse(readFileSync(join(project, directory, 'package.json'), 'utf8')))
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['bpmn-js', 'echarts', 'preact']))
  for (const { name, version, license } of packages) {
    expect(licences).toContain(`${name} ${version}\n\n`)
    // bpmn.io’s own: MIT’s, and the mark stays visible, as a test of the diagram holds.
    expect(name === 'bpmn-js' || acceptedLicences.production.includes(license), `${name}: ${license}`).toBe(true)
  }
  expect(licences).toContain('Apache ECharts')
  expect(licences).toContain('Bostock')
})
