import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bundleFunction } from '../../lib/bundle.ts'
import { Journeys, type Stage } from '../../local/journeys.ts'
import { startLocalBridge } from '../../local/local-bridge.ts'
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { localSqsClient, sendMessage } from '../../local/queues.ts'
import { bpmnProcess, deploy as deployTo } from '../support/bpmn.ts'
import { instancesAt } from '../support/camunda.ts'
import { camundaRestClient } from '../support/camunda-sdk.ts'
import { describeWithEngines, useCamunda, useElasticMq } from '../support/engines.ts'

type Message = Pick<SendMessageBatchRequestEntry, 'MessageGroupId'> & { readonly body: unknown; readonly type?: string }
type Client = ReturnType<typeof camundaRestClient>

/** As short as the engines allow: what is returned comes back after five seconds. */
const QUEUES = { visibilityTimeout: 6, maxReceiveCount: 2 }
const FUNCTION = { timeout: 6, requestTimeout: 3 }
const WAIT = { timeout: 60_000, interval: 100 }

/** Mostly they wait until a message is visible again. */
vi.setConfig({ testTimeout: 120_000, maxConcurrency: 4 })

describeWithEngines('the bundle, between a real SQS server and Camunda’s stand-in', () => {
  const camunda = useCamunda({ version: '8.6' })
  const later = { '8.8': useCamunda({ version: '8.8' }), '8.9': useCamunda({ version: '8.9', uniqueBusinessIds: true }) }
  const elasticMq = useElasticMq()
  let client: Client
  let sqs: SQSClient
  let parameters: ParameterStore
  let directory: string
  let count = 0

  beforeAll(async () => {
    client = camundaRestClient({ CAMUNDA_REST_ADDRESS: camunda().restAddress })
    sqs = localSqsClient(elasticMq().endpoint)
    parameters = await startParameterStore({
      '/camunda-sqs-bridge/camunda/CAMUNDA_REST_ADDRESS': camunda().restAddress,
      '/camunda-sqs-bridge/camunda-8.8/CAMUNDA_REST_ADDRESS': later['8.8']().restAddress,
      '/camunda-sqs-bridge/camunda-8.9/CAMUNDA_REST_ADDRESS': later['8.9']().restAddress,
    })
    directory = await mkdtemp(join(tmpdir(), 'bridge-test-'))
    bundleFunction(directory)
  })

  afterAll(async () => {
    sqs?.destroy()
    await parameters?.stop()
    if (directory) await rm(directory, { recursive: true })
  })

  async function deploy(options: Parameters<typeof bpmnProcess>[0]) {
    const file = join(directory, `${options.id}.bpmn`)
    await writeFile(file, bpmnProcess(options))
    await client.deployResourcesFromFiles([file])
  }

  /** Variables of the instances which came to this job, in the order of the instances' keys: the order in which they were created. */
  async function variablesAt(type: string, expected: number): Promise<Record<string, unknown>[]> {
    const seen = new Map<string, Record<string, unknown>>()
    await vi.waitFor(async () => {
      const jobs = await client.activateJobs({ type, worker: 'test', timeout: 60_000, maxJobsToActivate: 50, requestTimeout: 1_000 })
      for (const job of jobs) seen.set(String(job.processInstanceKey), { ...job.variables })
      expect(seen.size).toBeGreaterThanOrEqual(expected)
    }, WAIT)
    const inOrder = [...seen].toSorted(([one], [other]) => (BigInt(one) < BigInt(other) ? -1 : 1))
    return inOrder.map(([, variables]) => variables)
  }

  async function bridge(elements: readonly object[], rest: Record<string, unknown> = {}, server: SQSClient = sqs, queueSettings = QUEUES) {
    const name = `c${++count}-${process.pid}`
    const stages: Stage[] = []
    const other: string[] = []
    const journeys = new Journeys(
      (stage) => stages.push(stage),
      (line) => other.push(line),
    )
    const connectorText = JSON.stringify({ elements, function: FUNCTION, ...rest })
    const connectorParameter = `/camunda-sqs-bridge/${name}/connector`
    parameters.parameters.set(connectorParameter, connectorText)
    const started = await startLocalBridge({
      name,
      connectorText,
      connectorParameter,
      sqs: server,
      parameterStoreUrl: parameters.url,
      taskRoot: directory,
      queueSettings,
      onMapping: (event) => journeys.onMapping(name, event),
      onLog: (line) => journeys.onLog(line),
      onDeadLetter: (messageId) => journeys.onDeadLetter(name, messageId),
    })
    const send = ({ body, type, MessageGroupId: group }: Message) =>
      sendMessage(sqs, started.queue.queueUrl, {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(type && { attributes: { type } }),
        group,
      })
    const stagesOf = (messageId: string) =>
      stages.filter((stage) => stage.messageId === messageId).map(({ outcome, fate }) => `${outcome}, ${fate}`)
    const endsAs = (messageId: string, last: string) =>
      vi.waitFor(() => expect(stagesOf(messageId).at(-1), other.join('\n')).toBe(last), WAIT)
    return { send, stages, stagesOf, endsAs, queue: started.queue, [Symbol.asyncDispose]: () => started.stop() }
  }

  const startEvent = (bpmnProcessId: string, properties: object = {}) => ({
    elementId: 'Start',
    correlationPoint: { kind: 'createProcessInstance', bpmnProcessId },
    ...properties,
  })

  test.concurrent('a message starts a process instance, whose variables are those of the result variable and the result expression', async () => {
    await deploy({ id: 'plain', jobType: 'plain-job' })
    await using it = await bridge([
      startEvent('plain', { resultVariable: 'sqs', resultExpression: '={ order: body, type: messageAttributes.type.stringValue }' }),
    ])
    const body = { id: 'A1', amount: 129.9, big: 1, list: [1, null, 'x'], text: 'é😀"' }
    const id = await it.send({ body, type: 'OrderPlaced' })
    await it.endsAs(id, 'ProcessInstanceCreated, deleted')
    expect(await variablesAt('plain-job', 1)).toEqual([
      {
        order: body,
        type: 'OrderPlaced',
        sqs: expect.objectContaining({
          messageId: id,
          body,
          attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }),
          messageAttributes: {
            type: { stringValue: 'OrderPlaced', binaryValue: null, stringListValues: [], binaryListValues: [], dataType: 'String' },
          },
        }),
      },
    ])
  })

  test.concurrent('a whole number beyond a double arrives digit by digit', async () => {
    await deploy({ id: 'exact', jobType: 'exact-job' })
    await using it = await bridge([startEvent('exact', { resultVariable: 'sqs' })])
    await it.endsAs(await it.send({ body: '{"n":9007199254740993,"m":18446744073709551615}' }), 'ProcessInstanceCreated, deleted')
    const response = await fetch(`${camunda().restAddress}/v2/jobs/activation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'exact-job', worker: 'test', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 5_000 }),
    })
    const text = await response.text()
    expect(text).toContain('9007199254740993')
    expect(text).toContain('18446744073709551615')
  })

  test.concurrent('a message start event starts an instance, with and without a correlation key', async () => {
    await deploy({ id: 'by-message', start: { kind: 'message', messageName: 'go' }, jobType: 'by-message-job' })
    await using it = await bridge([
      {
        elementId: 'Start',
        correlationPoint: { kind: 'publishMessage', messageName: 'go', elementType: 'messageStartEvent' },
        correlationKeyExpression: '=body.key',
        resultExpression: '={ n: body.n }',
      },
    ])
    await it.endsAs(await it.send({ body: { n: 1 } }), 'MessagePublished, deleted')
    await it.endsAs(await it.send({ body: { n: 2, key: 'k' } }), 'MessagePublished, deleted')
    expect((await variablesAt('by-message-job', 2)).map(({ n }) => n).toSorted()).toEqual([1, 2])
  })

  test.concurrent('an intermediate catch event gets the message which has its correlation key, and no other', async () => {
    await deploy({ id: 'waiting', waitsFor: { messageName: 'paid', correlationKey: '=orderId' }, jobType: 'waiting-job' })
    for (const orderId of ['A', 'B'])
      await client.createProcessInstance({ processDefinitionId: 'waiting', variables: { orderId } } as never)
    await using it = await bridge([
      {
        elementId: 'Wait',
        correlationPoint: { kind: 'publishMessage', messageName: 'paid', elementType: 'intermediateCatchEvent' },
        correlationKeyExpression: '=body.orderId',
        resultExpression: '={ paid: body.amount }',
      },
    ])
    await it.endsAs(await it.send({ body: { orderId: 'B', amount: 7 } }), 'MessagePublished, deleted')
    expect(await variablesAt('waiting-job', 1)).toEqual([{ orderId: 'B', paid: 7 }])
  })

  test.concurrent('a message that activates nothing is deleted where unmatched events are consumed: by the filter, or by the function', async () => {
    const activationCondition = '=messageAttributes.type.stringValue = "OrderPlaced" and body.n > 1'
    await using it = await bridge([startEvent('nowhere', { activationCondition, consumeUnmatchedEvents: true })])
    await it.endsAs(await it.send({ body: { n: 2 }, type: 'OrderCancelled' }), 'filtered out, deleted')
    await it.endsAs(await it.send({ body: { n: 1 }, type: 'OrderPlaced' }), 'ActivationConditionNotMet, deleted')
  })

  test.concurrent('a message that activates nothing stays, and becomes a dead letter, where unmatched events are not consumed', async () => {
    await using it = await bridge([startEvent('nowhere', { activationCondition: '=body.n > 1' })])
    const id = await it.send({ body: { n: 1 } })
    await it.endsAs(id, 'ActivationConditionNotMet, dead letter')
    expect(it.stagesOf(id)).toEqual([
      'ActivationConditionNotMet, back in the queue',
      'ActivationConditionNotMet, back in the queue',
      'ActivationConditionNotMet, dead letter',
    ])
  })

  test.concurrent('a poison message becomes a dead letter after maxReceiveCount, while its batch mates are done at once', async () => {
    await deploy({ id: 'mates', jobType: 'mates-job' })
    await using it = await bridge([startEvent('mates', { resultExpression: '=if body.poison then 1 else { n: body.n }' })])
    const [poison = '', ...mates] = await Promise.all([{ poison: true }, { n: 1 }, { n: 2 }, { n: 3 }].map((body) => it.send({ body })))
    await it.endsAs(poison, 'InvalidInput, dead letter')
    for (const mate of mates) expect(it.stagesOf(mate)).toEqual(['ProcessInstanceCreated, deleted'])
    expect(it.stagesOf(poison)).toHaveLength(QUEUES.maxReceiveCount + 1)
    expect(await variablesAt('mates-job', 3)).toHaveLength(3)
  })

  test.concurrent('an unknown process is a rejection by Camunda: the message stays', async () => {
    await using it = await bridge([startEvent('never-deployed')])
    const id = await it.send({ body: {} })
    await it.endsAs(id, 'CamundaRejected, back in the queue')
    expect(it.stages[0]?.reason).toContain('404')
  })

  test.concurrent('a business id is ignored by Camunda 8.6, and the log says so', async () => {
    await deploy({ id: 'too-old', jobType: 'too-old-job' })
    await using it = await bridge([startEvent('too-old')], { idempotency: 'businessId' })
    await it.endsAs(await it.send({ body: {} }), 'ProcessInstanceCreated, deleted')
    expect(it.stages[0]?.reason).toContain('knows no business ids')
  })

  test.concurrent('a business id is refused by Camunda 8.8, and the message stays', async () => {
    await using it = await bridge([startEvent('no-business')], { idempotency: 'businessId', camunda: '/camunda-sqs-bridge/camunda-8.8/' })
    const id = await it.send({ body: {} })
    await it.endsAs(id, 'CamundaRejected, back in the queue')
    expect(it.stages[0]?.reason).toContain('businessId')
  })

  test.concurrent('with a business id, Camunda 8.9 has one active instance for two messages of one id', async () => {
    await deployTo(later['8.9']().restAddress, bpmnProcess({ id: 'once', jobType: 'once-job' }))
    const rest = { idempotency: 'businessId', camunda: '/camunda-sqs-bridge/camunda-8.9/' }
    await using it = await bridge([startEvent('once', { messageIdExpression: '=body.id' })], rest)
    await it.endsAs(await it.send({ body: { id: 'A' } }), 'ProcessInstanceCreated, deleted')
    await it.endsAs(await it.send({ body: { id: 'A' } }), 'AlreadyCreated, deleted')
    await it.endsAs(await it.send({ body: { id: 'B' } }), 'ProcessInstanceCreated, deleted')
    expect(await instancesAt(later['8.9']().restAddress)).toHaveLength(2)
  })

  test.concurrent('on a FIFO queue the order is kept in each group, also when a message is returned and comes again', async () => {
    await deploy({ id: 'fifo', jobType: 'fifo-job' })
    const failsOnce = 'body.group = "b" and body.n = 3 and attributes.ApproximateReceiveCount = "1"'
    const elements = [startEvent('fifo', { resultExpression: `=if ${failsOnce} then 1 else { group: body.group, n: body.n }` })]
    const rest = { queue: { name: `fifo-${process.pid}.fifo` }, eventSource: { batchSize: 10 } }
    await using it = await bridge(elements, rest, sqs, { ...QUEUES, maxReceiveCount: 10 })
    const ids = new Map<string, string>()
    for (const n of [1, 2, 3, 4, 5])
      for (const group of ['a', 'b', 'c']) ids.set(`${group}${n}`, await it.send({ body: { group, n }, MessageGroupId: group }))
    await it.endsAs(ids.get('b5') ?? '', 'ProcessInstanceCreated, deleted')
    const created = await variablesAt('fifo-job', 15)
    const orderOf = (group: string) => created.filter((variables) => variables.group === group).map(({ n }) => n)
    expect([orderOf('a'), orderOf('b'), orderOf('c')]).toEqual(Array(3).fill([1, 2, 3, 4, 5]))
    expect(it.stagesOf(ids.get('b3') ?? '')).toEqual(['InvalidInput, back in the queue', 'ProcessInstanceCreated, deleted'])
  })

  test.concurrent('a message which was published, but not deleted, is acknowledged as a duplicate when it comes again', async () => {
    let lost = 0
    // SQS whose first deletion gets lost on its way.
    const forgetful = new Proxy(sqs, {
      get: (target, property) =>
        property === 'send'
          ? (command: { constructor: { name: string } }, ...more: unknown[]) =>
              command.constructor.name === 'DeleteMessageBatchCommand' && lost++ === 0
                ? Promise.reject(new Error('lost'))
                : Reflect.apply(target.send, target, [command, ...more])
          : Reflect.get(target, property),
    })
    const elements = [
      { elementId: 'Start', correlationPoint: { kind: 'publishMessage', messageName: 'nobody waits for it' }, messageTtl: 'PT10M' },
    ]
    await using it = await bridge(elements, {}, forgetful)
    const id = await it.send({ body: {} })
    await it.endsAs(id, 'AlreadyPublished, deleted')
    expect(it.stagesOf(id)[0]).toMatch(/^MessagePublished/)
    expect(lost).toBeGreaterThan(1)
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: it.queue.deadLetterQueueUrl, WaitTimeSeconds: 0 }))
    expect(Messages).toEqual([])
  })
})
