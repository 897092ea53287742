import { FeelError } from '../evaluation/feel-error.ts'
import { isNumber, negate } from '../numbers/decimal.ts'
import { childrenOf, type FeelNode, type Variable } from '../syntax/syntax-tree.ts'
import { isTemporal, temporalProperty } from '../temporal/temporal.ts'
import { entriesOf, entryOf, entryOfMessage, isContext } from '../values/contexts.ts'
import { shown } from '../values/shown.ts'
import { textOf } from '../values/text.ts'
import { isList } from '../values/types.ts'
import { FeelFunction, type FeelItem, type FeelValue, MadeContext, settle } from '../values/values.ts'
import { type Compile, type Compilers, type Compute, isError, orNull } from './compute.ts'
import { operation } from './operators.ts'
import { EntriesScope, type Scope, type VariableScope } from './scope.ts'

/** Literals, variables, paths, lists, contexts and arithmetic. */
export const VALUES: Compilers<'literal' | 'variable' | 'path' | 'list' | 'context' | 'arithmetic' | 'negation'> = {
  literal:
    ({ value }) =>
    () =>
      value,

  variable: (node, compile) => variable(node, compile),

  path: (node, compile) => {
    const object = compile(node.object)
    return (scope) => {
      const value = object(scope)
      return isError(value) ? value : property(value, node.name, scope, node)
    }
  },

  list: ({ items }, compile) => {
    const constant = items.every((item) => item.kind === 'literal') && items.map((item) => item.kind === 'literal' && item.value)
    if (constant) return () => constant
    const computes = items.map(compile)
    return (scope) => {
      scope.evaluation.budget.spendList()
      scope.evaluation.budget.spend(computes.length)
      const list: FeelItem[] = []
      for (const compute of computes) {
        const item = compute(scope)
        if (isError(item)) return unfatal(item, scope)
        list.push(item)
      }
      return list
    }
  },

  context: (node, compile) => {
    const compileEntry = compile.within({ names: node.entries.map(({ key }) => key), isIterator: false })
    const entries = node.entries.map(({ key, value }) => ({
      key,
      compute: compileEntry(value),
      definesFunctions: definesFunctions(value, compile),
    }))
    return (outer) => {
      outer.evaluation.budget.spendContext(entries.length)
      const made = new Map<string, FeelItem>()
      let functions: Map<string, FeelFunction[]> | undefined
      const scope = new EntriesScope(outer, made)
      for (const { key, compute, definesFunctions } of entries) {
        // A function sees what was made before it, and nothing that comes after it.
        const own = definesFunctions || functions ? new EntriesScope(outer, new Map(made), functions && new Map(functions)) : scope
        const value = compute(own)
        if (isError(value)) return unfatal(value, outer)
        if (compile.definesFunctions && value instanceof FeelFunction) {
          functions ??= new Map()
          functions.set(key, [...(functions.get(key) ?? []), value])
        } else made.set(key, value)
      }
      return new MadeContext(made, functions, true)
    }
  },

  arithmetic: (node, compile) => {
    const left = compile(node.left)
    const right = compile(node.right)
    const operate = operation(node)
    return (scope) => operate(left(scope), right(scope), scope)
  },

  negation: (node, compile) => {
    const operand = compile(node.operand)
    return (scope) => {
      const value = operand(scope)
      if (isNumber(value)) return negate(value, scope.evaluation.budget)
      if (isError(value)) return orNull(value)
      scope.evaluation.warn('INVALID_TYPE', node, () => `Expected number but found '${textOf(value, scope.evaluation.budget)}'`)
      return null
    }
  },
}

/**
 * An expression whose value is compared with constants and with nothing else. Of a list it matters only that it is one, so that a path need
 * not go through the items; it does where warnings of them are collected.
 */
export function compileOperand(node: FeelNode, compile: Compile): Compute {
  return node.kind === 'variable' ? variable(node, compile, listOrRarerProperty) : compile(node)
}

