import { diff } from 'node:util'

/** What of one text is otherwise in another, and unchanged lines for two lines around: `-` is only in the one, `+` only in the other. */
export function differences(one: readonly string[], other: readonly string[]): string[] {
  const lines = diff(one, other) as [operation: -1 | 0 | 1, line: string][]
  const changed = lines.flatMap(([operation], index) => (operation === 0 ? [] : [index]))
  return lines
    .filter((_, index) => changed.some((near) => Math.abs(near - index) <= 2))
    .map(([operation, line]) => `${{ 1: '-', 0: ' ', '-1': '+' }[operation]} ${line}`)
}

/** The lines of a JSON value, its properties in the order which they have in another: their order is no difference. */
export function jsonLines(value: unknown, pattern?: unknown): string[] {
  const text = JSON.stringify(inOrderOf(pattern, value), (_name, part) => (typeof part === 'bigint' ? JSON.rawJSON(String(part)) : part), 2)
  return text.split('\n')
}

function inOrderOf(pattern: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => inOrderOf(Array.isArray(pattern) ? pattern[index] : undefined, item))
  if (typeof value !== 'object' || value === null) return value
  const [first, of] = [Object(pattern), value] as Record<string, unknown>[]
  const keys = new Set([...Object.keys(first ?? {}).filter((key) => key in value), ...Object.keys(value)])
  return Object.fromEntries([...keys].map((key) => [key, inOrderOf(first?.[key], of?.[key])]))
}
