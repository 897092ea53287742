import { Stack } from 'aws-cdk-lib'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { existingQueue } from '../lambda/core/connector.ts'
import { type ConnectorSource, stackNameOf } from './connector-source.ts'
import { SqsConnector } from './sqs-connector.ts'

export interface BridgeStackProps {
  readonly source: ConnectorSource
  /** The functions' code. @default – what comes with this package */
  readonly code?: Code
}

/**
 * A connector's file as a stack.
 *
 * The stack of an existing queue is for the queue's account and region, since Lambda polls queues of its own region only; any other is for
 * those of whoever deploys it.
 */
export class BridgeStack extends Stack {
  constructor(scope: Construct, { source, code }: BridgeStackProps) {
    const { connector, input, name } = source
    const existing = existingQueue(connector)
    super(scope, name, {
      stackName: stackNameOf(name),
      description: `Camunda's Amazon SQS inbound connector ${name}, by Lambda (camunda-sqs-bridge)`,
      ...(existing && { env: { account: existing.account, region: existing.region } }),
    })
    // An id which is no part of logical ids: they are those which the stack had when it held the parts itself.
    new SqsConnector(this, 'Default', { connector: input, name, ...(code && { code }) })
  }
}
