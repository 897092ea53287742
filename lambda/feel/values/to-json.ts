import { isKnownPlain, type JsonObject, type JsonValue, setOwn, WholeDouble } from '../../json/json.ts'
import type { Budget } from '../evaluation/budget.ts'
import { EvaluationFault } from '../evaluation/evaluation.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { worded } from '../evaluation/wording.ts'
import { type FeelNumber, isNumber, toDouble, toLong } from '../numbers/decimal.ts'
import { isTemporal } from '../temporal/temporal.ts'
import { isContext } from './contexts.ts'
import { shown } from './shown.ts'
import { isList } from './types.ts'
import { type FeelContext, FeelFunction, type FeelItem, MadeContext, settle } from './values.ts'

export interface Writing {
  readonly budget: Budget
  readonly keepsHalfPairs: boolean
}

/**
 * A result as Camunda's connectors write it: whole numbers of 64 bits exactly, others as Java's double, temporal values as java.time's text.
 * Half of a surrogate pair is Java's question mark, unless it is to be kept. What is the message's own and needs no change is handed on
 * without a copy.
 * @throws EvaluationFault of a range, which they cannot write
 */
export function toJson(item: FeelItem | FeelError, writing: Writing): JsonValue {
  const { budget } = writing
  if (typeof item === 'string') return textToJson(item, writing)
  if (typeof item === 'boolean' || item === null) return item
  if (typeof item === 'number' && Number.isFinite(item)) return item
  if (typeof item === 'object' && isKnownPlain(item)) return item as JsonValue
  if (isList(item)) {
    budget.spend(item.length)
    return mapped(item, writing)
  }
  const value = item instanceof FeelError ? item : settle(item, budget)
  if (isNumber(value)) return numberToJson(value, budget)
  if (value instanceof FeelError) return errorToJson(value, writing)
  if (value instanceof FeelFunction) return functionToJson(value, budget)
  if (isTemporal(value)) {
    budget.spend(4)
    return value.toJSON()
  }
  if (isContext(value)) return contextToJson(value, writing)
  if (value === null) return null
  throw new EvaluationFault(worded`no value mapper found for '${shown(value, budget)}'`)
}

function textToJson(text: string, { budget, keepsHalfPairs }: Writing): string {
  budget.spendWritten(text.length)
  return keepsHalfPairs || text.isWellFormed() ? text : text.replaceAll(/\p{Cs}/gu, '?')
}

function mapped(items: readonly FeelItem[], writing: Writing): readonly JsonValue[] {
  let changed: JsonValue[] | undefined
  for (let index = 0; index < items.length; index++) {
    const item = items[index] ?? null
    // Of texts, which most lists are, without asking what else they might be.
    const json = typeof item === 'string' ? textToJson(item, writing) : toJson(item, writing)
    if (changed) changed.push(json)
    else if (json !== item) changed = [...(items.slice(0, index) as JsonValue[]), json]
  }
  return changed ?? (items as readonly JsonValue[])
}

function contextToJson(context: FeelContext, writing: Writing): JsonValue {
  const { budget } = writing
  if (context instanceof MadeContext) {
    budget.spendContext(context.entries.size)
    const json: Record<string, JsonValue> = {}
    for (const [name, item] of context.entries) setOwn(json, textToJson(name, writing), toJson(item, writing))
    return json
  }
  let json: Record<string, JsonValue> | undefined
  let count = 0
  for (const name in context) {
    budget.spend(1)
    const item = context[name] as JsonValue
    const [key, value] = [textToJson(name, writing), toJson(item, writing)]
    if (json === undefined && (key !== name || value !== item)) json = beginningOf(context, count)
    if (json) setOwn(json, key, value)
    count++
  }
  if (json) budget.spendContext(count)
  return json ?? context
}

/** A copy of an object's first entries. */
function beginningOf(object: JsonObject, count: number): Record<string, JsonValue> {
  const beginning: Record<string, JsonValue> = {}
  for (const [name, item] of Object.entries(object).slice(0, count)) setOwn(beginning, name, item)
  return beginning
}

function numberToJson(number: FeelNumber, budget: Budget): JsonValue {
  const whole = toLong(number, budget)
  if (whole !== undefined) return whole
  const double = toDouble(number, budget)
  // Jackson writes what JSON has no number for as a text.
  if (!Number.isFinite(double)) return String(double)
  return Number.isInteger(double) ? new WholeDouble(double) : double
}

function errorToJson({ reason }: FeelError, writing: Writing): JsonValue {
  writing.budget.spend(8)
  return { error: textToJson(reason, writing), properties: {}, comparable: false }
}

/** What Jackson makes of the engine's function, where it does not leave it out. */
function functionToJson({ parameters, variadic }: FeelFunction, budget: Budget): JsonValue {
  budget.spend(16)
  return { params: parameters, invoke: {}, hasVarArgs: variadic, paramSet: parameters, properties: {}, comparable: false }
}
