import { createInterface } from 'node:readline'
import { getHeapStatistics } from 'node:v8'
import { parseFeel } from '../lambda/feel/feel.ts'
import { type JsonObject, parseFirstJsonValue, toJsonText } from '../lambda/json/json.ts'
import { hostileCase } from '../test/support/hostile-generator.ts'

const memory = new Int32Array(0x40000).map((_, index) => index * 7_919)

/** Evaluates the hostile cases whose seeds it is told, and says how each ended and what it cost. */

for await (const line of createInterface({ input: process.stdin })) {
  const seed = Number(line)
  const { expression, kind, text } = caseOf(seed)
  const parsed = parseFeel(expression)
  if (parsed.kind === 'syntaxError') {
    tell({ seed, expression, kind, ended: `syntax: ${parsed.message}`, loop: 0, millis: 0 })
    continue
  }
  const received = parseFirstJsonValue(text) as JsonObject
  // What the case before has left is none of this one's cost.
  globalThis.gc?.()
  const before = millisOf(calibrate)
  const began = process.cpuUsage()
  const result = parsed.expression.evaluate(received, { keepsHalfPairs: true })
  const json = result.kind === 'value' ? toJsonText(result.value).length : 0
  const { user, system } = process.cpuUsage(began)
  const loop = (before + millisOf(calibrate)) / 2
  const ended = result.kind === 'value' ? `value of ${json}` : `${result.phase}: ${result.reason.slice(0, 80)}`
  tell({ seed, expression, kind, ended, loop, millis: Math.round((user + system) / 1_000) })
}

function millisOf(work: () => unknown): number {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1_000
}

/** Always the same way through a megabyte: what it takes says how fast the processor is at the time, beside all else that uses it. */
function calibrate(): number {
  let at = 0
  for (let step = 0; step < 2_000_000; step++) at = (Math.imul(at, 1_664_525) + 1_013_904_223 + (memory[at & 0x3ffff] as number)) | 0
  return at
}

/** The message as its text, as SQS delivers it. */
function caseOf(seed: number) {
  const { expression, kind, context } = hostileCase(seed)
  return { expression, kind, text: toJsonText(context) }
}

function tell(outcome: object) {
  process.stdout.write(`${JSON.stringify({ ...outcome, heap: Math.round(getHeapStatistics().total_heap_size / 1_048_576) })}\n`)
}
