import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { digestOf } from '../lambda/checked-connector.ts'
import { bundleFunction } from '../lib/bundle.ts'
import { memoryEnvironment } from '../lib/memory-environment.ts'
import { startFunction } from '../local/lambda-runtime.ts'
import { sqsEvent } from '../test/support/sqs.ts'
import type { Cost, Work } from './cost/handler-process.ts'
import { byPackage, byPart, type CostRow, type Part } from './cost/parts.ts'
import { writeFigures } from './figures-file.ts'
import { thisMachine } from './machine.ts'
import { ratiosOf, spreadOf } from './statistics.ts'

/**
 * What the function costs: processor time of a message in the handler alone, memory, bytes and time of an import, and the time from the start
 * of a process to its first message done. With `--baseline DIRECTORY`, the bundle of another build, both sides take turns and the ratio is told,
 * the one thing that means something on a machine which does other work; and which parts of the function the time and the bytes are.
 * `npm run bench:cost -- --rounds 5 --messages 3000`
 */

const { values } = parseArgs({
  options: {
    baseline: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '3000' },
    /** Of bytes, import, start, messages, bodies, parts. */
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const messages = Number(values.messages)
const asked = (part: string) => values.only === '' || values.only.split(',').includes(part)

/** Megabytes. */
const MEMORY_SIZE = 512

const CONNECTOR = {
  camunda: '/cost/camunda/',
  elements: [
    {
      elementId: 'Start',
      correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' },
      activationCondition: '=body.n >= 0',
      resultExpression: '={n: body.n, order: body}',
    },
  ],
}

const LINE = { sku: 'SKU-12345', name: 'A thing of some kind', quantity: 3, price: 12.5 }
/** A message of so many bytes of order lines. */
const lines = (bytes: number) =>
  JSON.stringify({ n: 1, customer: 'c-1', items: Array.from({ length: Math.round(bytes / JSON.stringify(LINE).length) }, () => LINE) })

const SMALL: readonly { readonly name: string; readonly work: Work }[] = [
  { name: 'a message of 1 KB, batch 10', work: { messages, batchSize: 10, body: lines(1_000) } },
  { name: 'a message of 1 KB, batch 100', work: { messages, batchSize: 100, body: lines(1_000) } },
]
const LARGE: typeof SMALL = [
  { name: 'a message of 100 KB', work: { messages: 200, batchSize: 10, body: lines(100_000) } },
  { name: 'a message of 1 MB', work: { messages: 20, batchSize: 1, body: lines(1_000_000) } },
  ...[1_000, 10_000, 100_000].map((keys) => ({
    name: `a message of ${keys.toLocaleString('en')} keys`,
    work: { messages: timesOf(keys), batchSize: 1, body: JSON.stringify({ n: 1, ...manyKeys(keys) }) },
  })),
]

function timesOf(keys: number): number {
  return Math.max(10, 100_000 / keys)
}

function manyKeys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'x']))
}

const IMPORT = `const began = performance.now(); const before = process.cpuUsage()
await import(process.argv[1]); const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ clock: performance.now() - began, cpu: (user + system) / 1000, rss: process.memoryUsage().rss / 1048576 }))`

const directory = mkdtempSync(join(tmpdir(), 'cost-'))
const machine = thisMachine()
const rows: CostRow[] = []
const bundle = bundleFunction(join(directory, 'bundle'))
const packages = byPackage(bundle.metafile)
const partsOfMessage: Part[] = []
/** What the stack of this build gives the function; that of an earlier one gave it nothing of the kind. */
const OPTIONS = memoryEnvironment(MEMORY_SIZE)
const sides = [
  { name: 'this build', directory: bundle.directory, options: OPTIONS },
  ...(values.baseline === undefined ? [] : [{ name: 'baseline', directory: resolve(values.baseline), options: {} }]),
]
const surroundings = fork(new URL('cost/surroundings.ts', import.meta.url), [
  JSON.stringify({ '/cost/connector': JSON.stringify(CONNECTOR) }),
])
const [storeUrl] = (await once(surroundings, 'message')) as [string]
const environment = {
  CONNECTOR_NAME: 'cost',
  CONNECTOR_PARAMETER: '/cost/connector',
  FILTER_PARAMETER: '/cost/filter',
  QUEUE_URL: 'http://127.0.0.1:1/queue',
  POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
  POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
  POWERTOOLS_PARAMETERS_MAX_AGE: '60',
  CHECKED_CONNECTOR: digestOf(JSON.stringify(CONNECTOR)),
  AWS_ENDPOINT_URL_SSM: storeUrl,
  // Where nobody is: no message of a bench is to need it.
  AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
}

