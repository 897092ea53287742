import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Aws,
  Annotations as CdkAnnotations,
  CfnParameter,
  Duration,
  NestedStack,
  PropertyInjectors,
  RemovalPolicy,
  Stack,
  Stage,
  type StageProps,
  Validations,
} from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { type IVpc, Peer, Port, SecurityGroup, SubnetType, Vpc, type VpcProps } from 'aws-cdk-lib/aws-ec2'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Architecture, Code } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs'
import { AwsSolutionsChecks } from 'cdk-nag'
import { Construct } from 'constructs'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectorIn as checkedConnectorIn, digestOf } from '../../lambda/checked-connector.ts'
import { parseConnector } from '../../lambda/core/connector.ts'
import { type Connector, SqsConnector, type SqsConnectorProps } from '../../lib/index.ts'
import { connectorFiles, ORDERS_ARN, orderPlaced, orderPlacedOnly, paymentReceived } from './connector-files.ts'
import { idOf, onlyResource, propertiesOf, queuesOf, testApp } from './stacks.ts'

const orders = { elements: [orderPlaced] } as Connector
const payments = { elements: [paymentReceived] } as Connector
const environment = { account: '111111111111', region: 'eu-central-1' }

function aStack(id = 'Shop', props: object = {}) {
  return new Stack(testApp(), id, props)
}

function connectorIn(scope: Construct, props: Partial<SqsConnectorProps> = {}, id = 'Orders') {
  return new SqsConnector(scope, id, { connector: orders, code: Code.fromInline('exports.handler = () => {}'), ...props })
}

/** CDK's own types disagree here under this project's exactOptionalPropertyTypes. */
function aVpc(stack: Stack, props: VpcProps = {}): IVpc {
  return new Vpc(stack, 'Vpc', props) as unknown as IVpc
}

// CDK loads its parts when they are first used, which on a busy machine takes longer than a test may.
beforeAll(() => void Template.fromStack(connectorIn(aStack()).node.scope as Stack))

const QUEUE = 'AWS::SQS::Queue'
const FUNCTION = 'AWS::Lambda::Function'
const PARAMETER = 'AWS::SSM::Parameter'
const MAPPING = 'AWS::Lambda::EventSourceMapping'
const ALARM = 'AWS::CloudWatch::Alarm'

type Statement = { Sid?: string; Action: string | string[]; Resource: unknown }

function statementsOf(template: Template, id = 'OrdersRole'): Statement[] {
  const { Policies } = propertiesOf(template, 'AWS::IAM::Role', id) as { Policies: { PolicyDocument: { Statement: Statement[] } }[] }
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
}

const statementOf = (template: Template, sid: string) => statementsOf(template).find(({ Sid }) => Sid === sid)
const arnOf = (template: Template, type: string, id: string) => ({ 'Fn::GetAtt': [idOf(template, type, id), 'Arn'] })

