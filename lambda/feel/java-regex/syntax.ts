import {
  ALL_BUT_LINE_TERMINATORS,
  ALL_BUT_NEWLINE,
  ANY,
  CharacterSet,
  type Fold,
  isAsciiDigit,
  isAsciiLetter,
  isAsciiSpace,
  isHexDigit,
  isLineTerminator,
  isSurrogate,
  Latin1Set,
  predefinedClass,
  propertySet,
  range,
  single,
} from './classes.ts'

/** What a pattern says, as a tree. Java matches some parts in ways of their own, which is why there is more than one kind of repetition. */
export type RegexNode =
  | RegexSet
  | { readonly kind: 'text'; readonly points: readonly number[]; readonly fold: Fold }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'lineBreak' | 'grapheme' }
  | { readonly kind: 'backReference'; readonly capture: number; readonly fold: Fold }
  | RegexGroup
  | { readonly kind: 'lookahead'; readonly body: RegexGroup; readonly negated: boolean }
  | { readonly kind: 'lookbehind'; readonly body: RegexGroup; readonly negated: boolean; readonly reach: LookbehindReach }
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  /** `x?`: of a group whose alternatives stay open (`groupOption`), or of anything else, which is matched once and for good. */
  | { readonly kind: 'groupOption'; readonly body: RegexGroup; readonly mode: 'greedy' | 'lazy' }
  | { readonly kind: 'option'; readonly body: RegexNode; readonly mode: QuantifierMode }
  /** `x{min,max}` of what is matched once and for good each time round. */
  | ({ readonly kind: 'repetition'; readonly body: RegexNode; readonly mode: QuantifierMode } & Bounds)
  /** The same of a group which can match in one way only. */
  | ({ readonly kind: 'uniformRepetition'; readonly body: RegexGroup; readonly mode: 'greedy' | 'lazy' } & Bounds)
  /** The same of any other group: each round may be taken back and matched otherwise. */
  | ({ readonly kind: 'loop'; readonly body: RegexGroup; readonly mode: 'greedy' | 'lazy' } & Bounds)

/** One character of a set; `point` is the only one, if it is in plane 0. */
export type RegexSet = { readonly kind: 'set'; readonly set: CharacterSet; readonly point?: number }
export type RegexGroup = { readonly kind: 'group'; readonly capture: number | undefined; readonly alternatives: readonly RegexNode[][] }
export type RegexLoop = Extract<RegexNode, { kind: 'loop' }>
export type QuantifierMode = 'greedy' | 'lazy' | 'possessive'
type Bounds = { readonly min: number; readonly max: number }

/** In the order of their numbers in a program. */
export const ASSERTIONS = [
  'begin',
  'end',
  'endOrFinalTerminator',
  'endOrFinalNewline',
  'lineBegin',
  'lineBeginUnix',
  'lineEnd',
  'lineEndUnix',
  'endOfLastMatch',
  'wordBoundary',
  'noWordBoundary',
  'unicodeWordBoundary',
  'noUnicodeWordBoundary',
  'graphemeBoundary',
] as const
export type Assertion = (typeof ASSERTIONS)[number]

/** How far before the place a lookbehind may start, in UTF-16 units or in code points; numbers of 32 bits, which overflow as Java's do. */
export type LookbehindReach = { readonly min: number; readonly max: number; readonly byPoint: boolean }

/** A pattern that was read. */
export type RegexTree = {
  readonly alternatives: readonly RegexNode[][]
  readonly captureCount: number
  readonly captureNames: ReadonlyMap<string, number>
  /** Loops that need not try again where they once failed: what follows depends on the place alone. */
  readonly failOnceLoops: ReadonlySet<RegexNode>
  /** Whether a search goes from code point to code point, not from unit to unit. */
  readonly searchesByPoint: boolean
}

/** A pattern which Java would refuse, in Java's words, with the place in the pattern (in code points, quotations spelled out). */
export class JavaRegexSyntaxError extends Error {
  readonly reason: string
  readonly pattern: string
  readonly index: number

  constructor(reason: string, pattern: string, index: number) {
    super(`${reason} near index ${index} of ${JSON.stringify(pattern)}`)
    this.reason = reason
    this.pattern = pattern
    this.index = index
  }
}

