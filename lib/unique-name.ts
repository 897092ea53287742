import { createHash } from 'node:crypto'
import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

const MOST = 100

/**
 * A connector's name which no other of the account and region has: of its stack, which is the only one of its name there, and of the ids from
 * there on. `Orders` in the stack `ShopDev` is `shop-dev-orders`.
 */
export function uniqueName(connector: Construct): string {
  const stack = outermost(Stack.of(connector))
  const ids = connector.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id)
  const name = [stack.stackName, ...ids.filter((id) => id !== 'Default')].flatMap(wordsOf).join('-')
  return name.length <= MOST ? name : `${name.slice(0, MOST - 9).replace(/-$/, '')}-${digestOf(name)}`
}

/** The name of a nested stack is not known before its deployment. */
function outermost(stack: Stack): Stack {
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack
}

function wordsOf(text: string): string[] {
  const words = text.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()
  return words.split(/[^a-z0-9]+/).filter((word) => word !== '')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
