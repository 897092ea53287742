import type { FeelError } from '../evaluation/feel-error.ts'
import { type ComparisonOperator, type FeelNode, isConstant } from '../syntax/syntax-tree.ts'
import { equal, equalTexts, order } from '../values/comparison.ts'
import { textOf } from '../values/text.ts'
import { typeOf } from '../values/types.ts'
import type { FeelValue } from '../values/values.ts'
import { type Compilers, isError } from './compute.ts'
import { conjunction, expectBoolean } from './logic.ts'
import type { Scope } from './scope.ts'
import { compileOperand } from './values.ts'

/** What the result of `order` says to an operator. */
const HOLDS: Readonly<Record<Exclude<ComparisonOperator, '=' | '!='>, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/** Names of types which Camunda knows beside its own. */
const TYPE_ALIASES: Readonly<Record<string, string>> = {
  'date time': 'date and time',
  'year-month-duration': 'years and months duration',
  'day-time-duration': 'days and time duration',
}

/** Comparisons, and what is made of them. */
export const COMPARISONS: Compilers<'comparison' | 'between' | 'instanceOf'> = {
  comparison: (node, compile) => {
    const left = isConstant(node.right) ? compileOperand(node.left, compile) : compile(node.left)
    const right = isConstant(node.left) ? compileOperand(node.right, compile) : compile(node.right)
    const { operator } = node
    switch (operator) {
      case '=':
        return (scope) => areEqual(left(scope), right(scope), scope, node)
      case '!=':
        return (scope) => {
          const answer = areEqual(left(scope), right(scope), scope, node)
          return typeof answer === 'boolean' ? !answer : expectBoolean(answer, scope, node)
        }
      default: {
        const holds = HOLDS[operator]
        return (scope) => inOrder(left(scope), right(scope), holds, scope, node)
      }
    }
  },

  between: (node, compile) => {
    const compute = compile(node.value)
    const low = compile(node.low)
    const high = compile(node.high)
    return (scope) => {
      const value = compute(scope)
      return conjunction(
        inOrder(value, low(scope), HOLDS['>='], scope, node),
        () => inOrder(value, high(scope), HOLDS['<='], scope, node),
        scope,
        node,
      )
    }
  },

  instanceOf: ({ value, type }, compile) => {
    const compute = compile(value)
    const name = TYPE_ALIASES[type] ?? type
    return (scope) => {
      const found = compute(scope)
      if (isError(found)) return found
      return name === 'Any' ? found !== null : typeOf(found) === name
    }
  },
}

/** Whether two values are equal; null, with a warning, of values which cannot be compared. */
export function areEqual(x: FeelValue | FeelError, y: FeelValue | FeelError, scope: Scope, node: FeelNode): boolean | null | FeelError {
  if (typeof x === 'string' && typeof y === 'string') return equalTexts(x, y, scope.evaluation.budget)
  if (isError(x)) return x
  if (isError(y)) return y
  const answer = equal(x, y, scope.evaluation.budget)
  return answer === undefined ? notComparable(x, y, scope, node) : answer
}

/** Whether two values are in an order; null, with a warning, of values which have none. */
export function inOrder(
  x: FeelValue | FeelError,
  y: FeelValue | FeelError,
  holds: (order: number) => boolean,
  scope: Scope,
  node: FeelNode,
): boolean | null | FeelError {
  if (isError(x)) return x
  if (isError(y)) return y
  const answer = order(x, y, scope.evaluation.budget)
  return answer === undefined ? notComparable(x, y, scope, node) : holds(answer)
}

export function holdsFor(operator: Exclude<ComparisonOperator, '=' | '!='>): (order: number) => boolean {
  return HOLDS[operator]
}

function notComparable(x: FeelValue, y: FeelValue, scope: Scope, node: FeelNode): null {
  const { budget } = scope.evaluation
  scope.evaluation.warn('NOT_COMPARABLE', node, () => `Can't compare '${textOf(x, budget)}' with '${textOf(y, budget)}'`)
  return null
}