export const Flag = { ignoreCase: 1, multiline: 2, dotAll: 4, comments: 8, unixLines: 16, unicodeCase: 32, unicodeClasses: 64 } as const

const INLINE_FLAGS: Readonly<Record<string, number>> = {
  i: Flag.ignoreCase,
  m: Flag.multiline,
  s: Flag.dotAll,
  x: Flag.comments,
  d: Flag.unixLines,
  u: Flag.unicodeCase,
  U: Flag.unicodeClasses | Flag.unicodeCase,
}

/** `Integer.MAX_VALUE`, Java's "as often as you like". */
const UNBOUNDED = 0x7fff_ffff

const ILLEGAL_ESCAPE = 'Illegal/unsupported escape sequence'

/** Groups, classes and intersections inside each other. Java ends at some thousands, with a stack overflow. */
const MAX_NESTING = 200

/** @throws JavaRegexSyntaxError */
export function parseJavaRegex(pattern: string, flags: number): RegexTree {
  return new PatternParser(pattern, flags).parse()
}

const CHARACTER_ESCAPES: Readonly<Record<string, number>> = { a: 0x07, e: 0x1b, f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09 }

const code = (character: string) => character.charCodeAt(0)
const NUL = 0
const BACKSLASH = code('\\')
const COLON = code(':')
const COMMA = code(',')
const MINUS = code('-')
const OPEN = code('(')
const CLOSE = code(')')
const BAR = code('|')
const AMPERSAND = code('&')
const CARET = code('^')
const QUESTION = code('?')
const PLUS = code('+')
const EQUALS = code('=')
const EXCLAMATION = code('!')
const BRACKET = code('[')
const BRACKET_END = code(']')
const BRACE = code('{')
const BRACE_END = code('}')
const LESS = code('<')
const GREATER = code('>')
const HASH = code('#')
const QUANTIFIERS = new Set([...'*+?{'].map(code))
const ENDS_OF_TEXT = new Set([...'$.^([|)'].map(code))

class PatternParser {
  readonly #pattern: string
  /** Code points, quotations spelled out, with two NULs after the last: reading past the end is harmless. */
  readonly #source: readonly number[]
  readonly #length: number
  #at = 0
  #flags: number
  #nesting = 0
  #captureCount = 0
  readonly #captureNames = new Map<string, number>()
  #hasBackReference = false
  #searchesByPoint: boolean
  /** Where the last code point beyond U+FFFF is in the source; -1: there is none. */
  readonly #lastBeyondPlane0: number
  readonly #outerLoops: RegexNode[] = []

  constructor(pattern: string, flags: number) {
    this.#pattern = pattern
    this.#flags = flags
    const points = Array.from(pattern, (character) => character.codePointAt(0) ?? NUL)
    const source = withoutQuotations(points)
    this.#lastBeyondPlane0 = source.findLastIndex(isBeyondPlane0)
    this.#searchesByPoint = this.#lastBeyondPlane0 >= 0
    this.#length = source.length
    this.#source = [...source, NUL, NUL]
  }

  parse(): RegexTree {
    const alternatives = this.#alternatives()
    if (this.#at !== this.#length) {
      if (this.#peek() === CLOSE) throw this.#error("Unmatched closing ')'")
      throw this.#error('Unescaped trailing backslash')
    }
    return {
      alternatives,
      captureCount: this.#captureCount,
      captureNames: this.#captureNames,
      failOnceLoops: new Set(this.#hasBackReference ? [] : this.#outerLoops),
      searchesByPoint: this.#searchesByPoint,
    }
  }

  // Reading. Under (?x) white space and comments are no part of a pattern; the "raw" reads do not skip them, as Java's do not.

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0
  }

  #raw(offset = 0): number {
    return this.#source[this.#at + offset] ?? NUL
  }

  #peek(): number {
    if (this.#has(Flag.comments)) this.#skipComments()
    return this.#raw()
  }

