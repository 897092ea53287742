import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { type Connector, existingQueue, leastVisibilityTimeout, parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import { connectorFindings } from '../../lib/connector-findings.ts'
import { adviceFor, wordsOf } from '../command-line.ts'
import type { ConnectionParameters } from '../connection-parameters.ts'
import { failedInvocationsSince } from '../outcomes/failed-invocations.ts'
import { versionsInForce } from '../outcomes/outcome-log.ts'
import { attributesOf, queueUrlOf, redrivePolicyOf } from '../queue-attributes.ts'
import { alarmFindings, alarmsOf } from './alarm-findings.ts'
import { connectionFindings, secretFindings } from './camunda-connection.ts'
import { CONFIGURATION, Missing, OutOfReach, Parts, SOUND_CONNECTION, type Surroundings } from './deployment-parts.ts'
import { consumerFindings, driftFindings, messageNameFindings } from './diagram-findings.ts'
import { error, type Finding, ok, warn } from './finding.ts'
import { errorsFinding, functionFinding } from './function-findings.ts'
import { filterParameterFinding, mappingFindings } from './mapping-findings.ts'
import {
  deadLetterQueueFinding,
  deadLetterRetentionFinding,
  keyFinding,
  maxReceiveCountFinding,
  queueFinding,
  retentionFinding,
  visibilityFinding,
} from './queue-findings.ts'
import { permissionFinding, rolesOf } from './role-permissions.ts'

interface Check {
  /** Of the line which tells that the check could not be made. */
  readonly name: string
  readonly onAwsOnly?: boolean
  find(parts: Parts): Promise<readonly Finding[]>
}

/** Where a part is out of reach, the first check that needs it says so, and those after it that they could not be made. */
const CHECKS: readonly Check[] = [
  { name: 'stack', onAwsOnly: true, find: checkStack },
  { name: 'connector', find: checkConnector },
  { name: 'queue', find: checkQueue },
  { name: 'function', find: checkFunction },
  { name: 'function.errors', find: checkErrors },
  { name: 'queue.visibilityTimeout', find: checkVisibility },
  { name: 'queue.retention', find: async (parts) => [retentionFinding(await parts.queue())] },
  { name: 'deadLetterQueue', find: checkDeadLetterQueue },
  { name: 'connector.active', find: checkInForce },
  { name: 'eventSourceMapping', find: checkMapping },
  { name: 'filterParameter', find: checkFilterParameter },
  { name: 'role', onAwsOnly: true, find: checkRoles },
  { name: 'alarms', onAwsOnly: true, find: checkAlarms },
  { name: 'idempotencyTable', onAwsOnly: true, find: checkIdempotencyTable },
  { name: 'connection', find: async (parts) => connectionFindings(...(await connectionIn(parts))) },
  { name: 'connection.secrets', find: async (parts) => secretFindings(...(await connectionIn(parts))) },
  { name: 'camunda', find: async (parts) => [ok('camunda', `reachable from here, gateway ${(await parts.topology()).gatewayVersion}`)] },
  { name: 'clock', find: async (parts) => [clockFinding(await parts.topology())] },
  { name: 'processDefinitions', find: checkProcessDefinitions },
  { name: 'consumers', find: checkConsumers },
  { name: 'messageNames', find: checkMessageNames },
  { name: 'diagrams', find: checkDiagrams },
]

/** All that is found of a deployed connector, in the order of the checks. Throws nothing: a check that fails is a finding. */
export async function examine(connector: string, surroundings: Surroundings): Promise<Finding[]> {
  const parts = new Parts(connector, surroundings)
  const checks = CHECKS.filter(({ onAwsOnly }) => !(onAwsOnly && surroundings.local))
  const results = await Promise.allSettled(checks.map(({ find }) => find(parts)))
  await parts.close()
  // The faults of a connector or a connection that is there are told by their own checks.
  const told = new Set<string>([CONFIGURATION, SOUND_CONNECTION])
  return results.flatMap((result, index) => {
    const { name = '' } = checks[index] ?? {}
    return result.status === 'fulfilled' ? result.value : [notMade(name, result.reason, told)]
  })
}

function notMade(check: string, error: Error, told: Set<string>): Finding {
  if (!(error instanceof OutOfReach)) {
    const fix = adviceFor(error)
    return { check, status: 'error', message: `not checked: ${wordsOf(error)}`, ...(fix && { fix }) }
  }
  const { part, cause } = error
  if (told.has(part))
    return { check, status: 'warn', message: `not checked: ${WHAT_IS_WRONG[part] ?? `the ${part} is out of reach`}, see above` }
  told.add(part)
  const fix = cause instanceof Missing ? cause.fix : fixFor(part, cause as Error)
  return { check, status: 'error', message: wordsOf(cause as Error), ...(fix && { fix }) }
}

/** Of a part that is there, and no good. */
const WHAT_IS_WRONG: Readonly<Record<string, string>> = {
  [CONFIGURATION]: 'the connector’s configuration is invalid',
  [SOUND_CONNECTION]: 'the connection to Camunda is invalid',
  camunda: 'Camunda does not answer as it should',
}

const ADVICE: Readonly<Record<string, string>> = {
  queue:
    'is it the queue’s account and region (--profile, --region)? A queue that was deleted is created anew by npx cdk deploy NAME, if the stack created it',
  connector:
    'SSM cannot be reached, is at its limit, or refuses: try again, and look at --profile and --region; the functions stay with the last good connector',
  connection: 'npx camunda-sqs-bridge connect NAME puts it there; docs/CONNECTION.md lists its names',
}

/** What Camunda's answer, or that there is none, asks for; the first that fits. */
const CAMUNDA_ADVICE: readonly (readonly [RegExp, string])[] = [
  [/RESOURCE_EXHAUSTED|HTTP 429/, 'Camunda is overloaded: docs/OPERATING.md#camunda-unavailable, back-pressure'],
  [/HTTP 50[0234]|UNAVAILABLE/, 'Camunda, or what lies before it, fails: look at its health and at its partitions'],
  [/HTTP 403/, 'the client of these credentials lacks the permission'],
  [/no Camunda/, 'set CAMUNDA_REST_ADDRESS to the cluster’s REST address: what answers there is something else'],
  [/HTTP 401|no token/, 'compare CAMUNDA_CLIENT_ID, its secret, CAMUNDA_OAUTH_URL and CAMUNDA_TOKEN_AUDIENCE with the client in Console'],
  [/./, 'check CAMUNDA_REST_ADDRESS and the network; the function may have another way there than this machine'],
]

function fixFor(part: string, error: Error): string | undefined {
  if (part === 'camunda') return CAMUNDA_ADVICE.find(([pattern]) => pattern.test(error.message))?.[1]
  return adviceFor(error) ?? ADVICE[part]
}

async function checkStack(parts: Parts): Promise<Finding[]> {
  const { name } = await parts.stack()
  return [ok('stack', name)]
}

/** Each error of the connector is a line, and so is each warning. */
async function checkConnector(parts: Parts): Promise<Finding[]> {
  const { text } = await parts.connectorText()
  const parameterName = await parts.parameterName()
  try {
    const connector = parseConnector(text, parameterName)
    // What of a queue was not checked is checked here.
    const warnings = connectorFindings(connector).flatMap(({ kind, message, follows }) =>
      kind === 'warning' ? [warn('connector', message, follows ?? 'fix the expression')] : [],
    )
    const elements = connector.elements.map(({ elementId }) => elementId).join(', ')
    return warnings.length > 0 ? warnings : [ok('connector', `${parameterName}: ${elements}`)]
  } catch (cause) {
    if (!(cause instanceof ConnectorConfigurationError)) throw cause
    return cause.faults.map(({ path, found, expected }) =>
      error('connector', `${path || parameterName}: found ${found}`, `expected ${expected}`),
    )
  }
}

/** The connector, where it is sound; what is wrong with it is told by its own check. */
function soundConnector(parts: Parts): Promise<Connector | undefined> {
  return parts.connector().catch(() => undefined)
}

async function checkFunction(parts: Parts): Promise<Finding[]> {
  const [configuration, connector] = [await parts.function(), await soundConnector(parts)]
  return [functionFinding(configuration, { name: parts.name, connector, local: parts.surroundings.local })]
}

/** How far back failed invocations are looked for. */
const ERRORS = { milliseconds: 3_600_000, inTime: 'the last hour' }

async function checkErrors(parts: Parts): Promise<Finding[]> {
  const { functionName, logGroupName } = await parts.deployment()
  const { logs, cloudWatch, now, local } = parts.surroundings
  const since = now() - ERRORS.milliseconds
  const [failures, counted] = await Promise.allSettled([
    failedInvocationsSince(logs, logGroupName, since),
    local ? Promise.resolve(undefined) : countedErrors(cloudWatch, functionName, since, now()),
  ])
  const known = errorsFinding(
    failures.status === 'fulfilled' ? failures.value : [],
    counted.status === 'fulfilled' ? counted.value : undefined,
    ERRORS.inTime,
  )
  const untold = [failures, counted].flatMap((result) => (result.status === 'rejected' ? [notAsked('function.errors', result.reason)] : []))
  return known.status === 'error' || untold.length === 0 ? [known] : untold
}

/** By Lambda's own metric. */
async function countedErrors(
  cloudWatch: Parts['surroundings']['cloudWatch'],
  functionName: string,
  since: number,
  now: number,
): Promise<number> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: functionName }],
      StartTime: new Date(since),
      EndTime: new Date(now),
      Period: 300,
      Statistics: ['Sum'],
    }),
  )
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}

