import type { Budget } from '../evaluation/budget.ts'
import { type Evaluation, EvaluationFault } from '../evaluation/evaluation.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { worded } from '../evaluation/wording.ts'
import {
  add,
  compare,
  divide,
  type FeelNumber,
  fromDouble,
  intValue,
  isNumber,
  isZero,
  keyOf,
  multiply,
  power,
  subtract,
  sum,
  toDouble,
} from '../numbers/decimal.ts'
import { equal, isComparable, order, sameItem } from '../values/comparison.ts'
import { shown } from '../values/shown.ts'
import { type FeelFunction, type FeelItem, type FeelList, type FeelValue, settle } from '../values/values.ts'
import { anything, callable, type FunctionTable, list, number, overload, text, variadic } from './overload.ts'

const conjunction = variadic('list', [list], (items) => decided(items, false))
const disjunction = variadic('list', [list], (items) => decided(items, true))

export const LIST_FUNCTIONS: FunctionTable = {
  'list contains': [
    overload('list, element', [list, anything], (items, element, { budget }) => {
      budget.spendItems(items.length)
      return items.some((item) => sameItem(item, element, budget))
    }),
  ],
  count: [overload('list', [list], (items) => items.length)],
  'is empty': [overload('list', [list], (items) => items.length === 0)],
  min: [variadic('list', [list], (items, { budget }) => extreme(items, (order) => order <= 0, budget))],
  max: [variadic('list', [list], (items, { budget }) => extreme(items, (order) => order >= 0, budget))],
  sum: [ofNumbers(sum)],
  product: [ofNumbers((numbers, budget) => numbers.reduce((x, y) => multiply(x, y, budget)))],
  mean: [ofNumbers((numbers, budget) => divide(sum(numbers, budget), numbers.length, budget))],
  median: [ofNumbers(median)],
  stddev: [ofNumbers(standardDeviation)],
  mode: [ofNumbers(mode, [])],
  and: [conjunction],
  all: [conjunction],
  or: [disjunction],
  any: [disjunction],
  sublist: [
    overload('list, start', [list, number], (items, start, { budget }) => sublist(items, start, budget)),
    overload('list, start, length', [list, number, number], (items, start, length, { budget }) =>
      sublist(items, start, budget, intValue(length, budget)),
    ),
  ],
  append: [variadic('list, items', [list, list], (items, more) => [...items, ...more])],
  concatenate: [variadic('lists', [list], flattenOnce)],
  'insert before': [
    overload('list, position, newItem', [list, number, anything], (items, position, item, { budget }) => {
      if (isZero(position)) return new FeelError('position must be a non-zero number')
      const index = clamped(indexOf(items, intValue(position, budget)), items)
      return [...items.slice(0, index), item, ...items.slice(index)]
    }),
  ],
  remove: [
    overload('list, position', [list, number], (items, position, { budget }) => {
      if (isZero(position)) return new FeelError('position must be a non-zero number')
      const before = items.slice(0, clamped(indexOf(items, intValue(position, budget)), items))
      return [...before, ...items.slice(clamped(indexOf(items, intValue(add(position, 1, budget), budget)), items))]
    }),
  ],
  reverse: [overload('list', [list], (items) => items.toReversed())],
  'index of': [
    overload('list, match', [list, anything], (items, match, { budget }) => {
      budget.spendItems(items.length)
      return items
        .map((item, index) => (equal(settle(item, budget), match, budget) === true ? index + 1 : 0))
        .filter((position) => position > 0)
    }),
  ],
  union: [variadic('lists', [list], (lists, { budget }) => distinct(flattenOnce(lists), budget))],
  'distinct values': [overload('list', [list], (items, { budget }) => distinct(items, budget))],
  'duplicate values': [overload('list', [list], (items, { budget }) => duplicates(items, budget))],
  flatten: [overload('list', [list], (items, { budget }) => flattened(items, budget, []))],
  sort: [overload('list, precedes', [list, callable], sort)],
  'string join': [
    overload('list', [list], (items, { budget }) => join(items, null, budget)),
    overload('list, delimiter', [list, anything], (items, delimiter, { budget }) => join(items, delimiter, budget)),
    overload('list, delimiter, prefix, suffix', [list, anything, anything, anything], joinWithin),
  ],
  partition: [
    overload('list, size', [list, number], (items, size, { budget }) => {
      const length = intValue(size, budget)
      if (length <= 0) return new FeelError(worded`'size' should be greater than zero but was '${shown(size, budget)}'`)
      budget.spendItems(items.length)
      budget.spend(2 * Math.ceil(items.length / length))
      return Array.from({ length: Math.ceil(items.length / length) }, (_, index) => items.slice(index * length, (index + 1) * length))
    }),
  ],
}

/** Of an empty list the value is null, or what is said. */
function ofNumbers(apply: (numbers: readonly FeelNumber[], budget: Budget) => FeelValue, ofNone: FeelValue = null): FeelFunction {
  return variadic('list', [list], (items, { budget }) => {
    budget.spend(items.length)
    const values = items.map((item) => settle(item, budget))
    const stranger = values.find((value) => !isNumber(value))
    if (stranger !== undefined) return new FeelError(worded`expected number but found '${shown(stranger, budget)}'`)
    return values.length === 0 ? ofNone : apply(values.filter(isNumber), budget)
  })
}

