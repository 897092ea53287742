import { expect, test } from 'vitest'
import { deploymentOfRun, deploymentOfStack } from '../../tools/deployment.ts'

const OUTPUTS = {
  QueueUrl: 'https://sqs/orders',
  DeadLetterQueueUrl: 'https://sqs/orders-dead-letters',
  FunctionName: 'orders-function',
  LogGroupName: 'orders-log',
  UpdaterLogGroupName: 'updater-log',
  RoleArn: 'arn:role',
  ParameterName: '/camunda-sqs-bridge/orders/connector',
}
const RUN = {
  pid: 1,
  region: 'eu-central-1',
  sqsEndpoint: 'http://127.0.0.1:1',
  parameterStoreEndpoint: 'http://127.0.0.1:2',
  logStoreEndpoint: 'http://127.0.0.1:3',
  lambdaEndpoint: 'http://127.0.0.1:4',
  faultSwitch: undefined,
  queueUrls: { orders: 'http://127.0.0.1:1/orders' },
  deadLetterQueueUrls: { orders: 'http://127.0.0.1:1/dead' },
}

/** CloudFormation with the stacks it is given, by their names. */
function cloudFormation(stacks: Record<string, Record<string, string>>) {
  return {
    async send({ input: { StackName } }: { input: { StackName: string } }) {
      const outputs = stacks[StackName]
      if (!outputs) throw Object.assign(new Error(`Stack with id ${StackName} does not exist`), { name: 'ValidationError' })
      return { Stacks: [{ Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }] }
    },
  } as never
}

test('a connector’s deployment is what the outputs of its stack say', async () => {
  expect(await deploymentOfStack(cloudFormation({ 'camunda-sqs-bridge-orders': OUTPUTS }), 'orders')).toEqual({
    connector: 'orders',
    parameterName: '/camunda-sqs-bridge/orders/connector',
    filterParameterName: '/camunda-sqs-bridge/orders/filter',
    queueUrl: 'https://sqs/orders',
    deadLetterQueueUrl: 'https://sqs/orders-dead-letters',
    functionName: 'orders-function',
    logGroupName: 'orders-log',
    stack: { name: 'camunda-sqs-bridge-orders', logicalIdPrefix: '', updaterLogGroupName: 'updater-log', roleArn: 'arn:role' },
  })
})

test('the stack of an existing queue may know of no dead-letter queue', async () => {
  const { DeadLetterQueueUrl: _, ...outputs } = OUTPUTS
  const deployment = await deploymentOfStack(cloudFormation({ 'camunda-sqs-bridge-orders': outputs }), 'orders')
  expect(deployment.deadLetterQueueUrl).toBeUndefined()
})

test('in a stack of several connectors each finds its own, by what the outputs say', async () => {
  const described = (connector: string) =>
    Object.entries(OUTPUTS).map(([part, value]) => ({
      OutputKey: `${connector}${part}1A2B3C4D`,
      OutputValue: value.replace('orders', connector),
      Description: `camunda-sqs-bridge ${connector} ${part}: of it`,
    }))
  const Outputs = [...described('orders'), ...described('returns'), { OutputKey: 'QueueUrl', OutputValue: 'https://sqs/of-the-app' }]
  const shop = { send: async () => ({ Stacks: [{ Outputs: Outputs.toReversed() }] }) } as never
  expect(await deploymentOfStack(shop, 'returns', 'Shop')).toMatchObject({
    queueUrl: 'https://sqs/returns',
    parameterName: '/camunda-sqs-bridge/returns/connector',
    filterParameterName: '/camunda-sqs-bridge/returns/filter',
    stack: { name: 'Shop', logicalIdPrefix: 'returns' },
  })
  await expect(deploymentOfStack(shop, 'refunds', 'Shop')).rejects.toThrow(
    /The stack Shop has no output ParameterName of the connector refunds/,
  )
})

test('a stack that is not there, or lacks an output, is told with what to do', async () => {
  await expect(deploymentOfStack(cloudFormation({}), 'orders')).rejects.toThrow(/no stack camunda-sqs-bridge-orders .*--region/)
  await expect(deploymentOfStack(cloudFormation({ 'camunda-sqs-bridge-orders': {} }), 'orders')).rejects.toThrow(/no output .*cdk deploy/)
})

test('what else CloudFormation refuses is told as it is', async () => {
  const refusing = { send: () => Promise.reject(Object.assign(new Error('not authorized'), { name: 'AccessDenied' })) } as never
  await expect(deploymentOfStack(refusing, 'orders')).rejects.toThrow('not authorized')
})

test('on this machine the deployment is what the run file says, without a stack', () => {
  expect(deploymentOfRun(RUN, 'orders')).toMatchObject({
    queueUrl: 'http://127.0.0.1:1/orders',
    logGroupName: '/aws/lambda/camunda-sqs-bridge-orders',
    stack: undefined,
  })
  expect(() => deploymentOfRun(RUN, 'nope')).toThrow(/No connector “nope” .* there are orders/)
})
