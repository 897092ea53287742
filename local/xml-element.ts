import { SaxesParser, type SaxesTagNS } from 'saxes'

/** An element of an XML document, as Java's own parser reads it: entities resolved, attribute values normalised, namespaces by their URI. */
export interface XmlElement {
  /** URI of its namespace; empty where it has none. */
  readonly namespace: string
  readonly name: string
  /** Those without a prefix, which in BPMN are the element's own. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** All text directly in it. */
  readonly text: string
  /** Where its tag ends, from 1 on. */
  readonly line: number
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

type Growing = XmlElement & { readonly children: XmlElement[]; text: string }

/** @returns the root element. @throws {XmlFault} */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const open: Growing[] = []
  let root: XmlElement | undefined
  parser.on('error', (error) => {
    throw new XmlFault(error.message.replace(/^[\d:]+\s*/, ''), parser.line)
  })
  // Entities of one's own are no part of a diagram, and refused by Camunda as well.
  parser.on('doctype', () => {
    throw new XmlFault('a DOCTYPE is not allowed', parser.line)
  })
  parser.on('opentag', (tag) => {
    const element = elementOf(tag, parser.line)
    open.at(-1)?.children.push(element)
    root ??= element
    open.push(element)
  })
  parser.on('closetag', () => void open.pop())
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

function elementOf({ uri, local, attributes }: SaxesTagNS, line: number): Growing {
  const own = Object.values(attributes).filter(({ prefix }) => prefix === '')
  return { namespace: uri, name: local, attributes: new Map(own.map((each) => [each.local, each.value])), children: [], text: '', line }
}
