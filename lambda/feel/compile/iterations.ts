import { type Budget, UNBOUNDED } from '../evaluation/budget.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { add, compare, type FeelNumber, intValue, isNegative, isNumber, isZero, negate, subtract } from '../numbers/decimal.ts'
import { childrenOf, type FeelNode, type For, type Iterator, type Quantified } from '../syntax/syntax-tree.ts'
import { shown } from '../values/shown.ts'
import { isList } from '../values/types.ts'
import { type FeelItem, type FeelList, type FeelValue, settle } from '../values/values.ts'
import { type Compile, type Compilers, type Compute, isError, type KnownScope, orNull, roundSteps, wrongType } from './compute.ts'
import { conjunction, disjunction } from './logic.ts'
import { ItemScope, type Scope, VariableScope } from './scope.ts'

/** Filters, and everything which goes through the items of lists. */
export const ITERATIONS: Compilers<'filter' | 'for' | 'some' | 'every' | 'sequence'> = {
  filter: (node, compile) => {
    const list = compile(node.list)
    const filter = compile.withinUnknown()(node.filter)
    const steps = roundSteps(node.filter)
    const position = literalPosition(node.filter)
    const isPerItem = PER_ITEM.has(node.filter.kind) && !(node.filter.kind === 'comparison' && node.filter.operator === '!=')
    return (scope) => {
      const items = expectList(list(scope), scope, node.list)
      if (!isList(items)) return orNull(items)
      const { budget } = scope.evaluation
      if (position !== undefined) return itemAt(items, position, budget)
      // Any other filter is asked outside the items first: a number there is a position.
      if (!isPerItem) {
        const outside = filter(scope)
        if (isNumber(outside)) return itemAt(items, outside, budget)
      }
      return orNull(filtered(items, filter, steps, scope))
    }
  },

  for: (node, compile) => {
    if (mentionsPartial(node.body)) return compileForWithPartial(node, compile)
    const { rounds, compileWithin } = compileLoop(node, compile)
    const body = compileWithin(node.body)
    return (scope) => {
      const results: FeelItem[] = []
      const fault = rounds(scope, (inner) => {
        // The engine leaves an error in the list, as a value of no use.
        results.push(body(inner) as FeelItem)
        return true
      })
      return fault ? orNull(fault) : results
    }
  },

  some: (node, compile) => compileQuantified(node, compile, false, disjunction),
  every: (node, compile) => compileQuantified(node, compile, true, conjunction),

  sequence: (node, compile) => {
    const start = compile(node.start)
    const end = compile(node.end)
    return (scope) => {
      const first = start(scope)
      const last = end(scope)
      if (isNumber(first) && isNumber(last)) return sequence(first, last, scope)
      const wrong = isNumber(first) ? last : first
      return isError(wrong) ? wrong : wrongType('number', wrong, scope, node)
    }
  },
}

/** A filter of these kinds is only asked of the items; a comparison with `!=` is a negation to the engine. */
const PER_ITEM: ReadonlySet<FeelNode['kind']> = new Set(['comparison', 'call', 'methodCall'] as const)

function literalPosition(filter: FeelNode): FeelNumber | undefined {
  if (filter.kind === 'literal' && isNumber(filter.value)) return filter.value
  if (filter.kind === 'negation' && filter.operand.kind === 'literal' && isNumber(filter.operand.value))
    return negate(filter.operand.value, UNBOUNDED)
  return undefined
}

/** The item at a position from 1, or from -1 backwards. A fraction is cut off, after it was counted. */
function itemAt(list: FeelList, position: FeelNumber, budget: Budget): FeelValue {
  const index = isNegative(position) || isZero(position) ? add(position, list.length, budget) : subtract(position, 1, budget)
  if (isNegative(index) || compare(index, list.length, budget) >= 0) return null
  return settle(list[intValue(index, budget)] ?? null, budget)
}

/** The items which pass. If the filter gives a number for the first item, that is a position. */
function filtered(list: FeelList, filter: Compute, steps: number, scope: Scope): FeelValue | FeelError {
  const { budget } = scope.evaluation
  budget.spendList()
  const passed: FeelItem[] = []
  const inner = new ItemScope(scope)
  for (let index = 0; index < list.length; index++) {
    budget.spend(steps)
    const item = settle(list[index] ?? null, budget)
    inner.item = item
    const answer = filter(inner)
    if (isError(answer) && (index === 0 || !answer.fatal)) return answer
    if (index === 0 && isNumber(answer)) return itemAt(list, answer, budget)
    // The engine marks what did not pass by the string "_", and so loses items which are that string, but not the first.
    if (answer !== true || (index > 0 && item === '_')) continue
    if (isError(item) && item.fatal) return new FeelError(shown(item, budget))
    passed.push(item)
  }
  return passed
}

/** A loop: what goes through its rounds, and what compiles a part of its body. */
export interface Loop {
  readonly rounds: Rounds
  readonly compileWithin: Compile
}

