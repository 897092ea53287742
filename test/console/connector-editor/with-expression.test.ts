import { expect, test } from 'vitest'
import { elementsIn, withExpression } from '../../../console/connector-editor/with-expression.ts'

const pretty = `{
  "elements": [
    {
      "elementId": "One",
      "activationCondition": "=old",
      "correlationPoint": { "kind": "createProcessInstance" }
    },
    { "elementId": "Two" },
    {}
  ]
}
`

// biome-ignore format: a table
test.each<[string, Parameters<typeof withExpression>[1], Parameters<typeof withExpression>[2], string, string | undefined]>([
  ['that is there is replaced, and nothing else', 0, 'activationCondition', '=body.a = "x"', pretty.replace('"=old"', '"=body.a = \\"x\\""')],
  ['gets its equals sign', 0, 'activationCondition', 'body.a', pretty.replace('=old', '=body.a')],
  ['of two lines stays one of two', 0, 'activationCondition', '=a\nand b', pretty.replace('=old', '=a\\nand b')],
  ['that is not there comes last, as the others are written', 0, 'resultExpression', '=body', pretty.replace('"createProcessInstance" }', '"createProcessInstance" },\n      "resultExpression": "=body"')],
  ['of an element on a line stays there', 1, 'messageIdExpression', '=body.id', pretty.replace('"Two" }', '"Two", "messageIdExpression": "=body.id" }')],
  ['of an element with nothing is all of it', 2, 'activationCondition', '=true', pretty.replace('{}', '{ "activationCondition": "=true" }')],
  ['of an element that is not there is none', 3, 'activationCondition', '=true', undefined],
])('an expression %s', (_claim, element, property, expression, expected) => {
  expect(withExpression(pretty, element, property, expression)).toBe(expected)
})

test('an expression finds its element in a text that is no JSON yet', () => {
  expect(
    withExpression('{"elements": [{"elementId": "One", "activationCondition": "=a"}], "queue": {', 0, 'activationCondition', '=b'),
  ).toContain('"=b"')
})

test('the elements of a text have their ids or places, and their expressions', () => {
  expect(elementsIn(pretty).map(({ elementId, expressions }) => [elementId, expressions.activationCondition])).toEqual([
    ['One', '=old'],
    ['Two', undefined],
    ['elements[2]', undefined],
  ])
  for (const text of ['', 'null', '{"elements": 1}', '[]']) expect(elementsIn(text)).toEqual([])
  expect(elementsIn('{"elements": [null]}')).toEqual([{ elementId: 'elements[0]', expressions: {} }])
})
