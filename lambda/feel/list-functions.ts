import type { Budget } from './budget.ts'
import { equal, isComparable, isNumber, order, same } from './comparison.ts'
import {
  add,
  compare,
  decimalText,
  divide,
  fromDouble,
  intValue,
  isZero,
  multiply,
  power,
  subtract,
  sum,
  toDouble,
  toLong,
} from './decimal.ts'
import { type Evaluation, EvaluationFault } from './evaluation.ts'
import { anything, callable, type FunctionTable, list, number, overload, text, variadic } from './overload.ts'
import { FeelError, type FeelFunction, type FeelItem, type FeelList, type FeelNumber, type FeelValue, settle } from './values.ts'
import { shown, worded } from './wording.ts'

const conjunction = variadic('list', [list], (items) => decided(items, false))
const disjunction = variadic('list', [list], (items) => decided(items, true))

export const LIST_FUNCTIONS: FunctionTable = {
  'list contains': [
    overload('list, element', [list, anything], (items, element, { budget }) => items.some((item) => same(settle(item), element, budget))),
  ],
  count: [overload('list', [list], (items) => items.length)],
  'is empty': [overload('list', [list], (items) => items.length === 0)],
  min: [variadic('list', [list], (items) => extreme(items, (order) => order <= 0))],
  max: [variadic('list', [list], (items) => extreme(items, (order) => order >= 0))],
  sum: [ofNumbers(sum)],
  product: [ofNumbers((numbers) => numbers.reduce(multiply))],
  mean: [ofNumbers((numbers) => divide(sum(numbers), numbers.length))],
  median: [ofNumbers(median)],
  stddev: [ofNumbers(standardDeviation)],
  mode: [ofNumbers(mode, [])],
  and: [conjunction],
  all: [conjunction],
  or: [disjunction],
  any: [disjunction],
  sublist: [
    overload('list, start', [list, number], (items, start) => sublist(items, start)),
    overload('list, start, length', [list, number, number], (items, start, length) => sublist(items, start, intValue(length))),
  ],
  append: [variadic('list, items', [list, list], (items, more) => [...items, ...more])],
  concatenate: [variadic('lists', [list], flattenOnce)],
  'insert before': [
    overload('list, position, newItem', [list, number, anything], (items, position, item) => {
      if (isZero(position)) return new FeelError('position must be a non-zero number')
      const index = clamped(indexOf(items, intValue(position)), items)
      return [...items.slice(0, index), item, ...items.slice(index)]
    }),
  ],
  remove: [
    overload('list, position', [list, number], (items, position) => {
      if (isZero(position)) return new FeelError('position must be a non-zero number')
      const before = items.slice(0, clamped(indexOf(items, intValue(position)), items))
      return [...before, ...items.slice(clamped(indexOf(items, intValue(add(position, 1))), items))]
    }),
  ],
  reverse: [overload('list', [list], (items) => items.toReversed())],
  'index of': [
    overload('list, match', [list, anything], (items, match, { budget }) =>
      items.flatMap((item, index) => (equal(settle(item), match, budget) === true ? [index + 1] : [])),
    ),
  ],
  union: [variadic('lists', [list], (lists, { budget }) => distinct(flattenOnce(lists), budget))],
  'distinct values': [overload('list', [list], (items, { budget }) => distinct(items, budget))],
  'duplicate values': [overload('list', [list], (items, { budget }) => duplicates(items, budget))],
  flatten: [overload('list', [list], (items, { budget }) => flatten(items, budget))],
  sort: [overload('list, precedes', [list, callable], sort)],
  'string join': [
    overload('list', [list], (items) => join(items, null)),
    overload('list, delimiter', [list, anything], (items, delimiter) => join(items, delimiter)),
    overload('list, delimiter, prefix, suffix', [list, anything, anything, anything], joinWithin),
  ],
  partition: [
    overload('list, size', [list, number], (items, size) => {
      const length = intValue(size)
      if (length <= 0) return new FeelError(worded`'size' should be greater than zero but was '${shown(size)}'`)
      return Array.from({ length: Math.ceil(items.length / length) }, (_, index) => items.slice(index * length, (index + 1) * length))
    }),
  ],
}

/** Of an empty list the value is null, or what is said. */
function ofNumbers(apply: (numbers: readonly FeelNumber[]) => FeelValue, ofNone: FeelValue = null): FeelFunction {
  return variadic('list', [list], (items, { budget }) => {
    budget.spend(items.length)
    const values = items.map(settle)
    const stranger = values.find((value) => !isNumber(value))
    if (stranger !== undefined) return new FeelError(worded`expected number but found '${shown(stranger)}'`)
    return values.length === 0 ? ofNone : apply(values.filter(isNumber))
  })
}

function extreme(items: FeelList, isFirst: (order: number) => boolean): FeelValue | FeelError {
  if (items.length === 0) return null
  if (!isComparable(items)) return new FeelError(worded`${shown(items)} is not comparable`)
  return items.map(settle).reduce((best, item) => (isFirst(orderOf(best, item)) ? best : item))
}

/** @throws EvaluationFault of lists */
function orderOf(x: FeelValue, y: FeelValue): number {
  const found = order(x, y)
  if (found === undefined) throw new EvaluationFault(worded`${shown(x)} can not be compared to ${shown(y)}`)
  return found
}

function median(numbers: readonly FeelNumber[]): FeelNumber {
  const sorted = numbers.toSorted(compare)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] as FeelNumber
  return sorted.length % 2 === 1 ? upper : divide(add(sorted[half - 1] as FeelNumber, upper), 2)
}

