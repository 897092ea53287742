/** `npm run picture:console`: the pictures of docs/CONSOLE.md, of a run with the example. */
import { writeFileSync } from 'node:fs'
import { startChromium } from '../support/chromium.ts'
import { PICTURES, take } from './pictures.ts'
import { startRun } from './start-run.ts'

const docs = new URL('../../docs/', import.meta.url)
const [browser, run] = await Promise.all([startChromium(), startRun()])
try {
  for (const picture of PICTURES) writeFileSync(new URL(picture.file, docs), await take(browser, run.address, picture))
} finally {
  await Promise.all([browser.close(), run.stop()])
}
