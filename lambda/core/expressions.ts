import { OutOfTime, type ParsedFeel, parseFeel, type StaticWarning, type Surroundings, staticWarnings } from '../feel/feel.ts'
import type { JsonObject, JsonValue } from '../json/json.ts'

/**
 * The expressions of connectors by their text. Each is parsed and compiled once, when the configuration that holds it is read; messages only
 * evaluate it.
 */

export type Evaluated =
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** The expression is no FEEL, or Camunda's engine fails on it (`fault`), or it takes more than an evaluation may (`budget`). */
  | { readonly kind: 'failure'; readonly reason: string; readonly phase: 'fault' | 'budget' }

/** Variables of every expression: the fields of the message. */
export const MESSAGE_FIELDS = [
  'messageId',
  'receiptHandle',
  'mD5OfBody',
  'body',
  'attributes',
  'mD5OfMessageAttributes',
  'messageAttributes',
]

const parsedByText = new Map<string, ParsedFeel>()

/** The expression which a text is, or why it is none. */
export function parsed(text: string): ParsedFeel {
  const known = parsedByText.get(text)
  if (known) return known
  const fresh = parseFeel(text)
  parsedByText.set(text, fresh)
  return fresh
}

/** Whether there is time to go on with what is evaluated now. */
let hasTime: (() => boolean) | undefined

/**
 * What `work` gives, which evaluates expressions and waits for nothing; undefined where there was no time for all of them. That is no value
 * of an expression, and says nothing of the message: whoever evaluates need not know of the clock, only who began.
 */
export function whileTime<Result>(isLeft: () => boolean, work: () => Result): Result | undefined {
  hasTime = isLeft
  try {
    return work()
  } catch (error) {
    if (error instanceof OutOfTime) return undefined
    throw error
  } finally {
    hasTime = undefined
  }
}

/** The clock, chance and zone which expressions ask; those of the process. */
let surroundings: Partial<Surroundings> | undefined

/** What `work` gives, which waits for nothing, where now(), random number() and their like ask these surroundings. */
export function surroundedBy<Result>(others: Partial<Surroundings>, work: () => Result): Result {
  surroundings = others
  try {
    return work()
  } finally {
    surroundings = undefined
  }
}

/**
 * The value of an expression on a message's fields, and on what is given beside them. A text with half a surrogate pair stays so, for whoever
 * has to store it to refuse: Camunda's connectors would make it a question mark unasked.
 */
export function evaluate(text: string, context: JsonObject): Evaluated {
  const expression = parsed(text)
  if (expression.kind === 'syntaxError') return { kind: 'failure', reason: expression.message, phase: 'fault' }
  const result = expression.expression.evaluate(context, { keepsHalfPairs: true, hasTime, ...surroundings })
  // What a failure says with the values is for whoever looks at the message, and not for a log.
  return result.kind === 'value' ? result : { kind: 'failure', reason: result.told, phase: result.phase }
}

/**
 * What in an expression was null instead of what its author meant, for a log line: kind and place of each warning, and nothing of the
 * message. Evaluates the expression once more.
 */
export function explain(text: string, context: JsonObject): string | undefined {
  const expression = parsed(text)
  if (expression.kind === 'syntaxError') return undefined
  const { warnings } = expression.expression.evaluate(context, { warnings: true, hasTime, ...surroundings })
  const places = warnings.map(({ type, from, to }) => `${type} in ${text.slice(from, to)}`)
  return places.length > 0 ? [...new Set(places)].slice(0, 3).join(', ') : undefined
}

/** What Camunda would silently turn into null whatever the message is: an unknown function or name. Blank: nothing. */
export function warningsOf(text: string, moreNames: readonly string[] = []): readonly StaticWarning[] {
  if (!text.trim()) return []
  const expression = parsed(text)
  return expression.kind === 'parsed' ? staticWarnings(expression.expression, [...MESSAGE_FIELDS, ...moreNames]) : []
}
