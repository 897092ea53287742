import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import { sourceFindings } from '../../lib/connector-findings.ts'
import { readConnector } from '../../lib/connector-source.ts'
import { diagramText, MESSAGE_EVENT } from '../tools/import/diagram-texts.ts'
import { connectorFiles, ORDERS_URL, orderPlaced } from './connector-files.ts'

const OWN = { 'camunda-sqs-bridge': '1', 'camunda-sqs-bridge.connector': 'orders' }
const START = { properties: { ...OWN, activationCondition: '=body.start' } }
const CATCH = {
  tag: 'intermediateCatchEvent',
  id: 'Paid',
  content: MESSAGE_EVENT,
  properties: { ...OWN, activationCondition: '=body.paid', correlationKeyExpression: '=body.id' },
}

/** The connector orders, of a file and of diagrams beside it. */
function orders(file: object, diagrams: Record<string, string>) {
  const directory = connectorFiles({ 'orders.json': { queue: { url: ORDERS_URL }, ...file }, ...diagrams })
  const source = readConnector(directory, 'orders.json')
  return {
    directory,
    source,
    faults:
      source instanceof ConnectorConfigurationError
        ? source.faults.map(({ path, found, expected }) => `${path}: found ${found}; expected ${expected}`)
        : [],
  }
}

function sound(file: object, diagrams: Record<string, string>) {
  const { source, directory, faults } = orders(file, diagrams)
  if (source instanceof ConnectorConfigurationError) throw new Error(faults.join('\n'))
  return { source, directory }
}

test('a connector has the elements of its diagrams behind its own, and its parameter holds them all', () => {
  const { source, directory } = sound({ diagrams: ['order.bpmn'], elements: [orderPlaced] }, { 'order.bpmn': diagramText([START, CATCH]) })
  expect(source.connector.elements.map(({ elementId }) => elementId)).toEqual(['OrderPlaced', 'Start', 'Paid'])
  expect(JSON.parse(source.parameterValue)).toEqual({
    queue: { url: ORDERS_URL },
    elements: [
      orderPlaced,
      {
        elementId: 'Start',
        correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' },
        activationCondition: '=body.start',
        consumeUnmatchedEvents: false,
      },
      {
        elementId: 'Paid',
        correlationPoint: { kind: 'publishMessage', messageName: 'paid', elementType: 'intermediateCatchEvent', bpmnProcessId: 'order' },
        activationCondition: '=body.paid',
        consumeUnmatchedEvents: false,
        correlationKeyExpression: '=body.id',
      },
    ],
  })
  expect(source.diagrams).toEqual([join(directory, 'order.bpmn')])
})

test('diagrams do in place of elements', () => {
  expect(sound({ diagrams: ['order.bpmn'] }, { 'order.bpmn': diagramText([START]) }).source.connector.elements).toHaveLength(1)
})

test('elements of another connector in a diagram are not taken', () => {
  const other = { id: 'Other', properties: { ...OWN, 'camunda-sqs-bridge.connector': 'payments' } }
  expect(sound({ diagrams: ['order.bpmn'] }, { 'order.bpmn': diagramText([START, other]) }).source.connector.elements).toHaveLength(1)
})

test('two diagrams may have an element of the same id, for it is known by its process', () => {
  const second = diagramText([{ properties: { ...OWN, activationCondition: '=body.second' } }], { process: 'second' })
  const { source } = sound({ diagrams: ['first.bpmn', 'second.bpmn'] }, { 'first.bpmn': diagramText([START]), 'second.bpmn': second })
  expect(source.connector.elements.map(({ elementId }) => elementId)).toEqual(['Start', 'Start'])
  const { faults } = orders(
    { diagrams: ['first.bpmn', 'second.bpmn'] },
    {
      'first.bpmn': diagramText([START]),
      'second.bpmn': diagramText([{ ...START, properties: { ...OWN, activationCondition: '=false' } }]),
    },
  )
  expect(faults).toEqual([expect.stringMatching(/^second\.bpmn:4 order\/Start: found "Start"; expected an id of its own/)])
})

test('a tenant is said beside the diagram’s file', () => {
  const { source } = sound({ diagrams: [{ file: 'order.bpmn', tenantId: 'north' }] }, { 'order.bpmn': diagramText([START]) })
  expect(source.connector.elements[0]?.correlationPoint.tenantId).toBe('north')
})

test('what has to be known of an element is told in the diagram', () => {
  const { source } = sound(
    { diagrams: ['order.bpmn'] },
    {
      'order.bpmn': diagramText([
        { properties: { ...START.properties, resultExpression: '={ a: boby }', consumeUnmatchedEvents: '=true' } },
      ]),
    },
  )
  expect(sourceFindings(source).find(({ id }) => id === 'diagram')?.place).toMatchObject({ file: 'order.bpmn', line: 11, element: 'Start' })
  const messages = sourceFindings(source).map(({ message }) => message)
  expect(messages).toContainEqual(expect.stringMatching(/^order\.bpmn:10 order\/Start resultExpression: .*boby/))
  expect(messages).toContainEqual(expect.stringMatching(/^order\.bpmn:11 order\/Start consumeUnmatchedEvents: "=true" is read as false/))
})

