import { COMPARISONS } from './compile-comparisons.ts'
import { FUNCTIONS } from './compile-functions.ts'
import { ITERATIONS } from './compile-iterations.ts'
import { LOGIC } from './compile-logic.ts'
import { TESTS } from './compile-tests.ts'
import { VALUES } from './compile-values.ts'
import type { Compile, Compilers, Compute } from './compute.ts'
import { childrenOf, type FeelNode } from './syntax-tree.ts'

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
