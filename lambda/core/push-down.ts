import { DEFAULT_STEPS } from '../feel/feel.ts'
import type { Arguments, Comparison, FeelNode, FunctionCall, In, Logic } from '../feel/syntax/syntax-tree.ts'
import { parsed as parsedExpression } from './expressions.ts'
import { costOfResult, greatestCost } from './greatest-cost.ts'
import { ALL, type Alternative, intersection, isAll, leaf, type Messages, NONE, union } from './message-sets.ts'
import { isProjected } from './sqs-message.ts'

/**
 * Which messages an activation condition lets Lambda's filter turn away. Lambda deletes what a filter turns away, so the law is one-sided:
 * a filter lets every message through for which the condition is true, or fails. What cannot be said as a filter lets all through.
 *
 * Each expression becomes four sets of messages, each at least as large as the truth: those for which it is true, false or neither (null, or
 * no boolean), and those for which its evaluation fails. `and` and `or` do not evaluate their right side where the left decides, as in
 * Camunda's engine, so that `type = "A" and modulo(body.n, body.m) = 1` fails for messages of type A alone.
 *
 * An evaluation also fails that takes more than it may. What an expression costs at most is known of the simple ones; they count as never
 * failing while all of them together cost half of an evaluation's budget at most.
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

/** Of an expression whose parts are no conditions; it fails for no others than those for which it has something to do. */
type Answers = Omit<Sets, 'fails'> & {
  readonly works?: Messages
  /** Why the messages for which it is true are more than they should be; undefined: they are not. */
  readonly weak?: { readonly [Answer in 'true' | 'false']?: string | undefined }
}

/** Of which answer of an expression the messages matter. */
type Asked = 'true' | 'false' | 'both'
const OTHER = { true: 'false', false: 'true', both: 'both' } as const

const TRUE: Answers = { true: ALL, false: NONE, neither: NONE }
const FALSE: Answers = { true: NONE, false: ALL, neither: NONE }
const NULL: Answers = { true: NONE, false: NONE, neither: ALL }
const WEAK = {
  true: 'the filter asks no more than whether the attribute is there',
  false: 'the filter asks no more than whether the attribute is there, if that',
}
const ANY: Answers = { true: ALL, false: ALL, neither: ALL }

/** Six sevenths of what there is, since a bound of steps is not the only one. */
const AFFORDABLE = (DEFAULT_STEPS * 6) / 7

export function pushDown(condition: string | undefined, scope: Scope): PushedDown {
  if (!condition?.trim()) return { messages: ALL, notPushedDown: [] }
  const parsed = parsedExpression(condition)
  if (parsed.kind === 'syntaxError') return { messages: ALL, notPushedDown: [{ expression: condition, why: 'it is no FEEL expression' }] }
  const { root, text } = parsed.expression
  const compiler = new Compiler(text, scope)
  const sets = compiler.sets(root, 'true')
  const messages = compiler.canAfford(costOfResult(root)) ? union(sets.true, sets.fails) : ALL
  return { messages, notPushedDown: compiler.notPushedDown }
}

class Compiler {
  readonly notPushedDown: { expression: string; why: string }[] = []
  readonly #text: string
  readonly #scope: Scope
  #cost = 0

  constructor(text: string, scope: Scope) {
    this.#text = text
    this.#scope = scope
  }

  sets(node: FeelNode, asked: Asked): Sets {
    switch (node.kind) {
      case 'and':
        return this.#conjunction(node, asked)
      case 'or':
        return disjunction(this.sets(node.left, asked), this.sets(node.right, asked))
      case 'if': {
        const condition = this.sets(node.condition, 'both')
        return choice(condition, this.sets(node.consequent, asked), this.sets(node.alternative, asked))
      }
      case 'call': {
        const [negand, more] = positional(node.args)
        if (node.name !== 'not' || !negand || more) break
        const negated = negation(this.sets(negand, OTHER[asked]))
        return this.canAfford(costOfResult(negand)) ? negated : { ...negated, fails: ALL }
      }
      case 'comparison': {
        const { side, value } = comparedToBoolean(node) ?? {}
        if (!side) break
        const isAskedAsIs = value === (node.operator === '=')
        const equal = isBoolean(this.sets(side, isAskedAsIs ? asked : OTHER[asked]), value === true)
        return node.operator === '=' ? equal : negation(equal)
      }
    }
    const { works = ALL, weak = {}, ...answers } = this.#answers(node) ?? this.#unknown(node)
    const why = asked === 'both' ? (weak.true ?? weak.false) : weak[asked]
    if (why !== undefined) this.#tell(node, why)
    return { ...answers, fails: this.canAfford(greatestCost(node)) ? NONE : works }
  }

