import { createHash } from 'node:crypto'
import { Arn, ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  MetricType,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { type IQueue, Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs'
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'
import { existingQueue, isFifo, leastVisibilityTimeout } from '../lambda/core/connector.ts'
import { filterCriteria } from '../lambda/core/filter-criteria.ts'
import { addAlarms } from './alarms.ts'
import { type ConnectorSource, STANDARD_PARAMETER_LENGTH, toTemplateText } from './connector-source.ts'

export interface BridgeStackProps {
  readonly source: ConnectorSource
  /** The function's code, with `handler` in `index`: see `bundleFunction`. */
  readonly code: Code
}

/**
 * A connector: the function, its event-source mapping, its configuration and its alarms, and the queue where the connector names none.
 *
 * The stack of an existing queue is for the queue's account and region, since Lambda polls queues of its own region only; any other is for
 * those of whoever deploys it. It holds nothing of the connection to Camunda but the path of its parameters.
 */
export class BridgeStack extends Stack {
  readonly #source: ConnectorSource

  constructor(scope: Construct, props: BridgeStackProps) {
    const { source, code } = props
    const { connector, name } = source
    const existing = existingQueue(connector)
    super(scope, name, {
      stackName: `camunda-sqs-bridge-${name}`,
      description: `Camunda's Amazon SQS inbound connector ${name}, by Lambda (camunda-sqs-bridge)`,
      ...(existing && { env: { account: existing.account, region: existing.region } }),
    })
    this.#source = source

    const { queue, deadLetterQueue } = existing ? this.#existingQueues(existing.arn) : this.#createQueues()
    const parameter = this.#createParameter()
    const logGroup = new LogGroup(this, 'Log', {
      retention: connector.function.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const { patterns } = filterCriteria(connector)
    const lambda = this.#createFunction(code, logGroup, parameter, this.#createRole(queue, logGroup, parameter), patterns)
    const eventSource = this.#createEventSource(queue, lambda, patterns)
    addAlarms(this, { connector, name, queue, deadLetterQueue, lambda, eventSource, filtered: patterns.length > 0 })

    this.#output('QueueUrl', 'The queue', queue.queueUrl)
    if (deadLetterQueue) this.#output('DeadLetterQueueUrl', 'Where messages go that failed too often', deadLetterQueue.queueUrl)
    this.#output('FunctionName', 'The function', lambda.functionName)
    this.#output('LogGroupName', 'Its log', logGroup.logGroupName)
    this.#output('ParameterName', 'The connector, as the function reads it', parameter.parameterName)
  }

  #existingQueues(queueArn: string): { queue: IQueue; deadLetterQueue: IQueue | undefined } {
    const { deadLetterQueueArn } = this.#source.connector.queue
    return {
      queue: Queue.fromQueueArn(this, 'Queue', queueArn),
      deadLetterQueue: deadLetterQueueArn === undefined ? undefined : Queue.fromQueueArn(this, 'DeadLetterQueue', deadLetterQueueArn),
    }
  }

  /** Both keep messages for as long as SQS can, and outlive the stack: no message is lost by a deployment. */
  #createQueues(): { queue: IQueue; deadLetterQueue: IQueue } {
    const { connector } = this.#source
    const { name, visibilityTimeout, maxReceiveCount, contentBasedDeduplication } = connector.queue
    const common = {
      ...(isFifo(connector) && { fifo: true }),
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    }
    const deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      ...common,
      ...(name !== undefined && {
        queueName: deadLetterQueueName(name),
        // A queue without a name of its own cannot be allowed here: each of the two would need the other first.
        redriveAllowPolicy: { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues: [this.#queueByName(name)] },
      }),
    })
    const queue = new Queue(this, 'Queue', {
      ...common,
      ...(name !== undefined && { queueName: name }),
      ...(contentBasedDeduplication && { contentBasedDeduplication }),
      visibilityTimeout: Duration.seconds(visibilityTimeout ?? leastVisibilityTimeout(connector.function.timeout)),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
    })
    return { queue, deadLetterQueue }
  }

  #queueByName(name: string): IQueue {
    return Queue.fromQueueArn(
      this,
      'QueueByName',
      Arn.format({ service: 'sqs', resource: name, arnFormat: ArnFormat.NO_RESOURCE_NAME }, this),
    )
  }

  #createParameter(): StringParameter {
    const { parameterName, parameterValue } = this.#source
    return new StringParameter(this, 'Connector', {
      parameterName,
      stringValue: parameterValue,
      tier: parameterValue.length > STANDARD_PARAMETER_LENGTH ? ParameterTier.ADVANCED : ParameterTier.STANDARD,
      description:
        'The connector. The function follows a change within a minute; what the stack made of it (queue, filter criteria) stays.',
    })
  }

  /** What the function may do, and nothing else. Its trust has no condition: Lambda documents none for execution roles. */
  #createRole(queue: IQueue, logGroup: LogGroup, parameter: StringParameter): Role {
    const connection = this.formatArn({ service: 'ssm', resource: 'parameter', resourceName: this.#source.connector.camunda.slice(1, -1) })
    const permissions: Record<string, [actions: string[], resources: string[]]> = {
      WriteLog: [['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]],
      ConsumeQueue: [
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
        [queue.queueArn],
      ],
      ReadConnector: [['ssm:GetParameter'], [parameter.parameterArn]],
      // IAM compares the path as the request has it, with its last slash or without.
      ReadConnection: [['ssm:GetParametersByPath'], [connection, `${connection}/`]],
    }
    const statements = Object.entries(permissions).map(
      ([sid, [actions, resources]]) => new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources }),
    )
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What the connector ${this.#source.name} may do`,
      inlinePolicies: { Bridge: new PolicyDocument({ statements }) },
    })
  }

  #createFunction(code: Code, logGroup: LogGroup, parameter: StringParameter, role: Role, patterns: readonly object[]): LambdaFunction {
    const { connector, name } = this.#source
    const { timeout, memorySize, reservedConcurrency, logLevel } = connector.function
    return new LambdaFunction(this, 'Function', {
      description: `Camunda's Amazon SQS inbound connector ${name}`,
      code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      timeout: Duration.seconds(timeout),
      memorySize,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      logGroup,
      // Lambda's own filter takes the lines that carry metrics for INFO ("Log-level filtering" in its guide), and the alarms need them: above
      // INFO only the function's logger may filter.
      ...(logLevel === 'DEBUG' || logLevel === 'INFO'
        ? { loggingFormat: LoggingFormat.JSON, applicationLogLevelV2: ApplicationLogLevel[logLevel] }
        : { loggingFormat: LoggingFormat.TEXT }),
      environment: {
        CONNECTOR_NAME: name,
        CONNECTOR_PARAMETER: parameter.parameterName,
        // The function refuses a connector which needs another filter: Lambda would delete what it wants.
        FILTER_DIGEST: createHash('sha256').update(JSON.stringify(patterns)).digest('hex'),
        POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
        POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
        POWERTOOLS_LOG_LEVEL: logLevel,
      },
    })
  }

  #createEventSource(queue: IQueue, target: LambdaFunction, patterns: readonly object[]): EventSourceMapping {
    const { batchSize, maximumBatchingWindow, maximumConcurrency, enabled } = this.#source.connector.eventSource
    return new EventSourceMapping(this, 'EventSource', {
      target,
      eventSourceArn: queue.queueArn,
      batchSize,
      ...(maximumBatchingWindow > 0 && { maxBatchingWindow: Duration.seconds(maximumBatchingWindow) }),
      ...(maximumConcurrency !== undefined && { maxConcurrency: maximumConcurrency }),
      enabled,
      reportBatchItemFailures: true,
      ...(patterns.length > 0 && { filters: patterns.map((pattern) => ({ pattern: toTemplateText(JSON.stringify(pattern)) })) }),
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    })
  }

  #output(id: string, description: string, value: string) {
    new CfnOutput(this, id, { value, description })
  }
}

/** `orders.fifo` has `orders-dead-letters.fifo`, within the 80 characters of a queue's name. */
function deadLetterQueueName(name: string): string {
  const [, base = '', fifo = ''] = /^(.+?)(\.fifo)?$/.exec(name) ?? []
  return `${base.slice(0, 60)}-dead-letters${fifo}`
}
