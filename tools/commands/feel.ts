/**
 * Evaluates an expression as the bridge would: `npm run feel -- 'EXPRESSION' --message FILE`.
 *
 * FILE is an SQS record as Lambda delivers it, or the variables of the expression as a JSON object; without it there are none. Prints the
 * value, its type, and what became null on the way; a syntax error with a caret under it. The status is 0 where there is a value.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { SQSRecord } from 'aws-lambda'
import pc from 'picocolors'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { parseFeel, staticWarnings } from '../../lambda/feel/feel.ts'
import { isObject, type JsonObject, type JsonValue, parseFirstJsonValue, toJsonText } from '../../lambda/json/json.ts'

function main(): number {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { message: { type: 'string' } } })
  const [text] = positionals
  if (text === undefined || positionals.length > 1) {
    console.error("Usage: npm run feel -- 'EXPRESSION' [--message FILE]")
    return 2
  }
  const context = values.message === undefined ? {} : variablesOf(readJson(values.message))
  const parsed = parseFeel(text)
  if (parsed.kind === 'syntaxError') {
    console.error(`${pc.red('no FEEL expression')}: ${parsed.message}\n${underlined(text, parsed.from, parsed.to)}`)
    return 1
  }
  const { expression } = parsed
  const result = expression.evaluate(context, { warnings: true })
  if (result.kind === 'value') console.log(`${indented(result.value)}\n${pc.dim(result.type)}`)
  else console.error(`${pc.red('the evaluation fails')}: ${result.reason}`)
  // What no message can mend is said first; the same place is not shown twice.
  const mistakes = staticWarnings(expression, Object.keys(context))
  const others = result.warnings.filter(({ from, type }) => !mistakes.some((mistake) => mistake.from === from && mistake.type === type))
  for (const { type, message, from, to } of [...mistakes, ...others])
    console.error(`\n${pc.yellow(type)} ${message}\n${underlined(text, from, to)}`)
  return result.kind === 'value' ? 0 : 1
}

function readJson(file: string): JsonObject {
  const value = parseFirstJsonValue(readFileSync(file, 'utf8'))
  if (value === undefined || !isObject(value)) throw new Error(`${file} holds no JSON object`)
  return value
}

/** An SQS record becomes the message which a connector's expressions see. */
function variablesOf(json: JsonObject): JsonObject {
  const isRecord = typeof json.eventSourceARN === 'string' || json.eventSource === 'aws:sqs'
  if (!isRecord) return json
  return { ...toSqsMessage(json as unknown as SQSRecord, { attributeNames: [], messageAttributeNames: [] }) } as unknown as JsonObject
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

process.exitCode = main()
