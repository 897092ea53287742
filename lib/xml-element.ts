import { SaxesParser, type SaxesTagNS } from 'saxes'

/** An element of an XML document, as Java's own parser reads it: entities resolved, attribute values normalised, namespaces by their URI. */
export interface XmlElement {
  /** URI of its namespace; empty where it has none. */
  readonly namespace: string
  readonly name: string
  /** Its name with the prefix which the document gives it. */
  readonly qualifiedName: string
  /** Those without a prefix, which in BPMN are the element's own. */
  readonly attributes: ReadonlyMap<string, string>
  /** Those with a prefix: another namespace's. */
  readonly foreignAttributes: readonly ForeignAttribute[]
  /** The namespaces in scope, by their prefixes. */
  readonly prefixes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** All text directly in it. */
  readonly text: string
  /** Where its tag begins, from 1 on. */
  readonly line: number
  /** Where it is in the document: from the `<` of its start tag, which ends before `contentFrom`, to behind the `>` of its end. */
  readonly from: number
  readonly contentFrom: number
  readonly to: number
}

export interface ForeignAttribute {
  readonly namespace: string
  readonly name: string
  readonly qualifiedName: string
  readonly value: string
}

/** The document is not well-formed, or refers to what is outside of it. */
export class XmlFault extends Error {
  override readonly name = 'XmlFault'
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

type Growing = XmlElement & { readonly children: XmlElement[]; text: string; to: number }

/** @returns the root element. @throws {XmlFault} */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const open: Growing[] = []
  let root: XmlElement | undefined
  let begin = { from: 0, line: 1 }
  parser.on('error', (error) => {
    throw new XmlFault(error.message.replace(/^[\d:]+\s*/, ''), parser.line)
  })
  // Entities of one's own are no part of a diagram, and refused by Camunda as well.
  parser.on('doctype', () => {
    throw new XmlFault('a DOCTYPE is not allowed', parser.line)
  })
  parser.on('opentagstart', () => {
    // What ends the name has been read, and may be the end of its line.
    const line = parser.line - (/[\r\n]/.test(text[parser.position - 1] ?? '') ? 1 : 0)
    begin = { from: text.lastIndexOf('<', parser.position - 1), line }
  })
  parser.on('opentag', (tag) => {
    const element = elementOf(tag, { ...begin, contentFrom: parser.position }, open.at(-1)?.prefixes ?? new Map())
    open.at(-1)?.children.push(element)
    root ??= element
    open.push(element)
  })
  parser.on('closetag', () => {
    const element = open.pop()
    if (element) element.to = parser.position
  })
  const addText = (part: string) => {
    const element = open.at(-1)
    if (element) element.text += part
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(text).close()
  if (!root) throw new XmlFault('there is no element', 1)
  return root
}

function elementOf(
  { uri, local, name, attributes, ns = {} }: SaxesTagNS,
  place: Pick<XmlElement, 'from' | 'line' | 'contentFrom'>,
  outer: ReadonlyMap<string, string>,
): Growing {
  const all = Object.values(attributes)
  const own = all.filter(({ prefix }) => prefix === '')
  const foreign = all.filter(({ prefix }) => prefix !== '' && prefix !== 'xmlns')
  return {
    namespace: uri,
    name: local,
    qualifiedName: name,
    attributes: new Map(own.map((each) => [each.local, each.value])),
    foreignAttributes: foreign.map((each) => ({ namespace: each.uri, name: each.local, qualifiedName: each.name, value: each.value })),
    prefixes: Object.keys(ns).length === 0 ? outer : new Map([...outer, ...Object.entries(ns)]),
    children: [],
    text: '',
    to: place.contentFrom,
    ...place,
  }
}

/** Where an attribute is in the document, and its value between the quotation marks. */
export interface AttributePlace {
  readonly from: number
  readonly to: number
  readonly valueFrom: number
  readonly valueTo: number
}

/** @param text the document of the element. @returns undefined where the element has no such attribute */
export function attributePlace(
  text: string,
  { from, contentFrom, qualifiedName }: XmlElement,
  attribute: string,
): AttributePlace | undefined {
  // In a document that has been read, nothing else in a tag looks like this.
  const pattern = /([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g
  pattern.lastIndex = from + 1 + qualifiedName.length
  for (let match = pattern.exec(text); match && match.index < contentFrom; match = pattern.exec(text)) {
    const to = match.index + match[0].length
    if (match[1] === attribute) return { from: match.index, to, valueFrom: to - (match[2]?.length ?? 0) + 1, valueTo: to - 1 }
  }
  return undefined
}

/** The line of a place in a document, from 1 on. */
export function lineAt(text: string, place: number): number {
  return text.slice(0, place).split(/\r\n|\r|\n/).length
}
