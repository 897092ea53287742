import { parseFirstJsonValue } from '../../json/json.ts'
import type { Budget } from '../evaluation/budget.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { worded } from '../evaluation/wording.ts'
import { type FeelNumber, parseDecimal } from '../numbers/decimal.ts'
import { toJsonText } from '../values/json-text.ts'
import { textOf } from '../values/text.ts'
import { type FeelItem, type FeelValue, settle } from '../values/values.ts'
import { anything, type FunctionTable, overload, text } from './overload.ts'

/** From and to text. Dates, times and durations are in temporal-functions.ts. */
export const CONVERSION_FUNCTIONS: FunctionTable = {
  number: [
    overload('from', [text], (from, { budget }) => parseNumber(from, budget)),
    overload('from, grouping separator', [text, text], (from, grouping, { budget }) =>
      GROUPING_SEPARATORS.has(grouping)
        ? parseNumber(from.replaceAll(grouping, ''), budget)
        : new FeelError("illegal argument for grouping. Must be one of ' ', ',' or '.'"),
    ),
    overload('from, grouping separator, decimal separator', [text, anything, anything], parseSeparatedNumber),
  ],
  string: [overload('from', [anything], (from, { budget }) => (from === null || text(from) ? from : textOf(from, budget)))],
  'from json': [
    overload('json', [anything], (json, { budget }) => {
      if (json === null) return null
      if (!text(json)) return undefined
      budget.spendParsed(json.length)
      const value: FeelItem | undefined = parseFirstJsonValue(json)
      if (value === undefined) budget.spendThrown()
      return value === undefined ? new FeelError(worded`Failed to parse JSON from '${json}'`) : settle(value, budget)
    }),
  ],
  'to json': [overload('value', [anything], (value, { budget }) => toJsonText(value, budget))],
}

const GROUPING_SEPARATORS = new Set([' ', ',', '.'])
const DECIMAL_SEPARATORS = new Set([',', '.'])

function replaced(from: string, separator: string | null, by: string): string {
  return separator === null ? from : from.replaceAll(separator, by)
}

function parseNumber(from: string, budget: Budget): FeelNumber | FeelError {
  return parseDecimal(from, budget) ?? new FeelError(worded`Can't parse '${from}' as a number`)
}

function parseSeparatedNumber(
  from: string,
  grouping: FeelValue,
  decimal: FeelValue,
  { budget }: Evaluation,
): FeelNumber | FeelError | undefined {
  if ((grouping !== null && !text(grouping)) || (decimal !== null && !text(decimal)) || (grouping === null && decimal === null))
    return undefined
  const areFit =
    (grouping === null || GROUPING_SEPARATORS.has(grouping)) &&
    (decimal === null || DECIMAL_SEPARATORS.has(decimal)) &&
    grouping !== decimal
  if (areFit) return parseNumber(replaced(replaced(from, grouping, ''), decimal, '.'), budget)
  if (grouping === null || decimal === null) return undefined
  return new FeelError("illegal arguments for grouping or decimal. Must be one of ' ' (grouping only), ',' or '.'")
}