/** As Lambda traces; of the daemon, to which nobody listens here, nothing is waited for but the sending. */
const TRACED = {
  TRACING: 'active',
  AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
  _X_AMZN_TRACE_ID: 'Root=1-6544e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
}

try {
  console.log(`${machine.processors}, Node ${machine.node}, load ${machine.load}`)
  if (asked('bytes')) {
    for (const { name, bytes } of packages) console.log(`  ${name}: ${(bytes / 1_024).toFixed(0)} KiB`)
  }
  if (asked('bytes')) table('loaded at start', 'KiB', await turns(1, ({ directory }) => bytesLoaded(directory) / 1_024))
  if (asked('import')) {
    const series = await turns(rounds * 3, importOf)
    table('import in a fresh process', 'ms of the clock', pick(series, 'clock'))
    table('import in a fresh process', 'ms of the processor', pick(series, 'cpu'))
    table('import in a fresh process', 'MiB resident', pick(series, 'rss'))
  }
  if (asked('start'))
    table('process start → first message done, in AWS’s runtime client', 'ms', await turns(rounds * 2, (side) => startOf(side)))
  if (asked('tracing')) await costOfTracing()
  if (asked('messages')) await costOfMessages(SMALL)
  if (asked('bodies')) {
    await costOfMessages(LARGE)
    costOfKeys()
  }
  if (asked('parts')) await parts()
  if (values.json !== undefined) writeFigures(values.json, { machine, rows, packages, parts: partsOfMessage })
} finally {
  surroundings.kill()
  rmSync(directory, { recursive: true })
}

type Side = (typeof sides)[number]

/** Each side in its turn, so many times. */
async function turns<Result>(count: number, measure: (side: Side) => Promise<Result> | Result): Promise<Result[][]> {
  const results: Result[][] = sides.map(() => [])
  for (let round = 0; round < count; round++) for (const [index, side] of sides.entries()) results[index]?.push(await measure(side))
  return results
}

/** Of the same bundle; the baseline is the one without traces. */
async function costOfTracing() {
  const [own] = sides
  if (!own) return
  const starts: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds * 2; round++) {
    starts[0].push(await startOf(own, TRACED))
    starts[1].push(await startOf(own))
  }
  table('process start → first message done, traced; baseline: not traced', 'ms', starts)
  const processes = await Promise.all([
    handlerProcess(bundleOf(own), { ...own.options, ...TRACED }),
    handlerProcess(bundleOf(own), own.options),
  ])
  const batches = { messages, batchSize: 10, body: lines(1_000) }
  const costs: [number[], number[]] = [[], []]
  for (let round = 0; round <= rounds; round++)
    for (const [index, child] of processes.entries()) {
      const { cpu } = await ask<Cost>(child, batches)
      // The first warms up.
      if (round > 0) costs[index]?.push(cpu / messages)
    }
  table('a message of 1 KB, batch 10, traced; baseline: not traced', 'µs of the processor', costs)
  for (const child of processes) child.kill()
}

/** What V8 alone takes to read and write them, which is more than in proportion, too. */
function costOfKeys() {
  for (const keys of [1_000, 10_000, 100_000]) {
    const text = JSON.stringify(manyKeys(keys))
    const costs: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const began = process.cpuUsage()
      for (let time = 0; time < timesOf(keys); time++) JSON.stringify(JSON.parse(text))
      const { user, system } = process.cpuUsage(began)
      // The first warms up.
      if (round > 0) costs.push((user + system) / timesOf(keys))
    }
    table(`JSON.parse and JSON.stringify of ${keys.toLocaleString('en')} keys`, 'µs of the processor', [costs])
  }
}

async function costOfMessages(series: typeof SMALL) {
  const processes = await Promise.all(sides.map((side) => handlerProcess(bundleOf(side), side.options)))
  const work = (index: number, of: Work) => ask<Cost>(processes[index] as ChildProcess, of)
  for (const [index] of sides.entries()) await work(index, { messages: 3_000, batchSize: 10, body: lines(1_000) })
  for (const { name, work: of } of series) {
    for (const [index] of sides.entries()) await work(index, { ...of, messages: of.messages / 5 })
    const costs = await turns(rounds, (side) => work(sides.indexOf(side), of))
    table(
      name,
      'µs of the processor',
      costs.map((side) => side.map(({ cpu }) => cpu / of.messages)),
    )
  }
  for (const child of processes) child.kill()
}