describe('a queue which the construct creates', () => {
  test.each([
    ['AWS’s keys', {}],
    ['a created key', { connector: { ...orders, encryption: { kmsKey: 'create' } } }],
  ])('is subscribed to a topic, a rule and a bucket as any other queue (%s)', (_, props) => {
    const stack = aStack()
    const { queue } = connectorIn(stack, props)
    new Topic(stack, 'Topic').addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }))
    new Rule(stack, 'Rule', { schedule: Schedule.rate(Duration.hours(1)), targets: [new SqsQueue(queue)] })
    new Bucket(stack, 'Bucket').addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue))
    const template = Template.fromStack(stack)
    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: arnOf(template, QUEUE, 'OrdersQueue'), RawMessageDelivery: true })
    const admitted = Object.values(template.findResources('AWS::SQS::QueuePolicy')).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.flatMap(({ Effect, Principal }: { Effect: string; Principal: { Service?: string } }) =>
        Effect === 'Allow' ? Principal.Service : [],
      ),
    )
    expect(new Set(admitted)).toEqual(new Set(['sns.amazonaws.com', 'events.amazonaws.com', 's3.amazonaws.com']))
    const keyPolicies = JSON.stringify(template.findResources('AWS::KMS::Key'))
    if ('connector' in props) for (const service of admitted) expect(keyPolicies).toContain(service)
  })

  test.each([
    ['AWS’s keys', {}],
    ['a created key', { connector: { ...orders, encryption: { kmsKey: 'create' } } }],
  ])('is connected to a topic, a rule and a bucket of the app, each of which is admitted alone (%s)', (_, props) => {
    const stack = aStack()
    const topic = new Topic(stack, 'Topic')
    const rule = new Rule(stack, 'Rule', { schedule: Schedule.rate(Duration.hours(1)) })
    const bucket = new Bucket(stack, 'Bucket')
    connectorIn(stack, { ...props, senders: [{ topic, rawMessageDelivery: true }, { rule }, { bucket, filters: [{ prefix: 'in/' }] }] })
    const template = Template.fromStack(stack)
    const queue = arnOf(template, QUEUE, 'OrdersQueue')
    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: queue, RawMessageDelivery: true })
    expect(propertiesOf(template, 'AWS::Events::Rule', 'Rule')).toMatchObject({ Targets: [{ Arn: queue }] })
    expect(propertiesOf(template, 'Custom::S3BucketNotifications').NotificationConfiguration).toEqual({
      QueueConfigurations: [
        {
          Events: ['s3:ObjectCreated:*'],
          QueueArn: queue,
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'in/' }] } },
        },
      ],
    })
    const sources = Object.values(queuesOf(template, 'AWS::SQS::QueuePolicy')).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.flatMap(({ Effect, Condition }: { Effect: string; Condition: Record<string, object> }) =>
        Effect === 'Allow' ? Object.values(Condition.ArnEquals ?? {}) : [],
      ),
    )
    expect(sources).toEqual([
      { Ref: idOf(template, 'AWS::SNS::Topic') },
      arnOf(template, 'AWS::Events::Rule', 'Rule'),
      arnOf(template, 'AWS::S3::Bucket', 'Bucket'),
    ])
  })

  test('which is another’s admits nobody, and that is an error', () => {
    const stack = aStack('Shop', { env: environment })
    const queue = Queue.fromQueueArn(stack, 'Theirs', 'arn:aws:sqs:eu-central-1:111111111111:theirs')
    expect(() => connectorIn(stack, { queue, senders: [{ topic: new Topic(stack, 'Topic') }] })).toThrow('its owner lets sns in')
  })

  test('goes to a dead-letter queue of the app, which has its alarm and is the only one', () => {
    const stack = aStack()
    const deadLetterQueue = new Queue(stack, 'Dead')
    connectorIn(stack, { deadLetterQueue, connector: { ...orders, invalidInput: 'deadLetter', queue: { maxReceiveCount: 3 } } })
    const template = Template.fromStack(stack)
    expect(Object.keys(queuesOf(template))).toHaveLength(2)
    const deadLetters = arnOf(template, QUEUE, 'Dead')
    expect(propertiesOf(template, QUEUE, 'OrdersQueue').RedrivePolicy).toEqual({ deadLetterTargetArn: deadLetters, maxReceiveCount: 3 })
    expect(statementOf(template, 'SendDeadLetters')).toMatchObject({ Resource: deadLetters })
    template.hasResourceProperties(ALARM, {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [idOf(template, QUEUE, 'Dead'), 'QueueName'] } }],
    })
  })

  test('is a FIFO queue without a name of its own, and the function takes its messages one at a time', () => {
    const stack = aStack()
    connectorIn(stack, { connector: { ...orders, queue: { fifo: true, contentBasedDeduplication: true } } })
    const template = Template.fromStack(stack)
    for (const { Properties } of Object.values(queuesOf(template))) {
      expect(Properties).toMatchObject({ FifoQueue: true })
      expect(Properties).not.toHaveProperty('QueueName')
    }
    expect(propertiesOf(template, MAPPING)).toMatchObject({ BatchSize: 1 })
  })
})

