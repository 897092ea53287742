import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HttpService } from '../../../local/http-service.ts'
import { type CamundaProbe, camundaProbe } from '../../../tools/doctor/camunda-probe.ts'
import { readDeployedDiagrams } from '../../../tools/doctor/deployed-diagrams.ts'
import { consumerFindings, driftFindings, messageNameFindings } from '../../../tools/doctor/diagram-findings.ts'
import { ORDERS_ARN, ORDERS_URL, orderPlaced, paymentReceived } from '../../lib/connector-files.ts'
import { startCamunda } from '../../support/camunda.ts'
import { connector } from '../../support/connectors.ts'

/** Camunda's stand-in, and what the doctor finds of the diagrams that are deployed there. */
let camunda: HttpService
let probe: CamundaProbe

async function start(options: Parameters<typeof startCamunda>[0] = {}) {
  camunda = await startCamunda(options)
  probe = camundaProbe(new Map([['CAMUNDA_REST_ADDRESS', { value: camunda.url, type: 'String' }]]))
}
beforeEach(() => start())
afterEach(async () => {
  await probe.close()
  await camunda.stop()
})

const OFFICIAL = { 'inbound.type': 'io.camunda:aws-sqs-inbound:1', 'queue.url': ORDERS_URL }
const OWN = { 'camunda-sqs-bridge': '1', 'camunda-sqs-bridge.connector': 'orders' }

interface ProcessText {
  readonly id?: string
  readonly start?: Readonly<Record<string, string>>
  readonly wait?: Readonly<Record<string, string>>
  readonly message?: string
  readonly template?: string
}

/** A process that starts, waits for a message and ends, executable for the stand-in. */
function process({ id = 'order', start = {}, wait = {}, message = 'payment-received', template }: ProcessText = {}): string {
  const properties = (all: Readonly<Record<string, string>>) =>
    `<bpmn:extensionElements><zeebe:properties>${Object.entries(all)
      .map(([name, value]) => `<zeebe:property name="${name}" value="${value.replaceAll('"', '&quot;')}" />`)
      .join('')}</zeebe:properties></bpmn:extensionElements>`
  const templated = template === undefined ? '' : ` zeebe:modelerTemplate="${template}"`
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="D" targetNamespace="t">
  <bpmn:process id="${id}" isExecutable="true">
    <bpmn:startEvent id="OrderPlaced"${templated}>${properties(start)}<bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="OrderPlaced" targetRef="PaymentReceived" />
    <bpmn:intermediateCatchEvent id="PaymentReceived">${properties(wait)}<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing><bpmn:messageEventDefinition messageRef="M" /></bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="PaymentReceived" targetRef="End" />
    <bpmn:endEvent id="End"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
  <bpmn:message id="M" name="${message.replaceAll('"', '&quot;')}"><bpmn:extensionElements><zeebe:subscription correlationKey="=orderId" /></bpmn:extensionElements></bpmn:message>
</bpmn:definitions>`
}

const ORDERS = connector({ queue: { url: ORDERS_URL }, elements: [orderPlaced, paymentReceived] })

async function found(of = ORDERS) {
  const deployed = await readDeployedDiagrams('orders', of, probe)
  const messages = await messageNameFindings(of, deployed, (message) => probe.isWaitedFor(message))
  const all = [...consumerFindings(ORDERS_ARN, deployed), ...messages, ...driftFindings('orders', of, deployed)]
  return all.map(({ check, status, message, fix }) => `${status} ${check}: ${message}${fix === undefined ? '' : ` → ${fix}`}`)
}

async function deploy(xml: string, tenantId?: string) {
  const body = new FormData()
  body.append('resources', new File([xml], 'order.bpmn'))
  if (tenantId !== undefined) body.append('tenantId', tenantId)
  const response = await fetch(`${camunda.url}/v2/deployments`, { method: 'POST', body })
  expect(response.status, await response.text()).toBe(200)
}

