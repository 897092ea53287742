import { Stack, Token, TokenComparison } from 'aws-cdk-lib'
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { type CfnQueue, type IQueue, Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { type Connector, type ConnectorInput, connectionPlace, existingQueue, isFifo, parseConnector } from '../lambda/core/connector.ts'
import { ConnectorConfigurationError, type Fault, show } from '../lambda/core/connector-faults.ts'
import { connectorParameterName, isConnectorName, lengthFaults, toParameterValue } from './connector-source.ts'

/** What an app gives in place of what a connector's file would name. */
export interface GivenResources {
  /**
   * The connector's name in its account and region: of its parameters, metrics, saved queries and dashboard.
   * @default – of the stack's name and the construct's id: no other connector there has it
   */
  readonly name?: string
  /**
   * Path below which the connector's parameters are, `PREFIX/NAME/connector` and `PREFIX/NAME/filter`, and the connection to Camunda,
   * `PREFIX/camunda/`, unless the connector's `camunda` says otherwise.
   * @default /camunda-sqs-bridge
   */
  readonly parameterPrefix?: string
  /** The queue whose messages are taken, in place of `queue.url` or `queue.arn`. @default – that; or one is created */
  readonly queue?: IQueue
  /**
   * Where messages go that failed too often, in place of `queue.deadLetterQueueArn`.
   * @default – that; or of a queue which the app makes, its own; or with a created queue, one is created
   */
  readonly deadLetterQueue?: IQueue
  /** Notified by the alarms, in place of `alarms.topicArn`. @default – that; or nobody, and a warning */
  readonly alarmTopic?: ITopic
  /**
   * Encrypts created queues, created logs and the idempotency table, in place of `encryption.kmsKey`; a queue which is imported without its key
   * is taken to be encrypted with it. @default – that; or the keys which AWS keeps
   */
  readonly encryptionKey?: IKey
  /** Where the function is, in place of the connector's `vpc`. @default – that; or Lambda’s own network */
  readonly vpc?: IVpc
  /** @default – the VPC’s private subnets */
  readonly subnets?: SubnetSelection
  /** @default – one is created, which allows nothing in and everything out: see `connections` */
  readonly securityGroups?: ISecurityGroup[]
}

/** Where an environment's own resources have to be. */
const PLACED = ['queue', 'deadLetterQueue', 'alarmTopic', 'encryptionKey', 'vpc'] as const

/**
 * The connector as it is deployed: the file's, with the app's resources in it, as tokens perhaps.
 *
 * It is checked before, with a name in the place of each token: what the schema asks of an existing queue it asks of a given one.
 * @throws {ConnectorConfigurationError} naming every fault at once
 */
export function withGivenResources(scope: Construct, input: ConnectorInput, given: GivenResources & { readonly name: string }): Connector {
  const { queue, alarmTopic } = given
  const deadLetterQueue = given.deadLetterQueue ?? deadLetterQueueOf(queue)
  const faults = [
    ...tokenFaults(input, ''),
    ...doubleFaults(input, given),
    ...propFaults(given),
    ...lengthFaults(deployedValue(input, queue)),
  ]
  const connector = orFaults(faults, () => parseConnector(JSON.stringify(withPlaceholders(scope, input, { ...given, deadLetterQueue }))))
  if (connector)
    faults.push(...environmentFaults(scope, connector, given), ...queueFaults(connector, given), ...connectionFaults(connector, given))
  if (!connector || faults.length > 0) throw new ConnectorConfigurationError(faults, scope.node.path)
  return {
    ...connector,
    queue: {
      ...connector.queue,
      ...(queue && { arn: queue.queueArn, fifo: queue.fifo }),
      ...(existingQueue(connector) && deadLetterQueue && { deadLetterQueueArn: deadLetterQueue.queueArn }),
      ...known({ visibilityTimeout: visibilityTimeoutOf(queue), maxReceiveCount: ownQueue(queue)?.deadLetterQueue?.maxReceiveCount }),
    },
    alarms: { ...connector.alarms, ...(alarmTopic && { topicArn: alarmTopic.topicArn }) },
  }
}

/**
 * The text of the connector's parameter: the file's own connector. What the app gives is known to the function by its deployment; only that a queue
 * of another name is a FIFO queue decides on a default.
 */
export function deployedValue(input: ConnectorInput, queue: IQueue | undefined): string {
  return toParameterValue({ ...input, ...(queue?.fifo && { queue: { ...input.queue, fifo: true } }) })
}

/** The dead-letter queue of a queue which the app makes itself. */
export function deadLetterQueueOf(queue: IQueue | undefined): IQueue | undefined {
  return ownQueue(queue)?.deadLetterQueue?.queue
}

/** Only of a queue which the app makes is anything known but its name and what it was imported with. */
function ownQueue(queue: IQueue | undefined): Queue | undefined {
  return queue instanceof Queue ? queue : undefined
}

/** Seconds. */
function visibilityTimeoutOf(queue: IQueue | undefined): number | undefined {
  const own = ownQueue(queue)
  if (!own) return undefined
  const { visibilityTimeout = 30 } = own.node.defaultChild as CfnQueue
  return Token.isUnresolved(visibilityTimeout) ? undefined : visibilityTimeout
}

function known<Values extends Record<string, unknown>>(values: Values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Values]?: NonNullable<Values[Name]>
  }
}