describe('a queue of the app', () => {
  test('is polled, and no queue is created', () => {
    const stack = aStack()
    connectorIn(stack, { queue: new Queue(stack, 'Existing', { visibilityTimeout: Duration.minutes(3) }) })
    const template = Template.fromStack(stack)
    expect(Object.keys(queuesOf(template))).toHaveLength(1)
    const existing = arnOf(template, QUEUE, 'Existing')
    expect(propertiesOf(template, MAPPING)).toMatchObject({ EventSourceArn: existing })
    expect(statementOf(template, 'ConsumeQueue')).toMatchObject({ Resource: existing })
    expect(propertiesOf(template, FUNCTION, 'OrdersFunction')).toMatchObject({
      Environment: { Variables: { QUEUE_URL: { Ref: idOf(template, QUEUE, 'Existing') } } },
    })
    expect(queuesOf(template, 'AWS::SQS::QueuePolicy')).toEqual({})
  })

  test('brings its dead-letter queue along', () => {
    const stack = aStack()
    const dead = new Queue(stack, 'Dead')
    const deadLetterQueue = { queue: dead, maxReceiveCount: 3 }
    const queue = new Queue(stack, 'Existing', { visibilityTimeout: Duration.minutes(3), deadLetterQueue })
    const connector = connectorIn(stack, { queue, connector: { ...orders, invalidInput: 'deadLetter' } })
    expect(connector.deadLetterQueue).toBe(dead)
    expect(connector.alarms.map(({ node }) => node.id)).toContain('DeadLettersAlarm')
    const template = Template.fromStack(stack)
    expect(statementOf(template, 'SendDeadLetters')).toMatchObject({ Resource: arnOf(template, QUEUE, 'Dead') })
  })

  test('which is a FIFO queue is one to the function, though nothing but the app knows its name', () => {
    const stack = aStack()
    const queue = new Queue(stack, 'Existing', { fifo: true, visibilityTimeout: Duration.minutes(3) })
    connectorIn(stack, { queue })
    const template = Template.fromStack(stack)
    expect(propertiesOf(template, MAPPING)).toMatchObject({ BatchSize: 1 })
    expect(parseConnector(propertiesOf(template, PARAMETER, 'OrdersConnector').Value as string).eventSource.batchSize).toBe(1)
  })

  test.each([
    ['by its ARN', (stack: Stack) => Queue.fromQueueArn(stack, 'Imported', ORDERS_ARN), ORDERS_ARN],
    [
      'by an ARN which the deployment alone knows',
      (stack: Stack) => Queue.fromQueueArn(stack, 'Imported', new CfnParameter(stack, 'QueueArn').valueAsString),
      { Ref: 'QueueArn' },
    ],
  ])('may be imported %s', (_, imported, EventSourceArn) => {
    const stack = aStack('Shop', { env: environment })
    connectorIn(stack, { queue: imported(stack) })
    expect(propertiesOf(Template.fromStack(stack), MAPPING)).toMatchObject({ EventSourceArn })
  })

  test('may be of another stack', () => {
    const app = testApp()
    const queue = new Queue(new Stack(app, 'Queues'), 'Existing', { visibilityTimeout: Duration.minutes(3) })
    const stack = new Stack(app, 'Shop')
    connectorIn(stack, { queue })
    expect(JSON.stringify(propertiesOf(Template.fromStack(stack), MAPPING).EventSourceArn)).toContain('Existing')
  })

  test.each([
    ['no key', {}, {}, undefined, undefined],
    ['a key', { key: true }, {}, 'kms:Decrypt', undefined],
    ['a key, and dead letters in one without', { key: true }, { dead: 'plain' }, 'kms:Decrypt', undefined],
    ['a key, and dead letters with the same', { key: true }, { dead: 'same' }, ['kms:Decrypt', 'kms:GenerateDataKey'], undefined],
    ['a key, and dead letters with another', { key: true }, { dead: 'other' }, 'kms:Decrypt', ['kms:Decrypt', 'kms:GenerateDataKey']],
    ['no key, and dead letters with one', {}, { dead: 'other' }, undefined, ['kms:Decrypt', 'kms:GenerateDataKey']],
  ] as const)(
    'with %s needs no more of KMS than that',
    (_, { key: withKey }: { key?: boolean }, { dead }: { dead?: string }, decrypt, encrypt) => {
      const stack = aStack()
      const key = new Key(stack, 'QueueKey')
      const encrypted = (masterKey: Key) => ({ encryption: QueueEncryption.KMS, encryptionMasterKey: masterKey })
      const queue = new Queue(stack, 'Existing', { visibilityTimeout: Duration.minutes(3), ...(withKey && encrypted(key)) })
      const keys = { same: encrypted(key), other: encrypted(new Key(stack, 'DeadKey')), plain: {} }[dead ?? 'plain']
      const deadLetterQueue = new Queue(stack, 'Dead', keys)
      connectorIn(stack, { queue, ...(dead && { deadLetterQueue, connector: { ...orders, invalidInput: 'deadLetter' } }) })
      const template = Template.fromStack(stack)
      expect(statementOf(template, 'DecryptMessages')?.Action).toEqual(decrypt)
      expect(statementOf(template, 'EncryptDeadLetters')?.Action).toEqual(encrypt)
      if (decrypt) expect(statementOf(template, 'DecryptMessages')?.Resource).toEqual(arnOf(template, 'AWS::KMS::Key', 'QueueKey'))
    },
  )

  test.each([
    [
      'made by the app is known to have none',
      (stack: Stack) => new Queue(stack, 'Existing', { visibilityTimeout: Duration.minutes(3) }),
      false,
    ],
    ['imported by its ARN is taken to have it', (stack: Stack) => Queue.fromQueueArn(stack, 'Imported', ORDERS_ARN), true],
  ])('beside a key of the app: one %s', (_, queue, isEncrypted) => {
    const stack = aStack('Shop', { env: environment })
    connectorIn(stack, { queue: queue(stack), encryptionKey: new Key(stack, 'Key') })
    expect(statementOf(Template.fromStack(stack), 'DecryptMessages') !== undefined).toBe(isEncrypted)
  })

  test('which the connector names has the dead-letter queue which the app gives', () => {
    const stack = aStack('Shop', { env: environment })
    const deadLetterQueue = new Queue(stack, 'Dead')
    const connector = { ...orders, queue: { arn: ORDERS_ARN }, invalidInput: 'deadLetter' } as Connector
    const { alarms } = connectorIn(stack, { deadLetterQueue, connector })
    expect(alarms.map(({ node }) => node.id)).toContain('DeadLettersAlarm')
    const template = Template.fromStack(stack)
    expect(statementOf(template, 'SendDeadLetters')).toMatchObject({ Resource: arnOf(template, QUEUE, 'Dead') })
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('not watched'))).toEqual([])
  })
})

