import { expect, test } from 'vitest'
import { readConnectors } from '../../lib/connector-source.ts'
import { diagramOverviews, elementOverviews } from '../../local/console/reachable-elements.ts'

const example = readConnectors('connectors')
const own = readConnectors('test/examples/own/connectors')
const OWN_FILES = ['test/examples/own/bpmn/lost.bpmn', 'test/examples/own/bpmn/shipment.bpmn']

test('an element is reached by the elements of connectors which start its process, or publish its message', () => {
  expect(diagramOverviews(['examples/order.bpmn'], example)).toEqual([
    {
      id: '0',
      file: 'examples/order.bpmn',
      processes: ['example-order'],
      elements: [
        {
          id: 'OrderPlaced',
          name: 'Order placed',
          processId: 'example-order',
          reachedBy: { kind: 'process', name: 'example-order' },
          connections: [{ connector: 'orders', elementId: 'OrderPlaced' }],
        },
        {
          id: 'PaymentReceived',
          name: 'Payment received',
          processId: 'example-order',
          reachedBy: { kind: 'message', name: 'example-order-paid' },
          connections: [{ connector: 'payments', elementId: 'PaymentReceived' }],
        },
      ],
    },
  ])
})

test('what no connector reaches has no connection', () => {
  const elements = diagramOverviews(OWN_FILES, own).flatMap((diagram) => diagram.elements)
  expect(elements.map(({ reachedBy: { name }, connections }) => [name, connections.length])).toEqual(
    expect.arrayContaining([
      ['shipment', 1],
      ['shipment-arrived', 0],
      ['shipment-lost', 0],
    ]),
  )
})

test('names which no diagram has are told; where nobody knows the diagrams, none is', () => {
  const [source] = own
  const connector = source?.connector ?? { elements: [] }
  const told = (overviews: ReturnType<typeof elementOverviews>) =>
    overviews.flatMap(({ elementId, undefinedName }) => (undefinedName === undefined ? [] : elementId))
  expect(told(elementOverviews(connector, { files: OWN_FILES, where: 'bpmn/*.bpmn' }))).toEqual(['ShipmentLost', 'ShipmentArrived'])
  expect(told(elementOverviews(connector))).toEqual([])
  expect(elementOverviews(connector)[0]).toEqual({
    elementId: 'ShipmentBooked',
    correlationPoint: 'createProcessInstance shipment',
    expressions: [
      { property: 'activationCondition', text: '=body.kind = "booked"' },
      { property: 'resultExpression', text: '={ shipmentId: body.id }' },
    ],
    undefinedName: undefined,
  })
})