function orFaults(faults: Fault[], parse: () => Connector): Connector | undefined {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ConnectorConfigurationError)) throw error
    faults.push(...error.faults)
    return undefined
  }
}

function withPlaceholders(
  scope: Construct,
  input: ConnectorInput,
  { queue, deadLetterQueue }: { readonly queue?: IQueue | undefined; readonly deadLetterQueue?: IQueue | undefined },
): ConnectorInput {
  const { url, arn, deadLetterQueueArn, ...named } = { ...input.queue }
  const existing = { ...(url !== undefined && { url }), ...(arn !== undefined && { arn }) }
  const exists = queue !== undefined || Object.keys(existing).length > 0
  const deadLetters =
    deadLetterQueue && exists ? arnOf(scope, input, deadLetterQueue) : deadLetterQueue === undefined ? deadLetterQueueArn : undefined
  return {
    ...input,
    queue: {
      ...named,
      ...(queue ? { arn: arnOf(scope, input, queue) } : existing),
      ...(deadLetters !== undefined && { deadLetterQueueArn: deadLetters }),
    },
  }
}

function arnOf(scope: Construct, input: ConnectorInput, { queueArn, fifo }: IQueue): string {
  if (!Token.isUnresolved(queueArn)) return queueArn
  return `arn:aws:sqs:${regionOf(scope, input)}:000000000000:queue${fifo ? '.fifo' : ''}`
}

/** Where it is not known before the deployment: that of whatever the connector names, since all has to be in one. */
function regionOf(scope: Construct, input: ConnectorInput): string {
  const { region } = Stack.of(scope)
  if (!Token.isUnresolved(region)) return region
  return /"arn:[a-z-]+:[a-z]+:([a-z0-9-]+):/.exec(JSON.stringify(input))?.[1] ?? 'us-east-1'
}

