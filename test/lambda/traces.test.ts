import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { processBatch, type Settled } from '../../lambda/bridge.ts'
import type { CamundaReply } from '../../lambda/core/outcome.ts'
import { InvocationTrace, MOST_TRACED, Traces } from '../../lambda/traces.ts'
import { bundleFunction } from '../../lib/bundle.ts'
import { startFunction } from '../../local/lambda-runtime.ts'
import { startParameterStore } from '../../local/parameter-store.ts'
import { connector, startEvent } from '../support/connectors.ts'
import { FakeCamunda } from '../support/fake-camunda.ts'
import { FakeQueue } from '../support/fake-queue.ts'
import { answerJson, startHttpServer } from '../support/http-server.ts'
import { sqsEvent, sqsRecord } from '../support/sqs.ts'
import { type SegmentDocument, startXrayDaemon } from '../support/xray-daemon.ts'

const ROOT = '1-6544e988-bd862e3fe1be46a994272793'
const PARENT = '53995c3f42cd8ad8'
const HEADER = `Root=${ROOT};Parent=${PARENT};Sampled=1;Lineage=1:a87bd80c:0`
const SENDER = 'Root=1-6544e900-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=bbbbbbbbbbbbbbbb;Sampled=1'

let daemon: Awaited<ReturnType<typeof startXrayDaemon>>
beforeEach(async () => {
  daemon = await startXrayDaemon()
})
afterEach(async () => {
  expect(daemon.faults).toEqual([])
  await daemon.stop()
})

/** Those of all documents, and of those within them, each by what it is below. */
const named = (name: string) =>
  daemon.documents
    .flatMap((document) => [document, ...(document.subsegments ?? []).map((below) => ({ ...below, parent_id: document.id }))])
    .filter((document) => document.name === name)

/** A batch of these messages, traced, with Camunda as it answers. */
async function traced(
  header: string | undefined,
  camunda: FakeCamunda,
  ...messages: readonly NonNullable<Parameters<typeof sqsRecord>[0]>[]
) {
  const trace = new Traces(daemon.address).invocation(header)
  const told: string[] = []
  const seen: Readonly<Record<string, string>>[] = []
  const telling = {
    send: async (...command: Parameters<typeof camunda.send>) => {
      seen.push(trace.traceparent())
      return camunda.send(...command)
    },
  }
  const response = await processBatch(
    {
      connector: connector({ elements: [startEvent({ activationCondition: '=body.go' })] }),
      configurationVersion: 1,
      camunda: trace.camunda(telling),
      queue: new FakeQueue(),
      remainingTime: () => 60_000,
      pause: async () => {},
      report: ({ outcome }: Settled) => void told.push(outcome.kind),
      traced: trace.message.bind(trace),
    },
    sqsEvent(...messages),
  )
  await trace.flush()
  return { response, told, traceparents: seen }
}

const arrived = (count: number) => expect.poll(() => daemon.documents.length).toBe(count)

