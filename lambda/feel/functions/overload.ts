import type { Budget } from '../evaluation/budget.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'

import { FeelError } from '../evaluation/feel-error.ts'
import { later, listed, worded } from '../evaluation/wording.ts'
import { isNumber } from '../numbers/decimal.ts'

import { spendOnTemporal } from '../temporal/temporal.ts'

import { isContext } from '../values/contexts.ts'
import { shown } from '../values/shown.ts'
import { isList } from '../values/types.ts'
import { FeelFunction, FeelRange, type FeelValue } from '../values/values.ts'

/** Functions by their names, each with its overloads in the order in which the engine tries them. */
export type FunctionTable = Readonly<Record<string, readonly FeelFunction[]>>

/** What a call of a function which is built in costs by itself. */
export const CALL_STEPS = 3
const FAILED_STEPS = 4

type Guard = (value: FeelValue) => boolean
type GuardOf<T extends FeelValue> = (value: FeelValue) => value is T
type Guarded<G> = G extends GuardOf<infer T> ? T : FeelValue
type Values<Guards extends readonly Guard[]> = { -readonly [Index in keyof Guards]: Guarded<Guards[Index]> }
type Result = FeelValue | FeelError | undefined

export const text = (value: FeelValue): value is string => typeof value === 'string'
export const number = isNumber
export const list = isList
export const context = isContext
export const range = (value: FeelValue): value is FeelRange => value instanceof FeelRange
export const callable = (value: FeelValue): value is FeelFunction => value instanceof FeelFunction
export const anything = (_value: FeelValue): _value is FeelValue => true

/**
 * An overload of a function which is built in.
 * @param parameters their names, with commas between them
 * @param guards what the arguments must be, in that order
 * @param apply the value; undefined of arguments which it does not take after all, an error of those which it refuses with a reason
 */
export function overload<const Guards extends readonly Guard[]>(
  parameters: string,
  guards: Guards,
  apply: (...args: [...Values<Guards>, Evaluation]) => Result,
  variadic = false,
): FeelFunction {
  const names = parameters === '' ? [] : parameters.split(', ')
  const invoke = (args: readonly FeelValue[], evaluation: Evaluation): FeelValue | FeelError => {
    const { budget } = evaluation
    budget.spend(CALL_STEPS)
    for (const arg of args) spendOnArgument(arg, budget)
    const result = taken(guards, args) ? applied(apply as Apply, args, evaluation) : undefined
    if (result === undefined) return illegal(args, budget)
    spendOnResult(result, budget)
    return result
  }
  return new FeelFunction(names, invoke, variadic)
}

type Apply = (...args: readonly unknown[]) => Result

/** The call itself. To spread the arguments would take as long as most functions do. */
function applied(apply: Apply, args: readonly FeelValue[], evaluation: Evaluation): Result {
  if (args.length === 1) return apply(args[0], evaluation)
  if (args.length === 2) return apply(args[0], args[1], evaluation)
  return apply(...args, evaluation)
}

function taken(guards: readonly Guard[], args: readonly FeelValue[]): boolean {
  for (let index = 0; index < guards.length; index++) if (!guards[index]?.(args[index] ?? null)) return false
  return true
}

/** An overload whose last parameter takes all further arguments as a list. */
export function variadic<const Guards extends readonly Guard[]>(
  parameters: string,
  guards: Guards,
  apply: (...args: [...Values<Guards>, Evaluation]) => Result,
): FeelFunction {
  return overload(parameters, guards, apply, true)
}

function spendOnArgument(value: FeelValue, budget: Budget) {
  if (text(value) || isList(value)) budget.spendBatch(value.length)
}

/** Texts and lists are held as they are; contexts and numbers were charged when they were made. */
function spendOnResult(value: FeelValue | FeelError, budget: Budget) {
  if (typeof value === 'string') budget.spendBatch(value.length)
  else if (isList(value)) budget.spendItems(value.length)
  else if (value instanceof FeelError) budget.spend(FAILED_STEPS)
  else spendOnTemporal(value, budget)
}

function illegal(args: readonly FeelValue[], budget: Budget): FeelError {
  return new FeelError(later(() => worded`Illegal arguments: ${listed(args.map((arg) => worded`'${shown(arg, budget)}'`))}`))
}
