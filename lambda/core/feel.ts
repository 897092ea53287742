import { evaluate, FeelDate, FeelDateTime, FeelDuration, FeelFunction, FeelRange, FeelTime, parseExpression } from 'feelin'
import { type JsonObject, type JsonValue, WholeDouble } from './json.ts'

/**
 * FEEL, by feelin: the only file which knows it. Where feelin's evaluation differs from Camunda's engine, so does the bridge; see docs/FEEL.md.
 */

export type FeelResult =
  | { readonly kind: 'value'; readonly value: JsonValue }
  /** The expression is no FEEL, or its evaluation failed. What is merely unknown or ill-typed is null in FEEL, and no failure. */
  | { readonly kind: 'failure'; readonly reason: string }

/** A node of feelin's syntax tree. */
export type FeelNode = ReturnType<typeof parseExpression>['topNode']

/** Names which are not one identifier; without them `get or else(x, y)` would be a disjunction. */
const VOCABULARY = { 'get or else': null }

/** Evaluates an expression, with or without its leading `=`, on the variables of a context. */
export function evaluateFeel(expression: string, context: JsonObject): FeelResult {
  const text = feelText(expression)
  if (isUnaryTest(text)) return { kind: 'failure', reason: UNARY_TEST }
  try {
    const { value } = evaluate(text, toFeelin(context) as Record<string, unknown>, 'camunda')
    return { kind: 'value', value: fromFeelin(value) ?? null }
  } catch (error) {
    return { kind: 'failure', reason: (error as Error).message }
  }
}

/** Why a text is no FEEL expression; undefined where it is one, or blank. */
export function feelSyntaxFault(expression: string): string | undefined {
  if (!expression.trim()) return undefined
  const text = feelText(expression)
  if (isUnaryTest(text)) return UNARY_TEST
  const fault = firstError(parseExpression(text, VOCABULARY, 'camunda').topNode)
  if (!fault) return undefined
  const rest = text.slice(fault.from).trim()
  return rest ? `“${rest.slice(0, 40)}” is not understood` : 'its end is missing'
}

/** The syntax tree of an expression and its text, parsed without any message in sight; undefined where it is no FEEL. */
export function parseFeel(expression: string): { readonly text: string; readonly root: FeelNode } | undefined {
  if (feelSyntaxFault(expression) !== undefined) return undefined
  const text = feelText(expression)
  return { text, root: parseExpression(text, VOCABULARY, 'camunda').topNode }
}

/** The parser recovers from errors and marks them in its tree. */
function firstError(node: FeelNode): FeelNode | undefined {
  if (node.type.isError) return node
  for (let child = node.firstChild; child; child = child.nextSibling) {
    const error = firstError(child)
    if (error) return error
  }
  return undefined
}

/** As Camunda reads a property: blanks around it and one leading `=` are no part of the expression. */
function feelText(expression: string): string {
  return expression.trim().replace(/^=/, '').trim()
}

/** feelin takes `= 1` for an expression too. */
function isUnaryTest(text: string): boolean {
  return /^[=<>!]/.test(text)
}

const UNARY_TEST = 'an expression cannot begin with an operator'

/** feelin counts in doubles, and a number that is not finite is null to Camunda's engine. */
function toFeelin(value: JsonValue): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof WholeDouble) return value.value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) return value.map(toFeelin)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toFeelin(part)]))
}

/** A result as Camunda's connectors write it: temporal values as java.time's text, no functions, a range is null. */
function fromFeelin(value: unknown): JsonValue | undefined {
  if (value === null || value === undefined || value instanceof FeelRange) return null
  if (value instanceof FeelFunction || typeof value === 'function') return undefined
  if (value instanceof FeelDate) return value.iso
  if (value instanceof FeelTime)
    return value.zone === null ? value.value.toString() : `${shortTime(value.value.toString())}${offset(value)}`
  if (value instanceof FeelDateTime) return `${value.value.toString()}${value.zone === null ? '' : offset(value)}`
  if (value instanceof FeelDuration) return value.yearsMonths ? value.iso : javaDuration(value)
  if (Array.isArray(value)) return value.map((item) => fromFeelin(item) ?? null)
  if (typeof value !== 'object') return value as JsonValue
  const entries = Object.entries(value).map(([name, part]) => [name, fromFeelin(part)] as const)
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined))
}

/** java.time's OffsetTime leaves out seconds that are zero. */
function shortTime(time: string): string {
  return time.replace(/:00$/, '')
}

function offset(value: FeelTime | FeelDateTime): string {
  const { hours, minutes } = value['time offset']
  if (hours === 0 && minutes === 0) return 'Z'
  const digits = (number: number) => String(Math.abs(number)).padStart(2, '0')
  return `${hours < 0 || minutes < 0 ? '-' : '+'}${digits(hours)}:${digits(minutes)}`
}

/** java.time's Duration knows no days: P1D is PT24H. */
function javaDuration({ days, hours, minutes, seconds }: FeelDuration): string {
  const parts = [days * 24 + hours && `${days * 24 + hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`].filter(Boolean)
  return `PT${parts.join('') || '0S'}`
}
