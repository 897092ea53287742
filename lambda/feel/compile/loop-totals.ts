import type { FeelError } from '../evaluation/feel-error.ts'
import { CALL_STEPS } from '../functions/overload.ts'
import { isNumber, SmallSum } from '../numbers/decimal.ts'
import { argumentsOf, type FeelNode, type For, type FunctionCall } from '../syntax/syntax-tree.ts'
import type { FeelItem, FeelValue } from '../values/values.ts'
import { type Compile, type Compute, orNull } from './compute.ts'
import { compileLoop, mentionsPartial } from './iterations.ts'
import { operation } from './operators.ts'
import type { Scope } from './scope.ts'

/** The function itself, called with one argument. */
type Call = (argument: FeelValue | FeelError, scope: Scope) => FeelValue | FeelError

/** `sum(for …)` and `count(for …)`, for which no list is made; undefined of any other call. They cost as many steps as with a list. */
export function compileLoopTotal(node: FunctionCall, compile: Compile, call: Call): Compute | undefined {
  const compileTotal = node.name === 'sum' ? compileSum : node.name === 'count' ? compileCount : undefined
  const [loop, more] = argumentsOf(node)
  if (!compileTotal || loop?.kind !== 'for' || more || node.args.kind !== 'positional' || mentionsPartial(loop.body)) return undefined
  return compileTotal(loop, compile, call)
}

/** Of small numbers only the sum is kept; what comes from the first other on is kept in a list, for the function to add up. */
function compileSum(loop: For, compile: Compile, call: Call): Compute {
  const { rounds, compileWithin } = compileLoop(loop, compile)
  const addend = compileAddend(loop.body, compileWithin)
  return (scope) => {
    const sum = new SmallSum()
    let added = 0
    let rest: FeelItem[] | undefined
    const fault = rounds(scope, (inner) => {
      const value = addend(inner, rest ? undefined : sum)
      if (value === undefined) added++
      else if (rest) rest.push(value as FeelItem)
      else rest = added === 0 ? [value as FeelItem] : [sum.value, value as FeelItem]
      return true
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

/** Adds the value of a round to a sum; the value itself where it cannot be added, or where there is no sum any more. */
type Addend = (scope: Scope, sum: SmallSum | undefined) => FeelValue | FeelError | undefined

function compileAddend(body: FeelNode, compile: Compile): Addend {
  if (body.kind === 'arithmetic' && body.operator === '*') {
    // A price and a quantity, mostly: their product need not be made.
    const left = compile(body.left)
    const right = compile(body.right)
    const multiply = operation(body)
    return (scope, sum) => {
      const x = left(scope)
      const y = right(scope)
      if (sum && typeof x === 'number' && typeof y === 'number' && sum.addProduct(x, y)) return undefined
      return addedTo(sum, multiply(x, y, scope))
    }
  }
  const compute = compile(body)
  return (scope, sum) => addedTo(sum, compute(scope))
}

function addedTo(sum: SmallSum | undefined, value: FeelValue | FeelError): FeelValue | FeelError | undefined {
  return sum && isNumber(value) && sum.add(value) ? undefined : value
}

function compileCount(loop: For, compile: Compile, call: Call): Compute {
  const { rounds, compileWithin } = compileLoop(loop, compile)
  const body = compileWithin(loop.body)
  return (scope) => {
    let count = 0
    const fault = rounds(scope, (inner) => {
      body(inner)
      count++
      return true
    })
    if (fault) return call(orNull(fault), scope)
    scope.evaluation.budget.spend(CALL_STEPS)
    scope.evaluation.budget.spendBatch(count)
    return count
  }
}
