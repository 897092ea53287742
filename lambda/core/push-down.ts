import { type Arguments, argumentsOf, type Comparison, childrenOf, type FeelNode, type FunctionCall, type In } from '../feel/syntax-tree.ts'
import { parsed as parsedExpression } from './expressions.ts'
import { ALL, type Alternative, intersection, leaf, type Messages, NONE, union } from './message-sets.ts'
import { isProjected } from './sqs-message.ts'

/**
 * Which messages an activation condition lets Lambda's filter turn away. Lambda deletes what a filter turns away, so the law is one-sided:
 * a filter lets every message through for which the condition is true, or fails. What cannot be said as a filter lets all through.
 *
 * Each expression becomes four sets of messages, each at least as large as the truth: those for which it is true, false or neither (null, or
 * no boolean), and those for which its evaluation fails. `and` and `or` do not evaluate their right side where the left decides, as in
 * Camunda's engine, so that `type = "A" and modulo(body.n, body.m) = 1` fails for messages of type A alone.
 */
export interface PushedDown {
  /** The messages which a filter has to let through. */
  readonly messages: Messages
  /** The parts of the condition which are left to the function, each with why. */
  readonly notPushedDown: readonly { readonly expression: string; readonly why: string }[]
}

interface Sets {
  readonly true: Messages
  readonly false: Messages
  readonly neither: Messages
  readonly fails: Messages
}

/** What the filter may look at. */
export interface Scope {
  /** Message attributes which the expressions see; empty: all. Others are null to them. */
  readonly messageAttributeNames: readonly string[]
  readonly attributeNames: readonly string[]
  /** `body`: at nothing but the body; `attributes`: at nothing of it. Lambda might drop a message on which the two disagree. */
  readonly reads: 'attributes' | 'body'
}

const TRUE: Sets = { true: ALL, false: NONE, neither: NONE, fails: NONE }
const FALSE: Sets = { true: NONE, false: ALL, neither: NONE, fails: NONE }

export function pushDown(condition: string | undefined, scope: Scope): PushedDown {
  if (!condition?.trim()) return { messages: ALL, notPushedDown: [] }
  const parsed = parsedExpression(condition)
  if (parsed.kind === 'syntaxError') return { messages: ALL, notPushedDown: [{ expression: condition, why: 'it is no FEEL expression' }] }
  const { root, text } = parsed.expression
  const compiler = new Compiler(text, scope)
  const sets = compiler.sets(root)
  return { messages: union(sets.true, sets.fails), notPushedDown: compiler.notPushedDown }
}

class Compiler {
  readonly notPushedDown: { expression: string; why: string }[] = []
  readonly #text: string
  readonly #scope: Scope

  constructor(text: string, scope: Scope) {
    this.#text = text
    this.#scope = scope
  }

  sets(node: FeelNode): Sets {
    switch (node.kind) {
      case 'literal':
        return node.value === true ? TRUE : node.value === false ? FALSE : { ...FALSE, false: NONE, neither: ALL }
      case 'and':
        return conjunction(this.sets(node.left), this.sets(node.right))
      case 'or':
        return disjunction(this.sets(node.left), this.sets(node.right))
      case 'if': {
        const condition = this.sets(node.condition)
        return choice(condition, this.sets(node.consequent), this.sets(node.alternative))
      }
      case 'comparison':
        return this.#comparison(node) ?? this.#unknown(node)
      case 'in':
        return this.#in(node) ?? this.#unknown(node)
      case 'call':
        return this.#call(node) ?? this.#unknown(node)
      case 'variable':
        return this.#flag(node) ?? this.#unknown(node)
      case 'some':
        return this.#some(node) ?? this.#unknown(node)
      default:
        return this.#unknown(node)
    }
  }

