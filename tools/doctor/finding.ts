import pc from 'picocolors'
import { wrapped } from '../wrapped.ts'

/** What a check found: an `error` has to be fixed, a `warn` looked at. */
export interface Finding {
  /** Stable, for programs: `queue.visibilityTimeout`. */
  readonly check: string
  readonly status: 'ok' | 'warn' | 'error'
  /** What is there. */
  readonly message: string
  /** What to do; undefined where all is well, or where the message says it. */
  readonly fix?: string
}

export function ok(check: string, message: string): Finding {
  return { check, status: 'ok', message }
}

export function warn(check: string, message: string, fix: string): Finding {
  return { check, status: 'warn', message, fix }
}

export function error(check: string, message: string, fix: string): Finding {
  return { check, status: 'error', message, fix }
}

/**
 * A line for each finding, with what to do below it, once where it is the same for several, and how many there are of each kind.
 * @param columns of the terminal; undefined where it is none, and lines may be of any length
 */
export function examinationReport(findings: readonly Finding[], columns: number | undefined = process.stdout.columns): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const indent = ' '.repeat(width + MARK_WIDTH + 3)
  // Where there is hardly room beside the names, the terminal breaks lines as it does.
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(columns - indent.length, LEAST_ROOM)
  const within = (text: string) => wrapped(text, room).join(`\n${indent}`)
  const isTold = (fix: string, index: number) => findings.findIndex((other) => other.fix === fix) < index
  const lines = findings.flatMap(({ check, status, message, fix }, index) => [
    `${MARK[status](status.padEnd(MARK_WIDTH))} ${check.padEnd(width)}  ${within(message)}`,
    ...(fix === undefined || isTold(fix, index) ? [] : [pc.dim(`${indent}${within(`→ ${fix}`)}`)]),
  ])
  const count = (status: Finding['status'], one: string, many: string) => {
    const { length } = findings.filter((finding) => finding.status === status)
    return `${length} ${length === 1 ? one : many}`
  }
  return [
    ...lines,
    '',
    `${count('error', 'error', 'errors')}, ${count('warn', 'warning', 'warnings')}, ${count('ok', 'check', 'checks')} ok`,
  ].join('\n')
}

const MARK_WIDTH = 5
const LEAST_ROOM = 40
const MARK = { ok: pc.green, warn: pc.yellow, error: pc.red }