/** All names which a template gives; what it refers to is none. */
function physicalNames(...stacks: Stack[]): string[] {
  const properties = stacks.flatMap((stack) =>
    Object.values(Template.fromStack(stack).toJSON().Resources as Record<string, { Properties?: Record<string, unknown> }>).map(
      ({ Properties = {} }) => Properties,
    ),
  )
  return properties
    .flatMap(({ QueueName, Name, DashboardName, FunctionName, RoleName, AlarmName, TableName, LogGroupName }) =>
      [QueueName, Name, DashboardName, FunctionName, RoleName, AlarmName, TableName, LogGroupName].map((name) => JSON.stringify(name)),
    )
    .filter((name) => name !== undefined && !/^\{"(Ref|Fn::GetAtt)":/.test(name))
}

describe('names', () => {
  const shop = (scope: Construct, id: string) => {
    const stack = new Stack(scope, id)
    connectorIn(stack, { connector: { ...orders, idempotency: 'dynamodb' } })
    connectorIn(stack, { connector: { ...payments, queue: { fifo: true } } }, 'Payments')
    return stack
  }

  test('do not collide: several connectors fit a stack, several stacks an app, several stages an account', { timeout: 120_000 }, () => {
    const app = testApp()
    const stage = (id: string, props?: StageProps) => new Stage(app, id, props)
    const names = physicalNames(shop(app, 'ShopDev'), shop(app, 'ShopTest'), shop(stage('Dev'), 'Shop'), shop(stage('Prod'), 'Shop'))
    expect(names.length).toBeGreaterThan(50)
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([])
  })

  test.each([
    ['ShopDev', 'Orders', 'shop-dev-orders'],
    ['shop', 'OrdersEU', 'shop-orders-eu'],
    ['Shop', 'HTTPOrders2', 'shop-http-orders2'],
    ['Shop', 'orders_in', 'shop-orders-in'],
    ['Shop', 'Default', 'shop'],
  ])('are of the stack and the construct: %s and %s is %s', (stack, id, name) => {
    expect(connectorIn(aStack(stack), {}, id).connectorName).toBe(name)
  })

  test('of a nested stack begin with the stack which it is in', () => {
    expect(connectorIn(new NestedStack(aStack(), 'Nested')).connectorName).toBe('shop-nested-orders')
  })

  test('which are too long are cut, and stay different', () => {
    const stack = aStack()
    const [one, other] = ['a', 'b'].map((end) => connectorIn(stack, {}, `${'Orders'.repeat(20)}${end}`).connectorName)
    expect([one?.length, other?.length]).toEqual([100, 100])
    expect(one).not.toBe(other)
  })

  test('are the app’s to choose, and so is the path of the parameters, below which is the connection', () => {
    const stack = aStack('Shop', { env: environment })
    connectorIn(stack, { name: 'orders', parameterPrefix: '/shop/dev' })
    const template = Template.fromStack(stack)
    expect(Object.values(template.findResources(PARAMETER)).map(({ Properties }) => Properties.Name)).toEqual([
      '/shop/dev/orders/connector',
      '/shop/dev/orders/filter',
    ])
    expect(statementOf(template, 'ReadConnection')?.Resource).toEqual(
      ['', '/'].map((end) => `arn:aws:ssm:eu-central-1:111111111111:parameter/shop/dev/camunda${end}`),
    )
    expect(parseConnector(propertiesOf(template, PARAMETER, 'OrdersConnector').Value as string).camunda).toBe('/shop/dev/camunda/')
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { name: ['/shop/dev/orders/connector', '/shop/dev/orders/filter'] } },
    })
  })

  test('of its alarms begin as those of its outputs do, by which doctor finds them', () => {
    const stack = aStack()
    connectorIn(new Construct(stack, 'Backend'), {}, 'Orders-1')
    const template = Template.fromStack(stack)
    const [output = ''] = Object.keys(template.findOutputs('*')).filter((id) => id.includes('ParameterName'))
    const prefix = output.replace(/ParameterName.*/, '')
    expect(prefix).toBe('BackendOrders1')
    const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm'))
    expect(alarms).toContainEqual(expect.stringMatching(/^BackendOrders1DeadLettersAlarm[\dA-F]{8}$/))
    for (const id of alarms) expect(id.startsWith(prefix), id).toBe(true)
  })

  test('of the connection’s path are the connector’s where it has one', () => {
    const stack = aStack()
    connectorIn(stack, { connector: { ...orders, camunda: '/team/camunda/' }, parameterPrefix: '/shop' })
    const { Value } = propertiesOf(Template.fromStack(stack), PARAMETER, 'OrdersConnector')
    expect(parseConnector(Value as string).camunda).toBe('/team/camunda/')
  })
})

