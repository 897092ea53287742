import { unicodeBlock } from './blocks.ts'

/** Whether a code point belongs. */
export type Test = (point: number) => boolean

/**
 * The characters which one step of a pattern accepts. `inPlane0`: it holds neither surrogates nor anything beyond U+FFFF, so that a text
 * may be looked through by its UTF-16 units; to Java that also decides where a search may begin.
 */
export class CharacterSet {
  readonly inPlane0: boolean
  /** What a test costs, in steps: 1 for a set of ordinary size. */
  readonly cost: number
  readonly #parts: number
  readonly #test: Test
  /** What the test says of each ASCII character: 0 = not asked yet, 1 = no, 2 = yes. */
  readonly #ascii = new Uint8Array(128)

  constructor(test: Test, inPlane0: boolean, parts = 1) {
    this.#test = test
    this.inPlane0 = inPlane0
    this.#parts = parts
    this.cost = 1 + (parts >> 4)
  }

  has(point: number): boolean {
    if (point >= 128) return this.#test(point)
    const known = this.#ascii[point]
    if (known) return known === 2
    const has = this.#test(point)
    this.#ascii[point] = has ? 2 : 1
    return has
  }

  negated(): CharacterSet {
    return new CharacterSet((point) => !this.#test(point), false, this.#parts)
  }

  and(other: CharacterSet): CharacterSet {
    const parts = this.#parts + other.#parts
    return new CharacterSet((point) => this.#test(point) && other.#test(point), this.inPlane0 && other.inPlane0, parts)
  }

  static union(sets: readonly CharacterSet[]): CharacterSet {
    const [first, second] = sets
    if (first && !second) return first
    const tests = sets.map((set) => set.#test)
    return new CharacterSet(
      (point) => tests.some((test) => test(point)),
      sets.every((set) => set.inPlane0),
      sets.reduce((parts, set) => parts + set.#parts, 0),
    )
  }
}

const beyond = (test: Test) => new CharacterSet(test, false)
const plane0 = (test: Test) => new CharacterSet(test, true)

export const isAsciiLetter: Test = (c) => (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a)
export const isAsciiDigit: Test = (c) => c >= 0x30 && c <= 0x39
export const isAsciiSpace: Test = (c) => c === 0x20 || (c >= 0x09 && c <= 0x0d)
export const isAsciiWord: Test = (c) => isAsciiLetter(c) || isAsciiDigit(c) || c === 0x5f
export const isHexDigit: Test = (c) => isAsciiDigit(c) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46)
export const isSurrogate: Test = (c) => c >= 0xd800 && c <= 0xdfff
export const isLineTerminator: Test = (c) => c === 0x0a || c === 0x0d || c === 0x85 || c === 0x2028 || c === 0x2029

const asciiLower = (c: number) => (c >= 0x41 && c <= 0x5a ? c + 32 : c)

/** `Character.toUpperCase`: one code point to one, where JavaScript's is one to many. */
function toUpper(point: number): number {
  if (point < 128) return point >= 0x61 && point <= 0x7a ? point - 32 : point
  const upper = onlyPoint(String.fromCodePoint(point).toUpperCase())
  if (upper !== undefined) return upper
  // Greek with iota below, whose capital is two letters, but whose title case is one.
  if (point >= 0x1f80 && point <= 0x1faf) return point | 8
  if (point === 0x1fb3 || point === 0x1fc3 || point === 0x1ff3) return point + 9
  return point
}

/** `Character.toLowerCase`. */
function toLower(point: number): number {
  if (point < 128) return asciiLower(point)
  // Capital I with a dot, which JavaScript makes two characters of.
  return point === 0x130 ? 0x69 : (onlyPoint(String.fromCodePoint(point).toLowerCase()) ?? point)
}

function onlyPoint(text: string): number | undefined {
  const point = text.codePointAt(0) ?? 0
  return text.length === (point > 0xffff ? 2 : 1) ? point : undefined
}

/** How letters of different case are one: not at all, ASCII's only, or all of Unicode's. */
export type Fold = 'none' | 'ascii' | 'unicode'

/** What two code points have in common if they are one but for their case. */
export const FOLDS: Readonly<Record<Fold, (point: number) => number>> = {
  none: (point) => point,
  ascii: asciiLower,
  unicode: (point) => toLower(toUpper(point)),
}

/** The set of one code point. */
export function single(point: number, fold: Fold): CharacterSet {
  const folded = FOLDS[fold](point)
  if (fold === 'unicode' && toUpper(point) !== folded) return beyond((c) => c === folded || FOLDS.unicode(c) === folded)
  if (fold === 'ascii' && isAsciiLetter(point)) return plane0((c) => asciiLower(c) === folded)
  return new CharacterSet((c) => c === point, point < 0x1_0000 && !isSurrogate(point))
}

export function range(first: number, last: number, fold: Fold): CharacterSet {
  const holds: Test = (c) => first <= c && c <= last
  if (fold === 'ascii') {
    return beyond((c) => holds(c) || (isAsciiLetter(c) && (holds(c & ~32) || holds(c | 32))))
  }
  if (fold === 'unicode') {
    return beyond((c) => {
      if (holds(c)) return true
      const upper = toUpper(c)
      return holds(upper) || holds(toLower(upper))
    })
  }
  return new CharacterSet(holds, last < 0xd800 || (first > 0xdfff && last < 0x1_0000))
}

/**
 * The single characters below U+0100 in a class. It grows while the class is read, and all of it joins the class again when a character
 * follows an intersection: in Java `[a&&[b]&]` holds `a`.
 */
export class Latin1Set extends CharacterSet {
  readonly #points: Set<number>

  constructor() {
    const points = new Set<number>()
    super((point) => points.has(point), true)
    this.#points = points
  }

  add(point: number, fold: Fold): void {
    this.#points.add(point)
    if (fold === 'none' || (fold === 'ascii' && point >= 128)) return
    this.#points.add(toUpper(point)).add(toLower(point))
  }

  /** Whether a character may be in here, rather than be a set of its own: not one whose other case is elsewhere in Unicode. */
  static takes(point: number, fold: Fold): boolean {
    return point < 256 && !(fold === 'unicode' && 'IiSsKkÅåµÿ'.includes(String.fromCharCode(point)))
  }
}

/** A set of Unicode's, as JavaScript's own expressions know it. */
function unicode(properties: string): Test {
  // Made when it is first asked: most patterns need none of them, and all together take milliseconds.
  let expression: RegExp | undefined
  return (point) => {
    expression ??= unicodeExpression(properties)
    return expression.test(String.fromCodePoint(point))
  }
}

/** @throws SyntaxError where JavaScript knows no such property */
function unicodeExpression(properties: string): RegExp {
  return new RegExp(`^[${properties}]$`, 'u')
}

const horizontalSpace: Test = (c) =>
  c === 0x09 ||
  c === 0x20 ||
  c === 0xa0 ||
  c === 0x1680 ||
  c === 0x180e ||
  (c >= 0x2000 && c <= 0x200a) ||
  c === 0x202f ||
  c === 0x205f ||
  c === 0x3000

const asciiPunctuation: Test = (c) => c > 0x20 && c < 0x7f && !isAsciiLetter(c) && !isAsciiDigit(c)

export const ANY = beyond(() => true)
export const ALL_BUT_LINE_TERMINATORS = beyond((c) => !isLineTerminator(c))
export const ALL_BUT_NEWLINE = beyond((c) => c !== 0x0a)

const WORD = unicode('\\p{Alphabetic}\\p{Mn}\\p{Me}\\p{Mc}\\p{Nd}\\p{Pc}\\u200c\\u200d')
const SPACE = unicode('\\p{Z}\\t-\\r\\x85')
const HORIZONTAL = plane0(horizontalSpace)
const VERTICAL = plane0((c) => isLineTerminator(c) || c === 0x0b || c === 0x0c)

/** `\d`, `\s` and so on: ASCII's, and Unicode's under `(?U)`. The capital letter is the complement. */
const PREDEFINED: Readonly<Record<string, readonly [ascii: CharacterSet, unicode: CharacterSet]>> = {
  d: [plane0(isAsciiDigit), beyond(unicode('\\p{Nd}'))],
  h: [HORIZONTAL, HORIZONTAL],
  s: [plane0(isAsciiSpace), beyond(SPACE)],
  v: [VERTICAL, VERTICAL],
  w: [plane0(isAsciiWord), beyond(WORD)],
}

export function predefinedClass(letter: string, unicodeClasses: boolean): CharacterSet | undefined {
  const set = PREDEFINED[letter.toLowerCase()]?.[unicodeClasses ? 1 : 0]
  return letter === letter.toLowerCase() ? set : set?.negated()
}

export const isUnicodeWord: Test = WORD
export const isNonSpacingMark: Test = unicode('\\p{Mn}')
export const isLetterOrDigit: Test = unicode('\\p{L}\\p{Nd}')

/** Names of general categories as Java knows them: `LC` and `LD` are its own. */
const CATEGORIES: ReadonlySet<string> = new Set(
  'Cn Lu Ll Lt Lm Lo Mn Me Mc Nd Nl No Zs Zl Zp Cc Cf Co Cs Pd Ps Pe Pc Po Sm Sc Sk So Pi Pf L M N Z C P S'.split(' '),
)
const CASED = unicode('\\p{Lu}\\p{Ll}\\p{Lt}')
const ANY_CASE = unicode('\\p{Lowercase}\\p{Uppercase}\\p{Lt}')

/** `\p{Alpha}` and its like, which are ASCII's. */
const ASCII_CLASSES: Readonly<Record<string, Test>> = {
  ASCII: (c) => c < 0x80,
  Alnum: (c) => isAsciiLetter(c) || isAsciiDigit(c),
  Alpha: isAsciiLetter,
  Blank: (c) => c === 0x20 || c === 0x09,
  Cntrl: (c) => c < 0x20 || c === 0x7f,
  Digit: isAsciiDigit,
  Graph: (c) => c > 0x20 && c < 0x7f,
  L1: (c) => c < 0x100,
  Lower: (c) => c >= 0x61 && c <= 0x7a,
  Print: (c) => c >= 0x20 && c < 0x7f,
  Punct: asciiPunctuation,
  Space: isAsciiSpace,
  Upper: (c) => c >= 0x41 && c <= 0x5a,
  XDigit: isHexDigit,
}

/** The tests of `java.lang.Character`, as sets for JavaScript. */
const IGNORABLE = '\\0-\\x08\\x0e-\\x1b\\x7f-\\x9f\\p{Cf}'
const JAVA_CLASSES: Readonly<Record<string, string>> = {
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaTitleCase: '\\p{Lt}',
  javaAlphabetic: '\\p{Alphabetic}',
  javaIdeographic: '\\p{Ideographic}',
  javaDigit: '\\p{Nd}',
  javaDefined: '\\P{Cn}',
  javaLetter: '\\p{L}',
  javaLetterOrDigit: '\\p{L}\\p{Nd}',
  javaJavaIdentifierStart: '\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}',
  javaJavaIdentifierPart: `\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}\\p{Nd}\\p{Mc}\\p{Mn}${IGNORABLE}`,
  javaUnicodeIdentifierStart: '\\p{ID_Start}\\u2e2f',
  javaUnicodeIdentifierPart: `\\p{ID_Continue}\\u2e2f${IGNORABLE}`,
  javaIdentifierIgnorable: IGNORABLE,
  javaSpaceChar: '\\p{Z}',
  javaWhitespace: '\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\p{Zl}\\p{Zp}\\u205f\\u3000',
  javaISOControl: '\\p{Cc}',
  javaMirrored: '\\p{Bidi_Mirrored}',
}

const HEX_DIGITS = '\\p{Nd}A-Fa-f\\uff21-\\uff26\\uff41-\\uff46'
const GRAPHIC = unicode('\\P{C}\\p{Cf}\\p{Co}')
const isGraphic: Test = (c) => GRAPHIC(c) && !SEPARATOR(c)
const SEPARATOR = unicode('\\p{Z}')

/** The POSIX classes as Unicode has them: `\p{IsAlpha}`, and `\p{Alpha}` under `(?U)`. In capitals: case does not matter to their names. */
const UNICODE_POSIX_CLASSES: Readonly<Record<string, Test>> = {
  ALPHA: unicode('\\p{Alphabetic}'),
  LOWER: unicode('\\p{Lowercase}'),
  UPPER: unicode('\\p{Uppercase}'),
  SPACE,
  PUNCT: unicode('\\p{P}'),
  XDIGIT: unicode(HEX_DIGITS),
  ALNUM: unicode('\\p{Alphabetic}\\p{Nd}'),
  CNTRL: unicode('\\p{Cc}'),
  DIGIT: unicode('\\p{Nd}'),
  BLANK: unicode('\\p{Zs}\\t'),
  GRAPH: isGraphic,
  PRINT: (c) => isGraphic(c) || UNICODE_BLANK(c),
}
const UNICODE_BLANK = unicode('\\p{Zs}')

/** `\p{IsAlphabetic}` and its like. */
const UNICODE_CLASSES: Readonly<Record<string, string>> = {
  ALPHABETIC: '\\p{Alphabetic}',
  ASSIGNED: '\\P{Cn}',
  CONTROL: '\\p{Cc}',
  EMOJI: '\\p{Emoji}',
  EMOJI_PRESENTATION: '\\p{Emoji_Presentation}',
  EMOJI_MODIFIER: '\\p{Emoji_Modifier}',
  EMOJI_MODIFIER_BASE: '\\p{Emoji_Modifier_Base}',
  EMOJI_COMPONENT: '\\p{Emoji_Component}',
  EXTENDED_PICTOGRAPHIC: '\\p{Extended_Pictographic}',
  HEXDIGIT: HEX_DIGITS,
  HEX_DIGIT: HEX_DIGITS,
  IDEOGRAPHIC: '\\p{Ideographic}',
  JOINCONTROL: '\\u200c\\u200d',
  JOIN_CONTROL: '\\u200c\\u200d',
  LETTER: '\\p{L}',
  LOWERCASE: '\\p{Lowercase}',
  NONCHARACTERCODEPOINT: '\\p{Noncharacter_Code_Point}',
  NONCHARACTER_CODE_POINT: '\\p{Noncharacter_Code_Point}',
  TITLECASE: '\\p{Lt}',
  PUNCTUATION: '\\p{P}',
  UPPERCASE: '\\p{Uppercase}',
  WHITESPACE: '\\p{Z}\\t-\\r\\x85',
  WHITE_SPACE: '\\p{Z}\\t-\\r\\x85',
  WORD: '\\p{Alphabetic}\\p{Mn}\\p{Me}\\p{Mc}\\p{Nd}\\p{Pc}\\u200c\\u200d',
}

const CASES: ReadonlySet<string> = new Set(['LOWER', 'UPPER', 'LOWERCASE', 'UPPERCASE', 'TITLECASE'])

export type PropertyOptions = { readonly ignoreCase: boolean; readonly unicodeClasses: boolean }

/**
 * The set behind `\p{name}`, or `undefined` where Java knows none of that name
 * (java.util.regex.Pattern, "Classes for Unicode scripts, blocks, categories and binary properties").
 */
export function propertySet(name: string, options: PropertyOptions): CharacterSet | undefined {
  const equals = name.indexOf('=')
  if (equals >= 0) return keyedProperty(name.slice(0, equals).toLowerCase(), name.slice(equals + 1), options)
  if (name.startsWith('In')) return blockSet(name.slice(2))
  if (name.startsWith('Is')) {
    const short = name.slice(2)
    return unicodeProperty(short, options) ?? category(short, options) ?? scriptSet(short)
  }
  return (options.unicodeClasses ? unicodePosixClass(name, options) : undefined) ?? category(name, options)
}

function keyedProperty(key: string, value: string, options: PropertyOptions): CharacterSet | undefined {
  if (key === 'sc' || key === 'script') return scriptSet(value)
  if (key === 'blk' || key === 'block') return blockSet(value)
  return key === 'gc' || key === 'general_category' ? category(value, options) : undefined
}

function blockSet(name: string): CharacterSet | undefined {
  const block = unicodeBlock(name)
  return block && beyond((c) => block.first <= c && c <= block.last)
}

function scriptSet(name: string): CharacterSet | undefined {
  // JavaScript also knows two codes for private use.
  if (!/^(?!qaa)[a-z]+(_[a-z]+)*$/i.test(name)) return undefined
  const titled = name.toLowerCase().replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())
  try {
    const expression = unicodeExpression(`\\p{Script=${titled === 'Signwriting' ? 'SignWriting' : titled}}`)
    return beyond((point) => expression.test(String.fromCodePoint(point)))
  } catch {
    return undefined
  }
}

/** A table's own entry: a name such as `constructor` is in none. */
function entry<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function unicodeProperty(name: string, options: PropertyOptions): CharacterSet | undefined {
  const upper = name.toUpperCase()
  const properties = entry(UNICODE_CLASSES, upper)
  if (properties === undefined) return unicodePosixClass(name, options)
  return beyond(options.ignoreCase && CASES.has(upper) ? ANY_CASE : unicode(properties))
}

function unicodePosixClass(name: string, options: PropertyOptions): CharacterSet | undefined {
  const upper = name.toUpperCase()
  const test = entry(UNICODE_POSIX_CLASSES, upper)
  return test && beyond(options.ignoreCase && CASES.has(upper) ? ANY_CASE : test)
}

function category(name: string, { ignoreCase }: PropertyOptions): CharacterSet | undefined {
  if (CATEGORIES.has(name)) return beyond(ignoreCase && /^L[ult]$/.test(name) ? CASED : unicode(`\\p{${name}}`))
  if (name === 'LC') return beyond(CASED)
  if (name === 'LD') return beyond(isLetterOrDigit)
  if (name === 'all') return ANY
  const ascii = entry(ASCII_CLASSES, name)
  if (ascii) return plane0(ignoreCase && (name === 'Lower' || name === 'Upper') ? isAsciiLetter : ascii)
  const java = entry(JAVA_CLASSES, name)
  if (java === undefined) return undefined
  return beyond(ignoreCase && /^java(Lower|Upper|Title)Case$/.test(name) ? ANY_CASE : unicode(java))
}
