import { describe, expect, test } from 'vitest'
import { connectorWarnings } from '../../../lambda/core/connector-warnings.ts'
import { catchEvent, connector, startEvent } from '../../support/connectors.ts'

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

const onCondition = (activationCondition: string) => connectorWarnings(connector({ elements: [startEvent({ activationCondition })] }))
const t = 'messageAttributes.type'

// biome-ignore format: a table
describe('what can never be so is told:', () => {
  test.each([
    // the text of an attribute is one of its fields
    [`${t} = "PhotoAdded"`,                          `${t} = "PhotoAdded"`,              /a context .* a text; the text of the attribute is its .stringValue/],
    [`"PhotoAdded" != ${t}`,                         `"PhotoAdded" != ${t}`,             /its .stringValue/],
    [`${t} in ("A", "B")`,                           `${t} in ("A", "B")`,               /its .stringValue/],
    [`${t} in ["A", "B"]`,                           `${t} in ["A", "B"]`,               /its .stringValue/],
    [`list contains(["A", "B"], ${t})`,              `list contains(["A", "B"], ${t})`,  /its .stringValue/],
    [`starts with(${t}, "A")`,                       `starts with(${t}, "A")`,           /starts with\(\) takes a text and no context; .*stringValue/],
    [`upper case(${t}) = "A"`,                       `upper case(${t})`,                 /takes a text and no context/],
    [`body.x = 1 and ${t}`,                          `body.x = 1 and ${t}`,              /a context is no condition; .*stringValue/],
    [`${t} > "A"`,                                   `${t} > "A"`,                       /its .stringValue/],
    [t,                                              t,                                  /a context is no condition, so that no message activates the element; .*stringValue/],
    // other types which never meet
    [`${t}.stringValue`,                             `${t}.stringValue`,                 /a text is no condition/],
    [`${t}.stringValue = 5`,                         `${t}.stringValue = 5`,             /a text .* a number; number\(…\) makes one of it/],
    [`${t}.stringValue > 5`,                         `${t}.stringValue > 5`,             /number\(…\)/],
    [`${t}.stringValue in [1..5]`,                   `${t}.stringValue in [1..5]`,       /a text .* a number/],
    [`${t}.stringValue in (> 5)`,                    `${t}.stringValue in (> 5)`,        /a text .* a number/],
    [`${t}.stringValue between 1 and 5`,             `${t}.stringValue between 1 and 5`, /a text .* a number/],
    [`${t}.stringValue = true`,                      `${t}.stringValue = true`,          /a text .* a boolean/],
    [`${t}.stringListValues = "A"`,                  `${t}.stringListValues = "A"`,      /a list .* a text/],
    [`${t}.stringListValues > ["A"]`,                `${t}.stringListValues > ["A"]`,    /a list has no order/],
    ['attributes = "A"',                             'attributes = "A"',                 /a context .* a text/],
    ['messageId = 5',                                'messageId = 5',                    /a text .* a number/],
    ['contains(body.x, "a") = "true"',               'contains(body.x, "a") = "true"',   /a boolean .* a text/],
    ['count(body.l) = "2"',                          'count(body.l) = "2"',              /a number .* a text/],
    [`not(${t}.stringValue)`,                        `not(${t}.stringValue)`,            /a text is no condition/],
    [`count(${t}.stringValue) > 0`,                  `count(${t}.stringValue)`,          /count\(\) takes a list and no text/],
    ['if "a" then true else body.x',                 'if "a" then true else body.x',     /a text is no condition/],
    // fields that are not there
    [`${t}.StringValue = "A"`,                       `${t}.StringValue`,                 /no field “StringValue”, but “stringValue”/],
    [`${t}.value = "A"`,                             `${t}.value`,                       /no field “value”/],
    [`${t}.stringValue.x = "A"`,                     `${t}.stringValue.x`,               /a text has no field “x”/],
    ['attributes.SenderID = "A"',                    'attributes.SenderID',              /no attribute “SenderID”, but “SenderId”/],
    ['attributes.SenderId.stringValue = "A"',        'attributes.SenderId.stringValue',  /a text has no field “stringValue”/],
    // no message at all
    ['false',                                        'false',                            /no message can meet this condition/],
    [`${t}.stringValue = "A" and ${t}.stringValue = "B"`, `${t}.stringValue = "A" and ${t}.stringValue = "B"`, /no message can meet/],
    // secrets
    [`body.token = "{{secrets.TOKEN}}"`,             '{{secrets.TOKEN}}',                /“{{secrets.TOKEN}}” stays as it is/],
    [`body.token = "Bearer {{ secrets.A.B }}"`,      '{{ secrets.A.B }}',                /secrets are not replaced in expressions/],
  ])('%s', (condition, part, message) => {
    const found = onCondition(`=${condition}`)
    expect(found.map(({ path, expression, from, to }) => [path, expression.slice(from, to)])).toEqual([['elements[0].activationCondition', part]])
    expect(found[0]?.message).toMatch(message)
  })
})

