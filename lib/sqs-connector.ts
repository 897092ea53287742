import { createHash } from 'node:crypto'
import { ArnFormat, Duration, PropertyInjectors, RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib'
import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Connections, IConnectable } from 'aws-cdk-lib/aws-ec2'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { Grant, type IGrantable, type IPrincipal, ManagedPolicy, type Role } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  ApplicationLogLevel,
  Architecture,
  type CfnEventSourceMapping,
  type CfnFunction,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  MetricType,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import { type Connector, type ConnectorInput, existingQueue, OWN_TAG } from '../lambda/core/connector.ts'
import { eventSourceSettings } from '../lambda/core/event-source-settings.ts'
import { toFilterText } from '../lambda/core/filter-patterns.ts'
import { PARAMETER_MAX_AGE } from '../lambda/core/mapping-step.ts'
import { toTemplateText } from '../lambda/core/template-text.ts'
import { writtenMetrics } from './alarm-thresholds.ts'
import { addAlarms } from './alarms.ts'
import { accountFindings, annotate } from './annotations.ts'
import { deploymentFindings } from './connector-findings.ts'
import { type BridgeMetric, bridgeMetric } from './connector-metrics.ts'
import { connectorParameterName, filterParameterName, readConnectorFile, withConnectionBelow } from './connector-source.ts'
import { createQueues } from './created-queues.ts'
import { addDashboard } from './dashboard/dashboard.ts'
import { addOutput, type Part } from './deployment-outputs.ts'
import { allowLogs, encryptionKey } from './encryption.ts'
import { functionCode } from './function-code.ts'
import { deadLetterQueueOf, deployedValue, type GivenResources, withGivenResources } from './given-resources.ts'
import { createIdempotencyTable } from './idempotency-table.ts'
import { keepApart } from './keep-apart.ts'
import { lambdaRole, policyStatements } from './lambda-role.ts'
import { addLogQueries } from './log-queries.ts'
import { memoryEnvironment } from './memory-environment.ts'
import { editorPermissions, functionPermissions, queueKeyArnOf, updaterPermissions } from './permissions.ts'
import { admitSenders, type Sender } from './senders.ts'
import { uniqueName } from './unique-name.ts'

export interface SqsConnectorProps extends GivenResources {
  /** The connector: `SqsConnector.fromFile('connectors/orders.json')`, or the same as an object. */
  readonly connector: ConnectorInput
  /**
   * Of what holds messages and what is needed to read them and to know them again: created queues, idempotency table and key.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy
  /**
   * What of the app sends to the queue: the queue's policy and its key's admit each for its source alone, and it is connected. Beside `queue.senders` of the connector,
   * whose sources are named by their ARNs.
   */
  readonly senders?: readonly Sender[]
  /** @default Architecture.ARM_64 */
  readonly architecture?: Architecture
  /** The function's log. @default – one is created, which goes with the stack */
  readonly logGroup?: ILogGroup
  /** The log of the updater of the event-source mapping. @default – one is created, which goes with the stack */
  readonly updaterLogGroup?: ILogGroup
  /** The functions' code, with `handler` in `index` and in `updater`. @default – what comes with this package */
  readonly code?: Code
}

/**
 * Camunda's Amazon SQS inbound connector: messages of a queue start process instances or reach waiting ones, by a function with its event-source
 * mapping, its configuration in SSM, alarms, dashboard and saved queries; and the queue where there is none.
 *
 * It holds nothing of the connection to Camunda but the path of its parameters.
 */
export class SqsConnector extends Construct implements IGrantable, IConnectable {
  static readonly PROPERTY_INJECTION_ID = 'camunda-sqs-bridge.SqsConnector'

  /**
   * A connector's file, by its path from where the app runs.
   * @throws {ConnectorConfigurationError} naming every fault of the file at once
   */
  static fromFile(path: string): ConnectorInput {
    return readConnectorFile(path)
  }

