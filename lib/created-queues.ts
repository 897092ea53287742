import { createHash } from 'node:crypto'
import { Arn, ArnFormat, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type IQueue, Queue, QueueEncryption, type QueuePolicy, RedrivePermission } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { type Connector, isFifo, leastVisibilityTimeout } from '../lambda/core/connector.ts'

/** What is left to whoever creates the queues. */
export interface CreatedQueuesProps {
  readonly connector: Connector
  /** Of the user; undefined where AWS keeps the keys. */
  readonly key: IKey | undefined
  readonly removalPolicy: RemovalPolicy
  /** Where the user has one. */
  readonly deadLetterQueue: IQueue | undefined
}

/** Both keep messages for as long as SQS can, and outlive the stack unless told otherwise: no message is lost by a deployment. */
export function createQueues(scope: Construct, props: CreatedQueuesProps): { readonly queue: Queue; readonly deadLetterQueue: IQueue } {
  const { connector, key, removalPolicy } = props
  const { name, visibilityTimeout, maxReceiveCount, contentBasedDeduplication } = connector.queue
  const common = {
    ...(isFifo(connector) && { fifo: true }),
    retentionPeriod: Duration.days(14),
    ...(key ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key } : { encryption: QueueEncryption.SQS_MANAGED }),
    enforceSSL: true,
    removalPolicy,
  }
  const deadLetterQueue =
    props.deadLetterQueue ??
    keepingItsPolicy(
      new Queue(scope, 'DeadLetterQueue', {
        ...common,
        ...(name !== undefined && {
          queueName: deadLetterQueueName(name),
          // A queue without a name of its own cannot be allowed here: each of the two would need the other first.
          redriveAllowPolicy: { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues: [queueByName(scope, name)] },
        }),
      }),
      removalPolicy,
    )
  const queue = new Queue(scope, 'Queue', {
    ...common,
    ...(name !== undefined && { queueName: name }),
    ...(contentBasedDeduplication && { contentBasedDeduplication }),
    visibilityTimeout: Duration.seconds(
      visibilityTimeout ?? leastVisibilityTimeout(connector.function.timeout, connector.eventSource.maximumBatchingWindow),
    ),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
  })
  return { queue: keepingItsPolicy(queue, removalPolicy), deadLetterQueue }
}

/** The policy which refuses what is not encrypted in transit stays for as long as its queue. */
function keepingItsPolicy(queue: Queue, removalPolicy: RemovalPolicy): Queue {
  const policy = queue.node.findChild('Policy') as QueuePolicy
  policy.applyRemovalPolicy(removalPolicy)
  return queue
}

function queueByName(scope: Construct, name: string): IQueue {
  const arn = Arn.format({ service: 'sqs', resource: name, arnFormat: ArnFormat.NO_RESOURCE_NAME }, Stack.of(scope))
  return Queue.fromQueueArn(scope, 'QueueByName', arn)
}

/** `orders.fifo` has `orders-dead-letters.fifo`; of a long name the beginning and a digest, within the 80 characters of a queue's name. */
function deadLetterQueueName(name: string): string {
  const [, base = '', fifo = ''] = /^(.+?)(\.fifo)?$/.exec(name) ?? []
  const short = base.length > 60 ? `${base.slice(0, 51)}-${createHash('sha256').update(base).digest('hex').slice(0, 8)}` : base
  return `${short}-dead-letters${fifo}`
}
