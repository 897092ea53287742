import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { noChromium, startChromium } from '../support/chromium.ts'
import { PICTURES, sizeOf, take } from './pictures.ts'
import { startRun } from './start-run.ts'

vi.setConfig({ testTimeout: 180_000 })

const docs = new URL('../../docs/', import.meta.url)

describe.skipIf(noChromium !== undefined)(`the pictures${noChromium ? ` (${noChromium})` : ''}`, () => {
  test('what each picture of docs/CONSOLE.md shows is what the console shows', async () => {
    const [browser, run] = await Promise.all([startChromium(), startRun()])
    try {
      for (const picture of PICTURES) {
        const taken = await take(browser, run.address, picture)
        expect(sizeOf(taken), picture.file).toEqual(sizeOf(readFileSync(new URL(picture.file, docs))))
      }
    } finally {
      await Promise.all([browser.close(), run.stop()])
    }
  })
})

test('docs/CONSOLE.md has each of the pictures', () => {
  const text = readFileSync(new URL('CONSOLE.md', docs), 'utf8')
  for (const { file } of PICTURES) expect(text).toContain(`](${file})`)
})