/** What is known at deployment alone cannot be checked, and neither compiled nor pushed down. */
function tokenFaults(value: unknown, path: string): Fault[] {
  if (typeof value === 'object' && value !== null && !Token.isUnresolved(value))
    return Object.entries(value).flatMap(([name, item]) =>
      tokenFaults(item, Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`),
    )
  if (!Token.isUnresolved(value)) return []
  const expected = 'what is known at synth; the props queue, deadLetterQueue, alarmTopic, encryptionKey and vpc take resources of the app'
  return [{ path, found: 'a token', expected }]
}

/** A name or a path is text in patterns and other names. */
function propFaults({ name, parameterPrefix, vpc, subnets, securityGroups }: GivenResources & { readonly name: string }): Fault[] {
  const faults: Fault[] = []
  const asText = (value: string) => (Token.isUnresolved(value) ? 'a token' : show(value))
  if (!isConnectorName(name))
    faults.push({ path: 'name', found: asText(name), expected: 'lower-case letters, digits and single hyphens, at most 100, as in orders' })
  if (parameterPrefix !== undefined && !/^(?=.{1,150}$)(?!\/(aws|ssm)\b)(\/[\w.-]+)+$/i.test(parameterPrefix))
    faults.push({
      path: 'parameterPrefix',
      found: asText(parameterPrefix),
      expected: 'a path of at most 150 characters that begins with a slash and ends without, such as /shop/dev; not below /aws or /ssm',
    })
  for (const [path, value] of Object.entries({ subnets, securityGroups }))
    if (!vpc && value !== undefined) faults.push({ path, found: 'no vpc', expected: 'the VPC too, as vpc' })
  return faults
}

/** Whoever may read the connection reads all below its path. */
function connectionFaults(connector: Connector, { name, parameterPrefix }: GivenResources & { readonly name: string }): Fault[] {
  const parameterName = connectorParameterName(name, parameterPrefix)
  if (!parameterName.startsWith(connectionPlace(connector))) return []
  return [
    {
      path: 'camunda',
      found: show(connector.camunda),
      expected: `a path for the connection alone: ${parameterName}, which is the connector, would be below it`,
    },
  ]
}

function doubleFaults({ queue, alarms, encryption, vpc }: ConnectorInput, given: GivenResources): Fault[] {
  const rows: readonly (readonly [keyof GivenResources, string, unknown])[] = [
    ['queue', 'queue.url', queue?.url],
    ['queue', 'queue.arn', queue?.arn],
    ['deadLetterQueue', 'queue.deadLetterQueueArn', queue?.deadLetterQueueArn],
    ['alarmTopic', 'alarms.topicArn', alarms?.topicArn],
    ['encryptionKey', 'encryption.kmsKey', encryption?.kmsKey],
    ['vpc', 'vpc', vpc],
  ]
  return rows
    .filter(([prop, , value]) => given[prop] !== undefined && value !== undefined)
    .map(([prop, path, value]) => ({ path, found: show(value), expected: `nothing: the construct is given ${prop}` }))
}

/** All of it is in the region of the function: Lambda polls queues of its own region only, and CloudWatch and KMS know no others. */
function environmentFaults(scope: Construct, connector: Connector, given: GivenResources): Fault[] {
  const { region } = Stack.of(scope)
  const resources = PLACED.flatMap((prop): [string, string][] => (given[prop] ? [[prop, given[prop].env.region]] : []))
  const named = given.queue ? undefined : existingQueue(connector)
  if (named) resources.push([connector.queue.url === undefined ? 'queue.arn' : 'queue.url', named.region])
  if (typeof connector.camunda !== 'string') resources.push(['camunda.secretArn', connector.camunda.secretArn.split(':')[3] ?? ''])
  return resources
    .filter(([, other]) => Token.compareStrings(other, region) === TokenComparison.DIFFERENT)
    .map(([path, other]) => ({ path, found: `one in ${other}`, expected: `one in ${region}, the region of the stack` }))
}

/** What SQS or Lambda would refuse at the deployment. */
function queueFaults(connector: Connector, { queue, deadLetterQueue }: GivenResources): Fault[] {
  const faults: Fault[] = []
  const { timeout } = connector.function
  const visibilityTimeout = visibilityTimeoutOf(queue)
  if (visibilityTimeout !== undefined && visibilityTimeout < timeout)
    faults.push({
      path: 'queue',
      found: `a visibility timeout of ${visibilityTimeout} s`,
      expected: `at least ${timeout} s, which is function.timeout (Lambda refuses less); six times that is recommended`,
    })
  const own = ownQueue(deadLetterQueue)
  if (own && own.fifo !== isFifo(connector))
    faults.push({
      path: 'deadLetterQueue',
      found: `a ${own.fifo ? 'FIFO' : 'standard'} queue`,
      expected: `a ${own.fifo ? 'standard' : 'FIFO'} queue, as the queue is`,
    })
  return faults
}
