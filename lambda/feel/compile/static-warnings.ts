import { BUILT_IN_FUNCTIONS } from '../functions/built-in-functions.ts'
import { type Arguments, childrenOf, type FeelNode } from '../syntax/syntax-tree.ts'
import { taking } from './functions.ts'

/** What Camunda would silently turn into null at every message. */
export interface StaticWarning {
  readonly type: 'NO_FUNCTION_FOUND' | 'NO_VARIABLE_FOUND'
  readonly message: string
  readonly from: number
  readonly to: number
}

/**
 * What is wrong with an expression whatever the message: functions which do not exist, or not with these arguments, and names which nothing
 * defines.
 * @param knownNames the variables of the message
 */
export function staticWarnings({ root }: { readonly root: FeelNode }, knownNames: readonly string[]): StaticWarning[] {
  return check(root, new Set(knownNames))
}

type Names = ReadonlySet<string>

function check(node: FeelNode, known: Names): StaticWarning[] {
  switch (node.kind) {
    case 'variable':
      return unknownVariable(node.names[0] ?? '', node, known)
    case 'call':
      return [...unknownFunction(node.name, node.args, node, known), ...children(node, known)]
    case 'filter':
      // Within the filter there may be any names: the items bring those of their entries.
      return check(node.list, known)
    case 'for':
      return [
        ...node.iterators.flatMap(({ list }) => check(list, known)),
        ...check(node.body, withNames(known, [...iterated(node), 'partial'])),
      ]
    case 'some':
    case 'every':
      return [...node.iterators.flatMap(({ list }) => check(list, known)), ...check(node.condition, withNames(known, iterated(node)))]
    case 'function':
      return check(node.body, withNames(known, node.parameters))
    case 'in':
      return [...check(node.value, known), ...check(node.test, withNames(known, ['cellInput']))]
    case 'context': {
      const warnings: StaticWarning[] = []
      let inner = known
      for (const { key, value } of node.entries) {
        warnings.push(...check(value, inner))
        inner = withNames(inner, [key])
      }
      return warnings
    }
    default:
      return children(node, known)
  }
}

function children(node: FeelNode, known: Names): StaticWarning[] {
  return childrenOf(node).flatMap((child) => check(child, known))
}

function iterated({ iterators }: { readonly iterators: readonly { readonly name: string }[] }): string[] {
  return iterators.map(({ name }) => name)
}

function withNames(known: Names, more: readonly string[]): Names {
  return new Set([...known, ...more])
}

function unknownVariable(name: string, { from, to }: FeelNode, known: Names): StaticWarning[] {
  if (known.has(name)) return []
  return [{ type: 'NO_VARIABLE_FOUND', message: `there is no variable “${name}”`, from, to }]
}

function unknownFunction(name: string, args: Arguments, { from, to }: FeelNode, known: Names): StaticWarning[] {
  // A function which the expression defines has the name of an entry.
  if (known.has(name)) return []
  const overloads = BUILT_IN_FUNCTIONS.get(name)
  if (!overloads) return [{ type: 'NO_FUNCTION_FOUND', message: `there is no function “${name}”`, from, to }]
  if (overloads.some(taking(args))) return []
  const shapes = overloads.map(({ parameters, variadic }) => `${name}(${parameters.join(', ')}${variadic ? ', …' : ''})`)
  return [{ type: 'NO_FUNCTION_FOUND', message: `“${name}” does not take these arguments; there is ${shapes.join(', ')}`, from, to }]
}
