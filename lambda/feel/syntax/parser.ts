import { UNBOUNDED } from '../evaluation/budget.ts'
import { parseDecimal } from '../numbers/decimal.ts'
import { parseDate, parseDateTimeLiteral, parseDurationLiteral, parseTemporal, parseTime } from '../temporal/temporal.ts'
import { identifierEnd, whitespaceEnd } from './names.ts'
import {
  type Arguments,
  type ComparisonOperator,
  childrenOf,
  type FeelNode,
  type FunctionCall,
  type InputTest,
  type Iterator,
  type MethodCall,
  type RangeNode,
  type Variable,
} from './syntax-tree.ts'

/**
 * The grammar of Camunda's engine, which is a parsing expression grammar: of alternatives the first that fits is taken for good, keywords
 * need no boundary behind them, comparisons do not chain. What it accepts and how it groups is followed to the letter; results are
 * remembered by position, so that no text takes more than linear time.
 */

/** Why a text is no expression. */
export class SyntaxFault extends Error {
  readonly from: number
  readonly to: number

  constructor(message: string, from: number, to: number) {
    super(message)
    this.from = from
    this.to = to
  }
}

/** Parentheses, brackets, calls and branches within each other. Camunda's engine overflows its stack between 100 and 200. */
const MAX_DEPTH = 450
/** Operators in a row, which Camunda's engine overflows on between 500 and 1,000. */
const MAX_TREE_DEPTH = 1_500

const NUMBER = /-?(?:\d+(?:\.\d+)?|\.\d+)/y
const STRING = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y
const BACKTICKS = /`([^`]+)`/y
const SPACES = / +/y
/** What a context's key may hold without quotes, taken as it stands. */
const KEY_CHARACTER = /[^"{}:,[\]`]/
/** Names of functions which hold a reserved word. The engine matches them as prefixes: no function's name can begin with `and` or `or`. */
const RESERVED_FUNCTIONS = ['and', 'or', 'date and time', 'years and months duration', 'get or else']
const TYPES = ['years and months duration', 'days and time duration', 'date and time', 'function']
const TEMPORAL_FUNCTIONS = [
  ['duration', parseDurationLiteral],
  ['date and time', parseDateTimeLiteral],
  ['date', parseDate],
  ['time', parseTime],
] as const
const COMPARISONS: readonly ComparisonOperator[] = ['<=', '>=', '<', '>', '!=', '=']

/**
 * The syntax tree of the expression which is all of the text between two positions.
 * @throws SyntaxFault
 */
export function parse(text: string, from: number, to: number): FeelNode {
  return new Parser(text.slice(0, to), from).whole()
}

type Remembered = { readonly node: FeelNode | undefined; readonly end: number }

class Parser {
  readonly #text: string
  #at: number
  #depth = 0
  #furthest = 0
  readonly #expected = new Set<string>()
  readonly #expressions = new Map<number, Remembered>()
  readonly #sums = new Map<number, Remembered>()
  readonly #terminals = new Map<number, Remembered>()

  constructor(text: string, from: number) {
    this.#text = text
    this.#at = from
    this.#furthest = from
  }

