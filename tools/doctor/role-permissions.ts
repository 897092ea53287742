import { type ContextEntry, type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import type { Connector } from '../../lambda/core/connector.ts'
import { functionPermissions, type Permission, queueKeyArnOf, updaterPermissions } from '../../lib/permissions.ts'
import type { Deployment, StackParts } from '../deployment.ts'
import { queueNameIn } from '../queue-name.ts'
import { error, type Finding, ok, warn } from './finding.ts'

/** What is deployed, as IAM knows it: all of it is in the account and region of the queue. */
export interface Deployed {
  readonly connector: Connector
  readonly deployment: Deployment
  readonly stack: StackParts
  readonly queueArn: string
  readonly deadLetterQueueArn: string | undefined
  readonly mappingArn: string
}

/** The roles of a deployment, each with what the stack lets it do. */
export function rolesOf({ connector, deployment, stack, queueArn, deadLetterQueueArn, mappingArn }: Deployed) {
  const [, partition, , region, account] = queueArn.split(':')
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`
  const logGroupArn = (name: string) => arn('logs', `log-group:${name}:log-stream:doctor`)
  const parameters = {
    connectorParameterArn: arn('ssm', `parameter${deployment.parameterName}`),
    filterParameterArn: arn('ssm', `parameter${deployment.filterParameterName}`),
  }
  const { roleArn, updaterRoleArn, updaterLogGroupName = '', failedEventsQueueUrl, idempotencyTableName, kmsKeyArn } = stack
  const { functionName } = deployment
  const queueKeyArn = queueKeyArnOf(connector, kmsKeyArn)
  return [
    {
      check: 'role',
      roleArn,
      permissions: functionPermissions(connector, {
        ...parameters,
        queueArn,
        deadLetterQueueArn,
        queueKeyArn,
        deadLetterQueueKeyArn: queueKeyArn,
        tableKeyArn: kmsKeyArn,
        partition: partition ?? 'aws',
        isInVpc: connector.vpc !== undefined,
        serviceDomain: `${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`,
        logGroupArn: logGroupArn(deployment.logGroupName),
        connectionArn:
          typeof connector.camunda === 'string' ? arn('ssm', `parameter${connector.camunda.slice(0, -1)}`) : connector.camunda.secretArn,
        tableArn: idempotencyTableName && arn('dynamodb', `table/${idempotencyTableName}`),
        anyFunctionArn: arn('lambda', 'function:*'),
      }),
    },
    // A stack of an earlier release does not tell it.
    ...(updaterRoleArn === undefined
      ? []
      : [
          {
            check: 'role.updater',
            roleArn: updaterRoleArn,
            permissions: updaterPermissions({
              ...parameters,
              logGroupArn: logGroupArn(updaterLogGroupName),
              mappingArn,
              functionArn: arn('lambda', `function:${functionName}`),
              failedEventsArn: failedEventsQueueUrl && arn('sqs', queueNameIn(failedEventsQueueUrl)),
            }),
          },
        ]),
  ]
}

/** Whether the role may do what the function does, by IAM's simulator: policies of queues and keys are no part of it. */
export async function permissionFinding(
  iam: Pick<IAMClient, 'send'>,
  { check, roleArn, permissions }: { readonly check: string; readonly roleArn: string; readonly permissions: readonly Permission[] },
): Promise<Finding> {
  const granted = permissions.filter(({ effect }) => effect === undefined)
  const denied: string[] = []
  try {
    for (const { actions, resources, condition } of granted)
      for (const resource of resources) {
        const { EvaluationResults = [] } = await iam.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: roleArn,
            ActionNames: [...actions],
            ResourceArns: [resource],
            ContextEntries: contextOf(condition),
          }),
        )
        for (const { EvalActionName, EvalDecision } of EvaluationResults)
          if (EvalDecision !== 'allowed') denied.push(`${EvalActionName} on ${resource} (${EvalDecision})`)
      }
  } catch (error) {
    if (!/AccessDenied/.test((error as Error).name)) throw error
    return warn(check, 'not checked: you may not simulate policies', 'have yourself allowed iam:SimulatePrincipalPolicy on the role')
  }
  if (denied.length === 0) return ok(check, `${granted.flatMap(({ actions }) => actions).length} permissions, each allowed`)
  return error(
    check,
    `may not ${denied.join(', ')}`,
    'npx cdk deploy restores the role; an explicitDeny is a boundary or an organization’s policy',
  )
}

/** A request that fulfils the condition: its patterns taken literally. */
function contextOf(condition: Permission['condition']): ContextEntry[] {
  return Object.values(condition ?? {}).flatMap((values) =>
    Object.entries(values).map(([ContextKeyName, value]) => ({ ContextKeyName, ContextKeyType: 'string', ContextKeyValues: [value] })),
  )
}
