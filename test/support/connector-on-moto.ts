import { join } from 'node:path'
import { CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { Template } from 'aws-cdk-lib/assertions'
import { onTestFinished } from 'vitest'
import { cacheDirectory } from '../../local/engines/maven-central.ts'
import { sendMessage } from '../../local/queues.ts'
import { stacksOf } from '../lib/stacks.ts'
import { type CommandResult, startCommand } from './command.ts'
import type { Moto } from './moto.ts'

export const REGION = 'eu-central-1'
const CREDENTIALS = { AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }

let count = 0

/**
 * A connector in moto as `cdk deploy` puts it into AWS, under a name of its own: its synthesized template, created by CloudFormation.
 * Within a test.
 * @param endpoints of services which are not moto's here: `AWS_ENDPOINT_URL_IAM`
 */
export async function deployOnMoto(moto: Moto, connector: object, endpoints: Readonly<Record<string, string>> = {}) {
  const name = `orders-${++count}`
  const StackName = `camunda-sqs-bridge-${name}`
  const client = { endpoint: moto.endpoint, region: REGION, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } }
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false })
  const [ssm, lambda, logs] = [new SSMClient(client), new LambdaClient(client), new CloudWatchLogsClient(client)]
  const cloudFormation = new CloudFormationClient(client)
  const connectionPath = `/camunda/${name}/`

  const put = (parameter: string, Value: string, Type: 'String' | 'SecureString' = 'String') =>
    ssm.send(new PutParameterCommand({ Name: parameter, Value, Type, Overwrite: true }))
  // Of a bootstrapped account; every template of the CDK asks for it.
  await put('/cdk-bootstrap/hnb659fds/version', '30')
  await cloudFormation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify(templateForMoto(name, { camunda: connectionPath, ...connector })),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  )
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }))
  const outputs = new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]))
  const [functionName, logGroupName, table] = ['FunctionName', 'LogGroupName', 'IdempotencyTableName'].map((key) => outputs.get(key))
  // moto takes it by DynamoDB's own API, and from no template.
  const TimeToLiveSpecification = { AttributeName: 'expiration', Enabled: true }
  if (table) await new DynamoDBClient(client).send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }))

  const environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: moto.endpoint, ...endpoints }
  const start = (tool: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    startTool(tool, args, { ...environment, ...more })
  return {
    name,
    sqs,
    parameterName: `/camunda-sqs-bridge/${name}/connector`,
    filterParameterName: `/camunda-sqs-bridge/${name}/filter`,
    connectionPath,
    queueUrl: outputs.get('QueueUrl') ?? '',
    /** Blank where the stack does not create it. */
    deadLetterQueueUrl: outputs.get('DeadLetterQueueUrl') ?? '',
    put,
    destroy: () => cloudFormation.send(new DeleteStackCommand({ StackName })),
    remove: (parameter: string) => ssm.send(new DeleteParameterCommand({ Name: parameter })),
    /** What it takes to reach this Camunda, with a secret. */
    async connectTo(restAddress: string, secret: string) {
      await put(`${connectionPath}CAMUNDA_REST_ADDRESS`, restAddress)
      await put(`${connectionPath}CAMUNDA_AUTH_STRATEGY`, 'BASIC')
      await put(`${connectionPath}CAMUNDA_BASIC_AUTH_USERNAME`, 'bridge')
      await put(`${connectionPath}CAMUNDA_BASIC_AUTH_PASSWORD`, secret, 'SecureString')
    },
    /** As somebody does by hand who goes round the connector. */
    async changeMapping(change: Omit<UpdateEventSourceMappingRequest, 'UUID'>) {
      const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: functionName }))
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings?.[0]?.UUID, ...change }))
    },
    /** The function's own environment, for a run of its bundle on this machine. */
    async functionEnvironment(): Promise<Record<string, string>> {
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }))
      return { ...Environment?.Variables, AWS_ENDPOINT_URL: moto.endpoint }
    },
    /** Into the function's log, in a stream of its own. */
    async log(lines: readonly string[], timestamp = Date.now()) {
      const stream = { logGroupName, logStreamName: crypto.randomUUID() }
      await logs.send(new CreateLogStreamCommand(stream))
      await logs.send(new PutLogEventsCommand({ ...stream, logEvents: lines.map((message) => ({ message, timestamp })) }))
    },
    send: (to: string, body: string, type?: string) => sendMessage(sqs, to, { body, ...(type && { attributes: { type } }) }),
    receiveAll: (from: string) => receiveAll(sqs, from),
    start: (tool: string, ...args: string[]) => start(tool, [...args, name]),
    run: (tool: string, ...args: string[]): Promise<CommandResult> => start(tool, [...args, name]).ended,
    /** As it will be: the clock of that process is ahead. */
    runLater(minutes: number, tool: string, ...args: string[]): Promise<CommandResult> {
      const clock = `const now = Date.now; Date.now = () => now() + ${minutes * 60_000}`
      const NODE_OPTIONS = `--import=data:text/javascript;base64,${Buffer.from(clock).toString('base64')}`
      return start(tool, [...args, name], { NODE_OPTIONS }).ended
    },
  }
}

export type ConnectorOnMoto = Awaited<ReturnType<typeof deployOnMoto>>

/** The synthesized template, but for what moto's CloudFormation cannot take. Saved queries and queue policies it passes over by itself. */
function templateForMoto(name: string, connector: object): object {
  const [stack] = stacksOf({ [name]: connector })
  if (!stack) throw new Error('there is no stack')
  const template = Template.fromStack(stack).toJSON()
  const resources = Object.entries<{ Type: string; Properties: Record<string, unknown> }>(template.Resources)
  for (const [id, resource] of resources) {
    // moto creates no alarms from templates, and fails at the dashboards that refer to them.
    if (resource.Type.startsWith('AWS::CloudWatch::')) delete template.Resources[id]
    // The tags of a parameter are a map in CloudFormation, and moto expects the list of SSM's API.
    if (resource.Type === 'AWS::SSM::Parameter') delete resource.Properties.Tags
    // moto knows no global tables; with one replica it is a table.
    if (resource.Type === 'AWS::DynamoDB::GlobalTable') {
      resource.Type = 'AWS::DynamoDB::Table'
      delete resource.Properties.Replicas
    }
  }
  return template
}

/** What is visible in a queue, and is not from now on. */
export async function receiveAll(sqs: SQSClient, queueUrl: string): Promise<Message[]> {
  const messages: Message[] = []
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
        WaitTimeSeconds: 0,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) return messages
    messages.push(...Messages)
  }
}

function startTool(tool: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
  // What is compiled once need not be compiled at each of some fifty starts.
  const started = startCommand([tool, ...args], { env: { NODE_COMPILE_CACHE: join(cacheDirectory(), 'node'), ...environment } })
  onTestFinished(() => void started.child.kill('SIGKILL'))
  return started
}
