import { type FeelNode, parseFeel } from './feel.ts'
import { isProjected } from './sqs-message.ts'

/**
 * Which messages an activation condition lets Lambda's filter turn away. Lambda deletes what a filter turns away, so the law is one-sided:
 * a filter lets every message through for which the condition is true, or fails. What cannot be said as a filter lets all through.
 *
 * Each expression becomes three sets of messages, each at least as large as the truth: those for which it is true, false, and those
 * for which its evaluation fails. Of what is neither (null in FEEL) nothing needs to be known.
 */

/** One alternative of a filter pattern's leaf: what Lambda compares a message attribute's `stringValue` with. */
export type Alternative = string | null | { readonly exists: boolean } | { readonly 'anything-but': readonly string[] }

/** Messages which meet every one of these, by message attribute name; an attribute meets its entry by any of its alternatives. */
export type Conjunction = ReadonlyMap<string, readonly Alternative[]>

/** Messages which meet one of these. `[]`: none. A conjunction without entries: all. */
export type Messages = readonly Conjunction[]

export interface PushedDown {
  /** The messages which a filter has to let through. */
  readonly messages: Messages
  /** The parts of the condition which are left to the function, each with why. */
  readonly notPushedDown: readonly { readonly expression: string; readonly why: string }[]
}

interface Sets {
  readonly true: Messages
  readonly false: Messages
  readonly fails: Messages
}

const NONE: Messages = []
export const ALL: Messages = [new Map()]

/** More than this cannot become five patterns; it would only take time. */
const MAX_CONJUNCTIONS = 64

export function pushDown(condition: string | undefined, messageAttributeNames: readonly string[] = []): PushedDown {
  if (!condition?.trim()) return { messages: ALL, notPushedDown: [] }
  const parsed = parseFeel(condition)
  if (!parsed) return { messages: ALL, notPushedDown: [{ expression: condition, why: 'it is no FEEL expression' }] }
  const compiler = new Compiler(parsed.text, messageAttributeNames)
  const sets = compiler.sets(parsed.root)
  return { messages: union(sets.true, sets.fails), notPushedDown: compiler.notPushedDown }
}

class Compiler {
  readonly notPushedDown: { expression: string; why: string }[] = []
  readonly #text: string
  readonly #messageAttributeNames: readonly string[]

  constructor(text: string, messageAttributeNames: readonly string[]) {
    this.#text = text
    this.#messageAttributeNames = messageAttributeNames
  }

  sets(node: FeelNode): Sets {
    const [first, second] = operands(node)
    switch (node.name) {
      case 'Expression':
      case 'ParenthesizedExpression':
        return first && !second ? this.sets(first) : this.#unknown(node)
      case 'Conjunction':
        return first && second ? conjunction(this.sets(first), this.sets(second)) : this.#unknown(node)
      case 'Disjunction':
        return first && second ? disjunction(this.sets(first), this.sets(second)) : this.#unknown(node)
      case 'BooleanLiteral':
        return this.#source(node) === 'true' ? { true: ALL, false: NONE, fails: NONE } : { true: NONE, false: ALL, fails: NONE }
      case 'Comparison':
        return this.#comparison(node) ?? this.#unknown(node)
      case 'FunctionInvocation':
        return this.#invocation(node) ?? this.#unknown(node)
      default:
        return this.#unknown(node)
    }
  }