/** An instance that waits in the version which is the latest now. */
async function waitInstance(id = 'order') {
  const body = JSON.stringify({ processDefinitionId: id, variables: { orderId: 'A-1' } })
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${camunda.url}/v2/process-instances`, { method: 'POST', headers, body })).status).toBe(200)
}

test('where all is well, each of them says what was looked at', async () => {
  await deploy(process())
  await deploy(process({ id: 'other', start: { 'inbound.type': 'io.camunda:webhook:1' }, message: 'else' }))
  expect(await found()).toEqual([
    'ok consumers: Camunda’s own connector takes from this queue in none of 2 deployed diagrams',
    'ok messageNames: payment-received (PaymentReceived): an element waits for it',
    'ok diagrams: no deployed diagram names this connector',
  ])
})

describe('Camunda’s own connector on this queue', () => {
  test.each([
    ['by its URL', ORDERS_URL],
    ['by its ARN', ORDERS_ARN],
    ['by its URL of another form', ORDERS_URL.replace('sqs.eu-central-1.amazonaws.com', 'eu-central-1.queue.amazonaws.com')],
  ])('is an error with its process, version, element and the way out: %s', async (_name, url) => {
    await deploy(process())
    await deploy(process({ start: { ...OFFICIAL, 'queue.url': url } }))
    expect((await found())[0]).toBe(
      'error consumers: Camunda’s own connector also takes from this queue: order v2, element OrderPlaced → npx camunda-sqs-bridge import --process order makes the diagram without it: deploy that, in the order of docs/MIGRATING.md',
    )
  })

  test('is an error in a process that has nothing to do with the connector, for each of its elements', async () => {
    await deploy(process())
    await deploy(process({ id: 'stranger', start: OFFICIAL, wait: OFFICIAL, message: 'else' }))
    const errors = (await found()).filter((line) => line.startsWith('error'))
    expect(errors).toHaveLength(2)
    expect(errors[1]).toContain('stranger v1, element PaymentReceived')
  })

  test('is none on another queue, nor under the bridge’s template', async () => {
    await deploy(process({ start: { ...OFFICIAL, 'queue.url': ORDERS_URL.replace('orders', 'others') } }))
    await deploy(process({ id: 'second', start: OWN, message: 'else' }))
    expect((await found())[0]).toMatch(/^ok consumers/)
  })

  test('where the queue is a secret’s, it is a warning with the secret’s name', async () => {
    await deploy(process({ start: { ...OFFICIAL, 'queue.url': '{{secrets.ORDERS_QUEUE}}' } }))
    expect((await found())[0]).toBe(
      `warn consumers: order v1, element OrderPlaced: Camunda’s own connector takes from a queue which a secret names: "{{secrets.ORDERS_QUEUE}}" → compare the value of ORDERS_QUEUE with ${ORDERS_ARN}; where it is this queue, docs/MIGRATING.md says how it is taken over`,
    )
  })

  test('under a hybrid template it is a warning: a runtime of that type may be there', async () => {
    const hybrid = { template: 'io.camunda.connectors.AWSSQS.StartEvent.v1-hybrid', start: { ...OFFICIAL, 'inbound.type': 'my:sqs:1' } }
    await deploy(process(hybrid))
    expect((await found())[0]).toMatch(
      /^warn consumers: a runtime of the type my:sqs:1 would take .* order v1, element OrderPlaced → .* --process order --type my:sqs:1$/,
    )
  })

  test('of an earlier version it is an error while instances wait, and of what they wait for alone', async () => {
    await deploy(process({ start: OFFICIAL, wait: OFFICIAL }))
    await deploy(process({ start: OWN, wait: OWN }))
    expect((await found())[0]).toMatch(/^ok consumers/)
    await deploy(process({ start: OFFICIAL, wait: OFFICIAL }))
    await waitInstance()
    await deploy(process({ start: OWN, wait: OWN }))
    const consumers = (await found()).filter((line) => line.includes('consumers'))
    expect(consumers).toEqual([
      expect.stringMatching(
        /^error consumers: .* order v3, element PaymentReceived → instances of version 3 wait there.*CONNECTOR_INBOUND_DISABLED=io\.camunda:aws-sqs-inbound:1/,
      ),
    ])
  })
})

describe('a name under which nothing waits', () => {
  test('is an error with the name that was probably meant', async () => {
    await deploy(process({ message: 'payment-recieved' }))
    expect((await found())[1]).toMatch(
      /^error messageNames: payment-received \(PaymentReceived\) is in no deployed diagram: .* → correct messageName \(is “payment-recieved” meant\?\)/,
    )
  })

  test('is a warning where only instances of earlier versions wait for it', async () => {
    await deploy(process())
    await waitInstance()
    await deploy(process({ message: 'payment-arrived' }))
    expect((await found())[1]).toMatch(/^warn messageNames: .*only instances of earlier versions wait for it/)
  })

  test.each([
    ['="payment-" + "received"', /^ok messageNames/],
    ['="payment-" + kind', /^warn messageNames: .*in no diagram that could be read/],
  ])('an expression %s is known where it takes no variables', async (message, line) => {
    await deploy(process({ message }))
    expect((await found())[1]).toMatch(line)
  })

  test('of another tenant is none of this one', async () => {
    await probe.close()
    await camunda.stop()
    await start({ tenants: ['acme'] })
    await deploy(process(), 'acme')
    const acme = { ...paymentReceived, correlationPoint: { ...paymentReceived.correlationPoint, tenantId: 'acme' } }
    expect(await found(connector({ queue: { url: ORDERS_URL }, elements: [acme] }))).toContainEqual(
      expect.stringMatching(/^ok messageNames/),
    )
    expect(await found()).toContainEqual(expect.stringMatching(/^error messageNames/))
  })
})

describe('a deployed diagram which names the connector', () => {
  const start = { ...OWN, activationCondition: orderPlaced.activationCondition }

  test('is told where it says what the connector says', async () => {
    await deploy(process({ start }))
    expect((await found())[2]).toBe('ok diagrams: order v1: OrderPlaced as in the connector')
  })

  test.each<[string, Record<string, string>, ProcessText, RegExp]>([
    [
      'another condition',
      { activationCondition: '=true' },
      {},
      /order v1, element OrderPlaced has activationCondition "=true", and the active connector has "=message/,
    ],
    ['what is consumed', { consumeUnmatchedEvents: 'true' }, {}, /has consumeUnmatchedEvents true, and the active connector has false/],
    ['what one of them does not have', { resultVariable: 'x' }, {}, /has resultVariable "x", and the active connector has nothing there/],
    ['no expression at all', { resultExpression: '=((' }, {}, /is no valid element of a connector as it is deployed/],
    [
      'an element that is not active',
      {},
      { wait: { ...OWN, correlationKeyExpression: '=body.id' }, message: 'b' },
      /element PaymentReceived has messageName "b", and the active connector has "payment-received"/,
    ],
  ])('is a warning where it says otherwise: %s', async (_name, more, text, line) => {
    await deploy(process({ start: { ...start, ...more }, ...text }))
    const drift = (await found()).filter((each) => each.includes(' diagrams: '))
    expect(drift[0]).toMatch(/^warn /)
    expect(drift.join('\n')).toMatch(line)
  })

  test('is a warning for an element which either of them does not have', async () => {
    await deploy(process({ start, wait: { ...OWN, correlationKeyExpression: '=body.id' } }))
    const gone = { ...orderPlaced, elementId: 'Gone' }
    const drift = await found(
      connector({ queue: { url: ORDERS_URL }, elements: [orderPlaced, { ...gone, activationCondition: '=false' }] }),
    )
    expect(drift.filter((each) => each.includes(' diagrams: ')).map((each) => each.split(' → ')[0])).toEqual([
      'warn diagrams: order v1, element PaymentReceived names this connector, and the active one has no such element: no message reaches it',
      'warn diagrams: order v1 has no element Gone, which the active connector has',
    ])
  })
})

test('more processes than a page are all looked at, each once', async () => {
  const ids = Array.from({ length: 12 }, (_, at) => `p${at}`)
  for (const id of ids) await deploy(process({ id, message: id }))
  const definitions = await probe.latestDefinitions(12)
  expect(definitions.map(({ bpmnProcessId }) => bpmnProcessId).toSorted()).toEqual(ids.toSorted())
  expect(await probe.latestDefinitions(5)).toHaveLength(5)
})
