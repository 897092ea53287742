import { CfnOutput, Stack } from 'aws-cdk-lib'
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
 * A connector's file as a stack, with the outputs by which the tools find its parts.
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
    const parts = new SqsConnector(this, 'Default', { connector: input, name, ...(code && { code }) })

    this.#output('QueueUrl', 'The queue', parts.queue.queueUrl)
    this.#output('DeadLetterQueueUrl', 'Where messages go that failed too often', parts.deadLetterQueue?.queueUrl)
    this.#output('IdempotencyTableName', 'Which messages have begun, and which are done', parts.idempotencyTable?.tableName)
    this.#output('KmsKeyArn', 'What encrypts queues, logs and table', parts.encryptionKey?.keyArn)
    this.#output('FunctionName', 'The function', parts.function.functionName)
    this.#output('LogGroupName', 'Its log', parts.logGroup.logGroupName)
    this.#output('UpdaterFunctionName', 'The updater of the event-source mapping', parts.updater.functionName)
    this.#output('UpdaterLogGroupName', 'Its log', parts.updaterLogGroup.logGroupName)
    this.#output('RoleArn', 'What the function may do; for the policies of your own keys', parts.function.role?.roleArn)
    this.#output('UpdaterRoleArn', 'What the updater may do', parts.updater.role?.roleArn)
    this.#output('ParameterName', 'The connector, as the function reads it', parts.parameter.parameterName)
  }

  #output(id: string, description: string, value: string | undefined) {
    if (value !== undefined) new CfnOutput(this, id, { value, description })
  }
}
