import type { XmlElement } from '../xml-element.ts'

export const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
export const ZEEBE = 'http://camunda.org/schema/zeebe/1.0'

export function isBpmn(element: XmlElement, name: string): boolean {
  return element.namespace === BPMN && element.name === name
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => isBpmn(child, name))
}

/** What triggers an event. */
export function definitionsOf(element: XmlElement): readonly XmlElement[] {
  return element.children.filter(({ namespace, name }) => namespace === BPMN && /EventDefinition(Ref)?$/i.test(name))
}

/** Camunda's extensions of that name. */
export function extensionsOf(element: XmlElement, name: string): readonly XmlElement[] {
  return childrenOf(element, 'extensionElements')
    .flatMap(({ children }) => children)
    .filter((child) => isZeebe(child, name))
}

export function isZeebe({ namespace, name }: XmlElement, expected: string): boolean {
  return namespace === ZEEBE && name === expected
}

export function idOf(element: XmlElement): string {
  return element.attributes.get('id') ?? ''
}

/** The id in a reference, which is a QName. */
export function referredId(reference: string): string {
  return reference.slice(reference.indexOf(':') + 1)
}

/** `zeebe:modelerTemplate` and the like, by which Modeler knows the template of an element. */
export function zeebeAttributes(element: XmlElement) {
  return element.foreignAttributes.filter(({ namespace }) => namespace === ZEEBE)
}
