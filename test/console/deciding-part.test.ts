import { expect, test } from 'vitest'
import { decidingPart } from '../../console/messages/deciding-part.ts'
import { traceOf } from '../../lambda/core/expression-trace.ts'
import { parseFirstJsonValue } from '../../lambda/json/json.ts'
import { toNode } from '../../local/console/explained.ts'

const message = parseFirstJsonValue('{"body":{"a":1,"b":2,"text":null}}') as Parameters<typeof traceOf>[1]

test.each([
  ['body.a = 1 and body.b = 3 and body.a = 7', 'body.b = 3'],
  ['body.a = 2 and body.b = 2', 'body.a = 2'],
  ['body.a = 1 and (body.b = 2 and body.b > 5)', 'body.b > 5'],
  ['body.a = 2 or body.b = 3', 'body.a = 2 or body.b = 3'],
  ['body.a = 1 and (body.a = 2 or body.b = 3)', 'body.a = 2 or body.b = 3'],
  ['body.a > 5', 'body.a > 5'],
  ['not(body.a = 1)', 'not(body.a = 1)'],
  ['if body.a = 1 then false else true', 'if body.a = 1 then false else true'],
])('of %s it is %s', (condition, part) => {
  expect(decidingPart(toNode(traceOf(condition, message))).expression).toBe(part)
})
