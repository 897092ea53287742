import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Bench, type Cell, measureCells, withBench } from './bridge/cells.ts'
import { latencyOf } from './bridge/latency.ts'
import { memorySeries } from './bridge/memory.ts'
import { measureMemorySizes } from './bridge/memory-sizes.ts'
import { thisMachine } from './machine.ts'
import { pageOf } from './page/page.ts'
import { picturesOf } from './page/pictures.ts'
import { fileOf, KINDS, type Kind, readResults, writeResult } from './page/results.ts'

/**
 * Measures what docs/NUMBERS.md says, and writes it: some twenty minutes on a machine that does nothing else.
 * `npm run bench:page -- --baseline DIRECTORY`, `-- --only memory,feel`; `-- --write` writes the page of what was measured before.
 */

const { values } = parseArgs({
  options: {
    /** The directory of another build's bundle, whose start, processor time and memory are measured too. */
    baseline: { type: 'string' },
    /** Some of throughput, latency, sizes, memory, cost, feel. */
    only: { type: 'string', default: KINDS.join(',') },
    repetitions: { type: 'string', default: '3' },
    messages: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
  },
})
const PER_SECOND = 10
const MEMORY_MESSAGES = 50_000
const wanted = values.write ? [] : (values.only.split(',') as Kind[])
const repetitions = Number(values.repetitions)

if (wanted.some((kind) => ['throughput', 'latency', 'sizes', 'memory'].includes(kind))) {
  await withBench(async (bench) => {
    if (wanted.includes('throughput')) await throughput(bench)
    if (wanted.includes('latency')) await latency(bench)
    if (wanted.includes('sizes')) await sizes(bench)
    if (wanted.includes('memory')) await memory(bench)
  })
}
if (wanted.includes('cost')) script('cost', values.baseline === undefined ? [] : ['--baseline', values.baseline])
if (wanted.includes('feel')) script('feel', [])

const results = readResults()
const docs = fileURLToPath(new URL('../docs', import.meta.url))
writeFileSync(`${docs}/NUMBERS.md`, pageOf(results))
for (const [file, svg] of Object.entries(picturesOf(results))) writeFileSync(`${docs}/${file}`, svg)

async function throughput(bench: Bench) {
  const machine = thisMachine()
  const services = [0, 20, 50]
  const of = (against: string, serviceTime: number, environments: number, batchSize: number, concurrency?: number): Cell => ({
    against,
    serviceTime,
    environments,
    batchSize,
    concurrency,
    bytes: 100,
  })
  const onCell = ({ against, serviceTime, ratio }: Cell & { ratio: { median: number } }) =>
    console.log(`${against}, ${serviceTime} ms: ratio ${ratio.median.toFixed(2)}`)
  const options = { messages: Number(values.messages), repetitions, baseline: undefined, onCell }
  const cells = []
  for (const time of services) {
    // Two or three dozen a second are too few to wait for a thousand.
    const slow = { ...options, peerMessages: Math.min(options.messages, Math.round(5_000 / (time + 5))) }
    cells.push(...(await measureCells(bench, [of('serial-consumer', time, 1, 10), of('serial-consumer', time, 1, 100)], slow)))
  }
  // As many at a time as the peer, in small batches and in large ones.
  for (const [against, environments, batchSize, concurrency] of [
    ['camel:10', 1, 10],
    ['camel:10', 1, 100, 10],
    ['camel:40', 4, 10],
    ['camel:40', 1, 100, 40],
    ['node-loop:4', 4, 10],
    ['node-loop:4', 1, 100, 40],
    ['node-loop:4', 1, 200, 40],
  ] as const)
    cells.push(
      ...(await measureCells(
        bench,
        services.map((time) => of(against, time, environments, batchSize, concurrency)),
        options,
      )),
    )
  writeResult('throughput', { machine, sqs: bench.sqsName, cells })
}

async function latency(bench: Bench) {
  const machine = thisMachine()
  const ours = await bench.bridge('the bridge, one environment', { environments: 1, batchSize: 10 })
  const peer = await bench.peer('serial-consumer')
  const measured = []
  for (const side of [ours, peer]) {
    if (!side) continue
    await latencyOf(bench, side, PER_SECOND, 50)
    measured.push(await latencyOf(bench, side, PER_SECOND, 200))
    await side.stop()
  }
  writeResult('latency', { machine, perSecond: PER_SECOND, sides: measured })
}

async function sizes(bench: Bench) {
  const machine = thisMachine()
  const measured = await measureMemorySizes(bench, [10, 100], repetitions)
  if (measured) writeResult('sizes', { machine, sizes: measured })
}

async function memory(bench: Bench) {
  const machine = thisMachine()
  const series = [{ name: 'this build', levels: await memorySeries(bench, 'this build', MEMORY_MESSAGES) }]
  if (values.baseline !== undefined)
    series.push({ name: 'baseline', levels: await memorySeries(bench, 'baseline', MEMORY_MESSAGES, values.baseline) })
  writeResult('memory', { machine, messages: MEMORY_MESSAGES, series })
}

/** One of the benches beside this one, which writes its own file. */
function script(kind: 'cost' | 'feel', args: readonly string[]) {
  const file = fileURLToPath(new URL(`${kind}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, [file, ...args, '--json', fileOf(kind)], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`bench/${kind}.ts ended with ${status}`)
}
