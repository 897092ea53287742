import { Stack, Token, TokenComparison } from 'aws-cdk-lib'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { type Connector, connectionPlace, existingQueue } from '../lambda/core/connector.ts'

/** What a connector may share with no other one of its account and region. */
interface Own {
  readonly name: string
  readonly connector: Connector
  readonly queue: IQueue
  readonly parameterName: string
}

const owned = new WeakMap<Construct, Own>()

/** Has the synth fail where connectors of one app would mix their messages, parameters or metrics. */
export function keepApart(construct: Construct, own: Own) {
  owned.set(construct, own)
  construct.node.addValidation({
    validate: () =>
      construct.node.root.node.findAll().flatMap((other) => {
        const theirs = owned.get(other as Construct)
        return theirs && other !== construct && isOneEnvironment(construct, other as Construct) ? clashes(own, theirs, other.node.path) : []
      }),
  })
}

function isOneEnvironment(one: Construct, other: Construct): boolean {
  const [here, there] = [Stack.of(one), Stack.of(other)]
  return isSame(here.region, there.region) && isSame(here.account, there.account)
}

/** What is known at deployment alone is the same everywhere: the account and region of whoever deploys. */
function isSame(one: string, other: string): boolean {
  return [TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED].includes(Token.compareStrings(one, other))
}

function clashes(own: Own, theirs: Own, path: string): string[] {
  return [
    ...(own.name === theirs.name
      ? [`its name is “${own.name}”, and so is that of ${path}: metrics and dashboard would be one. Give one of them another name`]
      : []),
    ...(isOneQueue(own, theirs)
      ? [`its queue is that of ${path}: two event-source mappings would compete for its messages. One connector can have several elements`]
      : []),
    ...(theirs.parameterName.startsWith(connectionPlace(own.connector))
      ? [
          `${connectionPlace(own.connector)} is for the connection alone: ${theirs.parameterName}, which is the connector of ${path}, would be below it`,
        ]
      : []),
  ]
}

function isOneQueue(one: Own, other: Own): boolean {
  return one.queue === other.queue || (nameOf(one) !== undefined && nameOf(one) === nameOf(other))
}

/** Undefined where only the deployment knows it. */
function nameOf({ queue, connector }: Own): string | undefined {
  return Token.isUnresolved(queue.queueArn) ? (existingQueue(connector) ? undefined : connector.queue.name) : queue.queueArn
}
