import { show } from '../../lambda/core/connector-faults.ts'
import type { XmlElement } from '../xml-element.ts'
import { idOf } from './bpmn-element.ts'
import { type Diagram, type DiagramElement, type DiagramProcess, type DiagramProperty, lineOf, propertyOf } from './diagram.ts'
import type { DiagramFault, DiagramPlace, DiagramWarning } from './diagram-fault.ts'
import { otherwiseInModeler } from './modeler-view.ts'
import { FORMER_ACTIVATION_CONDITION } from './official-template.ts'
import { type ElementKind, SHARED_PROPERTIES } from './own-template.ts'

/** An element in its diagram. */
export interface ElementInDiagram {
  readonly file: string
  readonly diagram: Diagram
  readonly process: DiagramProcess
  readonly element: DiagramElement
}

/** An element as a connector's file has it. */
export interface ElementJson {
  readonly elementId: string
  readonly correlationPoint: Readonly<Record<string, string>>
  readonly consumeUnmatchedEvents: boolean
  readonly [property: string]: unknown
}

export interface ReadElement {
  readonly kind: ElementKind
  readonly json: ElementJson
  readonly faults: readonly DiagramFault[]
  readonly warnings: readonly DiagramWarning[]
}

/** Whether the message's properties of an element that starts a process without one count, or are passed over as by Camunda's runtime. */
export interface ReadingOptions {
  readonly tenantId?: string | undefined
  readonly passesOver: boolean
}

const ELEMENT_TYPES = {
  messageStart: 'messageStartEvent',
  intermediateCatch: 'intermediateCatchEvent',
  boundary: 'boundaryEvent',
  receive: 'receiveTask',
} as const

/** Properties of what is published; a start event without a message publishes nothing. */
export const PUBLICATION_PROPERTIES = ['correlationRequired', 'correlationKeyExpression', 'messageIdExpression', 'messageTtl'] as const

/** What an element of a diagram, of Camunda's template or of the own one, is as an element of a connector. */
export function readElement(of: ElementInDiagram, { tenantId, passesOver }: ReadingOptions): ReadElement {
  const { process, element } = of
  const kind = kindOf(element)
  const tenant = tenantId === undefined ? {} : { tenantId }
  const correlationPoint: Record<string, string> =
    kind === 'processStart'
      ? { kind: 'createProcessInstance', bpmnProcessId: process.id, ...tenant }
      : {
          kind: 'publishMessage',
          messageName: (element.message.kind === 'message' && element.message.name) || '',
          elementType: ELEMENT_TYPES[kind],
          bpmnProcessId: process.id,
          ...tenant,
        }
  const publishes = kind !== 'processStart' || !passesOver
  const texts = {
    activationCondition: activationCondition(element)?.value,
    consumeUnmatchedEvents: propertyOf(element, 'consumeUnmatchedEvents')?.value?.toLowerCase() === 'true',
    correlationKeyExpression: publishes ? firstOf(element, 'correlationKeyExpression') : undefined,
    messageIdExpression: publishes ? firstOf(element, 'messageIdExpression') : undefined,
    messageTtl: publishes ? firstOf(element, 'messageTtl') : undefined,
    resultVariable: propertyOf(element, 'resultVariable')?.value,
    resultExpression: propertyOf(element, 'resultExpression')?.value,
  }
  return {
    kind,
    json: { elementId: element.id, correlationPoint, ...withoutUndefined(texts) },
    faults: [...structureFaults(of, kind), ...messageFaults(of, kind)],
    warnings: [...propertyWarnings(of), ...messageWarnings(of), ...(publishes ? [] : passedOver(of)), ...scopeWarnings(of, kind)],
  }
}

/** A start event with another definition than a message counts, for the runtime, as one without any. */
function kindOf({ type, definitions }: DiagramElement): ElementKind {
  if (type === 'startEvent') return definitions.some(({ name }) => name === 'messageEventDefinition') ? 'messageStart' : 'processStart'
  return type === 'intermediateCatchEvent' ? 'intermediateCatch' : type === 'boundaryEvent' ? 'boundary' : 'receive'
}

/** Of what is published, the runtime asks for the first property of a name, even where that one is empty. */
function firstOf({ properties }: DiagramElement, name: string): string | undefined {
  return properties.find((property) => property.name === name)?.value
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value
}

/** Where an element is, or a property of it. */
export function placeIn({ file, diagram, process, element }: ElementInDiagram, property?: string): DiagramPlace {
  const found = property === 'activationCondition' ? activationCondition(element) : propertyOf(element, property ?? '')
  const line = found ? lineOf(diagram.text, found.xml, 'value') : element.xml.line
  return { file, line, process: process.id, element: element.id, property: found?.name ?? property }
}

function activationCondition(element: DiagramElement): DiagramProperty | undefined {
  return propertyOf(element, 'activationCondition') ?? propertyOf(element, FORMER_ACTIVATION_CONDITION)
}