export function compileLoop({ iterators, body }: For, compile: Compile): Loop {
  const rounds = compileIterators(iterators, body, compile)
  return {
    rounds: (scope, visit) => {
      scope.evaluation.budget.spendList()
      return rounds(scope, visit)
    },
    compileWithin: compile.within(...iteratorScopes(iterators)),
  }
}

/** A loop whose body sees the values before. */
function compileForWithPartial(node: For, compile: Compile): Compute {
  const rounds = compileIterators(node.iterators, node.body, compile)
  const body = compile.within({ names: [PARTIAL], isIterator: true }, ...iteratorScopes(node.iterators))(node.body)
  return (scope) => {
    const { budget } = scope.evaluation
    budget.spendList()
    const results: FeelItem[] = []
    const fault = rounds(scope, (inner) => {
      budget.spend(results.length)
      results.push(body(new VariableScope(PARTIAL, results.slice(), inner)) as FeelItem)
      return true
    })
    return fault ? orNull(fault) : results
  }
}

const PARTIAL = 'partial'

/** Those of the loops' variables; of two variables of one name the outer loop's is seen. */
function iteratorScopes(iterators: readonly Iterator[]): KnownScope[] {
  return iterators.map(({ name }) => ({ names: [name], isIterator: true }))
}

function compileQuantified(node: Quantified, compile: Compile, initial: boolean, combine: typeof conjunction): Compute {
  const rounds = compileIterators(node.iterators, node.condition, compile)
  const condition = compile.within(...iteratorScopes(node.iterators))(node.condition)
  return (scope) => {
    let answer: boolean | null | FeelError = initial
    const fault = rounds(scope, (inner) => {
      const next = condition(inner)
      answer = typeof next === 'boolean' && answer === initial ? next : combine(answer, () => next, scope, node.condition)
      return answer !== !initial
    })
    return orNull(fault ?? answer)
  }
}

/**
 * Calls back with each combination of the lists' items, the first list's in the outermost loop, until that returns false; what is wrong, if there is
 * nothing to go through.
 */
export type Rounds = (scope: Scope, visit: (inner: Scope) => boolean) => FeelError | undefined

function compileIterators(iterators: readonly Iterator[], body: FeelNode, compile: Compile): Rounds {
  const steps = roundSteps(body)
  const lists = iterators.map(({ list }) => compile(list))
  const [only] = iterators
  if (only && iterators.length === 1) {
    const [compute] = lists as [Compute]
    const keepsScopes = compile.definesFunctions
    return (scope, visit) => {
      const list = expectList(compute(scope), scope, only.list)
      if (!isList(list)) return list
      const { budget } = scope.evaluation
      let inner = new VariableScope(only.name, null, scope)
      for (const item of list) {
        budget.spend(steps)
        if (keepsScopes) inner = new VariableScope(only.name, null, scope)
        inner.value = settle(item, budget)
        if (!visit(inner)) break
      }
      return undefined
    }
  }
  return (scope, visit) => {
    // No list sees the variable of another.
    const found = lists.map((compute, index) => expectList(compute(scope), scope, (iterators[index] as Iterator).list))
    const fault = found.find(isError)
    if (fault) return fault
    const { budget } = scope.evaluation
    const descend = (depth: number, chosen: readonly FeelItem[]): boolean => {
      if (depth < found.length)
        return (found[depth] as FeelList).every((item) => {
          budget.spend(3 + steps)
          return descend(depth + 1, [...chosen, item])
        })
      // Of two variables of one name the outer loop's is seen.
      let inner = scope
      for (let index = depth - 1; index >= 0; index--)
        inner = new VariableScope((iterators[index] as Iterator).name, settle(chosen[index] ?? null, budget), inner)
      return visit(inner)
    }
    descend(0, [])
    return undefined
  }
}

function integers(first: number, last: number, budget: Budget): FeelList {
  const length = Math.abs(last - first) + 1
  const direction = first < last ? 1 : -1
  budget.spend(length)
  return Array.from({ length }, (_, index) => first + index * direction)
}

/** From the first number to the last, up or down by one. */
function sequence(first: FeelNumber, last: FeelNumber, scope: Scope): FeelList {
  const { budget } = scope.evaluation
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last)) return integers(first as number, last as number, budget)
  const direction = compare(first, last, budget) < 0 ? 1 : -1
  const list: FeelNumber[] = []
  for (let number = first; compare(number, last, budget) * direction <= 0; number = add(number, direction, budget)) {
    budget.spend(1)
    list.push(number)
  }
  return list
}

function expectList(value: FeelValue | FeelError, scope: Scope, node: FeelNode): FeelList | FeelError {
  if (isList(value)) return value
  return isError(value) ? value : wrongType('list', value, scope, node)
}

/** Whether it sees the values before, by their name; a call of a function of that name does not. */
export function mentionsPartial(node: FeelNode): boolean {
  return (node.kind === 'variable' && node.names[0] === PARTIAL) || childrenOf(node).some(mentionsPartial)
}