  #comparison({ operator, left, right }: Comparison): Sets | undefined {
    if (operator !== '=' && operator !== '!=') return this.#ordering(left, right) ?? this.#ordering(right, left)
    const equal = this.#equal(left, right) ?? this.#equal(right, left)
    return operator === '=' ? equal : equal && negation(equal)
  }

  /** A text is equal or not; an attribute that is not there is null, which equals null and no text: never "neither". */
  #equal(side: FeelNode, other: FeelNode): Sets | undefined {
    if (other.kind !== 'literal') return undefined
    const { value } = other
    if (typeof value === 'boolean') return this.#equalsBoolean(side, value)
    if (value !== null && typeof value !== 'string') return undefined
    return this.#oneOf(side, [value]) ?? (typeof value === 'string' ? this.#equalsTextOf(side) : undefined)
  }

  /** `(condition) = true`, where null is not equal. */
  #equalsBoolean(side: FeelNode, value: boolean): Sets | undefined {
    if (side.kind === 'variable') {
      const body = this.#body(side)
      return body && bodySets(leaf(body, [value]))
    }
    const { neither, fails, ...rest } = this.sets(side)
    const [equal, unequal] = value ? [rest.true, rest.false] : [rest.false, rest.true]
    return { true: equal, false: union(unequal, neither), neither, fails }
  }

  /** `upper case(x) = "A"`: never true without x, whose absence makes the function null. */
  #equalsTextOf(side: FeelNode): Sets | undefined {
    const presence = this.#presenceIn(side)
    return presence && { true: presence, false: ALL, neither: presence, fails: NONE }
  }

  /** `x > "a"`, `number(x) > 5`: neither true nor false without x. */
  #ordering(side: FeelNode, other: FeelNode): Sets | undefined {
    if (other.kind !== 'literal') return undefined
    const presence = this.#presenceIn(side)
    return presence && { true: presence, false: presence, neither: ALL, fails: NONE }
  }

  #in({ value, test }: In): Sets | undefined {
    const members = membersOf(test)
    return members && this.#oneOf(value, members)
  }

  /** The texts of a leaf, or its absence (null). */
  #oneOf(side: FeelNode, values: readonly (string | null)[]): Sets | undefined {
    if (side.kind !== 'variable') return undefined
    const body = this.#body(side)
    if (body) return values.includes(null) ? undefined : bodySets(leaf(body, values))
    const path = this.#attribute(side)
    // An attribute as a whole is a context: it can be null, and equal to no text.
    if (!path || (side.names.length === 2 && side.names[0] === 'messageAttributes' && values.some((value) => value !== null)))
      return undefined
    const texts = values.filter((value) => value !== null)
    const orAbsent: Alternative[] = values.includes(null) ? [null, { exists: false }] : []
    if (path.hidden) return values.includes(null) ? TRUE : FALSE
    const unless: Alternative[] = texts.length > 0 ? [{ 'anything-but': texts }] : [{ exists: true }]
    // Lambda takes all spellings of an IP address for one: more messages where it has to be equal, fewer where it must not.
    const excludes = texts.some(looksLikeAddress) ? ALL : leaf(path.steps, values.includes(null) ? unless : [...unless, { exists: false }])
    return { true: leaf(path.steps, [...texts, ...orAbsent]), false: excludes, neither: NONE, fails: NONE }
  }

  #call(node: FunctionCall): Sets | undefined {
    const [first, second, more] = positional(node.args)
    if (node.name === 'not' && first && !second) return negation(this.sets(first))
    if (node.name === 'is defined' && first?.kind === 'variable' && !second) return this.#isDefined(first)
    if (node.name === 'list contains' && first && second && !more) return this.#listContains(first, second)
    if (!TESTS_OF_TEXT.has(node.name) || !first || !second || more || second.kind !== 'literal' || typeof second.value !== 'string')
      return undefined
    const presence = this.#presenceIn(first)
    if (!presence) return undefined
    if (presence === NONE) return { ...FALSE, false: NONE, neither: ALL }
    const operator = AFFIX[node.name]
    const path = first.kind === 'variable' ? (this.#body(first) ?? this.#attribute(first)?.steps) : undefined
    const met = operator && path && second.value !== '' ? leaf(path, [{ [operator]: second.value } as Alternative]) : presence
    const unmet = path?.[0] === 'body' ? ALL : presence
    return { true: met, false: unmet, neither: ALL, fails: MAY_EXCEED_ITS_BUDGET.has(node.name) ? presence : NONE }
  }

  #listContains(list: FeelNode, item: FeelNode): Sets | undefined {
    if (list.kind === 'list') {
      const members = textsIn(list)
      return members && this.#oneOf(item, members)
    }
    const body = list.kind === 'variable' ? this.#body(list) : undefined
    return body && item.kind === 'literal' && typeof item.value === 'string' ? bodySets(leaf(body, [item.value])) : undefined
  }

  /** `some x in body.list satisfies x = "a"` */
  #some(node: FeelNode & { readonly kind: 'some' | 'every' }): Sets | undefined {
    const [iterator, more] = node.iterators
    const { condition } = node
    if (!iterator || more || iterator.list.kind !== 'variable' || condition.kind !== 'comparison' || condition.operator !== '=')
      return undefined
    const { left, right } = condition
    if (
      left.kind !== 'variable' ||
      left.names.length !== 1 ||
      left.names[0] !== iterator.name ||
      right.kind !== 'literal' ||
      typeof right.value !== 'string'
    )
      return undefined
    const body = this.#body(iterator.list)
    return body && { ...bodySets(leaf(body, [right.value])), fails: ALL }
  }

  #isDefined(variable: FeelNode & { readonly kind: 'variable' }): Sets | undefined {
    const attribute = this.#attribute(variable)
    if (!attribute) return undefined
    if (attribute.hidden) return FALSE
    // stringValue is null, yet there, in a binary attribute: then the attribute is what is defined.
    const steps = attribute.steps[0] === 'messageAttributes' ? [...attribute.steps.slice(0, 2), 'dataType'] : attribute.steps
    return { true: leaf(steps, [{ exists: true }]), false: leaf(steps, [{ exists: false }]), neither: NONE, fails: NONE }
  }

  /** A condition that is a value: only a boolean of the body can be true. */
  #flag(variable: FeelNode & { readonly kind: 'variable' }): Sets | undefined {
    if (this.#attribute(variable)) return { true: NONE, false: NONE, neither: ALL, fails: NONE }
    const body = this.#body(variable)
    return body && bodySets(leaf(body, [true]))
  }

  /** Messages in which the one leaf is there that an expression's value depends on: without it the value is null. */
  #presenceIn(node: FeelNode): Messages | undefined {
    if (node.kind === 'call' && NULL_WITHOUT_ITS_ARGUMENT.has(node.name)) {
      const [first, more] = positional(node.args)
      return first && !more ? this.#presenceIn(first) : undefined
    }
    if (node.kind !== 'variable') return undefined
    const attribute = this.#attribute(node)
    if (attribute) return attribute.hidden ? NONE : leaf(attribute.steps, [{ exists: true }])
    // Of a body nothing but a text, a number or a boolean is a leaf.
    return undefined
  }

  /** The leaf of an attribute, and whether the configuration hides it. */
  #attribute({
    names,
  }: FeelNode & { readonly kind: 'variable' }): { readonly steps: readonly string[]; readonly hidden: boolean } | undefined {
    if (this.#scope.reads !== 'attributes') return undefined
    const [root, name = '', field, more] = names
    if (more !== undefined || name === '') return undefined
    if (root === 'attributes' && field === undefined && LASTING_ATTRIBUTES.has(name))
      return { steps: [root, name], hidden: !isProjected(this.#scope.attributeNames, name) }
    if (root !== 'messageAttributes') return undefined
    const hidden = !isProjected(this.#scope.messageAttributeNames, name)
    // The attribute itself is no leaf; its type always is one.
    if (field === undefined || field === 'dataType') return { steps: [root, name, 'dataType'], hidden }
    return field === 'stringValue' ? { steps: [root, name, field], hidden } : undefined
  }

  #body({ names }: FeelNode & { readonly kind: 'variable' }): readonly string[] | undefined {
    return this.#scope.reads === 'body' && names[0] === 'body' && names.length > 1 ? names : undefined
  }

  #unknown(node: FeelNode): Sets {
    this.notPushedDown.push({
      expression: this.#text.slice(node.from, node.to),
      why: WHY_NOT[node.kind] ?? 'Lambda’s filters have nothing like it',
    })
    return { true: ALL, false: ALL, neither: ALL, fails: cannotFail(node) ? NONE : ALL }
  }
}

function conjunction(one: Sets, other: Sets): Sets {
  const undecided = union(one.true, one.neither)
  return {
    true: intersection(one.true, other.true),
    false: union(one.false, other.false),
    neither: union(intersection(one.neither, union(other.true, other.neither)), intersection(one.true, other.neither)),
    fails: union(one.fails, intersection(undecided, other.fails)),
  }
}

/** By De Morgan, which three-valued logic keeps. */
function disjunction(one: Sets, other: Sets): Sets {
  return negation(conjunction(negation(one), negation(other)))
}

function negation({ true: met, false: unmet, ...rest }: Sets): Sets {
  return { true: unmet, false: met, ...rest }
}

/** What is not true takes the alternative. */
function choice(condition: Sets, consequent: Sets, alternative: Sets): Sets {
  const otherwise = union(condition.false, condition.neither)
  const either = (part: keyof Sets) => union(intersection(condition.true, consequent[part]), intersection(otherwise, alternative[part]))
  return { true: either('true'), false: either('false'), neither: either('neither'), fails: union(condition.fails, either('fails')) }
}

/** Of a body nothing is known but what it has to hold: it may be a list, a text, or no JSON at all. */
function bodySets(met: Messages): Sets {
  return { true: met, false: ALL, neither: ALL, fails: NONE }
}

/** `in ("a", "b")`, `in ["a", "b"]`, `in "a"`: texts and null. */
function membersOf(test: FeelNode): (string | null)[] | undefined {
  switch (test.kind) {
    case 'anyOf':
      return all(test.tests.map(membersOf))
    case 'unaryTest':
      return membersOf(test.expression)
    case 'list':
      return textsIn(test)
    case 'literal':
      return textsIn({ kind: 'list', items: [test], from: test.from, to: test.to })
    default:
      return undefined
  }
}

function textsIn({ items }: FeelNode & { readonly kind: 'list' }): (string | null)[] | undefined {
  if (items.length === 0) return undefined
  return all(
    items.map((item) => (item.kind === 'literal' && (item.value === null || typeof item.value === 'string') ? [item.value] : undefined)),
  )
}

function all<Item>(lists: readonly (readonly Item[] | undefined)[]): Item[] | undefined {
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined
}

function positional(args: Arguments): readonly FeelNode[] {
  return args.kind === 'positional' ? args.values : []
}

/** Those of `attributes` which are the same at every delivery of a message. */
const LASTING_ATTRIBUTES = new Set(['MessageGroupId', 'MessageDeduplicationId', 'SenderId'])

const AFFIX: Record<string, 'prefix' | 'suffix'> = { 'starts with': 'prefix', 'ends with': 'suffix' }
const TESTS_OF_TEXT = new Set([...Object.keys(AFFIX), 'contains', 'matches'])
/** A regular expression may take more steps than an evaluation has. */
const MAY_EXCEED_ITS_BUDGET = new Set(['matches'])
const NULL_WITHOUT_ITS_ARGUMENT = new Set(['upper case', 'lower case', 'string length', 'trim', 'number'])
const NEVER_FAILING_FUNCTIONS = new Set([
  ...['not', 'contains', 'starts with', 'ends with', 'list contains', 'count', 'is defined', 'is empty', 'is blank'],
  ...NULL_WITHOUT_ITS_ARGUMENT,
])

const WHY_NOT: Partial<Record<FeelNode['kind'], string>> = {
  comparison: 'a filter compares texts and null on messageAttributes.NAME.stringValue alone',
  in: 'a filter knows lists of texts on messageAttributes.NAME.stringValue alone',
  call: 'a filter has no such function',
  variable: 'a value is no condition to a filter',
  some: 'a filter looks into lists of a body alone',
}

/** Reading and comparing never fail in FEEL, whatever the values are: at worst they are null. Only two lists cannot be ordered. */
function cannotFail(node: FeelNode): boolean {
  switch (node.kind) {
    case 'literal':
    case 'variable':
      return true
    case 'comparison': {
      const { operator, left, right } = node
      const ordered = operator !== '=' && operator !== '!='
      return (!ordered || left.kind === 'literal' || right.kind === 'literal') && cannotFail(left) && cannotFail(right)
    }
    case 'between':
      return node.low.kind === 'literal' && node.high.kind === 'literal' && cannotFail(node.value)
    case 'call':
      return node.args.kind === 'positional' && NEVER_FAILING_FUNCTIONS.has(node.name) && argumentsOf(node).every(cannotFail)
    case 'in':
      return membersOf(node.test) !== undefined && cannotFail(node.value)
    case 'and':
    case 'or':
    case 'list':
    case 'path':
    case 'if':
      return childrenOf(node).every(cannotFail)
    default:
      return false
  }
}

/** As Lambda's matcher takes a text for an IP address, IPv4 or IPv6. */
function looksLikeAddress(text: string): boolean {
  return /^[\d.]+$|^[\da-f:.]*:[\da-f:.]*$/i.test(text)
}