describe('the app’s own', () => {
  test('topic is notified by every alarm', () => {
    const stack = aStack()
    const { alarms } = connectorIn(stack, { alarmTopic: new Topic(stack, 'Topic') })
    const template = Template.fromStack(stack)
    const topic = { Ref: idOf(template, 'AWS::SNS::Topic') }
    template.resourceCountIs(ALARM, alarms.length)
    template.allResourcesProperties(ALARM, { AlarmActions: [topic], OKActions: [topic] })
  })

  test('VPC holds the function, in its private subnets and with a security group of its own', () => {
    const stack = aStack()
    const connector = connectorIn(stack, { vpc: aVpc(stack, { maxAzs: 2 }) })
    connector.connections.allowTo(Peer.ipv4('10.0.0.0/16'), Port.HTTPS)
    const template = Template.fromStack(stack)
    const group = { 'Fn::GetAtt': [idOf(template, 'AWS::EC2::SecurityGroup'), 'GroupId'] }
    expect(propertiesOf(template, FUNCTION, 'OrdersFunction').VpcConfig).toEqual({
      SubnetIds: [1, 2].map((number) => ({ Ref: idOf(template, 'AWS::EC2::Subnet', `VpcPrivateSubnet${number}Subnet`) })),
      SecurityGroupIds: [group],
    })
    expect(propertiesOf(template, FUNCTION, 'OrdersUpdater')).not.toHaveProperty('VpcConfig')
    expect(onlyResource(template, 'AWS::IAM::Role', 'OrdersRole').Properties).not.toHaveProperty('ManagedPolicyArns')
    expect(
      statementsOf(template)
        .slice(-2)
        .map(({ Sid }) => Sid),
    ).toEqual(['ManageNetworkInterfaces', 'KeepCodeFromNetworkInterfaces'])
  })

  test('subnets and security groups are taken', () => {
    const stack = aStack()
    const vpc = aVpc(stack, { maxAzs: 2, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] })
    const securityGroups = [new SecurityGroup(stack, 'Group', { vpc })]
    connectorIn(stack, {
      vpc,
      subnets: { subnetType: SubnetType.PRIVATE_ISOLATED, availabilityZones: [vpc.availabilityZones[0] ?? ''] },
      securityGroups,
    })
    const template = Template.fromStack(stack)
    expect(propertiesOf(template, FUNCTION, 'OrdersFunction').VpcConfig).toEqual({
      SubnetIds: [{ Ref: idOf(template, 'AWS::EC2::Subnet', 'VpcisolatedSubnet1Subnet') }],
      SecurityGroupIds: [{ 'Fn::GetAtt': [idOf(template, 'AWS::EC2::SecurityGroup', 'Group'), 'GroupId'] }],
    })
  })

  test('key encrypts queues, logs and table of all its connectors, and lets CloudWatch Logs use it once', () => {
    const stack = aStack()
    const encryptionKey = new Key(stack, 'Key')
    connectorIn(stack, { encryptionKey, connector: { ...orders, idempotency: 'dynamodb', invalidInput: 'deadLetter' } })
    connectorIn(stack, { encryptionKey, connector: payments }, 'Payments')
    const template = Template.fromStack(stack)
    const key = arnOf(template, 'AWS::KMS::Key', 'Key')
    for (const { Properties } of Object.values(queuesOf(template))) expect(Properties).toMatchObject({ KmsMasterKeyId: key })
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: key })
    expect(propertiesOf(template, 'AWS::DynamoDB::GlobalTable').Replicas).toMatchObject([{ SSESpecification: { KMSMasterKeyId: key } }])
    expect(statementOf(template, 'DecryptMessages')).toMatchObject({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: key })
    const { Statement } = propertiesOf(template, 'AWS::KMS::Key').KeyPolicy as { Statement: { Sid?: string }[] }
    expect(Statement.filter(({ Sid }) => Sid === 'EncryptLogs')).toHaveLength(1)
  })

  test('log groups, architecture and removal policy are taken', () => {
    const stack = aStack()
    const [logGroup, updaterLogGroup] = [new LogGroup(stack, 'Log'), new LogGroup(stack, 'UpdaterLog')]
    connectorIn(stack, {
      logGroup,
      updaterLogGroup,
      architecture: Architecture.X86_64,
      removalPolicy: RemovalPolicy.DESTROY,
      connector: { ...orders, idempotency: 'dynamodb', encryption: { kmsKey: 'create' } },
    })
    const template = Template.fromStack(stack)
    template.resourceCountIs('AWS::Logs::LogGroup', 2)
    for (const [lambda, log] of [
      ['OrdersFunction', 'Log'],
      ['OrdersUpdater', 'UpdaterLog'],
    ] as const)
      expect(propertiesOf(template, FUNCTION, lambda)).toMatchObject({
        Architectures: ['x86_64'],
        LoggingConfig: { LogGroup: { Ref: idOf(template, 'AWS::Logs::LogGroup', log) } },
      })
    expect(statementOf(template, 'WriteLog')).toMatchObject({ Resource: arnOf(template, 'AWS::Logs::LogGroup', 'Log') })
    for (const type of [QUEUE, 'AWS::SQS::QueuePolicy', 'AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key'])
      for (const resource of Object.values(queuesOf(template, type))) expect(resource).toMatchObject({ DeletionPolicy: 'Delete' })
  })

  test('property injectors give every connector what an organization wants', () => {
    const app = testApp()
    const inject = (props: SqsConnectorProps) => ({ ...props, parameterPrefix: '/organization' })
    PropertyInjectors.of(app).add({ constructUniqueId: SqsConnector.PROPERTY_INJECTION_ID, inject })
    const stack = new Stack(app, 'Shop')
    connectorIn(stack)
    expect(propertiesOf(Template.fromStack(stack), PARAMETER, 'OrdersFilter').Name).toBe('/organization/shop-orders/filter')
  })
})

test('AWS’s rules for solutions find nothing in a connector whose queue, key, topic and VPC are the app’s', { timeout: 120_000 }, () => {
  const app = testApp()
  const outdir = app.outdir
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const stack = new Stack(app, 'Shop')
  const key = new Key(stack, 'Key', { enableKeyRotation: true })
  const encrypted = { encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true }
  const dead = new Queue(stack, 'Dead', { ...encrypted, redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL } })
  const vpc = aVpc(stack, { flowLogs: { all: {} } })
  const theirs = new Queue(stack, 'Existing', {
    ...encrypted,
    visibilityTimeout: Duration.minutes(3),
    deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
  })
  const alarmTopic = new Topic(stack, 'Topic', { enforceSSL: true, masterKey: key })
  connectorIn(stack, { vpc, alarmTopic, encryptionKey: key, queue: theirs, connector: { ...orders, invalidInput: 'deadLetter' } })
  connectorIn(
    stack,
    {
      vpc,
      alarmTopic,
      encryptionKey: key,
      connector: { ...payments, idempotency: 'dynamodb', function: { tracing: 'active' }, queue: { largePayloads: { bucket: 'bodies' } } },
    },
    'Payments',
  )
  app.synth()
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'))
  expect(pluginReports).toEqual([])
})

