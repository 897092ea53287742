import { show } from '../../lambda/core/connector-faults.ts'
import { extensionsOf, idOf, zeebeAttributes } from '../../lib/bpmn/bpmn-element.ts'
import { type ElementInDiagram, placeIn, readElement } from '../../lib/bpmn/connector-element.ts'
import { elementsIn, type PlacedElement } from '../../lib/bpmn/connector-from-diagrams.ts'
import { type Diagram, propertyOf } from '../../lib/bpmn/diagram.ts'
import type { DiagramFault, DiagramWarning } from '../../lib/bpmn/diagram-fault.ts'
import { INBOUND_TYPE, isOfficialTemplate, SQS_INBOUND, SYNCHRONOUS_RESPONSE } from '../../lib/bpmn/official-template.ts'
import { MARKER } from '../../lib/bpmn/own-template.ts'
import { type QueueSettings, queueSettings } from './queue-settings.ts'

/** How diagrams are read. */
export interface ReadingOptions {
  /** Types of connectors that count as Camunda's SQS connector, beside its own: those of hybrid templates. */
  readonly types: readonly string[]
  readonly secrets: ReadonlyMap<string, string>
  readonly tenantId?: string | undefined
}

/** An element which Camunda's runtime takes for an SQS connector. */
export interface OfficialElement extends PlacedElement {
  /** Undefined where its queue is not known, which is a fault. */
  readonly settings: QueueSettings | undefined
}

export interface OfficialElements {
  readonly elements: readonly OfficialElement[]
  readonly warnings: readonly DiagramWarning[]
}

/** Those of a diagram, and what is like them and none. */
export function officialElements(file: string, diagram: Diagram, options: ReadingOptions): OfficialElements {
  const isSqs = (type: string | undefined) => type === SQS_INBOUND || (type !== undefined && options.types.includes(type))
  const all = elementsIn(file, diagram)
  const ours = all.filter((of) => isSqs(typeOf(of)) && propertyOf(of.element, MARKER) === undefined)
  const read = ours.map((of) => {
    const { settings, faults, warnings } = queueSettings(of, options.secrets)
    const element = readElement(of, { tenantId: options.tenantId, passesOver: true })
    const told = { faults: [...element.faults, ...faults, ...synchronous(of)], warnings: [...element.warnings, ...warnings] }
    return { of, settings, read: { ...element, ...told } }
  })
  const idle = new Set(ours.map(({ process }) => process).filter(({ isExecutable }) => !isExecutable))
  return {
    elements: read,
    warnings: [
      ...[...idle].map(({ id, xml }) => ({
        file,
        line: xml.line,
        process: id,
        message: 'it is not executable: Camunda deploys no such process, and its messages will be refused until it is',
      })),
      ...all.filter((of) => !isSqs(typeOf(of))).flatMap(ofAnotherType),
      ...outOfSight(file, diagram, isSqs),
    ],
  }
}

function typeOf({ element }: ElementInDiagram): string | undefined {
  return propertyOf(element, INBOUND_TYPE)?.value
}

function synchronous(of: ElementInDiagram): DiagramFault[] {
  const value = propertyOf(of.element, SYNCHRONOUS_RESPONSE)?.value
  if (value?.toLowerCase() !== 'true') return []
  return [
    {
      ...placeIn(of, SYNCHRONOUS_RESPONSE),
      found: show(value),
      expected: 'false, or nothing: nobody waits for the answer to an SQS message',
    },
  ]
}

/** A hybrid connector, by its template. */
function ofAnotherType(of: ElementInDiagram): DiagramWarning[] {
  const template = zeebeAttributes(of.element.xml).find(({ name }) => name === 'modelerTemplate')?.value
  const type = typeOf(of)
  if (type === undefined || template === undefined || !isOfficialTemplate(template)) return []
  return [{ ...placeIn(of, INBOUND_TYPE), message: `it is left alone: --type ${type} takes connectors of this type for SQS’s` }]
}

/** Properties of a connector where Camunda's runtime does not look. */
function outOfSight(file: string, { others }: Diagram, isSqs: (type: string | undefined) => boolean): DiagramWarning[] {
  const message = 'it is left alone: Camunda’s runtime reads no connector there'
  return others
    .filter((xml) =>
      extensionsOf(xml, 'properties').some(({ children }) =>
        children.some(({ attributes }) => attributes.get('name') === INBOUND_TYPE && isSqs(attributes.get('value'))),
      ),
    )
    .map((xml) => ({ file, line: xml.line, element: idOf(xml) || xml.qualifiedName, message }))
}
