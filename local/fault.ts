/** `npm run fault -- NAME`: provokes a fault in the running `npm start`, to practise with docs/OPERATING.md. */
import { parseArgs } from 'node:util'
import { runTool, UsageError } from '../tools/command-line.ts'
import { readRunFile } from '../tools/run-file.ts'
import { PROVOKED_FAULTS } from './provoked-faults.ts'

const NAMES = Object.keys(PROVOKED_FAULTS)
const WIDTH = Math.max(...NAMES.map((name) => name.length))
const USAGE = `Usage: npm run fault -- NAME

Provokes a fault in the running npm start, in place of the one before; then send messages, and mend it by docs/OPERATING.md.

  ${'none'.padEnd(WIDTH)}  all is well again
  ${'random'.padEnd(WIDTH)}  one of these, and it is not told which
${NAMES.map((name) => `  ${name.padEnd(WIDTH)}  ${PROVOKED_FAULTS[name]?.does}`).join('\n')}`

async function provoke(): Promise<string> {
  const { positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', default: false } } })
  const [name = '', more] = positionals
  if (more !== undefined || ![...NAMES, 'none', 'random'].includes(name))
    throw new UsageError(name === '' ? 'Which fault?' : `There is no fault “${name}”.`)
  const run = readRunFile()
  if (!run) throw new Error('Nothing runs here: start it with `npm start` in another terminal.')
  if (!run.faultSwitch)
    throw new Error('Between the function and an existing cluster no fault can be provoked: start `npm start` without its URL.')
  const chosen = name === 'random' ? (NAMES[Math.floor(Math.random() * NAMES.length)] ?? '') : name
  const response = await fetch(`${run.faultSwitch}/${chosen}`, { method: 'PUT' })
  if (!response.ok) throw new Error(`It is not in force: HTTP ${response.status} ${await response.text()}`)
  if (name === 'random') return 'A fault is in force. `npm run fault -- none` ends it.'
  return name === 'none' ? 'No fault is in force.' : `In force: ${PROVOKED_FAULTS[chosen]?.does}. \`npm run fault -- none\` ends it.`
}

await runTool(USAGE, async () => {
  console.log(await provoke())
  return 0
})
