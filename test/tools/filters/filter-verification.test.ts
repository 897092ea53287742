import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Message } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import { expect, test } from 'vitest'
import type { FilterPattern } from '../../../lambda/core/filter-patterns.ts'
import { recordFilter } from '../../../tools/filters/filter-matcher.ts'
import {
  conclusion,
  describePlan,
  planVerification,
  type Verdict,
  verificationTable,
  verifyFilters,
} from '../../../tools/filters/filter-verification.ts'
import { runCommand, startCommand } from '../../support/command.ts'

const REGION = 'eu-central-1'
const plan = planVerification('arn:aws:sts::123456789012:assumed-role/admin/me', REGION, 'ab12')
const lambdaArn = `arn:aws:lambda:${REGION}:123456789012`

type Behaviour = {
  /** What this AWS makes of filter criteria which look at attributes. */
  attributeFilters?: 'work' | 'are ignored' | 'match nothing' | 'are refused'
  /** Seconds until the role can be used. */
  iamDelay?: number
  /** The function can send only after so many seconds. */
  sendDelay?: number
  /** Filters that look at the body are ignored. */
  ignoresBodyFilters?: boolean
  /** Commands which fail, and with what; `lost` ones are done, and their reply gets lost. */
  fails?: Record<string, Error>
  lost?: string
  /** What the client says then: the network's error, or the conflict which its second try has met. */
  lostAs?: Error
  /** The user interrupts when this command is called for the nth time. */
  interruptedAt?: [command: string, time: number]
  /** Messages of the queues whose names end so stay in flight for ever. */
  stuck?: string
  /** SQS tells no counts of that queue. */
  uncounted?: boolean
}
type Queue = { readonly messages: { record: SQSRecord; hidden: boolean }[]; looks: number }
type Mapping = { readonly queue: string; readonly patterns: FilterPattern[]; state: string; until: number }
// biome-ignore lint/suspicious/noExplicitAny: the inputs of some twenty commands
type Input = Record<string, any>

const fault = (name: string, message = name) => Object.assign(new Error(message), { name, $fault: 'client' })

/** An AWS in memory, as small as this needs: queues, one role, one function which runs the archive it was given, and mappings. Time passes in pauses. */
class FakeAws {
  readonly calls: string[] = []
  readonly tags: unknown[] = []
  readonly interruption = new AbortController()
  readonly reported: string[] = []
  readonly #behaviour: Behaviour
  readonly #queues = new Map<string, Queue>()
  readonly #mappings = new Map<string, Mapping>()
  #role: { readonly since: number; policy: { Action: string | string[]; Resource: string | string[] }[] } | undefined
  #function: { readonly code: string; readonly since: number; readonly queueUrl: string } | undefined
  #time = 0
  #messages = 0

  constructor(behaviour: Behaviour = {}) {
    this.#behaviour = behaviour
  }