  #comparison(node: FeelNode): Sets | undefined {
    const [left, operator, ...right] = children(node)
    if (!left || !operator) return undefined
    const symbol = this.#source(operator)
    if (symbol === 'in') {
      const values = this.#members(right)
      return values && this.#oneOf(left, values)
    }
    const [other] = right
    if (!other || (symbol !== '=' && symbol !== '!=')) return undefined
    const equal = this.#equal(left, other) ?? this.#equal(other, left)
    return symbol === '=' ? equal : equal && negation(equal)
  }

  #equal(side: FeelNode, literal: FeelNode): Sets | undefined {
    if (literal.name === 'StringLiteral') {
      const value = this.#string(literal)
      return value === undefined ? undefined : this.#oneOf(side, [value])
    }
    if (literal.name !== 'null') return undefined
    const name = this.#attribute(side)
    if (name === undefined) return undefined
    if (!this.#isVisible(name)) return { true: ALL, false: NONE, fails: NONE }
    return { true: [new Map([[name, [null, { exists: false }]]])], false: [new Map([[name, [{ exists: true }]]])], fails: NONE }
  }

  /** An attribute that is not there is null, and null equals no text: then the comparison is false. */
  #oneOf(side: FeelNode, values: readonly string[]): Sets | undefined {
    const name = this.#attribute(side)
    if (name === undefined) return undefined
    if (!this.#isVisible(name)) return { true: NONE, false: ALL, fails: NONE }
    return {
      true: [new Map([[name, values]])],
      false: values.some(looksLikeAddress) ? ALL : [new Map([[name, [{ 'anything-but': values }, { exists: false }]]])],
      fails: NONE,
    }
  }

  #invocation(node: FeelNode): Sets | undefined {
    const [name, , parameters] = children(node)
    if (name?.name !== 'VariableName' || parameters?.name !== 'PositionalParameters') return undefined
    const [first, second, third] = operands(parameters)
    const called = this.#nameOf(name)
    if (called === 'not' && first && !second) return negation(this.sets(first))
    if (called === 'list contains' && first?.name === 'List' && second && !third) {
      const values = this.#list(first)
      return values && this.#oneOf(second, values)
    }
    return undefined
  }

  /** `in ("a", "b")`, `in ["a", "b"]`, `in "a"`: texts only. */
  #members(nodes: readonly FeelNode[]): string[] | undefined {
    const tests = nodes.filter(({ name }) => name !== '(' && name !== ')')
    const values: string[] = []
    for (const test of tests.flatMap((node) => (node.name === 'PositiveUnaryTests' ? operands(node) : [node]))) {
      const [value, more] = operands(test)
      if (test.name !== 'PositiveUnaryTest' || !value || more) return undefined
      const texts = value.name === 'List' ? this.#list(value) : this.#texts([value])
      if (!texts) return undefined
      values.push(...texts)
    }
    return values.length > 0 ? values : undefined
  }

  #list(node: FeelNode): string[] | undefined {
    const texts = this.#texts(children(node).filter(({ name }) => name !== '[' && name !== ']'))
    return texts?.length ? texts : undefined
  }

  #texts(nodes: readonly FeelNode[]): string[] | undefined {
    const texts = nodes.map((node) => (node.name === 'StringLiteral' ? this.#string(node) : undefined))
    return texts.every((text) => text !== undefined) ? texts : undefined
  }

  /** Only what reads the same in every dialect: no escapes. */
  #string(node: FeelNode): string | undefined {
    const text = this.#source(node).slice(1, -1)
    return /[\\"]/.test(text) ? undefined : text
  }

  /** The NAME of `messageAttributes.NAME.stringValue`. */
  #attribute(node: FeelNode): string | undefined {
    const steps = path(node)?.map((step) => this.#source(step).replace(/^`(.*)`$/, '$1'))
    if (steps?.length !== 3 || steps[0] !== 'messageAttributes' || steps[2] !== 'stringValue') return undefined
    return steps[1]
  }

  #isVisible(name: string): boolean {
    return isProjected(this.#messageAttributeNames, name)
  }

  #unknown(node: FeelNode): Sets {
    this.notPushedDown.push({
      expression: this.#source(node),
      why: WHY_NOT[node.name] ?? 'it is not a test of messageAttributes.NAME.stringValue',
    })
    const fails = this.#cannotFail(node) ? NONE : ALL
    return { true: ALL, false: ALL, fails }
  }

  #cannotFail(node: FeelNode): boolean {
    const parts = children(node)
    const [first, operator, right] = parts
    if (node.name === 'FunctionInvocation' && first)
      return NEVER_FAILING_FUNCTIONS.has(this.#nameOf(first)) && parts.slice(1).every((part) => this.#cannotFail(part))
    if (node.name === 'Comparison' && operator && ORDERING.test(this.#source(operator)) && !ORDERED.includes(right?.name ?? ''))
      return false
    return NEVER_FAILING.has(node.name) && parts.every((part) => this.#cannotFail(part))
  }

  /** A function's name, its words one blank apart. */
  #nameOf(node: FeelNode): string {
    return this.#source(node).replace(/\s+/g, ' ')
  }

  #source({ from, to }: FeelNode): string {
    return this.#text.slice(from, to)
  }
}

/** Lambda takes all spellings of an IP address for one: more messages where it has to be equal, fewer where it must not. */
function looksLikeAddress(text: string): boolean {
  return /^[\d.]+$|^[\da-f:.]*:[\da-f:.]*$/i.test(text)
}

const WHY_NOT: Record<string, string> = {
  Comparison: 'only =, != and in with texts or null on messageAttributes.NAME.stringValue can be filters',
  FunctionInvocation: 'only not(…) and list contains([…], messageAttributes.NAME.stringValue) can be filters',
}

/** Reading, comparing and these functions never fail, whatever the values are: at worst they are null. */
const NEVER_FAILING = new Set([
  ...['Expression', 'ParenthesizedExpression', 'Conjunction', 'Disjunction', 'Comparison', 'CompareOp', 'PathExpression', 'PathName'],
  ...['VariableName', 'Identifier', 'BacktickIdentifier', 'StringLiteral', 'NumericLiteral', 'BooleanLiteral', 'null', 'List'],
  ...[
    'PositiveUnaryTests',
    'PositiveUnaryTest',
    'Interval',
    'PositionalParameters',
    'in',
    'between',
    'and',
    'or',
    '(',
    ')',
    '[',
    ']',
    '.',
    '..',
  ],
])
const NEVER_FAILING_FUNCTIONS = new Set([
  ...['not', 'contains', 'starts with', 'ends with', 'upper case', 'lower case', 'string length', 'list contains', 'count', 'is defined'],
])