function structureFaults(of: ElementInDiagram, kind: ElementKind): DiagramFault[] {
  const { definitions, blocks, scope, type } = of.element
  const faults: DiagramFault[] = []
  const fault = (found: string, expected: string, xml?: XmlElement) =>
    faults.push({ ...placeIn(of), ...(xml && { line: xml.line }), found, expected })
  if (blocks.length > 1)
    fault(
      `${blocks.length} times zeebe:properties`,
      'it once: Camunda’s runtime reads no connector of a process with such an element',
      blocks[1],
    )
  const names = definitions.map(({ name }) => name)
  if (names.includes('eventDefinitionRef'))
    fault('eventDefinitionRef', 'the definition in the element: the runtime does not follow references')
  else if (names.length > 1) fault(names.join(' and '), 'one messageEventDefinition')
  else if (names[0] !== undefined && names[0] !== 'messageEventDefinition')
    fault(names[0], type === 'startEvent' ? 'a messageEventDefinition, or none to start the process' : 'a messageEventDefinition')
  else if (names.length === 0 && (type === 'intermediateCatchEvent' || type === 'boundaryEvent'))
    fault('no event definition', 'a messageEventDefinition')
  else if (kind === 'processStart' && scope === 'eventSubProcess')
    fault('no event definition', 'a messageEventDefinition: nothing else of an SQS message can start an event sub-process')
  return faults
}

function messageFaults(of: ElementInDiagram, kind: ElementKind): DiagramFault[] {
  const { diagram, element } = of
  const { message } = element
  const faults: DiagramFault[] = []
  if (kind === 'processStart') return faults
  const holdsOne = element.type === 'receiveTask' || element.definitions.some(({ name }) => name === 'messageEventDefinition')
  if (message.kind === 'none' && holdsOne)
    faults.push({ ...placeIn(of), property: 'messageRef', found: 'nothing', expected: 'the id of a bpmn:message' })
  if (message.kind === 'dangling')
    faults.push({
      ...placeIn(of),
      line: lineOf(diagram.text, message.holder, 'messageRef'),
      property: 'messageRef',
      found: show(message.reference),
      expected: 'the id of a bpmn:message of this file',
    })
  if (message.kind === 'message' && (message.name === undefined || message.name.trimStart().startsWith('=')))
    faults.push({
      ...placeIn(of),
      line: lineOf(diagram.text, message.xml, 'name'),
      property: `name of the message ${message.id}`,
      found: show(message.name),
      expected:
        message.name === undefined ? 'the message’s name' : 'a name, and no expression: Camunda’s runtime publishes the text as it stands',
    })
  const needsKey = kind !== 'messageStart' || element.scope === 'eventSubProcess'
  if (needsKey && !firstOf(element, 'correlationKeyExpression')?.trim())
    faults.push({
      ...placeIn(of, 'correlationKeyExpression'),
      found: show(firstOf(element, 'correlationKeyExpression')),
      expected: `a FEEL expression: ${kind === 'messageStart' ? 'a start event of an event sub-process' : `a ${element.type}`} needs a correlation key`,
    })
  return faults
}

function propertyWarnings(of: ElementInDiagram): DiagramWarning[] {
  const { diagram, element } = of
  return element.properties.flatMap(({ name, value, xml }, at): DiagramWarning[] => {
    if (!(SHARED_PROPERTIES as readonly string[]).includes(name) && name !== FORMER_ACTIVATION_CONDITION) return []
    const place = { ...placeIn(of), line: lineOf(diagram.text, xml, 'value'), property: name }
    const warnings: DiagramWarning[] = []
    if (element.properties.findIndex((other) => other.name === name) < at)
      warnings.push({ ...place, message: 'it is there more than once, and the first one counts' })
    const shown = otherwiseInModeler(diagram.text, xml, 'value')
    if (shown !== undefined && value !== undefined) warnings.push({ ...place, message: differently(value, shown) })
    if (name === 'consumeUnmatchedEvents' && value !== undefined && !/^(true|false)$/i.test(value))
      warnings.push({ ...place, message: `${show(value)} is read as false: only true, without anything around it, is true` })
    return warnings
  })
}

function messageWarnings(of: ElementInDiagram): DiagramWarning[] {
  const { diagram, element } = of
  const { message } = element
  if (message.kind !== 'message') return []
  const name = otherwiseInModeler(diagram.text, message.xml, 'name')
  if (name === undefined || message.name === undefined) return []
  const line = lineOf(diagram.text, message.xml, 'name')
  return [{ ...placeIn(of), line, property: `name of the message ${message.id}`, message: differently(message.name, name) }]
}

function differently(runtime: string, modeler: string): string {
  return `Camunda’s runtime and the bridge read ${show(runtime)}, and Modeler shows ${show(modeler)}: line breaks and tabs are blanks unless they are written &#10; and &#9;`
}

function passedOver(of: ElementInDiagram): DiagramWarning[] {
  return PUBLICATION_PROPERTIES.filter((name) => name !== 'correlationRequired' && propertyOf(of.element, name) !== undefined).map(
    (name) => ({
      ...placeIn(of, name),
      message: 'it has no effect on a start event without a message, and is left out',
    }),
  )
}

function scopeWarnings(of: ElementInDiagram, kind: ElementKind): DiagramWarning[] {
  if (kind !== 'processStart' || of.element.scope !== 'subProcess') return []
  return [{ ...placeIn(of), message: `it starts the process ${of.process.id}, and not its sub-process, as with Camunda’s runtime` }]
}

/** Ids of elements which look like connectors and are none, since nothing looks there. */
export function idsOf(elements: readonly XmlElement[]): string[] {
  return elements.map((each) => idOf(each) || each.qualifiedName)
}
