import { CfnOutput } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** The parts of a deployed connector which its stack tells. */
export type Part =
  | 'QueueUrl'
  | 'DeadLetterQueueUrl'
  | 'IdempotencyTableName'
  | 'KmsKeyArn'
  | 'FunctionName'
  | 'LogGroupName'
  | 'UpdaterFunctionName'
  | 'UpdaterLogGroupName'
  | 'RoleArn'
  | 'UpdaterRoleArn'
  | 'FailedEventsQueueUrl'
  | 'EditorPolicyArn'
  | 'ParameterName'

/** An output of the stack for each part, by which the tools find it; several connectors in one stack are told apart by what it says. */
export function addOutput(scope: Construct, connector: string, part: Part, says: string, value: string | undefined) {
  if (value !== undefined) new CfnOutput(scope, part, { value, description: `camunda-sqs-bridge ${connector} ${part}: ${says}` })
}
