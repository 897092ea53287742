import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What figures were measured on. */
export interface Machine {
  readonly processors: string
  readonly memory: string
  readonly system: string
  readonly node: string
  /** Of the last minute, when the measuring began. */
  readonly load: number
  readonly date: string
}

export function thisMachine(): Machine {
  return {
    processors: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 1_073_741_824)} GiB`,
    system: `${platform()} ${release().split('.').slice(0, 2).join('.')}`,
    node: process.version,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    date: new Date().toISOString().slice(0, 10),
  }
}
