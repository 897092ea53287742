/**
 * Evaluates recorded expressions and compares: `npm run vectors:feel -- FILE --contexts FILE [--contexts FILE]`.
 *
 * FILE has one JSON object a line: {"id", "category", "context", "expression", "ok"} with "type" and "value" where it is ok, else with
 * "phase", "parse" or "eval". "context" is the name of one in the files of contexts, or a context. Contexts are compared without regard to
 * the order of their entries, numbers by value. Ends with `A of N agree`; the status is 0 where all do, or stand below.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseFeel } from '../../lambda/feel/feel.ts'
import { isObject, type JsonObject, type JsonValue, parseFirstJsonValue, toJsonText, WholeDouble } from '../../lambda/json/json.ts'

interface RecordedCase {
  readonly id?: string
  readonly category?: string
  readonly context: string | JsonObject
  readonly expression: string
  readonly ok: boolean
  readonly type?: string
  readonly value?: JsonValue
  readonly phase?: 'parse' | 'eval'
}

type Answer = { ok: true; type: string; value: JsonValue } | { ok: false; phase: 'parse' | 'eval'; message: string }

/** Where this bridge means to differ: see docs/FEEL.md. */
const KNOWN_DIFFERENCES: readonly { readonly expression: RegExp; readonly why: string }[] = [
  { expression: /\bfrom base64\(/, why: 'a function of the engine from 1.22 on; the recorded engine is older' },
  { expression: /\b(?:now|today|uuid|random number)\(/, why: 'another time, another chance' },
]

function answer(expression: string, context: JsonObject): Answer {
  const parsed = parseFeel(expression)
  if (parsed.kind === 'syntaxError') return { ok: false, phase: 'parse', message: parsed.message }
  const result = parsed.expression.evaluate(context)
  return result.kind === 'value'
    ? { ok: true, type: result.type, value: result.value }
    : { ok: false, phase: 'eval', message: result.reason }
}

function agrees(expected: RecordedCase, got: Answer): boolean {
  if (!got.ok) return !expected.ok && (expected.phase ?? got.phase) === got.phase
  return expected.ok && (expected.type ?? got.type) === got.type && isSame(expected.value ?? null, got.value)
}

function isSame(x: JsonValue, y: JsonValue): boolean {
  if (isNumber(x) && isNumber(y)) return isSameNumber(x, y)
  if (Array.isArray(x)) return Array.isArray(y) && x.length === y.length && x.every((item, index) => isSame(item, y[index] ?? null))
  if (!isObject(x)) return x === y
  const names = Object.keys(x)
  if (!isObject(y) || names.length !== Object.keys(y).length) return false
  return names.every((name) => Object.hasOwn(y, name) && isSame(x[name] ?? null, y[name] ?? null))
}

function isNumber(value: JsonValue): value is number | bigint | WholeDouble {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof WholeDouble
}

/** Integers by all their digits; one that is written as a fraction, `1.0E20`, is the double. */
function isSameNumber(x: number | bigint | WholeDouble, y: number | bigint | WholeDouble): boolean {
  if (x instanceof WholeDouble || y instanceof WholeDouble) return Number(String(x)) === Number(String(y))
  return String(x) === String(y)
}

function show(answer: RecordedCase | Answer): string {
  if (answer.ok) return `${answer.type} ${toJsonText(answer.value ?? null)}`
  return 'message' in answer ? `${answer.phase} failure: ${answer.message}` : `${answer.phase} failure`
}

function readJson(file: string): JsonObject {
  const contexts = parseFirstJsonValue(readFileSync(file, 'utf8'))
  if (contexts === undefined || !isObject(contexts)) throw new Error(`${file} holds no JSON object`)
  return contexts
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { contexts: { type: 'string', multiple: true, default: [] } },
  })
  const [file] = positionals
  if (!file) {
    console.error('Usage: npm run vectors:feel -- FILE --contexts FILE [--contexts FILE]')
    return 2
  }
  const contexts: JsonObject = Object.assign({}, ...values.contexts.map(readJson))
  const cases = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => parseFirstJsonValue(line) as unknown as RecordedCase)
  const tally = new Map<string, { agree: number; all: number }>()
  const known = new Map<string, number>()
  for (const recorded of cases) {
    const { category = 'all', expression, context } = recorded
    const given = typeof context === 'string' ? contexts[context] : context
    if (given === undefined || !isObject(given)) {
      console.error(`There is no context ${toJsonText(context)}: name the file which holds it with --contexts FILE.`)
      return 2
    }
    const got = answer(expression, given)
    const isAgreed = agrees(recorded, got)
    const { agree, all } = tally.get(category) ?? { agree: 0, all: 0 }
    tally.set(category, { agree: agree + Number(isAgreed), all: all + 1 })
    if (isAgreed) continue
    const difference = KNOWN_DIFFERENCES.find((candidate) => candidate.expression.test(expression))
    if (difference) known.set(difference.why, (known.get(difference.why) ?? 0) + 1)
    console.log(
      `${recorded.id ?? ''} ${category}, on ${typeof context === 'string' ? context : toJsonText(context)}${difference ? ' (known)' : ''}`,
    )
    console.log(`  ${expression.replaceAll('\n', '\n  ')}`)
    console.log(`  expected  ${show(recorded)}`)
    console.log(`  got       ${show(got)}`)
  }
  for (const [category, { agree, all }] of tally) console.log(`${category.padEnd(16)} ${agree} of ${all}`)
  for (const [why, count] of known) console.log(`${count} differ as they are meant to: ${why}`)
  const agreed = [...tally.values()].reduce((sum, { agree }) => sum + agree, 0)
  console.log(`${agreed} of ${cases.length} agree`)
  return agreed + [...known.values()].reduce((sum, count) => sum + count, 0) === cases.length ? 0 : 1
}

process.exitCode = main()
