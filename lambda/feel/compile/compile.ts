import { childrenOf, type FeelNode } from '../syntax/syntax-tree.ts'
import { COMPARISONS } from './comparisons.ts'
import type { Compile, Compilers, Compute } from './compute.ts'
import { FUNCTIONS } from './functions.ts'
import { ITERATIONS } from './iterations.ts'
import { LOGIC } from './logic.ts'
import { TESTS } from './tests.ts'
import { VALUES } from './values.ts'

/** How each kind of node is computed. */
const COMPILERS: Compilers<FeelNode['kind']> = { ...VALUES, ...COMPARISONS, ...LOGIC, ...TESTS, ...ITERATIONS, ...FUNCTIONS }

/** What computes the value of a syntax tree, any number of times. */
export function compile(root: FeelNode): Compute {
  const compileNode = (node: FeelNode): Compute => {
    const compiler = COMPILERS[node.kind] as (node: FeelNode, compile: Compile) => Compute
    return compiler(node, compilePart)
  }
  const compilePart: Compile = Object.assign(compileNode, { definesFunctions: contains(root, 'function') })
  return compilePart(root)
}

function contains(root: FeelNode, kind: FeelNode['kind']): boolean {
  const nodes = [root]
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.kind === kind) return true
    nodes.push(...childrenOf(node))
  }
  return false
}
