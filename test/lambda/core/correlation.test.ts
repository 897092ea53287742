import { describe, expect, test } from 'vitest'
import { correlationFor, MAX_VARIABLES_BYTES } from '../../../lambda/core/correlation.ts'
import { toSqsMessage } from '../../../lambda/core/sqs-message.ts'
import { catchEvent, connector, element, startEvent } from '../../support/connectors.ts'
import { sqsRecord } from '../../support/sqs.ts'

const BODY = { orderId: 'A1', n: 3, items: [{ sku: 'X' }], whole: 1.0, nothing: null }
const messageOf = (body: string | object) =>
  toSqsMessage(sqsRecord({ messageId: 'm-1', body }), { attributeNames: [], messageAttributeNames: [] })
const command = (properties: object, body: string | object = BODY) => correlationFor(element(properties as never), messageOf(body))
/** As the parameter may hold it only by a way around the validation: an expression that cannot be parsed. */
const unchecked = (properties: object, expressions: object) =>
  correlationFor({ ...element(properties as never), ...expressions }, messageOf(BODY))
const startMessage = (properties: object = {}) => ({
  elementId: 'S',
  correlationPoint: { kind: 'publishMessage', messageName: 'order', elementType: 'messageStartEvent' },
  ...properties,
})

describe('a start event', () => {
  test('creates an instance of the latest version in the default tenant, without variables', () => {
    expect(command(startEvent())).toEqual({
      kind: 'createProcessInstance',
      bpmnProcessId: 'order',
      version: undefined,
      tenantId: '<default>',
      idempotency: 'none',
      messageId: 'm-1',
      variables: {},
      variablesText: '{}',
    })
  })

  test('creates one of the version and in the tenant that are configured', () => {
    const correlationPoint = { kind: 'createProcessInstance', bpmnProcessId: 'order', version: 2, tenantId: 'acme' }
    expect(command(startEvent({ correlationPoint }))).toMatchObject({ version: 2, tenantId: 'acme' })
  })
})

describe('the id by which a second process instance is known', () => {
  const idOf = (messageIdExpression: string | undefined, body: string | object = {}) =>
    correlationFor(
      connector({ idempotency: 'businessId', elements: [startEvent({ messageIdExpression })] }).elements[0] as never,
      messageOf(body),
      'businessId',
    )

  test('is SQS’s own, or what messageIdExpression gives', () => {
    expect(idOf(undefined)).toMatchObject({ idempotency: 'businessId', messageId: 'm-1' })
    expect(idOf('=body.orderId', { orderId: 'A-7' })).toMatchObject({ messageId: 'A-7' })
  })

  test.each([
    ['none', {}, 'it is null'],
    ['an empty one', { orderId: ' ' }, 'is empty'],
    ['one of more than 256 characters', { orderId: 'x'.repeat(257) }, '257 characters'],
    ['one that is no valid Unicode', '{"orderId":"\\ud800"}', 'no valid Unicode'],
  ])('makes the message invalid where it is %s', (_, body, reason) => {
    expect(idOf('=body.orderId', body)).toEqual({ kind: 'InvalidInput', reason: expect.stringContaining(reason) })
  })
})

