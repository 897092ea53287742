import { doubleText } from './java-double.ts'

/**
 * JSON as the official connector reads and writes it, which is as Jackson does.
 *
 * Whole numbers stay exact (a `bigint` where a double would round), fractions are doubles, and what a sender may put into a body
 * (`__proto__`, a thousand levels, a number of a megabyte) is data and nothing else.
 */
export type JsonValue = null | boolean | number | bigint | WholeDouble | string | readonly JsonValue[] | JsonObject
export type JsonObject = { readonly [key: string]: JsonValue }

/** A fraction that happens to be whole: `1.0`, `1e3`, `-0.0`. Java tells it from the integer, and so does FEEL's `string()`. */
export class WholeDouble {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  toJSON(): unknown {
    return JSON.rawJSON(this.toString())
  }

  /** With its point, which makes it a fraction to whoever reads it next. */
  toString(): string {
    return doubleText(this.value)
  }
}

/** Jackson's StreamReadConstraints: what exceeds them is no JSON to the official connector. */
const MAX_DEPTH = 1_000
const MAX_DIGITS = 1_000
const MAX_NAME_LENGTH = 50_000

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const LITERALS = { t: ['true', true], f: ['false', false], n: ['null', null] } as const
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
/** Java's `isJavaIdentifierPart`, which decides whether `true` ends where it seems to. */
const IDENTIFIER_PART = /[\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mn}\p{Mc}\p{Cf}\p{Cc}]/u
const PLAIN_STRING = /[^"\\\p{Cc}]*/uy

class NotJson extends Error {}

/** One for all: a sender may have it thrown a hundred thousand times, and what is costly of an error is its stack. */
const NOT_JSON = new NotJson()

/**
 * The first JSON value of a text, or `undefined` where the text does not begin with one. As Jackson's `readValue` without
 * FAIL_ON_TRAILING_TOKENS, what follows the first value is ignored: `{"a":1} and more` is an object, `42 apples` is 42.
 */
export function parseFirstJsonValue(text: string): JsonValue | undefined {
  const container = readByParse(text)
  if (container !== undefined) return container
  try {
    return new Reader(text).firstValue()
  } catch (error) {
    if (error instanceof NotJson) return undefined
    throw error
  }
}

/** Values of messages in which nothing is written otherwise than `JSON.stringify` does it, as their texts have shown. */
const plainValues = new WeakSet<object>()

/** Whether all of a value is known to be plain: it need not be gone through again. */
export function isKnownPlain(value: object): boolean {
  return plainValues.has(value)
}

/** The object or list which a text is and nothing else, where `JSON.parse` reads it as Jackson would, in a third of the time. */
function readByParse(text: string): JsonValue | undefined {
  const first = text.charCodeAt(0)
  if ((first !== OPENING_BRACE && first !== OPENING_BRACKET) || !isReadAlike(text)) return undefined
  try {
    const value = JSON.parse(text)
    if (text.isWellFormed() && !HALF_PAIR.test(text)) plainValues.add(value)
    return value
  } catch {
    return undefined
  }
}

const ESCAPE = /\\/
/** Of any escape that may be of half a surrogate pair. */
const HALF_PAIR = /\\u[dD]/

const [QUOTE, BACKSLASH, COLON, MINUS, POINT] = ['"', '\\', ':', '-', '.'].map((it) => it.charCodeAt(0))
const [OPENING_BRACE, CLOSING_BRACE, OPENING_BRACKET, CLOSING_BRACKET] = ['{', '}', '[', ']'].map((it) => it.charCodeAt(0))

/**
 * Whether there is nothing in a text which JavaScript and Jackson read or write differently: a number that a double does not hold, that Java tells from
 * an integer, or words in its own way; and what is beyond Jackson's limits. Of what is no JSON it says nothing.
 */
function isReadAlike(text: string): boolean {
  let depth = 0
  // Not by `includes`, which V8's compiler takes for free to repeat, and moves into the loop.
  const hasEscapes = ESCAPE.test(text)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(text, at)
      if (end < 0) return false
      // A name with an escape Node 24 takes for another, where an object before had that one in its place: findings/json-parse-escaped-names.sh.
      const isRare = end - at > MAX_NAME_LENGTH || (hasEscapes && hasEscape(text, at, end))
      if (isRare && isName(text, end)) return false
      at = end
    } else if (code === OPENING_BRACE || code === OPENING_BRACKET) {
      if (++depth > MAX_DEPTH) return false
    } else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) depth--
    else if (code === MINUS || isDigit(code)) {
      const end = endOfPlainNumber(text, at)
      if (end < 0) return false
      at = end - 1
    }
  }
  return true
}