describe('whoever is granted', () => {
  const granted = (grant: (connector: SqsConnector, role: Role) => { assertSuccess(): void }) => {
    const stack = aStack()
    grant(connectorIn(stack), new Role(stack, 'Somebody', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })).assertSuccess()
    const template = Template.fromStack(stack)
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'))
    return { template, statements: policy?.Properties.PolicyDocument.Statement as Statement[] }
  }

  test('to edit the configuration may read and write the one parameter', () => {
    const { template, statements } = granted((connector, role) => connector.grantEditConfiguration(role))
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
        Resource: { 'Fn::Join': ['', expect.arrayContaining([{ Ref: idOf(template, PARAMETER, 'OrdersConnector') }])] },
      },
    ])
  })

  test('to send messages may send to the queue', () => {
    const { template, statements } = granted((connector, role) => connector.grantSendMessages(role))
    expect(statements).toMatchObject([
      { Action: expect.arrayContaining(['sqs:SendMessage']), Resource: arnOf(template, QUEUE, 'OrdersQueue') },
    ])
  })

  test('something may be the connector: that is its function', () => {
    const stack = aStack()
    const connector = connectorIn(stack)
    new Bucket(stack, 'Claims').grantRead(connector)
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    expect(policy?.Properties.Roles).toEqual([{ Ref: idOf(Template.fromStack(stack), 'AWS::IAM::Role', 'OrdersRole') }])
  })
})

test('metrics are those of the connector, in the statistic and period which are asked for', () => {
  const stack = aStack('Shop', { env: environment })
  const connector = connectorIn(stack)
  const shown = (metric: ReturnType<SqsConnector['metric']>) => [
    metric.metricName,
    metric.statistic,
    metric.dimensions,
    metric.period.toSeconds(),
  ]
  const dimensions = { connector: 'shop-orders' }
  // biome-ignore format: table
  expect([
    connector.metric('Ambiguous'), connector.metric('ProcessInstanceCreated', { element: 'OrderPlaced', period: Duration.hours(1) }),
    connector.metricReceived(), connector.metricReturned({ statistic: 'Maximum' }), connector.metricProcessInstancesCreated(),
    connector.metricMessagesPublished(), connector.metricMessageAge(), connector.metricCamundaLatency({ statistic: 'p99' }),
  ].map(shown)).toEqual([
    ['Ambiguous', 'Sum', dimensions, 300], ['ProcessInstanceCreated', 'Sum', { ...dimensions, element: 'OrderPlaced' }, 3_600],
    ['Received', 'Sum', dimensions, 300], ['Returned', 'Maximum', dimensions, 300], ['ProcessInstanceCreated', 'Sum', dimensions, 300],
    ['MessagePublished', 'Sum', dimensions, 300], ['MessageAge', 'p95', dimensions, 300], ['CamundaLatency', 'p99', dimensions, 300],
  ])
})

describe('what is hardly meant', () => {
  const stack = (props: (stack: Stack) => Partial<SqsConnectorProps>) => {
    const shop = aStack('Shop', { env: environment })
    return { shop, connector: connectorIn(shop, props(shop)) }
  }
  const short = (shop: Stack) => new Queue(shop, 'Existing', { visibilityTimeout: Duration.seconds(60) })

  test.each<[string, (stack: Stack) => Partial<SqsConnectorProps>, string]>([
    ['alarmsNotifyNobody', () => ({}), 'the alarms notify nobody'],
    ['messageTtl', () => ({ connector: payments }), 'elements[0].messageTtl: SQS may deliver a message again'],
    [
      'expression',
      () => ({ connector: { elements: [{ ...orderPlaced, activationCondition: '="yes"' }] } as Connector }),
      'a text is no condition',
    ],
    ['visibilityTimeout', (shop) => ({ queue: short(shop) }), 'the queue has a visibility timeout of 60 s'],
    [
      'visibilityTimeout',
      () => ({ connector: { ...orders, queue: { arn: ORDERS_ARN } } }),
      'not checked: the visibility timeout of the queue',
    ],
    ['deadLetterQueueNotWatched', () => ({ connector: { ...orders, queue: { arn: ORDERS_ARN } } }), 'not watched: the dead-letter queue'],
    [
      'queueOfAnotherAccount',
      (shop) => ({ queue: Queue.fromQueueArn(shop, 'Theirs', 'arn:aws:sqs:eu-central-1:222222222222:theirs') }),
      'not checked: the queue is in the account 222222222222',
    ],
  ])('is a warning of CDK, %s, which an app may acknowledge', (id, props, message) => {
    const text = Match.stringLikeRegexp(message.replace(/[[\].]/g, '\\$&'))
    const { shop } = stack(props)
    Annotations.fromStack(shop).hasWarning('/Shop/Orders', text)
    const [found] = Annotations.fromStack(shop).findWarning('/Shop/Orders', text)
    expect(found?.entry.data).toContain(`[ack: camunda-sqs-bridge:${id}]`)

    const { shop: another } = stack(props)
    CdkAnnotations.of(another).acknowledgeWarning(`camunda-sqs-bridge:${id}`, 'known')
    expect(Annotations.fromStack(another).findWarning('/Shop/Orders', text)).toEqual([])
  })

  test('is nothing of a queue with all it needs, whose alarms notify somebody', () => {
    const { shop } = stack((shop) => ({
      alarmTopic: new Topic(shop, 'Topic'),
      queue: new Queue(shop, 'Existing', {
        visibilityTimeout: Duration.minutes(3),
        deadLetterQueue: { queue: new Queue(shop, 'Dead'), maxReceiveCount: 5 },
      }),
    }))
    expect(Annotations.fromStack(shop).findWarning('*', Match.anyValue())).toEqual([])
  })

  test('is no alarm that is not there', () => {
    const { properties } = { properties: Object.keys(parseConnector(JSON.stringify(orders)).alarms) }
    const off = Object.fromEntries([...properties, 'camundaLatency'].filter((name) => name !== 'runbookUrl').map((name) => [name, false]))
    const { shop, connector } = stack(() => ({ connector: { ...orders, alarms: off } as Connector }))
    expect(connector.alarms).toEqual([])
    expect(Annotations.fromStack(shop).findWarning('*', Match.anyValue())).toEqual([])
  })
})

