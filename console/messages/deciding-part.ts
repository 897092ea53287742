import type { TraceNode } from '../api.ts'

/**
 * The smallest part of a condition by which it is not true: of `a and b`, where `b` is false, `b`. Of `a or b` no part decides alone, and it is the
 * whole.
 */
export function decidingPart(condition: TraceNode): TraceNode {
  const { parts = [], value } = condition
  const at = parts.findIndex((part) => part.value === value && part.failure === condition.failure)
  const decides =
    parts.length > 1 &&
    at >= 0 &&
    parts.slice(0, at).every((part) => part.value === 'true') &&
    parts.slice(at + 1).every((part) => part.skipped)
  const part = parts[at]
  return decides && part ? decidingPart(part) : condition
}
