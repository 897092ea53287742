import pc from 'picocolors'

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

/** A line for each finding, with what to do below it, once where it is the same for several, and how many there are of each kind. */
export function examinationReport(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const isTold = (fix: string, index: number) => findings.findIndex((other) => other.fix === fix) < index
  const lines = findings.flatMap(({ check, status, message, fix }, index) => [
    `${MARK[status](status.padEnd(5))} ${check.padEnd(width)}  ${message}`,
    ...(fix === undefined || isTold(fix, index) ? [] : [pc.dim(`${' '.repeat(width + 8)}→ ${fix}`)]),
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

const MARK = { ok: pc.green, warn: pc.yellow, error: pc.red }