test.each<[string, (stack: Stack) => Partial<SqsConnectorProps>]>([
  ['as it is', () => ({})],
  ['with characters beyond ASCII', () => ({ connector: { elements: [{ ...orderPlaced, activationCondition: '=body.by = "Käthe"' }] } })],
  ['with a FIFO queue of the app', (stack) => ({ queue: new Queue(stack, 'Q', { fifo: true, visibilityTimeout: Duration.minutes(3) }) })],
  ['below a prefix', () => ({ parameterPrefix: '/shop/dev' })],
])('the function is told by a digest that the text of the connector’s parameter was checked, %s', async (_, propsIn) => {
  const stack = aStack()
  connectorIn(stack, propsIn(stack))
  const template = Template.fromStack(stack)
  const { Value } = propertiesOf(template, PARAMETER, 'OrdersConnector') as { Value: string }
  const { Environment } = propertiesOf(template, FUNCTION, 'OrdersFunction') as { Environment: { Variables: Record<string, string> } }
  expect(Environment.Variables.CHECKED_CONNECTOR).toBe(digestOf(Value))
  expect(await checkedConnectorIn(Value, { name: 'orders', checked: digestOf(Value) })).toEqual(parseConnector(Value))
})

describe('what is not possible is refused, every fault at once', () => {
  const key = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  const topicArn = 'arn:aws:sns:eu-central-1:111111111111:alarms'
  const vpcIds = { subnetIds: ['subnet-11111111'], securityGroupIds: ['sg-33333333'] }

  test.each<[string, (stack: Stack) => Partial<SqsConnectorProps>, string]>([
    ['a name', () => ({ name: 'Orders!' }), 'name: found "Orders!"; expected lower-case letters'],
    ['a name of the deployment', () => ({ name: Aws.STACK_NAME }), 'name: found a token'],
    ['a prefix', () => ({ parameterPrefix: 'shop/' }), 'parameterPrefix: found "shop/"; expected a path'],
    ['a prefix which SSM keeps', () => ({ parameterPrefix: '/aws/shop' }), 'parameterPrefix: found "/aws/shop"'],
    [
      'a name below the connection',
      () => ({ name: 'camunda' }),
      'camunda: found "/camunda-sqs-bridge/camunda/"; expected a path for the connection alone',
    ],
    ['two queues', (stack) => ({ queue: new Queue(stack, 'Q'), connector: { ...orders, queue: { arn: ORDERS_ARN } } }), 'queue.arn: found'],
    [
      'a name of a queue of the app',
      (stack) => ({ queue: new Queue(stack, 'Q'), connector: { ...orders, queue: { name: 'orders' } } }),
      'queue.name: found "orders"; expected nothing: the queue exists',
    ],
    [
      'two dead-letter queues',
      (stack) => ({
        deadLetterQueue: new Queue(stack, 'Q'),
        connector: { ...orders, queue: { arn: ORDERS_ARN, deadLetterQueueArn: `${ORDERS_ARN}-dead` } },
      }),
      'queue.deadLetterQueueArn: found',
    ],
    [
      'two topics',
      (stack) => ({ alarmTopic: new Topic(stack, 'T'), connector: { ...orders, alarms: { topicArn } } }),
      'alarms.topicArn: found',
    ],
    [
      'two keys',
      (stack) => ({ encryptionKey: new Key(stack, 'K'), connector: { ...orders, encryption: { kmsKey: key } } }),
      'encryption.kmsKey: found',
    ],
    ['two VPCs', (stack) => ({ vpc: aVpc(stack), connector: { ...orders, vpc: vpcIds } }), 'vpc: found'],
    ['subnets of no VPC', () => ({ subnets: {} }), 'subnets: found no vpc'],
    [
      'a queue whose messages come back too early',
      (stack) => ({ queue: new Queue(stack, 'Q', { visibilityTimeout: Duration.seconds(20) }) }),
      'queue: found a visibility timeout of 20 s',
    ],
    [
      'dead letters for a queue that has none',
      (stack) => ({ queue: new Queue(stack, 'Q'), connector: { ...orders, invalidInput: 'deadLetter' } }),
      'queue.deadLetterQueueArn: found nothing',
    ],
    [
      'dead letters of another kind',
      (stack) => ({ deadLetterQueue: new Queue(stack, 'Q', { fifo: true }) }),
      'deadLetterQueue: found a FIFO queue',
    ],
    [
      'a window for a FIFO queue',
      (stack) => ({ queue: new Queue(stack, 'Q', { fifo: true }), connector: { ...orders, eventSource: { maximumBatchingWindow: 5 } } }),
      'eventSource.maximumBatchingWindow: found 5',
    ],
    [
      'a queue elsewhere',
      (stack) => ({ queue: Queue.fromQueueArn(stack, 'Q', 'arn:aws:sqs:us-east-1:111111111111:q') }),
      'queue: found one in us-east-1; expected one in eu-central-1',
    ],
    [
      'a named queue elsewhere',
      () => ({ connector: { ...orders, queue: { arn: 'arn:aws:sqs:us-east-1:111111111111:q' } } }),
      'queue.arn: found one in us-east-1',
    ],
    [
      'a secret elsewhere',
      () => ({ connector: { ...orders, camunda: { secretArn: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:camunda-AbC123' } } }),
      'camunda.secretArn: found one in us-east-1; expected one in eu-central-1',
    ],
    [
      'a topic elsewhere',
      (stack) => ({ alarmTopic: Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:us-east-1:111111111111:t') }),
      'alarmTopic: found one in us-east-1',
    ],
    [
      'a token in the connector',
      (stack) => ({ connector: { ...orders, queue: { arn: new Queue(stack, 'Q').queueArn } } }),
      'queue.arn: found a token; expected what is known at synth; the props queue',
    ],
    [
      'a connector too long for its parameter',
      () => ({ connector: { elements: [{ ...orderPlaced, resultExpression: `="${'x'.repeat(8_192)}"` }] } as Connector }),
      'characters of compact JSON; expected at most 8192',
    ],
  ])('%s', (_, props, message) => {
    const stack = aStack('Shop', { env: environment })
    expect(() => connectorIn(stack, props(stack))).toThrow(message)
  })

  test('and told by the construct’s path', () => {
    expect(() => connectorIn(aStack(), { name: 'Orders!', connector: { ...orders, queu: {} } as Connector })).toThrow(
      /^Shop\/Orders has 2 errors:\n {2}name: .*\n {2}queu: found an unknown property; expected “queue”/s,
    )
  })

  test('a fault is not told where the deployment alone knows', () => {
    const stack = aStack()
    const connectionKmsKey = key
    const queue = Queue.fromQueueArn(stack, 'Q', new CfnParameter(stack, 'QueueArn').valueAsString)
    expect(() => connectorIn(stack, { queue, connector: { ...orders, encryption: { connectionKmsKey } } })).not.toThrow()
  })
})

describe('connectors of one app', () => {
  test.each<[string, (stack: Stack) => [Partial<SqsConnectorProps>, Partial<SqsConnectorProps>], string]>([
    ['one name', () => [{ name: 'orders' }, { name: 'orders', parameterPrefix: '/shop' }], 'its name is “orders”, and so is that of Shop/'],
    [
      'one queue of the app',
      (stack) => Array(2).fill({ queue: new Queue(stack, 'Q') }) as never,
      'two event-source mappings would compete',
    ],
    [
      'one named queue',
      () => Array(2).fill({ connector: { ...orders, queue: { name: 'orders' } } }) as never,
      'two event-source mappings would compete',
    ],
    [
      'one existing queue',
      () => Array(2).fill({ connector: { ...orders, queue: { arn: ORDERS_ARN } } }) as never,
      'two event-source mappings would compete',
    ],
    [
      'a connection above the other',
      () => [
        { connector: { ...orders, camunda: '/shop/' }, name: 'one' },
        { name: 'two', parameterPrefix: '/shop' },
      ],
      '/shop/ is for the connection alone: /shop/two/connector',
    ],
  ])('may not have %s', (_, props, message) => {
    const stack = aStack('Shop', { env: environment })
    for (const [index, each] of props(stack).entries()) connectorIn(stack, each, `Orders${index}`)
    expect(() => Template.fromStack(stack)).toThrow(message)
  })

  test('may not have one name in two stacks for whoever deploys them', () => {
    const app = testApp()
    const [stack] = ['Shop', 'Store'].map((id) => {
      const stack = new Stack(app, id)
      connectorIn(stack, { name: 'orders' })
      return stack
    })
    expect(() => Template.fromStack(stack as Stack)).toThrow('its name is “orders”, and so is that of')
  })

  test('may have one name in two regions', () => {
    const app = testApp()
    const [stack] = ['eu-central-1', 'eu-west-1'].map((region) => {
      const stack = new Stack(app, region, { env: { ...environment, region } })
      connectorIn(stack, { name: 'orders' })
      return stack
    })
    expect(() => Template.fromStack(stack as Stack)).not.toThrow()
  })
})

describe('a connector’s file', () => {
  test('is taken as it is, and may be changed in an app', () => {
    const file = `${connectorFiles({ 'orders.json': { $schema: './connector.schema.json', elements: [orderPlacedOnly] } })}/orders.json`
    const stack = aStack()
    connectorIn(stack, { connector: SqsConnector.fromFile(file) })
    connectorIn(stack, { connector: { ...SqsConnector.fromFile(file), queue: { name: 'other-orders' } } }, 'Others')
    const template = Template.fromStack(stack)
    expect(propertiesOf(template, PARAMETER, 'OrdersConnector').Value).toBe(JSON.stringify({ elements: [orderPlacedOnly] }))
    template.hasResourceProperties(QUEUE, { QueueName: 'other-orders' })
  })

  test('which is faulty is told by its name, with all its faults', () => {
    const directory = connectorFiles({ 'orders.json': { queu: {}, elements: [] } })
    expect(() => SqsConnector.fromFile(`${directory}/orders.json`)).toThrow(/orders\.json has 2 errors:\n/)
  })

  test('which is not there is told as such', () => {
    expect(() => SqsConnector.fromFile('nowhere/orders.json')).toThrow('no such file')
  })
})
