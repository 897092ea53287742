import type { ExpressionProperty } from '../../lambda/core/connector-warnings.ts'
import { parsed, propertiesOf, propertyOf, treeOf, valueAt, valueIn } from './json-tree.ts'

/** The elements of a connector that is being written, and their expressions, so far as it is JSON. */
export interface WrittenElement {
  readonly elementId: string
  readonly expressions: Readonly<Partial<Record<ExpressionProperty, string>>>
}

export function elementsIn(text: string): WrittenElement[] {
  const connector = parsed(text) as { readonly elements?: unknown } | null | undefined
  if (!Array.isArray(connector?.elements)) return []
  return connector.elements.map((element: Readonly<Record<string, unknown>> | null, index) => ({
    elementId: typeof element?.elementId === 'string' ? element.elementId : `elements[${index}]`,
    expressions: Object.fromEntries(Object.entries(element ?? {}).filter(([, value]) => typeof value === 'string')),
  }))
}

/**
 * A connector’s text in which a property of an element is this expression; all else stays as it is written.
 * @returns undefined where there is no such element
 */
export function withExpression(text: string, element: number, property: ExpressionProperty, expression: string): string | undefined {
  const object = valueAt(treeOf(text), ['elements', element], text)
  if (object?.name !== 'Object') return undefined
  const written = JSON.stringify(expression.trimStart().startsWith('=') ? expression : `=${expression}`)
  const value = propertyOf(object, property, text)
  const present = value && valueIn(value)
  if (present) return text.slice(0, present.from) + written + text.slice(present.to)
  const last = propertiesOf(object).at(-1)
  const added = `${JSON.stringify(property)}: ${written}`
  if (!last) return `${text.slice(0, object.from + 1)} ${added} ${text.slice(object.to - 1)}`
  const indent = /\n[\t ]*$/.exec(text.slice(0, last.from))?.[0] ?? ' '
  return `${text.slice(0, last.to)},${indent}${added}${text.slice(last.to)}`
}
