import { Annotations, Stack, Token } from 'aws-cdk-lib'
import type { Rule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type Bucket, BucketNotificationDestinationType, EventType, type IBucket, type NotificationKeyFilter } from 'aws-cdk-lib/aws-s3'
import { CfnSubscription, type ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Connector } from '../lambda/core/connector.ts'

/** Something of the app that sends to the queue: SNS is subscribed to, the rule gets the queue as a target, the bucket a notification. */
export type Sender =
  | { readonly topic: ITopic; readonly rawMessageDelivery?: boolean }
  | { readonly rule: Rule; readonly messageGroupId?: string }
  | { readonly bucket: Bucket | IBucket; readonly events?: readonly EventType[]; readonly filters?: readonly NotificationKeyFilter[] }

interface Source {
  readonly service: 'sns' | 'events' | 's3'
  readonly arn: string
  readonly account: string
}

interface Receiver {
  readonly queue: IQueue
  /** Of the queue, where it is one of the app's; undefined where AWS keeps it, or somebody else its policy. */
  readonly key: IKey | undefined
}

/**
 * Lets AWS services send to a queue, each for one source: the topic, the rule, the bucket. Names of a file are subscribed to where they are topics; what is of the app is
 * connected, too.
 */
export function admitSenders(
  scope: Construct,
  receiver: Receiver,
  named: Connector['queue']['senders'] = [],
  given: readonly Sender[] = [],
) {
  const stack = Stack.of(scope)
  for (const [index, sender] of named.entries()) {
    const { service, sourceArn: arn } = sender
    const account = service === 's3' ? (sender.sourceAccount ?? stack.account) : (arn.split(':')[4] ?? '')
    admit(scope, receiver, { service, arn, account }, `${index}`)
    if (service !== 'sns') continue
    const region = arn.split(':')[3]
    subscribe(scope, `Subscription${index}`, receiver.queue, arn, sender.rawMessageDelivery, region)
  }
  for (const [index, sender] of given.entries()) connect(scope, receiver, sender, `OfApp${index}`)
}

function connect(scope: Construct, receiver: Receiver, sender: Sender, id: string) {
  const { queue } = receiver
  if ('topic' in sender) {
    const { topicArn: arn, env } = sender.topic
    admit(scope, receiver, { service: 'sns', arn, account: env.account }, id)
    subscribe(scope, `Subscription${id}`, queue, arn, sender.rawMessageDelivery, Token.isUnresolved(env.region) ? undefined : env.region)
  } else if ('rule' in sender) {
    const { rule, messageGroupId } = sender
    admit(scope, receiver, { service: 'events', arn: rule.ruleArn, account: rule.env.account }, id)
    rule.addTarget({ bind: () => ({ arn: queue.queueArn, ...(messageGroupId !== undefined && { sqsParameters: { messageGroupId } }) }) })
  } else {
    const { bucket, events = [EventType.OBJECT_CREATED], filters = [] } = sender
    const policy = admit(scope, receiver, { service: 's3', arn: bucket.bucketArn, account: bucket.env.account }, id)
    const dependencies = policy ? [policy] : []
    // S3 sends a test message when the notification is made, and refuses it where the queue does not admit that.
    const destination = { bind: () => ({ arn: queue.queueArn, type: BucketNotificationDestinationType.QUEUE, dependencies }) }
    for (const event of events) bucket.addEventNotification(event, destination, ...filters)
  }
}

function admit(scope: Construct, { queue, key }: Receiver, { service, arn, account }: Source, id: string) {
  const principals = [new ServicePrincipal(`${service}.amazonaws.com`)]
  const { policyDependable, statementAdded } = queue.addToResourcePolicy(
    new PolicyStatement({
      sid: `Admit${service}${id}`,
      principals,
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      // A bucket's ARN tells no account (S3 user guide, "Granting permissions to publish event notification messages"); the others' do.
      conditions: {
        ArnEquals: { 'aws:SourceArn': arn },
        [service === 's3' ? 'StringEquals' : 'StringEqualsIfExists']: { 'aws:SourceAccount': account },
      },
    }),
  )
  if (!statementAdded) throw new Error(`senders: the policy of ${queue.queueArn} is not the app’s to write; its owner lets ${service} in`)
  const admitted = key?.addToResourcePolicy(
    new PolicyStatement({
      sid: `Admit${service}${id}`,
      principals,
      // SQS developer guide, "Key management": enable compatibility between event sources from AWS services and encrypted queues.
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: {
        // A rule whose target is the queue could not be made before the key which it was named in.
        ...(!(service === 'events' && Token.isUnresolved(arn)) && { ArnEqualsIfExists: { 'aws:SourceArn': arn } }),
        StringEqualsIfExists: { 'aws:SourceAccount': account },
      },
    }),
  )
  if (key && !admitted?.statementAdded)
    Annotations.of(scope).addWarningV2(
      'camunda-sqs-bridge:senderKey',
      `senders: the policy of the key ${key.keyArn} is not the app’s to write; its owner lets ${service}.amazonaws.com use kms:GenerateDataKey and kms:Decrypt, or nothing arrives`,
    )
  return policyDependable
}

function subscribe(scope: Construct, id: string, queue: IQueue, topicArn: string, rawMessageDelivery = false, region?: string) {
  const own = Stack.of(scope).region
  new CfnSubscription(scope, id, {
    protocol: 'sqs',
    topicArn,
    endpoint: queue.queueArn,
    rawMessageDelivery,
    // Of a topic elsewhere.
    ...(region !== undefined && region !== own && !Token.isUnresolved(own) && { region }),
  })
}
