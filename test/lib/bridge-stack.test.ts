import type { Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam'
import { describe, expect, test } from 'vitest'
import { LiveConfiguration } from '../../lambda/configuration.ts'
import { parseConnector } from '../../lambda/core/connector.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import { WAITS } from '../../lambda/core/mapping-step.ts'
import { readConnectors } from '../../lib/connector-source.ts'
import { connectorFiles, ORDERS_ARN, ORDERS_URL, orderPlaced, orderPlacedOnly, paymentReceived } from './connector-files.ts'
import { idOf, onlyResource, propertiesOf, queuesOf, stacksOf, templateOf } from './stacks.ts'

const created = { elements: [orderPlaced] }
const named = { queue: { name: 'orders' }, elements: [orderPlaced] }
const fifo = { queue: { name: 'orders.fifo' }, elements: [orderPlaced] }
const byUrl = { queue: { url: ORDERS_URL }, elements: [orderPlaced] }
const byArn = { queue: { arn: ORDERS_ARN }, elements: [orderPlaced] }
const fifoByUrl = { queue: { url: `${ORDERS_URL}.fifo` }, elements: [orderPlaced] }
const kinds = { created, named, fifo, byUrl, byArn, fifoByUrl }

const EVENT_SOURCE = 'AWS::Lambda::EventSourceMapping'
const FUNCTION = 'AWS::Lambda::Function'
const PARAMETER = 'AWS::SSM::Parameter'
const LOG = 'AWS::Logs::LogGroup'
const ROLE = 'AWS::IAM::Role'
type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Principal?: unknown; Condition?: unknown; Sid?: string }
const QUEUE = 'AWS::SQS::Queue'
const TABLE = 'AWS::DynamoDB::GlobalTable'

const variablesOf = (template: Template) => (propertiesOf(template, FUNCTION, 'Function').Environment as { Variables: object }).Variables

describe('each connector has a stack of its own', () => {
  test('named for the connector, in the app and in CloudFormation', () => {
    const stacks = stacksOf({ orders: byUrl, payments: { elements: [paymentReceived] } })
    expect(stacks.map(({ node, stackName }) => [node.id, stackName])).toEqual([
      ['orders', 'camunda-sqs-bridge-orders'],
      ['payments', 'camunda-sqs-bridge-payments'],
    ])
  })

  test.each([
    ['an existing queue by URL', byUrl, '111111111111', 'eu-central-1'],
    ['an existing queue by ARN', byArn, '111111111111', 'eu-central-1'],
    ['a queue that it creates', created, '${Token[AWS.AccountId', '${Token[AWS.Region'],
  ])('for %s it is in the right account and region', (_, connector, account, region) => {
    const [stack] = stacksOf({ orders: connector })
    expect(stack?.account).toContain(account)
    expect(stack?.region).toContain(region)
  })
})

describe('a queue that the stack creates', () => {
  function queues(connector: object) {
    const [deadLetters, queue, ...others] = Object.values(queuesOf(templateOf(connector)))
    expect(others).toEqual([])
    return { queue: queue?.Properties, deadLetters: deadLetters?.Properties }
  }

  test('comes with a dead-letter queue, to which a message goes after maxReceiveCount attempts', () => {
    const template = templateOf({ ...created, queue: { maxReceiveCount: 7 } })
    const deadLetters = Object.keys(queuesOf(template, QUEUE, { Properties: { RedrivePolicy: Match.absent() } }))
    template.hasResourceProperties(QUEUE, {
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [...deadLetters, 'Arn'] }, maxReceiveCount: 7 },
    })
  })

  test.each([
    ['by itself', {}, 180],
    ['for a longer function', { function: { timeout: 60 } }, 360],
    ['as the connector says', { queue: { visibilityTimeout: 1_000 } }, 1_000],
  ])('has a visibility timeout of at least six times the function’s timeout %s', (_, more, visibilityTimeout) => {
    expect(queues({ ...created, ...more }).queue).toMatchObject({ VisibilityTimeout: visibilityTimeout })
  })

  test('outlives the stack, and so does the dead-letter queue; but not a first deployment that fails', () => {
    for (const queue of Object.values(queuesOf(templateOf(created))))
      expect(queue).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' })
  })

  test.each(['queue', 'deadLetters'] as const)('keeps messages for 14 days, encrypted (%s)', (which) => {
    expect(queues(created)[which]).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true })
  })

  test('is reached by TLS only, and so is the dead-letter queue', () => {
    const template = templateOf(created)
    const denied = Object.values(queuesOf(template, 'AWS::SQS::QueuePolicy')).map(({ Properties: { PolicyDocument, Queues } }) => {
      expect(PolicyDocument.Statement).toMatchObject([
        { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ])
      return Queues[0].Ref
    })
    for (const policy of Object.values(queuesOf(template, 'AWS::SQS::QueuePolicy')))
      expect(policy, 'it stays as long as the queue').toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      })
    expect(denied.sort()).toEqual(Object.keys(queuesOf(template)).sort())
  })

  test('without a name gets one from CloudFormation', () => {
    expect(queues(created).queue).not.toHaveProperty('QueueName')
    expect(queues(created).deadLetters).not.toHaveProperty('QueueName')
  })

  test('with a name is a standard queue, whose dead-letter queue takes messages of that queue only', () => {
    const { queue, deadLetters } = queues(named)
    expect(queue).toMatchObject({ QueueName: 'orders' })
    expect(queue).not.toHaveProperty('FifoQueue')
    expect(deadLetters).toMatchObject({ QueueName: 'orders-dead-letters', RedriveAllowPolicy: { redrivePermission: 'byQueue' } })
    expect(JSON.stringify(deadLetters?.RedriveAllowPolicy.sourceQueueArns)).toMatch(/:orders"\]\]\}\]$/)
  })

  test('is a FIFO queue when its name ends in .fifo, and then so is its dead-letter queue', () => {
    const { queue, deadLetters } = queues({ ...fifo, queue: { name: 'orders.fifo', contentBasedDeduplication: true } })
    expect(queue).toMatchObject({ QueueName: 'orders.fifo', FifoQueue: true, ContentBasedDeduplication: true })
    expect(deadLetters).toMatchObject({ QueueName: 'orders-dead-letters.fifo', FifoQueue: true })
  })

  test.each(['q'.repeat(75), `${'q'.repeat(75)}.fifo`])('has a dead-letter queue whose name SQS allows, even for %s', (name) => {
    expect(queues({ ...created, queue: { name } }).deadLetters?.QueueName).toMatch(/^q{51}-[\da-f]{8}-dead-letters(\.fifo)?$/)
    expect(queues({ ...created, queue: { name } }).deadLetters?.QueueName.length).toBeLessThanOrEqual(80)
  })
})