test.each([
  `${t}.stringValue = "A" and ${t} != null and ${t}.binaryValue = null and ${t}.dataType in ("Number", null)`,
  `number(${t}.stringValue) > 5 or string length(${t}.stringValue) in [1..5]`,
  `is defined(${t}) and count(${t}.stringListValues) = 0`,
  'some messageId in body.l satisfies messageId = 5',
  'some messageAttributes in body.l satisfies messageAttributes.a.b = 5',
  'count(body.l[attributes = "a"]) > 0',
  '{attributes: body.x, y: attributes = "a"}.y',
  'body.x = "a" and body.y > 5 and body.z and not(body.f)',
  `${t}.stringValue in ("A", null, 5)`,
  'date(body.d) > date("2024-01-01") and attributes.ApproximateReceiveCount = "1"',
])('what may be so is not told: %s', (condition) => {
  expect(onCondition(`=${condition}`)).toEqual([])
})

test('a key, an id or variables which are a whole attribute, a list or a text are told', () => {
  const messages = connectorWarnings(
    connector({
      elements: [catchEvent({ correlationKeyExpression: `=${t}`, messageIdExpression: '=[body.id]', resultExpression: '="a"' })],
    }),
  ).map(({ path, message }) => `${path}: ${message}`)
  expect(messages).toEqual([
    'elements[0].correlationKeyExpression: the correlation key is the JSON text of a context; the text of the attribute is its .stringValue',
    'elements[0].messageIdExpression: a list is no message id: every message is invalid',
    'elements[0].resultExpression: a text is no context of variables: every message is invalid',
  ])
})

test('an attribute which the queue leaves out is told', () => {
  const elements = [startEvent({ activationCondition: `${t}.stringValue = attributes.SenderId` })]
  const of = (queue: object) => connectorWarnings(connector({ queue, elements })).map(({ message }) => message)
  expect(of({ messageAttributeNames: ['typ'], attributeNames: ['SequenceNumber'] })).toEqual([
    `“${t}.stringValue” is null at every message: queue.messageAttributeNames leaves it out`,
    '“attributes.SenderId” is null at every message: queue.attributeNames leaves it out',
  ])
  expect(of({ messageAttributeNames: ['ty.*'], attributeNames: ['All'] })).toEqual([])
  expect(of({})).toEqual([])
})

describe('of several elements it is told', () => {
  const told = (...elements: object[]) => connectorWarnings(connector({ elements })).map(({ path, message }) => `${path}: ${message}`)
  const A = startEvent({ elementId: 'A', activationCondition: '=body.k = "a"' })
  const B = startEvent({ elementId: 'B', activationCondition: '=body.k = "b"' })

  test('which one takes every message', () => {
    for (const all of [{}, { activationCondition: ' ' }, { activationCondition: '= true' }])
      expect(told(A, B, startEvent({ elementId: 'C', ...all }))).toEqual([
        'elements[2].activationCondition: C takes every message, and one that activates A or B as well is invalid: it needs a condition of its own',
      ])
  })

  test('which have the same condition, however it is written', () => {
    for (const same of ['=body.k = "a"', 'body.k="a"', '= (body.k = "a")'])
      expect(told(A, B, startEvent({ elementId: 'C', activationCondition: same }))).toEqual([
        'elements[2].activationCondition: A has the same condition, and a message that activates two elements is invalid',
      ])
  })

  test('nothing where they exclude each other, where there is one, or where two publish the very same', () => {
    expect(told(A, B)).toEqual([])
    expect(told(startEvent())).toEqual([])
    expect(told(catchEvent({ elementId: 'A' }), catchEvent({ elementId: 'B' }))).toEqual([])
  })
})
