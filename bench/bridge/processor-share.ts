import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'

/** Megabytes of a function that has one whole processor (AWS Lambda guide, "Configure Lambda function memory"). */
export const WHOLE_PROCESSOR = 1_769

/** Microseconds in which a process gets its share. */
const PERIOD = 20_000

/** What control groups of Linux allow: processes together get so much of one processor's time. */
export interface ProcessorShare {
  give(pids: readonly number[], share: number): void
  /** Everybody gets everything again. */
  end(): void
}

/** Undefined where this user may not make a control group. */
export function processorShare(): ProcessorShare | undefined {
  const name = `bench-${process.pid}`
  for (const root of ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup/cpu']) {
    const group = `${root}/${name}`
    try {
      mkdirSync(group)
    } catch {
      continue
    }
    const second = existsSync(`${group}/cpu.max`)
    if (!second && !existsSync(`${group}/cpu.cfs_quota_us`)) {
      rmdirSync(group)
      continue
    }
    return {
      give(pids, share) {
        const quota = Math.round(PERIOD * share)
        if (second) writeFileSync(`${group}/cpu.max`, `${quota} ${PERIOD}`)
        else {
          writeFileSync(`${group}/cpu.cfs_period_us`, String(PERIOD))
          writeFileSync(`${group}/cpu.cfs_quota_us`, String(quota))
        }
        for (const pid of pids) writeFileSync(`${group}/cgroup.procs`, String(pid))
      },
      end() {
        const left = readFileSync(`${group}/cgroup.procs`, 'utf8').split('\n').filter(Boolean)
        for (const pid of left) writeFileSync(`${root}/cgroup.procs`, pid)
        rmdirSync(group)
      },
    }
  }
  return undefined
}
