import { UsageError } from '../tools/command-line.ts'
import { readRunFile } from '../tools/run-file.ts'
import { PROVOKED_FAULTS } from './provoked-faults.ts'

const NAMES = Object.keys(PROVOKED_FAULTS)
const ENDS = '`npx camunda-sqs-bridge fault none` ends it.'

/** Provokes a fault in the running start, to practise with docs/OPERATING.md; lists what there is where none is named. */
export async function fault(name: string | undefined): Promise<number> {
  if (name === undefined) {
    console.log(faultList())
    return 0
  }
  if (![...NAMES, 'none', 'random'].includes(name)) throw new UsageError(`There is no fault “${name}”; there are\n\n${faultList()}`)
  const run = readRunFile()
  if (!run) throw new Error('Nothing runs here: start it with `npx camunda-sqs-bridge start` in another terminal.')
  if (!run.faultSwitch) throw new Error('Between the function and an existing cluster no fault can be provoked: start without --camunda.')
  const chosen = name === 'random' ? (NAMES[Math.floor(Math.random() * NAMES.length)] ?? '') : name
  const response = await fetch(`${run.faultSwitch}/${chosen}`, { method: 'PUT' })
  if (!response.ok) throw new Error(`It is not active: HTTP ${response.status} ${await response.text()}`)
  console.log(name === 'none' ? 'No fault is active.' : `${name === 'random' ? 'A fault is active' : active(chosen)}. ${ENDS}`)
  return 0
}

function active(name: string): string {
  return `Active: ${PROVOKED_FAULTS[name]?.does}`
}

function faultList(): string {
  const width = Math.max(...NAMES.map((name) => name.length))
  return [
    `  ${'none'.padEnd(width)}  all is well again`,
    `  ${'random'.padEnd(width)}  one of these, and it is not said which`,
    ...NAMES.map((name) => `  ${name.padEnd(width)}  ${PROVOKED_FAULTS[name]?.does}`),
  ].join('\n')
}
