import { type JsonValue, toJsonText } from './json.ts'

/** Characters of a line which one takes in at a glance. */
const A_LINE = 100

/** A value's JSON for people: on a line where it is short, otherwise indented; its numbers as exact as they are. */
export function readableJson(value: JsonValue): string {
  const text = toJsonText(value)
  if (text.length <= A_LINE) return text
  const exact = JSON.parse(text, (_name, part, { source } = {} as { source?: string }) =>
    source && typeof part === 'number' ? JSON.rawJSON(source) : part,
  )
  return JSON.stringify(exact, null, 2)
}