/** Where the quote is that ends a string; -1 where there is none. */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++
    if (escapes % 2 === 0) return at
  }
  return -1
}

function hasEscape(text: string, begin: number, end: number): boolean {
  for (let at = begin + 1; at < end; at++) if (text.charCodeAt(at) === BACKSLASH) return true
  return false
}

function isName(text: string, end: number): boolean {
  let at = end + 1
  while (isWhitespace(text.charCodeAt(at))) at++
  return text.charCodeAt(at) === COLON
}

/**
 * The end of a number that is the same to both, and is written as it stands in its value; -1 where it is another. It has at most fifteen digits, no
 * exponent, is no `-0`, and a fraction is none of zeros, and from 0.001 up to ten millions.
 */
function endOfPlainNumber(text: string, begin: number): number {
  const isNegative = text.charCodeAt(begin) === MINUS
  const first = isNegative ? begin + 1 : begin
  let at = first
  let point = -1
  let sum = 0
  for (; ; at++) {
    const code = text.charCodeAt(at)
    if (isDigit(code)) sum += code - 0x30
    else if (code === POINT) {
      if (at - first > 7 || text.startsWith('0.000', first)) return -1
      point = at
      sum = 0
    } else if (code === 0x65 || code === 0x45) return -1
    else break
  }
  const isNone = sum === 0 && (isNegative || point >= 0)
  return at - first > 15 || isNone ? -1 : at
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

class Reader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  firstValue(): JsonValue {
    this.#skipWhitespace()
    const first = this.#text[this.#at]
    const value = this.#value()
    // A number at the root ends at white space or at the end of the text: `17:30` and `1,2` are no numbers.
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof WholeDouble) this.#expectEndOrWhitespace()
    else if (first !== undefined && first in LITERALS) this.#expectEndOfWord()
    return value
  }

  #value(): JsonValue {
    const character = this.#text[this.#at]
    switch (character) {
      case '{':
        return this.#object()
      case '[':
        return this.#array()
      case '"':
        return this.#string()
      case 't':
      case 'f':
      case 'n': {
        const [word, value] = LITERALS[character]
        if (!this.#text.startsWith(word, this.#at)) throw NOT_JSON
        this.#at += word.length
        return value
      }
      default:
        return this.#number()
    }
  }

  #object(): JsonObject {
    const object: Record<string, JsonValue> = {}
    this.#enter()
    if (!this.#next('}'))
      do {
        this.#skipWhitespace()
        if (this.#text[this.#at] !== '"') throw NOT_JSON
        const name = this.#string()
        if (name.length > MAX_NAME_LENGTH || !this.#next(':')) throw NOT_JSON
        this.#skipWhitespace()
        setOwn(object, name, this.#value())
      } while (this.#separator('}'))
    this.#depth--
    return object
  }

  #array(): JsonValue[] {
    const array: JsonValue[] = []
    this.#enter()
    if (!this.#next(']'))
      do {
        this.#skipWhitespace()
        array.push(this.#value())
      } while (this.#separator(']'))
    this.#depth--
    // V8 keeps room for sixteen items more: a megabyte of lists of one would hold 70.
    return array.length < 16 ? array.slice() : array
  }

  #string(): string {
    let value = ''
    this.#at++
    for (;;) {
      PLAIN_STRING.lastIndex = this.#at
      const plain = PLAIN_STRING.exec(this.#text)?.[0] ?? ''
      value += plain
      this.#at += plain.length
      const character = this.#text[this.#at]
      if (character === '"') {
        this.#at++
        return value
      }
      if (character === '\\') value += this.#escape()
      else if (character !== undefined && character >= '\u007f') value += this.#text[this.#at++]
      else throw NOT_JSON // the end of the text, or a control character that is not escaped
    }
  }

  #escape(): string {
    const character = this.#text[this.#at + 1] ?? ''
    if (character === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6)
      if (!/^[\da-f]{4}$/i.test(digits)) throw NOT_JSON
      this.#at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const value = ESCAPES[character]
    if (value === undefined) throw NOT_JSON
    this.#at += 2
    return value
  }

  #number(): number | bigint | WholeDouble {
    NUMBER.lastIndex = this.#at
    const [digits, fraction, exponent] = NUMBER.exec(this.#text) ?? []
    if (digits === undefined || countDigits(digits) > MAX_DIGITS) throw NOT_JSON
    this.#at += digits.length
    const number = Number(digits)
    if (fraction !== undefined || exponent !== undefined) return Number.isInteger(number) ? new WholeDouble(number) : number
    return Number.isSafeInteger(number) ? number + 0 : BigInt(digits)
  }

  #enter() {
    this.#at++
    if (++this.#depth > MAX_DEPTH) throw NOT_JSON
  }

  /** True where another member follows, false where the container ends. */
  #separator(end: string): boolean {
    if (this.#next(',')) return true
    if (this.#next(end)) return false
    throw NOT_JSON
  }

  #next(character: string): boolean {
    this.#skipWhitespace()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #skipWhitespace() {
    while (isWhitespace(this.#text.charCodeAt(this.#at))) this.#at++
  }

  #expectEndOrWhitespace() {
    if (this.#at < this.#text.length && !isWhitespace(this.#text.charCodeAt(this.#at))) throw NOT_JSON
  }

  #expectEndOfWord() {
    const next = this.#text[this.#at]
    if (next !== undefined && next >= '0' && IDENTIFIER_PART.test(next)) throw NOT_JSON
  }
}

function countDigits(number: string): number {
  return number.length <= MAX_DIGITS ? number.length : number.replace(/\D/g, '').length
}

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** Assignment would take `__proto__` for the prototype. */
export function setOwn(object: Record<string, JsonValue>, name: string, value: JsonValue) {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  else object[name] = value
}

/** The text which Jackson would write: whole numbers exact, fractions as Java does (`1.0`, `-0.0`, `1.0E-5`), what no JSON number can say in quotes. */
export function toJsonText(value: JsonValue): string {
  // Most values are written as they are; a replacer would cost more than all else.
  return JSON.stringify(isPlain(value) ? value : toWireValue(value))
}

/** Whether `JSON.stringify` writes it as Jackson would. */
function isPlain(value: JsonValue): boolean {
  if (typeof value === 'string') return true
  if (typeof value === 'number') return Number.isInteger(value) || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7)
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint'
  if (value instanceof WholeDouble || isKnownPlain(value)) return true
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item)) return false
    return true
  }
  for (const name in value) if (!isPlain((value as JsonObject)[name] as JsonValue)) return false
  return true
}

/** The same value for a client that calls `JSON.stringify` itself. */
export function toWireValue(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(toWireValue)
  if (!isObject(value)) return toWire(value)
  const object: Record<string, JsonValue> = {}
  for (const [name, part] of Object.entries(value)) setOwn(object, name, toWireValue(part) as JsonValue)
  return object
}

/** Whether a value is a JSON object. */
export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WholeDouble)
}

function toWire(value: unknown): unknown {
  if (typeof value === 'bigint' || value instanceof WholeDouble) return JSON.rawJSON(String(value))
  if (typeof value !== 'number' || Number.isInteger(value)) return value
  return Number.isFinite(value) ? JSON.rawJSON(doubleText(value)) : String(value)
}