async function checkAlarms(parts: Parts): Promise<Finding[]> {
  const stack = await parts.stack()
  const [alarms, topology] = await Promise.allSettled([alarmsOf(parts.surroundings.cloudWatch, stack), parts.topology()])
  if (alarms.status === 'rejected') return [notAsked('alarms', alarms.reason)]
  return alarmFindings(alarms.value, topology.status === 'rejected' && (topology.reason as OutOfReach).part === 'camunda')
}

const MAY_NOT = 'docs/TOOLS.md says what each tool has to be allowed.'

function notAsked(check: string, error: Error): Finding {
  return warn(check, `not checked: ${wordsOf(error)}`, adviceFor(error) ?? MAY_NOT)
}

/** Milliseconds after which a function goes by an edit, unless the event-source mapping comes first; and in which its log is looked at. */
const TAKEN_OVER = 120_000
const LOOKED_AT = 300_000

/** Whether the function goes by the parameter as it is, by what it told of its last messages. */
async function checkInForce(parts: Parts): Promise<Finding[]> {
  const check = 'connector.active'
  const [{ version, modified }, { logGroupName }] = [await parts.connectorText(), await parts.deployment()]
  const { logs, now } = parts.surroundings
  const since = Math.max(now() - LOOKED_AT, modified + TAKEN_OVER)
  if (since > now())
    return [
      ok(check, `version ${version}, of ${Math.round((now() - modified) / 1_000)} s ago: the function takes it over within two minutes`),
    ]
  const versions = await versionsInForce(logs, logGroupName, since).catch((error: Error) => error)
  if (versions instanceof Error)
    return [warn(check, `not checked: the log cannot be read: ${wordsOf(versions)}`, adviceFor(versions) ?? MAY_NOT)]
  if (versions.length === 0) return [ok(check, `version ${version}; no recent message shows whether it is active`)]
  if (versions.at(-1) === version) return [ok(check, `version ${version}`)]
  return [
    error(
      check,
      `the function goes by version ${versions.at(-1)}, and the parameter has version ${version}`,
      'the saved query “Errors beside messages” shows why: docs/OPERATING.md#configuration-rejected, or #configuration-pending',
    ),
  ]
}

