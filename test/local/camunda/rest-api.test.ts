import { createCamundaClient as clientOf88 } from '@camunda8/orchestration-cluster-api'
import { createCamundaClient as clientOf89 } from 'orchestration-cluster-api-8.9'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CamundaRestClient } from '../../../lambda/camunda-client.ts'
import { VERSION_NAMES, type VersionName } from '../../../local/camunda/camunda-version.ts'
import { camundaRestClient, deployExamples } from '../../../local/camunda-side.ts'
import type { HttpService } from '../../../local/http-service.ts'
import { bpmnProcess, deploy } from '../../support/bpmn.ts'
import { startCamunda } from '../../support/camunda.ts'

/** The stand-in over HTTP: what it refuses, how it says it, and what Camunda's own clients make of its answers. */

const services: HttpService[] = []
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())))

async function started(options: Parameters<typeof startCamunda>[0] = {}): Promise<string> {
  const service = await startCamunda(options)
  services.push(service)
  return service.url
}

async function send(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const problem = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.status, text, contentType: response.headers.get('content-type'), ...problem }
}

const CREATE = {
  kind: 'createProcessInstance',
  bpmnProcessId: 'plain',
  version: undefined,
  tenantId: '<default>',
  idempotency: 'none',
  messageId: 'id-0',
  variables: { a: 1 },
} as const
const PUBLISH = {
  kind: 'publishMessage',
  messageName: 'm',
  correlationKey: 'k',
  messageId: 'id-1',
  messageTtl: 'PT1H',
  tenantId: '<default>',
  variables: {},
} as const

describe.each(VERSION_NAMES)('as Camunda %s', (version) => {
  let url: string
  beforeEach(async () => {
    url = await started({ version })
    await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
  })

  test('it answers the bridge’s own client', async () => {
    const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: url }, 5_000)
    expect(await camunda.send(CREATE, () => 60_000)).toEqual({
      kind: 'ProcessInstanceCreated',
      processInstanceKey: expect.stringMatching(/^\d{16}$/),
    })
    expect(await camunda.send(PUBLISH, () => 60_000)).toMatchObject({ kind: 'MessagePublished' })
    expect(await camunda.send(PUBLISH, () => 60_000)).toEqual({ kind: 'AlreadyPublished' })
    expect(await camunda.send({ ...CREATE, bpmnProcessId: 'unknown' }, () => 60_000)).toMatchObject({ kind: 'CamundaRejected' })
    await camunda.close()
  })

  test('the examples are deployed by Camunda’s own SDK', async () => {
    expect(await deployExamples(camundaRestClient({ CAMUNDA_REST_ADDRESS: url }), 'examples')).toEqual(['example-order'])
  })

  // biome-ignore format: a table
  test.each<[string, string, string, unknown, Record<string, string>, number]>([
    ['a path that there is not',       'GET',  'nothing',              undefined,                    {},                                                  404],
    ['another API',                    'POST', 'decisions/evaluation', {},                           {},                                                  404],
    ['another method',                 'GET',  'messages/publication', undefined,                    {},                                                  405],
    ['another content type',           'POST', 'messages/publication', 'name=m',                     { 'content-type': 'text/plain' },                    415],
    ['a form that is none',            'POST', 'deployments',          'x',                          { 'content-type': 'multipart/form-data; boundary=b' }, 400],
    ['a deployment that is no form',   'POST', 'deployments',          {},                           {},                                                  415],
    ['a list as a body',               'POST', 'messages/publication', [],                           {},                                                  400],
    ['a text as a time to live',       'POST', 'messages/publication', { name: 'm', timeToLive: '5' }, {},                                                400],
    ['no type of jobs',                'POST', 'jobs/activation',      { timeout: 1, maxJobsToActivate: 1 }, {},                                          400],
    ['no jobs at all',                 'POST', 'jobs/activation',      { type: 'j', timeout: 1, maxJobsToActivate: 0 }, {},                               400],
    ['id and key of a process',        'POST', 'process-instances',    { processDefinitionId: 'plain', processDefinitionKey: '1' }, {},                   400],
    ['a start elsewhere',              'POST', 'process-instances',    { processDefinitionId: 'plain', startInstructions: [{ elementId: 'Work' }] }, {},  501],
    ['a body beyond 4 MiB',            'POST', 'messages/publication', { name: 'm', variables: { a: 'x'.repeat(4_194_304) } }, {},                        413],
  ])('it refuses %s, as a problem', async (_name, method, path, body, headers, status) => {
    expect(await send(method, `${url}/v2/${path}`, body, headers)).toMatchObject({
      status,
      contentType: 'application/problem+json',
      title: expect.any(String),
      detail: expect.stringMatching(/./),
      instance: `/v2/${path}`,
    })
  })

  test('what a body lacks is told in the words of the release', async () => {
    const { title } = await send('POST', `${url}/v2/process-instances`, {})
    expect(title).toBe(version === '8.6' ? 'INVALID_ARGUMENT' : 'Bad Request')
  })
})

