import { childrenOf, type FeelNode } from '../syntax/syntax-tree.ts'
import { COMPARISONS } from './comparisons.ts'
import type { Compile, Compilers, Compute, KnownScope } from './compute.ts'
import { FUNCTIONS } from './functions.ts'
import { ITERATIONS } from './iterations.ts'
import { LOGIC } from './logic.ts'
import { TESTS } from './tests.ts'
import { VALUES } from './values.ts'

/** How each kind of node is computed. */
const COMPILERS: Compilers<FeelNode['kind']> = { ...VALUES, ...COMPARISONS, ...LOGIC, ...TESTS, ...ITERATIONS, ...FUNCTIONS }

/** What computes the value of a syntax tree, any number of times. */
export function compile(root: FeelNode): Compute {
  return compilerOfParts(contains(root, 'function'), [])(root)
}

/** @param scopes around the parts, from the innermost up to the first whose names only a message tells */
function compilerOfParts(definesFunctions: boolean, scopes: readonly KnownScope[]): Compile {
  const compilePart: Compile = Object.assign(
    (node: FeelNode): Compute => {
      const compileNode = COMPILERS[node.kind] as (node: FeelNode, compile: Compile) => Compute
      return compileNode(node, compilePart)
    },
    {
      definesFunctions,
      within: (...inner: readonly KnownScope[]) => compilerOfParts(definesFunctions, [...inner, ...scopes]),
      withinUnknown: () => compilerOfParts(definesFunctions, []),
      iteratorAt: (name: string) => {
        const depth = scopes.findIndex(({ names }) => names.includes(name))
        return scopes[depth]?.isIterator ? depth : undefined
      },
    },
  )
  return compilePart
}

function contains(root: FeelNode, kind: FeelNode['kind']): boolean {
  const nodes = [root]
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.kind === kind) return true
    nodes.push(...childrenOf(node))
  }
  return false
}
