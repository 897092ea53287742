import type { FeelNumber } from '../numbers/decimal.ts'
import type { FeelTemporal } from '../temporal/temporal.ts'

/**
 * The syntax tree of an expression: plain objects, each with the place of its text (`from` the first character, `to` after the last).
 * It is what the grammar of Camunda's engine makes of the text and depends on nothing but the text.
 */
export type FeelNode =
  | Literal
  | InputValue
  | ListNode
  | ContextNode
  | RangeNode
  | Variable
  | Path
  | Filter
  | Arithmetic
  | Negation
  | Comparison
  | Between
  | InstanceOf
  | In
  | Logic
  | If
  | For
  | Quantified
  | NumberSequence
  | FunctionCall
  | MethodCall
  | FunctionDefinition
  | ExternalFunction
  | InputTest
  | InputInRange
  | InputEquals
  | UnaryTest
  | AnyOf

interface Place {
  readonly from: number
  readonly to: number
}

/** `null`, `true`, `"text"`, `12.50`, `@"2024-01-01"`, `date("2024-01-01")`; a temporal literal which says no date or time is null. */
export interface Literal extends Place {
  readonly kind: 'literal'
  readonly value: null | boolean | string | FeelNumber | FeelTemporal
}

/** `?` */
export interface InputValue extends Place {
  readonly kind: 'inputValue'
}

export interface ListNode extends Place {
  readonly kind: 'list'
  readonly items: readonly FeelNode[]
}

export interface ContextNode extends Place {
  readonly kind: 'context'
  readonly entries: readonly { readonly key: string; readonly value: FeelNode }[]
}

/** `[1..5)` as an argument of a function; elsewhere it is a test of the input value. */
export interface RangeNode extends Place {
  readonly kind: 'range'
  readonly start: FeelNode
  readonly startIncluded: boolean
  readonly end: FeelNode
  readonly endIncluded: boolean
}

/** `a`, or `a.b.c` whose names are all known to be names. */
export interface Variable extends Place {
  readonly kind: 'variable'
  readonly names: readonly string[]
}

/** `(…).name` */
export interface Path extends Place {
  readonly kind: 'path'
  readonly object: FeelNode
  readonly name: string
}

export interface Filter extends Place {
  readonly kind: 'filter'
  readonly list: FeelNode
  readonly filter: FeelNode
}

export interface Arithmetic extends Place {
  readonly kind: 'arithmetic'
  readonly operator: '+' | '-' | '*' | '/' | '**'
  readonly left: FeelNode
  readonly right: FeelNode
}

export interface Negation extends Place {
  readonly kind: 'negation'
  readonly operand: FeelNode
}

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>='

export interface Comparison extends Place {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: FeelNode
  readonly right: FeelNode
}

export interface Between extends Place {
  readonly kind: 'between'
  readonly value: FeelNode
  readonly low: FeelNode
  readonly high: FeelNode
}

export interface InstanceOf extends Place {
  readonly kind: 'instanceOf'
  readonly value: FeelNode
  readonly type: string
}

export interface In extends Place {
  readonly kind: 'in'
  readonly value: FeelNode
  readonly test: FeelNode
}

export interface Logic extends Place {
  readonly kind: 'and' | 'or'
  readonly left: FeelNode
  readonly right: FeelNode
}

export interface If extends Place {
  readonly kind: 'if'
  readonly condition: FeelNode
  readonly consequent: FeelNode
  readonly alternative: FeelNode
}

export interface Iterator {
  readonly name: string
  readonly list: FeelNode
}

export interface For extends Place {
  readonly kind: 'for'
  readonly iterators: readonly Iterator[]
  readonly body: FeelNode
}

export interface Quantified extends Place {
  readonly kind: 'some' | 'every'
  readonly iterators: readonly Iterator[]
  readonly condition: FeelNode
}

/** `1..5` after `in` of an iterator. */
export interface NumberSequence extends Place {
  readonly kind: 'sequence'
  readonly start: FeelNode
  readonly end: FeelNode
}

