import { isList, isNumber } from './comparison.ts'
import { entriesOf, isContext } from './contexts.ts'
import { decimalText } from './decimal.ts'
import { isTemporal, ZonedDateTime, ZonedTime } from './temporal.ts'
import { textOf } from './text.ts'
import { type FeelValue, settle } from './values.ts'

/** The JSON text of a value, as FEEL's `to json()` gives it: numbers keep their scales, zones their names, functions are texts. */
export function toJsonText(value: FeelValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (isNumber(value)) return decimalText(value)
  if (isList(value)) return `[${value.map((item) => toJsonText(settle(item))).join(',')}]`
  if (isContext(value))
    return `{${entriesOf(value)
      .map(([name, item]) => `${quoted(name)}:${toJsonText(settle(item))}`)
      .join(',')}}`
  if (value instanceof ZonedDateTime || value instanceof ZonedTime) return quoted(value.toIsoText())
  return quoted(isTemporal(value) ? value.toJSON() : textOf(value))
}

/** As Jackson writes it, with capital digits in escapes. Half of a surrogate pair stays what it is. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/\\u([\da-f]{4})/g, (_, digits: string) => {
    const code = Number.parseInt(digits, 16)
    return code >= 0xd800 ? String.fromCharCode(code) : `\\u${digits.toUpperCase()}`
  })
}
