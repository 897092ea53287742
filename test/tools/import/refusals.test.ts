import { expect, test } from 'vitest'
import { faultLines } from '../../../lambda/core/connector-faults.ts'
import { warningLine } from '../../../lib/bpmn/diagram-fault.ts'
import { diagramText, elementText, MESSAGE_EVENT, ORDERS, SQS } from './diagram-texts.ts'
import { imported } from './importing.ts'

const CATCH = {
  tag: 'intermediateCatchEvent',
  id: 'Paid',
  content: MESSAGE_EVENT,
  properties: { ...SQS, correlationKeyExpression: '=body.id' },
}
const start = (properties: Record<string, string>) => diagramText([{ properties: { ...SQS, ...properties } }])
const inside = (tag: string, attributes: string, element: Parameters<typeof elementText>[0]) =>
  diagramText([`    <bpmn:${tag} id="Sub"${attributes}>\n${elementText(element)}\n    </bpmn:${tag}>`])

test.each<[what: string, text: string, told: string]>([
  [
    'a DOCTYPE',
    `<!DOCTYPE a>\n${diagramText([{}]).split('\n').slice(1).join('\n')}`,
    'order.bpmn:1: found a DOCTYPE is not allowed; expected XML',
  ],
  ['what is not well-formed', diagramText([{}]).replace('</bpmn:process>', '</bpmn:proces>'), 'order.bpmn:12: found unexpected close tag'],
  ['another encoding', diagramText([{}]).replace('UTF-8', 'ISO-8859-1'), 'order.bpmn:1: found the encoding ISO-8859-1'],
  ['no connector', diagramText([{ properties: { owner: 'me' } }]), 'order.bpmn:1: found no element of Camunda’s Amazon SQS connector'],
  [
    'zeebe:properties twice',
    diagramText([
      {
        extensions: `<zeebe:properties>\n<zeebe:property name="inbound.type" value="io.camunda:aws-sqs-inbound:1" /><zeebe:property name="queue.url" value="${ORDERS}" />\n</zeebe:properties>\n<zeebe:properties />`,
      },
    ]),
    'order.bpmn:9 order/Start: found 2 times zeebe:properties',
  ],
  [
    'no queue',
    diagramText([{ properties: { 'inbound.type': SQS['inbound.type'] } }]),
    'order.bpmn:4 order/Start queue.url: found nothing; expected the URL or ARN',
  ],
  ['an empty queue', start({ 'queue.url': '' }), 'order/Start queue.url: found nothing; expected the URL or ARN'],
  [
    'a queue of something else',
    start({ 'queue.url': 'http://localhost:4566/0/orders' }),
    'order.bpmn:8 order/Start queue.url: found "http://localhost:4566/0/orders"; expected a queue’s URL',
  ],
  ['a queue in FEEL', start({ 'queue.url': `=&quot;${ORDERS}&quot;` }), 'order.bpmn:8 order/Start queue.url: found'],
  [
    'a secret that is not known',
    start({ 'queue.url': 'https://sqs.{{secrets.REGION}}.amazonaws.com/1/secrets.NAME' }),
    'expected the values of its secrets: --secret REGION=VALUE --secret NAME=VALUE',
  ],
  [
    'attributes that are no list',
    start({ 'queue.attributeNames': '={a: 1}' }),
    'order.bpmn:9 order/Start queue.attributeNames: found "={a: 1}"; expected a list of texts',
  ],
  [
    'attributes with a number',
    start({ 'queue.messageAttributeNames': '=[&quot;a&quot;, 1]' }),
    'order.bpmn:9 order/Start queue.messageAttributeNames: found',
  ],
  [
    'attributes which are a list without an equals sign',
    start({ 'queue.messageAttributeNames': '[&quot;a&quot;]' }),
    'queue.messageAttributeNames: found',
  ],
  [
    'an expression that is none',
    start({ activationCondition: '=body.' }),
    'order.bpmn:9 order/Start activationCondition: found "=body."; expected a FEEL expression',
  ],
  [
    'an expression of the former name that is none',
    start({ 'inbound.activationCondition': '=body.' }),
    'order.bpmn:9 order/Start inbound.activationCondition: found "=body."',
  ],
  [
    'an answer that somebody waits for',
    start({ synchronousResponse: 'true' }),
    'order.bpmn:9 order/Start synchronousResponse: found "true"; expected false',
  ],
  [
    'a timer',
    diagramText([{ content: '<bpmn:timerEventDefinition />' }]),
    'order.bpmn:4 order/Start: found timerEventDefinition; expected a messageEventDefinition, or none',
  ],
  [
    'several definitions',
    diagramText([{ content: `${MESSAGE_EVENT}<bpmn:signalEventDefinition />` }]),
    'order/Start: found messageEventDefinition and signalEventDefinition; expected one messageEventDefinition',
  ],
  [
    'a definition by reference',
    diagramText([{ content: '<bpmn:eventDefinitionRef>X</bpmn:eventDefinitionRef>' }]),
    'order/Start: found eventDefinitionRef',
  ],
  [
    'a catch event that catches nothing',
    diagramText([{ ...CATCH, content: '' }]),
    'order/Paid: found no event definition; expected a messageEventDefinition',
  ],
  [
    'no message',
    diagramText([{ ...CATCH, content: '<bpmn:messageEventDefinition />' }]),
    'order/Paid messageRef: found nothing; expected the id of a bpmn:message',
  ],
  [
    'a message that is not there',
    diagramText([{ ...CATCH, content: '<bpmn:messageEventDefinition messageRef="X" />' }]),
    'order.bpmn:12 order/Paid messageRef: found "X"',
  ],
  [
    'a message without a name',
    diagramText([CATCH], { messages: '<bpmn:message id="M" />' }),
    'order.bpmn:15 order/Paid name of the message M: found nothing; expected the message’s name',
  ],
  [
    'a message’s name in FEEL',
    diagramText([CATCH], { messages: '<bpmn:message id="M" name="=&quot;x&quot;" />' }),
    'order.bpmn:15 order/Paid name of the message M: found "=\\"x\\""; expected a name, and no expression',
  ],
  [
    'a catch event without a key',
    diagramText([{ ...CATCH, properties: SQS }]),
    'order.bpmn:4 order/Paid correlationKeyExpression: found nothing; expected a FEEL expression',
  ],
  [
    'a receive task without a key',
    diagramText([{ tag: 'receiveTask', id: 'R', attributes: ' messageRef="M"' }]),
    'order/R correlationKeyExpression: found nothing',
  ],
  [
    'a start event of an event sub-process without a key',
    inside('subProcess', ' triggeredByEvent="true"', { content: MESSAGE_EVENT }),
    'order/Start correlationKeyExpression: found nothing; expected a FEEL expression: a start event of an event sub-process',
  ],
  [
    'a start event without a message in an event sub-process',
    inside('subProcess', ' triggeredByEvent="true"', {}),
    'order.bpmn:5 order/Start: found no event definition; expected a messageEventDefinition',
  ],
  [
    'a time to live that is none',
    diagramText([{ ...CATCH, properties: { ...CATCH.properties, messageTtl: 'P1W' } }]),
    'order.bpmn:10 order/Paid messageTtl: found "P1W"; expected a duration',
  ],
  [
    'two elements which take every message',
    diagramText([{}, { id: 'Other', content: MESSAGE_EVENT }]),
    'order/Other activationCondition: found nothing; expected a condition: Start takes every message too',
  ],
  [
    'both templates',
    start({ 'camunda-sqs-bridge': '1', 'camunda-sqs-bridge.connector': 'orders' }),
    'order.bpmn:7 order/Start inbound.type: found it beside camunda-sqs-bridge; expected one of them',
  ],
  [
    'the own template without a file of its connector',
    diagramText([{ properties: { 'camunda-sqs-bridge': '1', 'camunda-sqs-bridge.connector': 'orders' } }]),
    'order.bpmn:8 order/Start camunda-sqs-bridge.connector: found "orders"; expected the name of a connector: connectors/orders.json',
  ],
])('%s is refused at its place', (_, text, told) => {
  const { faults, diagrams } = imported(text)
  expect(faults.flatMap(faultLines).join('\n')).toContain(told)
  expect(faults).toHaveLength(1)
  expect(diagrams).toEqual([])
})