  /** In its account and region. */
  readonly connectorName: string
  readonly queue: IQueue
  /** Undefined where it is not known: of an imported queue, when nothing names it. */
  readonly deadLetterQueue: IQueue | undefined
  readonly function: LambdaFunction
  /** Keeps the event-source mapping as the connector says. */
  readonly updater: LambdaFunction
  readonly eventSourceMapping: EventSourceMapping
  /** Events of the updater's runs that failed, for four days. */
  readonly failedEvents: IQueue
  /** For those who may edit the connector's parameter; nobody has it unless you attach it. */
  readonly editorPolicy: ManagedPolicy
  /** Holds the connector; what is edited there is in force within minutes. */
  readonly parameter: StringParameter
  readonly logGroup: ILogGroup
  readonly updaterLogGroup: ILogGroup
  readonly alarms: readonly Alarm[]
  /** Undefined unless the connector says `"monitoring": "full"`. */
  readonly dashboard: Dashboard | undefined
  /** Undefined unless the connector says `"idempotency": "dynamodb"`. */
  readonly idempotencyTable: TableV2 | undefined
  /** Undefined where AWS keeps the keys. */
  readonly encryptionKey: IKey | undefined

  readonly #connector: Connector
  readonly #parameterName: string
  readonly #parameterValue: string
  readonly #filterParameterName: string
  readonly #filterParameter: StringParameter