  #next(): number {
    this.#at++
    return this.#peek()
  }

  #read(): number {
    const point = this.#peek()
    this.#at++
    return point
  }

  #skipComments(): void {
    for (;;) {
      while (isAsciiSpace(this.#raw())) this.#at++
      if (this.#raw() !== HASH) return
      while (this.#raw() !== NUL && !this.#isLineEnd(this.#raw())) this.#at++
      if (this.#at > this.#length) this.#at = this.#length
    }
  }

  #isLineEnd(point: number): boolean {
    return this.#has(Flag.unixLines) ? point === 0x0a : isLineTerminator(point)
  }

  #atEnd(): boolean {
    return this.#at >= this.#length
  }

  /** At the character that was read last, or `offset` from it: Java reads ahead in places. */
  #error(reason: string, offset = 0): JavaRegexSyntaxError {
    return new JavaRegexSyntaxError(reason, this.#pattern, this.#at - 1 + offset)
  }

  get #fold(): Fold {
    if (!this.#has(Flag.ignoreCase)) return 'none'
    return this.#has(Flag.unicodeCase) ? 'unicode' : 'ascii'
  }

  #nested<T>(read: () => T): T {
    if (++this.#nesting > MAX_NESTING) throw this.#error(`More than ${MAX_NESTING} groups or classes inside each other`)
    const result = read()
    this.#nesting--
    return result
  }

  // Sequences.

  #alternatives(): RegexNode[][] {
    const alternatives = [this.#sequence()]
    while (this.#peek() === BAR) {
      this.#next()
      alternatives.push(this.#sequence())
    }
    return alternatives
  }

  #sequence(): RegexNode[] {
    const nodes: RegexNode[] = []
    for (;;) {
      const point = this.#peek()
      if (point === BAR || point === CLOSE || (point === NUL && this.#atEnd())) return nodes
      if (point === OPEN) {
        const group = this.#group()
        if (group) nodes.push(group)
      } else {
        nodes.push(this.#quantified(this.#item(point)))
      }
    }
  }

  #item(point: number): RegexNode {
    const character = String.fromCodePoint(point)
    switch (character) {
      case '[':
        return this.#set(this.#class(true))
      case '^':
        this.#next()
        if (!this.#has(Flag.multiline)) return assertion('begin')
        return assertion(this.#has(Flag.unixLines) ? 'lineBeginUnix' : 'lineBegin')
      case '$':
        this.#next()
        if (this.#has(Flag.multiline)) return assertion(this.#has(Flag.unixLines) ? 'lineEndUnix' : 'lineEnd')
        return this.#endOfText()
      case '.':
        this.#next()
        if (this.#has(Flag.dotAll)) return { kind: 'set', set: ANY }
        return { kind: 'set', set: this.#has(Flag.unixLines) ? ALL_BUT_NEWLINE : ALL_BUT_LINE_TERMINATORS }
      case '?':
      case '*':
      case '+':
        this.#next()
        throw this.#error(`Dangling meta character '${character}'`)
      default:
        return this.#text()
    }
  }

  #endOfText(): RegexNode {
    return assertion(this.#has(Flag.unixLines) ? 'endOrFinalNewline' : 'endOrFinalTerminator')
  }

  #set(set: CharacterSet): RegexSet {
    if (!set.inPlane0) this.#searchesByPoint = true
    return { kind: 'set', set }
  }

  /**
   * Literal characters up to the next thing that is none, or one escape which stands for more than itself. A quantifier takes the last
   * character only; without any character before it, it takes an empty text: `x{2}{3}` is legal.
   */
  #text(): RegexNode {
    const points: number[] = []
    let lastAt = this.#at
    for (let point = this.#peek(); ; point = this.#peek()) {
      if (QUANTIFIERS.has(point)) {
        if (points.length > 1) {
          points.pop()
          this.#at = lastAt
        }
        break
      }
      if (ENDS_OF_TEXT.has(point) || (point === NUL && this.#atEnd())) break
      const at = this.#at
      const literal = point === BACKSLASH ? this.#escape(false) : point
      if (typeof literal !== 'number') {
        if (points.length === 0) return literal ? this.#set(literal) : this.#otherEscape(String.fromCodePoint(this.#raw(-1)))
        this.#at = at
        break
      }
      if (point !== BACKSLASH) this.#at++
      lastAt = at
      points.push(literal)
    }
    const [only] = points
    if (points.length !== 1 || only === undefined) return { kind: 'text', points, fold: this.#fold }
    const set = this.#set(single(only, this.#fold))
    return this.#fold === 'none' && set.set.inPlane0 ? { ...set, point: only } : set
  }

  // Escapes.

  /**
   * The character, or the set of them, for which a backslash (where we are) and what follows it stand. `undefined`, and the letter passed,
   * if it is neither.
   */
  #escape(beforeRange: boolean): number | CharacterSet | undefined {
    const letter = this.#raw(1)
    const character = String.fromCodePoint(letter)
    if (character === 'p' || character === 'P') return this.#property(character === 'P')
    this.#at += 2
    if (character === 'v' && beforeRange) return 0x0b
    switch (character) {
      case '0':
        return this.#octal()
      case 'x':
        return this.#hexadecimal()
      case 'u':
        return this.#utf16()
      case 'c':
        if (this.#atEnd()) throw this.#error('Illegal control escape sequence')
        return this.#read() ^ 64
      case 'N':
        throw this.#error('Names of characters are not supported')
    }
    if (!isAsciiLetter(letter) && !isAsciiDigit(letter)) return letter
    return CHARACTER_ESCAPES[character] ?? predefinedClass(character, this.#has(Flag.unicodeClasses))
  }

  /** The escapes which stand for no character, and so are not allowed in a class. */
  #otherEscape(letter: string): RegexNode {
    const unicodeWords = this.#has(Flag.unicodeClasses)
    switch (letter) {
      case 'A':
        return assertion('begin')
      case 'z':
        return assertion('end')
      case 'Z':
        return this.#endOfText()
      case 'G':
        return assertion('endOfLastMatch')
      case 'B':
        return assertion(unicodeWords ? 'noUnicodeWordBoundary' : 'noWordBoundary')
      case 'b':
        if (this.#peek() === BRACE && this.#raw(1) === code('g')) {
          this.#at += 2
          if (this.#read() !== BRACE_END) throw this.#error(ILLEGAL_ESCAPE)
          return assertion('graphemeBoundary')
        }
        return assertion(unicodeWords ? 'unicodeWordBoundary' : 'wordBoundary')
      case 'R':
        return { kind: 'lineBreak' }
      case 'X':
        return { kind: 'grapheme' }
      case 'k':
        return this.#namedBackReference()
    }
    if (letter >= '1' && letter <= '9') return this.#backReference(Number(letter))
    throw this.#error(ILLEGAL_ESCAPE)
  }

  /** The first digit always counts, each further one only if there is such a group by now. */
  #backReference(first: number): RegexNode {
    let capture = first
    for (let digit = this.#peek(); isAsciiDigit(digit); digit = this.#peek()) {
      const longer = capture * 10 + digit - 48
      if (longer > this.#captureCount) break
      capture = longer
      this.#at++
    }
    this.#hasBackReference = true
    return { kind: 'backReference', capture, fold: this.#fold }
  }

  #namedBackReference(): RegexNode {
    if (this.#read() !== LESS) throw this.#error("\\k is not followed by '<' for named capturing group")
    const name = this.#captureName(this.#read())
    const capture = this.#captureNames.get(name)
    if (capture === undefined) throw this.#error(`named capturing group <${name}> does not exist`)
    this.#hasBackReference = true
    return { kind: 'backReference', capture, fold: this.#fold }
  }

  #captureName(first: number): string {
    if (!isAsciiLetter(first)) throw this.#error('capturing group name does not start with a Latin letter')
    let name = ''
    let point = first
    for (; isAsciiLetter(point) || isAsciiDigit(point); point = this.#read()) name += String.fromCodePoint(point)
    if (point !== GREATER) throw this.#error("named capturing group is missing trailing '>'")
    return name
  }

  /** `\0n`, `\0nn`, `\0mnn` with m up to 3. */
  #octal(): number {
    const isOctal = (point: number) => point >= 48 && point <= 55
    if (!isOctal(this.#peek())) throw this.#error('Illegal octal escape sequence', 1)
    const first = this.#read() - 48
    if (!isOctal(this.#peek())) return first
    const second = this.#read() - 48
    if (first > 3 || !isOctal(this.#peek())) return first * 8 + second
    return first * 64 + second * 8 + this.#read() - 48
  }

  /** `\xhh`, `\x{h..h}`. */
  #hexadecimal(): number {
    const first = this.#read()
    if (isHexDigit(first)) {
      const second = this.#read()
      if (isHexDigit(second)) return hexValue(first) * 16 + hexValue(second)
    } else if (first === BRACE && isHexDigit(this.#peek())) {
      let value = 0
      let digit = this.#read()
      for (; isHexDigit(digit); digit = this.#read()) {
        value = value * 16 + hexValue(digit)
        if (value > 0x10_ffff) throw this.#error('Hexadecimal codepoint is too big')
      }
      if (digit !== BRACE_END) throw this.#error('Unclosed hexadecimal escape sequence')
      return value
    }
    throw this.#error('Illegal hexadecimal escape sequence')
  }

  /** `\uhhhh`; two of them where they are a pair of surrogates. */
  #utf16(): number {
    const high = this.#fourHexDigits()
    const at = this.#at
    if ((high & 0xfc00) === 0xd800 && this.#read() === BACKSLASH && this.#read() === code('u')) {
      const low = this.#fourHexDigits()
      if ((low & 0xfc00) === 0xdc00) return 0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff)
    }
    this.#at = at
    return high
  }

  #fourHexDigits(): number {
    let value = 0
    for (let count = 0; count < 4; count++) {
      const digit = this.#read()
      if (!isHexDigit(digit)) throw this.#error('Illegal Unicode escape sequence')
      value = value * 16 + hexValue(digit)
    }
    return value
  }

  /** `\pL`, `\p{name}`, `\P{name}`. */
  #property(negated: boolean): CharacterSet {
    this.#at++
    let name: string
    if (this.#next() === BRACE) {
      this.#next()
      const start = this.#at
      while (!this.#atEnd() && this.#peek() !== BRACE_END) this.#at++
      if (this.#atEnd()) throw this.#error('Unclosed character family', 1)
      name = this.#source
        .slice(start, this.#at)
        .map((point) => String.fromCodePoint(point))
        .join('')
      this.#at++
      if (name === '') throw this.#error('Empty character family')
    } else {
      name = String.fromCodePoint(this.#raw())
      this.#at++
    }
    const set = propertySet(name, { ignoreCase: this.#has(Flag.ignoreCase), unicodeClasses: this.#has(Flag.unicodeClasses) })
    if (!set) throw this.#error(`Unknown character property ${name.includes('=') ? '' : 'name '}{${name}}`)
    if (!negated) return set
    this.#searchesByPoint = true
    return set.negated()
  }

  // Classes.

  /**
   * A class, from its bracket or, as the right side of `&&` without brackets, from its first character; the latter leaves the closing
   * bracket to the class it is in.
   */
  #class(bracketed: boolean): CharacterSet {
    if (bracketed) this.#at++
    const negated = this.#peek() === CARET && this.#raw(-1) === BRACKET
    if (negated) this.#next()
    const set = this.#nested(() => this.#members())
    if (bracketed) this.#next()
    return negated ? set.negated() : set
  }

  /** Up to the bracket which closes the class. A bracket that would close an empty one is a character. */
  #members(): CharacterSet {
    let members: CharacterSet[] = []
    /** What was read last, unless it went into `singles`: `[\d&&]` is that with itself. */
    let last: CharacterSet | undefined
    const singles = new Latin1Set()
    let pendingSingles = false
    let intersections = 0
    for (;;) {
      const point = this.#peek()
      if (point === NUL && this.#atEnd()) throw this.#error('Unclosed character class')
      if (point === BRACKET_END && (members.length > 0 || pendingSingles)) {
        return CharacterSet.union(pendingSingles ? [...members, singles] : members)
      }
      if (point === BRACKET) {
        last = this.#class(true)
        members.push(last)
        continue
      }
      if (point === AMPERSAND) {
        if (this.#next() === AMPERSAND) {
          if (++intersections > MAX_NESTING) throw this.#error(`More than ${MAX_NESTING} intersections in a class`)
          const right = this.#rightOfIntersection()
          if (pendingSingles) {
            if (members.length === 0) last = singles
            members.push(singles)
            pendingSingles = false
          }
          last = right ?? last
          if (!last) throw this.#error(members.length === 0 ? 'Bad class syntax' : 'Bad intersection syntax')
          members = [members.length === 0 ? last : CharacterSet.union(members).and(last)]
          continue
        }
        this.#at--
      }
      last = this.#member(singles)
      if (last) members.push(last)
      else pendingSingles = true
    }
  }

  /** What stands between this `&&` (we are on its second) and the next one or the end of the class, if anything does. */
  #rightOfIntersection(): CharacterSet | undefined {
    const sets: CharacterSet[] = []
    this.#next()
    for (let point = this.#peek(); point !== BRACKET_END && point !== AMPERSAND; point = this.#peek()) {
      sets.push(this.#class(point === BRACKET))
    }
    return sets.length === 0 ? undefined : CharacterSet.union(sets)
  }

  /** A set, a range or a character; `undefined` if the character went into `singles`. */
  #member(singles: Latin1Set): CharacterSet | undefined {
    const first = this.#memberCharacter(this.#raw(2) === MINUS)
    if (first instanceof CharacterSet) return first
    const afterDash = this.#peek() === MINUS ? this.#raw(1) : BRACKET_END
    if (afterDash !== BRACKET && afterDash !== BRACKET_END) {
      this.#next()
      if (this.#peek() === BACKSLASH && /[pP]/.test(String.fromCodePoint(this.#raw(1)))) {
        this.#at += 2
        throw this.#error(ILLEGAL_ESCAPE)
      }
      const last = this.#memberCharacter(true)
      if (last instanceof CharacterSet || last < first) throw this.#error('Illegal character range')
      return range(first, last, this.#fold)
    }
    if (!Latin1Set.takes(first, this.#fold)) return single(first, this.#fold)
    singles.add(first, this.#fold)
    return undefined
  }

  #memberCharacter(beforeRange: boolean): number | CharacterSet {
    const point = this.#peek()
    if (point !== BACKSLASH) {
      this.#next()
      return point
    }
    const escaped = this.#escape(beforeRange)
    if (escaped === undefined) throw this.#error(ILLEGAL_ESCAPE)
    return escaped
  }

  // Groups and quantifiers.

  /** A group from its parenthesis; `undefined` for `(?i)`, which is none. */
  #group(): RegexNode | undefined {
    const flags = this.#flags
    const outerLoops = this.#outerLoops.length
    const node = this.#nested(() => this.#openGroup())
    if (!node) return undefined
    if (this.#read() !== CLOSE) throw this.#error('Unclosed group')
    this.#flags = flags
    return node.kind === 'group' ? this.#quantifiedGroup(node, outerLoops) : this.#quantified(node)
  }

  /** A group up to, and without, its closing parenthesis. */
  #openGroup(): RegexNode | undefined {
    if (this.#next() !== QUESTION) return this.#capturingGroup()
    const kind = String.fromCodePoint(this.#raw(1))
    this.#at += 2
    switch (kind) {
      case ':':
        return this.#plainGroup()
      case '=':
      case '!':
        return { kind: 'lookahead', body: this.#plainGroup(), negated: kind === '!' }
      case '>':
        return { kind: 'atomic', body: this.#plainGroup() }
      case '<': {
        const next = this.#read()
        return next === EQUALS || next === EXCLAMATION
          ? this.#lookbehind(next === EXCLAMATION)
          : this.#capturingGroup(this.#captureName(next))
      }
      case '$':
      case '@':
        throw this.#error('Unknown group type')
    }
    this.#at--
    this.#inlineFlags()
    const end = this.#read()
    if (end === CLOSE) return undefined
    if (end !== COLON) throw this.#error('Unknown inline modifier')
    return this.#plainGroup()
  }

  #plainGroup(): RegexGroup {
    return { kind: 'group', capture: undefined, alternatives: this.#alternatives() }
  }

  #capturingGroup(name?: string): RegexGroup {
    if (name !== undefined && this.#captureNames.has(name)) throw this.#error(`Named capturing group <${name}> is already defined`)
    const capture = ++this.#captureCount
    if (name !== undefined) this.#captureNames.set(name, capture)
    return { kind: 'group', capture, alternatives: this.#alternatives() }
  }

  #lookbehind(negated: boolean): RegexNode {
    const byPoint = this.#at <= this.#lastBeyondPlane0
    const body = this.#plainGroup()
    const extent = Extent.of([body])
    if (!extent.bounded) throw this.#error('Look-behind group does not have an obvious maximum length')
    return { kind: 'lookbehind', body, negated, reach: { min: extent.min, max: extent.max, byPoint } }
  }

  #inlineFlags(): void {
    let remove = false
    for (let character = String.fromCodePoint(this.#peek()); ; character = String.fromCodePoint(this.#next())) {
      const flag = Object.hasOwn(INLINE_FLAGS, character) ? INLINE_FLAGS[character] : undefined
      if (flag !== undefined) this.#flags = remove ? this.#flags & ~flag : this.#flags | flag
      else if (character === 'c') throw this.#error('Canonical equivalence is not supported')
      else if (character === '-' && !remove) remove = true
      else return
    }
  }

  #quantified(body: RegexNode): RegexNode {
    const quantifier = this.#quantifier()
    if (!quantifier) return body
    const { min, max, mode } = quantifier
    return min === 0 && max === 1 ? { kind: 'option', body, mode } : { kind: 'repetition', body, min, max, mode }
  }

  #quantifiedGroup(body: RegexGroup, outerLoops: number): RegexNode {
    const quantifier = this.#quantifier()
    if (!quantifier) return body
    this.#outerLoops.length = outerLoops
    const { min, max, mode } = quantifier
    if (min === 0 && max === 1) return mode === 'possessive' ? { kind: 'option', body, mode } : { kind: 'groupOption', body, mode }
    if (mode === 'possessive') return { kind: 'repetition', body, min, max, mode }
    if (Extent.of([body]).oneWay) return { kind: 'uniformRepetition', body, min, max, mode }
    const loop: RegexLoop = { kind: 'loop', body, min, max, mode }
    if (mode === 'greedy' && max === UNBOUNDED) this.#outerLoops.push(loop)
    return loop
  }

  #quantifier(): (Bounds & { readonly mode: QuantifierMode }) | undefined {
    switch (String.fromCodePoint(this.#peek())) {
      case '?':
        return { min: 0, max: 1, mode: this.#quantifierMode() }
      case '*':
        return { min: 0, max: UNBOUNDED, mode: this.#quantifierMode() }
      case '+':
        return { min: 1, max: UNBOUNDED, mode: this.#quantifierMode() }
      case '{':
        return { ...this.#bounds(), mode: this.#quantifierMode() }
      default:
        return undefined
    }
  }

  /** From the sign, or the last character of it, to behind the quantifier. */
  #quantifierMode(): QuantifierMode {
    const sign = this.#next()
    if (sign !== QUESTION && sign !== PLUS) return 'greedy'
    this.#next()
    return sign === QUESTION ? 'lazy' : 'possessive'
  }

  /** `{2}`, `{2,}`, `{2,3}`; ends on the closing brace. */
  #bounds(): Bounds {
    this.#at++
    if (!isAsciiDigit(this.#raw())) throw this.#error('Illegal repetition', 1)
    const min = this.#repetitions()
    let max = min
    if (this.#peek() === COMMA) max = this.#next() === BRACE_END ? UNBOUNDED : this.#repetitions()
    if (this.#peek() !== BRACE_END) throw this.#error('Unclosed counted closure', 1)
    if (max < min) throw this.#error('Illegal repetition range', 1)
    return { min, max }
  }

  #repetitions(): number {
    let count = 0
    for (let digit = this.#peek(); isAsciiDigit(digit); digit = this.#next()) {
      count = count * 10 + digit - 48
      if (count > UNBOUNDED) throw this.#error('Illegal repetition range', 1)
    }
    return count
  }
}

function assertion(name: Assertion): RegexNode {
  return { kind: 'assertion', assertion: name }
}

function hexValue(digit: number): number {
  return isAsciiDigit(digit) ? digit - 48 : (digit & ~32) - 55
}

function isBeyondPlane0(point: number): boolean {
  return point >= 0x1_0000 || isSurrogate(point)
}

/**
 * The pattern with what is between `\Q` and `\E` spelled out: a backslash before each character of ASCII which is neither a letter nor a
 * digit. A digit that begins a quotation is written as `\x3n`, lest it belong to what is before it.
 */
function withoutQuotations(points: readonly number[]): readonly number[] {
  const result: number[] = []
  let quoted = false
  let begins = false
  for (let at = 0; at < points.length; at++) {
    const point = points[at] ?? NUL
    const next = points[at + 1]
    if (point === BACKSLASH && !quoted && next === code('Q')) {
      quoted = true
      begins = true
      at++
      continue
    }
    if (point === BACKSLASH && quoted && next === code('E')) {
      quoted = false
      at++
    } else if (point === BACKSLASH && !quoted) {
      result.push(point)
      if (next !== undefined) result.push(next)
      at++
    } else if (begins && isAsciiDigit(point)) {
      result.push(BACKSLASH, code('x'), code('3'), point)
    } else {
      if (quoted && point < 128 && !isAsciiLetter(point) && !isAsciiDigit(point)) result.push(BACKSLASH)
      result.push(point)
    }
    begins = false
  }
  return result
}

/**
 * How long a match can be, and whether there is only one way to match: what Java finds by looking at a pattern. The sums are Java's, of 32
 * bits: `(?<=a+b+)` is legal, reaches two characters *ahead*, and so never matches. A sum that overflows is noticed in a repetition only,
 * and only from the last alternatives on, which is why what is before those is kept apart.
 */
class Extent {
  min = 0
  max = 0
  bounded = true
  oneWay = true
  #minBefore = 0
  #maxBefore = 0

  static of(nodes: readonly RegexNode[]): Extent {
    const extent = new Extent()
    extent.#addInside(nodes)
    return extent
  }

  #addInside(nodes: readonly RegexNode[]): void {
    const [minBefore, maxBefore] = [this.#minBefore, this.#maxBefore]
    this.#minBefore = 0
    this.#maxBefore = 0
    for (const node of nodes) this.#add(node)
    this.min = (this.min + this.#minBefore) | 0
    this.max = (this.max + this.#maxBefore) | 0
    this.#minBefore = minBefore
    this.#maxBefore = maxBefore
  }

  #addLength(min: number, max: number): void {
    this.min = (this.min + min) | 0
    this.max = (this.max + max) | 0
  }

  #add(node: RegexNode): void {
    switch (node.kind) {
      case 'assertion':
      case 'lookahead':
      case 'lookbehind':
        return
      case 'set':
        this.#addLength(1, 1)
        return
      case 'text':
        this.#addLength(node.points.length, node.points.length)
        return
      case 'lineBreak':
        this.#addLength(1, 2)
        return
      case 'grapheme':
        this.#addLength(1, 0)
        this.oneWay = false
        return
      case 'backReference':
        this.bounded = false
        return
      case 'atomic':
        this.#addInside([node.body])
        return
      case 'group':
        if (node.alternatives.length > 1) this.#addAlternatives(node.alternatives.map(Extent.of))
        else for (const inner of node.alternatives[0] ?? []) this.#add(inner)
        return
      case 'groupOption':
        this.#addAlternatives([Extent.of([node.body]), new Extent()])
        return
      case 'option': {
        const { min } = this
        this.#addInside([node.body])
        this.min = min
        this.oneWay = false
        return
      }
      case 'repetition':
      case 'uniformRepetition':
        if (isRun(node)) {
          this.#addLength(node.min, this.bounded ? UNBOUNDED : 0)
          this.oneWay = false
        } else {
          this.#addRepetition(Extent.of([node.body]), node.min, node.max)
        }
        return
      case 'loop':
        this.bounded = false
        this.oneWay = false
    }
  }

  #addAlternatives(alternatives: readonly Extent[]): void {
    const min = alternatives.reduce((least, each) => Math.min(least, each.min), UNBOUNDED)
    const max = alternatives.reduce((most, each) => Math.max(most, each.max), -1)
    this.#minBefore = (this.#minBefore + this.min + min) | 0
    this.#maxBefore = (this.#maxBefore + this.max + max) | 0
    this.min = 0
    this.max = 0
    this.bounded &&= alternatives.every((each) => each.bounded)
    this.oneWay = false
  }

  #addRepetition(body: Extent, least: number, most: number): void {
    const min = (Math.imul(body.min, least) + this.min) | 0
    const max = (Math.imul(body.max, most) + this.max) | 0
    this.bounded &&= body.bounded && max >= this.max
    this.min = min < this.min ? 0xfff_ffff : min
    if (this.bounded) this.max = max
    this.oneWay &&= body.oneWay && least === most
  }
}

/** `x*`, `x+`, `x{2,}` of a single character, greedily. */
export function isRun(node: RegexNode): boolean {
  return node.kind === 'repetition' && node.body.kind === 'set' && node.max === UNBOUNDED && node.mode === 'greedy'
}