/** feelin throws where Camunda's engine gives null when the right side of an ordering is no number or text. */
const ORDERING = /^[<>]=?$/
const ORDERED = ['NumericLiteral', 'StringLiteral']

function conjunction(one: Sets, other: Sets): Sets {
  return { true: intersection(one.true, other.true), false: union(one.false, other.false), fails: union(one.fails, other.fails) }
}

function disjunction(one: Sets, other: Sets): Sets {
  return { true: union(one.true, other.true), false: intersection(one.false, other.false), fails: union(one.fails, other.fails) }
}

function negation({ true: met, false: unmet, fails }: Sets): Sets {
  return { true: unmet, false: met, fails }
}

export function union(one: Messages, other: Messages): Messages {
  const all = [...one, ...other]
  if (all.some(({ size }) => size === 0) || all.length > MAX_CONJUNCTIONS) return ALL
  const merged: Conjunction[] = []
  for (const conjunction of all) {
    const index = merged.findIndex((earlier) => haveOneDifference(earlier, conjunction))
    if (index < 0) merged.push(conjunction)
    else merged[index] = mergeAlternatives(merged[index] as Conjunction, conjunction)
  }
  return merged
}

/** Two conjunctions which differ in at most one attribute's alternatives are one whose alternatives are both's. */
function haveOneDifference(one: Conjunction, other: Conjunction): boolean {
  if (one.size !== other.size || [...one.keys()].some((name) => !other.has(name))) return false
  return [...one].filter(([name, alternatives]) => JSON.stringify(alternatives) !== JSON.stringify(other.get(name))).length <= 1
}

function mergeAlternatives(one: Conjunction, other: Conjunction): Conjunction {
  return new Map([...one].map(([name, alternatives]) => [name, distinct([...alternatives, ...(other.get(name) ?? [])])]))
}

function intersection(one: Messages, other: Messages): Messages {
  if (one.length * other.length > MAX_CONJUNCTIONS) return one.length < other.length ? one : other
  return one.flatMap((left) => other.flatMap((right) => meet(left, right)))
}

function meet(left: Conjunction, right: Conjunction): Conjunction[] {
  const met = new Map(left)
  for (const [name, alternatives] of right) {
    const both = met.has(name) ? meetAlternatives(met.get(name) ?? [], alternatives) : alternatives
    if (both.length === 0) return []
    met.set(name, both)
  }
  return [met]
}

/** What meets one of these and one of those, alternative by alternative. */
function meetAlternatives(these: readonly Alternative[], those: readonly Alternative[]): readonly Alternative[] {
  return distinct(these.flatMap((one) => those.flatMap((other) => both(one, other))))
}

function both(one: Alternative, other: Alternative): Alternative[] {
  if (isLiteral(other)) return isLiteral(one) ? (one === other ? [one] : []) : both(other, one)
  if ('exists' in other) return isThere(one) === other.exists ? [one] : []
  if (isLiteral(one)) return typeof one === 'string' && other['anything-but'].includes(one) ? [] : [one]
  if ('exists' in one) return one.exists ? [other] : []
  return [{ 'anything-but': [...new Set([...one['anything-but'], ...other['anything-but']])] }]
}

function isLiteral(alternative: Alternative): alternative is string | null {
  return typeof alternative === 'string' || alternative === null
}

function isThere(alternative: Alternative): boolean {
  return isLiteral(alternative) || !('exists' in alternative) || alternative.exists
}

function distinct(alternatives: readonly Alternative[]): readonly Alternative[] {
  return [...new Map(alternatives.map((alternative) => [JSON.stringify(alternative), alternative])).values()]
}

/** `a.b.c` as its names; undefined where it is anything else. */
function path(node: FeelNode): FeelNode[] | undefined {
  if (node.name === 'VariableName' && children(node).length === 1) return [node]
  if (node.name !== 'PathExpression') return undefined
  const [of, , name] = children(node)
  const start = of && path(of)
  return start && name?.name === 'PathName' && children(name).length === 1 ? [...start, name] : undefined
}

const WORDS = new Set(['and', 'or', 'in', '(', ')', '[', ']', ','])

/** The parts of a node which are expressions themselves. */
function operands(node: FeelNode): FeelNode[] {
  return children(node).filter(({ name }) => !WORDS.has(name))
}

function children(node: FeelNode): FeelNode[] {
  const found: FeelNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child)
  return found
}
