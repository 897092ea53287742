import type { FeelError } from '../evaluation/feel-error.ts'
import { BUILT_IN_FUNCTIONS } from '../functions/built-in-functions.ts'
import type { Arguments, FunctionCall } from '../syntax/syntax-tree.ts'
import { isContext } from '../values/contexts.ts'
import { isList } from '../values/types.ts'
import { FeelFunction, type FeelItem, type FeelValue, MadeContext } from '../values/values.ts'
import { type Compile, type Compilers, type Compute, failed, isError, orNull, roundSteps, wrongType } from './compute.ts'
import { compileLoopTotal } from './loop-totals.ts'
import { EntriesScope, type Scope } from './scope.ts'

/** Calls and definitions of functions. */
export const FUNCTIONS: Compilers<'call' | 'methodCall' | 'function' | 'external'> = {
  call: (node, compile) => {
    const loopTotal = compile.definesFunctions ? undefined : compileLoopTotal(node, compile, callOf(node))
    if (loopTotal) return loopTotal
    const args = compileArguments(node.args, compile)
    const builtIn = BUILT_IN_FUNCTIONS.get(node.name)?.find(args.fit)
    const callBuiltIn = builtIn && args.applyTo(builtIn)
    return (scope) => {
      const defined = compile.definesFunctions ? scope.function(node.name, args.fit) : undefined
      const called = defined ? args.applyTo(defined)(scope) : callBuiltIn ? callBuiltIn(scope) : noFunction(node, args, scope)
      return isError(called) ? afterFailure(called, node, scope) : called
    }
  },

  methodCall: (node, compile) => {
    const object = compile(node.object)
    const args = compileArguments(node.args, compile)
    return (scope) => {
      const context = object(scope)
      if (isError(context)) return context
      if (!isContext(context)) return wrongType('context', context, scope, node.object)
      const functions = context instanceof MadeContext ? context.functions?.get(node.name) : undefined
      const found = functions?.find(args.fit)
      if (found) return args.applyTo(found)(scope)
      return failed('NO_FUNCTION_FOUND', args.notFound(node.name), scope, node)
    }
  },

  function: (node, compile) => {
    const body = compile.within({ names: node.parameters, isIterator: false })(node.body)
    const steps = 4 + roundSteps(node.body)
    return (scope) => {
      scope.evaluation.budget.spend(8)
      return new FeelFunction(node.parameters, (args, evaluation) => {
        evaluation.budget.spend(steps)
        const variables = new Map<string, FeelItem>(node.parameters.map((name, index) => [name, args[index] ?? null]))
        return evaluation.call(() => body(new EntriesScope(scope, variables)))
      })
    }
  },

  external: (node) => (scope) => failed('FUNCTION_INVOCATION_FAILURE', 'External functions are not supported', scope, node),
}

/** Whether a function takes so many arguments, or arguments of these names. */
export function taking(args: Arguments): (candidate: FeelFunction) => boolean {
  if (args.kind === 'named') return ({ parameters }) => args.values.every(({ name }) => parameters.includes(name))
  const count = args.values.length
  return ({ parameters, variadic }) => parameters.length === count || (variadic && parameters.length < count)
}

/** The arguments of a call, compiled. */
interface CompiledArguments {
  readonly fit: (candidate: FeelFunction) => boolean
  /** The call: the arguments are computed in the order of the parameters; an error among them is the result. */
  readonly applyTo: (target: FeelFunction) => Compute
  readonly notFound: (name: string) => string
}

function compileArguments(args: Arguments, compile: Compile): CompiledArguments {
  if (args.kind === 'named') {
    const byName = new Map(args.values.map(({ name, value }) => [name, compile(value)]))
    const names = [...byName.keys()]
    return {
      fit: taking(args),
      applyTo: (target) =>
        invoke(
          target,
          target.parameters.map((name) => byName.get(name) ?? (() => null)),
        ),
      notFound: (name) => `No function found with name '${name}' and parameters: ${names.join(',')}`,
    }
  }
  const computes = args.values.map((value) => compile(value))
  const count = computes.length
  return {
    fit: taking(args),
    applyTo: (target) => {
      const fixed = target.parameters.length - 1
      if (!target.variadic || fixed < 0) return invoke(target, computes)
      return invoke(target, [...computes.slice(0, fixed), furtherArguments(computes.slice(fixed), fixed === 0)])
    },
    notFound: (name) => `No function found with name '${name}' and ${count} parameters`,
  }
}

/** The call of a function which is built in, with one argument. */
function callOf(node: FunctionCall): (argument: FeelValue | FeelError, scope: Scope) => FeelValue | FeelError {
  const builtIn = BUILT_IN_FUNCTIONS.get(node.name)?.find(taking(node.args)) as FeelFunction
  const list = (argument: FeelValue | FeelError) => (isList(argument) ? argument : [argument as FeelItem])
  return (argument, scope) => {
    const called = builtIn.variadic
      ? builtIn.invoke([list(argument)], scope.evaluation)
      : isError(argument)
        ? argument
        : builtIn.invoke([argument], scope.evaluation)
    return isError(called) ? afterFailure(called, node, scope) : called
  }
}

function invoke(target: FeelFunction, computes: readonly Compute[]): Compute {
  return (scope) => {
    const values: FeelValue[] = []
    let error: FeelError | undefined
    for (const compute of computes) {
      const value = compute(scope)
      if (!isError(value)) values.push(value)
      else if (!error || (value.fatal && !error.fatal)) error = value
    }
    return error ?? target.invoke(values, scope.evaluation)
  }
}

/**
 * All that a variadic parameter gets, as a list; a single list for a function's only parameter is that list. The engine does not look for
 * errors among them: they become items, of no use to anyone.
 */
function furtherArguments(computes: readonly Compute[], isOnlyParameter: boolean): Compute {
  const [only] = computes
  return (scope) => {
    if (only && isOnlyParameter && computes.length === 1) {
      const value = only(scope)
      return isList(value) ? value : [value as FeelItem]
    }
    return computes.map((compute) => compute(scope) as FeelItem)
  }
}

function noFunction(node: FunctionCall, args: CompiledArguments, scope: Scope): null {
  scope.evaluation.warn('NO_FUNCTION_FOUND', node, () => args.notFound(node.name))
  return null
}

/** A call which fails is null. Only an assertion which is not met ends the evaluation, whatever becomes of its value. */
function afterFailure(error: FeelError, node: FunctionCall, scope: Scope): FeelValue | FeelError {
  if (error.fatal) return error
  if (node.name === 'assert') {
    scope.evaluation.failedAssertion ??= { error, from: node.from, to: node.to }
    scope.evaluation.warn('ASSERT_FAILURE', node, () => error.reason)
  } else scope.evaluation.warn('FUNCTION_INVOCATION_FAILURE', node, () => `Failed to invoke function '${node.name}': ${error.reason}`)
  return orNull(error)
}
