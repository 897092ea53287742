import { isZeebe, ZEEBE, zeebeAttributes } from '../../lib/bpmn/bpmn-element.ts'
import { type ElementInDiagram, PUBLICATION_PROPERTIES } from '../../lib/bpmn/connector-element.ts'
import { type DiagramProperty, propertyOf } from '../../lib/bpmn/diagram.ts'
import {
  DROPPED,
  FORMER_ACTIVATION_CONDITION,
  INBOUND_TYPE,
  isOfficialTemplate,
  NONCE_INPUT,
  QUEUE_PROPERTIES,
  SYNCHRONOUS_RESPONSE,
} from '../../lib/bpmn/official-template.ts'
import {
  CONNECTOR_PROPERTY,
  type ElementKind,
  MARKER,
  OWN_TEMPLATE_IDS,
  OWN_TEMPLATE_VERSION,
  SHARED_PROPERTIES,
} from '../../lib/bpmn/own-template.ts'
import { attributePlace, type XmlElement } from '../../lib/xml-element.ts'
import { behindAttributes, blankBefore, type Edit, edited, insertBehind, setAttribute } from '../diagrams/text-edits.ts'

/** An element of Camunda's template, and what it becomes. */
export interface Patient {
  readonly of: ElementInDiagram
  readonly kind: ElementKind
  readonly connector: string
}

/** What only Camunda's runtime has a use for. */
const OFFICIAL: readonly string[] = [INBOUND_TYPE, SYNCHRONOUS_RESPONSE, ...QUEUE_PROPERTIES, ...DROPPED.flatMap(({ names }) => names)]
const READ_BY_BOTH: readonly string[] = [FORMER_ACTIVATION_CONDITION, ...SHARED_PROPERTIES]
const TEMPLATE_ATTRIBUTES = ['modelerTemplate', 'modelerTemplateVersion', 'modelerTemplateIcon']

/** The diagram with these elements bare: all of the template's properties are cut out, and nothing else is touched. */
export function strip(text: string, patients: readonly Patient[]): string {
  const edits = patients.flatMap(({ of: { element } }) => {
    const goes = (property: DiagramProperty) => [...OFFICIAL, ...READ_BY_BOTH].includes(property.name)
    const gone = [...element.properties.filter(goes).map(({ xml }) => xml), ...nonceInputs(element.xml)]
    return [...cutElements(text, element.xml, new Set(gone)), ...cutTemplate(text, element.xml, TEMPLATE_ATTRIBUTES)]
  })
  return edited(text, [...edits, ...messagesOf(patients).flatMap(([{ xml }]) => cutTemplate(text, xml, TEMPLATE_ATTRIBUTES))])
}

/** The diagram with these elements under the bridge's own template, which has the values that they have. */
export function retemplate(text: string, patients: readonly Patient[]): string {
  const edits = patients.flatMap((patient) => {
    const { element } = patient.of
    const kept = keptProperties(patient)
    const goes = (property: DiagramProperty) => [...OFFICIAL, ...READ_BY_BOTH].includes(property.name) && !kept.has(property)
    const gone = [...element.properties.filter(goes).map(({ xml }) => xml), ...nonceInputs(element.xml)]
    return [
      ...changeProperties(text, patient),
      ...cutElements(text, element.xml, new Set(gone)),
      ...ownTemplate(text, element.xml, patient.kind),
    ]
  })
  return edited(text, [...edits, ...messagesOf(patients).flatMap(([{ xml }, { kind }]) => ownTemplate(text, xml, kind))])
}

/** What stays, by its own name or another, and is never cut. */
function keptProperties({ of: { element }, kind }: Patient): ReadonlySet<DiagramProperty> {
  const unread: readonly string[] = kind === 'processStart' ? PUBLICATION_PROPERTIES : []
  const shared = element.properties.filter(({ name }) => (SHARED_PROPERTIES as readonly string[]).includes(name) && !unread.includes(name))
  const current = propertyOf(element, 'activationCondition')
  const former = propertyOf(element, FORMER_ACTIVATION_CONDITION)
  const renamed = [propertyOf(element, INBOUND_TYPE), propertyOf(element, 'queue.url'), current ? undefined : former]
  const isShadowed = (property: DiagramProperty) => !current && former !== undefined && property.name === 'activationCondition'
  const consumes = propertyOf(element, 'consumeUnmatchedEvents')
  // Empty, it would be the template's default in Modeler and false to the bridge.
  const isUnsaid = (property: DiagramProperty) => !consumes && property.name === 'consumeUnmatchedEvents'
  const stays = shared.filter((property) => !isShadowed(property) && !isUnsaid(property))
  return new Set([...stays, ...renamed.filter((property) => property !== undefined)])
}