test.each<[what: string, file: object, diagrams: Record<string, string>, told: string[]]>([
  ['a diagram that is not there', { diagrams: ['nowhere.bpmn'] }, {}, ['diagrams[0]: found "nowhere.bpmn"; expected a BPMN file']],
  ['no list', { diagrams: 'order.bpmn' }, {}, ['diagrams: found "order.bpmn"; expected a list of BPMN files']],
  ['what is no XML', { diagrams: ['order.bpmn'] }, { 'order.bpmn': '<a>' }, ['order.bpmn:1: found unclosed tag']],
  [
    'a diagram without an element of the connector',
    { diagrams: ['order.bpmn'], elements: [orderPlaced] },
    { 'order.bpmn': diagramText([{ properties: {} }]) },
    ['order.bpmn:1: found no element of the bridge’s template; expected an element whose camunda-sqs-bridge.connector is orders'],
  ],
  [
    'a diagram with those of another',
    { diagrams: ['order.bpmn'], elements: [orderPlaced] },
    { 'order.bpmn': diagramText([{ properties: { ...OWN, 'camunda-sqs-bridge.connector': 'oders' } }]) },
    ['order.bpmn:1: found elements of oders alone'],
  ],
  [
    'an element that names no connector',
    { diagrams: ['order.bpmn'] },
    { 'order.bpmn': diagramText([START, { id: 'Lost', properties: { 'camunda-sqs-bridge': '1' } }]) },
    ['order.bpmn:13 order/Lost camunda-sqs-bridge.connector: found nothing'],
  ],
  [
    'an element of Camunda’s template on this queue',
    { diagrams: ['order.bpmn'] },
    {
      'order.bpmn': diagramText([
        START,
        { id: 'Rival', properties: { 'inbound.type': 'io.camunda:aws-sqs-inbound:1', 'queue.url': ORDERS_URL } },
      ]),
    },
    ['order.bpmn:17 order/Rival queue.url: found this connector’s queue in an element of Camunda’s template'],
  ],
  [
    'both templates on one element',
    { diagrams: ['order.bpmn'] },
    { 'order.bpmn': diagramText([{ properties: { ...START.properties, 'inbound.type': 'io.camunda:aws-sqs-inbound:1' } }]) },
    ['order.bpmn:10 order/Start inbound.type: found it beside camunda-sqs-bridge'],
  ],
  [
    'faults here and there',
    { diagrams: ['order.bpmn'], function: { timeout: 1 } },
    { 'order.bpmn': diagramText([{ properties: { ...OWN, activationCondition: '=(', messageTtl: 'PT1H' } }]) },
    [
      'function.timeout: found 1',
      'order.bpmn:9 order/Start activationCondition: found "=("',
      'order.bpmn:10 order/Start messageTtl: found "PT1H"; expected nothing',
    ],
  ],
])('%s: each fault is told at its place', (_, file, diagrams, told) => {
  const { faults } = orders(file, diagrams)
  for (const each of told) expect(faults).toContainEqual(expect.stringContaining(each))
  if (told.length === 1) expect(faults).toHaveLength(1)
})

describe('a message of the file’s own elements for which nothing in the diagrams waits', () => {
  const published = (messageName: string, more: object = {}) => ({
    elementId: 'Other',
    correlationPoint: { kind: 'publishMessage', messageName, ...more },
    activationCondition: '=body.other',
    correlationKeyExpression: '=body.id',
  })
  const diagrams = { 'order.bpmn': diagramText([START, { ...CATCH, properties: {} }]) }

  test('is a warning, since a process of another file may wait for it', () => {
    const { source } = sound({ diagrams: ['order.bpmn'], elements: [published('payd')] }, diagrams)
    expect(sourceFindings(source).filter(({ id }) => id === 'messageName')).toEqual([
      {
        id: 'messageName',
        kind: 'warning',
        path: 'elements[0].correlationPoint.messageName',
        message: 'elements[0].correlationPoint.messageName: no element of the diagrams waits for “payd”',
        follows: 'where no other process does, its messages are lost; is “paid” meant?',
      },
    ])
  })

  test('is refused where the element names a process of the diagrams', () => {
    const { faults } = orders({ diagrams: ['order.bpmn'], elements: [published('payd', { bpmnProcessId: 'order' })] }, diagrams)
    expect(faults).toEqual([
      'elements[0].correlationPoint.messageName: found "payd"; expected a message for which an element of order waits: paid',
    ])
  })

  test.each([
    ['that waits for it', diagrams],
    ['whose message has a name that variables decide', { 'order.bpmn': diagrams['order.bpmn'].replace('name="paid"', 'name="=kind"') }],
  ])('is nothing to tell with a diagram %s', (_name, files) => {
    for (const more of [{}, { bpmnProcessId: 'order' }]) {
      const { source } = sound({ diagrams: ['order.bpmn'], elements: [published('paid', more)] }, files)
      expect(sourceFindings(source).filter(({ id }) => id === 'messageName')).toEqual([])
    }
  })
})
