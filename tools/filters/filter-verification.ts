import { crc32 } from 'node:zlib'
import { CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { parseConnector } from '../../lambda/core/connector.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import type { FilterPattern } from '../../lambda/core/filter-patterns.ts'

/**
 * What the filters of an SQS event-source mapping do in a real account. AWS documents filters on `body` alone for SQS ("Using event filtering
 * with an Amazon SQS event source"), and the bridge filters on message attributes too; Lambda deletes what a filter turns away. So this builds
 * a queue for each filter, all read by one small function which passes on what reaches it, and sends the same messages to each.
 */

// ── What is tried ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Trial = { readonly name: string; readonly type?: string; readonly body: string }

/** No more than ten: they are sent to a queue in one batch. `type` is a message attribute. */
const MESSAGES: readonly Trial[] = [
  { name: 'attribute A', type: 'A', body: '{}' },
  { name: 'attribute B', type: 'B', body: '{}' },
  { name: 'attribute AB', type: 'AB', body: '{}' },
  { name: 'no attribute, body A', body: '{"type":"A"}' },
  { name: 'no attribute, body B', body: '{"type":"B"}' },
  { name: 'attribute A, body A', type: 'A', body: '{"type":"A"}' },
  { name: 'attribute A, body B', type: 'A', body: '{"type":"B"}' },
  { name: 'attribute B, body A', type: 'B', body: '{"type":"A"}' },
  { name: 'attribute A, plain text', type: 'A', body: 'plain text' },
  { name: 'no attribute, plain text', body: 'plain text' },
]

type Filter = {
  readonly name: 'none' | 'equals' | 'anything-but' | 'prefix' | 'body'
  readonly patterns: readonly FilterPattern[]
  /** Which messages are to get through: what the pattern means, said a second time and without the compiler. */
  readonly passes: (message: Trial) => boolean
}

const FILTERS: readonly Filter[] = [
  // Without a filter everything arrives. Where it does not, the others prove nothing.
  { name: 'none', patterns: [], passes: () => true },
  { name: 'equals', patterns: compiled('attributes', 'messageAttributes.type.stringValue = "A"'), passes: ({ type }) => type === 'A' },
  {
    name: 'anything-but',
    patterns: compiled('attributes', 'messageAttributes.type.stringValue != "A"'),
    passes: ({ type }) => type !== 'A',
  },
  {
    name: 'prefix',
    patterns: compiled('attributes', 'starts with(messageAttributes.type.stringValue, "A")'),
    passes: ({ type }) => type === 'A' || type === 'AB',
  },
  { name: 'body', patterns: compiled('body', 'body.type = "A"'), passes: ({ body }) => body === '{"type":"A"}' },
]

/** What the bridge deploys for such a connector. */
function compiled(mode: 'attributes' | 'body', activationCondition: string): readonly FilterPattern[] {
  const correlationPoint = { kind: 'createProcessInstance', bpmnProcessId: 'verify-filters' }
  const element = { elementId: 'Start', correlationPoint, consumeUnmatchedEvents: true, activationCondition }
  return filterCriteria(parseConnector(JSON.stringify({ eventSource: { filterCriteria: mode }, elements: [element] }))).patterns
}

// ── What comes of it ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `unknown`: it neither arrived nor was it provably gone in time. `refused`: Lambda creates no mapping with this pattern. */
export type Observed = 'arrived' | 'gone' | 'unknown' | 'refused'
export type Verdict = 'as expected' | 'LOST' | 'not filtered' | 'undecided' | 'refused'

/** What became of one message at one filter. */
export interface Row {
  readonly filter: Filter['name']
  /** Its patterns as JSON; `no filter` where it has none. */
  readonly pattern: string
  readonly message: string
  readonly expected: 'passes' | 'filtered'
  readonly observed: Observed
  readonly verdict: Verdict
}

function rowOf(filter: Filter, message: Trial, observed: Observed): Row {
  const expected = filter.passes(message) ? 'passes' : 'filtered'
  const pattern = filter.patterns.map((pattern) => JSON.stringify(pattern)).join(' or ') || 'no filter'
  return { filter: filter.name, pattern, message: message.name, expected, observed, verdict: verdictOn(expected, observed) }
}

function verdictOn(expected: Row['expected'], observed: Observed): Verdict {
  if (observed === 'refused') return 'refused'
  if (observed === 'unknown') return 'undecided'
  if (expected === 'passes') return observed === 'arrived' ? 'as expected' : 'LOST'
  return observed === 'gone' ? 'as expected' : 'not filtered'
}

/** The rows for people, below a line for each filter. */
export function verificationTable(rows: readonly Row[]): string {
  const line = ({ message, expected, observed, verdict }: Record<'message' | 'expected' | 'observed' | 'verdict', string>) =>
    `  ${message.padEnd(26)}${expected.padEnd(10)}${observed.padEnd(10)}${verdict}`
  const header = line({ message: 'message', expected: 'expected', observed: 'AWS', verdict: 'verdict' })
  const groups = [...Map.groupBy(rows, ({ pattern }) => pattern)].map(([pattern, group]) => [pattern, ...group.map(line)].join('\n'))
  return [header, ...groups].join('\n')
}

/** What follows from the rows; the last sentence says whether attribute filters may be relied on. `reliable`: all is as expected. */
export function conclusion(rows: readonly Row[], region: string): { readonly sentences: readonly string[]; readonly reliable: boolean } {
  const of = (...filters: Filter['name'][]) => rows.filter(({ filter }) => filters.includes(filter))
  const body = of('body').every(({ verdict }) => verdict === 'as expected')
    ? 'Filters on the body do what AWS documents.'
    : 'Filters on the body do not do what AWS documents: see the table.'
  const unfiltered = of('none').every(({ verdict }) => verdict === 'as expected')
  const attributes = unfiltered
    ? onAttributes(of('equals', 'anything-but', 'prefix'), region)
    : `No verdict on attribute filters in ${region}: not all messages arrived where there is no filter, so that the rest proves nothing.`
  return { sentences: [body, attributes], reliable: rows.every(({ verdict }) => verdict === 'as expected') }
}

function onAttributes(rows: readonly Row[], region: string): string {
  const count = (wanted: Verdict) => rows.filter(({ verdict }) => verdict === wanted).length
  const off = 'set "filterCriteria": "off" (or "body").'
  if (count('LOST') > 0)
    return `Attribute filters may NOT be relied on in ${region}: Lambda deleted ${count('LOST')} messages which they should let through; ${off}`
  if (count('refused') > 0) return `Attribute filters may NOT be relied on in ${region}: Lambda refuses them; ${off}`
  if (count('undecided') > 0)
    return `No verdict on attribute filters in ${region}: what became of ${count('undecided')} messages did not show in time; run this again.`
  if (count('not filtered') > 0)
    return `Attribute filters may NOT be relied on in ${region}: they lose nothing, but ${count('not filtered')} messages got through which they should turn away.`
  return `Attribute filters may be relied on in ${region}: each let through what it should, and nothing else.`
}

// ── What it takes ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Names are known before anything is created, so that all can be removed, even what a lost reply has created. */
export interface Plan {
  readonly region: string
  readonly account: string
  readonly partition: string
  /** Of the function, the role and the queues: `camunda-sqs-bridge-verify-filters-SUFFIX`. */
  readonly name: string
}

const PURPOSE = 'camunda-sqs-bridge:verify-filters'

/**
 * @param callerArn as STS tells it: it names the partition (`aws`, `aws-cn`, `aws-us-gov`) and the account.
 * @param suffix letters and digits, different in each run.
 */
export function planVerification(callerArn: string, region: string, suffix: string): Plan {
  const [, partition = 'aws', , , account = ''] = callerArn.split(':')
  return { region, account, partition, name: `camunda-sqs-bridge-verify-filters-${suffix}` }
}

const queueName = (plan: Plan, purpose: Filter['name'] | 'received') => `${plan.name}-${purpose}`
const queueArn = (plan: Plan, purpose: Filter['name'] | 'received') =>
  `arn:${plan.partition}:sqs:${plan.region}:${plan.account}:${queueName(plan, purpose)}`
const functionArn = (plan: Plan) => `arn:${plan.partition}:lambda:${plan.region}:${plan.account}:function:${plan.name}`
const roleArn = (plan: Plan) => `arn:${plan.partition}:iam::${plan.account}:role/${plan.name}`
const mappingArn = (plan: Plan, uuid: string) => `arn:${plan.partition}:lambda:${plan.region}:${plan.account}:event-source-mapping:${uuid}`

/** What will be created, for the one who is asked. */
export function describePlan(plan: Plan): string {
  const queues = FILTERS.map(({ name }) => queueArn(plan, name))
  return [
    `In account ${plan.account}, region ${plan.region}, this creates, and removes when it is done (tag ${PURPOSE}):`,
    ...[...queues, queueArn(plan, 'received')].map((arn) => `  queue     ${arn}`),
    `  role      ${roleArn(plan)}`,
    '            (may receive and delete messages of all these queues but the last, send to the last, and nothing else)',
    `  function  ${functionArn(plan)}`,
    `  ${FILTERS.length} event-source mappings of that function, one for each queue but the last`,
    `It sends ${FILTERS.length * MESSAGES.length} messages, touches nothing else, takes about five minutes, and costs less than a cent.`,
  ].join('\n')
}

/** AWS and the time. `report` takes a line for people; `signal` ends the verification early, but not the removal. */
export interface Surroundings {
  readonly sqs: Pick<SQSClient, 'send'>
  readonly lambda: Pick<LambdaClient, 'send'>
  readonly iam: Pick<IAMClient, 'send'>
  /** Milliseconds. */
  readonly now: () => number
  /** @throws when the signal is aborted */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

export interface Verification {
  /** Undefined where it failed or was interrupted, and then `failure` says why. */
  readonly rows?: readonly Row[]
  readonly failure?: Error
  /** What could not be removed. */
  readonly leftBehind: readonly { readonly arn: string; readonly why: string }[]
}

/** Tries the filters, and removes all that it has created, whatever happens. Throws nothing: a failure is part of the result. */
export async function verifyFilters(plan: Plan, surroundings: Surroundings): Promise<Verification> {
  const attempt = new Attempt(plan, surroundings)
  const outcome = await attempt.rows().then(
    (rows) => ({ rows }),
    (error: Error) => ({ failure: surroundings.signal.aborted ? (surroundings.signal.reason as Error) : error }),
  )
  return { ...outcome, leftBehind: await attempt.removeEverything() }
}

// ── How ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SECOND = 1_000
/** How long to try again, or to wait for what AWS does in its own time. IAM takes seconds, at times a minute, until all of AWS knows a role. */
const PATIENCE = 180 * SECOND
const BETWEEN_LOOKS = 5 * SECOND
/** SQS counts messages approximately, and rightly about a minute after the last was sent (SQS API, `GetQueueAttributes`). */
const EMPTY_FOR = 90 * SECOND
/** A batch that failed comes back after the visibility timeout: time enough for several. */
const OBSERVATION = 480 * SECOND
/** Seconds. Lambda asks for a visibility timeout of six function timeouts. */
const FUNCTION_TIMEOUT = 10
const VISIBILITY_TIMEOUT = 60

/** The function passes on which message came from which queue. It fails where it cannot, and then Lambda keeps the messages. */
const FUNCTION_CODE = `import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
const sqs = new SQSClient({})
export async function handler({ Records }) {
  for (const { messageId, eventSourceARN, body } of Records) {
    const MessageBody = JSON.stringify({ messageId, eventSourceARN, body })
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.RECEIVED_QUEUE_URL, MessageBody }))
  }
  return { batchItemFailures: [] }
}
`

/** It may be otherwise in a moment. */
class NotYet extends Error {}

type Temporary = { readonly kind: 'mapping' | 'function' | 'role' | 'queue'; arn: string; readonly remove: () => Promise<void> }
/** A filter's queue and what was sent to it: the names of the messages by their ids. */
type Tried = { readonly filter: Filter; readonly queueUrl: string; readonly sent: ReadonlyMap<string, Trial> }

class Attempt {
  readonly #plan: Plan
  readonly #aws: Surroundings
  /** What has been asked of AWS to be created, in this order. */
  #temporary: Temporary[] = []

  constructor(plan: Plan, surroundings: Surroundings) {
    this.#plan = plan
    this.#aws = surroundings
  }

  async rows(): Promise<Row[]> {
    const { report, signal } = this.#aws
    report('Creating the queues …')
    const queueUrls = new Map<Filter, string>()
    for (const filter of FILTERS) queueUrls.set(filter, await this.#createQueue(filter.name, VISIBILITY_TIMEOUT))
    // What has been received from it stays hidden until it is deleted with the queue.
    const receivedUrl = await this.#createQueue('received', 3_600)
    report('Creating the role …')
    await this.#createRole()
    report('Creating the function; IAM may take a minute to make the role known …')
    await this.#createFunction(receivedUrl)
    const mapped: Filter[] = []
    for (const filter of FILTERS) {
      report(`Creating the event-source mapping of ${queueName(this.#plan, filter.name)} …`)
      if (await this.#createMapping(filter)) mapped.push(filter)
      else report('Lambda refuses its pattern.')
    }
    const tried: Tried[] = []
    for (const filter of mapped) {
      signal.throwIfAborted()
      const queueUrl = queueUrls.get(filter) ?? ''
      tried.push({ filter, queueUrl, sent: await this.#send(queueUrl) })
    }
    report(`Sent ${tried.length * MESSAGES.length} messages; waiting until each has arrived or is gone …`)
    const seen = await this.#observe(tried, receivedUrl)
    return FILTERS.flatMap((filter) => MESSAGES.map((message) => rowOf(filter, message, seen(filter, message))))
  }

  /** @returns what could not be removed. Mappings go first, so that none is left without its function; then who could use the queues. */
  async removeEverything(): Promise<Verification['leftBehind']> {
    const left: { arn: string; why: string }[] = []
    if (this.#temporary.length > 0) this.#aws.report('Removing what was created; deleting event-source mappings may take some minutes …')
    for (const kind of ['mapping', 'function', 'role', 'queue'] as const) {
      const removals = this.#temporary.filter((temporary) => temporary.kind === kind)
      await Promise.all(
        removals.map((removal) =>
          removal.remove().catch((error: Error) => {
            left.push({ arn: removal.arn, why: oneLine(error) })
          }),
        ),
      )
    }
    return left
  }

  /** From before it is asked for, since a reply can get lost; but not what AWS says it did not create. */
  async #create<Reply>(temporary: Temporary, create: () => Promise<Reply>): Promise<Reply> {
    this.#aws.signal.throwIfAborted()
    this.#temporary.push(temporary)
    try {
      return await create()
    } catch (error) {
      if (isRefusal(error)) this.#temporary = this.#temporary.filter((other) => other !== temporary)
      throw error
    }
  }

  async #createQueue(purpose: Filter['name'] | 'received', visibilityTimeout: number): Promise<string> {
    const { sqs } = this.#aws
    const QueueName = queueName(this.#plan, purpose)
    let url: string | undefined
    const remove = () =>
      unlessMissing(async () => {
        const QueueUrl = url ?? (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
        await sqs.send(new DeleteQueueCommand({ QueueUrl }))
      })
    const Attributes = { VisibilityTimeout: String(visibilityTimeout), MessageRetentionPeriod: '3600' }
    const { QueueUrl = '' } = await this.#create({ kind: 'queue', arn: queueArn(this.#plan, purpose), remove }, () =>
      sqs.send(new CreateQueueCommand({ QueueName, Attributes, tags: { [PURPOSE]: this.#plan.name } })),
    )
    url = QueueUrl
    return QueueUrl
  }

  async #createRole(): Promise<void> {
    const { iam } = this.#aws
    const { name: RoleName } = this.#plan
    const PolicyName = 'queues'
    const remove = async () => {
      await unlessMissing(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })))
      await this.#removed('role', () => iam.send(new DeleteRoleCommand({ RoleName })))
    }
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
    await this.#create({ kind: 'role', arn: roleArn(this.#plan), remove }, () =>
      iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policyOf(trust), Tags: [{ Key: PURPOSE, Value: RoleName }] })),
    )
    this.#aws.signal.throwIfAborted()
    const PolicyDocument = policyOf(
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: FILTERS.map(({ name }) => queueArn(this.#plan, name)),
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn(this.#plan, 'received') },
    )
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
  }

  async #createFunction(receivedUrl: string): Promise<void> {
    const { lambda, signal } = this.#aws
    const { name: FunctionName } = this.#plan
    const remove = () => this.#removed('function', () => lambda.send(new DeleteFunctionCommand({ FunctionName })))
    await this.#create({ kind: 'function', arn: functionArn(this.#plan), remove }, () =>
      this.#eventually(
        'Creating the function',
        () =>
          lambda
            .send(
              new CreateFunctionCommand({
                FunctionName,
                Role: roleArn(this.#plan),
                Runtime: 'nodejs24.x',
                Architectures: ['arm64'],
                Handler: 'index.handler',
                Code: { ZipFile: zipOf('index.mjs', FUNCTION_CODE) },
                Timeout: FUNCTION_TIMEOUT,
                Environment: { Variables: { RECEIVED_QUEUE_URL: receivedUrl } },
                Tags: { [PURPOSE]: FunctionName },
              }),
            )
            .catch(notYetIf(isPropagating)),
        signal,
      ),
    )
    await this.#eventually(
      'The function',
      async () => {
        const { State, StateReason } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
        if (State === 'Failed') throw new Error(`Lambda could not create the function: ${StateReason}`)
        if (State !== 'Active') throw new NotYet(`it is ${State}`)
      },
      signal,
    )
  }

  /** Enabled, when this returns true. False: Lambda refuses the pattern. */
  async #createMapping({ name, patterns }: Filter): Promise<boolean> {
    const { lambda, signal } = this.#aws
    const [FunctionName, EventSourceArn] = [this.#plan.name, queueArn(this.#plan, name)]
    let uuid: string | undefined
    const remove = async () => {
      for (const UUID of uuid ? [uuid] : await this.#mappingsOf(EventSourceArn)) {
        mapping.arn = mappingArn(this.#plan, UUID)
        await this.#removeMapping(UUID)
      }
    }
    const mapping: Temporary = { kind: 'mapping', arn: `the event-source mapping of ${EventSourceArn}`, remove }
    const Filters = patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) }))
    try {
      const { UUID } = await this.#create(mapping, () =>
        this.#eventually(
          'Creating the event-source mapping',
          () =>
            lambda
              .send(
                new CreateEventSourceMappingCommand({
                  FunctionName,
                  EventSourceArn,
                  FunctionResponseTypes: ['ReportBatchItemFailures'],
                  ...(Filters.length > 0 && { FilterCriteria: { Filters } }),
                  Tags: { [PURPOSE]: FunctionName },
                }),
              )
              .catch(notYetIf(isPropagating)),
          signal,
        ),
      )
      uuid = UUID
    } catch (error) {
      if (patterns.length > 0 && isPatternRefusal(error)) return false
      throw error
    }
    await this.#eventually(
      'The event-source mapping',
      async () => {
        const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid })).catch(notYetIf(isMissing))
        if (State !== 'Enabled') throw new NotYet(`it is ${State}`)
      },
      signal,
    )
    return true
  }

  async #mappingsOf(EventSourceArn: string): Promise<string[]> {
    const { EventSourceMappings = [] } = await this.#aws.lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: this.#plan.name, EventSourceArn }),
    )
    return EventSourceMappings.flatMap(({ UUID }) => UUID ?? [])
  }

  /** Asked again until there is none: Lambda deletes it in its own time, and not while it is created or changed. */
  async #removeMapping(UUID: string): Promise<void> {
    await this.#removed('event-source mapping', async () => {
      await this.#aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID }))
      throw new NotYet('it is being deleted')
    })
  }

  async #removed(what: string, remove: () => Promise<unknown>): Promise<void> {
    await unlessMissing(() => this.#eventually(`Deleting the ${what}`, () => remove().catch(notYetIf(isBusy))))
  }

  async #send(QueueUrl: string): Promise<Map<string, Trial>> {
    const Entries = MESSAGES.map(({ type, body }, index) => ({
      Id: String(index),
      MessageBody: body,
      ...(type !== undefined && { MessageAttributes: { type: { DataType: 'String', StringValue: type } } }),
    }))
    const { Successful = [], Failed: [failed] = [] } = await this.#aws.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    if (failed) throw new Error(`SQS took not all messages: ${failed.Code} ${failed.Message ?? ''}`)
    return new Map(Successful.map(({ Id, MessageId }) => [MessageId ?? '', MESSAGES[Number(Id)] as Trial]))
  }

  /**
   * Looks until all messages have arrived or are gone. A message that Lambda has not filtered out leaves its queue only after the function
   * has passed it on: what is neither in its queue nor among what was received is deleted.
   */
  async #observe(tried: readonly Tried[], receivedUrl: string): Promise<(filter: Filter, message: Trial) => Observed> {
    const { now, pause, report, signal } = this.#aws
    const began = now()
    const arrived = new Set<string>()
    const emptySince = new Map<Tried, number>()
    const complete = ({ sent }: Tried) => [...sent.keys()].every((id) => arrived.has(id))
    const emptied = (one: Tried) => now() - (emptySince.get(one) ?? now()) >= EMPTY_FOR
    for (;;) {
      for (const one of tried)
        if (!(await this.#isEmpty(one.queueUrl))) emptySince.delete(one)
        else if (!emptySince.has(one)) emptySince.set(one, now())
      // After the look at the queues: what was gone by then was passed on before.
      for (const id of await this.#received(receivedUrl)) arrived.add(id)
      const settled = tried.filter((one) => complete(one) || emptied(one))
      report(
        `  ${Math.round((now() - began) / SECOND)} s: ${arrived.size} messages have arrived; ${settled.length} of ${tried.length} queues are decided`,
      )
      if (settled.length === tried.length || now() - began >= OBSERVATION) break
      await pause(BETWEEN_LOOKS * 2, signal)
    }
    return (filter, message) => {
      const one = tried.find((candidate) => candidate.filter === filter)
      if (one === undefined) return 'refused'
      const [id] = [...one.sent].find(([, sent]) => sent === message) ?? ['']
      if (arrived.has(id)) return 'arrived'
      return emptied(one) ? 'gone' : 'unknown'
    }
  }

  async #isEmpty(QueueUrl: string): Promise<boolean> {
    const { Attributes = {} } = await this.#aws.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
      }),
    )
    const counts = Object.values(Attributes)
    return counts.length === 3 && counts.every((count) => count === '0')
  }

  /** The ids of the messages which the function has passed on since the last call. */
  async #received(QueueUrl: string): Promise<string[]> {
    const ids: string[] = []
    for (;;) {
      this.#aws.signal.throwIfAborted()
      // Waiting, however short, asks all of SQS's servers.
      const { Messages = [] } = await this.#aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      )
      if (Messages.length === 0) return ids
      ids.push(...Messages.map(({ Body = '{}' }) => JSON.parse(Body).messageId))
    }
  }

  async #eventually<Result>(what: string, attempt: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const { now, pause } = this.#aws
    const end = now() + PATIENCE
    for (;;) {
      signal?.throwIfAborted()
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof NotYet)) throw error
        if (now() >= end) throw new Error(`${what} was given up after ${PATIENCE / SECOND} s: ${error.message}`)
      }
      await pause(BETWEEN_LOOKS, signal)
    }
  }
}

