import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEAD_LETTER_ATTRIBUTES } from '../../../lambda/core/dead-letter-attributes.ts'
import { type Trace, traceOf } from '../../../tools/explain/expression-trace.ts'
import { explainMessage, explanationJson, explanationReport } from '../../../tools/explain/message-explanation.ts'
import { connectorFiles, orderPlaced, orderPlacedOnly, paymentReceived } from '../../lib/connector-files.ts'
import { connector } from '../../support/connectors.ts'
import { startDeployedConnector } from '../../support/deployed-connector.ts'
import { sqsRecord } from '../../support/sqs.ts'

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
})

describe('a message’s way', () => {
  const orders = connector({ elements: [{ ...orderPlacedOnly, resultExpression: '={ order: body }' }, paymentReceived] })

  test('of one that is filtered out ends there', () => {
    const { filter, outcome } = explainMessage(orders, sqsRecord({ type: 'Else' }))
    expect(filter.passes).toBe(false)
    expect(outcome).toEqual({ kind: 'filteredOut', reason: undefined, afterwards: 'deleted' })
  })

  test('of one that would be sent ends with the command, its variables and their size in bytes', () => {
    const { correlation, outcome, elements } = explainMessage(orders, sqsRecord({ type: 'OrderPlaced', body: { id: 'ä' } }))
    expect(elements.map(({ elementId, activates }) => [elementId, activates])).toEqual([
      ['OrderPlaced', true],
      ['PaymentReceived', false],
    ])
    expect(correlation).toMatchObject({
      elementId: 'OrderPlaced',
      command: { kind: 'createProcessInstance', bpmnProcessId: 'order', variables: { order: { id: 'ä' } } },
      variablesBytes: Buffer.byteLength('{"order":{"id":"ä"}}'),
    })
    expect(outcome).toEqual({ kind: 'wouldBeSent', reason: undefined, afterwards: 'as Camunda answers' })
  })

  test('of a publication has key, id and time to live', () => {
    const report = explanationReport(explainMessage(orders, sqsRecord({ messageId: 'm-7', type: 'Payment', body: { orderId: 'A' } })))
    expect(report).toMatch(/publishMessage payment-received\n.*correlation key {2}"A"\n.*message id {7}"m-7"\n.*time to live {5}PT1H/)
  })

  test('of one without a key ends as InvalidInput, with what the key’s expression came to', () => {
    const { correlation, outcome } = explainMessage(orders, sqsRecord({ type: 'Payment' }))
    expect(correlation?.command).toBeUndefined()
    expect(correlation?.expressions.correlationKeyExpression?.value).toBeNull()
    expect(outcome).toMatchObject({
      kind: 'InvalidInput',
      reason: expect.stringContaining('no correlation key'),
      afterwards: 'back in the queue',
    })
  })

  test('of one that activates two elements ends as InvalidInput', () => {
    const rivals = connector({
      elements: [
        orderPlaced,
        { ...orderPlaced, elementId: 'Other', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'other' } },
      ],
    })
    const { correlation, outcome } = explainMessage(rivals, sqsRecord({ type: 'OrderPlaced' }))
    expect(correlation).toBeUndefined()
    expect(outcome.reason).toContain('OrderPlaced, Other')
  })

  test('of one that no element wants ends in the queue where it is not to be consumed', () => {
    const { outcome } = explainMessage(connector({ elements: [orderPlaced] }), sqsRecord({ type: 'Else' }))
    expect(outcome).toMatchObject({ kind: 'ActivationConditionNotMet', afterwards: 'back in the queue' })
  })

  test('does not tell a body which no expression has for its value', () => {
    const explanation = explainMessage(connector({ elements: [orderPlaced] }), sqsRecord({ type: 'OrderPlaced', body: 'a secret' }))
    expect(explanationReport(explanation) + explanationJson(explanation)).not.toContain('a secret')
  })

  test('keeps numbers exact for programs', () => {
    const all = connector({
      elements: [{ elementId: 'E', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'p' }, resultVariable: 'all' }],
    })
    expect(explanationJson(explainMessage(all, sqsRecord({ body: '{"n":12345678901234567890}' })))).toContain('"n":12345678901234567890')
  })
})

describe('explain', () => {
  let deployed: Awaited<ReturnType<typeof startDeployedConnector>>
  beforeEach(async () => {
    deployed = await startDeployedConnector({ elements: [paymentReceived] })
  })
  afterEach(() => deployed.stop())

  test('explains a message in a file offline, by a connector’s file or its name', async () => {
    const directory = connectorFiles({ 'orders.json': { elements: [orderPlaced] } })
    const file = join(directory, 'record')
    writeFileSync(file, JSON.stringify(sqsRecord({ type: 'Else' })))
    await deployed.stop()
    const byName = await deployed.run('explain', '--message', file, 'orders', '--connectors', directory)
    expect(byName).toMatchObject({
      code: 0,
      error: '',
      out: expect.stringMatching(/OrderPlaced: not activated\n.*\n.*messageAttributes.type.stringValue {2}→ {2}"Else"/),
    })
    expect((await deployed.run('explain', '--message', file, join(directory, 'orders.json'))).out).toBe(byName.out)
  })

  test('explains a dead letter by the live connector, without what the function wrote on it, and leaves it there', async () => {
    const attributes = { type: 'Payment', [DEAD_LETTER_ATTRIBUTES.reason]: 'r' }
    const messageId = await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{"orderId":"A"}', attributes })
    await deployed.send(deployed.deadLetterQueue.queueUrl, { body: '{}' })
    const { code, out } = await deployed.run('explain', '--message-id', messageId, 'orders', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      messageId,
      correlation: { command: { correlationKey: 'A' } },
      outcome: { kind: 'wouldBeSent' },
    })
    expect(await deployed.visibleIn(deployed.deadLetterQueue.queueUrl)).toHaveLength(2)
  })

  test.each([
    ['a message that is not there', ['--message-id', 'nope', 'orders'], 1, /There is no nope among the 0 messages/],
    ['a file that is not there', ['--message', '/nowhere', 'orders'], 1, /\/nowhere cannot be explained/],
    ['a connector that is not there', ['--message', '/nowhere', 'nope'], 2, /There is no .*nope\.json/],
    ['both', ['--message', 'f', '--message-id', 'i', 'orders'], 2, /Either/],
  ])('tells %s without a stack trace', async (_name, args, code, message) => {
    const result = await deployed.run('explain', ...args)
    expect(result).toMatchObject({ code, out: '', error: expect.stringMatching(message) })
    expect(result.error).not.toMatch(/^\s+at /m)
  })
})
