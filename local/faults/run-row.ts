import { setTimeout as pause } from 'node:timers/promises'
import { GetQueueAttributesCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { bpmnProcess, deploy } from '../bpmn.ts'
import { type LocalBridge, startLocalBridge } from '../local-bridge.ts'
import { startParameterStore } from '../parameter-store.ts'
import { localSqsClient, type QueueSettings, sendMessage } from '../queues.ts'
import { type Body, healthy } from './bodies.ts'
import { FaultProxy } from './fault-proxy.ts'
import { Instances } from './instances.ts'
import type { Mode } from './modes.ts'
import { QueueFaults } from './queue-faults.ts'
import { seeded } from './random.ts'
import type { RowCamunda } from './row-camunda.ts'
import type { Row, Site } from './rows.ts'
import { type Findings, type Tally, tally } from './tally.ts'
import { startTokenEndpoint } from './token-endpoint.ts'
import { ToldReasons } from './told-reasons.ts'

/** What a row stands between. */
export interface Engines {
  readonly camunda: (row: Row, mode: Mode) => Promise<RowCamunda>
  readonly sqsEndpoint: string
  /** Directory of the function's bundle. */
  readonly taskRoot: string
}

export interface RunOptions {
  readonly messages: number
  readonly seed: number
  /** Faults which last for a time last a second. */
  readonly short: boolean
  /** Told now and then: how many messages are still in the queue. */
  readonly onProgress?: ((left: number) => void) | undefined
}

const FUNCTION = { timeout: 8, requestTimeout: 5 }
/**
 * What is returned comes again soon, but not while it is still waiting for its invocation on a busy machine. As many receives as it takes,
 * for the dead-letter queue is for poison alone.
 */
const QUEUE: QueueSettings = { visibilityTimeout: 30, maxReceiveCount: 200 }
/** An execution environment costs half a second of CPU. */
const EVENT_SOURCE = { maximumConcurrency: 2, longestOutage: 8 }
const CONNECTION_PATH = '/camunda-sqs-bridge/camunda/'
/** What a queue takes at a time. */
const BATCH = 10
/** Characters of a body which goes alone: a batch takes no more bytes than a message does. */
const LARGE = 20_000
const LOOK_MS = 300
/** Looks in a row at which the queue must be empty. */
const LOOKS = 3
const PATIENCE_MS = 480_000

let runs = 0

/** Runs a row in a mode: bridge, queue, process and proxy of its own, for as long as it takes. */
export async function runRow(engines: Engines, row: Row, mode: Mode, options: RunOptions): Promise<Tally> {
  const stops: (() => unknown)[] = []
  try {
    return tally(row, mode, await findings(engines, row, mode, options, stops))
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

async function findings(engines: Engines, row: Row, mode: Mode, options: RunOptions, stops: (() => unknown)[]): Promise<Findings> {
  const camunda = await engines.camunda(row, mode)
  stops.push(() => camunda.stop())
  const name = `faults-${process.pid}-${++runs}`
  const random = seeded(options.seed)
  await deployCounted(camunda, name, mode)

  const proxy = await FaultProxy.start(camunda, random)
  stops.push(() => proxy.stop())
  const tokens = await startTokenEndpoint()
  stops.push(() => tokens.stop())
  const connectorParameter = `/camunda-sqs-bridge/${name}/connector`
  const connectorText = JSON.stringify(connector(name, row, mode))
  const parameters = await startParameterStore({ [connectorParameter]: connectorText, ...connection(proxy.url, tokens.url) })
  stops.push(() => parameters.stop())
  const queue = new QueueFaults(random)
  const sqs = localSqsClient(engines.sqsEndpoint)
  const troubledSqs = localSqsClient(engines.sqsEndpoint)
  queue.befall(troubledSqs, name)
  stops.push(
    () => sqs.destroy(),
    () => troubledSqs.destroy(),
  )

  /** Their numbers, by their ids. */
  const deadLetters = new Map<string, number>()
  const reasons = new ToldReasons()
  let signals = 0
  let failedBatches = 0
  const bridge = await startLocalBridge({
    name,
    connectorText,
    connectorParameter,
    sqs: troubledSqs,
    parameterStoreUrl: parameters.url,
    taskRoot: engines.taskRoot,
    queueSettings: { ...QUEUE, ...mode.queue, ...row.queue },
    onMapping(event) {
      if (event.kind !== 'batchFailed') return
      failedBatches += 1
      reasons.add(`batch failed: ${event.reason}`)
    },
    onLog: (line) => reasons.onLog(line),
    onDeadLetter: (messageId, body) => deadLetters.set(messageId, numberIn(body)),
  })
  stops.push(() => bridge.stop())

  const struckSoFar = () =>
    proxy.struck + proxy.pushedBack + queue.struck + parameters.troubled + tokens.refused + signals + failedBatches + deadLetters.size
  const site: Site = {
    messages: options.messages,
    proxy,
    parameters,
    tokens,
    queue,
    camunda,
    signalFunction(signal) {
      signals += 1
      bridge.signalFunction(signal)
    },
    async seconds(count) {
      await pause(options.short ? 1_000 : count * 1_000)
      const deadline = Date.now() + PATIENCE_MS
      while (struckSoFar() === 0 && Date.now() < deadline) await pause(20)
    },
    async requests(count) {
      while (proxy.requests < count) await pause(20)
    },
  }
  const bodies = Array.from({ length: options.messages }, (_, index) => bodyOf(row, index + 1))
  const warmUp = row.warm ? bodies.slice(0, Math.ceil(bodies.length / 10)) : []
  const sent = await send(sqs, bridge.queue.queueUrl, warmUp)
  if (row.warm) await emptied(sqs, bridge, () => true, options)

  const began = performance.now()
  let struck = false
  const striking = Promise.resolve(row.strike?.(site)).then(() => {
    struck = true
  })
  // It is awaited below; until then its failure is nobody's.
  striking.catch(() => {})
  for (const [id, n] of await send(sqs, bridge.queue.queueUrl, bodies.slice(warmUp.length))) sent.set(id, n)
  const isEmpty = await emptied(sqs, bridge, () => struck && !queue.isPending, options)
  const secondsToDrain = isEmpty ? (performance.now() - began) / 1_000 : undefined
  await striking
  await allDeadLetters(sqs, bridge, deadLetters)
  // Invocations under way end first, and with them what they have sent to Camunda.
  await bridge.stop()
  await proxy.settled()

  const instances = new Instances(camunda, name)
  while ((await instances.look()) > 0);
  if (camunda.isShared) await instances.finish()
  return {
    sent: [...sent.values()],
    poison: new Set(bodies.flatMap(({ n, poison }) => (poison ? [n] : []))),
    instances: instances.messages,
    deadLetters: [...deadLetters.values()],
    struck: struckSoFar(),
    secondsToDrain,
    reasons: reasons.inOrder,
  }
}

async function deployCounted(camunda: RowCamunda, name: string, { start }: Mode): Promise<void> {
  const xml = bpmnProcess({ id: name, start: start === 'message' ? { kind: start, messageName: name } : { kind: start }, jobType: name })
  const status = await deploy(camunda.restAddress, xml, await camunda.authorization())
  if (status !== 200) throw new Error(`Camunda does not take the process ${name}: ${status}`)
}

function connector(name: string, row: Row, mode: Mode): object {
  const { function: settings, eventSource, resultExpression = '={ n: body.n }' } = row
  return {
    eventSource: { ...EVENT_SOURCE, ...eventSource },
    function: { ...FUNCTION, ...settings },
    camunda: CONNECTION_PATH,
    elements: [{ elementId: 'Start', resultExpression, ...mode.element(name) }],
    ...mode.connector,
    ...row.connector,
  }
}

function connection(camundaUrl: string, tokenUrl: string): Record<string, string> {
  const settings = {
    CAMUNDA_REST_ADDRESS: camundaUrl,
    CAMUNDA_AUTH_STRATEGY: 'OAUTH',
    CAMUNDA_CLIENT_ID: 'faults',
    CAMUNDA_CLIENT_SECRET: 'faults',
    CAMUNDA_OAUTH_URL: `${tokenUrl}/oauth/token`,
    CAMUNDA_TOKEN_AUDIENCE: 'faults',
  }
  return Object.fromEntries(Object.entries(settings).map(([setting, value]) => [`${CONNECTION_PATH}${setting}`, value]))
}

type Numbered = Body & { readonly n: number }

function bodyOf({ body }: Row, n: number): Numbered {
  return { n, ...(body ?? healthy)(n) }
}

/** Of a body; a dead letter may be a copy with an id of its own. */
function numberIn(body: string): number {
  return Number(/"n":(\d+)/.exec(body)?.[1])
}

/** @returns the number of each message by its id */
async function send(sqs: SQSClient, queueUrl: string, bodies: readonly Numbered[]): Promise<Map<string, number>> {
  const sent = new Map<string, number>()
  const { large = [], small = [] } = Object.groupBy(bodies, ({ text }) => (text.length > LARGE ? 'large' : 'small'))
  for (const { n, text } of large) sent.set(await sendMessage(sqs, queueUrl, { body: text }), n)
  for (let first = 0; first < small.length; first += BATCH) {
    const Entries = small.slice(first, first + BATCH).map(({ n, text }) => ({ Id: String(n), MessageBody: text }))
    const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    if (Failed.length > 0) throw new Error(`SQS does not take a message: ${Failed[0]?.Message}`)
    for (const { Id, MessageId } of Successful) sent.set(MessageId ?? '', Number(Id))
  }
  return sent
}

/** @returns whether it came to that within the time which there is */
async function emptied(sqs: SQSClient, { queue }: LocalBridge, isOver: () => boolean, { onProgress }: RunOptions): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS
  for (let looks = 0; looks < LOOKS; ) {
    if (Date.now() > deadline) return false
    await pause(LOOK_MS)
    const left = await messagesIn(sqs, queue.queueUrl)
    onProgress?.(left)
    looks = left === 0 && isOver() ? looks + 1 : 0
  }
  return true
}

/** They are told of one by one, a little after they have arrived. */
async function allDeadLetters(sqs: SQSClient, { queue }: LocalBridge, told: ReadonlyMap<string, number>): Promise<void> {
  while ((await messagesIn(sqs, queue.deadLetterQueueUrl)) > told.size) await pause(LOOK_MS)
}

/** Visible, in flight and delayed. */
async function messagesIn(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
    }),
  )
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0)
}
