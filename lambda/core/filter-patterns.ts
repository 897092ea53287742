import { toTemplateText } from './template-text.ts'

/** A filter pattern of Lambda's event-source mapping, as JSON. */
export type FilterPattern = { readonly [key: string]: FilterPattern | readonly unknown[] }

/**
 * Lists of filter patterns as sets of messages: a list lets through what one of its patterns matches, and the empty list, being no filter,
 * lets everything through. Patterns are compared as canonical JSON, so "lets through" errs on the side of no.
 */
export type FilterPatterns = readonly FilterPattern[]

/** No filter. */
export const EVERYTHING: FilterPatterns = []

/** Of one event-source mapping (AWS Lambda guide, "Control which events Lambda sends to your function"). */
export const MOST_PATTERNS = 5
/** Characters of one pattern. */
export const MOST_PATTERN_CHARACTERS = 4_096
/** Of all patterns as a JSON list: the parameter that records them is of SSM's standard tier. */
const MOST_CHARACTERS = 4_096

/** Whether the one list is known to let through all that the other lets through. */
export function letsThrough(wide: FilterPatterns, narrow: FilterPatterns): boolean {
  if (wide.length === 0) return true
  const known = new Set(wide.map(canonicalJson))
  return narrow.length > 0 && narrow.every((pattern) => known.has(canonicalJson(pattern)))
}

export function isSame(one: FilterPatterns, other: FilterPatterns): boolean {
  return letsThrough(one, other) && letsThrough(other, one)
}

/** A list that lets through what any of the lists does: no filter where Lambda or the parameter would have no room for it. */
export function unionOf(...lists: readonly FilterPatterns[]): FilterPatterns {
  if (lists.some((list) => list.length === 0)) return EVERYTHING
  const patterns = [...new Map(lists.flat().map((pattern) => [canonicalJson(pattern), pattern])).values()]
  const fits = patterns.length <= MOST_PATTERNS && toFilterText(patterns).length <= MOST_CHARACTERS
  return fits && new Set(patterns.map(bodyFormat)).size === 1 ? patterns : EVERYTHING
}

/**
 * What a pattern says of the body. Lambda deletes a message whose body has another format than the patterns on it expect, and does not
 * document whether patterns that do not look at the body save it ("Properly filtering Amazon SQS messages"): so they never meet.
 */
function bodyFormat({ body }: FilterPattern): 'none' | 'JSON' | 'text' {
  return body === undefined ? 'none' : Array.isArray(body) ? 'text' : 'JSON'
}

/** The list as the filter parameter holds it, whoever writes it. */
export function toFilterText(patterns: FilterPatterns): string {
  return toTemplateText(`[${patterns.map(canonicalJson).join()}]`)
}

/** The list in the text of a filter parameter; undefined where it is none. */
export function parseFilterText(text: string): FilterPatterns | undefined {
  try {
    const patterns: unknown = JSON.parse(text)
    return Array.isArray(patterns) && patterns.every(isObject) ? patterns : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is FilterPattern {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => (isObject(part) ? Object.fromEntries(Object.entries(part).toSorted(byKey)) : part))
}

function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1
}