async function checkMapping(parts: Parts): Promise<Finding[]> {
  const mapping = await parts.eventSourceMapping()
  return mappingFindings(mapping, (await soundConnector(parts)) && (await parts.wanted()))
}

async function checkQueue(parts: Parts): Promise<Finding[]> {
  const [queue, connector] = [await parts.queue(), await soundConnector(parts)]
  const key = connector && keyFinding(queue, connector, (await parts.deployment()).stack?.kmsKeyArn)
  return [queueFinding(queue), ...(key ? [key] : [])]
}

/** By the function's own timeout, which an edit of the connector does not change. */
async function checkVisibility(parts: Parts): Promise<Finding[]> {
  const { local } = parts.surroundings
  const { function: configured, eventSource } = await parts.connector()
  const timeout = local ? configured.timeout : ((await parts.function()).Timeout ?? configured.timeout)
  return [visibilityFinding(await parts.queue(), leastVisibilityTimeout(timeout, eventSource.maximumBatchingWindow), local)]
}

async function checkDeadLetterQueue(parts: Parts): Promise<Finding[]> {
  const queue = await parts.queue()
  const policy = redrivePolicyOf(queue)
  if (!policy)
    return [
      error(
        'deadLetterQueue',
        'the queue has none: a message that cannot succeed comes back until its retention is over, and then is lost',
        'aws sqs set-queue-attributes --queue-url … --attributes RedrivePolicy=…, and its ARN into queue.deadLetterQueueArn',
      ),
    ]
  const name = policy.deadLetterTargetArn.split(':').at(-1) ?? ''
  const { sqs } = parts.surroundings
  const url = await queueUrlOf(sqs, policy.deadLetterTargetArn)
  if (url === undefined)
    return [
      error(
        'deadLetterQueue',
        `${policy.deadLetterTargetArn} does not exist: nothing becomes a dead letter`,
        'create it anew, by this name',
      ),
    ]
  const deadLetterQueue = await attributesOf(sqs, url)
  return [
    deadLetterQueueFinding(queue, deadLetterQueue, name),
    maxReceiveCountFinding(policy),
    deadLetterRetentionFinding(queue, deadLetterQueue),
  ]
}

