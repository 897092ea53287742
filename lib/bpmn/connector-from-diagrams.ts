import { parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError, type Fault, show } from '../../lambda/core/connector-faults.ts'
import { XmlFault } from '../xml-element.ts'
import { awaitedMessages } from './awaited-messages.ts'
import { type ElementInDiagram, placeIn, type ReadElement, readElement } from './connector-element.ts'
import { type Diagram, type DiagramProcess, lineOf, propertyOf, readDiagram } from './diagram.ts'
import { type DiagramFault, type DiagramPlace, type DiagramWarning, toFault } from './diagram-fault.ts'
import { namedQueue } from './named-queue.ts'
import { INBOUND_TYPE, SQS_INBOUND } from './official-template.ts'
import { CONNECTOR_PROPERTY, MARKER } from './own-template.ts'

/** A diagram’s text, and the file as it is told. */
export interface DiagramSource {
  readonly file: string
  readonly text: string
  /** Tenant of its processes; only where the cluster has multi-tenancy enabled. */
  readonly tenantId?: string | undefined
}

/** An element for a connector, and where it was read. */
export interface PlacedElement {
  readonly of: ElementInDiagram
  readonly read: ReadElement
}

/** A connector put together of what its file says and of elements in diagrams. */
export interface AssembledConnector {
  /** As the connector's parameter holds it; JSON. */
  readonly text: string
  /** All at once, and told in the diagram where they are there. */
  readonly faults: readonly Fault[]
  readonly warnings: readonly DiagramWarning[]
  /** Where in a diagram a property of the connector is; undefined where the file has it. */
  placeOf(path: string): DiagramPlace | undefined
}

export interface ConnectorFromDiagrams extends AssembledConnector {
  /** All of the diagrams, whether elements of theirs are the connector's or not. */
  readonly processes: readonly DiagramProcess[]
  /** Those elements of the connector which the diagrams have. */
  readonly placed: readonly PlacedElement[]
}

/** The connector of this name: what its file says, and those elements of the diagrams which carry the own template and this name. */
export function connectorFromDiagrams(
  file: Readonly<Record<string, unknown>>,
  name: string,
  sources: readonly DiagramSource[],
): ConnectorFromDiagrams {
  const faults: DiagramFault[] = []
  const processes: DiagramProcess[] = []
  const placed = sources.flatMap((source): readonly PlacedElement[] => {
    const diagram = diagramIn(source)
    if (!isDiagram(diagram)) {
      faults.push(diagram)
      return []
    }
    processes.push(...diagram.processes)
    const own = ownElements(source, diagram)
    faults.push(...elementsIn(source.file, diagram).filter(takesFrom(file.queue)).map(rivalOf))
    faults.push(...own.filter(({ of }) => connectorOf(of) === undefined).map(({ of }) => nameless(of)))
    const ours = own.filter(({ of }) => connectorOf(of) === name)
    if (ours.length === 0) faults.push({ file: source.file, line: 1, ...nothingFor(name, own) })
    return ours
  })
  const assembled = assemble(file, placed)
  const unheard = unheardIn(file.elements, processes)
  // Of a diagram that cannot be read nobody knows whether elements are missing.
  const others = placed.length > 0 ? assembled.faults : assembled.faults.filter(({ path }) => path !== 'elements')
  return { ...assembled, faults: [...faults.map(toFault), ...others, ...unheard], processes, placed }
}

/** The connector of a file and of elements which come behind its own. */
export function assemble(
  { diagrams: _, elements, ...rest }: Readonly<Record<string, unknown>>,
  placed: readonly PlacedElement[],
): AssembledConnector {
  const own: readonly unknown[] = Array.isArray(elements) ? elements : []
  const all = [...own, ...placed.map(({ read }) => read.json)]
  const text = JSON.stringify({ ...rest, elements: elements === undefined || Array.isArray(elements) ? all : elements })
  const partOf = (path: string) => {
    const { index, property = '' } = IN_ELEMENT.exec(path)?.groups ?? {}
    const element = placed[Number(index) - own.length]
    return element && { element, property }
  }
  const placeOf = (path: string) => {
    const part = partOf(path)
    return part && placeOfProperty(part.element.of, part.property)
  }
  const isTold = (path: string) => {
    const part = partOf(path)
    return part?.element.read.faults.some(({ property }) => part.property.startsWith('correlationPoint') || property === part.property)
  }
  const found = parseFaults(text).filter(({ path }) => !isTold(path))
  const inDiagram = (fault: Fault): Fault => {
    const place = placeOf(fault.path)
    return place ? toFault({ ...place, ...fault }) : fault
  }
  return {
    text,
    faults: [...placed.flatMap(({ read }) => read.faults.map(toFault)), ...found.map(inDiagram)],
    warnings: placed.flatMap(({ read }) => read.warnings),
    placeOf,
  }
}

