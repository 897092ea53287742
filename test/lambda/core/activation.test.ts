import { describe, expect, test } from 'vitest'
import { activate } from '../../../lambda/core/activation.ts'
import { toSqsMessage } from '../../../lambda/core/sqs-message.ts'
import { catchEvent, connector, startEvent } from '../../support/connectors.ts'
import { sqsRecord } from '../../support/sqs.ts'

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

  test('two that wait for the very same count as one', () => {
    expect(activation(catchEvent({ elementId: 'a' }), catchEvent({ elementId: 'b' }))).toMatchObject({
      kind: 'Activated',
      element: { elementId: 'a' },
    })
  })

  test('however their times to live are written', () => {
    const both = ['PT1H', 'PT60M'].map((messageTtl, index) =>
      catchEvent({ elementId: 'ab'[index], messageTtl, activationCondition: '=true' }),
    )
    expect(activation(...both)).toMatchObject({ kind: 'Activated', element: { elementId: 'a' } })
  })

  test('two message start events do not, as in Camunda’s connectors', () => {
    const starts = {
      correlationPoint: { kind: 'publishMessage', messageName: 'payment', elementType: 'messageStartEvent' },
      activationCondition: '=true',
    }
    const withoutType = {
      ...starts,
      correlationPoint: { kind: 'publishMessage', messageName: 'payment' },
      correlationKeyExpression: undefined,
    }
    for (const start of [starts, withoutType])
      expect(activation(catchEvent({ elementId: 'a', ...start }), catchEvent({ elementId: 'b', ...start }))).toEqual({
        kind: 'InvalidInput',
        reason: expect.stringContaining('only elements that wait for a message'),
      })
  })

  test('the reason says in what they differ', () => {
    const always = { activationCondition: '=true' }
    expect(
      activation(
        catchEvent({ elementId: 'a', ...always }),
        catchEvent({ elementId: 'b', ...always, correlationKeyExpression: '=body.n', messageTtl: 'PT5M' }),
      ),
    ).toEqual({
      kind: 'InvalidInput',
      reason: 'several elements are activated by the same message: a, b, which differ in correlationKeyExpression, messageTtl',
    })
  })

  // biome-ignore format: a table
  test.each([
    ['message name',      { correlationPoint: { kind: 'publishMessage', messageName: 'other', elementType: 'intermediateCatchEvent' } }],
    ['tenant',            { correlationPoint: { kind: 'publishMessage', messageName: 'payment', elementType: 'intermediateCatchEvent', tenantId: 'other' } }],
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
