import type { TraceNode } from '../api.ts'

/**
 * The smallest part of a condition by which it is not true: of `a and b`, where `b` is false, `b`. Of `a or b` no part decides alone, nor of `if a then
 * b else c`: it is the whole.
 */
export function decidingPart(condition: TraceNode): TraceNode {
  const { parts = [], value, expression } = condition
  const at = parts.findIndex((part) => part.value === value && part.failure === condition.failure)
  const part = parts[at]
  const isOneOfAll =
    parts.length > 1 &&
    !/^[\s=(]*if\b/.test(expression) &&
    parts.slice(0, at).every((before) => before.value === 'true') &&
    parts.slice(at + 1).every((behind) => behind.skipped)
  return part && isOneOfAll ? decidingPart(part) : condition
}
