import { attributePlace, lineAt, readXml, type XmlElement, XmlFault } from '../xml-element.ts'
import { BPMN, childrenOf, definitionsOf, extensionsOf, idOf, isBpmn, isZeebe, referredId } from './bpmn-element.ts'

/** A BPMN file as Camunda's connector runtime reads it: the elements which may be connectors, and what it reads of them. */
export interface Diagram {
  readonly text: string
  readonly processes: readonly DiagramProcess[]
  /** Elements with zeebe:properties which the runtime does not look at. */
  readonly others: readonly XmlElement[]
}

export interface DiagramProcess {
  readonly id: string
  readonly isExecutable: boolean
  readonly xml: XmlElement
  readonly elements: readonly DiagramElement[]
}

export const ELIGIBLE = ['startEvent', 'intermediateCatchEvent', 'boundaryEvent', 'receiveTask'] as const

export interface DiagramElement {
  readonly id: string
  readonly type: (typeof ELIGIBLE)[number]
  readonly xml: XmlElement
  /** Directly in what: of a start event, what it starts. */
  readonly scope: 'process' | 'subProcess' | 'eventSubProcess'
  /** Its zeebe:properties; the runtime reads no element that has several. */
  readonly blocks: readonly XmlElement[]
  readonly properties: readonly DiagramProperty[]
  readonly definitions: readonly XmlElement[]
  readonly message: MessageOfElement
}

export interface DiagramProperty {
  readonly name: string
  /** Undefined where it is empty: to the runtime it is then not there. */
  readonly value: string | undefined
  readonly xml: XmlElement
}

export type MessageOfElement =
  /** Whether a message is referred to at all, and there is none. */
  | { readonly kind: 'none' }
  | { readonly kind: 'dangling'; readonly reference: string; readonly holder: XmlElement }
  | {
      readonly kind: 'message'
      readonly id: string
      readonly name: string | undefined
      readonly correlationKey: string | undefined
      readonly xml: XmlElement
    }

const DECLARED_ENCODING = /^\uFEFF?<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)/

/** @throws {XmlFault} */
export function readDiagram(text: string): Diagram {
  const root = readXml(text)
  const encoding = DECLARED_ENCODING.exec(text)?.[1] ?? 'UTF-8'
  if (!/^(utf-8|us-ascii)$/i.test(encoding)) throw new XmlFault(`the encoding ${encoding}`, 1)
  const messages = new Map<string, XmlElement>()
  if (isBpmn(root, 'definitions'))
    for (const message of childrenOf(root, 'message')) if (!messages.has(idOf(message))) messages.set(idOf(message), message)
  const processes = isBpmn(root, 'definitions') ? childrenOf(root, 'process').map((process) => processIn(process, messages)) : []
  const read = new Set(processes.flatMap(({ elements }) => elements.map(({ xml }) => xml)))
  return {
    text,
    processes,
    others: [...descendants(root)].filter((each) => !read.has(each) && extensionsOf(each, 'properties').length > 0),
  }
}

function processIn(xml: XmlElement, messages: ReadonlyMap<string, XmlElement>): DiagramProcess {
  const isExecutable = xml.attributes.get('isExecutable') === 'true'
  return { id: idOf(xml), isExecutable, xml, elements: elementsIn(xml, 'process', messages) }
}

const SUB_PROCESSES: readonly string[] = ['subProcess', 'transaction', 'adHocSubProcess']

function elementsIn(container: XmlElement, scope: DiagramElement['scope'], messages: ReadonlyMap<string, XmlElement>): DiagramElement[] {
  return container.children.flatMap((child) => {
    if (child.namespace !== BPMN) return []
    if (SUB_PROCESSES.includes(child.name))
      return elementsIn(child, child.attributes.get('triggeredByEvent') === 'true' ? 'eventSubProcess' : 'subProcess', messages)
    return isEligible(child) ? [elementIn(child, scope, messages)] : []
  })
}

function isEligible(element: XmlElement): element is XmlElement & { readonly name: DiagramElement['type'] } {
  return (ELIGIBLE as readonly string[]).includes(element.name)
}

function elementIn(
  xml: XmlElement & { readonly name: DiagramElement['type'] },
  scope: DiagramElement['scope'],
  messages: ReadonlyMap<string, XmlElement>,
): DiagramElement {
  const blocks = extensionsOf(xml, 'properties')
  const definitions = definitionsOf(xml)
  const properties = blocks.flatMap(({ children }) => children.filter((child) => isZeebe(child, 'property')).map(propertyIn))
  const holder = xml.name === 'receiveTask' ? xml : definitions.find(({ name }) => name === 'messageEventDefinition')
  return { id: idOf(xml), type: xml.name, xml, scope, blocks, properties, definitions, message: messageOf(holder, messages) }
}

function propertyIn(xml: XmlElement): DiagramProperty {
  return { name: xml.attributes.get('name') ?? '', value: xml.attributes.get('value') || undefined, xml }
}

function messageOf(holder: XmlElement | undefined, messages: ReadonlyMap<string, XmlElement>): MessageOfElement {
  const reference = holder?.attributes.get('messageRef')
  if (!holder || !reference) return { kind: 'none' }
  const xml = messages.get(referredId(reference))
  if (!xml) return { kind: 'dangling', reference, holder }
  const [subscription] = extensionsOf(xml, 'subscription')
  return {
    kind: 'message',
    id: idOf(xml),
    name: xml.attributes.get('name') || undefined,
    correlationKey: subscription?.attributes.get('correlationKey') || undefined,
    xml,
  }
}

function* descendants(element: XmlElement): Generator<XmlElement> {
  for (const child of element.children) {
    yield child
    yield* descendants(child)
  }
}

/** The property as the runtime reads it: the first of that name which has a value. */
export function propertyOf({ properties }: DiagramElement, name: string): DiagramProperty | undefined {
  return properties.find((property) => property.name === name && property.value !== undefined)
}

/** The line of an attribute's value, or that of its element where it has no such attribute. */
export function lineOf(text: string, element: XmlElement, attribute?: string): number {
  const place = attribute === undefined ? undefined : attributePlace(text, element, attribute)
  return place ? lineAt(text, place.from) : element.line
}