  get left(): string[] {
    return [...this.#queues.keys(), ...(this.#role ? ['role'] : []), ...(this.#function ? ['function'] : []), ...this.#mappings.keys()]
  }

  verify() {
    const client = { send: (command: object) => this.#send(command.constructor.name, (command as { input: Input }).input) } as never
    return verifyFilters(plan, {
      sqs: client,
      lambda: client,
      iam: client,
      now: () => this.#time,
      pause: async (milliseconds, signal) => {
        if (signal?.aborted) throw new DOMException('The operation was aborted', 'AbortError')
        this.#time += milliseconds
        await this.#poll()
      },
      report: (line) => this.reported.push(line),
      signal: this.interruption.signal,
    })
  }

  async #send(command: string, input: Input): Promise<unknown> {
    this.calls.push(command)
    const { fails = {}, lost, interruptedAt: [interrupted, time] = [] } = this.#behaviour
    if (command === interrupted && this.calls.filter((call) => call === command).length === time)
      this.interruption.abort(new Error('interrupted by SIGINT'))
    if (fails[command]) throw fails[command]
    const does = this.#commands[command]
    if (does === undefined) throw new Error(`this AWS knows no ${command}`)
    const reply = does(input)
    if (input.Tags ?? input.tags) this.tags.push(input.Tags ?? input.tags)
    if (command === lost) throw this.#behaviour.lostAs ?? new Error('socket hang up')
    return reply
  }

  readonly #commands: Record<string, (input: Input) => unknown> = {
    CreateQueueCommand: ({ QueueName }) => {
      this.#queues.set(QueueName, { messages: [], looks: 0 })
      return { QueueUrl: `https://sqs/${QueueName}` }
    },
    GetQueueUrlCommand: ({ QueueName }) => {
      this.#queue(`https://sqs/${QueueName}`)
      return { QueueUrl: `https://sqs/${QueueName}` }
    },
    DeleteQueueCommand: ({ QueueUrl }) => {
      this.#queue(QueueUrl)
      this.#queues.delete(QueueUrl.split('/').at(-1))
    },
    SendMessageBatchCommand: ({ QueueUrl, Entries }) => ({
      Failed: [...this.#mappings.values()].filter(({ state }) => state !== 'Enabled').map(() => ({ Code: 'TooEarly' })),
      Successful: Entries.map(({ Id, MessageBody, MessageAttributes: { type } = {} as Input }: Input) => {
        const messageAttributes = type ? { type: { stringValue: type.StringValue, dataType: 'String' } } : {}
        return { Id, MessageId: this.#put(QueueUrl, MessageBody, messageAttributes) }
      }),
    }),
    GetQueueAttributesCommand: ({ QueueUrl }) => {
      const queue = this.#queue(QueueUrl)
      if (this.#behaviour.uncounted && QueueUrl.endsWith(this.#behaviour.stuck)) return {}
      // Approximately: at first they are behind.
      const messages = queue.looks++ === 0 ? [] : queue.messages
      const hidden = messages.filter((message) => message.hidden).length
      const visible = messages.length - hidden
      return {
        Attributes: {
          ApproximateNumberOfMessages: `${visible}`,
          ApproximateNumberOfMessagesNotVisible: `${hidden}`,
          ApproximateNumberOfMessagesDelayed: '0',
        },
      }
    },
    ReceiveMessageCommand: ({ QueueUrl, MaxNumberOfMessages }) => {
      const visible = this.#queue(QueueUrl)
        .messages.filter(({ hidden }) => !hidden)
        .slice(0, MaxNumberOfMessages)
      for (const message of visible) message.hidden = true
      return visible.length > 0 ? { Messages: visible.map(({ record }): Message => ({ Body: record.body })) } : {}
    },
    CreateRoleCommand: () => {
      this.#role = { since: this.#time, policy: [] }
    },
    PutRolePolicyCommand: ({ PolicyDocument }) => {
      if (this.#role) this.#role.policy = JSON.parse(PolicyDocument).Statement
    },
    DeleteRolePolicyCommand: () => {
      if (!this.#role) throw fault('NoSuchEntityException')
      this.#role.policy = []
    },
    DeleteRoleCommand: () => {
      if (!this.#role) throw fault('NoSuchEntityException')
      if (this.#role.policy.length > 0) throw fault('DeleteConflictException')
      this.#role = undefined
    },
    CreateFunctionCommand: ({ Code, Environment }) => {
      if (!this.#roleIsKnown(1))
        throw fault('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.')
      this.#function = { code: unzipped(Code.ZipFile), since: this.#time, queueUrl: Environment.Variables.RECEIVED_QUEUE_URL }
    },
    GetFunctionConfigurationCommand: () => ({ State: this.#functionIsPending() ? 'Pending' : 'Active' }),
    DeleteFunctionCommand: () => {
      if (!this.#function) throw fault('ResourceNotFoundException')
      if (this.#functionIsPending()) throw fault('ResourceConflictException')
      this.#function = undefined
    },
    CreateEventSourceMappingCommand: ({ EventSourceArn, FilterCriteria }) => {
      if (!this.#roleIsKnown(2) || !this.#mayDo('sqs:ReceiveMessage', EventSourceArn))
        throw fault('InvalidParameterValueException', 'The function execution role does not have permissions to call ReceiveMessage on SQS')
      if (this.#functionIsPending()) throw fault('ResourceConflictException', 'The function is in the state Pending.')
      const patterns: FilterPattern[] = (FilterCriteria?.Filters ?? []).map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))
      if (this.#behaviour.attributeFilters === 'are refused' && readAttributes(patterns))
        throw fault('InvalidParameterValueException', 'Invalid filter pattern definition.')
      const UUID = `mapping-${EventSourceArn.split('-').at(-1)}`
      this.#mappings.set(UUID, { queue: EventSourceArn.split(':').at(-1), patterns, state: 'Creating', until: this.#time + 10_000 })
      return { UUID }
    },
    GetEventSourceMappingCommand: ({ UUID }) => ({ State: this.#mapping(UUID).state }),
    ListEventSourceMappingsCommand: ({ EventSourceArn }) => ({
      EventSourceMappings: [...this.#mappings].filter(([, { queue }]) => EventSourceArn.endsWith(`:${queue}`)).map(([UUID]) => ({ UUID })),
    }),
    DeleteEventSourceMappingCommand: ({ UUID }) => {
      const mapping = this.#mapping(UUID)
      if (mapping.state !== 'Enabled') throw fault('ResourceInUseException')
      Object.assign(mapping, { state: 'Deleting', until: this.#time + 20_000 })
    },
  }

  #queue(url: string): Queue {
    const queue = this.#queues.get(url.split('/').at(-1) ?? '')
    if (!queue) throw fault('QueueDoesNotExist')
    return queue
  }

  #mapping(uuid: string): Mapping {
    const mapping = this.#mappings.get(uuid)
    if (!mapping) throw fault('ResourceNotFoundException')
    return mapping
  }

  #put(url: string, body: string, messageAttributes: object): string {
    const messageId = `m-${++this.#messages}`
    const eventSourceARN = `arn:aws:sqs:${REGION}:123456789012:${url.split('/').at(-1)}`
    const record = { messageId, body, messageAttributes, eventSourceARN, attributes: {}, eventSource: 'aws:sqs' } as unknown as SQSRecord
    this.#queue(url).messages.push({ record, hidden: false })
    return messageId
  }

  #roleIsKnown(times: number): boolean {
    return this.#role !== undefined && this.#time >= this.#role.since + times * 1_000 * (this.#behaviour.iamDelay ?? 0)
  }

  #functionIsPending(): boolean {
    return this.#function !== undefined && this.#time < this.#function.since + 5_000
  }

  #mayDo(action: string, resource: string): boolean {
    return (
      this.#role?.policy.some(({ Action, Resource }) => [Action].flat().includes(action) && [Resource].flat().includes(resource)) ?? false
    )
  }

  async #poll(): Promise<void> {
    for (const [uuid, mapping] of [...this.#mappings]) {
      if (mapping.state === 'Deleting' && this.#time >= mapping.until) this.#mappings.delete(uuid)
      if (mapping.state === 'Creating' && this.#time >= mapping.until) mapping.state = 'Enabled'
      const { messages } = this.#queues.get(mapping.queue) ?? { messages: [] }
      if (this.#behaviour.stuck && mapping.queue.endsWith(this.#behaviour.stuck)) for (const message of messages) message.hidden = true
      else if (mapping.state === 'Enabled') await this.#deliver(messages, this.#filterOf(mapping.patterns))
    }
  }

  async #deliver(messages: Queue['messages'], passes: (record: SQSRecord) => boolean): Promise<void> {
    const batch = messages.map(({ record }) => record).filter(passes)
    try {
      if (batch.length > 0) await this.#invoke(batch)
      messages.length = 0
    } catch {
      const kept = messages.filter(({ record }) => batch.includes(record))
      messages.splice(0, messages.length, ...kept)
    }
  }

  #filterOf(patterns: FilterPattern[]): (record: SQSRecord) => boolean {
    if (patterns.length > 0 && !readAttributes(patterns) && this.#behaviour.ignoresBodyFilters) return () => true
    if (!readAttributes(patterns)) return recordFilter(patterns)
    if (this.#behaviour.attributeFilters === 'are ignored') return () => true
    if (this.#behaviour.attributeFilters === 'match nothing') return () => false
    return recordFilter(patterns)
  }

  /** Runs the function's own code, with an SDK that sends to this AWS. */
  async #invoke(Records: SQSRecord[]): Promise<void> {
    const { code = '', queueUrl = '' } = this.#function ?? {}
    const send = ({ input: { QueueUrl, MessageBody } }: { input: { QueueUrl: string; MessageBody: string } }) => {
      const permitted = this.#mayDo('sqs:SendMessage', `arn:aws:sqs:${REGION}:123456789012:${QueueUrl.split('/').at(-1)}`)
      if (!permitted || this.#time < (this.#behaviour.sendDelay ?? 0) * 1_000) throw fault('AccessDenied')
      this.#put(QueueUrl, MessageBody, {})
    }
    Object.assign(globalThis, { sendToFakeAws: send })
    process.env.RECEIVED_QUEUE_URL = queueUrl
    const sdk = moduleOf(`export class SQSClient { async send(command) { return globalThis.sendToFakeAws(command) } }
      export class SendMessageCommand { constructor(input) { this.input = input } }`)
    const { handler } = await import(moduleOf(code.replace('@aws-sdk/client-sqs', sdk)))
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] })
  }
}

const moduleOf = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`
const readAttributes = (patterns: FilterPattern[]) => patterns.some((pattern) => 'messageAttributes' in pattern)

/** The one file of an archive, found through its directory as readers do. */
function unzipped(archive: Buffer): string {
  const directory = archive.readUInt32LE(archive.lastIndexOf('PK\x05\x06') + 16)
  const [length, local] = [archive.readUInt32LE(directory + 24), archive.readUInt32LE(directory + 42)]
  expect(archive.subarray(directory + 46, directory + 46 + archive.readUInt16LE(directory + 28)).toString()).toBe('index.mjs')
  const content = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  return archive.subarray(content, content + length).toString()
}

async function verdicts(aws: FakeAws) {
  const { rows = [], failure, leftBehind } = await aws.verify()
  expect(failure).toBeUndefined()
  expect(leftBehind).toEqual([])
  expect(aws.left).toEqual([])
  const of = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).map(({ filter, message }) => `${filter}: ${message}`)
  return { rows, of, ...conclusion(rows, REGION) }
}

test('where filters work, the table shows what each let through, and attribute filters may be relied on', async () => {
  const { rows, sentences, reliable } = await verdicts(new FakeAws())
  expect(reliable).toBe(true)
  expect(sentences).toEqual([
    'Filters on the body do what AWS documents.',
    'Attribute filters may be relied on in eu-central-1: each let through what it should, and nothing else.',
  ])
  expect(verificationTable(rows).split('\n')).toEqual([
    '  message                   expected  AWS       verdict',
    'no filter',
    '  attribute A               passes    arrived   as expected',
    '  attribute B               passes    arrived   as expected',
    '  attribute AB              passes    arrived   as expected',
    '  no attribute, body A      passes    arrived   as expected',
    '  no attribute, body B      passes    arrived   as expected',
    '  attribute A, body A       passes    arrived   as expected',
    '  attribute A, body B       passes    arrived   as expected',
    '  attribute B, body A       passes    arrived   as expected',
    '  attribute A, plain text   passes    arrived   as expected',
    '  no attribute, plain text  passes    arrived   as expected',
    '{"messageAttributes":{"type":{"stringValue":["A"]}}}',
    '  attribute A               passes    arrived   as expected',
    '  attribute B               filtered  gone      as expected',
    '  attribute AB              filtered  gone      as expected',
    '  no attribute, body A      filtered  gone      as expected',
    '  no attribute, body B      filtered  gone      as expected',
    '  attribute A, body A       passes    arrived   as expected',
    '  attribute A, body B       passes    arrived   as expected',
    '  attribute B, body A       filtered  gone      as expected',
    '  attribute A, plain text   passes    arrived   as expected',
    '  no attribute, plain text  filtered  gone      as expected',
    '{"messageAttributes":{"type":{"stringValue":[{"anything-but":["A"]},{"exists":false}]}}}',
    '  attribute A               filtered  gone      as expected',
    '  attribute B               passes    arrived   as expected',
    '  attribute AB              passes    arrived   as expected',
    '  no attribute, body A      passes    arrived   as expected',
    '  no attribute, body B      passes    arrived   as expected',
    '  attribute A, body A       filtered  gone      as expected',
    '  attribute A, body B       filtered  gone      as expected',
    '  attribute B, body A       passes    arrived   as expected',
    '  attribute A, plain text   filtered  gone      as expected',
    '  no attribute, plain text  passes    arrived   as expected',
    '{"messageAttributes":{"type":{"stringValue":[{"prefix":"A"}]}}}',
    '  attribute A               passes    arrived   as expected',
    '  attribute B               filtered  gone      as expected',
    '  attribute AB              passes    arrived   as expected',
    '  no attribute, body A      filtered  gone      as expected',
    '  no attribute, body B      filtered  gone      as expected',
    '  attribute A, body A       passes    arrived   as expected',
    '  attribute A, body B       passes    arrived   as expected',
    '  attribute B, body A       filtered  gone      as expected',
    '  attribute A, plain text   passes    arrived   as expected',
    '  no attribute, plain text  filtered  gone      as expected',
    '{"body":{"type":["A"]}}',
    '  attribute A               filtered  gone      as expected',
    '  attribute B               filtered  gone      as expected',
    '  attribute AB              filtered  gone      as expected',
    '  no attribute, body A      passes    arrived   as expected',
    '  no attribute, body B      filtered  gone      as expected',
    '  attribute A, body A       passes    arrived   as expected',
    '  attribute A, body B       filtered  gone      as expected',
    '  attribute B, body A       passes    arrived   as expected',
    '  attribute A, plain text   filtered  gone      as expected',
    '  no attribute, plain text  filtered  gone      as expected',
  ])
})

test('what is created carries the tag, is named before it is created, and progress is told', async () => {
  const aws = new FakeAws()
  await aws.verify()
  expect(aws.tags).toHaveLength(6 + 1 + 1 + 5)
  expect(aws.tags.every((tags) => JSON.stringify(tags).includes('camunda-sqs-bridge:verify-filters'))).toBe(true)
  for (const arn of [`sqs:${REGION}:123456789012:${plan.name}-received`, `iam::123456789012:role/${plan.name}`, `function:${plan.name}`])
    expect(describePlan(plan)).toContain(arn)
  expect(aws.reported).toContainEqual(expect.stringMatching(/^ {2}\d+ s: 28 messages have arrived; 5 of 5 queues are decided$/))
})

test('mappings are removed first, then the function, the role and the queues', async () => {
  const aws = new FakeAws()
  await aws.verify()
  const kinds = aws.calls.filter((call) => call.startsWith('Delete')).map((call) => call.replace(/Delete(.*)Command/, '$1'))
  expect([...new Set(kinds)]).toEqual(['EventSourceMapping', 'Function', 'RolePolicy', 'Role', 'Queue'])
  expect(kinds.lastIndexOf('EventSourceMapping')).toBeLessThan(kinds.indexOf('Function'))
})

test('what AWS told of is removed without looking for it, since a look may be behind', async () => {
  const unknown = fault('QueueDoesNotExist')
  await verdicts(new FakeAws({ fails: { GetQueueUrlCommand: unknown, ListEventSourceMappingsCommand: unknown } }))
})

test('an AWS that ignores attribute filters loses nothing, but they are not to be relied on', async () => {
  const { of, sentences, reliable } = await verdicts(new FakeAws({ attributeFilters: 'are ignored' }))
  expect(of('LOST')).toEqual([])
  expect(of('not filtered')).toContain('equals: attribute B')
  expect(sentences.at(-1)).toContain('may NOT be relied on in eu-central-1: they lose nothing')
  expect(reliable).toBe(false)
})

test('an AWS whose attribute filters match nothing loses messages, and it says how many', async () => {
  const { of, sentences, reliable } = await verdicts(new FakeAws({ attributeFilters: 'match nothing' }))
  expect(of('LOST')).toEqual(
    expect.arrayContaining(['equals: attribute A', 'anything-but: no attribute, plain text', 'prefix: attribute AB']),
  )
  expect(sentences.at(-1)).toContain(`may NOT be relied on in eu-central-1: Lambda deleted ${of('LOST').length} messages`)
  expect(reliable).toBe(false)
})

test('an AWS that refuses attribute filters is told from one that is not ready, and body filters are tried all the same', async () => {
  const { of, rows, sentences, reliable } = await verdicts(new FakeAws({ attributeFilters: 'are refused', iamDelay: 20 }))
  expect(of('refused')).toHaveLength(30)
  expect(rows.filter(({ filter, verdict }) => filter === 'body' && verdict === 'as expected')).toHaveLength(10)
  expect(sentences.at(-1)).toContain('Lambda refuses them')
  expect(reliable).toBe(false)
})

test('a body filter that does otherwise than documented is told, whatever attribute filters do', async () => {
  const { sentences, reliable } = await verdicts(new FakeAws({ ignoresBodyFilters: true }))
  expect(sentences).toEqual([expect.stringContaining('do not do what AWS documents'), expect.stringContaining('may be relied on')])
  expect(reliable).toBe(false)
})

test('a role which is known only after a while is waited for', async () => {
  expect(await verdicts(new FakeAws({ iamDelay: 60 }))).toMatchObject({ reliable: true })
})

test('a role which never gets known ends the wait, and nothing is left', async () => {
  const aws = new FakeAws({ iamDelay: 100_000 })
  const { rows, failure, leftBehind } = await aws.verify()
  expect(rows).toBeUndefined()
  expect(failure?.message).toBe(
    'Creating the function was given up after 180 s: The role defined for the function cannot be assumed by Lambda.',
  )
  expect([leftBehind, aws.left]).toEqual([[], []])
})

test('messages which the function cannot pass on yet are not taken for filtered', async () => {
  expect(await verdicts(new FakeAws({ sendDelay: 300 }))).toMatchObject({ reliable: true })
})

test.each([
  ['-equals', false, 'what became of 10 messages did not show in time'],
  ['-equals', true, 'what became of 10 messages did not show in time'],
  ['-none', false, 'not all messages arrived where there is no filter'],
])('without an answer about the messages of %s (uncounted: %s) there is no verdict', async (stuck, uncounted, sentence) => {
  const { sentences, reliable } = await verdicts(new FakeAws({ stuck, uncounted }))
  expect(sentences.at(-1)).toContain('No verdict')
  expect(sentences.at(-1)).toContain(sentence)
  expect(reliable).toBe(false)
})

test.each<[string, number]>([
  ['CreateQueueCommand', 1],
  ['CreateQueueCommand', 6],
  ['CreateRoleCommand', 1],
  ['PutRolePolicyCommand', 1],
  ['CreateFunctionCommand', 1],
  ['GetFunctionConfigurationCommand', 1],
  ['CreateEventSourceMappingCommand', 1],
  ['CreateEventSourceMappingCommand', 3],
  ['GetEventSourceMappingCommand', 5],
  ['SendMessageBatchCommand', 2],
  ['ReceiveMessageCommand', 1],
])('interrupted at %s (%i), it creates nothing more and leaves nothing', async (command, time) => {
  const aws = new FakeAws({ interruptedAt: [command, time] })
  const { rows, failure, leftBehind } = await aws.verify()
  expect(rows).toBeUndefined()
  expect(failure?.message).toBe('interrupted by SIGINT')
  expect([leftBehind, aws.left]).toEqual([[], []])
  const creations = aws.calls.filter((call) => /^(Create|Put|Send)/.test(call))
  expect(creations.filter((call) => call === command).length).toBeLessThanOrEqual(time)
  if (/^(Create|Put|Send)/.test(command)) expect(creations.at(-1)).toBe(command)
})

test.each([
  ['CreateQueueCommand', 'QueueNameExists'],
  ['CreateRoleCommand', 'EntityAlreadyExistsException'],
  ['CreateFunctionCommand', 'ResourceConflictException'],
  ['CreateEventSourceMappingCommand', 'ResourceConflictException'],
])('what %s has created is removed although its reply got lost, or a second try met it', async (lost, conflict) => {
  for (const lostAs of [new Error('socket hang up'), fault(conflict)]) {
    const aws = new FakeAws({ lost, lostAs })
    const { failure, leftBehind } = await aws.verify()
    expect(failure).toBe(lostAs)
    expect([leftBehind, aws.left]).toEqual([[], []])
  }
})

test('what AWS refused to create is neither removed nor named as left behind', async () => {
  const denied = fault('AccessDenied', 'not authorized')
  const aws = new FakeAws({ fails: { CreateRoleCommand: denied, DeleteRoleCommand: denied, DeleteRolePolicyCommand: denied } })
  const { failure, leftBehind } = await aws.verify()
  expect(failure).toBe(denied)
  expect([leftBehind, aws.left]).toEqual([[], []])
})

test.each([
  ['DeleteRoleCommand', [`arn:aws:iam::123456789012:role/${plan.name}`], ['role']],
  ['DeleteFunctionCommand', [`${lambdaArn}:function:${plan.name}`], ['function']],
  [
    'DeleteEventSourceMappingCommand',
    ['none', 'equals', 'but', 'prefix', 'body'].map((name) => `${lambdaArn}:event-source-mapping:mapping-${name}`),
    ['mapping-none', 'mapping-equals', 'mapping-but', 'mapping-prefix', 'mapping-body'],
  ],
])('where %s fails, everything else is removed, and the rest is named', async (command, arns, left) => {
  const aws = new FakeAws({ fails: { [command]: fault('AccessDenied', 'not authorized\nto do this') } })
  const { rows, leftBehind } = await aws.verify()
  expect(rows).toHaveLength(50)
  expect(leftBehind).toEqual(arns.map((arn) => ({ arn, why: 'AccessDenied: not authorized to do this' })))
  expect(aws.left).toEqual(left)
})

test('queues which cannot be deleted are named, all of them', async () => {
  const { leftBehind } = await new FakeAws({ fails: { DeleteQueueCommand: fault('AccessDenied') } }).verify()
  expect(leftBehind.map(({ arn }) => arn.split('-').at(-1))).toEqual(['none', 'equals', 'but', 'prefix', 'body', 'received'])
})

/** Without credentials of any kind, and without asking a metadata service for them. */
function verifyFiltersCli(...options: string[]) {
  const nowhere = { AWS_CONFIG_FILE: 'none', AWS_SHARED_CREDENTIALS_FILE: 'none', AWS_EC2_METADATA_DISABLED: 'true' }
  return runCommand(['verify-filters', ...options], { env: { HOME: 'none', ...nowhere } })
}

test('the command tells how to call it', async () => {
  const usage = expect.stringContaining('Usage: camunda-sqs-bridge verify-filters [options]\n')
  expect(await verifyFiltersCli('--frobnicate')).toMatchObject({ code: 2, error: usage })
  expect(await verifyFiltersCli('orders')).toMatchObject({ code: 2, error: usage })
})

test('without credentials or a region the command says so in one line', async () => {
  expect(await verifyFiltersCli('--region', REGION, '--yes')).toMatchObject({
    code: 1,
    out: '',
    error: expect.stringMatching(/^AWS cannot be used: .*Could not load credentials.*\n$/),
  })
  expect(await verifyFiltersCli('--yes')).toMatchObject({
    code: 1,
    out: '',
    error: expect.stringMatching(/^AWS cannot be used: .*Region.*\n$/),
  })
})

/** Runs the command against an STS that knows who asks and an SQS with no memory; `atSecondQueue` happens to it while that is being created. */
async function againstLoopback(options: string[], atSecondQueue: (command: ChildProcess) => void) {
  const calls: string[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const call = String(request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action'))
    calls.push(call)
    if (call === 'GetCallerIdentity') {
      const identity = '<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn></GetCallerIdentityResult>'
      response.setHeader('content-type', 'text/xml').end(`<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`)
      return
    }
    if (calls.filter((one) => one === 'AmazonSQS.CreateQueue').length === 2 && call === 'AmazonSQS.CreateQueue') atSecondQueue(command)
    const url = `http://${request.headers.host}/${body.match(/camunda-[\w-]+/)?.[0]}`
    setTimeout(() => response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify({ QueueUrl: url })), 200)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_ENDPOINT_URL: endpoint }
  const { child: command, ended } = startCommand(['verify-filters', '--region', REGION, ...options], {
    env: { HOME: 'none', ...credentials },
  })
  const { code: status, out: stdout, error: stderr } = await ended
  server.close()
  return { status, stdout, stderr, calls: calls.map((call) => call.replace('AmazonSQS.', '')) }
}

test('where nobody can be asked, the command names what it would create, and creates nothing', async () => {
  const { status, stdout, stderr, calls } = await againstLoopback([], () => {})
  expect({ status, stderr, calls }).toEqual({
    status: 2,
    stderr: 'There is nobody to ask here: say --yes.\n',
    calls: ['GetCallerIdentity'],
  })
  expect(stdout).toContain('arn:aws:iam::123456789012:role/camunda-sqs-bridge-verify-filters-')
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('at %s the command removes what it has created', async (signal) => {
  const { status, stdout, stderr, calls } = await againstLoopback(['--yes'], (command) => {
    // As a terminal does that is closed.
    if (signal === 'SIGHUP') command.stdout?.destroy()
    command.kill(signal)
  })
  expect(calls).toEqual(['GetCallerIdentity', 'CreateQueue', 'CreateQueue', 'DeleteQueue', 'DeleteQueue'])
  expect(status).toBe(1)
  expect(stderr).toContain(`No verdict: interrupted by ${signal}`)
  if (signal !== 'SIGHUP') expect(stdout).toContain('All that was created is removed.')
})
