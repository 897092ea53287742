import type { Counts, FigurePoint } from '../../console/api.ts'
import { parsedJson } from '../../tools/parsed-json.ts'
import type { MappingEvent } from '../event-source-mapping.ts'

/** Milliseconds of a period, and how many are kept. */
export const PERIOD = 5_000
const PERIODS = 120
/** Latencies of one period by which the median is told. */
const MOST_LATENCIES = 1_000

interface Growing {
  readonly at: number
  received: number
  filtered: number
  done: number
  returned: number
  deadLetters: number
  readonly latencies: number[]
  age: number | undefined
}

/** What became of a message by one receive. */
export interface Settled {
  readonly kind: 'filtered' | 'done' | 'returned' | 'deadLetters'
  /** Milliseconds since it was sent. */
  readonly age: number
}

/** The figures of one connector in a run: all together, and by periods. */
export class RunFigures {
  readonly #totals = empty(0)
  readonly #periods: Growing[] = []

  onMapping(event: MappingEvent) {
    if (event.kind !== 'received') return
    const first = event.records.filter(({ attributes }) => attributes.ApproximateReceiveCount === '1').length
    for (const counts of this.#growing()) counts.received += first
  }

  onSettled({ kind, age }: Settled) {
    for (const counts of this.#growing()) {
      counts[kind] += 1
      counts.age = Math.max(counts.age ?? 0, age)
    }
  }

  /** Of a log line that is of metrics, the function’s own `CamundaLatency`. */
  onLog(text: string) {
    if (!text.includes('"CamundaLatency"')) return
    const { CamundaLatency: latency } = Object(parsedJson(text)) as { CamundaLatency?: unknown }
    const [, period] = this.#growing()
    for (const each of [latency].flat())
      if (typeof each === 'number' && period.latencies.length < MOST_LATENCIES) period.latencies.push(each)
  }

  get totals(): Counts {
    return countsOf(this.#totals)
  }

  /** Of the last ten minutes, those without anything as well. */
  points(): FigurePoint[] {
    const now = beginOf(Date.now())
    const first = Math.max(this.#periods[0]?.at ?? now, now - (PERIODS - 1) * PERIOD)
    const known = new Map(this.#periods.map((period) => [period.at, period]))
    const begins = Array.from({ length: (now - first) / PERIOD + 1 }, (_, index) => first + index * PERIOD)
    return begins.map((at) => pointOf(known.get(at) ?? empty(at)))
  }

  #growing(): [Growing, Growing] {
    const at = beginOf(Date.now())
    let period = this.#periods.at(-1)
    if (period?.at !== at) {
      period = empty(at)
      this.#periods.push(period)
      if (this.#periods.length > PERIODS) this.#periods.shift()
    }
    return [this.#totals, period]
  }
}

function beginOf(time: number): number {
  return time - (time % PERIOD)
}

function empty(at: number): Growing {
  return { at, received: 0, filtered: 0, done: 0, returned: 0, deadLetters: 0, latencies: [], age: undefined }
}

function countsOf({ received, filtered, done, returned, deadLetters }: Growing): Counts {
  return { received, filtered, done, returned, deadLetters }
}

function pointOf(period: Growing): FigurePoint {
  const sorted = period.latencies.toSorted((one, other) => one - other)
  const median = sorted[Math.floor(sorted.length / 2)]
  const most = sorted.at(-1)
  return {
    ...countsOf(period),
    at: period.at,
    latency: median === undefined || most === undefined ? undefined : { median, most },
    age: period.age,
  }
}
