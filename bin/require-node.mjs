/** Runs before everything else, in plain JavaScript, so that an old Node gets a sentence and no syntax error. */
import { existsSync } from 'node:fs'

/** The sources are TypeScript, which Node runs as it is from 24 on; the package is compiled. */
const isSource = existsSync(new URL('./camunda-sqs-bridge.ts', import.meta.url))
const least = isSource ? 24 : 22
const major = Number(process.versions.node.split('.')[0])
if (major < least) {
  console.error(`camunda-sqs-bridge needs Node ${least}, and this is ${process.version}.`)
  if (isSource)
    console.error(
      '`npm ci` brings Node 24 along for Linux (x64, arm64) and Windows (x64), and npm’s scripts and npx then use it; elsewhere install it.',
    )
  process.exit(1)
}
