import { type JsonObject, WholeDouble } from '../../json/json.ts'
import type { Budget } from '../evaluation/budget.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { FeelError } from '../evaluation/feel-error.ts'
import { type FeelNumber, fromDouble, fromInteger, isPlainNumber } from '../numbers/decimal.ts'
import type { FeelTemporal } from '../temporal/temporal.ts'

/**
 * A value of FEEL. Those of a message are taken as they were parsed from JSON, without a copy: its objects are contexts, its arrays are
 * lists. What is read out of a list or a context is settled first.
 */
export type FeelValue = null | boolean | string | FeelNumber | FeelList | FeelContext | FeelRange | FeelFunction | FeelTemporal

/** A member of a list or a context as it stands there: a value, or a number of the message which nobody has read yet. */
export type FeelItem = FeelValue | bigint | WholeDouble

export type FeelList = readonly FeelItem[]

/** A context which an expression made, or an object of the message (its own keys, no prototype). */
export type FeelContext = MadeContext | JsonObject

/** A context which an expression made. As in Camunda's engine, functions have a namespace of their own. */
export class MadeContext {
  readonly entries: ReadonlyMap<string, FeelItem>
  /** Several of one name where they take different numbers of arguments. */
  readonly functions: ReadonlyMap<string, readonly FeelFunction[]> | undefined
  /** Whether it stands in the expression as `{…}`; a function made it otherwise. */
  readonly isLiteral: boolean

  constructor(entries: ReadonlyMap<string, FeelItem>, functions?: ReadonlyMap<string, readonly FeelFunction[]>, isLiteral = false) {
    this.entries = entries
    this.functions = functions
    this.isLiteral = isLiteral
  }
}

/** A range of points of one type: `[1..5]`, `(@"P1D"..@"P2D"]`. */
export class FeelRange {
  readonly start: FeelValue
  readonly end: FeelValue
  readonly startIncluded: boolean
  readonly endIncluded: boolean

  constructor(start: FeelValue, startIncluded: boolean, end: FeelValue, endIncluded: boolean) {
    this.start = start
    this.startIncluded = startIncluded
    this.end = end
    this.endIncluded = endIncluded
  }
}

/** A function which an expression defines or which is built in. */
export class FeelFunction {
  readonly parameters: readonly string[]
  /** Whether the last parameter takes all further arguments as a list. */
  readonly variadic: boolean
  readonly invoke: Invoke

  constructor(parameters: readonly string[], invoke: Invoke, variadic = false) {
    this.parameters = parameters
    this.invoke = invoke
    this.variadic = variadic
  }
}

/** Gets as many arguments as there are parameters. */
export type Invoke = (args: readonly FeelValue[], evaluation: Evaluation) => FeelValue | FeelError

/** The value of an item, as Camunda's engine reads a number of the message: integers exactly, fractions by the text of Java's double. */
export function settle(item: FeelItem, budget: Budget): FeelValue {
  if (typeof item === 'number') return isPlainNumber(item) ? item : Number.isFinite(item) ? fromDouble(item, budget) : null
  if (typeof item === 'bigint') return fromInteger(item, budget)
  return typeof item === 'object' && item instanceof WholeDouble ? fromDouble(item.value, budget) : item
}
