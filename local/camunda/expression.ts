import { parseFeel } from '../../lambda/feel/feel.ts'
import { isObject, type JsonObject, type JsonValue, parseFirstJsonValue } from '../../lambda/json/json.ts'
import { isExpression } from './process-model.ts'

/** A value of a diagram on an instance's variables: of an expression its result, of a text the text. */
export type Evaluated = { readonly value: JsonValue } | { readonly failure: string }

export function evaluated(text: string, variables: JsonObject): Evaluated {
  return isExpression(text) ? resultOf(text, variables) : { value: text }
}

/** Of a FEEL expression, with or without the equals sign. */
export function resultOf(text: string, variables: JsonObject): Evaluated {
  const parsed = parseFeel(text)
  if (parsed.kind === 'syntaxError') return { failure: parsed.message }
  const result = parsed.expression.evaluate(variables)
  return result.kind === 'value' ? { value: result.value } : { failure: result.reason }
}

/** Variables as they are stored. */
export function variablesIn(text: string): JsonObject {
  const value = parseFirstJsonValue(text)
  if (value === undefined || !isObject(value)) throw new Error('stored variables are no JSON object')
  return value
}
