import type { SQSRecord } from 'aws-lambda'
import escapeRegExp from 'escape-string-regexp'
import type { FilterPattern } from '../../lambda/core/filter-patterns.ts'
import { parsedJson } from '../parsed-json.ts'

/**
 * Stand-in for the filter of Lambda's event-source mappings, which runs on AWS's event-ruler: the operators which the Lambda guide lists
 * ("Using event filtering with Lambda"), nothing of what event-ruler can do beyond them (wildcard, cidr, anything-but-prefix, …), and no
 * filter on anything but SQS records.
 */

/** Lambda refuses this pattern; the message says where and why. */
export class InvalidFilterPattern extends Error {
  override readonly name = 'InvalidFilterPattern'
}

/** Most characters of one pattern (Lambda API, `Filter`). */
const MAXIMUM_PATTERN_LENGTH = 4096

/**
 * Whether the pattern matches the event: a JSON object, or its JSON text, which keeps the spelling of numbers and keys given twice.
 * @throws InvalidFilterPattern
 */
export function matches(pattern: FilterPattern, event: unknown): boolean {
  const leaves = leavesOf(typeof event === 'string' ? event : JSON.stringify(event))
  return rulesOf(pattern).some((rule) => holds(rule, leaves))
}

/**
 * The filter of a mapping: passes a record which at least one pattern matches, and all where there is no pattern. Where a pattern filters
 * on `body`, JSON meets JSON and text meets text; a message of the other format does not match, whatever the pattern says (Lambda guide,
 * "Properly filtering Amazon SQS messages").
 * @throws InvalidFilterPattern
 */
export function recordFilter(patterns: readonly FilterPattern[]): (record: SQSRecord) => boolean {
  const rules = patterns.flatMap((pattern) => rulesOf(pattern))
  if (patterns.length === 0) return () => true
  return (record) => {
    const bodyIsJson = isJsonObjectOrArray(record.body)
    const leaves = leavesOf(filterEvent(record, bodyIsJson))
    return rules.some((rule) => formatFits(rule, bodyIsJson) && holds(rule, leaves))
  }
}

/** The record as Lambda matches it, as JSON text: its body is JSON where it holds a JSON object or array, otherwise a string. */
export function toFilterEvent(record: SQSRecord): string {
  return filterEvent(record, isJsonObjectOrArray(record.body))
}

function filterEvent({ body, ...others }: SQSRecord, bodyIsJson: boolean): string {
  return `{"body":${bodyIsJson ? body : JSON.stringify(body)},${JSON.stringify(others).slice(1)}`
}

function isJsonObjectOrArray(body: string): boolean {
  const value = parsedJson(body)
  return typeof value === 'object' && value !== null
}

function formatFits(rule: Rule, bodyIsJson: boolean): boolean {
  return rule.every(({ path }) => (path === 'body' ? !bodyIsJson : !path.startsWith('body.') || bodyIsJson))
}

// ── Patterns ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a pattern asks of one field: its path with dots, whether it may be absent, and otherwise what one of its values must be. */
type Field = { readonly path: string; readonly mayBeAbsent: boolean; readonly accepts: (value: LeafValue) => boolean }
/** Fields which must all hold, in the order of their paths. A pattern is one rule for each way through its `$or`s. */
type Rule = readonly Field[]
type Alternative = 'absent' | ((value: LeafValue) => boolean)

/** What event-ruler takes for an operator, and therefore not for the name of a field, inside `$or`. */
const RESERVED = new Set(
  'exactly prefix suffix equals-ignore-case anything-but exists wildcard numeric cidr = < <= > >= regex date-after date-before date-range ip-address-in-range-cidr'.split(
    ' ',
  ),
)

function rulesOf(pattern: unknown): Rule[] {
  if (!isObject(pattern)) throw new InvalidFilterPattern('a filter pattern must be a JSON object')
  const { length } = JSON.stringify(pattern)
  if (length > MAXIMUM_PATTERN_LENGTH)
    throw new InvalidFilterPattern(`a filter pattern may have ${MAXIMUM_PATTERN_LENGTH} characters; this one has ${length}`)
  return fieldsOf(pattern, undefined, [new Map()], false).map((fields) =>
    [...fields.values()].sort((one, other) => (one.path < other.path ? -1 : 1)),
  )
}

/** Adds the fields of a pattern's object to each of the rules begun. A path named again, inside or after a `$or`, replaces the former. */
function fieldsOf(object: object, path: string | undefined, begun: Map<string, Field>[], insideOr: boolean): Map<string, Field>[] {
  if (Object.keys(object).length === 0) throw new InvalidFilterPattern(`${at(path)} is an empty object`)
  return Object.entries(object).reduce((rules, [key, value]: [string, unknown]) => {
    if (key === '$or') return orOf(value, path).flatMap((branch) => fieldsOf(branch, path, copies(rules), true))
    if (insideOr && RESERVED.has(key)) throw new InvalidFilterPattern(`inside $or no field can be called ${JSON.stringify(key)}`)
    const inner = dotted(path, key)
    if (isObject(value)) return fieldsOf(value, inner, rules, insideOr)
    const field = fieldOf(inner, value)
    for (const rule of rules) rule.set(inner, field)
    return rules
  }, begun)
}

