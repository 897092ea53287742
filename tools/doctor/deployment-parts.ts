import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { IAMClient } from '@aws-sdk/client-iam'
import {
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm'
import { type Connector, parseConnector } from '../../lambda/core/connector.ts'
import { eventSourceSettings } from '../../lambda/core/event-source-settings.ts'
import { connectorParameterName } from '../../lib/connector-source.ts'
import { type ConnectionParameters, pathParameters, secretParameters } from '../connection-parameters.ts'
import type { Deployment, StackParts } from '../deployment.ts'
import { attributesOf } from '../queue-attributes.ts'
import { connectionFindings } from './camunda-connection.ts'
import { type CamundaProbe, cannotBeAsked } from './camunda-probe.ts'
import { type DeployedDiagrams, readDeployedDiagrams } from './deployed-diagrams.ts'
import type { Wanted } from './mapping-findings.ts'

/** What the doctor asks: AWS, Camunda and the clock. */
export interface Surroundings {
  readonly sqs: Pick<SQSClient, 'send'>
  readonly ssm: Pick<SSMClient, 'send'>
  readonly secrets: Pick<SecretsManagerClient, 'send'>
  readonly lambda: Pick<LambdaClient, 'send'>
  readonly iam: Pick<IAMClient, 'send'>
  readonly dynamodb: Pick<DynamoDBClient, 'send'>
  readonly logs: Pick<CloudWatchLogsClient, 'send'>
  readonly cloudWatch: Pick<CloudWatchClient, 'send'>
  readonly deploymentOf: (connector: string) => Promise<Deployment>
  readonly probe: (connection: ConnectionParameters) => CamundaProbe
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** On this machine there is no stack, no CloudWatch and no IAM. */
  readonly local: boolean
}

/** What a connector's parameter says, once it can be read. */
export const CONFIGURATION = 'connector’s configuration'
/** Parameters in which nothing is missing, and nothing is wrong by its form. */
export const SOUND_CONNECTION = 'connection to Camunda'

/** A part is not there, and it is known how it comes there. */
export class Missing extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.fix = fix
  }
}

/** A part of the deployment which could not be read. */
export class OutOfReach extends Error {
  readonly part: string

  constructor(part: string, cause: Error) {
    super(cause.message, { cause })
    this.part = part
  }
}

type Text = { readonly text: string; readonly modified: number; readonly version: number }

/** The parts of a deployment, each read once, when the first check asks for it. */
export class Parts {
  readonly name: string
  readonly surroundings: Surroundings
  readonly #read = new Map<string, Promise<unknown>>()
  #probe: CamundaProbe | undefined

  constructor(name: string, surroundings: Surroundings) {
    this.name = name
    this.surroundings = surroundings
  }

  /** Outside of the stack it is known by its name alone. */
  parameterName(): Promise<string> {
    return this.deployment().then(
      ({ parameterName }) => parameterName,
      () => connectorParameterName(this.name),
    )
  }

  deployment(): Promise<Deployment> {
    return this.#once('stack', () => this.surroundings.deploymentOf(this.name))
  }

  async stack(): Promise<StackParts> {
    return (await this.deployment()).stack as StackParts
  }

