import type { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, type CfnGlobalTable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'

/** As Powertools has it: `id`, and `expiration` as time to live. It stays as long as the queue does whose messages it knows. */
export function createIdempotencyTable(scope: Construct, key: IKey | undefined, removalPolicy: RemovalPolicy): TableV2 {
  const table = new TableV2(scope, 'IdempotencyTable', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiration',
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
  })
  // CDK takes a key of one's own only where the stack's region is known at synth.
  if (key) (table.node.defaultChild as CfnGlobalTable).addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', key.keyArn)
  return table
}
