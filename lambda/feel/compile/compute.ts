import type { WarningType } from '../evaluation/evaluation.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { inFull, plain, type Reason, worded } from '../evaluation/wording.ts'
import { childrenOf, type FeelNode } from '../syntax/syntax-tree.ts'
import { shown } from '../values/shown.ts'
import type { FeelValue } from '../values/values.ts'
import type { Scope } from './scope.ts'

/** A part of an expression, compiled. */
export type Compute = (scope: Scope) => FeelValue | FeelError

/** Compiles the parts of a node. */
export interface Compile {
  (node: FeelNode): Compute
  /** Whether the expression defines functions anywhere; otherwise there are only those which are built in. */
  readonly definesFunctions: boolean
  /** The same for a part inside of scopes more, the innermost of which comes first. */
  within(...scopes: readonly KnownScope[]): Compile
  /** The same for a part inside of a scope whose names only a message tells. */
  withinUnknown(): Compile
  /** How many scopes outwards the variable of an iterator stands; undefined where the name may mean something else. */
  iteratorAt(name: string): number | undefined
}

/** A scope whose names are known before there is a message: an iterator's variable, a context's entries, a function's parameters. */
export interface KnownScope {
  readonly names: readonly string[]
  /** Whether it is a VariableScope, which has one value from its beginning. */
  readonly isIterator: boolean
}

export type NodeOf<Kind extends FeelNode['kind'], Node = FeelNode> = Node extends { readonly kind: infer Own }
  ? Kind extends Own
    ? Node
    : never
  : never

/** How the nodes of some kinds are compiled. */
export type Compilers<Kinds extends FeelNode['kind']> = {
  readonly [Kind in Kinds]: (node: NodeOf<Kind>, compile: Compile) => Compute
}

/** Nodes which are computed in one step. */
const NODES_AT_ONCE = 3

/** What a part of an expression costs each time round, beside what it spends by itself. */
export function roundSteps(body: FeelNode): number {
  return 1 + Math.floor(sizeOf(body) / NODES_AT_ONCE)
}

function sizeOf(node: FeelNode): number {
  return childrenOf(node).reduce((size, child) => size + sizeOf(child), 1)
}

export function isError(value: FeelValue | FeelError): value is FeelError {
  return value instanceof FeelError
}

/** Null instead of an error, unless it is fatal. */
export function orNull(value: FeelValue | FeelError): FeelValue | FeelError {
  return value instanceof FeelError && !value.fatal ? null : value
}

/** An error, told as a warning too. */
export function failed(type: WarningType, reason: Reason, scope: Scope, node: FeelNode): FeelError {
  scope.evaluation.warn(type, node, () => inFull(reason))
  return new FeelError(reason)
}

export function wrongType(expected: string, value: FeelValue, scope: Scope, node: FeelNode): FeelError {
  return failed('INVALID_TYPE', worded`Expected ${plain(expected)} but found '${shown(value, scope.evaluation.budget)}'`, scope, node)
}
