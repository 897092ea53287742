import { Arn, ArnFormat, type RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Connector } from '../lambda/core/connector.ts'

/**
 * The key of one's own which a connector asks for; undefined: those which AWS keeps.
 *
 * One that is created stays as long as the queues do, whose messages could not be read without it, and CloudWatch Logs may use it for the log
 * groups of its account. The policy of an existing one is its owner's; docs/SECURITY.md says what it has to allow.
 */
export function encryptionKey(
  scope: Construct,
  name: string,
  { encryption: { kmsKey } }: Connector,
  removalPolicy: RemovalPolicy,
): IKey | undefined {
  if (kmsKey === undefined) return undefined
  if (kmsKey !== 'create') return Key.fromKeyArn(scope, 'Key', kmsKey)
  const key = new Key(scope, 'Key', {
    description: `Queues, logs and idempotency table of the connector ${name}`,
    enableKeyRotation: true,
    removalPolicy,
  })
  allowLogs(key, Stack.of(scope))
  return key
}

/** Lets CloudWatch Logs use a key for the log groups of a stack's account and region, where the key's policy is the app's to write. */
export function allowLogs(key: IKey, stack: Stack) {
  const logGroups = Arn.format(
    { service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
    stack,
  )
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'EncryptLogs',
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      // As CloudWatch Logs asks for them (user guide, "Encrypt log data using AWS KMS").
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    }),
  )
}