  connectorText(): Promise<Text> {
    return this.#once('connector', async () => {
      const parameterName = await this.parameterName()
      const parameter = await this.parameter(parameterName)
      if (parameter === undefined)
        throw new Missing(`parameter ${parameterName} does not exist`, `npx cdk deploy ${this.name} writes the file’s connector there`)
      return parameter
    })
  }

  async connector(): Promise<Connector> {
    const { text } = await this.connectorText()
    return this.#once(CONFIGURATION, async () => parseConnector(text, await this.parameterName()))
  }

  async wanted(): Promise<Wanted> {
    const [connector, { modified }, { stack }] = [await this.connector(), await this.connectorText(), await this.deployment()]
    return {
      settings: eventSourceSettings(connector),
      since: this.surroundings.now() - modified,
      updaterLog: stack?.updaterLogGroupName ?? 'what the run prints',
    }
  }

  queue() {
    return this.#within(this.deployment(), 'queue', ({ queueUrl }) => attributesOf(this.surroundings.sqs, queueUrl))
  }

  function(): Promise<FunctionConfiguration> {
    return this.#within(this.deployment(), 'function', ({ functionName }) =>
      this.surroundings.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })),
    )
  }

  eventSourceMapping(): Promise<EventSourceMappingConfiguration> {
    const both = Promise.all([this.deployment(), this.queue()])
    return this.#within(both, 'event-source mapping', async ([{ functionName }, { QueueArn }]) => {
      const { EventSourceMappings: [mapping] = [] } = await this.surroundings.lambda.send(
        new ListEventSourceMappingsCommand({ FunctionName: functionName, EventSourceArn: QueueArn }),
      )
      if (!mapping) throw new Error(`${functionName} has no event-source mapping of ${QueueArn}: nothing is received; npx cdk deploy`)
      return mapping
    })
  }

  connection(): Promise<ConnectionParameters> {
    return this.#within(this.connector(), 'connection', async ({ camunda }) => {
      if (typeof camunda !== 'string') return secretParameters(this.surroundings.secrets, camunda.secretArn)
      const parameters = await pathParameters(this.surroundings.ssm, camunda)
      if (parameters.size === 0) throw new Error(`there is no parameter in ${camunda}`)
      return parameters
    })
  }

  async probe(): Promise<CamundaProbe> {
    const connection = await this.#soundConnection()
    return this.#once('camunda', async () => (this.#probe = this.surroundings.probe(connection)))
  }

  /** The client would take defaults for what is missing, and send the credentials there. */
  async #soundConnection(): Promise<ConnectionParameters> {
    const [connector, connection] = [await this.connector(), await this.connection()]
    return this.#once(SOUND_CONNECTION, async () => {
      if (connectionFindings(connector, connection).some(({ status }) => status === 'error')) throw new Error('it is invalid')
      return connection
    })
  }

  topology() {
    return this.#within(
      this.probe(),
      'camunda',
      async (probe) => {
        const { gatewayVersion, date } = await probe.topology()
        return { gatewayVersion, date, skew: date ? Math.round((this.surroundings.now() - date.getTime()) / 1_000) : 0 }
      },
      'topology',
    )
  }

  /** Whether a process is deployed; undefined where the cluster cannot be asked. What fails is told as of Camunda. */
  isDeployed(process: Parameters<CamundaProbe['isDeployed']>[0]): Promise<boolean | undefined> {
    return this.#within(this.probe(), 'camunda', (probe) => probe.isDeployed(process), `deployed ${JSON.stringify(process)}`)
  }

  /** Undefined where the cluster cannot be asked. What fails is told as of Camunda. */
  deployedDiagrams(): Promise<DeployedDiagrams | undefined> {
    return this.#asked('deployed diagrams', async (probe) => readDeployedDiagrams(this.name, await this.connector(), probe))
  }

  /** Whether any instance waits for a message; undefined where the cluster cannot be asked. What fails is told as of Camunda. */
  isWaitedFor(message: Parameters<CamundaProbe['isWaitedFor']>[0]): Promise<boolean | undefined> {
    return this.#asked(`waited for ${JSON.stringify(message)}`, (probe) => probe.isWaitedFor(message))
  }

  #asked<Answer>(key: string, ask: (probe: CamundaProbe) => Promise<Answer>): Promise<Answer | undefined> {
    const unlessRefused = (error: unknown) => {
      if (cannotBeAsked(error)) return undefined
      throw error
    }
    return this.#within(this.probe(), 'camunda', (probe) => ask(probe).catch(unlessRefused), key)
  }

  async close() {
    await this.#probe?.close()
  }

  async parameter(name: string): Promise<Text | undefined> {
    try {
      const { Parameter } = await this.surroundings.ssm.send(new GetParameterCommand({ Name: name }))
      return { text: Parameter?.Value ?? '', modified: Parameter?.LastModifiedDate?.getTime() ?? 0, version: Parameter?.Version ?? 0 }
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined
      throw error
    }
  }

  async #within<Whole, Part>(whole: Promise<Whole>, part: string, read: (whole: Whole) => Promise<Part>, key = part): Promise<Part> {
    const there = await whole
    return this.#once(part, () => read(there), key)
  }

  #once<Part>(part: string, read: () => Promise<Part>, key = part): Promise<Part> {
    const known = this.#read.get(key)
    if (known) return known as Promise<Part>
    const fresh = read().catch((error: Error) => {
      throw new OutOfReach(part, error)
    })
    this.#read.set(key, fresh)
    return fresh
  }
}
