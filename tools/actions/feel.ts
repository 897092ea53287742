import pc from 'picocolors'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { parseFeel, staticWarnings } from '../../lambda/feel/feel.ts'
import { isObject, type JsonObject, type JsonValue, parseFirstJsonValue, toJsonText } from '../../lambda/json/json.ts'
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
  const parsed = parseFeel(text)
  if (parsed.kind === 'syntaxError') {
    const { message: reason, from, to } = parsed
    if (json) console.log(JSON.stringify({ syntaxError: { reason, from, to } }, null, 2))
    if (json) return 1
    console.error(`${pc.red('no FEEL expression')}: ${parsed.message}\n${underlined(text, parsed.from, parsed.to)}`)
    return 1
  }
  const { expression } = parsed
  const result = expression.evaluate(context, { warnings: true })
  // What no message can mend is said first; the same place is not shown twice.
  const mistakes = staticWarnings(expression, Object.keys(context))
  const others = result.warnings.filter(({ from, type }) => !mistakes.some((mistake) => mistake.from === from && mistake.type === type))
  const warnings = [...mistakes, ...others]
  const status = result.kind === 'value' ? 0 : 1
  if (json) {
    const told = result.kind === 'value' ? { value: result.value, type: result.type } : { failure: result.reason }
    const places = warnings.map(({ type, message, from, to }) => ({ type, message, from, to }))
    console.log(toJsonText({ ...told, warnings: places }))
    return status
  }
  if (result.kind === 'value') console.log(`${indented(result.value)}\n${pc.dim(result.type)}`)
  else console.error(`${pc.red('the evaluation fails')}: ${result.reason}`)
  for (const { type, message, from, to } of warnings) console.error(`\n${pc.yellow(type)} ${message}\n${underlined(text, from, to)}`)
  return status
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

function indented(value: JsonValue): string {
  const text = toJsonText(value)
  if (text.length <= 100) return text
  return JSON.stringify(
    JSON.parse(text, (_name, part, { source } = {} as { source?: string }) =>
      source && typeof part === 'number' ? JSON.rawJSON(source) : part,
    ),
    null,
    2,
  )
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
