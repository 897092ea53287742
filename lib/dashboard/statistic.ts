/** A statistic of CloudWatch over what was measured within a period; undefined where nothing was. @throws {Error} for one that is not known */
export function statisticOf(stat: string, samples: readonly number[]): number | undefined {
  const statistic = statisticNamed(stat)
  if (!statistic) throw new Error(`the statistic ${stat} is not known`)
  return samples.length === 0 ? undefined : statistic(samples)
}

type Statistic = (samples: readonly number[]) => number

function statisticNamed(stat: string): Statistic | undefined {
  const [, kind, percent] = /^(p|tm)(\d{1,2}(?:\.\d+)?|100)$/i.exec(stat) ?? []
  if (kind === undefined) return Object.hasOwn(STATISTICS, stat) ? STATISTICS[stat] : undefined
  const part = Number(percent) / 100
  return kind.toLowerCase() === 'p' ? (samples) => percentile(samples, part) : (samples) => trimmedMean(samples, part)
}

const STATISTICS: Readonly<Record<string, Statistic>> = {
  SampleCount: (samples) => samples.length,
  Sum: sum,
  Average: (samples) => sum(samples) / samples.length,
  Minimum: (samples) => samples.reduce((least, sample) => Math.min(least, sample)),
  Maximum: (samples) => samples.reduce((most, sample) => Math.max(most, sample)),
}

function sum(samples: readonly number[]): number {
  return samples.reduce((total, sample) => total + sample, 0)
}

function percentile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] as number
}

/** Of the lower part alone. */
function trimmedMean(samples: readonly number[], part: number): number {
  const lower = samples.toSorted((a, b) => a - b).slice(0, Math.max(1, Math.ceil(part * samples.length)))
  return sum(lower) / lower.length
}
