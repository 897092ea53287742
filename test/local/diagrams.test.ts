import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bpmnProcess } from '../../local/bpmn.ts'
import { definedBy, diagramsIn, jobTypesIn, undefinedNameLine, undefinedNames } from '../../local/diagrams.ts'
import { connectorFiles } from '../lib/connector-files.ts'
import { catchEvent, connector, startEvent } from '../support/connectors.ts'

const order = bpmnProcess({ id: 'order', waitsFor: { messageName: 'payment', correlationKey: '=id' }, jobType: 'ship' })
const refund = bpmnProcess({ id: 'refund', start: { kind: 'message', messageName: 'refund' }, jobType: '=type' })

test('diagrams are the *.bpmn of a directory, and define together what each does', () => {
  const directory = connectorFiles({ 'order.bpmn': order, 'refund.bpmn': refund, 'notes.txt': '', 'broken.bpmn': '<bpmn' })
  const { files } = diagramsIn(directory)
  expect(files).toEqual(['broken.bpmn', 'order.bpmn', 'refund.bpmn'].map((name) => join(directory, name)))
  expect(definedBy(files)).toEqual({ processes: ['order', 'refund'], messages: ['payment', 'refund'], hasOtherMessages: false })
  expect(jobTypesIn(files)).toEqual(['ship'])
})

test('what is not executable, and what the stand-in could not execute, is read for its names', () => {
  const diagram = order
    .replace('<bpmn:serviceTask', '<bpmn:userTask id="U" /><bpmn:serviceTask')
    .replace('</bpmn:process>', '</bpmn:process><bpmn:process id="drawn" isExecutable="false" />')
  const { files } = diagramsIn(connectorFiles({ 'a.bpmn': diagram }))
  expect(definedBy(files)).toMatchObject({ processes: ['order'], messages: ['payment'] })
})

describe('a connector’s names', () => {
  const defined = { processes: ['order'], messages: ['payment'], hasOtherMessages: false }
  const both = connector({ elements: [startEvent({ activationCondition: '=true' }), catchEvent()] })
  const named = (text: string) => connector(JSON.parse(JSON.stringify({ elements: both.elements }).replaceAll(/"(order|payment)"/g, text)))

  test('that are defined are no finding', () => {
    expect(undefinedNames(both, defined)).toEqual([])
  })

  test('that are not are named, with the nearest of their kind', () => {
    expect(undefinedNames(named('"$1s"'), defined).map((one) => undefinedNameLine(one, 'DIR/*.bpmn'))).toEqual([
      'OrderPlaced: there is no process “orders” in DIR/*.bpmn: Camunda will refuse to start it. Is “order” meant?',
      'PaymentReceived: there is no message “payments” in DIR/*.bpmn: Camunda will take what is published, and nothing will get it. Is “payment” meant?',
    ])
    expect(undefinedNames(named('"xyzzy"'), defined).map(({ nearest }) => nearest)).toEqual([undefined, undefined])
  })

  test('of messages may be any where an instance’s variables name one', () => {
    const { files } = diagramsIn(connectorFiles({ 'a.bpmn': order.replace('name="payment"', 'name="=nameOfIt"') }))
    expect(definedBy(files)).toEqual({ processes: ['order'], messages: [], hasOtherMessages: true })
    expect(undefinedNames(both, definedBy(files))).toEqual([])
  })
})
