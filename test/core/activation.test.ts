import { describe, expect, test } from 'vitest'
import { activate } from '../../lambda/core/activation.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { catchEvent, connector, startEvent } from '../support/connectors.ts'
import { sqsRecord } from '../support/sqs.ts'

const message = toSqsMessage(sqsRecord({ body: { type: 'A', n: 1, text: 'true' }, type: 'OrderPlaced' }), {
  attributeNames: [],
  messageAttributeNames: [],
})
const activation = (...elements: object[]) => activate({ elements: connector({ elements }).elements }, message)

describe('an element is', () => {
  // biome-ignore format: a table
  const CONDITIONS: [string | undefined, boolean][] = [
    [undefined, true], ['', true], ['  ', true], ['=true', true], ['true', true], [' = true ', true],
    ['=body.type = "A"', true], ['body.type = "A"', true], ['=messageAttributes.type.stringValue = "OrderPlaced"', true],
    ['=body.type = "B"', false], ['=false', false], ['=null', false], ['=body.missing.deep', false], ['=1', false], ['="true"', false], ['=body.text', false], ['=body', false],
    ['=response.body.type = "A"', false],
  ]
  for (const [activationCondition, activated] of CONDITIONS)
    test(`${activated ? 'activated' : 'not activated'} by ${activationCondition ?? 'no condition'}`, () => {
      expect(activation(startEvent({ activationCondition })).kind).toBe(activated ? 'Activated' : 'ActivationConditionNotMet')
    })
})

test('a condition that fails makes the message invalid, though another element were activated', () => {
  const [broken] = connector({ elements: [startEvent()] }).elements
  const elements = [
    { ...broken, activationCondition: '=1 +' },
    { ...broken, elementId: 'other' },
  ] as never
  expect(activate({ elements }, message)).toEqual({ kind: 'InvalidInput', reason: expect.stringContaining('=1 +') })
})

describe('of several elements', () => {
  const only = (elementId: string, activationCondition: string, rest = {}) => startEvent({ elementId, activationCondition, ...rest })

  test('the one whose condition is met is activated', () => {
    expect(activation(only('a', '=false'), only('b', '=true'))).toMatchObject({ kind: 'Activated', element: { elementId: 'b' } })
  })

  test('two that are activated make the message invalid, and the reason names them', () => {
    expect(activation(only('a', '=true'), only('b', '=true'))).toEqual({ kind: 'InvalidInput', reason: expect.stringContaining('a, b') })
  })

  test('two that would publish the very same count as one', () => {
    expect(activation(catchEvent({ elementId: 'a' }), catchEvent({ elementId: 'b' }))).toMatchObject({
      kind: 'Activated',
      element: { elementId: 'a' },
    })
  })

  // biome-ignore format: a table
  test.each([
    ['message name',      { correlationPoint: { kind: 'publishMessage', messageName: 'other', elementType: 'intermediateCatchEvent' } }],
    ['kind of element',   { correlationPoint: { kind: 'publishMessage', messageName: 'payment', elementType: 'messageStartEvent' } }],
    ['correlation key',   { correlationKeyExpression: '=body.n' }],
    ['message id',        { messageIdExpression: '=body.n' }],
    ['time to live',      { messageTtl: 'PT5M' }],
    ['result variable',   { resultVariable: 'm' }],
    ['result expression', { resultExpression: '={}' }],
  ])('two that differ in their %s do not', (_name, difference) => {
    const always = { activationCondition: '=true' }
    expect(activation(catchEvent({ elementId: 'a', ...always }), catchEvent({ elementId: 'b', ...always, ...difference })).kind).toBe('InvalidInput')
  })

  test('one that consumes unmatched events decides for all', () => {
    const consume = { consumeUnmatchedEvents: true }
    expect(activation(only('a', '=false'), only('b', '=false'))).toEqual({
      kind: 'ActivationConditionNotMet',
      consumeUnmatchedEvents: false,
    })
    expect(activation(only('a', '=false'), only('b', '=false', consume))).toEqual({
      kind: 'ActivationConditionNotMet',
      consumeUnmatchedEvents: true,
    })
  })
})
