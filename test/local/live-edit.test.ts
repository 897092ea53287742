import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bundleFunction } from '../../lib/bundle.ts'
import { type SqsServer, startEmbeddedSqs } from '../../local/embedded-sqs.ts'
import type { HttpService } from '../../local/http-service.ts'
import { Journeys } from '../../local/journeys.ts'
import { type LocalBridge, startLocalBridge } from '../../local/local-bridge.ts'
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { localSqsClient, sendMessage } from '../../local/queues.ts'
import { bpmnProcess, deploy } from '../support/bpmn.ts'
import { startCamunda } from '../support/camunda.ts'

/** Edits of a connector's parameter while messages flow: the updater and the bundle, between the local stand-ins. */

const CONNECTOR = '/camunda-sqs-bridge/live/connector'
const FILTER = '/camunda-sqs-bridge/live/filter'
const WAIT = { timeout: 60_000, interval: 100 }

vi.setConfig({ testTimeout: 120_000 })

let directory: string
let camunda: HttpService
let server: SqsServer
let sqs: SQSClient
let parameters: ParameterStore
let bridge: LocalBridge
const told: string[] = []
/** What became of each message, and how many edits there had been by then. */
const ends: { messageId: string; outcome: string | undefined; edits: number }[] = []
let edits = 0
const journeys = new Journeys(
  ({ messageId, outcome, fate }) => fate === 'deleted' && ends.push({ messageId, outcome, edits }),
  (line) => told.push(line),
)

/** Starts a process for each of these types of messages, and has all others deleted. */
function connectorText(...types: string[]) {
  const elements = types.map((type) => ({
    elementId: type,
    correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' },
    activationCondition: `=messageAttributes.type.stringValue = "${type}"`,
    consumeUnmatchedEvents: true,
  }))
  return JSON.stringify({ function: { timeout: 5, requestTimeout: 2 }, elements })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'live-edit-'))
  bundleFunction(directory)
  camunda = await startCamunda()
  await deploy(camunda.url, bpmnProcess({ id: 'order', jobType: 'j' }))
  server = await startEmbeddedSqs()
  sqs = localSqsClient(server.endpoint)
  parameters = await startParameterStore({
    '/camunda-sqs-bridge/camunda/CAMUNDA_REST_ADDRESS': camunda.url,
    [CONNECTOR]: connectorText('A'),
  })
  bridge = await startLocalBridge({
    name: 'live',
    connectorText: connectorText('A'),
    connectorParameter: CONNECTOR,
    sqs,
    parameterStoreUrl: parameters.url,
    taskRoot: directory,
    queueSettings: { visibilityTimeout: 5, maxReceiveCount: 10 },
    onMapping: (event) => journeys.onMapping('live', event),
    onLog: (line) => journeys.onLog(line),
    onDeadLetter: (messageId) => journeys.onDeadLetter('live', messageId),
  })
})

afterAll(async () => {
  await bridge?.stop()
  sqs?.destroy()
  await server?.stop()
  await parameters?.stop()
  await camunda?.stop()
  if (directory) await rm(directory, { recursive: true })
})

function send(type: string): Promise<string> {
  return sendMessage(sqs, bridge.queue.queueUrl, { body: '{}', attributes: { type } })
}

async function outcomeOf(type: string): Promise<string | undefined> {
  const messageId = await send(type)
  await vi.waitFor(() => expect(journeys.latest(messageId)?.fate, told.join('\n')).toMatch(/deleted|dead letter/), WAIT)
  return journeys.latest(messageId)?.outcome
}

const letThrough = () => (parameters.parameters.get(FILTER) ?? '').match(/"[A-Z]"/g)?.map((type) => type[1])
const filterInForce = (...types: string[]) => vi.waitFor(() => expect([...new Set(letThrough())].sort()).toEqual(types), WAIT)
/** Sends one of a type again and again until it has this outcome; none of them may be lost on the way. */
const becomes = (type: string, outcome: string) => vi.waitFor(async () => expect(await outcomeOf(type)).toBe(outcome), WAIT)

test('edits which widen, break, repair and narrow are followed while messages flow, and each message ends by a configuration in force', async () => {
  const flowing = new Map<string, string>()
  let flow = true
  const flowed = (async () => {
    for (let sent = 0; flow; sent++) {
      const type = ['A', 'B', 'C'][sent % 3] as string
      flowing.set(await send(type), type)
      await new Promise((next) => setTimeout(next, 60))
    }
  })()
  const editTo = (text: string) => {
    edits += 1
    parameters.parameters.set(CONNECTOR, text)
  }
  await becomes('A', 'ProcessInstanceCreated')
  await becomes('B', 'filtered out')

  editTo(connectorText('A', 'B')) // widens
  await filterInForce('A', 'B')
  await becomes('B', 'ProcessInstanceCreated')

  editTo('{"elements": []}') // breaks
  await vi.waitFor(() => expect(told.join('\n')).toContain('elements: found []; expected at least one element'), WAIT)
  expect(await outcomeOf('A')).toBe('ProcessInstanceCreated')
  await filterInForce('A', 'B')

  editTo(connectorText('B')) // repairs, and narrows
  await becomes('A', 'ActivationConditionNotMet')
  await filterInForce('B')
  await becomes('A', 'filtered out')
  expect(await outcomeOf('B')).toBe('ProcessInstanceCreated')

  flow = false
  await flowed
  await vi.waitFor(() => {
    for (const id of flowing.keys()) expect(journeys.latest(id)?.fate, told.join('\n')).toBe('deleted')
  }, WAIT)
  expect(flowing.size).toBeGreaterThan(50)
  for (const { messageId, outcome, edits } of ends) {
    const type = flowing.get(messageId)
    const said = `${type}, after ${edits} edits`
    if (type === 'A' && edits < 3) expect(outcome, said).toBe('ProcessInstanceCreated')
    if (type === 'B' && edits > 1) expect(outcome, said).not.toBe('filtered out')
    if (type === 'C') expect(outcome, said).toBe('filtered out')
  }
})
