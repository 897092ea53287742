import { parseArgs } from 'node:util'
import { type Cell, type MeasuredCell, measureCells, withBench } from './bridge/cells.ts'
import type { SideResult } from './bridge/measure.ts'
import { writeFigures } from './figures-file.ts'
import { thisMachine } from './machine.ts'

/**
 * Messages a second: the bridge's bundle in AWS's runtime client against a peer, on the same SQS server and the same gateway, in turns. Each run empties a
 * full queue and fails unless every message has started one instance. `npm run bench -- --service 0,20,50 --environments 1,4 --batch 10,100`
 */

const { values } = parseArgs({
  options: {
    /** Milliseconds that Camunda takes. */
    service: { type: 'string', default: '0,20,50' },
    environments: { type: 'string', default: '1' },
    batch: { type: 'string', default: '10' },
    /** Of a message's body. */
    bytes: { type: 'string', default: '100' },
    messages: { type: 'string', default: '2000' },
    /** Of the peer, where it is so slow that fewer will do. */
    'peer-messages': { type: 'string' },
    repetitions: { type: 'string', default: '3' },
    /** serial-consumer, node-loop:LOOPS, camel:CONSUMERS, or the command of another (bench/bridge/peer-side.ts says how it is spoken to). */
    peer: { type: 'string', multiple: true, default: ['serial-consumer'] },
    /** The directory of another build's bundle, compared with this one in place of a peer. */
    baseline: { type: 'string' },
    json: { type: 'string' },
  },
})
const numbers = (list: string) => list.split(',').map(Number)
const others = values.baseline === undefined ? values.peer : ['baseline']
const cells: Cell[] = others.flatMap((against) =>
  numbers(values.bytes).flatMap((bytes) =>
    numbers(values.environments).flatMap((environments) =>
      numbers(values.batch).flatMap((batchSize) =>
        numbers(values.service).map((serviceTime) => ({ against, serviceTime, environments, batchSize, bytes })),
      ),
    ),
  ),
)

const machine = thisMachine()
console.log(`${machine.processors}, ${machine.memory}, Node ${machine.node}, load ${machine.load}`)
const measured = await withBench((bench) =>
  measureCells(bench, cells, {
    messages: Number(values.messages),
    ...(values['peer-messages'] !== undefined && { peerMessages: Number(values['peer-messages']) }),
    repetitions: Number(values.repetitions),
    baseline: values.baseline,
    onCell: (cell) => console.log(told(cell)),
  }),
)
if (values.json !== undefined) writeFigures(values.json, { machine, cells: measured })

function told({ serviceTime, environments, batchSize, bytes, ours, peer, ratio }: MeasuredCell): string {
  const { median, least, greatest } = ratio
  return [
    `service time ${serviceTime} ms, environments ${environments}, batch ${batchSize}, ${bytes} bytes:`,
    `  ${sideTold(ours)}`,
    `  ${sideTold(peer)}`,
    `  ratio ${median.toFixed(2)} (${least.toFixed(2)}–${greatest.toFixed(2)}, ${ours.runs.length} pairs)`,
  ].join('\n')
}

function sideTold({ name, runs, messagesPerSecond: { median, least, greatest } }: SideResult): string {
  const [last] = runs.slice(-1)
  const most = (of: (run: SideResult['runs'][number]) => number | undefined) => Math.max(...runs.map((run) => of(run) ?? Number.NaN))
  return [
    `${name}: ${median.toFixed(0)} messages/s (${least.toFixed(0)}–${greatest.toFixed(0)})`,
    `${most(({ mostInFlight }) => mostInFlight)} in flight`,
    `${last?.processorSecondsPerThousand?.toFixed(2) ?? '–'} CPU s/1,000`,
    `${most(({ peakMemory }) => peakMemory).toFixed(0)} MiB`,
    `load ${runs.map(({ load }) => load.toFixed(1)).join(' ')}`,
  ].join(', ')
}
