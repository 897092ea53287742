import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** What processes took of the machine, as Linux's /proc tells it. */
export interface ProcessUsage {
  readonly processorSeconds: number
  /** Of all of them together, each at its own highest; MiB. */
  readonly peakMemory: number
}

/** Begins to measure processes that run already; undefined where there is no /proc. @returns what they have used since */
export function measureProcesses(pids: readonly number[]): () => ProcessUsage | undefined {
  if (!existsSync('/proc/self/clear_refs')) return () => undefined
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK)
  const before = sum(pids.map(processorSeconds))
  return () => ({ processorSeconds: sum(pids.map(processorSeconds)) - before, peakMemory: sum(pids.map(peakMemory)) })
}

/** MiB resident now. */
export function residentMemory(pid: number): number {
  return statusOf(pid, 'VmRSS')
}

/** proc(5), "/proc/pid/clear_refs": resets the peak of the resident set. */
const RESET_PEAK = '5'
/** USER_HZ, which Linux tells every program to be 100. */
const TICKS = 100

/** User and system time, of all threads. The name, which may hold anything, ends with the last parenthesis. */
function processorSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

function peakMemory(pid: number): number {
  return statusOf(pid, 'VmHWM')
}

function statusOf(pid: number, what: 'VmHWM' | 'VmRSS'): number {
  const [, kibibytes] = new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) / 1_024
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
