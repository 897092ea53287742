import { type FeelNode, isTruth } from '../feel/syntax/syntax-tree.ts'

/** The type of an expression's value, where it is the same for every message in which the value is not null. */
export type StaticType = 'text' | 'number' | 'boolean' | 'list' | 'context'

/** Fields of the message beside its body. */
const FIELDS: Readonly<Record<string, StaticType>> = {
  messageId: 'text',
  receiptHandle: 'text',
  mD5OfBody: 'text',
  mD5OfMessageAttributes: 'text',
  attributes: 'context',
  messageAttributes: 'context',
}

/** Fields of a message attribute. */
export const ATTRIBUTE_FIELDS: Readonly<Record<string, StaticType>> = {
  stringValue: 'text',
  binaryValue: 'text',
  dataType: 'text',
  stringListValues: 'list',
  binaryListValues: 'list',
}

const FUNCTIONS: Readonly<Record<string, StaticType>> = {
  ...of('text', [
    'upper case',
    'lower case',
    'trim',
    'substring',
    'substring before',
    'substring after',
    'replace',
    'string',
    'string join',
  ]),
  ...of('text', ['to base64', 'from base64', 'to json', 'uuid']),
  ...of('number', ['number', 'string length', 'count', 'sum', 'mean', 'decimal', 'floor', 'ceiling', 'modulo', 'sqrt']),
  ...of('boolean', ['not', 'contains', 'starts with', 'ends with', 'matches', 'list contains', 'is defined', 'is empty', 'is blank']),
  ...of('list', ['split', 'extract', 'append', 'concatenate', 'flatten', 'distinct values', 'union', 'reverse', 'sublist']),
}

function of(type: StaticType, names: readonly string[]): Record<string, StaticType> {
  return Object.fromEntries(names.map((name) => [name, type]))
}

/** @param shadowed names which the expression itself gives to something */
export function staticTypeOf(node: FeelNode, shadowed: ReadonlySet<string>): StaticType | undefined {
  if (isTruth(node)) return 'boolean'
  switch (node.kind) {
    case 'literal':
      return LITERALS[typeof node.value]
    case 'variable':
      return shadowed.has(node.names[0] ?? '') ? undefined : typeOfField(node.names)
    case 'list':
    case 'for':
      return 'list'
    case 'context':
      return 'context'
    case 'call':
      return shadowed.has(node.name) ? undefined : FUNCTIONS[node.name]
    case 'if': {
      const type = staticTypeOf(node.consequent, shadowed)
      return type === staticTypeOf(node.alternative, shadowed) ? type : undefined
    }
    case 'negation':
      return 'number'
    default:
      return undefined
  }
}

const LITERALS: Readonly<Record<string, StaticType>> = { string: 'text', number: 'number', boolean: 'boolean' }

function typeOfField([root = '', name, field, more]: readonly string[]): StaticType | undefined {
  if (name === undefined) return FIELDS[root]
  if (root === 'attributes') return field === undefined ? 'text' : undefined
  if (root !== 'messageAttributes' || more !== undefined) return undefined
  return field === undefined ? 'context' : ATTRIBUTE_FIELDS[field]
}