function extreme(items: FeelList, isFirst: (order: number) => boolean, budget: Budget): FeelValue | FeelError {
  if (items.length === 0) return null
  if (!isComparable(items, budget)) return new FeelError(worded`${shown(items, budget)} is not comparable`)
  budget.spendItems(items.length)
  return items.map((item) => settle(item, budget)).reduce((best, item) => (isFirst(orderOf(best, item, budget)) ? best : item))
}

/** @throws EvaluationFault of lists */
function orderOf(x: FeelValue, y: FeelValue, budget: Budget): number {
  const found = order(x, y, budget)
  if (found === undefined) throw new EvaluationFault(worded`${shown(x, budget)} can not be compared to ${shown(y, budget)}`)
  return found
}

function median(numbers: readonly FeelNumber[], budget: Budget): FeelNumber {
  const sorted = sortedNumbers(numbers, budget)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] as FeelNumber
  return sorted.length % 2 === 1 ? upper : divide(add(sorted[half - 1] as FeelNumber, upper, budget), 2, budget)
}

function standardDeviation(numbers: readonly FeelNumber[], budget: Budget): FeelNumber {
  const mean = divide(sum(numbers, budget), numbers.length, budget)
  const squares = numbers.map((n) => power(subtract(n, mean, budget), 2, budget)).reduce((x: FeelNumber, y) => add(x, y, budget), 0)
  return fromDouble(Math.sqrt(toDouble(divide(squares, numbers.length - 1, budget), budget)), budget)
}

/** The most frequent numbers, in ascending order. */
function mode(numbers: readonly FeelNumber[], budget: Budget): FeelList {
  const counts = new Map<string, { number: FeelNumber; count: number }>()
  for (const number of numbers) {
    budget.spend(COUNTED_STEPS)
    const key = keyOf(number, budget)
    const found = counts.get(key)
    if (found) found.count++
    else counts.set(key, { number, count: 1 })
  }
  const most = [...counts.values()].reduce((most, { count }) => Math.max(most, count), 0)
  const modes = [...counts.values()].filter(({ count }) => count === most).map(({ number }) => number)
  return sortedNumbers(modes, budget)
}

/** What a map takes for each value which it counts. */
const COUNTED_STEPS = 4

function sortedNumbers(numbers: readonly FeelNumber[], budget: Budget): FeelNumber[] {
  return numbers.toSorted((x, y) => {
    budget.spend(1)
    return compare(x, y, budget)
  })
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

function sublist(items: FeelList, start: FeelNumber, budget: Budget, length?: number): FeelList | FeelError {
  if (isZero(start)) return new FeelError('start position must be a non-zero number')
  const from = indexOf(items, intValue(start, budget))
  return items.slice(clamped(from, items), clamped(length === undefined ? items.length : (from + length) | 0, items))
}

function flattenOnce(lists: FeelList): FeelItem[] {
  const flat: FeelItem[] = []
  for (const item of lists) {
    if (list(item)) for (const inner of item) flat.push(inner)
    else flat.push(item)
  }
  return flat
}

/** Into one list, for a thousand levels too. */
function flattened(items: FeelList, budget: Budget, into: FeelItem[]): FeelItem[] {
  budget.spend(items.length)
  for (const item of items) {
    if (list(item)) flattened(item, budget, into)
    else into.push(item)
  }
  return into
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
    budget.spend(COUNTED_STEPS)
    const value = settle(item, budget)
    if (typeof value === 'string') budget.spendBatch(value.length)
    const key = isNumber(value) ? `n${keyOf(value, budget)}` : typeof value === 'string' ? `s${value}` : value
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

/** A stable sort. What the function answers must be a boolean; whatever goes wrong in it is a failure of the sort alone. */
function sort(items: FeelList, precedes: FeelFunction, evaluation: Evaluation): FeelList | FeelError {
  if (precedes.parameters.length !== 2)
    return new FeelError(`expect boolean function with 2 arguments, but found '${precedes.parameters.length}'`)
  const isBefore = (x: FeelValue, y: FeelValue): boolean => {
    const answer = precedes.invoke([x, y], evaluation)
    if (typeof answer !== 'boolean') throw new EvaluationFault(worded`expected boolean but found '${shown(answer, evaluation.budget)}'`)
    return answer
  }
  try {
    return items.map((item) => settle(item, evaluation.budget)).sort((x, y) => (isBefore(x, y) ? -1 : isBefore(y, x) ? 1 : 0))
  } catch (fault) {
    evaluation.budget.spendThrown()
    if (fault instanceof EvaluationFault) return new FeelError(worded`fail to sort list by given precedes function: ${fault.wording}`)
    throw fault
  }
}

function join(items: FeelList, delimiter: FeelValue, budget: Budget, prefix = '', suffix = ''): string | FeelError | undefined {
  if (delimiter !== null && !text(delimiter)) return undefined
  budget.spendItems(items.length)
  const texts = items.filter((item) => item !== null)
  if (!texts.every((item) => typeof item === 'string'))
    return new FeelError(worded`expected a list of strings but found '${shown(items, budget)}'`)
  const between = delimiter ?? ''
  budget.spendBatch(texts.reduce((length, item) => length + between.length + item.length, 0))
  return prefix + texts.join(between) + suffix
}

function joinWithin(
  items: FeelList,
  delimiter: FeelValue,
  prefix: FeelValue,
  suffix: FeelValue,
  { budget }: Evaluation,
): string | FeelError | undefined {
  if (text(prefix) && text(suffix)) return join(items, delimiter, budget, prefix, suffix)
  return prefix === null && suffix === null ? join(items, delimiter, budget) : undefined
}