describe('the variables', () => {
  const variables = (properties: Record<string, unknown>, body?: string | object) => {
    const result = command(startEvent(properties), body)
    return result.kind === 'InvalidInput' ? result.reason : result.variables
  }

  test('hold the whole message under resultVariable', () => {
    expect(variables({ resultVariable: 'm' })).toEqual({ m: messageOf(BODY) })
  })

  test('are those of the result expression, which sees the message’s fields and response', () => {
    expect(variables({ resultExpression: '={id: body.orderId, again: response.body.orderId, sqs: messageId}' })).toEqual({
      id: 'A1',
      again: 'A1',
      sqs: 'm-1',
    })
  })

  test('are the same as JSON, as it is sent', () => {
    expect(command(startEvent({ resultExpression: '={n: 1.50, t: "é", big: 9007199254740993}' }))).toMatchObject({
      variables: { n: 1.5, t: 'é', big: 9007199254740993n },
      variablesText: '{"n":1.5,"t":"é","big":9007199254740993}',
    })
  })

  test('are those of the result expression where both name one', () => {
    expect(variables({ resultVariable: 'm', resultExpression: '={m: 1}' })).toEqual({ m: 1 })
  })

  test('are none with blanks for both', () => {
    expect(variables({ resultVariable: ' ', resultExpression: ' ' })).toEqual({})
  })

  test('are none when the result expression gives null', () => {
    expect(variables({ resultExpression: '=null' })).toEqual({})
  })

  test('are at most as many as one step of Camunda’s engine takes, short or long', () => {
    const body = (count: number, text = 'x') => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, text])))
    expect(variables({ resultExpression: '=body' }, body(12_000))).toBeTypeOf('object')
    expect(variables({ resultExpression: '=body' }, body(13_000))).toMatch('there are 13000 variables')
    expect(variables({ resultExpression: '=body' }, body(1_000, 'x'.repeat(1_500)))).toBeTypeOf('object')
    expect(variables({ resultExpression: '={ order: body }' }, body(100_000))).toBeTypeOf('object')
  })

  test('keep what a body calls kind, reason or value: data decides nothing', () => {
    const body = { kind: 'InvalidInput', reason: 'spoofed', value: { a: 1 } }
    expect(variables({ resultExpression: '=body' }, body)).toEqual(body)
  })

  test('keep whole numbers beyond a double, up to what Camunda stores', () => {
    expect(variables({ resultVariable: 'm' }, '18446744073709551615')).toMatchObject({ m: { body: 18446744073709551615n } })
    expect(variables({ resultVariable: 'm' }, '[{"n":18446744073709551616}]')).toMatch('beyond what Camunda stores')
    expect(variables({ resultVariable: 'm' }, '-9223372036854775809')).toMatch('beyond what Camunda stores')
  })

  test.each([
    ['a text', '{"list":[{"x":"a\\ud800b"}]}', 'text at m.body.….0.… which is no valid Unicode'],
    ['a name', '{"a\\udc00":1}', 'a name in m.body which is no valid Unicode'],
  ])('cannot hold %s with half a surrogate pair, which no UTF-8 can say', (_, body, reason) => {
    expect(variables({ resultVariable: 'm' }, body)).toMatch(reason)
    expect(variables({ resultVariable: 'm' }, '"a\\ud83d\\ude00"')).toMatchObject({ m: { body: 'a😀' } })
  })

  // biome-ignore format: a table
  test.each([['=1'], ['="text"'], ['=[{a: 1}]'], ['=true'], ['=body.items']])('are refused when the result is no context: %s', (resultExpression) => {
    expect(variables({ resultExpression })).toMatch('gives no context')
  })

  test('are refused when the result holds camunda.function.type anywhere', () => {
    expect(variables({ resultExpression: '={a: body}' }, { 'camunda.function.type': 'x' })).toMatch('camunda.function.type')
    expect(variables({ resultExpression: '={a: "camunda.function.type"}' })).toMatch('camunda.function.type')
    expect(variables({ resultVariable: 'm' }, { 'camunda.function.type': 'x' })).toMatchObject({ m: {} })
  })

  test('are refused above the connectors’ limit, in bytes of UTF-8', () => {
    const bytes = (count: number) => variables({ resultExpression: '={t: body}' }, 'ä'.repeat(count / 2))
    const frame = '{"t":""}'.length
    expect(bytes(MAX_VARIABLES_BYTES - frame)).toBeTypeOf('object')
    expect(bytes(MAX_VARIABLES_BYTES - frame + 2)).toMatch('bytes')
  })

  test('are refused when the result expression fails', () => {
    expect(unchecked(startEvent(), { resultExpression: '=1 +' })).toEqual({
      kind: 'InvalidInput',
      reason: expect.stringContaining('result expression failed'),
    })
  })
})

