import { type Spread, spreadOf } from '../statistics.ts'
import type { Bench } from './cells.ts'
import { run } from './measure.ts'
import { processorShare, WHOLE_PROCESSOR } from './processor-share.ts'

/** What one environment does whose memory brings this much of a processor along. */
export interface MemorySize {
  readonly megabytes: number
  readonly batchSize: number
  readonly messagesPerSecond: Spread
}

const SIZES = [128, 256, 512, 1_024, 1_769]
const SERVICE_TIME = 20

/** Undefined, and told, where no share of the processor can be given. */
export async function measureMemorySizes(
  bench: Bench,
  batchSizes: readonly number[],
  repetitions: number,
): Promise<MemorySize[] | undefined> {
  const share = processorShare()
  if (!share) return void console.log('no memory sizes: this user may not make a control group')
  const measured: MemorySize[] = []
  try {
    for (const batchSize of batchSizes)
      for (const megabytes of SIZES) {
        const side = await bench.bridge(`${megabytes} MB`, { environments: 1, batchSize, memorySize: megabytes })
        const load = { serviceTime: SERVICE_TIME, bytes: 1_000 }
        // An environment that starts has a whole processor, here as at AWS.
        for (let warmUp = 0; warmUp < 2; warmUp++) await run(bench, side, { ...load, messages: 1_000 })
        share.give(side.pids(), megabytes / WHOLE_PROCESSOR)
        const rates: number[] = []
        for (let repetition = 0; repetition < repetitions; repetition++)
          rates.push((await run(bench, side, { ...load, messages: 1_000 })).messagesPerSecond)
        measured.push({ megabytes, batchSize, messagesPerSecond: spreadOf(rates) })
        await side.stop()
      }
    return measured
  } finally {
    share.end()
  }
}
