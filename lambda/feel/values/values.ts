import { type JsonObject, WholeDouble } from '../../json/json.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { inFull, type Reason } from '../evaluation/wording.ts'
import { type Decimal, fromDouble, fromInteger, isPlainNumber } from '../numbers/decimal.ts'
import type { DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration } from '../temporal/temporal.ts'

/**
 * A value of FEEL. Those of a message are taken as they were parsed from JSON, without a copy: its objects are contexts, its arrays are
 * lists. What is read out of a list or a context is settled first.
 */
export type FeelValue = null | boolean | string | FeelNumber | FeelList | FeelContext | FeelRange | FeelFunction | FeelTemporal

/** A safe integer, a fraction which is the decimal that its shortest text says, or any other decimal. See decimal.ts. */
export type FeelNumber = number | Decimal

export type FeelTemporal = FeelDate | FeelTime | FeelDateTime | DaysTimeDuration | YearsMonthsDuration

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

/** What is wrong where a value should be. Most of the language turns it into null; what reaches the end is the failure of the evaluation. */
export class FeelError {
  readonly wording: Reason
  /** An error which no function call and no operator turns into null. */
  readonly fatal: boolean

  constructor(wording: Reason, fatal = false) {
    this.wording = wording
    this.fatal = fatal
  }

  /** With the values. */
  get reason(): string {
    return inFull(this.wording)
  }
}

/** The value of an item, as Camunda's engine reads a number of the message: integers exactly, fractions by the text of Java's double. */
export function settle(item: FeelItem): FeelValue {
  if (typeof item === 'number') return isPlainNumber(item) ? item : Number.isFinite(item) ? fromDouble(item) : null
  if (typeof item === 'bigint') return fromInteger(item)
  return item instanceof WholeDouble ? fromDouble(item.value) : item
}
