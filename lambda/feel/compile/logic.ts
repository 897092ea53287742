import type { FeelError } from '../evaluation/feel-error.ts'
import type { FeelNode } from '../syntax/syntax-tree.ts'
import { textOf } from '../values/text.ts'
import type { FeelValue } from '../values/values.ts'
import { type Compilers, isError, orNull } from './compute.ts'
import type { Scope } from './scope.ts'

type Answer = boolean | null | FeelError

/** Three-valued logic, where only `true` and `false` decide, and `if`. */
export const LOGIC: Compilers<'and' | 'or' | 'if'> = {
  and: (node, compile) => {
    const left = compile(node.left)
    const right = compile(node.right)
    return (scope) => {
      const first = left(scope)
      if (first === false) return false
      if (first === true) return expectBoolean(right(scope), scope, node)
      return conjunction(first, () => right(scope), scope, node)
    }
  },

  or: (node, compile) => {
    const left = compile(node.left)
    const right = compile(node.right)
    return (scope) => {
      const first = left(scope)
      if (first === true) return true
      if (first === false) return expectBoolean(right(scope), scope, node)
      return disjunction(first, () => right(scope), scope, node)
    }
  },

  // What is no boolean counts as false, and so does a condition whose branch ends in an error.
  if: (node, compile) => {
    const condition = compile(node.condition)
    const consequent = compile(node.consequent)
    const alternative = compile(node.alternative)
    return (scope) => {
      const met = condition(scope)
      if (met === true) {
        const value = consequent(scope)
        return isError(value) && !value.fatal ? alternative(scope) : value
      }
      if (met === false) return alternative(scope)
      const answer = expectBoolean(met, scope, node.condition)
      return answer === null ? alternative(scope) : answer
    }
  },
}

/** False if one is false, else null if one is neither true nor false. The second is only computed where it matters. */
export function conjunction(first: FeelValue | FeelError, second: () => FeelValue | FeelError, scope: Scope, node: FeelNode): Answer {
  return decide(false, first, second, scope, node)
}

/** True if one is true, else null if one is neither true nor false. */
export function disjunction(first: FeelValue | FeelError, second: () => FeelValue | FeelError, scope: Scope, node: FeelNode): Answer {
  return decide(true, first, second, scope, node)
}

function decide(
  decisive: boolean,
  first: FeelValue | FeelError,
  second: () => FeelValue | FeelError,
  scope: Scope,
  node: FeelNode,
): Answer {
  if (first === decisive) return decisive
  const answer = expectBoolean(first, scope, node)
  if (isError(answer)) return answer
  const other = second()
  if (answer !== null) return expectBoolean(other, scope, node)
  return other === decisive || (isError(other) && other.fatal) ? other : null
}

/** A boolean, a fatal error, or null instead of anything else, with a warning. */
export function expectBoolean(value: FeelValue | FeelError, scope: Scope, node: FeelNode): Answer {
  if (typeof value === 'boolean') return value
  if (isError(value)) return orNull(value) as FeelError | null
  scope.evaluation.warn('INVALID_TYPE', node, () => `Expected boolean but found '${textOf(value, scope.evaluation.budget)}'`)
  return null
}
