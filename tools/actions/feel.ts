import pc from 'picocolors'
import { answerOf, type ExpressionAnswer } from '../../lambda/core/expression-answer.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { isObject, type JsonObject, parseFirstJsonValue, toJsonText } from '../../lambda/json/json.ts'
import { readableJson } from '../../lambda/json/readable-json.ts'
import { UsageError } from '../command-line.ts'
import { messagesIn, onlyMessage, readText, takenAs } from '../message-file.ts'

export interface FeelOptions {
  /** A file which holds a message. */
  readonly message?: string | undefined
  /** A file which holds an object of variables. */
  readonly variables?: string | undefined
  readonly json?: boolean | undefined
}

/**
 * Evaluates an expression as the bridge would. Prints the value, its type, and what became null on the way; a syntax error with a caret under
 * it.
 */
export async function feel(text: string, { message, variables, json }: FeelOptions): Promise<number> {
  if (message !== undefined && variables !== undefined) throw new UsageError('Either --message or --variables.')
  const context = message !== undefined ? await messageIn(message) : variables !== undefined ? await variablesIn(variables) : {}
  const answer = answerOf(text, context)
  if (json) {
    console.log(toJsonText(inJson(answer)))
    return answer.kind === 'value' ? 0 : 1
  }
  if (answer.kind === 'syntaxError') {
    console.error(`${pc.red('no FEEL expression')}: ${answer.reason}\n${underlined(text, answer.from, answer.to)}`)
    return 1
  }
  if (answer.kind === 'value') console.log(`${readableJson(answer.value)}\n${pc.dim(answer.type)}`)
  else console.error(`${pc.red('the evaluation fails')}: ${answer.reason}`)
  for (const { type, message, from, to } of answer.warnings) console.error(`\n${pc.yellow(type)} ${message}\n${underlined(text, from, to)}`)
  return answer.kind === 'value' ? 0 : 1
}

function inJson(answer: ExpressionAnswer): JsonObject {
  if (answer.kind === 'syntaxError') {
    const { reason, from, to } = answer
    return { syntaxError: { reason, from, to } }
  }
  const warnings = answer.warnings.map(({ type, message, from, to }) => ({ type, message, from, to }))
  return answer.kind === 'value' ? { value: answer.value, type: answer.type, warnings } : { failure: answer.reason, warnings }
}

/** The message in a file, as the expressions of a connector see it which leaves no attributes out. */
async function messageIn(file: string): Promise<JsonObject> {
  const messages = messagesIn(await readText(file))
  tell(takenAs(messages, file))
  return { ...toSqsMessage(onlyMessage(messages), { attributeNames: [], messageAttributeNames: [] }) }
}

async function variablesIn(file: string): Promise<JsonObject> {
  const value = parseFirstJsonValue(await readText(file))
  if (value === undefined || !isObject(value)) throw new Error(`${file} holds no JSON object`)
  return value
}

/** The line of a text where a place begins, with carets under it. */
function underlined(text: string, from: number, to: number): string {
  const start = text.lastIndexOf('\n', from - 1) + 1
  const newline = text.indexOf('\n', start)
  const end = newline < 0 ? text.length : newline
  const length = Math.max(1, Math.min(to, end) - from)
  return `  ${text.slice(start, end)}\n  ${' '.repeat(from - start)}${pc.cyan('^'.repeat(length))}`
}

function tell(sentence: string | undefined) {
  if (sentence !== undefined) console.error(pc.dim(sentence))
}