async function checkFilterParameter(parts: Parts): Promise<Finding[]> {
  const { filterParameterName } = await parts.deployment()
  const [wanted, parameter] = [await parts.wanted(), await parts.parameter(filterParameterName)]
  return [filterParameterFinding(filterParameterName, parameter?.text, wanted)]
}

async function checkRoles(parts: Parts): Promise<Finding[]> {
  const [stack, deployment, connector, queue] = [
    await parts.stack(),
    await parts.deployment(),
    await parts.connector(),
    await parts.queue(),
  ]
  const { EventSourceMappingArn: mappingArn = '' } = await parts.eventSourceMapping()
  const deadLetterQueueArn = redrivePolicyOf(queue)?.deadLetterTargetArn
  const roles = rolesOf({ connector, deployment, stack, queueArn: queue.QueueArn ?? '', deadLetterQueueArn, mappingArn })
  return Promise.all(roles.map((role) => permissionFinding(parts.surroundings.iam, role)))
}

/** Whether the table of a connector which asks for it can do what it is for: know what was done, and forget it in time. */
async function checkIdempotencyTable(parts: Parts): Promise<Finding[]> {
  const check = 'idempotencyTable'
  const [{ idempotency }, { idempotencyTableName }] = [await parts.connector(), await parts.stack()]
  if (idempotency !== 'dynamodb') return []
  if (idempotencyTableName === undefined)
    return [error(check, 'the stack has none: the function refuses this connector', `npx cdk deploy ${parts.name} creates it`)]
  const { dynamodb } = parts.surroundings
  const table = { TableName: idempotencyTableName }
  const [{ Table }, { TimeToLiveDescription }] = await Promise.all([
    dynamodb.send(new DescribeTableCommand(table)),
    dynamodb.send(new DescribeTimeToLiveCommand(table)),
  ])
  if (Table?.TableStatus !== 'ACTIVE' && Table?.TableStatus !== 'UPDATING')
    return [
      error(
        check,
        `${idempotencyTableName} is ${Table?.TableStatus}: messages of start events end as CamundaUnavailable`,
        'restore the table',
      ),
    ]
  if (!/^ENABL/.test(TimeToLiveDescription?.TimeToLiveStatus ?? ''))
    return [
      warn(
        check,
        `${idempotencyTableName} lets nothing expire: it grows with every message`,
        `npx cdk deploy ${parts.name} restores its time to live`,
      ),
    ]
  return [ok(check, idempotencyTableName)]
}