function changeProperties(text: string, { of: { element }, connector }: Patient): Edit[] {
  const [type, url] = [INBOUND_TYPE, 'queue.url'].map((name) => propertyOf(element, name)?.xml)
  if (!type || !url) throw new Error(`${element.id} has no ${INBOUND_TYPE} or no queue.url`)
  const former = propertyOf(element, FORMER_ACTIVATION_CONDITION)
  const says = propertyOf(element, 'consumeUnmatchedEvents') !== undefined
  return [
    setAttribute(text, type, 'name', MARKER),
    setAttribute(text, type, 'value', String(OWN_TEMPLATE_VERSION)),
    setAttribute(text, url, 'name', CONNECTOR_PROPERTY),
    setAttribute(text, url, 'value', connector),
    ...(former && !propertyOf(element, 'activationCondition') ? [setAttribute(text, former.xml, 'name', 'activationCondition')] : []),
    ...(says ? [] : [insertBehind(text, url, `<${url.qualifiedName} name="consumeUnmatchedEvents" value="false" />`)]),
  ]
}

/** Of an element or a message; attributes of another template than Camunda's for SQS are somebody else's on a message. */
function ownTemplate(text: string, xml: XmlElement, kind: ElementKind): Edit[] {
  const attributes = zeebeAttributes(xml)
  const wanted = { modelerTemplate: OWN_TEMPLATE_IDS[kind], modelerTemplateVersion: String(OWN_TEMPLATE_VERSION) }
  const [present, missing] = [true, false].map((isThere) =>
    Object.entries(wanted).filter(([name]) => attributes.some((attribute) => attribute.name === name) === isThere),
  ) as [[string, string][], [string, string][]]
  const changed = present.map(([name, value]) =>
    setAttribute(text, xml, attributes.find((each) => each.name === name)?.qualifiedName ?? '', value),
  )
  const { prefix, declaration } = zeebePrefix(xml)
  const added = missing.map(([name, value]) => ` ${prefix}:${name}="${value}"`).join('')
  const behindAll = behindAttributes(text, xml)
  const insertion = added === '' ? [] : [{ from: behindAll, to: behindAll, text: `${declaration}${added}` }]
  return [...changed, ...insertion, ...cutTemplate(text, xml, ['modelerTemplateIcon'])]
}

/** An attribute has no namespace but by a prefix, and a diagram may have none for Camunda's. */
function zeebePrefix({ prefixes }: XmlElement): { readonly prefix: string; readonly declaration: string } {
  for (const [prefix, uri] of prefixes) if (prefix !== '' && uri === ZEEBE) return { prefix, declaration: '' }
  let prefix = 'zeebe'
  while (prefixes.has(prefix)) prefix += '1'
  return { prefix, declaration: ` xmlns:${prefix}="${ZEEBE}"` }
}

function cutTemplate(text: string, xml: XmlElement, names: readonly string[]): Edit[] {
  return zeebeAttributes(xml)
    .filter(({ name }) => names.includes(name))
    .flatMap(({ qualifiedName }) => {
      const place = attributePlace(text, xml, qualifiedName)
      return place ? [{ from: blankBefore(text, place.from), to: place.to, text: '' }] : []
    })
}

/** The messages of the elements, each once, that are of no other template. */
function messagesOf(patients: readonly Patient[]): [{ readonly xml: XmlElement }, Patient][] {
  const messages = new Map<XmlElement, Patient>()
  for (const patient of patients) {
    const { element } = patient.of
    if (element.message.kind !== 'message' || messages.has(element.message.xml)) continue
    const [ofMessage, ofElement] = [element.message.xml, element.xml].map(templateOf)
    if (ofMessage === undefined || ofMessage === ofElement || isOfficialTemplate(ofMessage)) messages.set(element.message.xml, patient)
  }
  return [...messages].map(([xml, patient]) => [{ xml }, patient])
}

function templateOf(xml: XmlElement): string | undefined {
  return zeebeAttributes(xml).find(({ name }) => name === 'modelerTemplate')?.value
}

/** Of one version of the template, which wrote them by a mishap. */
function nonceInputs(xml: XmlElement): XmlElement[] {
  const inputs = xml.children.flatMap(({ children }) =>
    children.filter((child) => isZeebe(child, 'ioMapping')).flatMap((mapping) => mapping.children),
  )
  return inputs.filter((input) => isZeebe(input, 'input') && input.attributes.get('target') === NONCE_INPUT)
}

/** Cuts elements within another, and what is empty without them: the other itself stays. */
function cutElements(text: string, within: XmlElement, gone: ReadonlySet<XmlElement>): Edit[] {
  return within.children.flatMap((child) => {
    if (gone.has(child) || isLeftEmpty(text, child, gone)) return [{ from: blankBefore(text, child.from), to: child.to, text: '' }]
    return cutElements(text, child, gone)
  })
}

function isLeftEmpty(text: string, xml: XmlElement, gone: ReadonlySet<XmlElement>): boolean {
  if (xml.children.length === 0 || !xml.children.every((child) => gone.has(child) || isLeftEmpty(text, child, gone))) return false
  const contentTo = text.lastIndexOf('<', xml.to - 1)
  const pieces = [...xml.children.map(({ from }) => from), contentTo].map((to, at) =>
    text.slice(xml.children[at - 1]?.to ?? xml.contentFrom, to),
  )
  return pieces.every((piece) => piece.trim() === '')
}