test('all refusals come at once, in the order of their lines', () => {
  const text = diagramText([
    { properties: { ...SQS, 'queue.url': 'secrets.URL', resultExpression: '={' } },
    { ...CATCH, properties: { ...SQS, messageTtl: 'never', activationCondition: '=(' } },
    { id: 'Second', content: '<bpmn:timerEventDefinition />', properties: { ...SQS, activationCondition: '=true' } },
  ])
  expect(imported(text).faults.map(({ path }) => path)).toEqual([
    'order.bpmn:8 order/Start queue.url',
    'order.bpmn:9 order/Start resultExpression',
    'order.bpmn:13 order/Paid correlationKeyExpression',
    'order.bpmn:18 order/Paid messageTtl',
    'order.bpmn:19 order/Paid activationCondition',
    'order.bpmn:24 order/Second',
  ])
})

test.each<[what: string, text: string, told: string]>([
  [
    'a line break in an attribute',
    start({ activationCondition: '=true // all\nand false' }),
    'order.bpmn:9 order/Start activationCondition: Camunda’s runtime and the bridge read "=true // all and false", and Modeler shows "=true // all\\nand false"',
  ],
  [
    'a reference that Modeler cuts',
    diagramText([{ content: MESSAGE_EVENT }], { messages: '<bpmn:message id="M" name="&#x1F600;" />' }),
    'order.bpmn:14 order/Start name of the message M: Camunda’s runtime and the bridge read "😀", and Modeler shows "\uF600"',
  ],
  [
    'another region than the queue’s',
    start({ 'configuration.region': 'us-east-1' }),
    'order.bpmn:9 order/Start configuration.region: "us-east-1" is dropped: the queue is in eu-central-1',
  ],
  [
    'an endpoint',
    start({ 'configuration.endpoint': 'http://sqs:9324' }),
    'order/Start configuration.endpoint: "http://sqs:9324" is dropped',
  ],
  ['a boolean in FEEL', start({ consumeUnmatchedEvents: '=true' }), 'order/Start consumeUnmatchedEvents: "=true" is read as false'],
  ['a process that is not executable', diagramText([{}], { executable: false }), 'order.bpmn:3 order: it is not executable'],
  [
    'a property twice',
    diagramText([
      {
        extensions: `<zeebe:properties><zeebe:property name="inbound.type" value="io.camunda:aws-sqs-inbound:1" /><zeebe:property name="queue.url" value="${ORDERS}" />\n<zeebe:property name="resultVariable" value="a" />\n<zeebe:property name="resultVariable" value="b" /></zeebe:properties>`,
      },
    ]),
    'order.bpmn:8 order/Start resultVariable: it is there more than once, and the first one counts',
  ],
  [
    'what is published, on a start event without a message',
    start({ messageTtl: 'PT1H' }),
    'order.bpmn:9 order/Start messageTtl: it has no effect on a start event without a message',
  ],
  [
    'a secret in an expression',
    start({ resultExpression: '={ a: &quot;{{secrets.X}}&quot; }' }),
    'order.bpmn:9 order/Start resultExpression: “{{secrets.X}}” stays as it is',
  ],
  [
    'a start event within a sub-process',
    inside('subProcess', '', {}),
    'order.bpmn:5 order/Start: it starts the process order, and not its sub-process',
  ],
  [
    'a connector where none is read',
    diagramText([{}, { tag: 'serviceTask', id: 'Task' }]),
    'order.bpmn:12 Task: it is left alone: Camunda’s runtime reads no connector there',
  ],
  [
    'a hybrid connector',
    diagramText([
      {},
      {
        id: 'Other',
        attributes: ' zeebe:modelerTemplate="io.camunda.connectors.AWSSQS.StartEvent.v1-hybrid"',
        properties: { ...SQS, 'inbound.type': 'mine' },
      },
    ]),
    'order.bpmn:15 order/Other inbound.type: it is left alone: --type mine takes connectors',
  ],
])('%s is told at its place', (_, text, told) => {
  const { faults, warnings } = imported(text)
  expect(faults).toEqual([])
  expect(warnings.map(warningLine).join('\n')).toContain(told)
})

test('what is quite usual is not warned of', () => {
  const usual = {
    'configuration.region': 'eu-central-1',
    consumeUnmatchedEvents: 'true',
    activationCondition: '=body.kind = "a"'.replaceAll('"', '&quot;'),
    resultExpression: '={&#10;  order: body&#10;}',
  }
  expect(imported(start(usual)).warnings).toEqual([])
})