function standardDeviation(numbers: readonly FeelNumber[]): FeelNumber {
  const mean = divide(sum(numbers), numbers.length)
  const squares = numbers.map((n) => power(subtract(n, mean), 2)).reduce(add, 0)
  return fromDouble(Math.sqrt(toDouble(divide(squares, numbers.length - 1))))
}

/** The most frequent numbers, in ascending order. */
function mode(numbers: readonly FeelNumber[]): FeelList {
  const counts = new Map<string, { number: FeelNumber; count: number }>()
  for (const number of numbers) {
    const found = counts.get(keyOfNumber(number))
    if (found) found.count++
    else counts.set(keyOfNumber(number), { number, count: 1 })
  }
  const most = Math.max(...[...counts.values()].map(({ count }) => count))
  return [...counts.values()]
    .filter(({ count }) => count === most)
    .map(({ number }) => number)
    .sort(compare)
}

/** `decisive` if one item is that, else null if one is no boolean. */
function decided(items: FeelList, decisive: boolean): boolean | null {
  let answer: boolean | null = !decisive
  for (const item of items) {
    if (item === decisive) return decisive
    if (typeof item !== 'boolean') answer = null
  }
  return answer
}

function indexOf(items: FeelList, position: number): number {
  return position > 0 ? position - 1 : items.length + position
}

function clamped(index: number, items: FeelList): number {
  return Math.max(0, Math.min(index, items.length))
}

function sublist(items: FeelList, start: FeelNumber, length?: number): FeelList | FeelError {
  if (isZero(start)) return new FeelError('start position must be a non-zero number')
  const from = indexOf(items, intValue(start))
  return items.slice(clamped(from, items), clamped(length === undefined ? items.length : (from + length) | 0, items))
}

function flattenOnce(lists: FeelList): FeelItem[] {
  return lists.flatMap((item) => (list(item as FeelValue) ? (item as FeelList) : [item]))
}

function flatten(items: FeelList, budget: Budget): FeelItem[] {
  budget.spend(items.length)
  return items.flatMap((item) => (list(item as FeelValue) ? flatten(item as FeelList, budget) : [item]))
}

/** The first of equal items. */
function distinct(items: FeelList, budget: Budget): FeelList {
  return countedValues(items, budget).map(({ value }) => value)
}

function duplicates(items: FeelList, budget: Budget): FeelList {
  return countedValues(items, budget)
    .filter(({ count }) => count > 1)
    .map(({ value }) => value)
}

/** Distinct values and how often each occurs. Scalars are found by a key, others by comparison. */
function countedValues(items: FeelList, budget: Budget): { value: FeelValue; count: number }[] {
  const counted: { value: FeelValue; count: number }[] = []
  const byKey = new Map<FeelValue, { value: FeelValue; count: number }>()
  const others: { value: FeelValue; count: number }[] = []
  for (const item of items) {
    budget.spend(1)
    const value = settle(item)
    const key = isNumber(value) ? `n${keyOfNumber(value)}` : typeof value === 'string' ? `s${value}` : value
    const isScalar = key === null || typeof key !== 'object'
    if (!isScalar) budget.spend(others.length)
    const known = isScalar ? byKey.get(key) : others.find((other) => equal(other.value, value, budget) === true)
    if (known) {
      known.count++
      continue
    }
    const entry = { value, count: 1 }
    counted.push(entry)
    if (isScalar) byKey.set(key, entry)
    else others.push(entry)
  }
  return counted
}

/** The same for equal numbers, whatever their scales. */
function keyOfNumber(number: FeelNumber): string {
  const whole = toLong(number)
  if (whole !== undefined) return String(whole)
  return decimalText(number).replace(/(\.\d*?)0+(?=$|E)/, '$1')
}

/** A stable sort. What the function answers must be a boolean; whatever goes wrong in it is a failure of the sort alone. */
function sort(items: FeelList, precedes: FeelFunction, evaluation: Evaluation): FeelList | FeelError {
  if (precedes.parameters.length !== 2)
    return new FeelError(`expect boolean function with 2 arguments, but found '${precedes.parameters.length}'`)
  const isBefore = (x: FeelValue, y: FeelValue): boolean => {
    const answer = precedes.invoke([x, y], evaluation)
    if (typeof answer !== 'boolean') throw new EvaluationFault(worded`expected boolean but found '${shown(answer)}'`)
    return answer
  }
  try {
    return items.map(settle).sort((x, y) => (isBefore(x, y) ? -1 : isBefore(y, x) ? 1 : 0))
  } catch (fault) {
    if (fault instanceof EvaluationFault) return new FeelError(worded`fail to sort list by given precedes function: ${fault.wording}`)
    throw fault
  }
}

function join(items: FeelList, delimiter: FeelValue, prefix = '', suffix = ''): string | FeelError | undefined {
  if (delimiter !== null && !text(delimiter)) return undefined
  if (!items.every((item) => item === null || typeof item === 'string'))
    return new FeelError(worded`expected a list of strings but found '${shown(items)}'`)
  return prefix + items.filter((item) => item !== null).join(delimiter ?? '') + suffix
}

function joinWithin(items: FeelList, delimiter: FeelValue, prefix: FeelValue, suffix: FeelValue): string | FeelError | undefined {
  if (text(prefix) && text(suffix)) return join(items, delimiter, prefix, suffix)
  return prefix === null && suffix === null ? join(items, delimiter) : undefined
}
