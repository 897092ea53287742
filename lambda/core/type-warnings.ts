import { argumentsOf, type Comparison, childrenOf, type FeelNode } from '../feel/syntax/syntax-tree.ts'
import { SYSTEM_ATTRIBUTES } from './connector.ts'
import { nearestName } from './nearest-name.ts'
import { ATTRIBUTE_FIELDS, type StaticType, staticTypeOf } from './static-types.ts'

/** What the types of an expression's parts say of it, whatever the message is. */
export interface TypeWarning {
  readonly message: string
  readonly from: number
  readonly to: number
}

/** Parts which are null, or not true, at every message: values are compared that are never of one type, or there is no such field. */
export function typeWarnings(root: FeelNode): TypeWarning[] {
  return check(root, new Set(namesGivenIn(root)))
}

/** The type of an expression's value, where it is the same for every message. */
export function typeOfExpression(root: FeelNode): StaticType | undefined {
  return staticTypeOf(root, new Set(namesGivenIn(root)))
}

/** What is right in place of an attribute as a whole. */
export function hintAt(node: FeelNode): string {
  if (node.kind !== 'variable' || node.names[0] !== 'messageAttributes' || node.names.length !== 2) return ''
  return `; the text of the attribute is its .stringValue`
}

type Names = ReadonlySet<string>

function check(node: FeelNode, shadowed: Names): TypeWarning[] {
  const warn = (message: string): TypeWarning[] => [{ message, from: node.from, to: node.to }]
  const own = (): TypeWarning[] => {
    switch (node.kind) {
      case 'comparison':
        return compared(node, shadowed).flatMap(warn)
      case 'between':
        return [node.low, node.high]
          .flatMap((end) => unlike(node.value, end, shadowed))
          .slice(0, 1)
          .flatMap(warn)
      case 'in':
        return unlikeAll(node.value, membersOf(node.test), shadowed).flatMap(warn)
      case 'and':
      case 'or':
        return [node.left, node.right].flatMap((side) => noCondition(side, shadowed)).flatMap(warn)
      case 'if':
        return noCondition(node.condition, shadowed).flatMap(warn)
      case 'call':
        return called(node, shadowed).flatMap(warn)
      case 'variable':
        return unknownField(node.names, shadowed).flatMap(warn)
      default:
        return []
    }
  }
  return [...own(), ...childrenOf(node).flatMap((child) => check(child, shadowed))]
}

const ORDERED: ReadonlySet<StaticType> = new Set(['text', 'number'] as const)

function compared({ operator, left, right }: Comparison, shadowed: Names): string[] {
  const different = unlike(left, right, shadowed)
  if (different.length > 0 || operator === '=' || operator === '!=') return different
  return [left, right]
    .flatMap((side) => {
      const type = staticTypeOf(side, shadowed)
      return type && !ORDERED.has(type) ? [`${A[type]} has no order${hintAt(side)}`] : []
    })
    .slice(0, 1)
}

/** Two values of which each has a type, and not the same. */
function unlike(one: FeelNode, other: FeelNode, shadowed: Names): string[] {
  const [type, otherType] = [staticTypeOf(one, shadowed), staticTypeOf(other, shadowed)]
  if (!type || !otherType || type === otherType) return []
  const number = type === 'text' && otherType === 'number' && one.kind === 'variable' ? '; number(…) makes one of it' : ''
  return [`${A[type]} never equals, and is never compared with, ${A[otherType]}${hintAt(one)}${hintAt(other)}${number}`]
}

function noCondition(side: FeelNode, shadowed: Names): string[] {
  const type = staticTypeOf(side, shadowed)
  return type && type !== 'boolean' ? [`${A[type]} is no condition${hintAt(side)}`] : []
}

/** Functions of a text by what they take. */
const OF_TEXTS = new Set([
  ...['contains', 'starts with', 'ends with', 'matches', 'upper case', 'lower case', 'trim', 'string length', 'is blank', 'number'],
  ...['substring', 'substring before', 'substring after', 'replace', 'split', 'extract'],
])
const OF_LISTS = new Set(['count', 'is empty', 'list contains'])

function called(call: FeelNode & { readonly kind: 'call' }, shadowed: Names): string[] {
  const [first, second] = argumentsOf(call)
  if (!first || shadowed.has(call.name)) return []
  if (call.name === 'not') return noCondition(first, shadowed)
  const expected = OF_TEXTS.has(call.name) ? 'text' : OF_LISTS.has(call.name) ? 'list' : undefined
  const type = staticTypeOf(first, shadowed)
  if (expected && type && type !== expected) return [`${call.name}() takes ${A[expected]} and no ${type}${hintAt(first)}`]
  return second && call.name === 'list contains' && first.kind === 'list' ? unlikeAll(second, first.items, shadowed) : []
}

/** A value that is like none of these. */
function unlikeAll(value: FeelNode, members: readonly FeelNode[], shadowed: Names): string[] {
  const differences = members.map((member) => unlike(value, member, shadowed))
  return differences.every((difference) => difference.length > 0) ? (differences[0] ?? []) : []
}

/** Values with which `in` compares: those of a list too. */
function membersOf(test: FeelNode): readonly FeelNode[] {
  switch (test.kind) {
    case 'anyOf':
      return test.tests.flatMap(membersOf)
    case 'unaryTest':
      return membersOf(test.expression)
    case 'inputTest':
      return [test.endpoint]
    case 'inputInRange':
      return [test.range.start]
    case 'list':
      return test.items
    default:
      return [test]
  }
}

function unknownField([root = '', name, field, more]: readonly string[], shadowed: Names): string[] {
  if (shadowed.has(root)) return []
  if (root === 'messageAttributes' && name !== undefined && field !== undefined) {
    if (!(field in ATTRIBUTE_FIELDS)) return [`an attribute has no field “${field}”${butNearest(field, Object.keys(ATTRIBUTE_FIELDS))}`]
    if (more !== undefined) return [`${A[ATTRIBUTE_FIELDS[field] as StaticType]} has no field “${more}”`]
  }
  if (root !== 'attributes' || name === undefined) return []
  if (!SYSTEM_ATTRIBUTES.includes(name)) return [`SQS has no attribute “${name}”${butNearest(name, SYSTEM_ATTRIBUTES)}`]
  return field === undefined ? [] : [`${A.text} has no field “${field}”`]
}

function butNearest(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names)
  return nearest === undefined ? '' : `, but “${nearest}”`
}

const A: Readonly<Record<StaticType, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'a boolean',
  list: 'a list',
  context: 'a context',
}

/** Names of iterators, parameters and entries anywhere in an expression; within a filter, those of the items. */
function namesGivenIn(node: FeelNode): string[] {
  const own =
    node.kind === 'for' || node.kind === 'some' || node.kind === 'every'
      ? node.iterators.map(({ name }) => name)
      : node.kind === 'function'
        ? node.parameters
        : node.kind === 'context'
          ? node.entries.map(({ key }) => key)
          : node.kind === 'filter'
            ? ['messageAttributes', 'attributes', 'messageId', 'receiptHandle']
            : []
  return [...own, ...childrenOf(node).flatMap(namesGivenIn)]
}