// ── AWS's errors ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')
/** An error on one line, with its name. */
export const oneLine = (error: Error) => `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`.replaceAll(/\s+/g, ' ')

const MISSING = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'NoSuchEntityException',
  'NoSuchEntity',
  'ResourceNotFoundException',
])
const EXISTING = new Set(['QueueNameExists', 'EntityAlreadyExistsException', 'EntityAlreadyExists', 'ResourceConflictException'])

const isMissing = (error: unknown) => MISSING.has(nameOf(error))
/** It is still being created, changed or taken apart. */
const BUSY = new Set(['ResourceInUseException', 'ResourceConflictException', 'DeleteConflictException', 'ConcurrentModificationException'])
const isBusy = (error: unknown) => BUSY.has(nameOf(error))

/** The request itself was refused. That something exists under a name of this run means that an earlier try of the SDK has created it. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && '$fault' in error && error.$fault === 'client' && !EXISTING.has(error.name)
}

/** Role, policy or queue are not known everywhere yet. */
function isPropagating(error: unknown): boolean {
  return (
    nameOf(error) === 'InvalidParameterValueException' &&
    /cannot be assumed|execution role|NonExistentQueue/i.test((error as Error).message)
  )
}

function isPatternRefusal(error: unknown): boolean {
  return nameOf(error) === 'InvalidParameterValueException' && /filter ?(pattern|criteria)/i.test((error as Error).message)
}

function notYetIf(isPassing: (error: unknown) => boolean): (error: unknown) => never {
  return (error) => {
    throw isPassing(error) ? new NotYet((error as Error).message) : error
  }
}

async function unlessMissing(action: () => Promise<unknown>): Promise<void> {
  try {
    await action()
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

// ── The function's archive ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A ZIP archive of one file, stored as it is, readable for all (PKWARE's APPNOTE, 4.3). */
function zipOf(name: string, text: string): Buffer {
  const [file, content] = [Buffer.from(name), Buffer.from(text)]
  // Of both headers: version 2.0, no flags, stored, 1 January 1980, checksum, sizes, length of the name, nothing extra.
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(0x21, 8)
  common.writeUInt32LE(crc32(content), 10)
  common.writeUInt32LE(content.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(file.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, file, content])
  const attributes = Buffer.alloc(14)
  attributes.writeUInt32LE(0o100644 * 0x10000, 6)
  // Made by Unix, so that the permissions count.
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, attributes, file])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(local.length, 12)
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end])
}
