import type { Budget } from '../evaluation/budget.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { Decimal, decimalText } from '../numbers/decimal.ts'
import { isTemporal } from '../temporal/temporal.ts'
import { entriesOf } from './contexts.ts'
import { type FeelContext, FeelFunction, type FeelItem, FeelRange, type FeelValue, settle } from './values.ts'

/** Where the blanks end which begin at a place: what Java's `trim` takes for blank, all up to U+0020. */
export function endOfBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlank(text, at)) at++
  return at
}

/** Where the blanks begin with which a text ends, but not before a place. */
export function beginOfLastBlanks(text: string, from: number): number {
  let at = text.length
  while (at > from && isBlank(text, at - 1)) at--
  return at
}

function isBlank(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 0x20
}

/** Up to so many characters V8's own search is the fastest, and never slow. */
const SHORT = 32

/** Where a text first occurs in another, -1 where it does not: in a time which grows with their lengths, and not with the product (Knuth, Morris, Pratt). */
export function indexOfText(text: string, match: string): number {
  if (match.length <= SHORT || match.length > text.length) return text.indexOf(match)
  const fallbacks = new Int32Array(match.length)
  for (let at = 1, length = 0; at < match.length; ) {
    if (match.charCodeAt(at) === match.charCodeAt(length)) fallbacks[at++] = ++length
    else if (length > 0) length = fallbacks[length - 1] as number
    else at++
  }
  for (let at = 0, length = 0; at < text.length; ) {
    if (text.charCodeAt(at) === match.charCodeAt(length)) {
      at++
      if (++length === match.length) return at - length
    } else if (length > 0) length = fallbacks[length - 1] as number
    else at++
  }
  return -1
}

/** A value as FEEL's `string()` writes it within lists and contexts, and as warnings show it: strings in quotes. */
export function textOf(value: FeelValue | FeelError, budget: Budget): string {
  if (typeof value === 'string') return quoted(value, budget)
  if (typeof value === 'number' || value instanceof Decimal) return decimalText(value, budget)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isTemporal(value as FeelValue)) {
    budget.spend(4)
    return String(value)
  }
  const inside = (item: FeelItem) => textOf(settle(item, budget), budget)
  if (Array.isArray(value)) {
    budget.spend(value.length)
    return `[${value.map(inside).join(', ')}]`
  }
  if (value instanceof FeelRange)
    return `${value.startIncluded ? '[' : '('}${inside(value.start)}..${inside(value.end)}${value.endIncluded ? ']' : ')'}`
  if (value instanceof FeelFunction) return `function(${value.parameters.join(', ')})`
  if (value instanceof FeelError) return `${value.fatal ? 'fatal error' : 'error'}(${quoted(value.reason, budget)})`
  const entries = entriesOf(value as FeelContext, budget)
  return `{${entries.map(([name, item]) => `${name}:${inside(item)}`).join(', ')}}`
}

function quoted(text: string, budget: Budget): string {
  budget.spendBatch(text.length)
  return `"${text}"`
}