describe('a message', () => {
  test('has name, key, SQS’s message id and an hour to live', () => {
    expect(command(catchEvent())).toEqual({
      kind: 'publishMessage',
      messageName: 'payment',
      correlationKey: 'A1',
      messageId: 'm-1',
      messageTtl: 'PT1H',
      tenantId: '<default>',
      variables: {},
      variablesText: '{}',
    })
  })

  test('has the time to live which is configured, an empty one being none', () => {
    expect(command(catchEvent({ messageTtl: 'P1D' }))).toMatchObject({ messageTtl: 'P1D' })
    expect(correlationFor({ ...element(catchEvent() as never), messageTtl: '' }, messageOf(BODY))).toMatchObject({ messageTtl: 'PT1H' })
  })

  // biome-ignore format: a table
  test.each([
    ['=body.orderId', 'A1'], ['=body.n', '3'], ['=body.whole', '1'], ['=1.50', '1.5'], ['=true', 'true'], ['=""', ''], ['=" "', ' '], ['=body.items[1]', '{"sku":"X"}'],
    ['=duration("PT90M")', 'PT1H30M'], ['=duration("P1D")', 'PT24H'], ['=duration("P14M")', 'P1Y2M'], ['=date("2026-01-01")', '2026-01-01'], ['=time("10:00:00")', '10:00:00'],
    ['=time("10:00:00Z")', '10:00Z'], ['=time("10:00:00+02:00")', '10:00+02:00'], ['=date and time("2026-01-01T10:00:00@Europe/Berlin")', '2026-01-01T10:00:00+01:00'],
  ])('has the key %s as %j', (correlationKeyExpression, correlationKey) => {
    expect(command(catchEvent({ correlationKeyExpression }))).toMatchObject({ correlationKey })
  })

  describe('has a number as its key, its id, and within either, in the text that Java gives it:', () => {
    // biome-ignore format: a table
    const NUMBERS: [string, string][] = [
      ['12345678.5', '1.23456785E7'], ['1e20', '1.0E20'], ['12345678901234567890', '1.2345678901234567E19'], ['1e-7', '1.0E-7'], ['0.00001', '1.0E-5'],
      ['0.00099', '9.9E-4'], ['-0.00099', '-9.9E-4'], ['4.9e-324', '4.9E-324'], ['1.5', '1.5'], ['0.001', '0.001'], ['9999999.5', '9999999.5'],
      ['1.0', '1'], ['1e7', '10000000'], ['9223372036854775807', '9223372036854775807'], ['9223372036854775808', '9.223372036854776E18'],
    ]
    test.each(NUMBERS)('%s of a body as %s', (number, text) => {
      const body = `{"k":${number}}`
      const expressions = { correlationKeyExpression: '=body.k', messageIdExpression: '=body.k' }
      expect(command(catchEvent(expressions), body)).toMatchObject({ correlationKey: text, messageId: text })
      const within = { correlationKeyExpression: '={a: [body.k]}', messageIdExpression: '={a: {b: body.k}}' }
      expect(command(catchEvent(within), body)).toMatchObject({ correlationKey: `{"a":[${text}]}`, messageId: `{"a":{"b":${text}}}` })
    })

    // biome-ignore format: a table
    test.each([
      ['=2**70', '1.1805916207174113E21'], ['=1/1000000', '1.0E-6'], ['=1/3', '0.3333333333333333'], ['=10000000.25', '1.000000025E7'], ['=12 * 1000000000', '12000000000'],
      ['=string(body.n / 1000000)', '0.000003'], ['=[0.00001][1]', '1.0E-5'],
    ])('%s as %s', (correlationKeyExpression, correlationKey) => {
      expect(command(catchEvent({ correlationKeyExpression }))).toMatchObject({ correlationKey })
    })
  })

  // biome-ignore format: a table
  const NO_KEYS = [['=null'], ['=body.nothing'], ['=body.missing'], ['=body.items'], ['=[1]'], ['=unknown(1)']]

  test.each(NO_KEYS)('for a catch event is refused without a key: %s', (correlationKeyExpression) => {
    expect(command(catchEvent({ correlationKeyExpression }))).toEqual({
      kind: 'InvalidInput',
      reason: expect.stringContaining('no correlation key'),
    })
  })

  test.each(NO_KEYS)('for a message start event has the empty key: %s', (correlationKeyExpression) => {
    expect(command(startMessage({ correlationKeyExpression }))).toMatchObject({ kind: 'publishMessage', correlationKey: '' })
  })

  test('for a message start event has the empty key when the expression fails or there is none', () => {
    expect(unchecked(startMessage(), { correlationKeyExpression: '=1 +' })).toMatchObject({ correlationKey: '' })
    expect(command(startMessage())).toMatchObject({ correlationKey: '' })
    expect(command({ elementId: 'S', correlationPoint: { kind: 'publishMessage', messageName: 'order' } })).toMatchObject({
      correlationKey: '',
    })
  })

  // biome-ignore format: a table
  test.each([
    ['half a surrogate pair', '=body.k', '{"k":"A\\ud800"}', 'no valid Unicode'],
    ['half a surrogate pair in a context', '={a: {k: body.k}}', '{"k":"A\\ud800"}', 'text at a.k which is no valid Unicode'],
    ['half a surrogate pair in the name of a context', '=body', '{"A\\ud800":1}', 'no valid Unicode'],
    ['more steps than an evaluation may take', '=string(count(for i in 1..100000 return contains(body, "b")))', `"${'a'.repeat(300_000)}"`, 'more steps'],
  ])('is refused for any element where its key, which Camunda would have, is not taken here: %s', (_, correlationKeyExpression, body, reason) => {
    for (const properties of [startMessage({ correlationKeyExpression }), catchEvent({ correlationKeyExpression })])
      expect(command(properties, body)).toEqual({ kind: 'InvalidInput', reason: expect.stringContaining(reason) })
  })

  test('with a key expression and no kind of element named is one for a catch event', () => {
    expect(
      command({ elementId: 'C', correlationPoint: { kind: 'publishMessage', messageName: 'order' }, correlationKeyExpression: '=null' })
        .kind,
    ).toBe('InvalidInput')
  })

  // biome-ignore format: a table
  test.each([['=body.orderId', 'A1'], ['="x" + body.orderId', 'xA1'], ['=1', '1'], ['=true', 'true'], ['=body.items[1]', '{"sku":"X"}'], ['=""', ''], ['', 'm-1'], [' ', 'm-1']])(
    'has the id %s as %j', (messageIdExpression, messageId) => {
      expect(command(catchEvent({ messageIdExpression }))).toMatchObject({ messageId })
    })

  test.each([['=null'], ['=body.missing'], ['=[1]']])('is refused when its id is %s', (messageIdExpression) => {
    expect(command(startMessage({ messageIdExpression }))).toEqual({
      kind: 'InvalidInput',
      reason: expect.stringContaining('no message id'),
    })
  })

  test('is refused when its id’s expression fails, before its key is looked at', () => {
    expect(unchecked(catchEvent(), { messageIdExpression: '=1 +', correlationKeyExpression: '=null' })).toEqual({
      kind: 'InvalidInput',
      reason: expect.stringContaining('no message id'),
    })
  })
})

test('a body a thousand levels deep is carried, and does not end the process', () => {
  const deep = `${'{"a":'.repeat(999)}1${'}'.repeat(999)}`
  expect(command(startEvent({ resultVariable: 'm', resultExpression: '={b: body}' }), deep).kind).toBe('createProcessInstance')
})
