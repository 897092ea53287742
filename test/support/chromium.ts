import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Debian’s; a browser of another system is told by the variable. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Undefined where there is a browser; where engines are required, there has to be one. */
export const noChromium =
  existsSync(EXECUTABLE) || process.env.REQUIRE_ENGINES ? undefined : `no Chromium at ${EXECUTABLE}; the variable CHROMIUM names another`

/** A browser of its own, which the caller closes. Without the sandbox, which a process of root cannot have. */
export async function startChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--force-device-scale-factor=1'] })
}
