import { type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { type Finding, fault, ok, warn } from './finding.ts'

/** What the function's role has to be allowed, as the stack gives it. */
interface Permission {
  readonly actions: readonly string[]
  readonly resourceArn: string
}

export interface RoleResources {
  readonly queueArn: string
  readonly logGroupName: string
  readonly parameterNames: readonly string[]
  /** Path of the connection's parameters; begins and ends with a slash. */
  readonly connectionPath: string
}

/** The queue is in the account and region of all else. */
export function permissionsFor({ queueArn, logGroupName, parameterNames, connectionPath }: RoleResources): Permission[] {
  const [, partition, , region, account] = queueArn.split(':')
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`
  return [
    {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      resourceArn: queueArn,
    },
    ...parameterNames.map((name) => ({ actions: ['ssm:GetParameter'], resourceArn: arn('ssm', `parameter${name}`) })),
    { actions: ['ssm:GetParametersByPath'], resourceArn: arn('ssm', `parameter${connectionPath}`) },
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resourceArn: arn('logs', `log-group:${logGroupName}:log-stream:doctor`) },
  ]
}

/** Whether the role may do what the function does, by IAM's simulator: policies of queues and keys are no part of it. */
export async function permissionFinding(
  iam: Pick<IAMClient, 'send'>,
  roleArn: string,
  permissions: readonly Permission[],
): Promise<Finding> {
  const check = 'role'
  const denied: string[] = []
  try {
    for (const { actions, resourceArn } of permissions) {
      const { EvaluationResults = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: [...actions], ResourceArns: [resourceArn] }),
      )
      for (const { EvalActionName, EvalDecision } of EvaluationResults)
        if (EvalDecision !== 'allowed') denied.push(`${EvalActionName} on ${resourceArn} (${EvalDecision})`)
    }
  } catch (error) {
    if (!/AccessDenied/.test((error as Error).name)) throw error
    return warn(check, 'not checked: you may not simulate policies', 'have yourself allowed iam:SimulatePrincipalPolicy on the role')
  }
  if (denied.length === 0) return ok(check, `${permissions.flatMap(({ actions }) => actions).length} permissions, each allowed`)
  return fault(
    check,
    `may not ${denied.join(', ')}`,
    'npx cdk deploy restores the role; an explicitDeny is a boundary or an organization’s policy',
  )
}
