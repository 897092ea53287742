import type { Connector } from '../lambda/core/connector.ts'
import type { CorrelationOutcome } from '../lambda/core/outcome.ts'
import type { Fate } from './journeys.ts'

/** A message which `npm start` sends, and how it has to end. */
export interface Sample {
  readonly label: string
  readonly connector: string
  readonly body: string
  /** Message attribute `type`. */
  readonly type?: string
  /** Message group, on a FIFO queue. */
  readonly group?: string
  readonly ends: {
    readonly outcome: CorrelationOutcome['kind'] | 'filtered out'
    readonly fate: Fate
    /** Variables which Camunda holds afterwards, where an engine can be asked. */
    readonly variables?: Readonly<Record<string, unknown>>
  }
}

const order = { id: 'A-1001', customer: 'Ada', amount: 129.9, items: [{ sku: 'X', quantity: 2 }] }

export const samples: readonly Sample[] = [
  {
    label: 'an order',
    connector: 'orders',
    type: 'OrderPlaced',
    body: JSON.stringify(order),
    ends: { outcome: 'ProcessInstanceCreated', fate: 'deleted', variables: { orderId: 'A-1001', order } },
  },
  {
    label: 'an order of nothing',
    connector: 'orders',
    type: 'OrderPlaced',
    body: JSON.stringify({ id: 'A-1002', customer: 'Bob', amount: 0 }),
    ends: { outcome: 'ActivationConditionNotMet', fate: 'deleted' },
  },
  {
    label: 'a cancellation',
    connector: 'orders',
    type: 'OrderCancelled',
    body: JSON.stringify({ id: 'A-1001' }),
    ends: { outcome: 'filtered out', fate: 'deleted' },
  },
  {
    label: 'no JSON',
    connector: 'orders',
    type: 'OrderPlaced',
    body: 'Please call me back',
    ends: { outcome: 'ActivationConditionNotMet', fate: 'deleted' },
  },
  {
    label: 'its payment',
    connector: 'payments',
    group: 'A-1001',
    body: JSON.stringify({ orderId: 'A-1001', amount: 129.9 }),
    ends: { outcome: 'MessagePublished', fate: 'deleted', variables: { payment: { orderId: 'A-1001', amount: 129.9 } } },
  },
  {
    label: 'a payment of no order',
    connector: 'payments',
    group: 'B-2002',
    body: JSON.stringify({ amount: 5 }),
    ends: { outcome: 'InvalidInput', fate: 'dead letter' },
  },
  {
    label: 'the next of its group',
    connector: 'payments',
    group: 'B-2002',
    body: JSON.stringify({ orderId: 'B-2002', amount: 20 }),
    ends: { outcome: 'MessagePublished', fate: 'deleted' },
  },
]

/** Names of the example's process and messages, to which the samples are. */
const EXAMPLE = /^example-order/

/** Those for a connector which is the example's: one of the same name that somebody else wrote wants other messages. */
export function samplesFor({ name, connector }: { readonly name: string; readonly connector: Pick<Connector, 'elements'> }): Sample[] {
  const isExample = connector.elements.every(({ correlationPoint: point }) =>
    EXAMPLE.test(point.kind === 'createProcessInstance' ? point.bpmnProcessId : point.messageName),
  )
  return isExample ? samples.filter((sample) => sample.connector === name) : []
}
