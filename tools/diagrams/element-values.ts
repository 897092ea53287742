import { type Fault, show } from '../../lambda/core/connector-faults.ts'
import { type ElementJson, placeIn } from '../../lib/bpmn/connector-element.ts'
import type { PlacedElement } from '../../lib/bpmn/connector-from-diagrams.ts'
import { type DiagramProperty, propertyOf } from '../../lib/bpmn/diagram.ts'
import { toFault } from '../../lib/bpmn/diagram-fault.ts'
import { FORMER_ACTIVATION_CONDITION } from '../../lib/bpmn/official-template.ts'
import { MARKER } from '../../lib/bpmn/own-template.ts'
import { attributePlace } from '../../lib/xml-element.ts'
import { addAttribute, attributeText, type Edit, insertBehind, isXmlText, setAttribute } from './text-edits.ts'

/** What of an element a diagram has as the value of a property of its template. */
const VALUES = [
  'activationCondition',
  'consumeUnmatchedEvents',
  'correlationKeyExpression',
  'messageIdExpression',
  'messageTtl',
  'resultVariable',
  'resultExpression',
] as const

export interface ElementChange {
  readonly edits: readonly Edit[]
  /** What cannot be said in the diagram, or is nothing to be changed unasked. */
  readonly faults: readonly Fault[]
}

/** What in the diagram makes an element of the bridge's template say this: other values of its properties, and nothing else. */
export function elementChange({ of, read }: PlacedElement, wanted: ElementJson): ElementChange {
  const edits: Edit[] = []
  const faults: Fault[] = []
  const [is, shall] = [read.json, wanted] as Record<string, unknown>[]
  const points = [read.json.correlationPoint, wanted.correlationPoint]
  const names = new Set([...points.flatMap(Object.keys), ...Object.keys(read.json), ...Object.keys(wanted)])
  for (const name of names) {
    const [before, after] =
      points[0] && name in { ...points[0], ...points[1] } ? points.map((point) => point?.[name]) : [is?.[name], shall?.[name]]
    if (name === 'correlationPoint' || (before ?? DEFAULTS[name]) === (after ?? DEFAULTS[name])) continue
    const refused = refusal(name, after)
    if (refused === undefined) edits.push(...valueEdits(of, name, after === undefined ? undefined : String(after)))
    else faults.push(toFault({ ...placeIn(of, name), property: name, found: `${show(after)} in the parameter`, expected: refused }))
  }
  return { edits, faults }
}

/** What an element's JSON need not say. */
const DEFAULTS: Readonly<Record<string, unknown>> = { consumeUnmatchedEvents: false, tenantId: '<default>' }

/** Undefined where the diagram can say it. */
function refusal(name: string, value: unknown): string | undefined {
  if (name === 'tenantId') return 'the tenant which the connector’s file has beside the diagram'
  if (!(VALUES as readonly string[]).includes(name)) return 'what the diagram has: it is the process’s own, and changed in Modeler'
  if (value === '') return 'a text or no property: one that is empty is none in a diagram'
  if (typeof value === 'string' && !isXmlText(value)) return 'characters that XML can have'
  return undefined
}

/** Of several properties of a name the first one with a value counts, and of some the very first. */
function valueEdits({ diagram: { text }, element }: PlacedElement['of'], name: string, value: string | undefined): Edit[] {
  const named = (each: string) => element.properties.filter((property) => property.name === each)
  const all = [...named(name), ...(name === 'activationCondition' ? named(FORMER_ACTIVATION_CONDITION) : [])]
  if (value === undefined) return all.filter((property) => property.value !== undefined).map((property) => valueEdit(text, property, ''))
  const [first] = all
  if (first) return [valueEdit(text, first, value)]
  const marker = propertyOf(element, MARKER)?.xml
  if (!marker) throw new Error(`${element.id} has no ${MARKER}`)
  return [insertBehind(text, marker, `<${marker.qualifiedName} name="${name}" value="${attributeText(value)}" />`)]
}

function valueEdit(text: string, { xml }: DiagramProperty, value: string): Edit {
  return attributePlace(text, xml, 'value') ? setAttribute(text, xml, 'value', value) : addAttribute(text, xml, 'value', value)
}
