import { Stack, Token, Validations } from 'aws-cdk-lib'
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { NETWORK_INTERFACES, PAYLOADS, type Permission, TRACES } from './permissions.ts'

/** A function's role, which may do this and nothing else. Its trust has no condition: Lambda documents none for execution roles. */
export function lambdaRole(scope: Construct, id: string, description: string, permissions: readonly Permission[]): Role {
  const statements = policyStatements(permissions)
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description,
    inlinePolicies: { Bridge: new PolicyDocument({ statements }) },
  })
  // The statements which have no narrower resource; any other such finding fails the synth.
  const wide = permissions.filter(({ sid }) => sid === NETWORK_INTERFACES || sid === TRACES)
  const reason = wide.map(({ sid, why }) => `${sid}: ${why}`).join('; ')
  if (wide.length > 0) Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason })
  // All objects of one bucket: by which key a body is put there, its sender chooses.
  for (const { sid, why, resources } of permissions.filter((permission) => permission.sid === PAYLOADS))
    for (const resource of resources)
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${asToldBy(role, resource)}]`, reason: `${sid}: ${why}` })
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

/** What is known at deployment alone is told by its name. */
function asToldBy(scope: Construct, resource: string): string {
  return Token.isUnresolved(resource) ? resource.replace(Stack.of(scope).partition, '<AWS::Partition>') : resource
}
