import type { Browser, Page } from 'playwright-core'

/** A picture of docs/CONSOLE.md, of a run with the example. */
interface Picture {
  /** In docs. */
  readonly file: string
  readonly width: number
  readonly colorScheme: 'light' | 'dark'
  /** What one does until it looks so. */
  readonly scene: (page: Page) => Promise<unknown>
}

const HEIGHT = 720

export const PICTURES: readonly Picture[] = [
  {
    file: 'console.png',
    width: 1280,
    colorScheme: 'light',
    async scene(page) {
      await page.locator('[data-container-id=PaymentReceived] .badge.bad').waitFor({ timeout: 60_000 })
      await page.locator('g[data-element-id=PaymentReceived] .djs-hit').first().click()
      await page.getByRole('heading', { name: 'Payment received (PaymentReceived)' }).waitFor()
    },
  },
  {
    file: 'console-message.png',
    width: 1280,
    colorScheme: 'light',
    async scene(page) {
      await page.getByRole('link', { name: 'Messages' }).click()
      await page.getByRole('row', { name: /dead letter/ }).waitFor({ timeout: 60_000 })
      await page.getByRole('row', { name: /"A-1002"/ }).click()
      await page.getByText('body.amount > 0 is false').waitFor()
    },
  },
  {
    file: 'console-figures.png',
    width: 640,
    colorScheme: 'dark',
    async scene(page) {
      await page.getByRole('link', { name: 'Figures' }).click()
      const payments = page.getByRole('region', { name: 'Figures of payments' })
      await payments
        .locator('.numbers div')
        .filter({ hasText: 'in the dead-letter queue' })
        .filter({ hasText: '1' })
        .waitFor({ timeout: 60_000 })
      await page.locator('canvas').first().waitFor()
    },
  },
]

export async function take(browser: Browser, address: string, { width, colorScheme, scene }: Picture): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width, height: HEIGHT }, colorScheme })
  try {
    page.setDefaultTimeout(20_000)
    await page.goto(address)
    await scene(page)
    await page.mouse.move(0, 0)
    return await page.screenshot()
  } finally {
    await page.close()
  }
}

/** Pixels of a PNG. */
export function sizeOf(png: Buffer): readonly [width: number, height: number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}