  whole(): FeelNode {
    this.#skip()
    const node = this.#expression()
    if (node) {
      this.#skip()
      if (this.#at === this.#text.length) {
        checkTree(node)
        return node
      }
      this.#expect('an operator')
      this.#expect('the end')
    }
    const found = /^(?:[\p{L}\p{N}_]+|"[^"]*"?|.)/u.exec(this.#text.slice(this.#furthest))?.[0] ?? ''
    const expected = [...this.#expected].join(' or ') || 'an expression'
    const what = found === '' ? 'but the expression ends' : `not ${found.length > 40 ? `${found.slice(0, 40)}…` : found}`
    throw new SyntaxFault(`expected ${expected}, ${what}`, this.#furthest, this.#furthest + found.length)
  }

  #expression(): FeelNode | undefined {
    return this.#remembering(this.#expressions, () => this.#if() ?? this.#for() ?? this.#quantified() ?? this.#disjunction())
  }

  #if(): FeelNode | undefined {
    const from = this.#at
    if (!this.#word('if')) return undefined
    const condition = this.#after(() => this.#expression())
    const consequent = condition && this.#next('then') && this.#after(() => this.#expression())
    const alternative = consequent && this.#next('else') && this.#after(() => this.#expression())
    if (condition && consequent && alternative) return { kind: 'if', condition, consequent, alternative, from, to: this.#at }
    return this.#back(from)
  }

  #for(): FeelNode | undefined {
    const from = this.#at
    const iterators = this.#word('for') && this.#iterators()
    const body = iterators && this.#next('return') && this.#after(() => this.#expression())
    if (iterators && body) return { kind: 'for', iterators, body, from, to: this.#at }
    return this.#back(from)
  }

  #quantified(): FeelNode | undefined {
    const from = this.#at
    const kind = this.#word('some') ? 'some' : this.#word('every') ? 'every' : undefined
    const iterators = kind && this.#iterators()
    const condition = iterators && this.#next('satisfies') && this.#after(() => this.#expression())
    if (kind && iterators && condition) return { kind, iterators, condition, from, to: this.#at }
    return this.#back(from)
  }

  #iterators(): Iterator[] | undefined {
    return this.#separated(() => {
      const from = this.#at
      const name = this.#name()
      if (name === undefined) this.#expect('a name')
      const list = name !== undefined && this.#next('in') && this.#after(() => this.#sequence() ?? this.#value())
      return name !== undefined && list ? { name, list } : this.#back(from)
    })
  }

  #sequence(): FeelNode | undefined {
    const from = this.#at
    const start = this.#sum()
    const end = start && this.#next('..') && this.#after(() => this.#sum())
    if (start && end) return { kind: 'sequence', start, end, from, to: this.#at }
    return this.#back(from)
  }

  #disjunction(): FeelNode | undefined {
    return this.#leftAssociative(
      () => this.#conjunction(),
      () => this.#quiet('or'),
      (_operator, left, right) => ({ kind: 'or', left, right, from: left.from, to: right.to }),
    )
  }

  #conjunction(): FeelNode | undefined {
    return this.#leftAssociative(
      () => this.#comparison(),
      () => this.#quiet('and'),
      (_operator, left, right) => ({ kind: 'and', left, right, from: left.from, to: right.to }),
    )
  }

  #comparison(): FeelNode | undefined {
    const value = this.#sum()
    if (!value) return this.#inputTest()
    const end = this.#at
    this.#skip()
    const start = this.#at
    const node = this.#binary(value) ?? this.#between(value, start) ?? this.#instanceOf(value, start) ?? this.#in(value, start)
    if (!node) this.#at = end
    return node ?? value
  }

  #binary(left: FeelNode): FeelNode | undefined {
    const at = this.#at
    const operator = COMPARISONS.find((sign) => this.#quiet(sign))
    const right = operator && this.#after(() => this.#sum())
    if (operator && right) return { kind: 'comparison', operator, left, right, from: left.from, to: this.#at }
    return this.#back(at)
  }

  #between(value: FeelNode, at: number): FeelNode | undefined {
    const low = this.#quiet('between') && this.#after(() => this.#sum())
    const high = low && this.#next('and') && this.#after(() => this.#sum())
    if (low && high) return { kind: 'between', value, low, high, from: value.from, to: this.#at }
    return this.#back(at)
  }

  #instanceOf(value: FeelNode, at: number): FeelNode | undefined {
    const type = this.#quiet('instance') && this.#next('of') ? this.#after(() => this.#typeName()) : undefined
    if (type !== undefined) return { kind: 'instanceOf', value, type, from: value.from, to: this.#at }
    return this.#back(at)
  }

  #in(value: FeelNode, at: number): FeelNode | undefined {
    const test = this.#quiet('in') && this.#after(() => this.#tests())
    if (test) return { kind: 'in', value, test, from: value.from, to: this.#at }
    return this.#back(at)
  }

  #typeName(): string | undefined {
    return TYPES.find((type) => this.#quiet(type)) ?? this.#qualifiedName()?.join('.')
  }

  /** What may follow `in`. */
  #tests(): FeelNode | undefined {
    const from = this.#at
    if (this.#quiet('(')) {
      const tests = this.#after(() => this.#separated(() => this.#test()))
      if (tests && this.#next(')')) return tests.length === 1 ? tests[0] : { kind: 'anyOf', tests, from, to: this.#at }
      this.#at = from
    }
    return this.#test()
  }

  #test(): FeelNode | undefined {
    const from = this.#at
    const word = this.#quiet('true') ? true : this.#quiet('false') ? false : undefined
    if (word !== undefined) {
      const to = this.#at
      this.#skip()
      if (this.#at === this.#text.length) return { kind: 'inputEquals', value: { kind: 'literal', value: word, from, to }, from, to }
      this.#at = from
    }
    const test = this.#inputTest()
    if (test) return test
    const expression = this.#expression()
    return expression && { kind: 'unaryTest', expression, from: expression.from, to: expression.to }
  }

  #inputTest(): FeelNode | undefined {
    const from = this.#at
    const operator = COMPARISONS.find((sign): sign is InputTest['operator'] => sign !== '=' && sign !== '!=' && this.#quiet(sign))
    if (operator) {
      const endpoint = this.#after(() => this.#sum())
      return endpoint ? { kind: 'inputTest', operator, endpoint, from, to: this.#at } : this.#back(from)
    }
    const range = this.#range()
    return range && { kind: 'inputInRange', range, from, to: this.#at }
  }

  #range(): RangeNode | undefined {
    const from = this.#at
    const opening = ['(', ']', '['].find((sign) => this.#quiet(sign))
    const start = opening && this.#after(() => this.#sum())
    const end = start && this.#quietly('..') && this.#after(() => this.#sum())
    const closing = end && [')', '[', ']'].find((sign) => this.#next(sign))
    if (!start || !end || !closing) return this.#back(from)
    return { kind: 'range', start, startIncluded: opening === '[', end, endIncluded: closing === ']', from, to: this.#at }
  }

  /** Arithmetic, which is what the operands of a comparison are. */
  #sum(): FeelNode | undefined {
    return this.#remembering(this.#sums, () => this.#arithmetic(['+', '-'], () => this.#arithmetic(['*', '/'], () => this.#power())))
  }

  #power(): FeelNode | undefined {
    return this.#arithmetic(['**'], () => this.#negation())
  }

  #arithmetic<Operator extends '+' | '-' | '*' | '/' | '**'>(
    operators: readonly Operator[],
    operand: () => FeelNode | undefined,
  ): FeelNode | undefined {
    return this.#leftAssociative(
      operand,
      () => operators.find((sign) => this.#quiet(sign)),
      (operator, left, right) => ({ kind: 'arithmetic', operator, left, right, from: left.from, to: right.to }),
    )
  }

  #negation(): FeelNode | undefined {
    const from = this.#at
    if (!this.#quiet('-')) return this.#value()
    const operand = this.#after(() => this.#value())
    return operand ? { kind: 'negation', operand, from, to: this.#at } : this.#back(from)
  }

  /** A terminal and the paths and filters behind it. */
  #value(): FeelNode | undefined {
    let node = this.#remembering(this.#terminals, () => this.#terminal())
    for (let end = this.#at; node; end = this.#at) {
      this.#skip()
      const longer: FeelNode | undefined = this.#quiet('.') ? this.#path(node) : this.#quiet('[') ? this.#filter(node) : undefined
      if (!longer) {
        this.#at = end
        return node
      }
      node = longer
    }
    return node
  }

  #path(object: FeelNode): FeelNode | undefined {
    const name = this.#after(() => this.#propertyName())
    if (name === undefined) this.#expect('a name')
    return name === undefined ? undefined : { kind: 'path', object, name, from: object.from, to: this.#at }
  }

  #filter(list: FeelNode): FeelNode | undefined {
    const filter = this.#after(() => this.#expression())
    return filter && this.#next(']') ? { kind: 'filter', list, filter, from: list.from, to: this.#at } : undefined
  }

  #terminal(): FeelNode | undefined {
    const node =
      this.#temporal() ??
      this.#call() ??
      this.#variable() ??
      this.#literal() ??
      this.#inputValue() ??
      this.#functionDefinition() ??
      this.#parenthesized()
    if (!node) this.#expect('an expression')
    return node
  }

  #temporal(): FeelNode | undefined {
    const from = this.#at
    const literal = (parseText: (text: string) => Extract<FeelNode, { kind: 'literal' }>['value'] | undefined): FeelNode | undefined => {
      const text = this.#after(() => this.#quotedText())
      return text === undefined ? undefined : { kind: 'literal', value: parseText(text) ?? null, from, to: this.#at }
    }
    if (this.#quiet('@')) return literal(parseTemporal) ?? this.#back(from)
    const named = TEMPORAL_FUNCTIONS.find(([name]) => this.#quiet(name))
    if (!named) return undefined
    const node = this.#quietly('(') ? literal(named[1]) : undefined
    return node && this.#next(')') ? { ...node, to: this.#at } : this.#back(from)
  }

  #call(): FeelNode | undefined {
    const from = this.#at
    const name = this.#spacedName() ?? RESERVED_FUNCTIONS.find((reserved) => this.#quiet(reserved))
    const names = name === undefined ? this.#qualifiedName() : [name]
    const to = this.#at
    if (names && this.#quietly('(')) {
      const args = this.#after(() => this.#namedArguments() ?? this.#positionalArguments()) ?? { kind: 'positional', values: [] }
      if (this.#next(')')) return call(names, args, from, to, this.#at)
    }
    return this.#back(from)
  }

  #namedArguments(): Arguments | undefined {
    const values = this.#separated(() => {
      const from = this.#at
      const name = this.#parameterName()
      const value = name !== undefined && this.#quietly(':') && this.#after(() => this.#argument())
      return name !== undefined && value ? { name, value } : this.#back(from)
    })
    return values && { kind: 'named', values }
  }

  #positionalArguments(): Arguments | undefined {
    const values = this.#separated(() => this.#argument())
    return values && { kind: 'positional', values }
  }

  #argument(): FeelNode | undefined {
    return this.#range() ?? this.#expression()
  }

  #variable(): Variable | undefined {
    const from = this.#at
    const names = this.#qualifiedName()
    return names && { kind: 'variable', names, from, to: this.#at }
  }

  #literal(): FeelNode | undefined {
    const from = this.#at
    if (this.#quiet('null')) return { kind: 'literal', value: null, from, to: this.#at }
    if (this.#quiet('true')) return { kind: 'literal', value: true, from, to: this.#at }
    if (this.#quiet('false')) return { kind: 'literal', value: false, from, to: this.#at }
    const text = this.#quotedText()
    if (text !== undefined) return { kind: 'literal', value: translateEscapes(text), from, to: this.#at }
    const number = parseDecimal(this.#match(NUMBER)?.[0] ?? '', UNBOUNDED)
    if (number !== undefined) return { kind: 'literal', value: number, from, to: this.#at }
    return this.#list() ?? this.#context()
  }

  #list(): FeelNode | undefined {
    const from = this.#at
    if (!this.#quiet('[')) return undefined
    const items = this.#after(() => this.#separated(() => this.#expression())) ?? []
    return this.#next(']') ? { kind: 'list', items, from, to: this.#at } : this.#back(from)
  }

  #context(): FeelNode | undefined {
    const from = this.#at
    if (!this.#quiet('{')) return undefined
    const entries = this.#after(() => this.#separated(() => this.#entry())) ?? []
    return this.#next('}') ? { kind: 'context', entries, from, to: this.#at } : this.#back(from)
  }

  #entry(): { key: string; value: FeelNode } | undefined {
    const from = this.#at
    const key = this.#anyKey() ?? this.#name() ?? this.#quotedText()
    if (key === undefined) this.#expect('a key')
    const value = key !== undefined && this.#next(':') && this.#after(() => this.#expression())
    return key !== undefined && value ? { key, value } : this.#back(from)
  }

  /** Everything up to the colon: `{a b: 1}`, `{order-id: 1}`, `{if: 1}`. */
  #anyKey(): string | undefined {
    const from = this.#at
    let to = from
    while (this.#at < this.#text.length && KEY_CHARACTER.test(this.#text.charAt(this.#at))) {
      to = ++this.#at
      this.#skip()
    }
    this.#at = to
    return to > from ? this.#text.slice(from, to) : undefined
  }

  #inputValue(): FeelNode | undefined {
    const from = this.#at
    return this.#quiet('?') ? { kind: 'inputValue', from, to: this.#at } : undefined
  }

  #functionDefinition(): FeelNode | undefined {
    const from = this.#at
    if (!this.#quiet('function') || !this.#next('(')) return this.#back(from)
    const parameters = this.#after(() => this.#separated(() => this.#parameterName())) ?? []
    const body = this.#next(')') ? this.#after(() => this.#external() ?? this.#expression()) : undefined
    return body ? { kind: 'function', parameters, body, from, to: this.#at } : this.#back(from)
  }

  #external(): FeelNode | undefined {
    const from = this.#at
    const take = (...tokens: readonly (string | RegExp)[]) =>
      tokens.every((token) => this.#after(() => (typeof token === 'string' ? this.#quiet(token) : this.#match(token) !== undefined)))
    const isExternal =
      take('external', '{', 'java', ':', '{', 'class', ':', STRING, ',', 'method signature', ':', '"') &&
      this.#after(() => this.#name()) !== undefined &&
      take('(') &&
      (this.#after(() => this.#separated(() => this.#qualifiedName())) ?? true) &&
      take(')', '"', '}', '}')
    if (!isExternal) return this.#back(from)
    return { kind: 'external', from, to: this.#at }
  }

  #parenthesized(): FeelNode | undefined {
    const from = this.#at
    if (!this.#quiet('(')) return undefined
    const node = this.#after(() => this.#expression())
    return node && this.#next(')') ? node : this.#back(from)
  }

  #quotedText(): string | undefined {
    const match = this.#match(STRING)
    if (!match && this.#text[this.#at] === '"') throw new SyntaxFault('the closing quote is missing', this.#at, this.#text.length)
    return match?.[1]
  }

  #qualifiedName(): string[] | undefined {
    return this.#separated(() => this.#propertyName(), '.')
  }

  #propertyName(): string | undefined {
    return this.#quiet('time offset') ? 'time offset' : this.#name()
  }

  #parameterName(): string | undefined {
    return this.#spacedName() ?? this.#name()
  }

  #name(): string | undefined {
    return this.#identifier() ?? this.#match(BACKTICKS)?.[1]
  }

  #identifier(): string | undefined {
    const end = identifierEnd(this.#text, this.#at)
    if (end === undefined) return undefined
    const name = this.#text.slice(this.#at, end)
    this.#at = end
    return name
  }

  /** At least two identifiers with spaces between them, as in `string length`. */
  #spacedName(): string | undefined {
    const from = this.#at
    if (this.#identifier() === undefined) return undefined
    let end = this.#at
    let words = 1
    while (this.#match(SPACES) && this.#identifier() !== undefined) {
      end = this.#at
      words++
    }
    this.#at = end
    return words > 1 ? this.#text.slice(from, end) : this.#back(from)
  }

  #leftAssociative<Operator>(
    operand: () => FeelNode | undefined,
    operator: () => Operator,
    combine: (operator: NonNullable<Operator>, left: FeelNode, right: FeelNode) => FeelNode,
  ): FeelNode | undefined {
    let left = operand()
    for (let end = this.#at; left; end = this.#at) {
      this.#skip()
      const sign = operator()
      const right = sign ? this.#after(operand) : undefined
      if (!sign || !right) {
        this.#at = end
        break
      }
      left = combine(sign, left, right)
    }
    return left
  }

  /** One or more, or undefined. A separator which nothing follows is not taken. */
  #separated<T>(one: () => T | undefined, separator = ','): T[] | undefined {
    const first = one()
    if (first === undefined) return undefined
    const all = [first]
    for (let end = this.#at; ; end = this.#at) {
      this.#skip()
      const next = this.#quiet(separator) ? this.#after(one) : undefined
      if (next === undefined) {
        this.#at = end
        return all
      }
      all.push(next)
    }
  }

  #remembering(memory: Map<number, Remembered>, read: () => FeelNode | undefined): FeelNode | undefined {
    const known = memory.get(this.#at)
    if (known) {
      this.#at = known.end
      return known.node
    }
    const from = this.#at
    if (++this.#depth > MAX_DEPTH) throw new SyntaxFault('the expression is nested too deeply', from, this.#text.length)
    const node = read()
    this.#depth--
    memory.set(from, { node, end: this.#at })
    return node
  }

  #after<T>(read: () => T): T {
    this.#skip()
    return read()
  }

  #back(at: number): undefined {
    this.#at = at
  }

  /** Takes a token after white space, or says that it was expected. */
  #next(token: string): boolean {
    if (this.#quietly(token)) return true
    const at = this.#at
    this.#skip()
    this.#expect(`“${token}”`)
    this.#at = at
    return false
  }

  #quietly(token: string): boolean {
    const at = this.#at
    this.#skip()
    if (this.#quiet(token)) return true
    this.#at = at
    return false
  }

  #word(word: string): boolean {
    if (!this.#quiet(word)) return false
    this.#skip()
    return true
  }

  #quiet(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (!match) return undefined
    this.#at += match[0].length
    return match
  }

  #expect(what: string) {
    if (this.#at > this.#furthest) {
      this.#furthest = this.#at
      this.#expected.clear()
    }
    if (this.#at === this.#furthest) this.#expected.add(what)
  }

  /** White space and comments. */
  #skip() {
    for (;;) {
      this.#at = whitespaceEnd(this.#text, this.#at)
      if (this.#text.startsWith('//', this.#at)) {
        const end = this.#text.indexOf('\n', this.#at)
        this.#at = end < 0 ? this.#text.length : end + 1
      } else if (this.#text.startsWith('/*', this.#at)) {
        const end = this.#text.indexOf('*/', this.#at + 2)
        if (end < 0) throw new SyntaxFault('the comment does not end', this.#at, this.#text.length)
        this.#at = end + 2
      } else return
    }
  }
}

