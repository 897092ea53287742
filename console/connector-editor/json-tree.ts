import { jsonLanguage } from '@codemirror/lang-json'
import type { SyntaxNode, Tree } from '@lezer/common'

/** Where in JSON something is, from the outside: `['elements', 0, 'activationCondition']`. */
export type Path = readonly (string | number)[]

const VALUES = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null'])

export function treeOf(text: string): Tree {
  return jsonLanguage.parser.parse(text)
}

/** The value of a document, or of a property. */
export function valueIn(node: SyntaxNode): SyntaxNode | undefined {
  return childrenOf(node).findLast(({ name }) => VALUES.has(name))
}

export function propertiesOf(object: SyntaxNode): SyntaxNode[] {
  return childrenOf(object).filter(({ name }) => name === 'Property')
}

export function itemsOf(array: SyntaxNode): SyntaxNode[] {
  return childrenOf(array).filter(({ name }) => VALUES.has(name))
}

export function nameOf(property: SyntaxNode, text: string): string | undefined {
  const name = property.getChild('PropertyName')
  return name ? (parsed(text.slice(name.from, name.to)) as string | undefined) : undefined
}

export function propertyOf(object: SyntaxNode, name: string, text: string): SyntaxNode | undefined {
  return propertiesOf(object).find((property) => nameOf(property, text) === name)
}

/** The value at a path; undefined where there is none. */
export function valueAt(tree: Tree, path: Path, text: string): SyntaxNode | undefined {
  let node = valueIn(tree.topNode)
  for (const step of path) {
    if (!node) return undefined
    const property = typeof step === 'string' ? propertyOf(node, step, text) : undefined
    node = typeof step === 'number' ? itemsOf(node)[step] : property && valueIn(property)
  }
  return node
}

/** Of a value: where it is. */
export function pathOf(value: SyntaxNode, text: string): Path {
  const { parent } = value
  if (parent?.name === 'Property' && parent.parent) return [...pathOf(parent.parent, text), nameOf(parent, text) ?? '']
  if (parent?.name === 'Array') return [...pathOf(parent, text), itemsOf(parent).findIndex(({ from }) => from === value.from)]
  return []
}

/** The JSON of a node; undefined where it is none yet. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child)
  return children
}
