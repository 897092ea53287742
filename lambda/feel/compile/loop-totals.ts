import type { FeelError } from '../evaluation/feel-error.ts'
import { CALL_STEPS } from '../functions/overload.ts'
import { isNumber, SmallSum } from '../numbers/decimal.ts'
import { argumentsOf, type FunctionCall } from '../syntax/syntax-tree.ts'
import type { FeelItem, FeelValue } from '../values/values.ts'
import { type Compile, type Compute, orNull } from './compute.ts'
import { compileLoop, type LoopValues, mentionsPartial } from './iterations.ts'
import type { Scope } from './scope.ts'

/** The function itself, called with one argument. */
type Call = (argument: FeelValue | FeelError, scope: Scope) => FeelValue | FeelError

/** `sum(for …)` and `count(for …)`, for which no list is made; undefined of any other call. They cost as many steps as with a list. */
export function compileLoopTotal(node: FunctionCall, compile: Compile, call: Call): Compute | undefined {
  const total = node.name === 'sum' ? sumOf : node.name === 'count' ? countOf : undefined
  const [loop, more] = argumentsOf(node)
  if (!total || loop?.kind !== 'for' || more || node.args.kind !== 'positional' || mentionsPartial(loop.body)) return undefined
  return total(compileLoop(loop, compile), call)
}

/** Of small numbers only the sum is kept; what comes from the first other on is kept in a list, for the function to add up. */
function sumOf(values: LoopValues, call: Call): Compute {
  return (scope) => {
    const sum = new SmallSum()
    let added = 0
    let rest: FeelItem[] | undefined
    const fault = values(scope, (value) => {
      if (rest) rest.push(value as FeelItem)
      else if (isNumber(value) && sum.add(value)) added++
      else rest = added === 0 ? [value as FeelItem] : [sum.value, value as FeelItem]
    })
    if (fault) return call(orNull(fault), scope)
    const { budget } = scope.evaluation
    budget.spend(added)
    budget.spendBatch(added)
    if (rest || added === 0) return call(rest ?? [], scope)
    budget.spend(CALL_STEPS)
    return sum.value
  }
}

function countOf(values: LoopValues, call: Call): Compute {
  return (scope) => {
    let count = 0
    const fault = values(scope, () => count++)
    if (fault) return call(orNull(fault), scope)
    scope.evaluation.budget.spend(CALL_STEPS)
    scope.evaluation.budget.spendBatch(count)
    return count
  }
}
