import type { SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam'
import { DeleteQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventSourceSettings } from '../../../lambda/core/event-source-settings.ts'
import { toFilterText } from '../../../lambda/core/filter-patterns.ts'
import { localSsmClient, type ParameterStore, startParameterStore } from '../../../local/parameter-store.ts'
import type { Deployment, StackParts } from '../../../tools/deployment.ts'
import { camundaProbe } from '../../../tools/doctor/camunda-probe.ts'
import { examine } from '../../../tools/doctor/doctor.ts'
import type { Finding } from '../../../tools/doctor/finding.ts'
import { deadLetterQueueFinding, deadLetterRetentionFinding, keyFinding, retentionFinding } from '../../../tools/doctor/queue-findings.ts'
import { orderPlacedOnly, paymentReceived } from '../../lib/connector-files.ts'
import { connector } from '../../support/connectors.ts'
import { answerJson, answerProblem, startHttpServer } from '../../support/http-server.ts'
import { startSqsServer } from '../../support/sqs-server.ts'
import { diagramText, MESSAGE_EVENT, SQS } from '../import/diagram-texts.ts'

const DAY = 86_400
const ORDERS = { eventSource: { batchSize: 5 }, elements: [orderPlacedOnly, { ...paymentReceived, messageTtl: 'PT2H' }] }
const CONNECTION = '/camunda-sqs-bridge/camunda/'
const MAPPING_ARN = 'arn:aws:lambda:eu-central-1:000000000000:event-source-mapping:m'
const KEY_ARN = 'arn:aws:kms:eu-central-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const ORDER = diagramText([
  { id: 'OrderPlaced', properties: {} },
  { tag: 'intermediateCatchEvent', id: 'PaymentReceived', properties: {}, content: MESSAGE_EVENT },
]).replace('name="paid"', 'name="payment-received"')
/** The start event under the bridge's template, with a result variable that the connector does not have. */
const ownStart = (connector: string) =>
  ORDER.replace(
    '<zeebe:properties>',
    `$&${[
      ['camunda-sqs-bridge', '1'],
      ['camunda-sqs-bridge.connector', connector],
      ['consumeUnmatchedEvents', 'true'],
      ['activationCondition', orderPlacedOnly.activationCondition.replaceAll('"', '&quot;')],
      ['resultVariable', 'order'],
    ]
      .map(([name, value]) => `<zeebe:property name="${name}" value="${value}" />`)
      .join('')}`,
  )
const SECRET = 'a secret that must not be told'

let sqs: Awaited<ReturnType<typeof startSqsServer>>
let camunda: Awaited<ReturnType<typeof startHttpServer>>
let store: ParameterStore
let world: World

beforeAll(async () => {
  sqs = await startSqsServer()
  store = await startParameterStore()
  camunda = await startHttpServer((request, response) => world.answerOfCamunda(request, response))
})
afterAll(async () => {
  await Promise.all([sqs.stop(), store.stop(), camunda.stop()])
})
beforeEach(async () => {
  world = new World()
  await world.deploy()
})

let count = 0

/** A deployment in which all is well, until a test changes something. */
class World {
  readonly name = `orders-${++count}`
  parameterName = `/camunda-sqs-bridge/${this.name}/connector`
  readonly ssm = localSsmClient(store.url)
  queue = { queueUrl: '', queueArn: '' }
  deadLetterQueue = { queueUrl: '', queueArn: '' }
  functionConfiguration: Record<string, unknown> = { State: 'Active', LastUpdateStatus: 'Successful', Timeout: 30 }
  mapping: Record<string, unknown> | undefined
  denied: string[] = []
  logged: { timestamp: number; message: string }[] = []
  logFails: Error | undefined
  simulated: { role: string; action: string; resource: string; context: unknown }[] = []
  stack: Partial<StackParts> = {}
  table = { status: 'ACTIVE', timeToLive: 'ENABLED' }
  mayNotSimulate = false
  stackFails: Error | undefined
  /** Diagrams by the ids of their processes. */
  deployed = new Map([['order', ORDER]])
  date: Date | undefined
  searchStatus = 200
  topologyStatus = 200
  /** In place of a topology. */
  topology: { readonly body: string; readonly contentType: string } | undefined
  alarms: { AlarmName: string; StateValue: string; AlarmDescription?: string; StateUpdatedTimestamp?: Date }[] = []
  errorsCounted = 0
  cloudWatchFails: Error | undefined
  /** The text of the connection's secret, where the connector has one. */
  secret: string | undefined
  now = Date.now()
  probe = camundaProbe

  async deploy() {
    store.parameters.clear()
    this.deadLetterQueue = await sqs.createQueue(`${this.name}-dead-letters`, { MessageRetentionPeriod: String(14 * DAY) })
    this.queue = await sqs.createQueue(this.name, {
      VisibilityTimeout: '180',
      MessageRetentionPeriod: String(14 * DAY),
      RedrivePolicy: this.#redrivePolicy(5),
    })
    const { patterns } = eventSourceSettings(connector(ORDERS))
    this.mapping = {
      EventSourceMappingArn: MAPPING_ARN,
      State: 'Enabled',
      BatchSize: 5,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
    }
    await this.put(this.parameterName, JSON.stringify(ORDERS))
    await this.put(`/camunda-sqs-bridge/${this.name}/filter`, toFilterText(patterns))
    await this.put(`${CONNECTION}CAMUNDA_REST_ADDRESS`, camunda.url)
    await this.put(`${CONNECTION}CAMUNDA_AUTH_STRATEGY`, 'BASIC')
    await this.put(`${CONNECTION}CAMUNDA_BASIC_AUTH_USERNAME`, 'bridge')
    await this.put(`${CONNECTION}CAMUNDA_BASIC_AUTH_PASSWORD`, SECRET, 'SecureString')
    for (const id of ['DeadLetters', 'OldestMessage', 'FunctionErrors', 'NotAttempted', 'CamundaUnavailable']) this.alarm(id, 'OK')
  }