function call(names: readonly string[], args: Arguments, from: number, nameEnd: number, to: number): FunctionCall | MethodCall {
  const name = names.at(-1) as string
  if (names.length === 1) return { kind: 'call', name, args, from, to }
  return { kind: 'methodCall', object: { kind: 'variable', names: names.slice(0, -1), from, to: nameEnd }, name, args, from, to }
}

/** The escapes of a string, in the engine's order, which makes `\\n` a backslash and a letter, and leaves `\u0041` as it is. */
function translateEscapes(text: string): string {
  if (!text.includes('\\')) return text
  return text
    .replaceAll(/(?<!\\)\\n/g, '\n')
    .replaceAll(/(?<!\\)\\r/g, '\r')
    .replaceAll(/(?<!\\)\\t/g, '\t')
    .replaceAll(/(?<!\\)\\b/g, '\b')
    .replaceAll(/(?<!\\)\\f/g, '\f')
    .replaceAll(/(?<!\\)\\'/g, "'")
    .replaceAll(/(?<!\\)\\"/g, '"')
    .replaceAll('\\\\', '\\')
}

/**
 * Chains of operators are deep trees, too. Camunda allows no external function, but does not look for one among the arguments of a function,
 * where it merely cannot be called.
 */
function checkTree(root: FeelNode) {
  const nodes = [{ node: root, depth: 0, isArgument: false }]
  for (let next = nodes.pop(); next; next = nodes.pop()) {
    const { node, depth, isArgument } = next
    if (depth > MAX_TREE_DEPTH) throw new SyntaxFault('the expression is nested too deeply', root.from, root.to)
    if (node.kind === 'external' && !isArgument) throw new SyntaxFault('external functions are not allowed', node.from, node.to)
    const isCall = node.kind === 'call' || node.kind === 'methodCall'
    for (const child of childrenOf(node)) nodes.push({ node: child, depth: depth + 1, isArgument: isArgument || isCall })
  }
}
