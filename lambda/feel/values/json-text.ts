import type { Budget } from '../evaluation/budget.ts'
import { decimalText, isNumber } from '../numbers/decimal.ts'
import { isTemporal, ZonedDateTime, ZonedTime } from '../temporal/temporal.ts'
import { entriesOf, isContext } from './contexts.ts'
import { textOf } from './text.ts'
import { isList } from './types.ts'
import { type FeelValue, settle } from './values.ts'

/** The JSON text of a value, as FEEL's `to json()` gives it: numbers keep their scales, zones their names, functions are texts. */
export function toJsonText(value: FeelValue, budget: Budget): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value, budget)
  if (isNumber(value)) return decimalText(value, budget)
  if (isList(value)) {
    budget.spend(value.length)
    return `[${value.map((item) => toJsonText(settle(item, budget), budget)).join(',')}]`
  }
  if (isContext(value))
    return `{${entriesOf(value, budget)
      .map(([name, item]) => `${quoted(name, budget)}:${toJsonText(settle(item, budget), budget)}`)
      .join(',')}}`
  if (value instanceof ZonedDateTime || value instanceof ZonedTime) return quoted(value.toIsoText(), budget)
  return quoted(isTemporal(value) ? value.toJSON() : textOf(value, budget), budget)
}

/** As Jackson writes it, with capital digits in escapes. Half of a surrogate pair stays what it is. */
function quoted(text: string, budget: Budget): string {
  budget.spend(1)
  budget.spendWritten(text.length)
  return JSON.stringify(text).replaceAll(/\\u([\da-f]{4})/g, (_, digits: string) => {
    const code = Number.parseInt(digits, 16)
    return code >= 0xd800 ? String.fromCharCode(code) : `\\u${digits.toUpperCase()}`
  })
}