function bundleOf({ directory }: Side): string {
  return join(directory, 'index.mjs')
}

/** @param module the handler's */
async function handlerProcess(module: string, more: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = fork(new URL('cost/handler-process.ts', import.meta.url), [module], {
    env: { PATH: process.env.PATH, ...environment, ...more },
    execArgv: [`--max-old-space-size=${MEMORY_SIZE}`],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  child.stdout?.resume()
  // It has said why; nothing is to wait for its answer.
  child.once('exit', (code) => code && process.exit(1))
  await once(child, 'message')
  return child
}

async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  child.send(question)
  const [answer] = (await once(child, 'message')) as [Answer]
  return answer
}

interface Import {
  readonly clock: number
  readonly cpu: number
  readonly rss: number
}

function importOf({ directory, options }: Side): Import {
  const args = ['--input-type=module', '-e', IMPORT, join(directory, 'index.mjs')]
  return JSON.parse(execFileSync(process.execPath, args, { env: { PATH: process.env.PATH, ...environment, ...options }, encoding: 'utf8' }))
}

async function startOf({ directory, options }: Side, more: Readonly<Record<string, string>> = {}): Promise<number> {
  const bridge = startFunction({
    functionName: 'cost',
    taskRoot: directory,
    handler: 'index.handler',
    environment: { ...environment, ...options, ...more },
    timeout: 30,
    memorySize: MEMORY_SIZE,
    traceHeader: () => TRACED._X_AMZN_TRACE_ID,
  })
  const began = performance.now()
  const result = await bridge.invoke(sqsEvent({ body: lines(1_000) }))
  const ended = performance.now()
  await bridge.stop()
  if (result.kind !== 'response' || result.payload !== '{"batchItemFailures":[]}') throw new Error(JSON.stringify(result))
  return ended - began
}

/** A module, and those which it imports at once. */
function bytesLoaded(directory: string, file = 'index.mjs', seen = new Set<string>()): number {
  if (seen.has(file)) return 0
  seen.add(file)
  const text = readFileSync(join(directory, file), 'utf8')
  const imported = [...text.matchAll(/(?:from|import)\s?"\.\/([\w.-]+\.mjs)"/g)].map(([, name = '']) => name)
  return imported.reduce((sum, name) => sum + bytesLoaded(directory, name, seen), statSync(join(directory, file)).size)
}

function pick(series: readonly (readonly Import[])[], what: keyof Import): number[][] {
  return series.map((side) => side.map((one) => one[what]))
}

/** The medians, and of the pairs that were measured one after the other their ratio. */
function table(name: string, unit: string, [own = [], other]: readonly (readonly number[])[]) {
  const row: CostRow = {
    name,
    unit,
    ours: spreadOf(own),
    ...(other && { baseline: spreadOf(other), ratio: ratiosOf(own, other) }),
    turns: own.length,
  }
  rows.push(row)
  const told = [`${row.ours.median.toFixed(1)} ${unit}`]
  if (row.baseline && row.ratio) {
    const { median, least, greatest } = row.ratio
    told.push(`baseline ${row.baseline.median.toFixed(1)}`)
    told.push(`ratio ${median.toFixed(3)} (${least.toFixed(2)}–${greatest.toFixed(2)}, ${row.turns} pairs)`)
  }
  console.log(`${name}: ${told.join(', ')}`)
}

/** Of the sources, whose files say what they are for; the bundle is one file. */
async function parts() {
  const child = await handlerProcess(new URL('../lambda/handler.ts', import.meta.url).pathname, OPTIONS)
  const work: Work = { messages, batchSize: 10, body: lines(1_000) }
  await ask<Cost>(child, { ...work, messages: 3_000 })
  const { samples = [] } = await ask<Cost>(child, { ...work, profiled: true })
  child.kill()
  partsOfMessage.push(...byPart(samples, messages))
  for (const { name, micros } of partsOfMessage) console.log(`  ${name}: ${micros.toFixed(1)} µs a message`)
}
