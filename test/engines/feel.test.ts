import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseFeel } from '../../lambda/feel/feel.ts'
import { isObject, type JsonObject, type JsonValue, WholeDouble } from '../../lambda/json/json.ts'
import { type FeelEngine, startFeelEngine } from '../../local/engines/feel-engine.ts'
import { describeWithEngines, enginesJdk } from '../support/engines.ts'
import { generateExpression, MESSAGES, seeded } from '../support/feel-generator.ts'

/** The same questions each time; `FEEL_SEED=123` asks others, `FEEL_CASES=100000` more. */
const seed = Number(process.env.FEEL_SEED ?? 20_261_122)
const cases = Number(process.env.FEEL_CASES ?? 4_000)

describeWithEngines('FEEL beside Camunda’s own engine', () => {
  let engine: FeelEngine
  beforeAll(async () => {
    engine = await startFeelEngine(enginesJdk())
  }, 20 * 60_000)
  afterAll(async () => {
    await engine.stop()
  })

  it('gives the same value, or fails where it fails, on generated expressions', { timeout: 20 * 60_000 }, async () => {
    console.info(`FEEL_SEED=${seed} FEEL_CASES=${cases}`)
    const random = seeded(seed)
    const questions = Array.from({ length: cases }, (_, index) => ({
      expression: generateExpression(random),
      context: MESSAGES[index % MESSAGES.length] as JsonObject,
    }))
    const answers = await engine.ask(questions)
    const differences = questions.flatMap(({ expression, context }, index) => {
      const theirs = answers[index] as JsonObject
      const ours = answer(expression, context)
      return isSame(ours, theirs) ? [] : [{ expression, message: context.messageId, theirs, ours }]
    })
    expect(differences.slice(0, 20)).toEqual([])
  })
})

function answer(expression: string, context: JsonObject): JsonObject {
  const parsed = parseFeel(expression)
  if (parsed.kind === 'syntaxError') return { failure: parsed.message, phase: 'parse' }
  const result = parsed.expression.evaluate(context)
  return result.kind === 'value' ? { value: result.value } : { failure: result.reason, phase: 'evaluation' }
}

function isSame(ours: JsonObject, theirs: JsonObject): boolean {
  // Where its stack ends, the engine says nothing about the language.
  if (theirs.phase === 'overflow') return true
  return ours.phase === theirs.phase && isSameValue(ours.value ?? null, theirs.value ?? null)
}

/** The order of an object's members, and how a number is written, make no difference. */
function isSameValue(x: JsonValue, y: JsonValue): boolean {
  if (isNumber(x) && isNumber(y)) return Number(x) === Number(y)
  if (Array.isArray(x)) return Array.isArray(y) && x.length === y.length && x.every((item, index) => isSameValue(item, y[index]))
  if (!isObject(x)) return x === y
  const names = Object.keys(x)
  return (
    isObject(y) &&
    names.length === Object.keys(y).length &&
    names.every((name) => Object.hasOwn(y, name) && isSameValue(x[name] ?? null, y[name] ?? null))
  )
}

function isNumber(value: JsonValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof WholeDouble
}
