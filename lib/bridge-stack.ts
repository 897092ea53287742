import { createHash } from 'node:crypto'
import { Arn, ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib'
import { AttributeType, Billing, type CfnGlobalTable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  type Code,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  MetricType,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { type IQueue, Queue, QueueEncryption, type QueuePolicy, RedrivePermission } from 'aws-cdk-lib/aws-sqs'
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'
import { existingQueue, isFifo, leastVisibilityTimeout, OWN_TAG } from '../lambda/core/connector.ts'
import { type EventSourceSettings, eventSourceSettings } from '../lambda/core/event-source-settings.ts'
import { toFilterText } from '../lambda/core/filter-patterns.ts'
import { PARAMETER_MAX_AGE } from '../lambda/core/mapping-step.ts'
import { toTemplateText } from '../lambda/core/template-text.ts'
import { addAlarms } from './alarms.ts'
import type { ConnectorSource } from './connector-source.ts'
import { addDashboard } from './dashboard.ts'
import { stackNameOf } from './deployment.ts'
import { encryptionKey } from './encryption.ts'
import { addLogQueries } from './log-queries.ts'
import { functionPermissions, NETWORK_INTERFACES, type Permission, updaterPermissions } from './permissions.ts'

export interface BridgeStackProps {
  readonly source: ConnectorSource
  /** The functions' code, with `handler` in `index` and in `updater`: see `bundleFunction`. */
  readonly code: Code
}

interface Parameters {
  readonly connector: StringParameter
  readonly filter: StringParameter
}

/** What the function works on. */
interface Resources {
  readonly queue: IQueue
  readonly deadLetterQueue: IQueue | undefined
  readonly logGroup: LogGroup
  readonly parameters: Parameters
  readonly table: TableV2 | undefined
}

/**
 * A connector: the function, its event-source mapping with the updater of it, its configuration and its alarms, and the queue where the
 * connector names none.
 *
 * The stack of an existing queue is for the queue's account and region, since Lambda polls queues of its own region only; any other is for
 * those of whoever deploys it. It holds nothing of the connection to Camunda but the path of its parameters.
 */
export class BridgeStack extends Stack {
  readonly #source: ConnectorSource
  /** Of the user; undefined where AWS keeps the keys. */
  readonly #key: IKey | undefined

  constructor(scope: Construct, props: BridgeStackProps) {
    const { source, code } = props
    const { connector, name } = source
    const existing = existingQueue(connector)
    super(scope, name, {
      stackName: stackNameOf(name),
      description: `Camunda's Amazon SQS inbound connector ${name}, by Lambda (camunda-sqs-bridge)`,
      ...(existing && { env: { account: existing.account, region: existing.region } }),
    })
    this.#source = source
    this.#key = encryptionKey(this, name, connector)
    for (const [key, value] of Object.entries({ ...connector.tags, [OWN_TAG]: name })) Tags.of(this).add(key, value)

    const { queue, deadLetterQueue } = existing ? this.#existingQueues(existing.arn) : this.#createQueues()
    const settings = eventSourceSettings(connector)
    const parameters = { connector: this.#createParameter(), filter: this.#createFilterParameter(settings) }
    const logGroup = this.#createLog('Log')
    const table = connector.idempotency === 'dynamodb' ? this.#createIdempotencyTable() : undefined
    const resources = { queue, deadLetterQueue, logGroup, parameters, table }
    const lambda = this.#createFunction(code, resources, this.#createRole(resources))
    const eventSource = this.#createEventSource(queue, lambda, settings)
    const updater = this.#createUpdater(code, parameters, eventSource)
    addLogQueries(this, name, logGroup)
    const watched = { connector, name, queue, deadLetterQueue, lambda, eventSource, updater }
    const alarms = addAlarms(this, watched)
    addDashboard(this, { ...watched, alarms, logGroup, updaterLogGroup: updater.logGroup, table })

    this.#output('QueueUrl', 'The queue', queue.queueUrl)
    if (deadLetterQueue) this.#output('DeadLetterQueueUrl', 'Where messages go that failed too often', deadLetterQueue.queueUrl)
    if (table) this.#output('IdempotencyTableName', 'Which messages have begun, and which are done', table.tableName)
    if (this.#key) this.#output('KmsKeyArn', 'What encrypts queues, logs and table', this.#key.keyArn)
    this.#output('FunctionName', 'The function', lambda.functionName)
    this.#output('LogGroupName', 'Its log', logGroup.logGroupName)
    this.#output('UpdaterFunctionName', 'The updater of the event-source mapping', updater.functionName)
    this.#output('UpdaterLogGroupName', 'Its log', updater.logGroup.logGroupName)
    this.#output('RoleArn', 'What the function may do; for the policies of your own keys', lambda.role?.roleArn ?? '')
    this.#output('UpdaterRoleArn', 'What the updater may do', updater.role?.roleArn ?? '')
    this.#output('ParameterName', 'The connector, as the function reads it', parameters.connector.parameterName)
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
      ...(this.#key ? { encryption: QueueEncryption.KMS, encryptionMasterKey: this.#key } : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      // Kept when the stack goes, and when it is replaced; not when the first deployment fails, which could then not be repeated.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
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
      visibilityTimeout: Duration.seconds(
        visibilityTimeout ?? leastVisibilityTimeout(connector.function.timeout, connector.eventSource.maximumBatchingWindow),
      ),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
    })
    // So does the policy which refuses what is not encrypted in transit.
    for (const each of [queue, deadLetterQueue]) (each.node.findChild('Policy') as QueuePolicy).applyRemovalPolicy(common.removalPolicy)
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
      // Above 4,096 characters SSM takes the advanced tier, and back again it does not go.
      tier: ParameterTier.INTELLIGENT_TIERING,
      description:
        'The connector. Function and event-source mapping follow a change within minutes; queue, alarms and sizes of the function stay.',
    })
  }

  #createFilterParameter({ patterns }: EventSourceSettings): StringParameter {
    return new StringParameter(this, 'Filter', {
      parameterName: `/camunda-sqs-bridge/${this.#source.name}/filter`,
      stringValue: toFilterText(patterns),
      description: 'What the event-source mapping lets through, kept by its updater; []: everything. Not to be edited.',
    })
  }

  #createLog(id: string): LogGroup {
    return new LogGroup(this, id, {
      retention: this.#source.connector.function.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(this.#key && { encryptionKey: this.#key }),
    })
  }

  /** What the function may do, and nothing else. Its trust has no condition: Lambda documents none for execution roles. */
  #createRole({ queue, deadLetterQueue, logGroup, parameters: { connector, filter }, table }: Resources): Role {
    const { connector: configuration, name } = this.#source
    const permissions = functionPermissions(configuration, {
      logGroupArn: logGroup.logGroupArn,
      queueArn: queue.queueArn,
      deadLetterQueueArn: deadLetterQueue?.queueArn,
      connectorParameterArn: connector.parameterArn,
      filterParameterArn: filter.parameterArn,
      connectionArn: this.formatArn({ service: 'ssm', resource: 'parameter', resourceName: configuration.camunda.slice(1, -1) }),
      tableArn: table?.tableArn,
      kmsKeyArn: this.#key?.keyArn,
      serviceDomain: `${this.region}.${this.urlSuffix}`,
      anyFunctionArn: this.formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    })
    const role = this.#role('Role', `What the connector ${name} may do`, permissions)
    // The one statement which has no narrower resource; any other such finding fails the synth.
    const network = permissions.find(({ sid }) => sid === NETWORK_INTERFACES)
    if (network) Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason: `${network.sid}: ${network.why}` })
    return role
  }

  #role(id: string, description: string, permissions: readonly Permission[]): Role {
    const statements = permissions.map(
      ({ sid, effect = 'Allow', actions, resources, condition }) =>
        new PolicyStatement({
          sid,
          effect: Effect[effect === 'Deny' ? 'DENY' : 'ALLOW'],
          actions: [...actions],
          resources: [...resources],
          ...(condition && { conditions: condition }),
        }),
    )
    return new Role(this, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description,
      inlinePolicies: { Bridge: new PolicyDocument({ statements }) },
    })
  }

  /** As Powertools has it: `id`, and `expiration` as time to live. It outlives the stack, as the queue does whose messages it knows. */
  #createIdempotencyTable(): TableV2 {
    const table = new TableV2(this, 'IdempotencyTable', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiration',
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    // CDK takes a key of one's own only where the stack's region is known at synth.
    if (this.#key)
      (table.node.defaultChild as CfnGlobalTable).addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', this.#key.keyArn)
    return table
  }

  #createFunction(code: Code, { queue, deadLetterQueue, logGroup, parameters, table }: Resources, role: Role): LambdaFunction {
    const { connector, name } = this.#source
    const { timeout, memorySize, reservedConcurrency, logLevel } = connector.function
    const lambda = new LambdaFunction(this, 'Function', {
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
        ...this.#environment(parameters),
        POWERTOOLS_LOG_LEVEL: logLevel,
        QUEUE_URL: queue.queueUrl,
        ...(connector.invalidInput === 'deadLetter' && deadLetterQueue && { DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl }),
        ...(table && { IDEMPOTENCY_TABLE: table.tableName }),
        FUNCTION_TIMEOUT: String(timeout),
        // What lambda/checked-connector.ts need not check again.
        CHECKED_CONNECTOR: createHash('sha256').update(this.#source.parameterValue).digest('base64url'),
        LONGEST_OUTAGE: String(connector.eventSource.longestOutage),
        POWERTOOLS_PARAMETERS_MAX_AGE: String(PARAMETER_MAX_AGE),
      },
    })
    if (connector.vpc) {
      const { subnetIds, securityGroupIds } = connector.vpc
      // By their ids alone; CDK's own construct would ask for the VPC and its availability zones too, and give a managed policy to the role.
      ;(lambda.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds }
    }
    return lambda
  }

  #environment({ connector, filter }: Parameters): Record<string, string> {
    return {
      CONNECTOR_NAME: this.#source.name,
      CONNECTOR_PARAMETER: connector.parameterName,
      FILTER_PARAMETER: filter.parameterName,
      POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
      POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
    }
  }

  #createEventSource(queue: IQueue, target: LambdaFunction, settings: EventSourceSettings): EventSourceMapping {
    const { patterns, batchSize, maximumBatchingWindow, maximumConcurrency, enabled } = settings
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

  /** At every edit of the connector, and every five minutes, for events that do not arrive and for what has to wait. */
  #createUpdater(code: Code, parameters: Parameters, eventSource: EventSourceMapping): LambdaFunction {
    const { name, parameterName } = this.#source
    const logGroup = this.#createLog('UpdaterLog')
    const updater = new LambdaFunction(this, 'Updater', {
      description: `Keeps the event-source mapping of the connector ${name} as its parameter says`,
      code,
      handler: 'updater.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.#role(
        'UpdaterRole',
        `What the updater of the event-source mapping of ${name} may do`,
        updaterPermissions({
          logGroupArn: logGroup.logGroupArn,
          connectorParameterArn: parameters.connector.parameterArn,
          filterParameterArn: parameters.filter.parameterArn,
          mappingArn: eventSource.eventSourceMappingArn,
        }),
      ),
      timeout: Duration.minutes(4),
      memorySize: 256,
      // One after the other: the order of its steps is what no message is lost by.
      reservedConcurrentExecutions: 1,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      environment: { ...this.#environment(parameters), EVENT_SOURCE_MAPPING: eventSource.eventSourceMappingId },
    })
    new Rule(this, 'Edited', {
      description: `The parameter of the connector ${name} was edited, or five minutes are over`,
      eventPattern: { source: ['aws.ssm'], detailType: ['Parameter Store Change'], detail: { name: [parameterName] } },
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaTarget(updater, { event: RuleTargetInput.fromObject({}) })],
    })
    return updater
  }

  #output(id: string, description: string, value: string) {
    new CfnOutput(this, id, { value, description })
  }
}

/** `orders.fifo` has `orders-dead-letters.fifo`; of a long name the beginning and a digest, within the 80 characters of a queue's name. */
function deadLetterQueueName(name: string): string {
  const [, base = '', fifo = ''] = /^(.+?)(\.fifo)?$/.exec(name) ?? []
  const short = base.length > 60 ? `${base.slice(0, 51)}-${createHash('sha256').update(base).digest('hex').slice(0, 8)}` : base
  return `${short}-dead-letters${fifo}`
}