describe('an existing queue', () => {
  test.each([
    ['URL', byUrl],
    ['ARN', byArn],
  ])('by its %s is polled, and nothing of it is changed', (_, connector) => {
    const template = templateOf(connector)
    expect(propertiesOf(template, EVENT_SOURCE)).toMatchObject({ EventSourceArn: ORDERS_ARN })
    for (const type of [QUEUE, 'AWS::SQS::QueuePolicy']) expect(queuesOf(template, type)).toEqual({})
  })

  test.each([
    ['https://sqs.cn-north-1.amazonaws.com.cn/111111111111/orders', 'arn:aws-cn:sqs:cn-north-1:111111111111:orders'],
    ['https://sqs.us-gov-west-1.amazonaws.com/111111111111/orders', 'arn:aws-us-gov:sqs:us-gov-west-1:111111111111:orders'],
    [`${ORDERS_URL}.fifo`, `${ORDERS_ARN}.fifo`],
  ])('%s is %s', (url, arn) => {
    expect(propertiesOf(templateOf({ ...created, queue: { url } }), EVENT_SOURCE)).toMatchObject({ EventSourceArn: arn })
  })
})

describe('the event-source mapping', () => {
  test.each(Object.entries(kinds))('reports batch item failures, and with full monitoring counts events (%s)', (_, connector) => {
    const properties = propertiesOf(templateOf(connector), EVENT_SOURCE)
    expect(properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] })
    expect(properties).not.toHaveProperty('MetricsConfig')
    expect(propertiesOf(templateOf({ ...connector, monitoring: 'full' }), EVENT_SOURCE)).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MetricsConfig: { Metrics: ['EventCount'] },
    })
  })

  test('has the settings of the connector', () => {
    const eventSource = { batchSize: 500, maximumBatchingWindow: 3, maximumConcurrency: 20, enabled: false }
    expect(propertiesOf(templateOf({ ...byUrl, eventSource }), EVENT_SOURCE)).toMatchObject({
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 3,
      ScalingConfig: { MaximumConcurrency: 20 },
      Enabled: false,
    })
  })

  test('has pollers of its own up to what the service takes, and then no limit of concurrency', () => {
    const properties = propertiesOf(
      templateOf({ ...byUrl, eventSource: { provisionedPollers: { minimum: 200, maximum: 10_000 } } }),
      EVENT_SOURCE,
    )
    expect(properties).toMatchObject({ ProvisionedPollerConfig: { MinimumPollers: 200, MaximumPollers: 10_000 } })
    expect(properties).not.toHaveProperty('ScalingConfig')
  })

  test.each(Object.entries(kinds))('without settings has no batching window and no limit of concurrency (%s)', (_, connector) => {
    const properties = propertiesOf(templateOf(connector), EVENT_SOURCE)
    const { batchSize } = parseConnector(JSON.stringify(connector)).eventSource
    expect(properties).toMatchObject({ BatchSize: batchSize, Enabled: true })
    expect(properties).not.toHaveProperty('MaximumBatchingWindowInSeconds')
    expect(properties).not.toHaveProperty('ScalingConfig')
  })

  test('has the filter criteria of the connector, in characters that reach Lambda as they are', () => {
    const umlaut = { ...orderPlacedOnly, elementId: 'Geprüft', activationCondition: '=messageAttributes.type.stringValue = "geprüft"' }
    const connector = { ...byUrl, elements: [orderPlacedOnly, umlaut, paymentReceived] }
    const { patterns } = filterCriteria(parseConnector(JSON.stringify(connector)))
    expect(JSON.stringify(patterns)).toContain('geprüft')
    const { Filters } = propertiesOf(templateOf(connector), EVENT_SOURCE).FilterCriteria as { Filters: { Pattern: string }[] }
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual(patterns)
    expect(JSON.stringify(Filters)).toMatch(/^[\x20-\x7e]*$/)
  })

  test('has none where the connector has none', () => {
    expect(propertiesOf(templateOf(named), EVENT_SOURCE)).not.toHaveProperty('FilterCriteria')
  })
})

