import { attributePlace, type XmlElement } from '../../lib/xml-element.ts'

/** A piece of a text and what comes in its place. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The text with its edits, which do not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((one, other) => one.from - other.from || one.to - other.to)
  let result = ''
  let done = 0
  for (const { from, to, text: piece } of inOrder) {
    result += text.slice(done, from) + piece
    done = to
  }
  return result + text.slice(done)
}

/** @throws Error where the element has no such attribute */
export function setAttribute(text: string, xml: XmlElement, name: string, value: string): Edit {
  const place = attributePlace(text, xml, name)
  if (!place) throw new Error(`${xml.qualifiedName} has no ${name}`)
  return { from: place.valueFrom, to: place.valueTo, text: attributeText(value) }
}

/** An attribute behind all others of an element. */
export function addAttribute(text: string, xml: XmlElement, name: string, value: string): Edit {
  const behindAll = behindAttributes(text, xml)
  return { from: behindAll, to: behindAll, text: ` ${name}="${attributeText(value)}"` }
}

/** Where an element's start tag has its last attribute behind it. */
export function behindAttributes(text: string, xml: XmlElement): number {
  return blankBefore(text, xml.contentFrom - (text[xml.contentFrom - 2] === '/' ? 2 : 1))
}

/** On a line of its own where the other has one. */
export function insertBehind(text: string, xml: XmlElement, tag: string): Edit {
  return { from: xml.to, to: xml.to, text: `${text.slice(blankBefore(text, xml.from), xml.from)}${tag}` }
}

/** Where the blanks before a place begin. */
export function blankBefore(text: string, place: number): number {
  let from = place
  while (/[ \t\r\n]/.test(text[from - 1] ?? '')) from--
  return from
}

/** A value between quotation marks of either kind, which Camunda, Modeler and the bridge read as it is. */
export function attributeText(value: string): string {
  return value.replace(/[&<>"'\t\n\r\u0085\u2028]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Whether XML 1.0 has a way to write the text at all. */
export function isXmlText(value: string): boolean {
  return value.isWellFormed() && !/[\p{Cc}--[\t\n\r\u007f-\u009f]]|[\ufffe\uffff]/v.test(value)
}
