import { WholeDouble } from '../../json/json.ts'
import type { Budget } from '../evaluation/budget.ts'
import { EvaluationFault } from '../evaluation/evaluation.ts'
import { worded } from '../evaluation/wording.ts'
import { compare as compareNumbers, isNumber } from '../numbers/decimal.ts'
import { compareTemporals, equalTemporals, isTemporal } from '../temporal/temporal.ts'
import { entryOf, isContext, itemsOf, sizeOf } from './contexts.ts'
import { shown } from './shown.ts'
import { exactTypeOf, isList } from './types.ts'
import { type FeelContext, type FeelItem, type FeelList, FeelRange, type FeelValue, MadeContext, settle } from './values.ts'

/** Whether two values are equal; undefined of values which FEEL does not compare. Nothing but null equals null. */
export function equal(x: FeelValue, y: FeelValue, budget: Budget): boolean | undefined {
  if (x === null || y === null) return x === y
  if (typeof x === 'string' && typeof y === 'string') return equalTexts(x, y, budget)
  if (typeof x !== 'object' && typeof x === typeof y) return x === y
  if (isNumber(x)) return isNumber(y) ? compareNumbers(x, y, budget) === 0 : undefined
  if (isList(x)) return isList(y) ? equalLists(x, y, budget, areEqual) : undefined
  if (isTemporal(x)) return isTemporal(y) ? equalTemporals(x, y, budget) : undefined
  return isContext(x) && isContext(y) ? equalContexts(x, y, budget, areEqual) : undefined
}

/**
 * Whether two values are the same in the sense in which the engine's lists look for an item: as `equal`, but a context which a literal made
 * is the same only as itself.
 */
export function same(x: FeelValue, y: FeelValue, budget: Budget): boolean {
  if (typeof x === 'string' && typeof y === 'string') return equalTexts(x, y, budget)
  if (x === y) return true
  if (isList(x)) return isList(y) && equalLists(x, y, budget, same)
  if (x instanceof FeelRange)
    return (
      y instanceof FeelRange &&
      x.startIncluded === y.startIncluded &&
      x.endIncluded === y.endIncluded &&
      same(x.start, y.start, budget) &&
      same(x.end, y.end, budget)
    )
  if (isContext(x)) return isContext(y) && !isLiteral(x) && !isLiteral(y) && equalContexts(x, y, budget, same)
  return x !== null && y !== null && equal(x, y, budget) === true
}

/** Whether an item is the same as a value. Among plain numbers it need not be read in decimal digits for that. */
export function sameItem(item: FeelItem, value: FeelValue, budget: Budget): boolean {
  if (typeof value !== 'number') return same(settle(item, budget), value, budget)
  if (typeof item === 'number') return item === value
  if (item instanceof WholeDouble) return item.value === value
  return typeof item === 'object' && same(item, value, budget)
}

/** Texts of different lengths are told apart at once. */
export function equalTexts(x: string, y: string, budget: Budget): boolean {
  if (x.length === y.length) budget.spendCompared(x, y)
  return x === y
}

function areEqual(x: FeelValue, y: FeelValue, budget: Budget): boolean {
  return equal(x, y, budget) === true
}

function isLiteral(context: FeelContext): boolean {
  return context instanceof MadeContext && context.isLiteral
}

type Equals = (x: FeelValue, y: FeelValue, budget: Budget) => boolean

function equalLists(x: FeelList, y: FeelList, budget: Budget, equals: Equals): boolean {
  if (x.length !== y.length) return false
  budget.spend(2 + x.length)
  return x.every((item, index) => equals(settle(item, budget), settle(y[index] ?? null, budget), budget))
}

function equalContexts(x: FeelContext, y: FeelContext, budget: Budget, equals: Equals): boolean {
  const size = sizeOf(x)
  budget.spend(1 + size)
  if (size !== sizeOf(y)) return false
  for (const [name, item] of itemsOf(x)) {
    const other = entryOf(y, name, budget)
    if (other === undefined || !equals(settle(item, budget), other, budget)) return false
  }
  return true
}

/**
 * Negative, zero or positive as x comes before, with or after y; undefined of values which have no order.
 * @throws EvaluationFault of two lists, for which the engine has no answer
 */
export function order(x: FeelValue, y: FeelValue, budget: Budget): number | undefined {
  if (typeof x === 'number' && typeof y === 'number') return x < y ? -1 : x > y ? 1 : 0
  if (typeof x === 'string' && typeof y === 'string') {
    budget.spendCompared(x, y)
    return x < y ? -1 : x > y ? 1 : 0
  }
  if (isNumber(x)) return isNumber(y) ? compareNumbers(x, y, budget) : undefined
  if (isTemporal(x)) return isTemporal(y) ? compareTemporals(x, y, budget) : undefined
  if (isList(x) && isList(y) && isComparable(x, budget) && isComparable(y, budget))
    throw new EvaluationFault(worded`${shown(x, budget)} can not be compared to ${shown(y, budget)}`)
  return undefined
}

/** Whether a value has an order: numbers, strings, temporal values, and lists whose items are all of one such type. */
export function isComparable(value: FeelValue, budget: Budget): boolean {
  if (!isList(value)) return typeof value === 'string' || isNumber(value) || isTemporal(value)
  budget.spend(1)
  const [first] = value
  if (first === undefined) return false
  const type = exactTypeOf(settle(first, budget))
  budget.spendItems(value.length)
  return isComparable(settle(first, budget), budget) && value.every((item) => exactTypeOf(settle(item, budget)) === type)
}
