/** Runs before everything else, in plain JavaScript, so that an old Node gets a sentence and no syntax error. */
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`camunda-sqs-bridge needs Node 24, and this is ${process.version}.`)
  console.error(
    '`npm ci` brings Node 24 along for Linux (x64, arm64) and Windows (x64), and npm’s scripts then use it; elsewhere install it.',
  )
  process.exit(1)
}