  /** As CloudFormation names it. */
  alarm(id: string, state: string, prefix = `camunda-sqs-bridge-${this.name}-`) {
    const AlarmName = `${prefix}${id}Alarm0C4B3C2A-AbCdEf123456`
    this.alarms = this.alarms.filter((other) => other.AlarmName !== AlarmName)
    const section = id.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()
    const AlarmDescription = `What ${id} does to users. Its cause. Its remedy. See docs/OPERATING.md#${section}.`
    this.alarms.push({ AlarmName, StateValue: state, AlarmDescription, StateUpdatedTimestamp: new Date('2026-01-01T12:00:00Z') })
  }

  put(name: string, value: string, type: 'String' | 'SecureString' = 'String') {
    return this.ssm.send(new PutParameterCommand({ Name: name, Value: value, Type: type, Overwrite: true }))
  }

  async useTable(table: Partial<World['table']> = {}) {
    await this.put(this.parameterName, JSON.stringify({ ...ORDERS, idempotency: 'dynamodb' }))
    this.stack = { idempotencyTableName: 'records' }
    Object.assign(this.table, table)
  }

  async useOAuth() {
    await this.put(`${CONNECTION}CAMUNDA_AUTH_STRATEGY`, 'OAUTH')
    await this.put(`${CONNECTION}CAMUNDA_OAUTH_URL`, `${camunda.url}/oauth/token`)
    await this.put(`${CONNECTION}CAMUNDA_CLIENT_ID`, 'bridge')
    await this.put(`${CONNECTION}CAMUNDA_CLIENT_SECRET`, SECRET, 'SecureString')
  }

  /** As if it had been edited long ago. */
  later(minutes: number) {
    this.now = Date.now() + minutes * 60_000
    this.date ??= new Date(this.now)
  }

  setQueue(attributes: Record<string, string>, queueUrl = this.queue.queueUrl) {
    return sqs.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: attributes }))
  }

  receiveAtMost(maxReceiveCount: number) {
    return this.setQueue({ RedrivePolicy: this.#redrivePolicy(maxReceiveCount) })
  }

  deleteDeadLetterQueue() {
    return sqs.sqs.send(new DeleteQueueCommand({ QueueUrl: this.deadLetterQueue.queueUrl }))
  }

  answerOfCamunda({ path, body }: { path: string; body: string }, response: Parameters<typeof answerJson>[0]) {
    if (path === '/oauth/token') return answerJson(response, 401, { error: 'invalid_client' })
    if (this.date) response.setHeader('date', this.date.toUTCString())
    const status = path.endsWith('/topology') ? this.topologyStatus : this.searchStatus
    if (status !== 200) return answerProblem(response, status, 'REFUSED')
    if (path.endsWith('/topology') && this.topology) {
      response.writeHead(200, { 'content-type': this.topology.contentType }).end(this.topology.body)
      return
    }
    if (path.endsWith('/topology')) return answerJson(response, 200, { gatewayVersion: '8.8.2', brokers: [] })
    const found = this.#found(path, body)
    if (typeof found === 'string') return answerJson(response, 200, found, 'text/xml')
    answerJson(response, 200, { items: found, page: { totalItems: found.length } })
  }

  /** One version of each process, and nobody waits. */
  #found(path: string, body: string): string | readonly object[] {
    const [, key] = /process-definitions\/(\d+)\/xml$/.exec(path) ?? []
    if (key !== undefined) return this.deployed.get([...this.deployed.keys()][Number(key)] ?? '') ?? ''
    if (path.endsWith('/message-subscriptions/search')) return []
    const { processDefinitionId } = JSON.parse(body).filter
    return [...this.deployed.keys()]
      .map((id, index) => ({ processDefinitionId: id, processDefinitionKey: String(index), version: 1, tenantId: '<default>' }))
      .filter((each) => processDefinitionId === undefined || each.processDefinitionId === processDefinitionId)
  }

  examine(): Promise<Finding[]> {
    const lambda = {
      send: async (command: object) =>
        command.constructor.name === 'GetFunctionConfigurationCommand'
          ? this.functionConfiguration
          : { EventSourceMappings: this.mapping ? [this.mapping] : [] },
    }
    const iam = {
      send: async ({ input }: { input: SimulatePrincipalPolicyCommandInput }) => {
        const { ActionNames = [], PolicySourceArn: role = '', ResourceArns: [resource = ''] = [], ContextEntries: context } = input
        for (const action of ActionNames) this.simulated.push({ role: role.split('/').at(-1) ?? '', action, resource, context })
        if (this.mayNotSimulate) throw Object.assign(new Error('not authorized'), { name: 'AccessDenied' })
        const decision = (action: string) => (this.denied.includes(action) ? 'explicitDeny' : 'allowed')
        return { EvaluationResults: ActionNames.map((action) => ({ EvalActionName: action, EvalDecision: decision(action) })) }
      },
    }
    const dynamodb = {
      send: async (command: object) =>
        command.constructor.name === 'DescribeTableCommand'
          ? { Table: { TableStatus: this.table.status } }
          : { TimeToLiveDescription: { TimeToLiveStatus: this.table.timeToLive } },
    }
    return examine(this.name, {
      dynamodb: dynamodb as never,
      logs: {
        send: async ({ input }: { input: { startTime: number } }) => {
          if (this.logFails) throw this.logFails
          return { events: this.logged.filter(({ timestamp }) => timestamp >= input.startTime) }
        },
      } as never,
      cloudWatch: {
        send: async (command: { input: { AlarmNamePrefix?: string; NextToken?: string } }) => {
          if (this.cloudWatchFails) throw this.cloudWatchFails
          if (command.constructor.name !== 'DescribeAlarmsCommand') return { Datapoints: [{ Sum: this.errorsCounted }] }
          // Pages of two.
          const named = this.alarms.filter(({ AlarmName }) => AlarmName.startsWith(command.input.AlarmNamePrefix ?? ''))
          const at = Number(command.input.NextToken ?? 0)
          return { MetricAlarms: named.slice(at, at + 2), ...(named.length > at + 2 && { NextToken: String(at + 2) }) }
        },
      } as never,
      sqs: sqs.sqs,
      ssm: this.ssm,
      secrets: { send: async () => ({ SecretString: this.secret }) } as never,
      lambda: lambda as never,
      iam: iam as never,
      deploymentOf: async () => this.#deployment(),
      probe: this.probe,
      now: () => this.now,
      local: false,
    })
  }

  #deployment(): Deployment {
    if (this.stackFails) throw this.stackFails
    return {
      connector: this.name,
      parameterName: this.parameterName,
      filterParameterName: `/camunda-sqs-bridge/${this.name}/filter`,
      queueUrl: this.queue.queueUrl,
      deadLetterQueueUrl: this.deadLetterQueue.queueUrl,
      functionName: 'orders-function',
      logGroupName: 'orders-log',
      stack: {
        updaterLogGroupName: 'updater-log',
        name: `camunda-sqs-bridge-${this.name}`,
        logicalIdPrefix: '',
        roleArn: 'arn:aws:iam::111111111111:role/orders',
        updaterRoleArn: 'arn:aws:iam::111111111111:role/updater',
        idempotencyTableName: undefined,
        kmsKeyArn: undefined,
        ...this.stack,
      },
    }
  }

  #redrivePolicy(maxReceiveCount: number) {
    return JSON.stringify({ deadLetterTargetArn: this.deadLetterQueue.queueArn, maxReceiveCount })
  }
}

