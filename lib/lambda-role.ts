import { Validations } from 'aws-cdk-lib'
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { NETWORK_INTERFACES, type Permission } from './permissions.ts'

/** A function's role, which may do this and nothing else. Its trust has no condition: Lambda documents none for execution roles. */
export function lambdaRole(scope: Construct, id: string, description: string, permissions: readonly Permission[]): Role {
  const statements = policyStatements(permissions)
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description,
    inlinePolicies: { Bridge: new PolicyDocument({ statements }) },
  })
  // The one statement which has no narrower resource; any other such finding fails the synth.
  const network = permissions.find(({ sid }) => sid === NETWORK_INTERFACES)
  if (network) Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason: `${network.sid}: ${network.why}` })
  return role
}

export function policyStatements(permissions: readonly Permission[]): PolicyStatement[] {
  return permissions.map(
    ({ sid, effect = 'Allow', actions, resources, condition }) =>
      new PolicyStatement({
        sid,
        effect: Effect[effect === 'Deny' ? 'DENY' : 'ALLOW'],
        actions: [...actions],
        resources: [...resources],
        ...(condition && { conditions: condition }),
      }),
  )
}
