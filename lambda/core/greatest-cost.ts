import {
  argumentsOf,
  childrenOf,
  type FeelNode,
  type FunctionCall,
  isConstant,
  isListOfConstants,
  isTruth,
} from '../feel/syntax/syntax-tree.ts'

/**
 * What an expression costs at most, in steps of an evaluation's budget: on the worst message there can be, of 1 MiB. Infinite where nothing
 * bounds it, or where the expression can fail otherwise. Reading and comparing never fail in FEEL, whatever the values are: at worst they
 * are null. Only two lists cannot be ordered.
 */
export function greatestCost(node: FeelNode): number {
  switch (node.kind) {
    case 'literal':
      return 0
    case 'variable':
      // Each name behind the first goes through a list, if the body is one. Attributes are texts, and their lists are empty.
      return node.names[0] === 'body' ? (node.names.length - 1) * ITEMS : 0
    case 'path':
      return greatestCost(node.object) + ITEMS
    case 'list':
      return node.items.every(isConstant) ? 0 : Number.POSITIVE_INFINITY
    case 'comparison': {
      const { operator, left, right } = node
      if (isConstant(left)) return costOfOperand(right)
      if (isConstant(right)) return costOfOperand(left)
      if (operator !== '=' && operator !== '!=') return Number.POSITIVE_INFINITY
      return mayBeOfBody(left) && mayBeOfBody(right) ? Number.POSITIVE_INFINITY : sumOf(node) + ITEMS
    }
    case 'between':
      return isConstant(node.low) && isConstant(node.high) ? greatestCost(node.value) : Number.POSITIVE_INFINITY
    case 'in':
      return isListOfConstants(node.test) ? costOfOperand(node.value) : greatestCost(node.value) + greatestCost(node.test)
    case 'anyOf':
    case 'and':
    case 'or':
    case 'if':
      return sumOf(node)
    case 'unaryTest':
      return isConstant(node.expression) || node.expression.kind === 'list' ? greatestCost(node.expression) : Number.POSITIVE_INFINITY
    case 'call':
      return costOfCall(node)
    default:
      return Number.POSITIVE_INFINITY
  }
}

/** What it costs to hand on the value of an expression: one that is no condition may be as large as the message. */
export function costOfResult(node: FeelNode): number {
  return isCondition(node) ? 0 : ITEMS
}

/** Whether the value is a boolean or null, whatever the message is. */
function isCondition(node: FeelNode): boolean {
  if (isTruth(node)) return true
  switch (node.kind) {
    case 'literal':
      return true
    case 'if':
      return isCondition(node.consequent) && isCondition(node.alternative)
    case 'call':
      return CONDITIONS.has(node.name)
    default:
      return false
  }
}

/** Bytes of a message with its attributes (Amazon SQS quotas). All costs grow with them. */
export const LARGEST_MESSAGE = 1_048_576
/** Most items of all lists of a message: two bytes each. */
const ITEMS = LARGEST_MESSAGE / 2
/** Looking through a list: most for numbers such as `1e9`, four bytes each. */
const SEARCHED_ITEMS = (LARGEST_MESSAGE * 3) / 4
/** Going through the longest text once, sixteen characters a step: two bytes are three characters at most, `ΐ` in capitals. */
const TEXT = (LARGEST_MESSAGE * 3) / 2 / 16

/** How often a function goes through the text, or the list, which it is given; what is not here may fail. */
const PASSES: Readonly<Record<string, number>> = {
  ...{ not: 1, 'is defined': 1, 'is empty': 1, 'is blank': 1, count: 1, 'string length': 1 },
  // What they make is as long again.
  ...{ 'upper case': 2, 'lower case': 2, trim: 2 },
}
/** Of a text, and of one which the expression itself says: with two of the message's it would be as many comparisons as their product. */
const TESTS_FOR_A_LITERAL = new Set(['contains', 'starts with', 'ends with'])

const CONDITIONS = new Set([...TESTS_FOR_A_LITERAL, 'not', 'is defined', 'is empty', 'is blank', 'list contains', 'matches'])

function costOfCall(call: FunctionCall): number {
  const [first, second, more] = argumentsOf(call)
  if (call.args.kind !== 'positional' || !first || more) return Number.POSITIVE_INFINITY
  const cost = sumOf(call) + TEXT
  if (!second) return cost + ((PASSES[call.name] ?? Number.POSITIVE_INFINITY) - 1) * TEXT
  if (call.name === 'list contains') return first.kind === 'list' ? cost : cost + SEARCHED_ITEMS
  return TESTS_FOR_A_LITERAL.has(call.name) && isConstant(second) ? cost : Number.POSITIVE_INFINITY
}

/** What may be two long lists of numbers such as `1e9`, which cost most: an attribute is a text, or has an empty list. */
function mayBeOfBody(node: FeelNode): boolean {
  return !(node.kind === 'variable' && node.names[0] !== 'body')
}

/** Of a value that is compared with constants alone: a path does not go through lists. */
function costOfOperand(node: FeelNode): number {
  return node.kind === 'variable' ? 0 : greatestCost(node)
}

function sumOf(node: FeelNode): number {
  return childrenOf(node).reduce((sum, child) => sum + greatestCost(child), 0)
}
