import { createInterface } from 'node:readline'
import { getHeapStatistics } from 'node:v8'
import { parseFeel } from '../lambda/feel/feel.ts'
import { type JsonObject, parseFirstJsonValue, toJsonText } from '../lambda/json/json.ts'
import { hostileCase } from '../test/support/hostile-generator.ts'

/** Evaluates the hostile cases whose seeds it is told, and says how each ended and what it cost. */

for await (const line of createInterface({ input: process.stdin })) {
  const seed = Number(line)
  const { expression, kind, text } = caseOf(seed)
  const parsed = parseFeel(expression)
  if (parsed.kind === 'syntaxError') {
    tell({ seed, expression, kind, ended: `syntax: ${parsed.message}`, millis: 0 })
    continue
  }
  const received = parseFirstJsonValue(text) as JsonObject
  // What the case before has left is none of this one's cost.
  globalThis.gc?.()
  const began = process.cpuUsage()
  const result = parsed.expression.evaluate(received, { keepsHalfPairs: true })
  const json = result.kind === 'value' ? toJsonText(result.value).length : 0
  const { user, system } = process.cpuUsage(began)
  const ended = result.kind === 'value' ? `value of ${json}` : `${result.phase}: ${result.reason.slice(0, 80)}`
  tell({ seed, expression, kind, ended, millis: Math.round((user + system) / 1_000) })
}

/** The message as its text, as SQS delivers it. */
function caseOf(seed: number) {
  const { expression, kind, context } = hostileCase(seed)
  return { expression, kind, text: toJsonText(context) }
}

function tell(outcome: object) {
  process.stdout.write(`${JSON.stringify({ ...outcome, heap: Math.round(getHeapStatistics().total_heap_size / 1_048_576) })}\n`)
}