const copies = (rules: Map<string, Field>[]) => rules.map((rule) => new Map(rule))

function orOf(value: unknown, path: string | undefined): object[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject))
    throw new InvalidFilterPattern(`$or in ${at(path)} must be a list of at least two objects`)
  return value
}

function fieldOf(path: string, value: unknown): Field {
  if (!Array.isArray(value) || value.length === 0)
    throw new InvalidFilterPattern(`${at(path)} must be an object or a list of at least one alternative`)
  const alternatives = value.map((alternative) => alternativeOf(path, alternative))
  return {
    path,
    mayBeAbsent: alternatives.includes('absent'),
    accepts: (leaf) => alternatives.some((alternative) => alternative !== 'absent' && alternative(leaf)),
  }
}

function alternativeOf(path: string, alternative: unknown): Alternative {
  if (typeof alternative === 'string') return equalsText(alternative)
  if (typeof alternative === 'number') return equalsNumber(alternative)
  if (typeof alternative === 'boolean' || alternative === null) return (value) => value === alternative
  if (!isObject(alternative))
    throw new InvalidFilterPattern(`${at(path)}: an alternative is a string, number, boolean, null or an operator`)
  const [[operator, operand] = [], ...more] = Object.entries(alternative)
  if (operator === undefined || more.length > 0) throw new InvalidFilterPattern(`${at(path)}: an operator is an object with one key`)
  return operatorOf(path, operator, operand)
}

function operatorOf(path: string, operator: string, operand: unknown): Alternative {
  const refused = (expected: string) => new InvalidFilterPattern(`${at(path)}: ${JSON.stringify(operator)} takes ${expected}`)
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') throw refused('true or false')
      return operand ? () => true : 'absent'
    // As event-ruler does, prefixes and suffixes are compared with the text in its quotation marks.
    case 'prefix':
      if (typeof operand !== 'string') throw refused('a string')
      return (value) => typeof value === 'string' && `"${value}"`.startsWith(`"${operand}`)
    case 'suffix':
      if (typeof operand !== 'string') throw refused('a string')
      return (value) => typeof value === 'string' && `"${value}"`.endsWith(`${operand}"`)
    case 'equals-ignore-case':
      if (typeof operand !== 'string') throw refused('a string')
      return equalsIgnoringCase(operand)
    case 'anything-but':
      return anythingBut(operand, refused)
    case 'numeric':
      return inNumericRange(operand, refused)
    default:
      throw new InvalidFilterPattern(`${at(path)}: Lambda’s filters have no operator ${JSON.stringify(operator)}`)
  }
}

/** Equal as a text, or as the same IP address spelled another way. */
function equalsText(text: string): Alternative {
  const address = ipAddress(text)
  return (value) => value === text || (address !== undefined && typeof value === 'string' && ipAddress(value) === address)
}

/** An IP address in one spelling; undefined where the text is none. Browsers match too, so not by Node. */
export function ipAddress(text: string): string | undefined {
  const numbers = /^\d+(?:\.\d+){3}$/.test(text) ? text.split('.').map(Number) : undefined
  if (numbers) return numbers.every((number) => number <= 255) ? numbers.join('.') : undefined
  const groups = /^[\da-f:]+$/i.test(text) ? text.split('::').map((part) => (part === '' ? 0 : part.split(':').length)) : []
  // The URL’s parser takes a “::” that stands for nothing.
  if (groups.length > 1 && groups.reduce((sum, count) => sum + count) > 7) return undefined
  return groups.length > 0 && URL.canParse(`http://[${text}]`) ? new URL(`http://[${text}]`).hostname : undefined
}

function equalsNumber(number: number): Alternative {
  return (value) => value instanceof JsonNumber && value.exact === number
}

/** Each UTF-16 unit in its upper or its lower case, whatever the length of that: "ß" takes "SS", but not "ss". */
function equalsIgnoringCase(text: string): Alternative {
  const units = text.split('').map((unit) => `(?:${escapeRegExp(unit.toLowerCase())}|${escapeRegExp(unit.toUpperCase())})`)
  const pattern = new RegExp(`^${units.join('')}$`)
  return (value) => typeof value === 'string' && pattern.test(value)
}

function anythingBut(operand: unknown, refused: (expected: string) => Error): Alternative {
  const excluded: unknown[] = Array.isArray(operand) ? operand : [operand]
  const ofOneType = ['string', 'number'].some((type) => excluded.every((one) => typeof one === type))
  if (excluded.length === 0 || !ofOneType) throw refused('a list of strings or a list of numbers')
  return (value) => !excluded.includes(value instanceof JsonNumber ? value.exact : value)
}

