import { expect, test } from 'vitest'
import type { Deployment, StackParts } from '../../../tools/deployment.ts'
import { rolesOf } from '../../../tools/doctor/role-permissions.ts'
import { connector } from '../../support/connectors.ts'

test.each([
  ['aws', 'eu-central-1', 'sqs.eu-central-1.amazonaws.com'],
  ['aws-cn', 'cn-north-1', 'sqs.cn-north-1.amazonaws.com.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'sqs.us-gov-west-1.amazonaws.com'],
])('in the partition %s all ARNs are of that partition, and so is the service by which a key is used', (partition, region, service) => {
  const kmsKeyArn = `arn:${partition}:kms:${region}:111111111111:key/k`
  const [role] = rolesOf({
    connector: connector({ encryption: { kmsKey: 'create' } }),
    deployment: { parameterName: '/c', filterParameterName: '/f', logGroupName: 'log' } as Deployment,
    stack: { roleArn: 'role', kmsKeyArn } as StackParts,
    queueArn: `arn:${partition}:sqs:${region}:111111111111:orders`,
    deadLetterQueueArn: undefined,
    mappingArn: '',
  })
  const resources = role?.permissions.flatMap(({ resources }) => resources) ?? []
  expect(resources.length).toBeGreaterThan(5)
  for (const resource of resources) expect(resource).toMatch(new RegExp(`^arn:${partition}:\\w+:${region}:111111111111:`))
  expect(role?.permissions.find(({ sid }) => sid === 'DecryptMessages')?.condition).toEqual({ StringEquals: { 'kms:ViaService': service } })
})
