import { entriesOf } from './contexts.ts'
import { Decimal, decimalText } from './decimal.ts'
import { isTemporal } from './temporal.ts'
import { FeelError, FeelFunction, FeelRange, type FeelValue, settle } from './values.ts'

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

/** A value as FEEL's `string()` writes it within lists and contexts, and as warnings show it: strings in quotes. */
export function textOf(value: FeelValue | FeelError): string {
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'number' || value instanceof Decimal) return decimalText(value)
  if (value === null || typeof value === 'boolean' || isTemporal(value as FeelValue)) return String(value)
  if (Array.isArray(value)) return `[${value.map((item) => textOf(settle(item))).join(', ')}]`
  if (value instanceof FeelRange)
    return `${value.startIncluded ? '[' : '('}${textOf(value.start)}..${textOf(value.end)}${value.endIncluded ? ']' : ')'}`
  if (value instanceof FeelFunction) return `function(${value.parameters.join(', ')})`
  if (value instanceof FeelError) return `${value.fatal ? 'fatal error' : 'error'}("${value.reason}")`
  const entries = entriesOf(value as Exclude<typeof value, readonly unknown[]> as never)
  return `{${entries.map(([name, item]) => `${name}:${textOf(settle(item))}`).join(', ')}}`
}
