import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

/**
 * What the costliest messages cost: seeded hostile cases (test/support/hostile-generator.ts), each evaluated in a process with a heap of
 * 128 MB. Told are the slowest, and every case which exceeded the heap or a minute. `npm run bench:hostile -- --from 0 --count 1000`
 * or `-- --seeds 109,20117`
 *
 * A process counts more time where others use the processor's other half, caches and memory. So a fixed loop is measured before and after each case;
 * how it compares with the fastest of its kind says how much of a case's time is the machine's.
 */

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '1000' },
    seeds: { type: 'string' },
    heap: { type: 'string', default: '128' },
    worst: { type: 'string', default: '15' },
  },
})
const seeds =
  values.seeds?.split(',').map(Number) ?? Array.from({ length: Number(values.count) }, (_, index) => Number(values.from) + index)
const LIMIT_MS = 1_000
const PATIENCE_MS = 60_000

interface Outcome {
  readonly seed: number
  readonly expression: string
  readonly kind: string
  readonly ended: string
  readonly millis: number
  /** Milliseconds of the fixed loop beside it. */
  readonly loop: number
  /** Megabytes in the end, as V8 took them. */
  readonly heap: number
}

const outcomes: Outcome[] = []
const deaths: number[] = []
let evaluator = start()
for (const seed of seeds) {
  const outcome = await evaluator.ask(seed)
  if (outcome && outcome.millis >= LIMIT_MS) console.log(line(outcome))
  if (outcome) outcomes.push(outcome)
  else {
    deaths.push(seed)
    console.log(`died: seed ${seed}`)
    evaluator = start()
  }
}
evaluator.child.kill()

const fastest = outcomes.reduce((least, { loop }) => (loop > 0 ? Math.min(least, loop) : least), Number.POSITIVE_INFINITY)
const slowest = outcomes.toSorted((a, b) => b.millis - a.millis).slice(0, Number(values.worst))
for (const outcome of slowest) console.log(line(outcome))
const kinds = Map.groupBy(outcomes, ({ ended }) => ended.split(/[: ]/)[0])
console.log([...kinds].map(([kind, some]) => `${some.length} ${kind}`).join(', '))
const most = (figures: readonly number[]) => figures.reduce((most, figure) => Math.max(most, figure), 0)
console.log(
  `the worst: ${most(outcomes.map(({ millis }) => millis))} ms of one processor (${most(outcomes.map(calm))} ms if the fixed loop had taken its ${fastest.toFixed(1)} ms), a heap of ${most(outcomes.map(({ heap }) => heap))} MB`,
)
const slow = outcomes.filter(({ millis }) => millis >= LIMIT_MS).length
console.log(
  `${outcomes.length} cases: ${slow} of ${LIMIT_MS} ms or more of one processor, ${deaths.length} beyond the heap of ${values.heap} MB or a minute`,
)
process.exitCode = slow + deaths.length > 0 ? 1 : 0

function line({ seed, millis, loop, heap, kind, expression, ended }: Outcome): string {
  return `${String(millis).padStart(6)} ms  loop ${loop.toFixed(1)} ms  ${heap} MB  seed ${seed}  ${kind}: ${expression}  → ${ended}`
}

/** What it would have taken on the processor at its fastest. */
function calm({ millis, loop }: Outcome): number {
  return Math.round((millis * fastest) / Math.max(loop, fastest))
}

function start() {
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, '--expose-gc', `--max-old-space-size=${values.heap}`, new URL('hostile-child.ts', import.meta.url).pathname],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  )
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const gone = once(child, 'exit').then(() => undefined)
  return {
    child,
    async ask(seed: number): Promise<Outcome | undefined> {
      child.stdin?.write(`${seed}\n`)
      const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      const line = await Promise.race([lines.next(), gone])
      clearTimeout(late)
      return line?.value ? (JSON.parse(line.value) as Outcome) : undefined
    },
  }
}