test('a deployment in which all is well has nothing but ok, each check once, and no secret in any of them', async () => {
  const findings = await world.examine()
  expect(findings.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(findings.map(({ check }) => check)).toEqual([
    'stack',
    'connector',
    'queue',
    'function',
    'function.errors',
    'queue.visibilityTimeout',
    'queue.retention',
    'deadLetterQueue',
    'deadLetterQueue.maxReceiveCount',
    'deadLetterQueue.retention',
    'connector.active',
    'eventSourceMapping',
    'eventSourceMapping.settings',
    'eventSourceMapping.reportBatchItemFailures',
    'eventSourceMapping.filter',
    'filterParameter',
    'role',
    'role.updater',
    'alarms',
    'connection',
    'connection.secrets',
    'camunda',
    'clock',
    'processDefinitions',
    'consumers',
    'messageNames',
    'diagrams',
  ])
  expect(JSON.stringify(findings)).not.toContain(SECRET)
  expect(findings.find(({ check }) => check === 'camunda')?.message).toContain('8.8.2')
})

test('the roles are asked for all that the stack grants for this connector, each on its resource', async () => {
  const granted = async (connector: object, stack: Partial<StackParts> = {}) => {
    world.simulated = []
    world.stack = stack
    await world.put(world.parameterName, JSON.stringify({ ...ORDERS, ...connector }))
    expect((await world.examine()).filter(({ check }) => check.startsWith('role')).map(({ status }) => status)).toEqual(['ok', 'ok'])
    return world.simulated
      .filter(({ role }) => role === 'orders')
      .map(({ action, resource }) => `${action} ${resource.split(':').slice(5).join(':')}`)
  }
  const always = await granted({})
  expect(always).toEqual([
    'logs:CreateLogStream log-group:orders-log:log-stream:doctor',
    'logs:PutLogEvents log-group:orders-log:log-stream:doctor',
    `sqs:ReceiveMessage ${world.name}`,
    `sqs:DeleteMessage ${world.name}`,
    `sqs:ChangeMessageVisibility ${world.name}`,
    `sqs:GetQueueAttributes ${world.name}`,
    `ssm:GetParameter parameter${world.parameterName}`,
    `ssm:GetParameter parameter/camunda-sqs-bridge/${world.name}/filter`,
    'ssm:GetParametersByPath parameter/camunda-sqs-bridge/camunda',
    'ssm:GetParametersByPath parameter/camunda-sqs-bridge/camunda/',
  ])
  expect(world.simulated.filter(({ role }) => role === 'updater').map(({ action }) => action)).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'ssm:GetParameter',
    'ssm:GetParameter',
    'ssm:PutParameter',
    'lambda:GetEventSourceMapping',
    'lambda:UpdateEventSourceMapping',
  ])
  const more = await granted(
    { invalidInput: 'deadLetter', idempotency: 'dynamodb' },
    { idempotencyTableName: 'records', kmsKeyArn: KEY_ARN },
  )
  expect(more.filter((each) => !always.includes(each))).toEqual([
    `sqs:SendMessage ${world.name}-dead-letters`,
    'dynamodb:GetItem table/records',
    'dynamodb:UpdateItem table/records',
    ...['Decrypt', 'GenerateDataKey'].map((action) => `kms:${action} key/1234abcd-12ab-34cd-56ef-1234567890ab`),
    ...['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'].map(
      (action) => `kms:${action} key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    ),
  ])
  expect(world.simulated.filter(({ action }) => action === 'kms:Decrypt').map(({ context }) => context)).toEqual(
    ['sqs', 'dynamodb'].map((service) => [
      { ContextKeyName: 'kms:ViaService', ContextKeyType: 'string', ContextKeyValues: [`${service}.eu-central-1.amazonaws.com`] },
    ]),
  )
  const subnet = { subnetIds: ['subnet-11111111'], securityGroupIds: ['sg-11111111'] }
  const connected = await granted({ vpc: subnet, encryption: { connectionKmsKey: KEY_ARN } })
  expect(connected.filter((each) => !always.includes(each) && !each.startsWith('ec2:'))).toEqual([
    'kms:Decrypt key/1234abcd-12ab-34cd-56ef-1234567890ab',
  ])
  // Once: what is denied to the function's own code is not asked for.
  expect(connected.filter((each) => each === 'ec2:CreateNetworkInterface ')).toHaveLength(1)
  expect(world.simulated.find(({ action }) => action === 'kms:Decrypt')?.context).toEqual([
    {
      ContextKeyName: 'kms:EncryptionContext:PARAMETER_ARN',
      ContextKeyType: 'string',
      ContextKeyValues: ['arn:aws:ssm:eu-central-1:000000000000:parameter/camunda-sqs-bridge/camunda/*'],
    },
  ])
})

test('of a connection that is a secret, that one may be read, and its faults are told by its ARN', async () => {
  const secretArn = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:camunda-AbC123'
  await world.put(world.parameterName, JSON.stringify({ ...ORDERS, camunda: { secretArn } }))
  world.secret = JSON.stringify({ CAMUNDA_REST_ADDRESS: camunda.url, CAMUNDA_CLIENT_ID: SECRET, CAMUNDA_TENANT_ID: 'a' })
  const findings = await world.examine()
  expect(world.simulated).toContainEqual(expect.objectContaining({ action: 'secretsmanager:GetSecretValue', resource: secretArn }))
  expect(findings.filter(({ check }) => check.startsWith('connection')).map(({ status, message }) => [status, message])).toEqual([
    ['error', `${secretArn}: CAMUNDA_CLIENT_SECRET is missing`],
    ['error', `${secretArn}: CAMUNDA_OAUTH_URL is missing`],
    ['warn', expect.stringContaining(`${secretArn}: CAMUNDA_TENANT_ID has no effect`)],
    ['ok', 'all of it is in Secrets Manager'],
  ])
  expect(JSON.stringify(findings)).not.toContain(SECRET)
})

type Row = [name: string, change: (world: World) => unknown, check: string, status: Finding['status'], message: RegExp]

describe('what is not well is told', () => {
  // biome-ignore format: a table
  test.each<Row>([
    ['no stack', (w) => { w.stackFails = new Error('There is no stack') }, 'stack', 'error', /There is no stack/],
    ['no connector', (w) => store.parameters.delete(w.parameterName), 'connector', 'error', /does not exist/],
    ['a connector without elements', (w) => w.put(w.parameterName, '{"elements":[]}'), 'connector', 'error', /elements: found \[\]/],
    ['a name which nothing defines', (w) => w.put(w.parameterName, JSON.stringify({ ...ORDERS, elements: [{ ...orderPlacedOnly, resultExpression: '= bodi' }] })), 'connector', 'warn', /resultExpression.*“bodi”/],
    ['an id which Camunda forgets before SQS does', (w) => w.put(w.parameterName, JSON.stringify({ ...ORDERS, elements: [paymentReceived] })), 'connector', 'warn', /messageTtl: SQS may deliver a message again/],
    ['no queue', (w) => { w.queue.queueUrl = w.queue.queueUrl.replace(w.name, 'gone') }, 'queue', 'error', /exist/],
    ['a short visibility timeout', (w) => w.setQueue({ VisibilityTimeout: '179' }), 'queue.visibilityTimeout', 'error', /179 s, less than .*180 s/],
    ['a function with a longer timeout than the connector says', (w) => { w.functionConfiguration.Timeout = 60 }, 'queue.visibilityTimeout', 'error', /360 s/],
    ['short retention', (w) => w.setQueue({ MessageRetentionPeriod: '3600' }), 'queue.retention', 'warn', /3600 s/],
    ['no redrive policy', (w) => w.setQueue({ RedrivePolicy: '' }), 'deadLetterQueue', 'error', /has none/],
    ['a dead-letter queue that was deleted', (w) => w.deleteDeadLetterQueue(), 'deadLetterQueue', 'error', /does not exist/],
    ['a dead-letter queue that admits nobody', (w) => w.setQueue({ RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' }, w.deadLetterQueue.queueUrl), 'deadLetterQueue', 'error', /does not admit/],
    ['few receives', (w) => w.receiveAtMost(2), 'deadLetterQueue.maxReceiveCount', 'warn', /^2 receives/],
    ['a dead-letter queue that forgets before the queue', (w) => w.setQueue({ MessageRetentionPeriod: String(4 * DAY) }, w.deadLetterQueue.queueUrl), 'deadLetterQueue.retention', 'error', /^4 d, and the queue has 14 d/],
    ['a function that failed', (w) => { w.functionConfiguration.State = 'Failed' }, 'function', 'error', /^Failed/],
    ['a function with too short a timeout', (w) => { w.functionConfiguration.Timeout = 12 }, 'function', 'error', /refuses this connector/],
    ['no mapping', (w) => { w.mapping = undefined }, 'eventSourceMapping', 'error', /no event-source mapping/],
    ['a mapping that is disabled, just after an edit', (w) => { Object.assign(w.mapping ?? {}, { State: 'Disabled' }) }, 'eventSourceMapping', 'warn', /^Disabled.*edited/],
    ['a disabled mapping', (w) => { w.later(60); Object.assign(w.mapping ?? {}, { State: 'Disabled' }) }, 'eventSourceMapping', 'error', /^Disabled/],
    ['a mapping that is being changed', (w) => { Object.assign(w.mapping ?? {}, { State: 'Updating' }) }, 'eventSourceMapping', 'warn', /^Updating/],
    ['another batch size, just after an edit', (w) => { Object.assign(w.mapping ?? {}, { BatchSize: 7 }) }, 'eventSourceMapping.settings', 'warn', /batchSize is 7, the connector says 5/],
    ['pollers which nobody asked for', (w) => { w.later(60); Object.assign(w.mapping ?? {}, { ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 5 } }) }, 'eventSourceMapping.settings', 'error', /provisionedPollers is 2 to 5, the connector says none/],
    ['another batch size, an hour after', (w) => { w.later(60); Object.assign(w.mapping ?? {}, { BatchSize: 7 }) }, 'eventSourceMapping.settings', 'error', /batchSize is 7/],
    ['no ReportBatchItemFailures', (w) => { Object.assign(w.mapping ?? {}, { FunctionResponseTypes: [] }) }, 'eventSourceMapping.reportBatchItemFailures', 'error', /deletes every message/],
    ['another filter, an hour after', (w) => { w.later(60); Object.assign(w.mapping ?? {}, { FilterCriteria: { Filters: [{ Pattern: '{"messageAttributes":{"type":{"stringValue":["Else"]}}}' }] } }) }, 'eventSourceMapping.filter', 'error', /does not let through all/],
    ['a wider filter', (w) => { w.later(60); Object.assign(w.mapping ?? {}, { FilterCriteria: {} }) }, 'eventSourceMapping.filter', 'warn', /lets through more/],
    ['no filter parameter', (w) => store.parameters.delete(`/camunda-sqs-bridge/${w.name}/filter`), 'filterParameter', 'error', /does not exist/],
    ['a filter parameter that is none', (w) => w.put(`/camunda-sqs-bridge/${w.name}/filter`, 'x'), 'filterParameter', 'error', /holds no list/],
    ['a role that may not', (w) => w.denied.push('sqs:DeleteMessage'), 'role', 'error', /may not sqs:DeleteMessage on arn:.*explicitDeny/],
    ['an updater that may not', (w) => w.denied.push('lambda:UpdateEventSourceMapping'), 'role.updater', 'error', /may not lambda:UpdateEventSourceMapping on .*mapping:m/],
    ['a function without the dead-letter queue which the connector now asks for', (w) => w.put(w.parameterName, JSON.stringify({ ...ORDERS, invalidInput: 'deadLetter' })), 'function', 'error', /without a dead-letter queue/],
    ['a function without the table which the connector now asks for', (w) => w.put(w.parameterName, JSON.stringify({ ...ORDERS, idempotency: 'dynamodb' })), 'function', 'error', /without a table/],
    ['a key which the connector does not name', (w) => w.setQueue({ KmsMasterKeyId: KEY_ARN }), 'queue.key', 'warn', /encryption\.kmsKey is not set: Lambda receives nothing/],
    ['Camunda overloaded', (w) => { w.topologyStatus = 503 }, 'camunda', 'error', /HTTP 503/],
    ['no table where the connector now asks for one', (w) => w.put(w.parameterName, JSON.stringify({ ...ORDERS, idempotency: 'dynamodb' })), 'idempotencyTable', 'error', /has none: the function refuses/],
    ['a table that is being deleted', (w) => w.useTable({ status: 'DELETING' }), 'idempotencyTable', 'error', /^records is DELETING/],
    ['a table that lets nothing expire', (w) => w.useTable({ timeToLive: 'DISABLED' }), 'idempotencyTable', 'warn', /grows with every message/],
    ['nobody who may ask of the role', (w) => { w.mayNotSimulate = true }, 'role', 'warn', /may not simulate/],
    ['no password', () => store.parameters.delete(`${CONNECTION}CAMUNDA_BASIC_AUTH_PASSWORD`), 'connection', 'error', /PASSWORD is missing/],
    ['no connection at all', () => { for (const name of store.parameters.keys()) if (name.startsWith(CONNECTION)) store.parameters.delete(name) }, 'connection', 'error', /no parameter in/],
    ['a password whose name is misspelt', (w) => { store.parameters.delete(`${CONNECTION}CAMUNDA_BASIC_AUTH_PASSWORD`); return w.put(`${CONNECTION}CAMUNDA_BASIC_AUTH_PASWORD`, SECRET, 'SecureString') }, 'connection', 'error', /PASWORD is no setting/],
    ['a name without effect', (w) => w.put(`${CONNECTION}CAMUNDA_TENANT_ID`, 'a'), 'connection', 'warn', /TENANT_ID has no effect: each element/],
    ['two names that differ', (w) => w.put(`${CONNECTION}CAMUNDA_CLIENT_AUTH_USERNAME`, 'other'), 'connection', 'warn', /CLIENT_AUTH_USERNAME and CAMUNDA_BASIC_AUTH_USERNAME differ/],
    ['a secret, and a strategy without', (w) => w.put(`${CONNECTION}CAMUNDA_AUTH_STRATEGY`, 'NONE'), 'connection', 'warn', /without authorization, though there is CAMUNDA_BASIC_AUTH_PASSWORD/],
    ['a secret under another name that anybody reads', (w) => w.put(`${CONNECTION}ZEEBE_CLIENT_SECRET`, SECRET, 'String'), 'connection.secrets', 'error', /ZEEBE_CLIENT_SECRET is a String/],
    ['an unknown strategy', (w) => w.put(`${CONNECTION}CAMUNDA_AUTH_STRATEGY`, 'COOKIE'), 'connection', 'error', /names no strategy/],
    ['an address that is none', (w) => w.put(`${CONNECTION}CAMUNDA_REST_ADDRESS`, 'camunda'), 'connection', 'error', /no URL/],
    ['a password that anybody reads', (w) => w.put(`${CONNECTION}CAMUNDA_BASIC_AUTH_PASSWORD`, SECRET, 'String'), 'connection.secrets', 'error', /PASSWORD is a String/],
    ['nobody at Camunda’s address', (w) => w.put(`${CONNECTION}CAMUNDA_REST_ADDRESS`, 'http://127.0.0.1:9'), 'camunda', 'error', /127\.0\.0\.1:9/],
    ['an identity provider that gives no token', (w) => w.useOAuth(), 'camunda', 'error', /there is no token/],
    ['credentials which Camunda refuses', (w) => { w.topologyStatus = 401 }, 'camunda', 'error', /HTTP 401/],
    ['a clock that is wrong', (w) => { w.date = new Date(Date.now() - 120_000) }, 'clock', 'warn', /1[12]\d s ahead/],
    ['a process that is not deployed', (w) => w.deployed.clear(), 'processDefinitions', 'error', /order \(OrderPlaced\) is not deployed/],
    ['a cluster without search', (w) => { w.searchStatus = 404 }, 'processDefinitions', 'warn', /cannot be asked/],
    ['a deployed diagram with Camunda’s own connector on this queue', (w) => w.deployed.set('other', diagramText([{ properties: { ...SQS, 'queue.url': w.queue.queueArn } }], { process: 'other' })), 'consumers', 'error', /also takes from this queue: other v1, element Start/],
    ['a message name that is in no deployed diagram', (w) => w.deployed.set('order', ORDER.replace('payment-received', 'payment-recieved')), 'messageNames', 'error', /payment-received \(PaymentReceived\) is in no deployed diagram/],
    ['a deployed diagram that says otherwise than the connector', (w) => w.deployed.set('order', ownStart(w.name)), 'diagrams', 'warn', /order v1, element OrderPlaced has resultVariable "order", and the active connector has nothing there/],
    ['a cluster without search, asked for diagrams', (w) => { w.searchStatus = 404 }, 'consumers', 'warn', /cannot be asked/],
    ['a client that may not search', (w) => { w.searchStatus = 403 }, 'processDefinitions', 'warn', /cannot be asked/],
  ])('%s', async (_name, change, check, status, message) => {
    await change(world)
    const findings = await world.examine()
    expect(findings.find((finding) => finding.check === check && finding.status === status)?.message, JSON.stringify(findings, null, 1)).toMatch(message)
    expect(JSON.stringify(findings)).not.toContain(SECRET)
  })
})

test('the connector is looked for where the stack says, which may be below a path of one’s own', async () => {
  store.parameters.delete(world.parameterName)
  world.parameterName = '/shop/dev/orders/connector'
  await world.put(world.parameterName, JSON.stringify(ORDERS))
  const found = (await world.examine()).filter(({ check }) => check === 'connector')
  expect(found).toEqual([expect.objectContaining({ status: 'ok', message: expect.stringMatching(/^\/shop\/dev\/orders\/connector: /) })])
})

test('one part out of reach is one fault; what depends on it is told as not checked, and all else goes on', async () => {
  world.stackFails = new Error('no stack')
  const findings = await world.examine()
  expect(findings.filter(({ status }) => status === 'error').map(({ check }) => check)).toEqual(['stack'])
  expect(findings.find(({ check }) => check === 'role')).toEqual({
    check: 'role',
    status: 'warn',
    message: 'not checked: the stack is out of reach, see above',
  })
  expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
    expect.arrayContaining(['connector', 'connection', 'camunda', 'processDefinitions']),
  )
})

test.each([
  ['BASIC', 'CAMUNDA_REST_ADDRESS'],
  ['OAUTH', 'CAMUNDA_OAUTH_URL'],
])('credentials (%s) go nowhere while %s is missing: the client would take an address of its own', async (strategy, missing) => {
  if (strategy === 'OAUTH') await world.useOAuth()
  store.parameters.delete(`${CONNECTION}${missing}`)
  const probed: unknown[] = []
  world.probe = (connection) => {
    probed.push(connection)
    return camundaProbe(connection)
  }
  const findings = await world.examine()
  expect(probed).toEqual([])
  expect(findings.filter(({ status }) => status === 'error').map(({ message }) => message)).toEqual([`${CONNECTION}${missing} is missing`])
  expect(findings.find(({ check }) => check === 'camunda')).toEqual({
    check: 'camunda',
    status: 'warn',
    message: 'not checked: the connection to Camunda is invalid, see above',
  })
})

test('Camunda is asked with all of the connection, however many pages of parameters it takes, and with what is decrypted', async () => {
  for (let n = 0; n < 12; n++) await world.put(`${CONNECTION}A_SETTING_${n}`, 'x')
  camunda.requests.length = 0
  const findings = await world.examine()
  expect(findings.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(camunda.requests[0]?.authorization).toBe(`Basic ${btoa(`bridge:${SECRET}`)}`)
})

describe('what fails beside the messages is told', () => {
  const report = (fields: object) => JSON.stringify({ time: 'x', type: 'platform.report', record: { requestId: 'r', ...fields } })
  const log = (...messages: string[]) => {
    for (const message of messages) world.logged.push({ timestamp: world.now - 60_000, message })
  }
  const finding = async (check: string) =>
    (await world.examine()).filter((each) => each.check === check || each.check.startsWith(`${check}.`))

  test.each([
    ['that timed out', report({ status: 'timeout' }), 1, /timed out/],
    ['whose process ended', report({ status: 'error', errorType: 'Runtime.ExitError' }), 1, /process ended.*Runtime\.ExitError/],
    ['which threw', '{"level":"ERROR","requestId":"r","errorType":"TypeError","errorMessage":"of a body"}', 1, /failed \(TypeError\)/],
    ['that timed out, by a log of plain text', '2026-01-01T12:00:00Z r-1 Task timed out after 30.00 seconds', 1, /timed out/],
    [
      'whose process ended, by a log of plain text',
      'RequestId: r-1 Error: Runtime exited with error: signal: killed\nRuntime.ExitError',
      1,
      /process ended/,
    ],
    [
      'by the report of a log of plain text',
      'REPORT RequestId: r-1\tDuration: 30000.00 ms\tMax Memory Used: 512 MB\tStatus: error\tError Type: Runtime.OutOfMemory',
      1,
      /out of memory/,
    ],
  ])('an invocation %s', async (_name, line, count, message) => {
    log(line)
    const [told] = await finding('function.errors')
    expect(told).toMatchObject({
      status: 'error',
      message: expect.stringMatching(message),
      fix: expect.stringContaining('#function-errors'),
    })
    expect(told?.message).toMatch(new RegExp(`^${count} invocation failed within the last hour`))
    expect(told?.message).not.toContain('of a body')
  })

  test('an invocation is one, whatever number of lines tell of it; three are three', async () => {
    log(report({ status: 'timeout' }), report({ status: 'timeout' }).replace('platform.report', 'platform.runtimeDone'))
    expect((await finding('function.errors'))[0]?.message).toMatch(/^1 invocation failed/)
    log(
      report({ requestId: 'r2', status: 'error' }),
      report({ requestId: 'r3', status: 'failure' }),
      report({ requestId: 'r4', status: 'success' }),
    )
    expect((await finding('function.errors'))[0]?.message).toMatch(/^3 invocations failed/)
  })

  test('what was more than an hour ago is no fault any more', async () => {
    log(report({ status: 'timeout' }))
    world.later(62)
    expect(await finding('function.errors')).toEqual([{ check: 'function.errors', status: 'ok', message: 'none within the last hour' }])
  })

  test('Lambda’s metric counts what the log does not tell', async () => {
    world.errorsCounted = 4
    expect((await finding('function.errors'))[0]).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/^4 invocations failed.*does not say how/),
    })
  })

  test('a metric which nobody may read is told; a failure in the log none the less', async () => {
    world.cloudWatchFails = Object.assign(new Error('not authorized'), { name: 'AccessDenied' })
    expect((await finding('function.errors'))[0]).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/^not checked: AccessDenied/),
    })
    expect((await finding('alarms'))[0]).toMatchObject({ status: 'warn', message: expect.stringMatching(/^not checked: AccessDenied/) })
    log(report({ status: 'timeout' }))
    expect((await finding('function.errors'))[0]?.status).toBe('error')
  })

  test('an alarm that is raised is a line, with what it does to users and where the runbook is; another stack’s is not', async () => {
    world.alarm('DeadLetters', 'ALARM')
    world.alarm('InvalidInput', 'ALARM', `camunda-sqs-bridge-${world.name}-eu-`)
    expect(await finding('alarms')).toEqual([
      {
        check: 'alarms.DeadLetters',
        status: 'error',
        message: 'raised since 2026-01-01T12:00:00Z: What DeadLetters does to users.',
        fix: 'docs/OPERATING.md#dead-letters',
      },
    ])
  })

  test('in a stack of one’s own, a connector’s alarms are those of its construct, and not of one whose name begins alike', async () => {
    world.stack = { name: 'Shop', logicalIdPrefix: 'Orders' }
    world.alarm('OldestMessage', 'OK', 'Shop-Orders')
    world.alarm('DeadLetters', 'ALARM', 'Shop-OrdersEu')
    expect(await finding('alarms')).toEqual([{ check: 'alarms', status: 'ok', message: 'none of 1 is raised' }])
    world.alarm('DeadLetters', 'ALARM', 'Shop-Orders')
    expect(await finding('alarms')).toEqual([expect.objectContaining({ check: 'alarms.DeadLetters', status: 'error' })])
  })

  test('of alarms which one failure raises the cause is told, and the others with it', async () => {
    for (const id of ['NotAttempted', 'OldestMessage', 'CamundaUnavailable']) world.alarm(id, 'ALARM')
    expect((await finding('alarms')).map(({ check, message }) => [check, message])).toEqual([
      ['alarms.CamundaUnavailable', expect.stringMatching(/With it: NotAttempted, OldestMessage\.$/)],
    ])
  })

  test('where Camunda itself fails, the alarms that follow are no faults of their own', async () => {
    world.topologyStatus = 503
    for (const id of ['NotAttempted', 'CamundaUnavailable', 'DeadLetters']) world.alarm(id, 'ALARM')
    const faults = (await world.examine()).filter(({ status }) => status === 'error').map(({ check }) => check)
    expect(faults).toEqual(['alarms.DeadLetters', 'camunda'])
    expect((await finding('alarms'))[0]).toMatchObject({
      status: 'warn',
      message: 'raised since Camunda fails: NotAttempted, CamundaUnavailable',
    })
  })

  test('a stack without alarms is told', async () => {
    world.alarms = []
    expect(await finding('alarms')).toEqual([expect.objectContaining({ status: 'warn', message: expect.stringContaining('has none') })])
  })
})

test.each([
  ['a health check', '{"status":"UP"}', 'application/json'],
  ['a gateway without a version', '{"gatewayVersion":null,"brokers":[]}', 'application/json'],
  ['a version that is none', '{"gatewayVersion":"latest","brokers":[]}', 'application/json'],
  ['a version that is a number', '{"gatewayVersion":8.8,"brokers":[]}', 'application/json'],
  ['no brokers', '{"gatewayVersion":"8.8.2"}', 'application/json'],
  ['null', 'null', 'application/json'],
  ['a list', '[]', 'application/json'],
  ['a text', '"8.8.2"', 'application/json'],
  ['a page', '<html>8.8.2</html>', 'text/html'],
  ['a page typed as JSON', '<html>8.8.2</html>', 'application/json'],
  ['nothing', '', 'application/json'],
  ['nothing at all', '', 'text/plain'],
])('what answers 200 with %s is no Camunda, and nothing that depends on it is a second fault', async (_name, body, contentType) => {
  world.topology = { body, contentType }
  const findings = await world.examine()
  expect(findings.filter(({ status }) => status === 'error')).toEqual([
    {
      check: 'camunda',
      status: 'error',
      message: expect.stringMatching(/^what answers at 127\.0\.0\.1:\d+ is no Camunda/),
      fix: expect.stringContaining('set CAMUNDA_REST_ADDRESS'),
    },
  ])
  expect(JSON.stringify(findings)).not.toContain('undefined')
})

test('what refuses the search alone is told as Camunda’s refusal, once for all elements', async () => {
  world.searchStatus = 401
  const two = [
    orderPlacedOnly,
    { ...orderPlacedOnly, elementId: 'Other', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'other' } },
  ]
  await world.put(world.parameterName, JSON.stringify({ ...ORDERS, elements: two }))
  const faults = (await world.examine()).filter(({ status }) => status === 'error')
  expect(faults).toEqual([
    {
      check: 'processDefinitions',
      status: 'error',
      message: 'HTTP 401 REFUSED: a detail',
      fix: expect.stringContaining('compare CAMUNDA_CLIENT_ID'),
    },
  ])
})

test('a log that cannot be read is told, and no fault', async () => {
  world.later(60)
  world.logFails = new Error('not authorized')
  const finding = (await world.examine()).find(({ check }) => check === 'connector.active')
  expect(finding).toMatchObject({ status: 'warn', message: 'not checked: the log cannot be read: not authorized' })
})

test.each([
  [
    'the function goes by the parameter',
    60,
    [
      [58, 1],
      [59, 2],
    ],
    'ok',
    /^version 2$/,
  ],
  [
    'the function stays with the one before',
    60,
    [
      [58, 1],
      [59, 1],
    ],
    'error',
    /goes by version 1, and the parameter has version 2/,
  ],
  ['it went by the one before, before it could know', 60, [[1, 1]], 'ok', /no recent message/],
  ['it was edited just now', 1, [[1, 1]], 'ok', /takes it over within two minutes/],
] as const)('%s: what is active is reported so', async (_name, minutes, told, status, message) => {
  await world.put(world.parameterName, JSON.stringify(ORDERS))
  const edited = Date.now()
  world.later(minutes)
  for (const [minute, configurationVersion] of told)
    world.logged.push({
      timestamp: edited + minute * 60_000,
      message: JSON.stringify({ messageId: 'm', outcome: 'MessagePublished', message: 'message done', configurationVersion }),
    })
  const finding = (await world.examine()).find(({ check }) => check === 'connector.active')
  expect(finding).toMatchObject({ status, message: expect.stringMatching(message) })
})

test('a faulty connector has a line for each fault, and none of the other checks repeats them', async () => {
  await world.put(world.parameterName, '{"elements":[],"queu":{}}')
  const findings = await world.examine()
  const faults = findings.filter(({ status }) => status === 'error').map(({ message }) => message)
  expect(faults.toSorted()).toEqual(['elements: found []', 'queu: found an unknown property'])
})

test.each([
  [503, 'Camunda, or what lies before it, fails'],
  [403, 'lacks the permission'],
  [401, 'compare CAMUNDA_CLIENT_ID'],
  [421, 'check CAMUNDA_REST_ADDRESS'],
])('what to do about Camunda’s answer %i is told by the answer, and it is not out of reach', async (status, advice) => {
  world.topologyStatus = status
  const findings = await world.examine()
  expect(findings.find(({ check }) => check === 'camunda')?.fix).toContain(advice)
  expect(findings.find(({ check }) => check === 'clock')?.message).toBe('not checked: Camunda does not answer as it should, see above')
})

test('without the connector, function and mapping are looked at all the same', async () => {
  store.parameters.delete(world.parameterName)
  Object.assign(world.mapping ?? {}, { FunctionResponseTypes: [] })
  const findings = await world.examine()
  const status = (name: string) => findings.find(({ check }) => check === name)?.status
  expect([status('function'), status('eventSourceMapping'), status('eventSourceMapping.reportBatchItemFailures')]).toEqual([
    'ok',
    'ok',
    'error',
  ])
})

test.each([
  ['no key', {}, undefined],
  ['SQS’s own key', { KmsMasterKeyId: 'alias/aws/sqs' }, undefined],
  ['the connector’s key by its ARN', { KmsMasterKeyId: KEY_ARN }, 'ok'],
  ['the connector’s key by its id', { KmsMasterKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab' }, 'ok'],
  ['another key', { KmsMasterKeyId: 'alias/other' }, 'warn'],
])('a queue with %s', (_name, queue, status) => {
  expect(keyFinding(queue as never, connector({ encryption: { kmsKey: KEY_ARN } }), undefined)?.status).toBe(status)
  expect(keyFinding(queue as never, connector({ encryption: { kmsKey: 'create' } }), KEY_ARN)?.status).toBe(status)
})

test('a check that throws is a fault line of its own', async () => {
  await world.setQueue({ RedriveAllowPolicy: '{' }, world.deadLetterQueue.queueUrl)
  const findings = await world.examine()
  expect(findings.find(({ check }) => check === 'deadLetterQueue')).toMatchObject({
    status: 'error',
    message: expect.stringContaining('not checked: SyntaxError'),
  })
  expect(findings.find(({ check }) => check === 'eventSourceMapping')?.status).toBe('ok')
})

test('a dead-letter queue of the other kind is a fault', () => {
  expect(deadLetterQueueFinding({ FifoQueue: 'true' }, {}, 'dead').status).toBe('error')
  expect(deadLetterQueueFinding({ FifoQueue: 'true' }, { FifoQueue: 'true' }, 'dead').status).toBe('ok')
})

test('a retention which a server does not tell is not checked', () => {
  expect(retentionFinding({})).toMatchObject({ status: 'warn', message: expect.stringContaining('not checked') })
  expect(deadLetterRetentionFinding({}, { MessageRetentionPeriod: '60' })).toMatchObject({
    status: 'warn',
    message: expect.stringContaining('not checked'),
  })
})
