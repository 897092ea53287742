import { expect, test } from 'vitest'
import { problemPlace } from '../../../console/connector-editor/problem-place.ts'
import { problemsOfText } from '../../../tools/check/problems.ts'

const element = '"elementId": "One", "correlationPoint": { "kind": "createProcessInstance", "bpmnProcessId": "p" }'

/** What is underlined of a connector’s text. */
const underlined = (text: string) =>
  problemsOfText(text, 'x.json')
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column }) => {
      const { from, to } = problemPlace(text, line, column)
      return text.slice(from, to)
    })

// biome-ignore format: a table
test.each<[string, string, string[]]>([
  ['an unknown property with its value', `{\n  "eventSource": { "batchsize": 5 },\n  "elements": [{ ${element} }]\n}`, ['"batchsize": 5']],
  ['the name alone where the value is long', `{ "elements": [{ ${element} }], "odd": { "a": [] } }`, ['"odd"']],
  ['a wrong value with its name', `{ "elements": [{ ${element}, "consumeUnmatchedEvents": "yes" }] }`, ['"consumeUnmatchedEvents": "yes"']],
  ['the word in an expression where it is no FEEL', `{ "elements": [{ ${element}, "activationCondition": "=body.a = \\"x\\" oder true" }] }`, ['oder']],
  ['the quotation mark where an expression ends too early', `{ "elements": [{ ${element}, "activationCondition": "=body." }] }`, ['"']],
  ['the bracket of what misses something', `{ "elements": [{ "elementId": "One" }] }`, ['{']],
  ['where it is no JSON', '{ "elements": [,] }', [',']],
  ['its end where that comes too early', '{ "elements": [', ['[']],
  ['each of a property that is there twice', `{ "elements": [{ ${element} }], "camunda": "/a/", "camunda": "/b/" }`, ['"camunda": "/b/"']],
  ['nothing of an empty text', '', ['']],
])('%s is underlined', (_claim, text, expected) => {
  expect(underlined(text)).toEqual(expected)
})