  constructor(scope: Construct, id: string, given: SqsConnectorProps) {
    super(scope, id)
    const props = injected(scope, id, given)
    const input = withConnectionBelow(props.parameterPrefix, props.connector)
    const name = props.name ?? uniqueName(this)
    const connector = withGivenResources(this, input, { ...props, name })
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    const code = props.code ?? packagedCode()
    const settings = eventSourceSettings(connector)
    this.#connector = connector
    this.#parameterName = connectorParameterName(name, props.parameterPrefix)
    this.#parameterValue = deployedValue(input, props.queue)
    this.connectorName = name
    this.encryptionKey = props.encryptionKey ?? encryptionKey(this, name, connector, removalPolicy)
    if (props.encryptionKey) allowLogs(props.encryptionKey, Stack.of(this))
    for (const [key, value] of Object.entries({ ...connector.tags, [OWN_TAG]: name })) Tags.of(this).add(key, value)

    const { queue, deadLetterQueue } = this.#queues(props, removalPolicy)
    this.queue = queue
    this.deadLetterQueue = deadLetterQueue
    admitSenders(this, { queue, key: queue.encryptionMasterKey }, connector.queue.senders, props.senders)
    this.parameter = new StringParameter(this, 'Connector', {
      parameterName: this.#parameterName,
      stringValue: this.#parameterValue,
      // Above 4,096 characters SSM takes the advanced tier, and back again it does not go.
      tier: ParameterTier.INTELLIGENT_TIERING,
      description:
        'The connector. Function and event-source mapping follow a change within minutes; queue, alarms and sizes of the function stay.',
    })
    this.#filterParameterName = filterParameterName(name, props.parameterPrefix)
    this.#filterParameter = new StringParameter(this, 'Filter', {
      parameterName: this.#filterParameterName,
      stringValue: toFilterText(settings.patterns),
      description: 'What the event-source mapping lets through, kept by its updater; []: everything. Not to be edited.',
    })
    this.logGroup = props.logGroup ?? this.#createLog('Log')
    this.idempotencyTable =
      connector.idempotency === 'dynamodb' ? createIdempotencyTable(this, this.encryptionKey, removalPolicy) : undefined
    this.function = this.#createFunction(code, props, this.#createRole(props))
    this.eventSourceMapping = new EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: settings.batchSize,
      ...(settings.maximumBatchingWindow > 0 && { maxBatchingWindow: Duration.seconds(settings.maximumBatchingWindow) }),
      ...(settings.maximumConcurrency !== undefined && { maxConcurrency: settings.maximumConcurrency }),
      enabled: settings.enabled,
      reportBatchItemFailures: true,
      ...(settings.patterns.length > 0 && {
        filters: settings.patterns.map((pattern) => ({ pattern: toTemplateText(JSON.stringify(pattern)) })),
      }),
      // Metrics which cost as one's own do.
      ...(connector.monitoring === 'full' && { metricsConfig: { metrics: [MetricType.EVENT_COUNT] } }),
    })
    if (settings.provisionedPollers) {
      const { minimum, maximum } = settings.provisionedPollers
      // CDK's own property refuses more than 2,000, of which the service takes 10,000.
      ;(this.eventSourceMapping.node.defaultChild as CfnEventSourceMapping).provisionedPollerConfig = {
        minimumPollers: minimum,
        maximumPollers: maximum,
      }
    }
    this.updaterLogGroup = props.updaterLogGroup ?? this.#createLog('UpdaterLog')
    this.failedEvents = this.#createFailedEvents()
    this.updater = this.#createUpdater(code, props)
    this.editorPolicy = new ManagedPolicy(this, 'Editors', {
      description: `Edits the connector ${name}: which messages start which processes, and what the filter deletes`,
      statements: policyStatements(editorPermissions(this.parameter.parameterArn)),
    })
    addLogQueries(this, name, this.logGroup)
    const watched = {
      connector,
      name,
      queue,
      deadLetterQueue,
      lambda: this.function,
      eventSource: this.eventSourceMapping,
      updater: this.updater,
    }
    this.alarms = addAlarms(this, watched, this.#alarmTopic(props))
    this.dashboard =
      connector.monitoring === 'full'
        ? addDashboard(this, {
            ...watched,
            alarms: this.alarms,
            logGroup: this.logGroup,
            updaterLogGroup: this.updaterLogGroup,
            table: this.idempotencyTable,
          })
        : undefined
    annotate(this, [...deploymentFindings({ connector }), ...accountFindings(this, queue)])
    keepApart(this, { name, connector, queue, parameterName: this.#parameterName })
    this.#addOutputs()
  }

  #addOutputs() {
    const add = (part: Part, says: string, value: string | undefined) => addOutput(this, this.connectorName, part, says, value)
    add('QueueUrl', 'the queue', this.queue.queueUrl)
    add('DeadLetterQueueUrl', 'where messages go that failed too often', this.deadLetterQueue?.queueUrl)
    add('IdempotencyTableName', 'which messages have begun, and which are done', this.idempotencyTable?.tableName)
    add('KmsKeyArn', 'what encrypts queues, logs and table', this.encryptionKey?.keyArn)
    add('FunctionName', 'the function', this.function.functionName)
    add('LogGroupName', 'its log', this.logGroup.logGroupName)
    add('UpdaterFunctionName', 'the updater of the event-source mapping', this.updater.functionName)
    add('UpdaterLogGroupName', 'its log', this.updaterLogGroup.logGroupName)
    add('RoleArn', 'what the function may do; for the policies of your own keys', this.function.role?.roleArn)
    add('UpdaterRoleArn', 'what the updater may do', this.updater.role?.roleArn)
    add('FailedEventsQueueUrl', 'events of the updater’s runs that failed', this.failedEvents.queueUrl)
    add('EditorPolicyArn', 'a policy for those who may edit the connector', this.editorPolicy.managedPolicyArn)
    add('ParameterName', 'the connector, as the function reads it', this.parameter.parameterName)
  }

  /** The function, as whoever is granted something. */
  get grantPrincipal(): IPrincipal {
    return this.function.grantPrincipal
  }

  /** The function's network connections, where it is in a `vpc`. */
  get connections(): Connections {
    return this.function.connections
  }

  /** Lets somebody send messages to the queue. */
  grantSendMessages(grantee: IGrantable): Grant {
    return this.queue.grantSendMessages(grantee)
  }

  /** Lets somebody read and write the connector's parameter, and so decide which messages start which processes. */
  grantEditConfiguration(grantee: IGrantable): Grant {
    const [{ actions, resources } = { actions: [], resources: [] }] = editorPermissions(this.parameter.parameterArn)
    return Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [...resources] })
  }

  /** A metric which the functions write, of all messages or of an element's; docs/OPERATING.md says what each means. */
  metric(metricName: BridgeMetric, { element, ...options }: MetricOptions & { readonly element?: string } = {}): Metric {
    const metric = bridgeMetric(this.connectorName, metricName, element === undefined ? {} : { element })
    return metric.with(options).attachTo(this)
  }

  /** Messages which Lambda handed to the function. */
  metricReceived(options?: MetricOptions): Metric {
    return this.metric('Received', options)
  }

  /** Messages given back to SQS, whatever the reason. */
  metricReturned(options?: MetricOptions): Metric {
    return this.metric('Returned', options)
  }

  /** Messages that started a process instance. */
  metricProcessInstancesCreated(options?: MetricOptions): Metric {
    return this.metric('ProcessInstanceCreated', options)
  }

  /** Messages that were published to Camunda. */
  metricMessagesPublished(options?: MetricOptions): Metric {
    return this.metric('MessagePublished', options)
  }

  /** Milliseconds from the sending of a message to its effect in Camunda. */
  metricMessageAge(options?: MetricOptions): Metric {
    return this.metric('MessageAge', { statistic: 'p95', ...options })
  }

  /** Milliseconds from a command to Camunda's reply. */
  metricCamundaLatency(options?: MetricOptions): Metric {
    return this.metric('CamundaLatency', { statistic: 'p90', ...options })
  }

  #queues({ queue, deadLetterQueue }: SqsConnectorProps, removalPolicy: RemovalPolicy) {
    const { deadLetterQueueArn } = this.#connector.queue
    if (queue) return { queue, deadLetterQueue: deadLetterQueue ?? deadLetterQueueOf(queue) }
    const existing = existingQueue(this.#connector)
    if (!existing) return createQueues(this, { connector: this.#connector, key: this.encryptionKey, removalPolicy, deadLetterQueue })
    return {
      queue: Queue.fromQueueArn(this, 'Queue', existing.arn),
      deadLetterQueue:
        deadLetterQueue ?? (deadLetterQueueArn === undefined ? undefined : Queue.fromQueueArn(this, 'DeadLetterQueue', deadLetterQueueArn)),
    }
  }

  #createLog(id: string): LogGroup {
    return new LogGroup(this, id, {
      retention: this.#connector.function.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(this.encryptionKey && { encryptionKey: this.encryptionKey }),
    })
  }

  #alarmTopic({ alarmTopic }: SqsConnectorProps): ITopic | undefined {
    const { topicArn } = this.#connector.alarms
    return alarmTopic ?? (topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'AlarmTopic', topicArn))
  }

  #createRole({ vpc }: SqsConnectorProps): Role {
    const stack = Stack.of(this)
    const connector = this.#connector
    // A queue which is imported by its ARN alone is taken to be encrypted with the connector's key, if it has one.
    const keyArn = (queue: IQueue | undefined) =>
      queue?.encryptionMasterKey?.keyArn ?? (queue instanceof Queue ? undefined : queueKeyArnOf(connector, this.encryptionKey?.keyArn))
    const permissions = functionPermissions(connector, {
      logGroupArn: this.logGroup.logGroupArn,
      queueArn: this.queue.queueArn,
      deadLetterQueueArn: this.deadLetterQueue?.queueArn,
      connectorParameterArn: this.parameter.parameterArn,
      filterParameterArn: this.#filterParameter.parameterArn,
      connectionArn:
        typeof connector.camunda === 'string'
          ? stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: connector.camunda.slice(1, -1) })
          : connector.camunda.secretArn,
      tableArn: this.idempotencyTable?.tableArn,
      queueKeyArn: keyArn(this.queue),
      deadLetterQueueKeyArn: keyArn(this.deadLetterQueue),
      tableKeyArn: this.encryptionKey?.keyArn,
      serviceDomain: `${stack.region}.${stack.urlSuffix}`,
      anyFunctionArn: stack.formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      isInVpc: (vpc ?? connector.vpc) !== undefined,
      partition: stack.partition,
    })
    return lambdaRole(this, 'Role', `What the connector ${this.connectorName} may do`, permissions)
  }

  #createFunction(code: Code, props: SqsConnectorProps, role: Role): LambdaFunction {
    const { vpc, subnets, securityGroups, architecture = Architecture.ARM_64 } = props
    const connector = this.#connector
    const { timeout, memorySize, reservedConcurrency, logLevel, tracing } = connector.function
    const written = writtenMetrics(connector)
    const lambda = new LambdaFunction(this, 'Function', {
      description: `Camunda's Amazon SQS inbound connector ${this.connectorName}`,
      code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture,
      role,
      timeout: Duration.seconds(timeout),
      memorySize,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      logGroup: this.logGroup,
      // Lambda's own filter takes the lines that carry metrics for INFO ("Log-level filtering" in its guide), and the alarms need them: above
      // INFO only the function's logger may filter.
      ...(logLevel === 'DEBUG' || logLevel === 'INFO'
        ? { loggingFormat: LoggingFormat.JSON, applicationLogLevelV2: ApplicationLogLevel[logLevel] }
        : { loggingFormat: LoggingFormat.TEXT }),
      ...(vpc && { vpc, ...(subnets && { vpcSubnets: subnets }), ...(securityGroups && { securityGroups }) }),
      environment: {
        ...this.#environment(),
        ...memoryEnvironment(memorySize),
        POWERTOOLS_LOG_LEVEL: logLevel,
        QUEUE_URL: this.queue.queueUrl,
        ...(connector.invalidInput === 'deadLetter' && this.deadLetterQueue && { DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.queueUrl }),
        ...(this.idempotencyTable && { IDEMPOTENCY_TABLE: this.idempotencyTable.tableName }),
        ...(connector.queue.largePayloads && { PAYLOAD_BUCKET: connector.queue.largePayloads.bucket }),
        ...(tracing !== 'off' && { TRACING: tracing }),
        FUNCTION_TIMEOUT: String(timeout),
        // What lambda/checked-connector.ts need not check again.
        CHECKED_CONNECTOR: createHash('sha256').update(this.#parameterValue).digest('base64url'),
        LONGEST_OUTAGE: String(connector.eventSource.longestOutage),
        POWERTOOLS_PARAMETERS_MAX_AGE: String(PARAMETER_MAX_AGE),
        ...(written && { WRITTEN_METRICS: JSON.stringify(written) }),
      },
    })
    // By the property alone: CDK's own would add a policy to the role.
    if (tracing !== 'off') (lambda.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' }
    if (connector.vpc) {
      const { subnetIds, securityGroupIds } = connector.vpc
      // By their ids alone: CDK's own property would ask for the VPC and its availability zones too.
      ;(lambda.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds }
    }
    return lambda
  }

  #environment(): Record<string, string> {
    return {
      CONNECTOR_NAME: this.connectorName,
      CONNECTOR_PARAMETER: this.parameter.parameterName,
      FILTER_PARAMETER: this.#filterParameter.parameterName,
      POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
      POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
    }
  }

  #createFailedEvents(): Queue {
    const queue = new Queue(this, 'FailedEvents', {
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is where events end up that failed.' })
    return queue
  }

  /** At every edit of the connector or the filter, and every five minutes, for events that do not arrive and for what has to wait. */
  #createUpdater(code: Code, { architecture = Architecture.ARM_64 }: SqsConnectorProps): LambdaFunction {
    const name = this.connectorName
    const permissions = updaterPermissions({
      logGroupArn: this.updaterLogGroup.logGroupArn,
      connectorParameterArn: this.parameter.parameterArn,
      filterParameterArn: this.#filterParameter.parameterArn,
      mappingArn: this.eventSourceMapping.eventSourceMappingArn,
      functionArn: this.function.functionArn,
      failedEventsArn: this.failedEvents.queueArn,
    })
    const updater = new LambdaFunction(this, 'Updater', {
      description: `Keeps the event-source mapping of the connector ${name} as its parameter says`,
      code,
      handler: 'updater.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture,
      role: lambdaRole(this, 'UpdaterRole', `What the updater of the event-source mapping of ${name} may do`, permissions),
      timeout: Duration.minutes(4),
      memorySize: 256,
      // The schedule tries again, sooner than Lambda would give up.
      retryAttempts: 0,
      maxEventAge: Duration.hours(1),
      onFailure: { bind: () => ({ destination: this.failedEvents.queueArn }) },
      logGroup: this.updaterLogGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      environment: { ...this.#environment(), EVENT_SOURCE_MAPPING: this.eventSourceMapping.eventSourceMappingId },
    })
    new Rule(this, 'Edited', {
      description: `The parameter of the connector ${name} or of its filter was edited, or five minutes are over`,
      eventPattern: {
        source: ['aws.ssm'],
        detailType: ['Parameter Store Change'],
        detail: { name: [this.#parameterName, this.#filterParameterName] },
      },
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaTarget(updater, { event: RuleTargetInput.fromObject({}) })],
    })
    return updater
  }
}

let codeDirectory: string | undefined

/** All connectors of an app have the same code, which is asked for once. */
function packagedCode(): Code {
  codeDirectory ??= functionCode()
  return Code.fromAsset(codeDirectory)
}

/** What the injectors of an app make of the props, as of those of CDK's own constructs. */
function injected(scope: Construct, id: string, props: SqsConnectorProps): SqsConnectorProps {
  for (const each of scope.node.scopes.toReversed()) {
    if (!PropertyInjectors.hasPropertyInjectors(each)) continue
    const injector = PropertyInjectors.of(each).for(SqsConnector.PROPERTY_INJECTION_ID)
    if (injector) return injector.inject(props, { scope, id })
  }
  return props
}