describe('of an invocation that is sampled', () => {
  test('each message has a subsegment with its outcome, and each request one below it with its key', async () => {
    const { told } = await traced(
      HEADER,
      new FakeCamunda(),
      { messageId: 'a', body: { go: true } },
      { messageId: 'b', body: {}, receives: 3 },
    )
    expect(told.toSorted()).toEqual(['ActivationConditionNotMet', 'ProcessInstanceCreated'])
    await arrived(2)
    const [request] = named('Camunda')
    const a = named('message').find(({ annotations }) => annotations.message_id === 'a')
    expect(a).toMatchObject({
      trace_id: ROOT,
      parent_id: PARENT,
      type: 'subsegment',
      annotations: { outcome: 'ProcessInstanceCreated', process_instance_key: '1', element_id: 'OrderPlaced', receive_count: 1 },
    })
    expect(request).toMatchObject({
      parent_id: a?.id,
      namespace: 'remote',
      annotations: { outcome: 'ProcessInstanceCreated', process_instance_key: '1' },
    })
    expect(named('message').find(({ annotations }) => annotations.message_id === 'b')?.annotations).toEqual({
      message_id: 'b',
      outcome: 'ActivationConditionNotMet',
      receive_count: 3,
    })
    for (const { id, start_time, end_time } of [...named('message'), ...named('Camunda')]) {
      expect(id).toMatch(/^[\da-f]{16}$/)
      expect(end_time).toBeGreaterThanOrEqual(start_time)
      expect(Math.abs(start_time - Date.now() / 1_000)).toBeLessThan(60)
    }
    expect(new Set([...named('message'), ...named('Camunda')].map(({ id }) => id)).size).toBe(3)
  })

  // biome-ignore format: a table
  test.each<[CamundaReply, Partial<SegmentDocument>, requests: number]>([
    [{ kind: 'CamundaRejected', reason: 'r' },                                   { error: true }, 1],
    [{ kind: 'Ambiguous', reason: 'r' },                                         { fault: true }, 1],
    [{ kind: 'CamundaUnavailable', reason: 'r', why: 'unauthorized' },           { fault: true }, 1],
    [{ kind: 'CamundaUnavailable', reason: 'r', why: 'unreachable' },            { fault: true }, 3],
  ])('what failed is told as an error or a fault, and each attempt by itself: %o', async (reply, flag, requests) => {
    await traced(HEADER, new FakeCamunda().answers(() => reply), { body: { go: true } })
    await arrived(1)
    expect(named('Camunda')).toHaveLength(requests)
    for (const document of [...named('message'), ...named('Camunda')]) expect(document).toMatchObject({ ...flag, annotations: { outcome: reply.kind } })
    expect(new Set(named('Camunda').map(({ parent_id }) => parent_id))).toEqual(new Set([named('message')[0]?.id]))
  })

  test('nothing of a message’s body, attributes or reason is told', async () => {
    await traced(
      HEADER,
      new FakeCamunda().answers(() => ({ kind: 'CamundaRejected', reason: 'CONFIDENTIAL' })),
      { body: { go: true, s: 'CONFIDENTIAL' }, type: 'CONFIDENTIAL' },
    )
    await arrived(1)
    expect(JSON.stringify(daemon.documents)).not.toContain('CONFIDENTIAL')
  })

  // biome-ignore format: a table
  test.each([
    ['its sender’s trace where it has one',   SENDER,                               '1-6544e900-aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['nothing that a sender made up',         'Root=CONFIDENTIAL;Parent=x',         undefined],
  ])('a message names %s', async (_, AWSTraceHeader, expected) => {
    const trace = new Traces(daemon.address).invocation(HEADER)
    const record = sqsRecord()
    const settled = { record, outcome: { kind: 'AlreadyCreated' }, disposition: 'acknowledge', elementId: undefined, durationMs: 1 } as const
    await trace.message({ ...record, attributes: { ...record.attributes, AWSTraceHeader } }, async () => settled)
    await trace.flush()
    await arrived(1)
    expect(daemon.documents[0]?.annotations.sender_trace_id).toBe(expected)
  })

  test('each request is told by which of its subsegments it is, for whoever continues the trace', async () => {
    const { traceparents } = await traced(HEADER, new FakeCamunda(), { body: { go: true } }, { body: { go: true } })
    await arrived(2)
    const ids = named('Camunda').map(({ id }) => id)
    expect(traceparents.map(({ traceparent }) => traceparent).toSorted()).toEqual(
      ids.map((id) => `00-6544e988bd862e3fe1be46a994272793-${id}-01`).toSorted(),
    )
  })

  test('messages beyond what a trace holds are done untraced', async () => {
    let written = 0
    const trace = new InvocationTrace({ root: ROOT, parent: PARENT, isSampled: true }, async () => void written++)
    const record = sqsRecord()
    const settled = {
      record,
      outcome: { kind: 'AlreadyCreated' },
      disposition: 'acknowledge',
      elementId: undefined,
      durationMs: 1,
    } as const
    for (let n = 0; n < MOST_TRACED + 5; n++) expect(await trace.message(record, async () => settled)).toBe(settled)
    expect(written).toBe(MOST_TRACED)
  })
})

function alreadyCreated(record: Settled['record']): Settled {
  return { record, outcome: { kind: 'AlreadyCreated' }, disposition: 'acknowledge', elementId: undefined, durationMs: 1 }
}

test('an invocation does not end before what was written has left', async () => {
  let hasLeft = false
  const trace = new InvocationTrace({ root: ROOT, parent: PARENT, isSampled: true }, async () => {
    await pause(20)
    hasLeft = true
  })
  const record = sqsRecord()
  await trace.message(record, async () => alreadyCreated(record))
  await trace.flush()
  expect(hasLeft).toBe(true)
})

describe('nothing is traced', () => {
  test.each([
    [
      'of an invocation that is not sampled',
      `Root=${ROOT};Parent=${PARENT};Sampled=0`,
      /^00-6544e988bd862e3fe1be46a994272793-[\da-f]{16}-00$/,
    ],
    ['where there is no trace', undefined, undefined],
    ['where the header is none', 'Self=1-a-b', undefined],
  ])('%s', async (_, header, traceparent) => {
    const { told, traceparents } = await traced(header, new FakeCamunda(), { body: { go: true } })
    expect(told).toEqual(['ProcessInstanceCreated'])
    await pause(50)
    expect(daemon.documents).toEqual([])
    if (traceparent) expect(traceparents[0]?.traceparent).toMatch(traceparent)
    else expect(traceparents).toEqual([{}])
  })

  test('by a daemon that is not there, and the batch is answered all the same', async () => {
    for (const address of ['127.0.0.1:1', '127.0.0.1:99999', 'no.such.host.invalid:2000', '']) {
      const trace = new Traces(address).invocation(HEADER)
      const record = sqsRecord()
      const settled = alreadyCreated(record)
      expect(await trace.message(record, async () => settled)).toBe(settled)
      await trace.flush()
    }
  })

  test('of a daemon that takes its time, for longer than an invocation can spare', { timeout: 5_000 }, async () => {
    const trace = new InvocationTrace({ root: ROOT, parent: PARENT, isSampled: true }, () => new Promise(() => {}))
    const record = sqsRecord()
    await trace.message(record, async () => alreadyCreated(record))
    await trace.flush()
  })

  test.each([
    ['127.0.0.1', (port: string) => `127.0.0.1:${port}`],
    ['of two addresses', (port: string) => `tcp:127.0.0.1:1 udp:127.0.0.1:${port}`],
  ])('is not said of a daemon at an address %s', async (_, address) => {
    const trace = new Traces(address(daemon.address.split(':')[1] ?? '')).invocation(HEADER)
    const record = sqsRecord()
    await trace.message(record, async () => ({
      record,
      outcome: { kind: 'AlreadyCreated' },
      disposition: 'acknowledge',
      elementId: undefined,
      durationMs: 1,
    }))
    await trace.flush()
    await arrived(1)
  })
})

describe('the function', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'traces-'))
    bundleFunction(directory)
  })
  afterAll(() => rm(directory, { recursive: true }))

  async function invoked(environment: Readonly<Record<string, string>>) {
    const camunda = await startHttpServer((_request, response) => answerJson(response, 200, { processInstanceKey: '7' }))
    const parameters = await startParameterStore({
      '/camunda-sqs-bridge/camunda/CAMUNDA_REST_ADDRESS': camunda.url,
      '/filter': '[]',
      '/connector': JSON.stringify({ function: { timeout: 15, requestTimeout: 5 }, elements: [startEvent()] }),
    })
    const bridge = startFunction({
      functionName: 'orders',
      taskRoot: directory,
      handler: 'index.handler',
      environment: {
        CONNECTOR_NAME: 'orders',
        CONNECTOR_PARAMETER: '/connector',
        FILTER_PARAMETER: '/filter',
        POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
        AWS_ENDPOINT_URL_SSM: parameters.url,
        AWS_XRAY_DAEMON_ADDRESS: daemon.address,
        ...environment,
      },
      timeout: 15,
      memorySize: 512,
      traceHeader: () => HEADER,
    })
    onTestFinished(async () => void (await Promise.all([bridge.stop(), parameters.stop(), camunda.stop()])))
    expect(await bridge.invoke(sqsEvent({ messageId: 'a' }))).toMatchObject({ payload: '{"batchItemFailures":[]}' })
    return camunda.requests.map(({ headers }) => headers.traceparent)
  }

  test('writes both subsegments before it answers, and tells Camunda where that is wanted', async () => {
    const [traceparent] = await invoked({ TRACING: 'traceparent' })
    await arrived(1)
    expect(named('Camunda')[0]).toMatchObject({ annotations: { process_instance_key: '7' } })
    expect(named('message')[0]).toMatchObject({
      trace_id: ROOT,
      parent_id: PARENT,
      annotations: { message_id: 'a', outcome: 'ProcessInstanceCreated' },
    })
    expect(traceparent).toBe(`00-6544e988bd862e3fe1be46a994272793-${named('Camunda')[0]?.id}-01`)
  })

  test('tells Camunda nothing of its traces where that is not wanted', async () => {
    expect(await invoked({ TRACING: 'active' })).toEqual([undefined])
    await arrived(1)
  })

  test('has none where nobody asks for them', async () => {
    expect(await invoked({})).toEqual([undefined])
    await pause(50)
    expect(daemon.documents).toEqual([])
  })
})