describe('back-pressure', () => {
  // biome-ignore format: a table
  test.each<[VersionName, string, number, string]>([
    ['8.6', 'process-instances',    429, 'io.camunda.zeebe.broker.client.api.RequestRetriesExhaustedException'],
    ['8.6', 'messages/publication', 429, 'RESOURCE_EXHAUSTED'],
    ['8.8', 'process-instances',    503, 'RESOURCE_EXHAUSTED'],
    ['8.9', 'messages/publication', 503, 'RESOURCE_EXHAUSTED'],
  ])('of %s refuses %s beyond its limit with %d %s, and the bridge takes it for that', async (version, path, status, title) => {
    const url = await started({ version, capacity: { serviceTime: 0, inFlight: 0 } })
    const body = path === 'process-instances' ? { processDefinitionId: 'plain' } : { name: 'm' }
    expect(await send('POST', `${url}/v2/${path}`, body)).toMatchObject({ status, title })
    const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: url }, 5_000)
    const command = path === 'process-instances' ? CREATE : PUBLISH
    expect(await camunda.send(command, () => 60_000)).toMatchObject({ kind: 'CamundaUnavailable', why: 'backPressure' })
    await camunda.close()
  })

  test('lets as many through at a time as it says, one after the other', async () => {
    const url = await started({ capacity: { serviceTime: 50, inFlight: 3 } })
    const statuses = await Promise.all(Array.from({ length: 5 }, () => send('POST', `${url}/v2/messages/publication`, { name: 'm' })))
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 503, 503])
    expect(await send('POST', `${url}/v2/messages/publication`, { name: 'm' })).toMatchObject({ status: 200 })
  })
})

test('keys of 8.6 beyond a double are whole for the bridge, and texts for whoever asks for texts', async () => {
  const url = await started({ version: '8.6', partitions: 5 })
  await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
  const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: url }, 5_000)
  const keys: string[] = []
  for (let n = 0; n < 5; n++) {
    const reply = await camunda.send(CREATE, () => 60_000)
    if (reply.kind === 'ProcessInstanceCreated') keys.push(reply.processInstanceKey)
  }
  await camunda.close()
  expect(keys.map((key) => BigInt(key) >> 51n)).toEqual([1n, 2n, 3n, 4n, 5n])
  const accept = 'application/vnd.camunda.api.keys.string+json'
  const { text } = await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' }, { accept })
  expect(text).toMatch(/"processInstanceKey":"\d+"/)
})

test('a client that has gone while it waited for a job does not have it', async () => {
  const url = await started()
  await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
  const activation = { type: 'j', timeout: 60_000, maxJobsToActivate: 1 }
  const gone = new AbortController()
  const waiting = fetch(`${url}/v2/jobs/activation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...activation, requestTimeout: 30_000 }),
    signal: gone.signal,
  }).catch(() => undefined)
  await new Promise((over) => setTimeout(over, 100))
  gone.abort()
  await waiting
  await new Promise((over) => setTimeout(over, 100))
  await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' })
  expect((await send('POST', `${url}/v2/jobs/activation`, { ...activation, requestTimeout: 1_000 })).jobs).toHaveLength(1)
})

test('what Camunda’s own client would not send is refused, with its reason', async () => {
  const url = await started()
  const answer = await send('POST', `${url}/v2/process-instances`, { processDefinitionId: '1 no id' })
  expect(answer).toMatchObject({ status: 400, detail: expect.stringMatching(/own client would not send it[\s\S]*processDefinitionId/) })
})

describe('Camunda’s own clients, which check each answer by their schemas, take what it says:', () => {
  const STRICT = {
    // Where it checks requests as well, 8.8.4 sends numbers of 64 bits as texts, which 8.8 does not take.
    CAMUNDA_SDK_VALIDATION: 'req:none,res:strict',
    CAMUNDA_SDK_LOG_LEVEL: 'silent',
    CAMUNDA_AUTH_STRATEGY: 'NONE',
  } as const
  const NOW = { consistency: { waitUpToMs: 0 } } as const

  test.each([
    ['8.8.4, as Camunda 8.8', '8.8', clientOf88],
    ['9.1.5, as Camunda 8.9', '8.9', clientOf89],
  ] as const)('%s', async (_name, version, createClient) => {
    const url = await started({ version })
    const client = (createClient as typeof clientOf89)({ env: { CAMUNDA_REST_ADDRESS: url }, config: STRICT })
    expect(await client.getTopology()).toMatchObject({ partitionsCount: 1 })
    const xml = bpmnProcess({ id: 'plain', waitsFor: { messageName: 'paid', correlationKey: '=orderId' }, jobType: 'j' })
    const { processes } = await client.createDeployment({ resources: [new File([xml], 'plain.bpmn')] })
    const [definition] = processes
    expect(definition).toMatchObject({ processDefinitionId: 'plain', processDefinitionVersion: 1 })
    const created = await client.createProcessInstance({
      processDefinitionId: definition?.processDefinitionId as never,
      variables: { orderId: 'A' },
    })
    const key = created.processInstanceKey
    expect((await client.searchMessageSubscriptions({ filter: { messageName: 'paid' } }, NOW)).items).toMatchObject([
      { correlationKey: 'A' },
    ])
    await client.publishMessage({
      name: 'paid',
      correlationKey: 'A',
      timeToLive: 1_000,
      messageId: 'x',
      variables: { paid: true },
    } as never)
    const { jobs } = await client.activateJobs({ type: 'j', timeout: 60_000, maxJobsToActivate: 1, worker: 'w' } as never)
    expect(jobs).toMatchObject([{ processInstanceKey: key, variables: { orderId: 'A', paid: true } }])
    await client.completeJob({ jobKey: jobs[0]?.jobKey as never, variables: {} })
    expect((await client.searchProcessInstances({ filter: { processInstanceKey: key } }, NOW)).items).toMatchObject([
      { state: 'COMPLETED' },
    ])
    expect(await client.getProcessInstance({ processInstanceKey: key }, NOW)).toMatchObject({ hasIncident: false })
    expect((await client.searchProcessDefinitions({ filter: { processDefinitionId: 'plain' as never } }, NOW)).items).toHaveLength(1)
    expect(await client.getProcessDefinitionXml({ processDefinitionKey: definition?.processDefinitionKey as never }, NOW)).toBe(xml)
  })
})