async function connectionIn(parts: Parts): Promise<[connector: Connector, parameters: ConnectionParameters]> {
  return [await parts.connector(), await parts.connection()]
}

/** Seconds between Camunda's clock and this one which are no reason to worry. */
const TOLERANCE = 60

function clockFinding({ date, skew }: { readonly date: Date | undefined; readonly skew: number }): Finding {
  const check = 'clock'
  if (date === undefined) return { check, status: 'warn', message: 'not checked: Camunda’s answer has no Date header' }
  if (Math.abs(skew) <= TOLERANCE) return ok(check, `this machine and Camunda differ by ${Math.abs(skew)} s`)
  return warn(
    check,
    `this machine is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} Camunda: tokens and signatures may be refused`,
    'set this machine’s clock by NTP',
  )
}

/** Each process that an element starts. */
async function checkProcessDefinitions(parts: Parts): Promise<Finding[]> {
  const check = 'processDefinitions'
  const { elements } = await parts.connector()
  // Where Camunda is out of reach, that is told once.
  await parts.topology()
  const points = elements.flatMap(({ elementId, correlationPoint }) =>
    correlationPoint.kind === 'createProcessInstance' ? [{ elementId, ...correlationPoint }] : [],
  )
  if (points.length === 0) return [ok(check, 'no element starts a process by its id')]
  return Promise.all(
    points.map(async ({ elementId, ...point }) => {
      const process = `${point.bpmnProcessId}${point.version === undefined ? '' : ` in version ${point.version}`} (${elementId})`
      const deployed = await parts.isDeployed(point)
      if (deployed) return ok(check, `${process} is deployed`)
      if (deployed === undefined) return warn(check, `${process}: this cluster cannot be asked`, 'look into Operate')
      return error(check, `${process} is not deployed: its messages end as CamundaRejected`, 'deploy the process, or correct bpmnProcessId')
    }),
  )
}

function cannotBeAsked(check: string): Finding {
  return warn(check, 'this cluster cannot be asked for its diagrams', 'look into Operate')
}

/** Whether Camunda's own connector takes from the queue, too. */
async function checkConsumers(parts: Parts): Promise<Finding[]> {
  const [connector] = [await parts.connector(), await parts.topology()]
  const deployed = await parts.deployedDiagrams()
  const queueArn = existingQueue(connector)?.arn ?? (await parts.queue()).QueueArn ?? ''
  return deployed ? consumerFindings(queueArn, deployed) : [cannotBeAsked('consumers')]
}

/** Whether anything waits for the messages that are published. */
async function checkMessageNames(parts: Parts): Promise<Finding[]> {
  const check = 'messageNames'
  const [connector] = [await parts.connector(), await parts.topology()]
  if (!connector.elements.some(({ correlationPoint }) => correlationPoint.kind === 'publishMessage'))
    return [ok(check, 'no element publishes a message')]
  const deployed = await parts.deployedDiagrams()
  return deployed ? messageNameFindings(connector, deployed, (message) => parts.isWaitedFor(message)) : [cannotBeAsked(check)]
}

/** Whether the deployed diagrams say what the connector says. */
async function checkDiagrams(parts: Parts): Promise<Finding[]> {
  const [connector] = [await parts.connector(), await parts.topology()]
  const deployed = await parts.deployedDiagrams()
  return deployed ? driftFindings(parts.name, connector, deployed) : [cannotBeAsked('diagrams')]
}
