/** `npm run faults`: what becomes of messages when something fails between SQS and Camunda. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import pc from 'picocolors'
import { functionCode } from '../lib/function-code.ts'
import { isAtLeast } from './camunda/camunda-version.ts'
import { startElasticMq } from './engines/elasticmq.ts'
import { findJdk, jdkNotFound } from './engines/jdk.ts'
import { type Mode, modes } from './faults/modes.ts'
import { Progress } from './faults/progress.ts'
import { exitStatus, report } from './faults/report.ts'
import { canRun, cluster, ownStandIn, type RowCamunda } from './faults/row-camunda.ts'
import { type Row, rows } from './faults/rows.ts'
import { type Engines, runRow } from './faults/run-row.ts'
import type { Tally } from './faults/tally.ts'

const USAGE = `Usage: npm run faults -- [--messages N] [--only TEXT] [--seed N] [--at-once N] [--camunda URL] [--list]

  --messages N   messages of each row; 200 otherwise
  --only TEXT    only rows in whose “fault, mode” this text is
  --seed N       which requests, messages and deletions suffer; the time otherwise. Scheduling stays as it comes
  --at-once N    rows at a time; otherwise twice as many as there are cores
  --camunda URL  a cluster of yours in place of the stand-in, with credentials from the environment; rows which kill it or need a certain release
                 are left out. For each row a process is deployed there, which stays; its instances are completed.
                 The mode by business id needs camunda.process-instance-creation.business-id-uniqueness-enabled
  --list         name the rows, run none

ElasticMQ is downloaded once (37 MB) and needs a JDK of version 21 or newer; without one the status is 2.

The last line is “lost L, duplicated D, rows R”. L: messages which were sent, have no process instance and are no dead letter. D: instances
beyond the first of their message, in those rows alone where the mode promises none; the table shows the others with an asterisk. R: lines of
the table, one for a fault in a mode. The status is 1 where a row breaks a promise: none lost, none duplicated where that is promised, no
healthy message in the dead-letter queue, the queue empty in the end, and the fault has struck.`

const STAND_INS = `Real: ElasticMQ 1.7.1 for SQS, the bundle in AWS’s runtime interface client. Stand-ins: Camunda (a process of its own for each row, with its state on disk, killed and started again), the Lambda service (scales to 2, freezes nothing, bounds only V8’s heap), its event-source mapping (one poller), SSM (no encryption, no permissions, throttles only on demand), OAuth (looks at no credentials), DynamoDB (dynalite: lets nothing expire).`

interface Options {
  readonly messages: number
  readonly seed: number
  readonly atOnce: number
  readonly runs: readonly Run[]
  /** Address of a cluster; undefined: stand-ins. */
  readonly camunda: string | undefined
}

interface Run {
  readonly name: string
  readonly row: Row
  readonly mode: Mode
}

class WrongUsage extends Error {}

/** @returns what is only to be printed, or what is to be run */
function parseOptions(): string | Options {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '200' },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      'at-once': { type: 'string', default: String(2 * availableParallelism()) },
      camunda: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return USAGE
  const { camunda } = values
  if (camunda !== undefined && !/^https?:\/\//.test(camunda))
    throw new WrongUsage(`--camunda ${camunda}: an address that begins with https:// or http://`)
  const all = rows
    .flatMap((row) => modes.map((mode) => ({ name: `${row.name}, ${mode.name}`, row, mode })))
    .filter(({ row, mode }) => canRun(row, mode) && (camunda === undefined || !(row.kills || row.camunda)))
  const runs = all.filter(({ name }) => name.includes(values.only))
  if (runs.length === 0) throw new WrongUsage(`no row has “${values.only}” in it; --list names them`)
  if (values.list) return runs.map(({ name }) => name).join('\n')
  return {
    runs,
    camunda,
    messages: positive('messages', values.messages),
    seed: positive('seed', values.seed),
    atOnce: positive('at-once', values['at-once']),
  }
}

function positive(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new WrongUsage(`--${name} ${text}: a whole number from 1 on\n\n${USAGE}`)
  return Number(text)
}

async function runAll(engines: Engines, { runs, messages, seed, atOnce }: Options): Promise<Tally[]> {
  const progress = new Progress(process.stdout.isTTY, (text) => process.stdout.write(text))
  const run = async ({ name, row, mode }: Run) => {
    progress.begin(name)
    const tally = await runRow(engines, row, mode, { messages, seed, short: false, onProgress: (left) => progress.left(name, left) })
    const kept = tally.broken.length === 0
    progress.end(
      name,
      `${kept ? pc.green('kept') : pc.red('BROKEN')}  ${name}: ${tally.sent} sent, ${tally.instances} instances, ${tally.deadLetters} dead letters`,
    )
    return tally
  }
  const together = pLimit(atOnce)
  const tallies = new Map<Run, Tally>()
  // The longest first: what begins last ends last.
  const inOrder = runs.toSorted((one, other) => outageOf(other) - outageOf(one))
  await Promise.all(inOrder.map((each) => together(async () => tallies.set(each, await run(each)))))
  return runs.flatMap((each) => tallies.get(each) ?? [])
}

function outageOf({ row }: Run): number {
  return row.eventSource?.longestOutage ?? 0
}

/** A cluster's, without what its release does not know. */
async function onCluster(url: string, options: Options): Promise<[RowCamunda, Options]> {
  const settings = Object.entries(process.env).filter(([name, value]) => /^(CAMUNDA|ZEEBE)_/.test(name) && value !== undefined)
  const camunda = cluster({ ...Object.fromEntries(settings as [string, string][]), CAMUNDA_REST_ADDRESS: url })
  const authorization = await camunda.authorization()
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const response = await fetch(`${url}/v2/topology`, { headers })
  if (!response.ok) throw new Error(`Camunda at ${url} answers ${response.status}`)
  const { gatewayVersion } = (await response.json()) as { gatewayVersion: string }
  console.log(`Camunda ${gatewayVersion} at ${url}`)
  const knowsBusinessIds = isAtLeast(gatewayVersion, '8.9')
  if (!knowsBusinessIds) console.log('It knows no business ids: the rows of that mode are left out.')
  return [camunda, { ...options, runs: options.runs.filter(({ mode }) => knowsBusinessIds || !mode.camunda?.uniqueBusinessIds) }]
}

async function main(): Promise<number> {
  const options = parseOptions()
  if (typeof options === 'string') {
    console.log(options)
    return 0
  }
  const jdk = await findJdk()
  if (!jdk) {
    console.error(jdkNotFound())
    return 2
  }
  console.log(STAND_INS)
  console.log(`${options.runs.length} rows of ${options.messages} messages, ${options.atOnce} at a time, seed ${options.seed}\n`)
  const [shared, chosen] = options.camunda === undefined ? [undefined, options] : await onCluster(options.camunda, options)
  const taskRoot = functionCode()
  const sqs = await startElasticMq({ jdk })
  const began = performance.now()
  try {
    const camunda = async (row: Row, mode: Mode) => shared ?? (await ownStandIn(row, mode))
    const tallies = await runAll({ camunda, sqsEndpoint: sqs.endpoint, taskRoot }, chosen)
    console.log(`\nIn ${Math.round((performance.now() - began) / 1_000)} s:\n\n${report(tallies)}`)
    return exitStatus(tallies)
  } finally {
    await sqs.stop()
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

// An end in so many words: engines which are still starting would keep this process alive, and end with it.
process.exit(
  await main().catch((error: Error) => {
    console.error(pc.red(error instanceof WrongUsage || 'code' in error ? error.message : (error.stack ?? String(error))))
    return 1
  }),
)
