import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import type { ActiveConnector, ConnectorTests, Figures, Overview, Pushed } from '../../console/api.ts'
import { noChromium, startChromium } from '../support/chromium.ts'
import { describeBeside } from '../support/describe-beside.ts'
import { openPage } from './open-page.ts'
import { type RunningStart, sendMessage, startRun } from './start-run.ts'

vi.setConfig({ testTimeout: 300_000 })

describe.skipIf(noChromium !== undefined)(`in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  describe.concurrent('the views of a run', () => {
    let run: RunningStart
    beforeAll(async () => {
      run = await startRun()
    })
    afterAll(() => run?.stop())

    test('dead letters are shown with their reason; they are redriven, and discarded, after one was asked', async ({
      expect,
      onTestFinished,
    }) => {
      const { page, errors } = await openPage(browser, run.address, { onTestFinished })
      await page.getByRole('link', { name: 'Faults' }).click()
      const reason = 'InvalidInput: no correlation key from =body.orderId: it is null: NO_CONTEXT_ENTRY_FOUND in body.orderId'
      const group = page.getByRole('listitem').filter({ hasText: reason })
      await group.waitFor({ timeout: 120_000 })
      await page.getByRole('button', { name: `Redrive: ${reason}` }).click()
      await page.getByRole('button', { name: 'Cancel' }).click()
      expect(await group.count()).toBe(1)
      await page.getByRole('button', { name: `Redrive: ${reason}` }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click()
      await page.getByText('1 moved; about 0 left.').waitFor()
      // It is as it was, and so comes back.
      await page.getByRole('button', { name: `Discard: ${reason}` }).click({ timeout: 120_000 })
      await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()
      await page.getByText('1 deleted; about 0 left.').waitFor()
      await expect.poll(() => group.count()).toBe(0)
      expect(errors).toEqual([])
    })

    describeBeside('while messages flow', () => {
      test('the diagram has counts at its connected elements, which move as messages flow, and bpmn.io’s mark', async ({
        expect,
        onTestFinished,
      }) => {
        const { page, errors, foreign } = await openPage(browser, run.address, { onTestFinished })
        const badge = page.locator('[data-container-id=OrderPlaced] .badge.good')
        const before = Number((await badge.innerText()).replace('✓', ''))
        expect(before).toBeGreaterThan(0)
        await sendMessage(run, 'orders', '{"id":"D-1","amount":12}', 'OrderPlaced')
        await expect.poll(() => badge.innerText()).toBe(`✓ ${before + 1}`)
        await expect.poll(() => page.locator('[data-container-id=PaymentReceived] .badge.waiting').innerText()).toBe('● 1')
        await expect.poll(() => page.locator('.bjs-powered-by').isVisible()).toBe(true)
        expect([errors, foreign]).toEqual([[], []])
      })

      test('a click on an element shows its condition, its mapping and its last messages, each of which opens', async ({
        expect,
        onTestFinished,
      }) => {
        const { page } = await openPage(browser, run.address, { onTestFinished })
        await page.locator('g[data-element-id=OrderPlaced] .djs-hit').first().click()
        const element = page.getByRole('region', { name: 'Elements', exact: true })
        await expect.poll(() => element.getByRole('heading', { level: 2 }).innerText()).toBe('Order placed (OrderPlaced)')
        const text = await element.innerText()
        expect(text).toContain('=messageAttributes.type.stringValue = "OrderPlaced" and body.amount > 0')
        expect(text).toContain('={ orderId: body.id, order: body, sqsMessageId: messageId }')
        await element
          .getByRole('link', { name: /ProcessInstanceCreated/ })
          .first()
          .click()
        await expect.poll(() => page.getByRole('region', { name: /^Message / }).innerText()).toContain('ProcessInstanceCreated')
      })

      test('a message of one’s own is sent, and a link leads to what became of it', async ({ expect, onTestFinished }) => {
        const { page, errors } = await openPage(browser, run.address, { onTestFinished })
        await page.getByRole('link', { name: 'Send', exact: true }).click()
        await page.getByLabel('Body').fill('{"id":"own","amount":0}')
        await page.getByRole('button', { name: 'Send', exact: true }).click()
        await page.getByRole('link', { name: 'See what became of it' }).click()
        await expect.poll(() => page.locator('.why').innerText()).toContain('body.amount > 0 is false')
        expect(errors).toEqual([])
      })

      test('a message that came already is sent again, changed or not', async ({ expect, onTestFinished }) => {
        const { page } = await openPage(browser, run.address, { onTestFinished })
        await page.getByRole('link', { name: 'Messages' }).click()
        await page
          .getByRole('row', { name: /"A-1002"/ })
          .first()
          .click()
        await page.getByRole('button', { name: 'Send it again' }).click()
        await expect.poll(() => page.getByLabel('Body').inputValue()).toContain('"A-1002"')
        expect(await page.getByLabel('Value of attribute 1').inputValue()).toBe('OrderPlaced')
        await page.getByLabel('Body').fill('{"id":"A-1002","amount":3}')
        await page.getByRole('button', { name: 'Send', exact: true }).click()
        await page.getByRole('link', { name: 'See what became of it' }).click()
        await expect.poll(() => page.locator('.verdict').innerText()).toMatch(/^ProcessInstanceCreated/)
      })

      test('many are sent, each with its number, and attributes have types', async ({ expect, onTestFinished }) => {
        const { page } = await openPage(browser, `${run.origin}/#token=${run.token}`, { onTestFinished })
        await page.getByRole('link', { name: 'Send', exact: true }).click()
        await page.getByLabel('Body').fill('{"id":"many-{n}","amount":{n}}')
        await page.getByRole('button', { name: 'Add an attribute' }).click()
        await page.getByLabel('Name of attribute 2').fill('size')
        await page.getByLabel('Type of attribute 2').selectOption('Number')
        await page.getByLabel('Value of attribute 2').fill('1{n}')
        await page.getByLabel('How many').fill('3')
        await page.getByRole('button', { name: 'Send', exact: true }).click()
        await page.getByText('3 sent to orders.').waitFor()
        await page.getByRole('link', { name: 'Messages' }).click()
        await page.getByRole('row', { name: /"many-3"/ }).click()
        await expect.poll(() => page.locator('.pairs').filter({ hasText: 'OrderPlaced' }).innerText()).toMatch(/size\s+13 \(Number\)/)
      })

      test('what SQS refuses is told in its words', async ({ expect, onTestFinished }) => {
        const { page } = await openPage(browser, run.address, { onTestFinished })
        await page.getByRole('link', { name: 'Send', exact: true }).click()
        await page.getByLabel('Body').fill('beyond the basic plane: 😀')
        await page.getByRole('button', { name: 'Send', exact: true }).click()
        await expect.poll(() => page.locator('section .bad').innerText()).toMatch(/0 of 1 sent to orders\. The SQS server refuses it: /)
      })

      test('the samples and the tests of a connector are buttons, and the tests pass by the connector that is active', async ({
        expect,
        onTestFinished,
      }) => {
        const { tests } = await run.ask<ConnectorTests>('GET', '/connectors/orders/tests')
        const { page } = await openPage(browser, run.address, { onTestFinished })
        await page.getByRole('link', { name: 'Send', exact: true }).click()
        await page.getByText(`${tests.length} of ${tests.length} pass, by the connector that is active`).first().waitFor()
        for (const { name } of tests) expect(await page.getByRole('button', { name: `Send: ${name}` }).count(), name).toBe(1)
        await page.getByRole('button', { name: 'Take over: an order of nothing', exact: true }).click()
        expect(await page.getByLabel('Body').inputValue()).toContain('A-1002')
        await page.getByRole('button', { name: 'Send: a cancellation is filtered out' }).click()
        await page.getByRole('link', { name: 'See what became of it' }).click()
        await expect.poll(() => page.locator('.verdict').innerText()).toMatch(/^filtered out/)
      })

      test('the figures are the run’s own: what was sent is what was received, and each has become something', async ({
        expect,
        onTestFinished,
      }) => {
        const { connectors } = await run.ask<Overview>('GET', '/overview')
        const settled = async () => {
          const { totals } = await run.ask<Figures>('GET', '/connectors/orders/figures')
          return totals && totals.received === totals.filtered + totals.done ? totals : undefined
        }
        const totals = await vi.waitUntil(settled, { timeout: 30_000 })
        const { page, errors } = await openPage(browser, run.address, { onTestFinished })
        await page.getByRole('link', { name: 'Messages' }).click()
        await page.getByLabel('Queue').selectOption('orders')
        await expect.poll(() => page.locator('output').innerText()).toMatch(new RegExp(`^${totals.received} of `))
        await page.getByRole('link', { name: 'Figures' }).click()
        const figures = page.getByRole('region', { name: 'Figures of orders' })
        const number = (label: string) => figures.locator('.numbers div').filter({ hasText: label }).locator('dd').innerText()
        await expect.poll(() => number('received')).toBe(String(totals.received))
        expect(await number('filtered out')).toBe(String(totals.filtered))
        await figures.getByText('As a table').click()
        const rows = await figures.locator('tbody tr').allInnerTexts()
        const received = rows.map((row) => Number(row.split('\t')[1]))
        expect(received.reduce((one, other) => one + other, 0)).toBe(totals.received)
        expect(await page.locator('canvas').count()).toBe(4 * connectors.length)
        expect(errors).toEqual([])
      })
    })
  })

  test.concurrent('a fault is switched on, what the switch says is what one sees, and every view says that it is active', async ({
    expect,
    onTestFinished,
  }) => {
    const run = await startRun()
    onTestFinished(() => run.stop())
    const { faults } = await run.ask<Overview>('GET', '/overview')
    const { page, errors } = await openPage(browser, run.address, { onTestFinished })
    await page.getByRole('link', { name: 'Faults' }).click()
    for (const { name, does, see } of faults?.list ?? []) {
      const [, outcome = ''] = /^([A-Z]\w+): back in the queue/.exec(see) ?? []
      // Of these nothing is told, or the same as ever.
      if (outcome === '' || name === 'no-answer') continue
      await page.getByRole('radio', { name: new RegExp(`^${name}:`) }).check()
      await page.getByText(`A fault is active: ${does}.`).waitFor()
      const messageId = await sendMessage(run, 'orders', `{"id":"${name}","amount":1}`, 'OrderPlaced')
      const { page: other } = await openPage(browser, `${run.origin}/#token=${run.token}`, { onTestFinished })
      await other.getByRole('link', { name: 'Messages' }).click()
      await other.locator(`#row-${messageId}`).filter({ hasText: outcome }).filter({ hasText: 'back in the queue' }).waitFor()
      await other.close()
    }
    await page.getByRole('link', { name: 'End it' }).click()
    await page.getByRole('radio', { name: /^none:/ }).check()
    await expect.poll(() => page.getByText('A fault is active').count()).toBe(0)
    expect(errors).toEqual([])
  })

  describeBeside('connectors and diagrams that do not fit together', () => {
    test('elements which no connector reaches and names which no diagram has are visible at once', async ({ expect, onTestFinished }) => {
      const own = 'test/examples/own'
      const run = await startRun('--connectors', `${own}/connectors`, '--bpmn', `${own}/bpmn`)
      onTestFinished(() => run.stop())
      const { page, errors } = await openPage(browser, run.address, { onTestFinished })
      const findings = page.getByRole('list', { name: 'What does not fit together' })
      await findings.waitFor()
      const lines = await findings.getByRole('listitem').allInnerTexts()
      expect(lines).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^shipments: ShipmentLost: there is no process “shipmnt-lost”.*Is “shipment-lost” meant\?$/),
          expect.stringMatching(/^shipments: ShipmentArrived: there is no message “shipment-arived”/),
          expect.stringMatching(/^shipment: no connector reaches .*, which waits for the message “shipment-arrived”\.$/),
          expect.stringMatching(/^shipment-lost: no connector reaches .*, which begins the process\.$/),
        ]),
      )
      const { text } = await run.ask<ActiveConnector>('GET', '/connectors/shipments')
      const fixed = { text: text.replace('shipmnt-lost', 'shipment-lost').replace('arived', 'arrived') }
      expect(await run.ask<Pushed>('POST', '/connectors/shipments/push', fixed)).toMatchObject({ pushed: true })
      await expect.poll(() => findings.count()).toBe(0)
      // These files have no layout.
      await page.getByText('The diagram cannot be shown: no diagram to display').waitFor()
      expect(errors).toEqual([])
    })

    test('in the diagram, too, an element which no connector reaches is marked', async ({ expect, onTestFinished }) => {
      const run = await startRun('--connectors', 'test/examples/another-process')
      onTestFinished(() => run.stop())
      const { page, errors } = await openPage(browser, run.address, { onTestFinished })
      await expect.poll(() => page.locator('.badge.unreached').allInnerTexts()).toEqual(['no connector', 'no connector'])
      expect(await page.locator('g.unreached-element').count()).toBe(2)
      expect(errors).toEqual([])
    })
  })
})
