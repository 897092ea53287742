import type { Budget } from '../evaluation/budget.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { worded } from '../evaluation/wording.ts'
import { type FeelNode, isListOfConstants } from '../syntax/syntax-tree.ts'
import { isComparable, order, sameItem } from '../values/comparison.ts'
import { shown } from '../values/shown.ts'
import { textOf } from '../values/text.ts'
import { exactTypeOf, isList, isPoint } from '../values/types.ts'
import { FeelFunction, FeelRange, type FeelValue } from '../values/values.ts'
import { areEqual, holdsFor, inOrder } from './comparisons.ts'
import { type Compilers, failed, isError } from './compute.ts'
import { disjunction } from './logic.ts'
import { EntriesScope, type Scope, VariableScope } from './scope.ts'
import { compileOperand } from './values.ts'

/** What the engine calls the value before `in`; an expression can read it by this name. */
const INPUT = 'cellInput'
/** The same where `?` stands for it. */
const INPUT_SYMBOL = '?'

const NO_INPUT = new FeelError(`No input value available. '${INPUT_SYMBOL}' can only be used inside an unary-test expression.`, true)

/** `in`, the tests behind it, and ranges. */
export const TESTS: Compilers<'in' | 'inputValue' | 'inputTest' | 'inputInRange' | 'inputEquals' | 'unaryTest' | 'anyOf' | 'range'> = {
  in: (node, compile) => {
    const compute = isListOfConstants(node.test) ? compileOperand(node.value, compile) : compile(node.value)
    const test = compile.within({ names: [INPUT], isIterator: false })(node.test)
    return (scope) => {
      const value = compute(scope)
      return isError(value) ? value : test(withInput(value, scope))
    }
  },

  inputValue: () => (scope) => {
    const value = scope.variable(INPUT_SYMBOL)
    return value === undefined ? NO_INPUT : value
  },

  inputTest: (node, compile) => {
    const endpoint = compile(node.endpoint)
    const holds = holdsFor(node.operator)
    return (scope) => inOrder(inputOf(scope, node), endpoint(scope), holds, scope, node)
  },

  inputInRange: (node, compile) => {
    const start = compile(node.range.start)
    const end = compile(node.range.end)
    const { startIncluded, endIncluded } = node.range
    return (scope) => {
      const { budget } = scope.evaluation
      const low = start(scope)
      const high = end(scope)
      const input = inputOf(scope, node)
      if (isError(low) || isError(high) || !areOfOneType(input, low, high, budget)) {
        const shown = (value: FeelValue | FeelError) => `'${textOf(value, budget)}'`
        scope.evaluation.warn('NOT_COMPARABLE', node, () => `Can't compare ${shown(input)} with ${shown(low)} and ${shown(high)}`)
        return null
      }
      const above = order(input, low, budget) ?? -1
      if (above < 0 || (above === 0 && !startIncluded)) return false
      const below = order(input, high, budget) ?? 1
      return below < 0 || (below === 0 && endIncluded)
    }
  },

  inputEquals: (node, compile) => {
    const value = compile(node.value)
    return (scope) => areEqual(inputOf(scope, node), value(scope), scope, node)
  },

  unaryTest: (node, compile) => {
    // It is also computed inside of a scope more.
    const expression = compile.withinUnknown()(node.expression)
    return (scope) => {
      const input = inputOf(scope, node)
      const value = expression(scope)
      if (!isError(value)) return passes(input, value, scope, node)
      if (!value.fatal) return false
      const answer = expression(new VariableScope(INPUT_SYMBOL, input, scope))
      return typeof answer === 'boolean' ? answer : null
    }
  },

  anyOf: (node, compile) => {
    const tests = node.tests.map(compile)
    return (scope) => {
      let answer: FeelValue | FeelError = false
      for (const test of tests) answer = disjunction(answer, () => test(scope), scope, node)
      return answer
    }
  },

  range: (node, compile) => {
    const start = compile(node.start)
    const end = compile(node.end)
    return (scope) => {
      const { budget } = scope.evaluation
      budget.spend(2)
      const low = start(scope)
      const high = end(scope)
      if (isError(low)) return low
      if (isError(high)) return high
      if (isPoint(low) && exactTypeOf(low) === exactTypeOf(high)) return new FeelRange(low, node.startIncluded, high, node.endIncluded)
      return failed('INVALID_TYPE', worded`Invalid range definition from '${shown(low, budget)}' to '${shown(high, budget)}'`, scope, node)
    }
  },
}

/** To the engine a function is none of the variables: it can be called by the name, and there is no value of it. */
function withInput(value: FeelValue, scope: Scope): Scope {
  if (value instanceof FeelFunction) return new EntriesScope(scope, new Map(), new Map([[INPUT, [value]]]))
  return new VariableScope(INPUT, value, scope)
}

function inputOf(scope: Scope, node: FeelNode): FeelValue {
  const input = scope.variable(INPUT)
  if (input !== undefined) return input
  scope.evaluation.warn('NO_VARIABLE_FOUND', node, () => 'No input value found.')
  return null
}

function areOfOneType(input: FeelValue, low: FeelValue, high: FeelValue, budget: Budget): boolean {
  const type = exactTypeOf(input)
  return (
    isComparable(input, budget) &&
    isComparable(low, budget) &&
    isComparable(high, budget) &&
    exactTypeOf(low) === type &&
    exactTypeOf(high) === type
  )
}

/** Whether the value of an expression says yes to the input: it is true, it is the input, or a list which holds it. */
function passes(input: FeelValue, value: FeelValue, scope: Scope, node: FeelNode): boolean | null {
  if (value === true) return true
  if (isList(value)) {
    scope.evaluation.budget.spend(value.length)
    if (value.some((item) => sameItem(item, input, scope.evaluation.budget))) return true
  }
  const isInput = areEqual(input, value, scope, node)
  if (isInput === true) return true
  return value === false || isList(value) || isInput === false ? false : null
}
