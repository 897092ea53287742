import { type Connector, type Element, parseConnector } from '../../lambda/core/connector.ts'

type Json = { readonly [key: string]: unknown }

const START = { elementId: 'OrderPlaced', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' } }
const CATCH = {
  elementId: 'PaymentReceived',
  correlationPoint: { kind: 'publishMessage', messageName: 'payment', elementType: 'intermediateCatchEvent' },
  correlationKeyExpression: '=body.orderId',
}

/** A connector as its file says it, parsed; with a start event unless told otherwise. */
export function connector({ elements = [START], ...rest }: Json = {}): Connector {
  return parseConnector(JSON.stringify({ elements, ...rest }))
}

export function startEvent(properties: Json = {}): Json {
  return { ...START, ...properties }
}

export function catchEvent(properties: Json = {}): Json {
  return { ...CATCH, ...properties }
}

export function element(properties: Json): Element {
  const [first] = connector({ elements: [properties] }).elements
  return first as Element
}