function variable(node: Variable, compile: Compile, otherProperty = rarerProperty): Compute {
  const [name = '', ...path] = node.names
  const read = reader(name, compile)
  const missing = (scope: Scope) => {
    scope.evaluation.warn('NO_VARIABLE_FOUND', node, () => `No variable found with name '${name}'`)
    return null
  }
  const [first, second] = path
  if (first === undefined)
    return (scope) => {
      const value = read(scope)
      return value === undefined ? missing(scope) : value
    }
  if (second === undefined && compile.iteratorAt(name) === 0)
    return (scope) => property((scope as VariableScope).value, first, scope, node, otherProperty)
  return (scope) => {
    let value = read(scope)
    if (value === undefined) return missing(scope)
    for (const next of path) value = property(value, next, scope, node, otherProperty)
    return value
  }
}

/** Reads a variable: that of an iterator at its place, any other by its name. */
function reader(name: string, compile: Compile): (scope: Scope) => FeelValue | undefined {
  const depth = compile.iteratorAt(name)
  if (depth === undefined) return (scope) => scope.variable(name)
  if (depth === 0) return (scope) => (scope as VariableScope).value
  return (scope) => {
    let at = scope
    for (let outwards = depth; outwards > 0; outwards--) at = at.outer as Scope
    return (at as VariableScope).value
  }
}

/** Within a list or a context a fatal error is an error like any other. */
function unfatal(error: FeelError, { evaluation }: Scope): FeelError {
  return error.fatal ? new FeelError(shown(error, evaluation.budget)) : error
}

function definesFunctions(node: FeelNode, compile: Compile): boolean {
  return compile.definesFunctions && (node.kind === 'function' || childrenOf(node).some((child) => definesFunctions(child, compile)))
}

/** An entry of a context, a property of a temporal value, and of a list those of its items. */
function property(value: FeelItem, name: string, scope: Scope, node: FeelNode, otherProperty = rarerProperty): FeelValue {
  const entry = entryOfMessage(value, name, scope.evaluation.budget)
  return entry === undefined ? otherProperty(value, name, scope, node) : entry
}

/** Of a list which is compared with constants alone: the list itself, for its items' properties. */
function listOrRarerProperty(value: FeelItem, name: string, scope: Scope, node: FeelNode): FeelValue {
  return isList(value) && !scope.evaluation.collectsWarnings ? value : rarerProperty(value, name, scope, node)
}

function rarerProperty(value: FeelItem, name: string, scope: Scope, node: FeelNode): FeelValue {
  const { budget } = scope.evaluation
  if (isList(value)) {
    // For its items too, unless one is a list itself.
    budget.spend(value.length)
    // Not by `map`: for each of many short lists its closure would take twice what the list does.
    const entries = new Array<FeelValue>(value.length)
    for (let at = 0; at < entries.length; at++) entries[at] = property(value[at] as FeelItem, name, scope, node)
    return entries
  }
  if (value === null) {
    scope.evaluation.warn('NO_CONTEXT_ENTRY_FOUND', node, () => `No context entry found with key '${name}'. The context is null`)
    return null
  }
  if (isContext(value)) {
    const entry = entryOf(value, name, budget)
    if (entry !== undefined) return entry
    scope.evaluation.warn('NO_CONTEXT_ENTRY_FOUND', node, () => {
      const keys = entriesOf(value, budget).map(([key]) => `'${key}'`)
      const available = keys.length === 0 ? 'The context is empty' : `Available keys: ${keys.join(', ')}`
      return `No context entry found with key '${name}'. ${available}`
    })
    return null
  }
  if (isTemporal(value)) {
    budget.spend(1)
    const found = temporalProperty(value, name)
    if (found !== undefined) return found
  }
  scope.evaluation.warn('NO_PROPERTY_FOUND', node, () => {
    const names = isTemporal(value) ? Object.keys(value.properties).map((key) => `'${key}'`) : []
    return `No property found with name '${name}' of value '${textOf(settle(value, budget), budget)}'. Available properties: ${names.join(', ')}`
  })
  return null
}
