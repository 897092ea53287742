import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Trace, traceOf } from '../../../lambda/core/expression-trace.ts'

/** The trace as a list of `expression = value`, each part below its whole. */
function lines({ expression, value, failure, skipped, parts = [] }: Trace, indent = ''): string[] {
  const result = failure === undefined ? JSON.stringify(value) : `failure: ${failure}`
  return [`${indent}${expression} = ${result}${skipped ? ' (skipped)' : ''}`, ...parts.flatMap((part) => lines(part, `${indent}  `))]
}

describe('the trace of an expression', () => {
  const variables = { body: { a: 1, b: 'x', list: [1, 2] }, messageAttributes: {} }

  // biome-ignore format: a table
  test.each<[string, string, string[]]>([
    ['tells each operand of a comparison, and no literal', 'body.a > 0', ['body.a > 0 = true', '  body.a = 1']],
    ['tells a chain as one, and what is not asked', 'body.a = 2 and body.b = "x" and body.a = 1', [
      'body.a = 2 and body.b = "x" and body.a = 1 = false',
      '  body.a = 2 = false', '    body.a = 1',
      '  body.b = "x" = true (skipped)', '    body.b = "x"',
      '  body.a = 1 = true (skipped)', '    body.a = 1']],
    ['has parentheses where the text has them', '(body.a = 2 or body.a = 1) and (body.b = "(" or body.b = "x")', [
      '(body.a = 2 or body.a = 1) and (body.b = "(" or body.b = "x") = true',
      '  body.a = 2 or body.a = 1 = true',
      '    body.a = 2 = false', '      body.a = 1',
      '    body.a = 1 = true', '      body.a = 1',
      '  body.b = "(" or body.b = "x" = true',
      '    body.b = "(" = false', '      body.b = "x"',
      '    body.b = "x" = true', '      body.b = "x"']],
    ['tells the arguments of a function', 'contains(body.b, "x")', ['contains(body.b, "x") = true', '  body.b = "x"']],
    ['tells which branch was taken', 'if body.a = 1 then body.b else body.c', [
      'if body.a = 1 then body.b else body.c = "x"',
      '  body.a = 1 = true', '    body.a = 1',
      '  body.b = "x"',
      '  body.c = null (skipped)']],
    ['tells lists which are gone through, and nothing of variables which are not there outside', 'some i in body.list satisfies i > 1', [
      'some i in body.list satisfies i > 1 = true', '  body.list = [1,2]']],
    ['tells what is tested', 'body.b in ("x", "y")', ['body.b in ("x", "y") = true', '  body.b = "x"']],
    ['tells a failure where it is', 'assert(body, body.a = 2) = body', [
      'assert(body, body.a = 2) = body = failure: an assertion is not met: The condition is not fulfilled',
      '  assert(body, body.a = 2) = failure: an assertion is not met: The condition is not fulfilled',
      '    body = {"a":1,"b":"x","list":[1,2]}', '    body.a = 2 = false', '      body.a = 1',
      '  body = {"a":1,"b":"x","list":[1,2]}']],
  ])('%s', (_claim, text, expected) => {
    expect(lines(traceOf(text, variables))).toEqual(expected)
  })

  test('says why a part is null, at the smallest part which is', () => {
    const trace = traceOf('= messageAttributes.type.stringValue = "A"', variables)
    expect(trace.warnings).toBeUndefined()
    expect(trace.parts?.[0]?.warnings?.[0]).toMatch(/^NO_CONTEXT_ENTRY_FOUND: .*'type'/)
  })

  test('asks Lambda’s clock, wherever it is tried', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(traceOf('now().timezone', variables).value).toBe('UTC')
  })
})