describe('the table of idempotency', () => {
  test('has Powertools’ key and time to live, is paid by request, encrypted and recoverable, and outlives the stack', () => {
    const template = templateOf({ ...byUrl, idempotency: 'dynamodb' })
    template.hasResource(TABLE, {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      },
    })
  })
})

describe('the function', () => {
  test('runs on Node 24 and ARM, and has the settings of the connector', () => {
    const settings = { timeout: 45, memorySize: 1_024, reservedConcurrency: 20, logRetention: 90 }
    const template = templateOf({ ...byUrl, function: settings })
    expect(propertiesOf(template, FUNCTION, 'Function')).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 45,
      MemorySize: 1_024,
      ReservedConcurrentExecutions: 20,
    })
    expect(propertiesOf(template, LOG, 'Log')).toMatchObject({ RetentionInDays: 90 })
  })

  test('reserves no concurrency unless the connector says so', () => {
    expect(propertiesOf(templateOf(byUrl), FUNCTION, 'Function')).not.toHaveProperty('ReservedConcurrentExecutions')
  })

  test('finds its connector and the active filter by the names of their parameters, and reads them again after a minute', () => {
    const template = templateOf({ ...byUrl, camunda: '/team/camunda/' })
    expect(propertiesOf(template, FUNCTION, 'Function').Environment).toEqual({
      Variables: {
        CONNECTOR_NAME: 'orders',
        CONNECTOR_PARAMETER: { Ref: idOf(template, PARAMETER, 'Connector') },
        FILTER_PARAMETER: { Ref: idOf(template, PARAMETER, 'Filter') },
        POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
        POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
        POWERTOOLS_LOG_LEVEL: 'INFO',
        QUEUE_URL: expect.anything(),
        FUNCTION_TIMEOUT: '30',
        NODE_OPTIONS: '--max-semi-space-size=16 --max-old-space-size=384',
        MALLOC_ARENA_MAX: '1',
        LONGEST_OUTAGE: '3600',
        CHECKED_CONNECTOR: expect.stringMatching(/^[\w-]{43}$/),
        POWERTOOLS_PARAMETERS_MAX_AGE: '60',
        WRITTEN_METRICS: expect.any(String),
      },
    })
  })

  // "If the level value is invalid or missing, Lambda will assign the log output the level INFO", and a line of metrics has none.
  test.each([
    ['DEBUG', { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' }],
    ['INFO', { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' }],
    ['WARN', { LogFormat: 'Text' }],
    ['ERROR', { LogFormat: 'Text' }],
  ])('logs from %s on into its own log group, and Lambda filters out no metrics', (logLevel, loggingConfig) => {
    const template = templateOf({ ...byUrl, function: { logLevel } })
    const properties = propertiesOf(template, FUNCTION, 'Function')
    expect(properties.LoggingConfig).toEqual({ ...loggingConfig, LogGroup: { Ref: idOf(template, LOG, 'Log') } })
    expect(properties.Environment).toMatchObject({ Variables: { POWERTOOLS_LOG_LEVEL: logLevel } })
  })

  test.each(['Log', 'UpdaterLog'])('has a log that goes with the stack (%s)', (log) => {
    expect(onlyResource(templateOf(byUrl), LOG, log)).toMatchObject({ DeletionPolicy: 'Delete' })
  })
})

describe('least privilege', () => {
  function roleOf(template: Template, role = 'Role') {
    const { ManagedPolicyArns, Policies, AssumeRolePolicyDocument } = propertiesOf(template, ROLE, role) as {
      ManagedPolicyArns?: unknown
      Policies: { PolicyDocument: { Statement: Statement[] } }[]
      AssumeRolePolicyDocument: { Statement: Statement[] }
    }
    return {
      ManagedPolicyArns,
      trust: AssumeRolePolicyDocument.Statement,
      statements: Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    }
  }

  test.each(Object.entries(kinds))('the function may do exactly this, each on one resource by its ARN (%s)', (_, connector) => {
    const template = templateOf(connector)
    const { statements } = roleOf(template)
    expect(statements.map(({ Effect, Action }) => [Effect, ...[Action].flat()])).toEqual([
      ['Allow', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      ['Allow', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      ['Allow', 'ssm:GetParameter'],
      ['Allow', 'ssm:GetParametersByPath'],
    ])
    expect(JSON.stringify(statements.map(({ Resource }) => Resource))).not.toContain('*')
    template.resourceCountIs('AWS::IAM::Policy', 0)
  })

  test('these are its log, its queue, its connector, and the path of the connection', () => {
    const template = templateOf({ ...byUrl, camunda: '/team/camunda/' })
    expect(roleOf(template).statements.map(({ Resource }) => Resource)).toEqual([
      { 'Fn::GetAtt': [idOf(template, LOG, 'Log'), 'Arn'] },
      ORDERS_ARN,
      [parameterArn(template, 'Connector'), parameterArn(template, 'Filter')],
      ['arn:aws:ssm:eu-central-1:111111111111:parameter/team/camunda', 'arn:aws:ssm:eu-central-1:111111111111:parameter/team/camunda/'],
    ])
  })

  const idempotent = { ...byUrl, idempotency: 'dynamodb' }
  test('it may keep records in the table of idempotency, and in that one only, where the connector asks for it', () => {
    const template = templateOf(idempotent)
    const table = idOf(template, TABLE)
    expect(roleOf(template).statements.at(-1)).toMatchObject({
      Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Resource: { 'Fn::GetAtt': [table, 'Arn'] },
    })
    expect(variablesOf(template)).toMatchObject({ IDEMPOTENCY_TABLE: { Ref: table } })
    for (const idempotency of ['none', 'businessId']) templateOf({ ...byUrl, idempotency }).resourceCountIs(TABLE, 0)
  })

  test('it may send to the dead-letter queue, and to that one only, where the connector asks for it', () => {
    const template = templateOf({ ...created, invalidInput: 'deadLetter' })
    const [deadLetters = ''] = Object.keys(queuesOf(template, QUEUE, { Properties: { RedrivePolicy: Match.absent() } }))
    expect(roleOf(template).statements.at(-1)).toMatchObject({
      Action: 'sqs:SendMessage',
      Resource: { 'Fn::GetAtt': [deadLetters, 'Arn'] },
    })
    expect(variablesOf(template)).toMatchObject({ DEAD_LETTER_QUEUE_URL: { Ref: deadLetters } })
    expect(variablesOf(templateOf(created))).not.toHaveProperty('DEAD_LETTER_QUEUE_URL')
  })

  const parameterArn = (template: Template, id: string) => ({
    'Fn::Join': ['', ['arn:aws:ssm:eu-central-1:111111111111:parameter', { Ref: idOf(template, PARAMETER, id) }]],
  })

  test('the updater may read the connector, write the filter parameter and update this one mapping, and nothing else', () => {
    const template = templateOf(byUrl)
    const { statements } = roleOf(template, 'UpdaterRole')
    const arn = 'arn:aws:lambda:eu-central-1:111111111111:event-source-mapping:'
    const mapping = { 'Fn::Join': ['', [arn, { Ref: idOf(template, EVENT_SOURCE) }]] }
    expect(statements.map(({ Effect, Action, Resource }) => [Effect, Action, Resource])).toEqual([
      ['Allow', ['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::GetAtt': [idOf(template, LOG, 'UpdaterLog'), 'Arn'] }],
      ['Allow', 'ssm:GetParameter', parameterArn(template, 'Connector')],
      ['Allow', ['ssm:GetParameter', 'ssm:PutParameter'], parameterArn(template, 'Filter')],
      ['Allow', 'lambda:GetEventSourceMapping', mapping],
      ['Allow', 'lambda:UpdateEventSourceMapping', mapping],
      ['Allow', 'sqs:SendMessage', { 'Fn::GetAtt': [idOf(template, QUEUE, 'FailedEvents'), 'Arn'] }],
    ])
    expect(statements.map(({ Condition }) => Condition).filter(Boolean)).toEqual([
      { ArnEquals: { 'lambda:FunctionArn': { 'Fn::GetAtt': [idOf(template, FUNCTION, 'Function'), 'Arn'] } } },
    ])
  })

  test('only the stack’s rule may invoke the updater, and nothing the function', () => {
    const template = templateOf(byUrl)
    expect(propertiesOf(template, 'AWS::Lambda::Permission')).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [idOf(template, FUNCTION, 'Updater'), 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [idOf(template, 'AWS::Events::Rule'), 'Arn'] },
    })
  })

  test('of a queue that the stack creates, the function reads that queue only and not its dead-letter queue', () => {
    const template = templateOf(created)
    const [queue] = Object.keys(template.findResources(QUEUE, { Properties: { RedrivePolicy: Match.anyValue() } }))
    expect(roleOf(template).statements[1]?.Resource).toEqual({ 'Fn::GetAtt': [queue, 'Arn'] })
  })

  test.each(['Role', 'UpdaterRole'])('only Lambda takes the %s, which has no managed policies', (role) => {
    const { trust, ManagedPolicyArns } = roleOf(templateOf(byUrl), role)
    expect(trust).toEqual([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }])
    expect(ManagedPolicyArns).toBeUndefined()
  })

  test('no policy of the stack allows anything to anyone else', () => {
    const statements = Object.values(templateOf(created).findResources('AWS::SQS::QueuePolicy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
    )
    expect(statements.map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny', 'Deny'])
  })
})

const KEY_ARN = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const KEY = 'AWS::KMS::Key'
const everything = { invalidInput: 'deadLetter', idempotency: 'dynamodb' }

const statementOf = (template: Template, sid: string) => {
  const { Policies } = propertiesOf(template, ROLE, 'Role') as { Policies: { PolicyDocument: { Statement: { Sid: string }[] } }[] }
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).find(({ Sid }) => Sid === sid)
}

describe('a key of one’s own', () => {
  const withKey = { ...created, ...everything, encryption: { kmsKey: KEY_ARN } }
  test('that exists encrypts queues, logs and table', () => {
    const template = templateOf(withKey)
    template.resourceCountIs(KEY, 0)
    for (const { Properties } of Object.values(queuesOf(template))) {
      expect(Properties.KmsMasterKeyId).toBe(KEY_ARN)
      expect(Properties).not.toHaveProperty('SqsManagedSseEnabled')
    }
    for (const { Properties } of Object.values(template.findResources(LOG))) expect(Properties.KmsKeyId).toBe(KEY_ARN)
    expect(propertiesOf(template, TABLE).Replicas).toMatchObject([{ SSESpecification: { KMSMasterKeyId: KEY_ARN } }])
  })

  test.each([
    ['an existing queue', { ...byUrl }, 'kms:Decrypt'],
    ['a created queue', { ...created }, 'kms:Decrypt'],
    ['dead letters', { ...created, invalidInput: 'deadLetter' }, ['kms:Decrypt', 'kms:GenerateDataKey']],
  ])('is used by the function through SQS for no more than %s needs', (_, connector, Action) => {
    expect(statementOf(templateOf({ ...connector, encryption: { kmsKey: KEY_ARN } }), 'DecryptMessages')).toMatchObject({
      Effect: 'Allow',
      Action,
      Resource: KEY_ARN,
      Condition: { StringEquals: { 'kms:ViaService': expect.anything() } },
    })
    expect(statementOf(templateOf(connector), 'DecryptMessages')).toBeUndefined()
  })

  test('is used by the function through DynamoDB where there is a table', () => {
    const statement = statementOf(templateOf({ ...byUrl, idempotency: 'dynamodb', encryption: { kmsKey: KEY_ARN } }), 'UseTableKey')
    expect(statement).toMatchObject({
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      Resource: KEY_ARN,
    })
    expect(JSON.stringify(statement)).toContain('dynamodb.eu-central-1.')
    for (const connector of [
      { ...byUrl, encryption: { kmsKey: KEY_ARN } },
      { ...byUrl, idempotency: 'dynamodb' },
    ])
      expect(statementOf(templateOf(connector), 'UseTableKey')).toBeUndefined()
  })

  test('that the stack creates is not for a queue which was there before', () => {
    expect(statementOf(templateOf({ ...byUrl, encryption: { kmsKey: 'create' } }), 'DecryptMessages')).toBeUndefined()
  })

  test('that the stack creates is rotated, outlives the stack like the messages that need it, and serves the logs of this account alone', () => {
    const template = templateOf({ ...created, ...everything, encryption: { kmsKey: 'create' } })
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = onlyResource(template, KEY)
    expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' })
    expect(Properties.EnableKeyRotation).toBe(true)
    const { Statement } = Properties.KeyPolicy as { Statement: { Principal: { Service?: object; AWS?: object }; Condition?: object }[] }
    const [owner, logs, ...others] = Statement
    expect(others).toEqual([])
    expect(JSON.stringify(owner?.Principal)).toContain(':root')
    expect(logs).toEqual({
      Sid: 'EncryptLogs',
      Effect: 'Allow',
      Action: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
      Resource: '*',
      Condition: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': {
            'Fn::Join': [
              '',
              ['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':log-group:*'],
            ],
          },
        },
      },
    })
    const key = { 'Fn::GetAtt': [idOf(template, KEY), 'Arn'] }
    expect(statementOf(template, 'DecryptMessages')).toMatchObject({ Resource: key })
    expect(template.findOutputs('KmsKeyArn')).toMatchObject({ KmsKeyArn: { Value: key } })
  })

  test('of the connection’s parameters decrypts those parameters and nothing else', () => {
    const template = templateOf({ ...byUrl, camunda: '/team/camunda/', encryption: { connectionKmsKey: KEY_ARN } })
    expect(statementOf(template, 'DecryptConnection')).toEqual({
      Sid: 'DecryptConnection',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: KEY_ARN,
      Condition: {
        StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': 'arn:aws:ssm:eu-central-1:111111111111:parameter/team/camunda/*' },
      },
    })
  })
})

describe('a connection that is a secret', () => {
  const secretArn = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:team/camunda-AbC123'

  test('is read, that one and no other, and no parameter below any path', () => {
    const template = templateOf({ ...byUrl, camunda: { secretArn } })
    expect(statementOf(template, 'ReadSecret')).toEqual({
      Sid: 'ReadSecret',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: secretArn,
    })
    expect(JSON.stringify(template.toJSON())).not.toContain('GetParametersByPath')
    expect(statementOf(template, 'DecryptSecret')).toBeUndefined()
  })

  test('with a key of one’s own is decrypted, and nothing else of that key', () => {
    const template = templateOf({ ...byUrl, camunda: { secretArn }, encryption: { connectionKmsKey: KEY_ARN } })
    expect(statementOf(template, 'DecryptSecret')).toEqual({
      Sid: 'DecryptSecret',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: KEY_ARN,
      Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': secretArn } },
    })
    expect(statementOf(template, 'DecryptConnection')).toBeUndefined()
  })
})

describe('traces', () => {
  test.each(['active', 'traceparent'])('are written where they are asked for (%s), by a function that Lambda traces', (tracing) => {
    const template = templateOf({ ...byUrl, function: { tracing } })
    expect(statementOf(template, 'WriteTraces')).toEqual({
      Sid: 'WriteTraces',
      Effect: 'Allow',
      Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: '*',
    })
    const { TracingConfig, Environment } = propertiesOf(template, FUNCTION, 'Function')
    expect({ TracingConfig, Environment }).toMatchObject({
      TracingConfig: { Mode: 'Active' },
      Environment: { Variables: { TRACING: tracing } },
    })
    template.resourceCountIs('AWS::IAM::Policy', 0)
  })

  test('are not without being asked for', () => {
    const text = JSON.stringify(templateOf(byUrl).toJSON())
    expect(text).not.toMatch(/xray|TracingConfig|TRACING/)
  })
})

describe('bodies in S3', () => {
  test('are read of the one bucket, and of nothing else', () => {
    const template = templateOf({ ...byUrl, queue: { ...byUrl.queue, largePayloads: { bucket: 'bodies' } } })
    expect(statementOf(template, 'ReadPayloads')).toEqual({
      Sid: 'ReadPayloads',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::bodies/*',
    })
    expect(statementOf(template, 'DecryptPayloads')).toBeUndefined()
    expect(propertiesOf(template, FUNCTION, 'Function').Environment).toMatchObject({ Variables: { PAYLOAD_BUCKET: 'bodies' } })
  })

  test('with a key of one’s own are decrypted through S3 alone', () => {
    const template = templateOf({ ...byUrl, queue: { ...byUrl.queue, largePayloads: { bucket: 'bodies', kmsKey: KEY_ARN } } })
    expect(statementOf(template, 'DecryptPayloads')).toMatchObject({
      Action: 'kms:Decrypt',
      Resource: KEY_ARN,
      Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['s3.eu-central-1.', { Ref: 'AWS::URLSuffix' }]] } } },
    })
  })

  test('of a connector without them no permission is granted', () => {
    expect(JSON.stringify(templateOf(byUrl).toJSON())).not.toContain('s3:GetObject')
  })
})

describe('a VPC', () => {
  const vpc = { subnetIds: ['subnet-11111111', 'subnet-22222222'], securityGroupIds: ['sg-33333333'] }
  const template = () => templateOf({ ...byUrl, vpc })

  test('is where the function is, and not the updater, which talks to AWS alone', () => {
    expect(propertiesOf(template(), FUNCTION, 'Function').VpcConfig).toEqual({
      SubnetIds: vpc.subnetIds,
      SecurityGroupIds: vpc.securityGroupIds,
    })
    expect(propertiesOf(template(), FUNCTION, 'Updater')).not.toHaveProperty('VpcConfig')
    for (const connector of Object.values(kinds))
      expect(propertiesOf(templateOf(connector), FUNCTION, 'Function')).not.toHaveProperty('VpcConfig')
  })

  test('needs network interfaces, which Lambda may manage in the name of the function, and the function’s own code may not', () => {
    const { Policies } = propertiesOf(template(), ROLE, 'Role') as { Policies: { PolicyDocument: { Statement: { Action: string[] }[] } }[] }
    const [allow, deny] = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).slice(-2)
    expect(allow).toMatchObject({ Effect: 'Allow', Resource: '*' })
    expect(allow?.Action.every((action) => action.startsWith('ec2:'))).toBe(true)
    expect(deny).toMatchObject({
      Effect: 'Deny',
      Action: allow?.Action,
      Condition: { ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-central-1:111111111111:function:*' } },
    })
    expect(propertiesOf(template(), ROLE, 'Role')).not.toHaveProperty('ManagedPolicyArns')
  })
})

test('all that can have tags has those of the connector, and one that names it', () => {
  const template = templateOf({
    ...created,
    ...everything,
    encryption: { kmsKey: 'create' },
    tags: { team: 'orders', 'cost-center': '42' },
  })
  const expected = { 'camunda-sqs-bridge': 'orders', team: 'orders', 'cost-center': '42' }
  // biome-ignore format: a table
  const taggable = [QUEUE, FUNCTION, ROLE, LOG, KEY, PARAMETER, 'AWS::CloudWatch::Alarm', EVENT_SOURCE]
  for (const type of taggable)
    for (const [id, { Properties }] of Object.entries(template.findResources(type))) {
      const tags = Array.isArray(Properties.Tags)
        ? Object.fromEntries(Properties.Tags.map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]))
        : Properties.Tags
      expect(tags, id).toEqual(expected)
    }
})

describe('the connector’s parameter', () => {
  const parameterOf = (connector: object) => propertiesOf(templateOf(connector), PARAMETER, 'Connector')

  test('holds the connector, so that the function parses what the stack was made of', () => {
    const connector = { ...byUrl, elements: [orderPlacedOnly, paymentReceived] }
    const { Name, Type, Value } = parameterOf({ $schema: './connector.schema.json', ...connector })
    expect({ Name, Type }).toEqual({ Name: '/camunda-sqs-bridge/orders/connector', Type: 'String' })
    expect(parseConnector(Value as string)).toEqual(parseConnector(JSON.stringify(connector)))
  })

  test('is of the tier that it needs, as it grows and shrinks', () => {
    expect(parameterOf(byUrl).Tier).toBe('Intelligent-Tiering')
  })
})

describe('the filter parameter', () => {
  test('says what the mapping lets through, in ASCII', () => {
    const umlaut = { ...orderPlacedOnly, activationCondition: '=messageAttributes.type.stringValue = "geprüft"' }
    const connector = { ...byUrl, elements: [umlaut] }
    const template = templateOf(connector)
    const { Name, Value } = propertiesOf(template, PARAMETER, 'Filter')
    expect(Name).toBe('/camunda-sqs-bridge/orders/filter')
    expect(JSON.parse(Value as string)).toEqual(filterCriteria(parseConnector(JSON.stringify(connector))).patterns)
    expect(Value).toMatch(/^[\x20-\x7e]*$/)
  })
})

describe('senders', () => {
  const topic = 'arn:aws:sns:eu-west-1:222222222222:orders'
  const rule = 'arn:aws:events:eu-central-1:111111111111:rule/bus/payments'
  const bucket = 'arn:aws:s3:::documents'
  const senders = [
    { service: 'sns', sourceArn: topic, rawMessageDelivery: true },
    { service: 'events', sourceArn: rule },
    { service: 's3', sourceArn: bucket, sourceAccount: '333333333333' },
  ]
  const allowed = (policies: Record<string, { Properties: Record<string, { Statement: Statement[] }> }>, document: string) =>
    Object.values(policies).flatMap(({ Properties }) => Properties[document]?.Statement.filter(({ Effect }) => Effect === 'Allow') ?? [])

  test('are admitted to the queue, each for its source alone, and nobody else', () => {
    const template = templateOf({ ...created, queue: { senders } })
    const queue = { 'Fn::GetAtt': [idOf(template, QUEUE, 'Queue'), 'Arn'] }
    const statement = (Sid: string, service: string, Condition: object) => ({
      Sid,
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Action: 'sqs:SendMessage',
      Resource: queue,
      Condition,
    })
    expect(allowed(template.findResources('AWS::SQS::QueuePolicy') as never, 'PolicyDocument')).toEqual([
      statement('Admitsns0', 'sns', {
        ArnEquals: { 'aws:SourceArn': topic },
        StringEqualsIfExists: { 'aws:SourceAccount': '222222222222' },
      }),
      statement('Admitevents1', 'events', {
        ArnEquals: { 'aws:SourceArn': rule },
        StringEqualsIfExists: { 'aws:SourceAccount': '111111111111' },
      }),
      statement('Admits32', 's3', { ArnEquals: { 'aws:SourceArn': bucket }, StringEquals: { 'aws:SourceAccount': '333333333333' } }),
    ])
  })

  test('which are topics are subscribed to, in their region', () => {
    const template = templateOf({ ...created, queue: { senders } })
    expect(propertiesOf(template, 'AWS::SNS::Subscription')).toMatchObject({
      Protocol: 'sqs',
      TopicArn: topic,
      Endpoint: { 'Fn::GetAtt': [idOf(template, QUEUE, 'Queue'), 'Arn'] },
      RawMessageDelivery: true,
    })
  })

  test('may use a created key for this, and no other key', () => {
    const template = templateOf({ ...created, queue: { senders }, encryption: { kmsKey: 'create' } })
    const statements = allowed(template.findResources('AWS::KMS::Key') as never, 'KeyPolicy').filter(({ Sid }) => Sid?.startsWith('Admit'))
    expect(statements).toEqual(
      [
        ['Admitsns0', 'sns', topic, '222222222222'],
        ['Admitevents1', 'events', rule, '111111111111'],
        ['Admits32', 's3', bucket, '333333333333'],
      ].map(([Sid, service, arn, account]) => ({
        Sid,
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: { ArnEqualsIfExists: { 'aws:SourceArn': arn }, StringEqualsIfExists: { 'aws:SourceAccount': account } },
      })),
    )
  })

  test('of whom there are none change nothing', () => {
    expect(templateOf({ ...created, queue: { senders: [] } }).findResources('AWS::SQS::QueuePolicy')).toEqual(
      templateOf(created).findResources('AWS::SQS::QueuePolicy'),
    )
  })
})

describe('those who may edit the connector', () => {
  test('have a policy which lets them read and write its parameter, and nothing else, and is attached to nobody', () => {
    const template = templateOf(byUrl)
    const { PolicyDocument, Users, Groups, Roles } = propertiesOf(template, 'AWS::IAM::ManagedPolicy') as {
      PolicyDocument: { Statement: Statement[] }
    } & Record<string, unknown>
    expect(PolicyDocument.Statement).toEqual([
      {
        Sid: 'EditConnector',
        Effect: 'Allow',
        Action: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
        Resource: {
          'Fn::Join': ['', ['arn:aws:ssm:eu-central-1:111111111111:parameter', { Ref: idOf(template, PARAMETER, 'Connector') }]],
        },
      },
    ])
    expect([Users, Groups, Roles]).toEqual([undefined, undefined, undefined])
  })
})

describe('a permissions boundary', () => {
  const boundary = 'arn:aws:iam::111111111111:policy/boundary'
  const boundariesOf = (template: Template) =>
    Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties.PermissionsBoundary)

  test('of the app bounds each role of the stack', () => {
    const [stack] = stacksOf({ orders: { ...created, ...everything } })
    PermissionsBoundary.of(stack as Stack).apply(ManagedPolicy.fromManagedPolicyArn(stack as Stack, 'Boundary', boundary))
    expect(boundariesOf(Template.fromStack(stack as Stack))).toEqual([boundary, boundary])
  })

  test('which the app’s context names bounds them too', () => {
    const [stack] = stacksOf({ orders: created }, { '@aws-cdk/core:permissionsBoundary': { name: 'boundary' } })
    const found = boundariesOf(Template.fromStack(stack as Stack))
    expect(found).toHaveLength(2)
    for (const each of found) expect(JSON.stringify(each)).toContain(':policy/boundary')
  })
})

describe('the updater of the event-source mapping', () => {
  test('runs at every edit of the connector’s parameter or the filter’s, and every five minutes', () => {
    const template = templateOf(byUrl)
    expect(propertiesOf(template, 'AWS::Events::Rule')).toMatchObject({
      EventPattern: {
        source: ['aws.ssm'],
        'detail-type': ['Parameter Store Change'],
        detail: { name: ['/camunda-sqs-bridge/orders/connector', '/camunda-sqs-bridge/orders/filter'] },
      },
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      // What the parameter says is read where it is: an event has nothing to tell.
      Targets: [{ Arn: { 'Fn::GetAtt': [idOf(template, FUNCTION, 'Updater'), 'Arn'] }, Input: '{}' }],
    })
  })

  test('reserves no concurrency, which an account with a quota of ten has not, and ends before the next run of the schedule', () => {
    const { Timeout, Handler, ...properties } = propertiesOf(templateOf(byUrl), FUNCTION, 'Updater')
    expect(Handler).toBe('updater.handler')
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions')
    expect(Timeout).toBeLessThan(300)
    // Room for what Lambda takes to update, after the time which it is given to be in effect.
    expect(Timeout).toBeGreaterThan(2 * WAITS.inEffect)
  })

  test('leaves the event of a run that failed in a queue of its own, encrypted in transit and at rest, and is not invoked with it again', () => {
    const template = templateOf(byUrl)
    const queue = idOf(template, QUEUE, 'FailedEvents')
    expect(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig')).toMatchObject({
      FunctionName: { Ref: idOf(template, FUNCTION, 'Updater') },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 3_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue, 'Arn'] } } },
    })
    expect(propertiesOf(template, QUEUE, 'FailedEvents')).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 345_600 })
    expect(JSON.stringify(propertiesOf(template, 'AWS::SQS::QueuePolicy', 'FailedEventsPolicy'))).toContain('aws:SecureTransport')
  })

  test('knows its connector, its filter parameter and its mapping', () => {
    const template = templateOf(byUrl)
    expect(propertiesOf(template, FUNCTION, 'Updater').Environment).toEqual({
      Variables: {
        CONNECTOR_NAME: 'orders',
        CONNECTOR_PARAMETER: { Ref: idOf(template, PARAMETER, 'Connector') },
        FILTER_PARAMETER: { Ref: idOf(template, PARAMETER, 'Filter') },
        EVENT_SOURCE_MAPPING: { Ref: idOf(template, EVENT_SOURCE) },
        POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
        POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
      },
    })
  })
})

test.each(Object.entries(kinds))(
  'the function accepts the connector and the filter which it is deployed with (%s)',
  async (_, connector) => {
    const template = templateOf(connector)
    const values = new Map(Object.values(template.findResources(PARAMETER)).map(({ Properties: { Name, Value } }) => [Name, Value]))
    const refused: string[] = []
    const configuration = new LiveConfiguration({
      parameters: {
        get: async (name: string) => values.get(name),
        getMultiple: async () => ({ CAMUNDA_REST_ADDRESS: 'http://127.0.0.1:1' }),
      } as never,
      secrets: { get: async () => undefined },
      connectorParameter: '/camunda-sqs-bridge/orders/connector',
      filterParameter: '/camunda-sqs-bridge/orders/filter',
      versionOf: () => undefined,
      deployed: { functionTimeout: 900, hasIdempotencyTable: true, hasDeadLetterQueue: true },
      onRejected: ({ message }) => refused.push(message),
      onPending: (reason) => refused.push(reason),
    })
    expect((await configuration.current()).connector).toEqual(parseConnector(JSON.stringify(connector)))
    expect(refused).toEqual([])
  },
)

test('nothing of the connection to Camunda is in the template but the permission to read its parameters', () => {
  const text = JSON.stringify(templateOf({ ...created, camunda: '/team/camunda/' }).toJSON())
  const mentions = text.match(/(CAMUNDA_\w+|\w*(secret|password|token|credential)\w*)/gi) ?? []
  expect([...new Set(mentions)].sort()).toEqual(['credentials'])
  expect(text).not.toMatch(/resolve:(ssm|secretsmanager)/)
})

const ALWAYS_PUT_OUT = [
  'EditorPolicyArn',
  'FailedEventsQueueUrl',
  'FunctionName',
  'LogGroupName',
  'ParameterName',
  'QueueUrl',
  'RoleArn',
  'UpdaterFunctionName',
  'UpdaterLogGroupName',
  'UpdaterRoleArn',
]

test.each([
  ['existing', byUrl, []],
  ['created', created, ['DeadLetterQueueUrl']],
  [
    'created, with all that there is,',
    { ...created, ...everything, encryption: { kmsKey: 'create' } },
    ['DeadLetterQueueUrl', 'IdempotencyTableName', 'KmsKeyArn'],
  ],
])('the stack of a queue that is %s puts out where everything is', (_, connector, more) => {
  expect(Object.keys(templateOf(connector).findOutputs('*')).sort()).toEqual([...ALWAYS_PUT_OUT, ...more].sort())
})

test('a template is the same however often it is made', () => {
  expect(templateOf(created).toJSON()).toEqual(templateOf(created).toJSON())
})

test('a faulty connector makes no stack', () => {
  expect(() => readConnectors(connectorFiles({ 'orders.json': { queue: {} } }))).toThrow('elements: found nothing; expected a list')
})
