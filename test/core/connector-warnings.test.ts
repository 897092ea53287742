import { expect, test } from 'vitest'
import { connectorWarnings } from '../../lambda/core/connector-warnings.ts'
import { catchEvent, connector, startEvent } from '../support/connectors.ts'

const warnings = (...elements: object[]) =>
  connectorWarnings(connector({ elements })).map(({ path, expression, from, to }) => [path, expression.slice(from, to)])

test('unknown functions, names and numbers of arguments are told with their path and place', () => {
  expect(
    warnings(startEvent({ activationCondition: '=upperCase(body.x) = "A"', resultExpression: '={a: bdy.x, b: substring(1)}' })),
  ).toEqual([
    ['elements[0].activationCondition', 'upperCase(body.x)'],
    ['elements[0].resultExpression', 'bdy.x'],
    ['elements[0].resultExpression', 'substring(1)'],
  ])
})

test('response is known to the result expression alone', () => {
  expect(warnings(catchEvent({ correlationKeyExpression: '=response.body.id', resultExpression: '={a: response.body}' }))).toEqual([
    ['elements[0].correlationKeyExpression', 'response.body.id'],
  ])
})

test('a connector as it should be has none', () => {
  expect(
    warnings(
      startEvent({
        activationCondition: '=body.amount > 0 and is defined(messageAttributes.type)',
        resultExpression: '={a: body, b: messageId}',
      }),
    ),
  ).toEqual([])
})