/** Of the file's own elements: messages that nothing waits for in the very process that they name. */
function unheardIn(elements: unknown, processes: readonly DiagramProcess[]): Fault[] {
  if (!Array.isArray(elements)) return []
  return elements.flatMap((element, index): Fault[] => {
    const { kind, messageName, bpmnProcessId } = Object(Object(element).correlationPoint) as Record<string, unknown>
    const process = processes.find(({ id }) => id === bpmnProcessId)
    if (kind !== 'publishMessage' || typeof messageName !== 'string' || !process) return []
    const { names, hasOthers } = awaitedMessages([process])
    if (names.has(messageName) || hasOthers) return []
    return [
      {
        path: `elements[${index}].correlationPoint.messageName`,
        found: show(messageName),
        expected: `a message for which an element of ${process.id} waits${names.size === 0 ? ', and none does' : `: ${[...names].join(', ')}`}`,
      },
    ]
  })
}

function parseFaults(text: string): readonly Fault[] {
  try {
    parseConnector(text)
    return []
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return error.faults
    throw error
  }
}

const IN_ELEMENT = /^elements\[(?<index>\d+)\]\.?(?<property>.*)$/

function placeOfProperty(of: ElementInDiagram, property: string): DiagramPlace {
  const { message } = of.element
  if (property === 'correlationPoint.messageName' && message.kind === 'message')
    return { ...placeIn(of), line: lineOf(of.diagram.text, message.xml, 'name'), property: `name of the message ${message.id}` }
  return property === '' || property === 'elementId' ? placeIn(of) : placeIn(of, property)
}

/** The diagram, or why it is none. */
export function diagramIn({ file, text }: DiagramSource): Diagram | DiagramFault {
  try {
    return readDiagram(text)
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error
    return {
      file,
      line: error.line,
      found: error.message,
      expected: 'XML as Camunda reads it: well-formed, in UTF-8, and without a DOCTYPE',
    }
  }
}

export function isDiagram(read: Diagram | DiagramFault): read is Diagram {
  return 'processes' in read
}

export function elementsIn(file: string, diagram: Diagram): ElementInDiagram[] {
  return diagram.processes.flatMap((process) => process.elements.map((element) => ({ file, diagram, process, element })))
}

/** The elements which carry the own template. */
export function ownElements({ file, tenantId }: DiagramSource, diagram: Diagram): PlacedElement[] {
  return elementsIn(file, diagram)
    .filter(({ element }) => propertyOf(element, MARKER) !== undefined)
    .map((of) => {
      const read = readElement(of, { tenantId, passesOver: false })
      return { of, read: { ...read, faults: [...read.faults, ...bothTemplates(of)] } }
    })
}

/** Name of the connector to which an element of the own template belongs. */
export function connectorOf({ element }: ElementInDiagram): string | undefined {
  return propertyOf(element, CONNECTOR_PROPERTY)?.value
}

function bothTemplates(of: ElementInDiagram): DiagramFault[] {
  if (propertyOf(of.element, INBOUND_TYPE) === undefined) return []
  const expected = 'one of them: with both, Camunda’s own connector and the bridge would take from the queue'
  return [{ ...placeIn(of, INBOUND_TYPE), found: `it beside ${MARKER}`, expected }]
}

/** Of elements of Camunda's template: whether they name this very queue, by its URL or its ARN. */
function takesFrom(queue: unknown): (of: ElementInDiagram) => boolean {
  const { url, arn } = Object(queue ?? {}) as { readonly url?: unknown; readonly arn?: unknown }
  const ours = namedQueue(String(arn ?? url ?? ''))?.arn
  return ({ element }) => {
    if (propertyOf(element, INBOUND_TYPE)?.value !== SQS_INBOUND || propertyOf(element, MARKER) !== undefined) return false
    const theirs = namedQueue(propertyOf(element, 'queue.url')?.value?.trim() ?? '')
    return theirs !== undefined && theirs.arn === ours
  }
}

function rivalOf(of: ElementInDiagram): DiagramFault {
  const expected = 'another queue, or npx camunda-sqs-bridge import for this diagram: Camunda’s own connector would take from the queue too'
  return { ...placeIn(of, 'queue.url'), found: 'this connector’s queue in an element of Camunda’s template', expected }
}

function nameless(of: ElementInDiagram): DiagramFault {
  return {
    ...placeIn(of),
    property: CONNECTOR_PROPERTY,
    found: 'nothing',
    expected: 'the name of its connector, that of a file without .json',
  }
}

function nothingFor(name: string, own: readonly PlacedElement[]): Pick<DiagramFault, 'found' | 'expected'> {
  const names = new Set(own.flatMap(({ of }) => connectorOf(of) ?? []))
  const found = names.size > 0 ? `elements of ${[...names].join(', ')} alone` : 'no element of the bridge’s template'
  return { found, expected: `an element whose ${CONNECTOR_PROPERTY} is ${name}` }
}
