import pc from 'picocolors'
import type { Trace } from '../../lambda/core/expression-trace.ts'
import { toldText } from '../../lambda/core/told-text.ts'
import { type JsonValue, toJsonText } from '../../lambda/json/json.ts'

const MOST_SHOWN = 160

/** The trace as lines, each part below what it is part of. */
export function traceLines(trace: Trace, indent: string): string[] {
  const { expression, value, failure, warnings = [], parts = [] } = trace
  const shown = failure === undefined ? colour(value)(brief(toJsonText(value ?? null))) : pc.red(toldText(failure))
  const line = `${indent}${expression.replace(/\s+/g, ' ')}  →  ${shown}`
  return [
    trace.skipped ? pc.dim(`${line}  (not asked: what is before it decides)`) : line,
    ...warnings.map((warning) => pc.yellow(`${indent}  ${warning}`)),
    ...parts.flatMap((part) => traceLines(part, `${indent}  `)),
  ]
}

function colour(value: JsonValue | undefined) {
  return value === true ? pc.green : value === false || value === null || value === undefined ? pc.yellow : pc.cyan
}

export function brief(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text
}
