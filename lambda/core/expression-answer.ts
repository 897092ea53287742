import { type EvaluationOptions, type FeelWarning, parseFeel, type StaticWarning, staticWarnings } from '../feel/feel.ts'
import type { JsonObject, JsonValue } from '../json/json.ts'

/** What somebody is told who tries an expression. Places are of its text: the first character, and the one after the last. */
export type ExpressionAnswer =
  | { readonly kind: 'syntaxError'; readonly reason: string; readonly from: number; readonly to: number }
  | { readonly kind: 'value'; readonly value: JsonValue; readonly type: string; readonly warnings: readonly Warning[] }
  /** Camunda's engine fails on it, or it takes more than an evaluation may. */
  | { readonly kind: 'failure'; readonly reason: string; readonly warnings: readonly Warning[] }

type Warning = FeelWarning | StaticWarning

/** With warnings, and in Lambda's time zone, wherever it is tried. */
export const AS_IN_LAMBDA: EvaluationOptions = { warnings: true, timeZone: 'UTC' }

/** An expression on variables, as the bridge evaluates it, and what became null on the way. */
export function answerOf(text: string, context: JsonObject): ExpressionAnswer {
  const parsed = parseFeel(text)
  if (parsed.kind === 'syntaxError') {
    const { message: reason, from, to } = parsed
    return { kind: 'syntaxError', reason, from, to }
  }
  const result = parsed.expression.evaluate(context, AS_IN_LAMBDA)
  // What no message can mend is said first; the same place is not shown twice.
  const mistakes = staticWarnings(parsed.expression, Object.keys(context))
  const others = result.warnings.filter(({ from, type }) => !mistakes.some((mistake) => mistake.from === from && mistake.type === type))
  const warnings = [...mistakes, ...others]
  return result.kind === 'value'
    ? { kind: 'value', value: result.value, type: result.type, warnings }
    : { kind: 'failure', reason: result.reason, warnings }
}