  #conjunction({ left, right }: Logic, asked: Asked): Sets {
    const [one, other] = [this.sets(left, asked), this.sets(right, asked)]
    const saysSomething = ({ true: met }: Sets) => met.length > 0 && !isAll(met)
    if (this.#scope.reads === 'body' && saysSomething(one) && saysSomething(other))
      this.#tell(right, 'of a body a filter asks for one field alone')
    return conjunction(one, other)
  }

  /** Whether what has been met so far and this together cost no more than they may. What is dear in itself is no burden to the others. */
  canAfford(cost: number): boolean {
    if (cost === 0) return true
    if (!Number.isFinite(cost)) return false
    this.#cost += cost
    return this.#cost <= AFFORDABLE
  }

  #answers(node: FeelNode): Answers | undefined {
    switch (node.kind) {
      case 'literal':
        return node.value === true ? TRUE : node.value === false ? FALSE : NULL
      case 'comparison':
        return this.#comparison(node)
      case 'in':
        return this.#in(node)
      case 'call':
        return this.#call(node)
      case 'variable':
        return this.#flag(node)
      case 'some':
        return this.#some(node)
      default:
        return undefined
    }
  }

  #comparison({ operator, left, right }: Comparison): Answers | undefined {
    if (operator !== '=' && operator !== '!=') return this.#ordering(left, right) ?? this.#ordering(right, left)
    const equal = this.#equal(left, right) ?? this.#equal(right, left)
    return operator === '=' ? equal : equal && opposite(equal)
  }

  /** A text is equal or not; an attribute that is not there is null, which equals null and no text: never "neither". */
  #equal(side: FeelNode, other: FeelNode): Answers | undefined {
    if (other.kind !== 'literal') return undefined
    const { value } = other
    if (typeof value === 'boolean') return this.#equalsFlag(side, value)
    const isTextOrNull = value === null || typeof value === 'string'
    return (isTextOrNull ? this.#oneOf(side, [value]) : undefined) ?? (value === null ? undefined : this.#equalsValueOf(side))
  }

  #equalsFlag(side: FeelNode, value: boolean): Answers | undefined {
    const body = side.kind === 'variable' ? this.#body(side) : undefined
    return body && bodyAnswers(leaf(body, [value]))
  }

  /** `upper case(x) = "A"`, `number(x) = 5`: never true without x, whose absence makes the function null. */
  #equalsValueOf(side: FeelNode): Answers | undefined {
    const presence = this.#presenceIn(side)
    return presence && { true: presence, false: ALL, neither: presence, works: presence, weak: WEAK }
  }

  /** `x > "a"`, `number(x) > 5`: neither true nor false without x. */
  #ordering(side: FeelNode, other: FeelNode): Answers | undefined {
    if (other.kind !== 'literal') return undefined
    const presence = this.#presenceIn(side)
    return presence && { true: presence, false: presence, neither: ALL, works: presence, weak: WEAK }
  }

  #in({ value, test }: In): Answers | undefined {
    const members = membersOf(test)
    return members && this.#oneOf(value, members)
  }

  /** The texts of a leaf, or its absence (null). */
  #oneOf(side: FeelNode, values: readonly (string | null)[]): Answers | undefined {
    if (side.kind !== 'variable') return undefined
    const body = this.#body(side)
    if (body) return values.includes(null) ? undefined : bodyAnswers(leaf(body, values))
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
    return {
      true: leaf(path.steps, [...texts, ...orAbsent]),
      false: excludes,
      neither: NONE,
      works: leaf(path.steps, [{ exists: true }]),
      weak: isAll(excludes) ? { false: 'Lambda takes all spellings of an IP address for one' } : {},
    }
  }

  #call(node: FunctionCall): Answers | undefined {
    const [first, second, more] = positional(node.args)
    if (node.name === 'is defined' && first?.kind === 'variable' && !second) return this.#isDefined(first)
    if (node.name === 'list contains' && first && second && !more) return this.#listContains(first, second)
    if (!TESTS_OF_TEXT.has(node.name) || !first || !second || more || second.kind !== 'literal' || typeof second.value !== 'string')
      return undefined
    const presence = this.#presenceIn(first)
    if (!presence) return undefined
    if (presence === NONE) return NULL
    const operator = AFFIX[node.name]
    const path = first.kind === 'variable' ? (this.#body(first) ?? this.#attribute(first)?.steps) : undefined
    const met = operator && path && second.value !== '' ? leaf(path, [{ [operator]: second.value } as Alternative]) : presence
    const unmet = path?.[0] === 'body' ? ALL : presence
    return { true: met, false: unmet, neither: ALL, works: presence, weak: met === presence ? WEAK : { false: WEAK.false } }
  }

  #listContains(list: FeelNode, item: FeelNode): Answers | undefined {
    if (list.kind === 'list') {
      const members = textsIn(list)
      return members && this.#oneOf(item, members)
    }
    const body = list.kind === 'variable' ? this.#body(list) : undefined
    return body && item.kind === 'literal' && typeof item.value === 'string' ? bodyAnswers(leaf(body, [item.value])) : undefined
  }

  /** `some x in body.list satisfies x = "a"` */
  #some(node: FeelNode & { readonly kind: 'some' | 'every' }): Answers | undefined {
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
    return body && bodyAnswers(leaf(body, [right.value]))
  }

  /** To Camunda's engine null is not defined, whether an attribute is missing or has no text. */
  #isDefined(variable: FeelNode & { readonly kind: 'variable' }): Answers | undefined {
    const isNull = this.#attribute(variable) && this.#oneOf(variable, [null])
    return isNull && opposite(isNull)
  }

  /** A condition that is a value: only a boolean of the body can be true. */
  #flag(variable: FeelNode & { readonly kind: 'variable' }): Answers | undefined {
    if (this.#attribute(variable)) return NULL
    const body = this.#body(variable)
    return body && bodyAnswers(leaf(body, [true]))
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

  #unknown(node: FeelNode): Answers {
    this.#tell(node, WHY_NOT[node.kind] ?? 'Lambda’s filters have nothing like it')
    return ANY
  }

  #tell({ from, to }: FeelNode, why: string) {
    this.notPushedDown.push({ expression: this.#text.slice(from, to), why })
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

function negation({ fails, ...answers }: Sets): Sets {
  return { ...answers, true: answers.false, false: answers.true, fails }
}

function opposite({ true: met, false: unmet, weak = {}, ...rest }: Answers): Answers {
  return { true: unmet, false: met, ...rest, weak: { true: weak.false, false: weak.true } }
}

/** `(condition) = true`, `false != (condition)`; of a value, which is no condition, nothing. */
function comparedToBoolean({ operator, left, right }: Comparison): { readonly side: FeelNode; readonly value: boolean } | undefined {
  const [side, other] = left.kind === 'literal' ? [right, left] : [left, right]
  if ((operator !== '=' && operator !== '!=') || other.kind !== 'literal' || side.kind === 'variable') return undefined
  return typeof other.value === 'boolean' ? { side, value: other.value } : undefined
}

/** `(condition) = true`, where null is not equal. */
function isBoolean({ true: met, false: unmet, neither, fails }: Sets, value: boolean): Sets {
  const [equal, unequal] = value ? [met, unmet] : [unmet, met]
  return { true: equal, false: union(unequal, neither), neither, fails }
}

/** What is not true takes the alternative. */
function choice(condition: Sets, consequent: Sets, alternative: Sets): Sets {
  const otherwise = union(condition.false, condition.neither)
  const either = (part: keyof Sets) => union(intersection(condition.true, consequent[part]), intersection(otherwise, alternative[part]))
  return { true: either('true'), false: either('false'), neither: either('neither'), fails: union(condition.fails, either('fails')) }
}

/** Of a body nothing is known but what it has to hold: it may be a list, a text, or no JSON at all. */
function bodyAnswers(met: Messages): Answers {
  return { true: met, false: ALL, neither: ALL }
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
const NULL_WITHOUT_ITS_ARGUMENT = new Set(['upper case', 'lower case', 'string length', 'trim', 'number'])

const WHY_NOT: Partial<Record<FeelNode['kind'], string>> = {
  comparison: 'a filter compares texts and null on messageAttributes.NAME.stringValue alone',
  in: 'a filter knows lists of texts on messageAttributes.NAME.stringValue alone',
  call: 'a filter has no such function',
  variable: 'a value is no condition to a filter',
  some: 'a filter looks into lists of a body alone',
}

/** As Lambda's matcher takes a text for an IP address, IPv4 or IPv6. */
function looksLikeAddress(text: string): boolean {
  return /^[\d.]+$|^[\da-f:.]*:[\da-f:.]*$/i.test(text)
}