/** `["=", n]`, `["<", n]`, …, or a range whose lower end comes first: `[">", n, "<=", m]`. Never matches a string of digits. */
function inNumericRange(operand: unknown, refused: (expected: string) => Error): Alternative {
  const comparisons: Record<string, (value: number, bound: number) => boolean> = {
    '=': (value, bound) => value === bound,
    '<': (value, bound) => value < bound,
    '<=': (value, bound) => value <= bound,
    '>': (value, bound) => value > bound,
    '>=': (value, bound) => value >= bound,
  }
  const expected = refused('a comparison like ["<", 5] or a range like [">=", 1, "<", 5], its lower end first')
  if (!Array.isArray(operand)) throw expected
  const [operator, bound, upperOperator, upperBound] = operand as unknown[]
  const compare = comparisons[String(operator)]
  if (compare === undefined || typeof bound !== 'number') throw expected
  if (operand.length === 2) return (value) => value instanceof JsonNumber && value.exact !== undefined && compare(value.exact, bound)
  const isRange = /^>=?$/.test(String(operator)) && /^<=?$/.test(String(upperOperator)) && operand.length === 4
  const compareUpper = comparisons[String(upperOperator)]
  if (!isRange || compareUpper === undefined || typeof upperBound !== 'number' || bound >= upperBound) throw expected
  return (value) =>
    value instanceof JsonNumber && value.exact !== undefined && compare(value.exact, bound) && compareUpper(value.exact, upperBound)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)
const dotted = (path: string | undefined, key: string) => (path === undefined ? key : `${path}.${key}`)
const at = (path: string | undefined) => (path === undefined ? 'the pattern' : JSON.stringify(path))

// ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

type LeafValue = string | boolean | null | JsonNumber
/** A value of the event that is no object and no array, and where it stands. Empty objects and arrays have none, and count as absent. */
type Leaf = { readonly path: string; readonly value: LeafValue; readonly place: Place }
/** The elements in which a leaf stands: for each array around it, counted through the event, the index. */
type Place = ReadonlyMap<number, number>

/** A number of the event. `exact` is missing where no double is that number: such a number is equal to nothing and in no range. */
class JsonNumber {
  readonly exact: number | undefined

  constructor(text: string) {
    const number = Number(text)
    this.exact = decimal(text) === decimal(String(number)) ? number : undefined
  }
}

/** A decimal number's one spelling: its digits without zeros at either end, and the power of ten. */
function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '0' : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** Strings, brackets, and the words and numbers between them. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s,:{}[\]"]+/g

type Container = { readonly path: string | undefined; readonly place: Place } & (
  | { key: string | undefined }
  | { readonly array: number; index: number }
)

/** The leaves of a JSON text by their paths. Arrays leave no trace in a path, and dots in a key are as good as nesting. */
function leavesOf(json: string): Map<string, Leaf[]> {
  const leaves: Leaf[] = []
  const around: Container[] = []
  let arrays = 0
  for (const [token] of json.matchAll(TOKEN)) {
    const container = around.at(-1)
    if (token === '}' || token === ']') around.pop()
    else if (container !== undefined && 'key' in container && container.key === undefined) container.key = JSON.parse(token) as string
    else {
      const { path, place } = positionIn(container)
      if (token === '{') around.push({ path, place, key: undefined })
      else if (token === '[') around.push({ path, place, array: arrays++, index: 0 })
      else leaves.push({ path: path ?? '', place, value: leafValue(token) })
    }
  }
  return Map.groupBy(leaves, ({ path }) => path)
}

/** Where the next value of a container stands; moves the container on. */
function positionIn(container: Container | undefined): Pick<Container, 'path' | 'place'> {
  if (container === undefined) return { path: undefined, place: new Map() }
  const { path, place } = container
  if ('array' in container) return { path, place: new Map(place).set(container.array, container.index++) }
  const key = container.key ?? ''
  container.key = undefined
  return { path: dotted(path, key), place }
}

function leafValue(token: string): LeafValue {
  const value = JSON.parse(token) as string | number | boolean | null
  return typeof value === 'number' ? new JsonNumber(token) : value
}

// ── Matching ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Whether a leaf can be found for each field such that no two of them stand in different elements of the same array. A field is absent
 * when none of its leaves can stand beside those found for the fields before it.
 */
function holds([field, ...fields]: Rule, leaves: Map<string, Leaf[]>, place: Place = new Map()): boolean {
  if (field === undefined) return true
  const beside = (leaves.get(field.path) ?? []).filter((leaf) =>
    [...leaf.place].every(([array, index]) => (place.get(array) ?? index) === index),
  )
  if (beside.length === 0) return field.mayBeAbsent && holds(fields, leaves, place)
  return beside.some((leaf) => field.accepts(leaf.value) && holds(fields, leaves, new Map([...place, ...leaf.place])))
}
