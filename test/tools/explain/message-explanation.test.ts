import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEAD_LETTER_ATTRIBUTES } from '../../../lambda/core/dead-letter-attributes.ts'
import { explainMessage, explanationJson, explanationReport } from '../../../tools/explain/message-explanation.ts'
import { connectorFiles, orderPlaced, orderPlacedOnly, paymentReceived } from '../../lib/connector-files.ts'
import { connector } from '../../support/connectors.ts'
import { startDeployedConnector } from '../../support/deployed-connector.ts'
import { sqsRecord } from '../../support/sqs.ts'

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
