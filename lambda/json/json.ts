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
  try {
    return new Reader(text).firstValue()
  } catch (error) {
    if (error instanceof NotJson) return undefined
    throw error
  }
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
  // Most values need no replacer, which would cost more than all else.
  return isPlain(value) ? JSON.stringify(value) : JSON.stringify(value, (_name, part) => toWire(part))
}

/** Whether `JSON.stringify` writes it as Jackson would. */
function isPlain(value: JsonValue): boolean {
  if (typeof value === 'string') return true
  if (typeof value === 'number') return Number.isInteger(value) || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7)
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint'
  if (value instanceof WholeDouble) return false
  if (Array.isArray(value)) return value.every(isPlain)
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
