import type { ElementInDiagram } from '../../lib/bpmn/connector-element.ts'
import { propertyOf } from '../../lib/bpmn/diagram.ts'
import { INBOUND_TYPE, SYNCHRONOUS_RESPONSE } from '../../lib/bpmn/official-template.ts'
import { SHARED_PROPERTIES } from '../../lib/bpmn/own-template.ts'

/** Properties by which elements may differ and share a consumer all the same. */
const NO_DIFFERENCE: readonly string[] = [
  INBOUND_TYPE,
  'deduplicationModeManualFlag',
  'deduplicationMode',
  'deduplicationId',
  SYNCHRONOUS_RESPONSE,
  ...SHARED_PROPERTIES,
]

/**
 * The consumers which Camunda's runtime would start for elements of one queue. Those without a mode, as of templates before version 9, have
 * one each; others share it within their process, by an id or by the values of what concerns the connector as a whole.
 */
export function officialConsumers(elements: readonly ElementInDiagram[]): readonly (readonly ElementInDiagram[])[] {
  return [...Map.groupBy(elements, consumerOf).values()]
}

function consumerOf({ process, element }: ElementInDiagram): string {
  const valueIn = (name: string) => propertyOf(element, name)?.value
  switch (valueIn('deduplicationMode')) {
    case undefined:
      return JSON.stringify([process.id, 'own', element.id])
    case 'MANUAL':
      return JSON.stringify([process.id, 'manual', valueIn('deduplicationId')])
    default:
      return JSON.stringify([process.id, 'auto', ...differing(element)])
  }
}

function differing({ properties }: ElementInDiagram['element']): string[] {
  const first = properties.filter(
    ({ name, value }, at) =>
      value !== undefined && !NO_DIFFERENCE.includes(name) && properties.findIndex((other) => other.name === name && other.value) === at,
  )
  return first.map(({ name, value }) => `${name}=${value}`).sort()
}