/** Arguments by position, or by name. */
export type Arguments =
  | { readonly kind: 'positional'; readonly values: readonly FeelNode[] }
  | { readonly kind: 'named'; readonly values: readonly { readonly name: string; readonly value: FeelNode }[] }

export interface FunctionCall extends Place {
  readonly kind: 'call'
  readonly name: string
  readonly args: Arguments
}

/** `a.b.name(…)`: a function which is an entry of a context. */
export interface MethodCall extends Place {
  readonly kind: 'methodCall'
  readonly object: Variable
  readonly name: string
  readonly args: Arguments
}

export interface FunctionDefinition extends Place {
  readonly kind: 'function'
  readonly parameters: readonly string[]
  readonly body: FeelNode
}

/** `external {java: …}`: it is parsed, and never called. */
export interface ExternalFunction extends Place {
  readonly kind: 'external'
}

/** `< 5`: the input value is compared. */
export interface InputTest extends Place {
  readonly kind: 'inputTest'
  readonly operator: '<' | '<=' | '>' | '>='
  readonly endpoint: FeelNode
}

/** `[1..5]`: the input value is within. */
export interface InputInRange extends Place {
  readonly kind: 'inputInRange'
  readonly range: RangeNode
}

/** `true` or `false` as the last test. */
export interface InputEquals extends Place {
  readonly kind: 'inputEquals'
  readonly value: FeelNode
}

/** Any expression as a test. */
export interface UnaryTest extends Place {
  readonly kind: 'unaryTest'
  readonly expression: FeelNode
}

/** `(1, 2, > 5)` */
export interface AnyOf extends Place {
  readonly kind: 'anyOf'
  readonly tests: readonly FeelNode[]
}

/** A literal, or a negative one. */
export function isConstant(node: FeelNode): boolean {
  return node.kind === 'literal' || (node.kind === 'negation' && isConstant(node.operand))
}

/** Literals which the input value is compared with: `"a"`, `("a", null, 5)`. */
export function isListOfConstants(test: FeelNode): boolean {
  return test.kind === 'anyOf' ? test.tests.every(isListOfConstants) : test.kind === 'unaryTest' && isConstant(test.expression)
}

const TRUTHS: ReadonlySet<FeelNode['kind']> = new Set(['comparison', 'between', 'in', 'instanceOf', 'and', 'or', 'some', 'every'])

/** Whether the value is a boolean or null for what the node is, whatever is below it. */
export function isTruth(node: FeelNode): boolean {
  return TRUTHS.has(node.kind)
}

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: FeelNode): readonly FeelNode[] {
  switch (node.kind) {
    case 'literal':
    case 'inputValue':
    case 'variable':
    case 'external':
      return []
    case 'list':
      return node.items
    case 'context':
      return node.entries.map((entry) => entry.value)
    case 'range':
    case 'sequence':
      return [node.start, node.end]
    case 'path':
      return [node.object]
    case 'filter':
      return [node.list, node.filter]
    case 'arithmetic':
    case 'comparison':
    case 'and':
    case 'or':
      return [node.left, node.right]
    case 'negation':
      return [node.operand]
    case 'between':
      return [node.value, node.low, node.high]
    case 'instanceOf':
    case 'inputEquals':
      return [node.value]
    case 'in':
      return [node.value, node.test]
    case 'if':
      return [node.condition, node.consequent, node.alternative]
    case 'for':
      return [...node.iterators.map((iterator) => iterator.list), node.body]
    case 'some':
    case 'every':
      return [...node.iterators.map((iterator) => iterator.list), node.condition]
    case 'call':
      return argumentsOf(node)
    case 'methodCall':
      return [node.object, ...argumentsOf(node)]
    case 'function':
      return [node.body]
    case 'inputTest':
      return [node.endpoint]
    case 'inputInRange':
      return [node.range]
    case 'unaryTest':
      return [node.expression]
    case 'anyOf':
      return node.tests
  }
}

/** The expressions of the arguments, in the order of the text. */
export function argumentsOf({ args }: FunctionCall | MethodCall): readonly FeelNode[] {
  return args.kind === 'positional' ? args.values : args.values.map((argument) => argument.value)
}
