import type { Bench } from './cells.ts'
import { run } from './measure.ts'
import { residentMemory } from './process-usage.ts'

const STEP = 5_000

/** MiB resident of one environment after each 5,000 messages: not at its peak, but as it stays. */
export async function memorySeries(bench: Bench, name: string, messages: number, directory?: string): Promise<number[]> {
  const side = await bench.bridge(name, { environments: 1, batchSize: 10, ...(directory !== undefined && { directory }) })
  try {
    const levels: number[] = []
    for (let sent = 0; sent < messages; sent += STEP) {
      await run(bench, side, { serviceTime: 0, messages: STEP, bytes: 1_000 })
      const [pid = 0] = side.pids()
      levels.push(Math.round(residentMemory(pid)))
    }
    return levels
  } finally {
    await side.stop()
  }
}
