import { attributePlace, type XmlElement } from '../xml-element.ts'

/**
 * The value of an attribute as Camunda Modeler shows it, where that is not what the runtime reads. Its XML reader leaves line breaks and tabs
 * as they are, which XML makes blanks, and cuts references beyond U+FFFF to sixteen bits. Undefined where both read the same.
 */
export function otherwiseInModeler(text: string, element: XmlElement, attribute: string): string | undefined {
  const place = attributePlace(text, element, attribute)
  const runtime = element.attributes.get(attribute)
  if (!place || runtime === undefined) return undefined
  const shown = modelerReads(text.slice(place.valueFrom, place.valueTo))
  return shown === runtime ? undefined : shown
}

/** @param raw what is between the quotation marks, in a well-formed document */
export function modelerReads(raw: string): string {
  return raw.replace(/&#(\d+);|&#x([\da-f]+);|&(\w+);/gi, (reference, decimal, hexadecimal, name) => {
    if (name !== undefined) return NAMED[name] ?? reference
    return String.fromCharCode(decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal))
  })
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' }
