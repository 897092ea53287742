import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCamundaClient as clientOf88 } from '@camunda8/orchestration-cluster-api'
import { createCamundaClient as clientOf89 } from 'orchestration-cluster-api-8.9'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CamundaRestClient } from '../../../lambda/camunda-client.ts'
import { VERSION_NAMES, type VersionName } from '../../../local/camunda/camunda-version.ts'
import { camundaClient, deployDiagrams } from '../../../local/camunda-side.ts'
import type { HttpService } from '../../../local/http-service.ts'
import { bpmnProcess, deploy } from '../../support/bpmn.ts'
import { startCamunda } from '../../support/camunda.ts'
import { camundaRestClient } from '../../support/camunda-sdk.ts'

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
  variablesText: '{"a":1}',
} as const
const PUBLISH = {
  kind: 'publishMessage',
  messageName: 'm',
  correlationKey: 'k',
  messageId: 'id-1',
  messageTtl: 'PT1H',
  tenantId: '<default>',
  variables: {},
  variablesText: '{}',
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

  test('the examples are deployed by Camunda’s own client, and by its SDK', async () => {
    const files = ['examples/order.bpmn']
    expect(await deployDiagrams(camundaClient({ CAMUNDA_REST_ADDRESS: url }), files)).toEqual(['example-order'])
    const { processes } = await camundaRestClient({ CAMUNDA_REST_ADDRESS: url }).deployResourcesFromFiles(files)
    expect(processes.map(({ processDefinitionId }) => processDefinitionId)).toEqual(['example-order'])
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
    ['instructions for the run',       'POST', 'process-instances',    { processDefinitionId: 'plain', runtimeInstructions: [{ type: 'TERMINATE_PROCESS_INSTANCE', afterElementId: 'Work' }] }, {},        501],
    ['neither id nor key',             'POST', 'process-instances',    { variables: {} },            {},                                                  400],
    ['a tenant of 32 letters',         'POST', 'messages/publication', { name: 'm', tenantId: 'x'.repeat(32) }, {},                                       400],
    ['a name beyond 32,768 letters',   'POST', 'messages/publication', { name: 'x'.repeat(32_769) }, {},                                                  400],
    ['variables that are a text',      'POST', 'messages/publication', { name: 'm', variables: 'x' }, {},                                                 400],
    ['jobs for no time',               'POST', 'jobs/activation',      { type: 'j', timeout: 0, maxJobsToActivate: 1 }, {},                               400],
    ['retries below zero',             'POST', 'jobs/1/failure',       { retries: -1 },              {},                                                  400],
    ['variables of a failed job',      'POST', 'jobs/1/failure',       { variables: { a: 1 } },      {},                                                  501],
    ['a result of a job',              'POST', 'jobs/1/completion',    { result: { type: 'userTask', denied: true } }, {},                                400],
    ['a job that there is not',        'POST', 'jobs/1/completion',    {},                           {},                                                  404],
    ['an instance that there is not',  'POST', 'process-instances/1/cancellation', undefined,        {},                                                  404],
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

  test('a form without a file is refused', async () => {
    const form = new FormData()
    form.append('resources', 'no file')
    const response = await fetch(`${url}/v2/deployments`, { method: 'POST', body: form })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('no part “resources” with a file') })
  })

  test('a name of 32,768 letters is taken', async () => {
    expect(await send('POST', `${url}/v2/messages/publication`, { name: 'x'.repeat(32_768) })).toMatchObject({ status: 200 })
  })

  test('a process is found by the key of its definition, in the version that has it; one that there is not is NOT_FOUND', async () => {
    const first = await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' })
    const [, key = ''] = /"processDefinitionKey":"?(\d+)/.exec(first.text) ?? []
    await deploy(url, bpmnProcess({ id: 'plain', jobType: 'other' }))
    expect(await send('POST', `${url}/v2/process-instances`, { processDefinitionKey: key })).toMatchObject({
      status: 200,
      processDefinitionVersion: 1,
    })
    expect(await send('POST', `${url}/v2/process-instances`, { processDefinitionKey: '1' })).toMatchObject({
      status: 404,
      title: 'NOT_FOUND',
    })
  })

  test('a job says whose it is and until when', async () => {
    await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' })
    const before = Date.now()
    const { jobs } = await send('POST', `${url}/v2/jobs/activation`, { type: 'j', worker: 'me', timeout: 60_000, maxJobsToActivate: 1 })
    expect(jobs).toMatchObject([{ worker: 'me', type: 'j', tenantId: '<default>', deadline: expect.any(Number) }])
    expect(jobs[0].deadline).toBeGreaterThanOrEqual(before + 60_000)
    expect(jobs[0].deadline).toBeLessThanOrEqual(Date.now() + 60_000)
    expect(Object.keys(jobs[0])).toContain(version === '8.6' ? 'key' : 'jobKey')
    expect(Object.keys(jobs[0])).not.toContain(version === '8.6' ? 'jobKey' : 'key')
  })

  test('a job that failed without a word of retries has none left, and waits its back-off where it has some', async () => {
    const activate = async () =>
      (await send('POST', `${url}/v2/jobs/activation`, { type: 'j', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: -1 })).jobs
    await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' })
    const [{ jobKey, key = jobKey }] = await activate()
    await send('POST', `${url}/v2/jobs/${key}/failure`, { retries: 2, retryBackOff: 60_000 })
    expect(await activate()).toEqual([])
    await send('POST', `${url}/v2/jobs/${key}/failure`, {})
    expect(await send('POST', `${url}/v2/jobs/${key}/completion`, {})).toMatchObject({ status: 409, title: 'INVALID_STATE' })
  })

  test('what is awaited in vain is told in the words of the release', async () => {
    const create = { processDefinitionId: 'plain', awaitCompletion: true, requestTimeout: 1 }
    expect(await send('POST', `${url}/v2/process-instances`, create)).toMatchObject({
      status: 504,
      title: version === '8.6' ? 'java.util.concurrent.TimeoutException' : 'DEADLINE_EXCEEDED',
    })
  })

  test('the topology is of its release, with partitions from 1 on', async () => {
    const { gatewayVersion, brokers, ...more } = await send('GET', `${url}/v2/topology`)
    expect(gatewayVersion).toMatch(version)
    expect(brokers).toMatchObject([{ port: Number(new URL(url).port), partitions: [{ partitionId: 1 }] }])
    expect(more.clusterId).toBe(version === '8.9' ? 'stand-in' : undefined)
  })

  test('tags and business ids are known to the releases which have them', async () => {
    const more = { tags: ['source:sqs'], ...(version !== '8.8' && { businessId: 'A' }) }
    const created = await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain', ...more })
    expect(created).toMatchObject({ status: 200 })
    expect(created.tags).toEqual(version === '8.6' ? undefined : ['source:sqs'])
    expect(created.businessId).toBe(version === '8.9' ? 'A' : undefined)
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

describe('searches', () => {
  const found = async (url: string, what: string, filter: object) => (await send('POST', `${url}/v2/${what}/search`, { filter })).items

  test.each([
    ['8.8', 'has no cursors where nothing is found, and says nothing of what there is not', undefined],
    ['8.9', 'has them as null, and what there is not as well', null],
  ] as const)('a page of %s %s', async (version, _how, nothing) => {
    const url = await started({ version })
    const empty = await send('POST', `${url}/v2/process-instances/search`, {})
    expect(empty.page).toEqual({ totalItems: 0, hasMoreTotalItems: false, ...(nothing === null && { startCursor: null, endCursor: null }) })
    await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
    await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' })
    const [instance] = await found(url, 'process-instances', {})
    expect([instance.endDate, instance.parentProcessInstanceKey]).toEqual([nothing, nothing])
    expect(instance.rootProcessInstanceKey).toBe(nothing === null ? instance.processInstanceKey : undefined)
    expect(instance.processDefinitionName).toBe(nothing === null ? null : 'plain')
    const [definition] = await found(url, 'process-definitions', {})
    expect([definition.name, definition.state]).toEqual([nothing, nothing === null ? 'ACTIVE' : undefined])
    expect((await send('POST', `${url}/v2/process-instances/search`, {})).page).toHaveProperty('endCursor')
  })

  test.each(['8.8', '8.9'] as const)('of %s are by what there is not, too', async (version) => {
    const url = await started({ version })
    await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
    await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' })
    expect(await found(url, 'process-instances', { endDate: { $exists: false } })).toHaveLength(1)
    expect(await found(url, 'process-instances', { parentProcessInstanceKey: { $exists: true } })).toEqual([])
    expect(await found(url, 'process-definitions', { name: { $exists: false }, versionTag: { $exists: false } })).toHaveLength(1)
  })

  test('an instance that has ended says when, and one whose event sub-process has begun which of its subscriptions is whose', async () => {
    const url = await started()
    await deploy(url, bpmnProcess({ id: 'wait', waitsFor: { messageName: 'paid', correlationKey: '=orderId' }, jobType: 'j' }))
    const { processInstanceKey } = await send('POST', `${url}/v2/process-instances`, {
      processDefinitionId: 'wait',
      variables: { orderId: 'A' },
    })
    await send('POST', `${url}/v2/messages/publication`, { name: 'paid', correlationKey: 'A' })
    expect(await found(url, 'message-subscriptions', { messageName: 'paid' })).toMatchObject([
      { messageSubscriptionState: 'CORRELATED', processInstanceKey },
    ])
    await send('POST', `${url}/v2/process-instances/${processInstanceKey}/cancellation`)
    const { startDate, endDate } = await send('GET', `${url}/v2/process-instances/${processInstanceKey}`)
    expect(Date.parse(endDate)).toBeGreaterThanOrEqual(Date.parse(startDate))
  })
})

describe('with tenants', () => {
  const TENANTS = ['acme', 'beta']

  async function deployTo(url: string, tenantId: string): Promise<string> {
    const form = new FormData()
    form.append('resources', new File([bpmnProcess({ id: 'plain', jobType: 'j' })], 'plain.bpmn'))
    form.append('tenantId', tenantId)
    const response = await fetch(`${url}/v2/deployments`, { method: 'POST', body: form })
    const deployment = (await response.json()) as {
      tenantId: string
      deployments: { processDefinition: { processDefinitionKey: string } }[]
    }
    expect(deployment.tenantId).toBe(tenantId)
    return deployment.deployments[0]?.processDefinition.processDefinitionKey ?? ''
  }
  const activation = { type: 'j', timeout: 60_000, maxJobsToActivate: 10, requestTimeout: -1 }

  test('what is of a tenant which the client is not assigned to is not there for it', async () => {
    const data = await mkdtemp(join(tmpdir(), 'stand-in-test-'))
    const first = await startCamunda({ data, tenants: TENANTS })
    const keys = [await deployTo(first.url, 'acme'), await deployTo(first.url, 'beta')]
    const instances: string[] = []
    for (const tenantId of TENANTS) {
      const create = { processDefinitionId: 'plain', tenantId }
      instances.push((await send('POST', `${first.url}/v2/process-instances`, create)).processInstanceKey)
    }
    await first.stop()
    const url = await started({ data, tenants: ['acme'] })
    for (const what of ['process-definitions', 'process-instances']) {
      const { items } = await send('POST', `${url}/v2/${what}/search`, {})
      expect(items.map(({ tenantId }: { tenantId: string }) => tenantId)).toEqual(['acme'])
    }
    const statuses = (what: string, of: readonly string[]) =>
      Promise.all(of.map(async (key) => (await send('GET', `${url}/v2/${what}/${key}`)).status))
    expect(await statuses('process-definitions', keys)).toEqual([200, 404])
    expect(await statuses('process-instances', instances)).toEqual([200, 404])
    const { jobs } = await send('POST', `${url}/v2/jobs/activation`, { ...activation, tenantIds: TENANTS })
    expect(jobs).toMatchObject([{ tenantId: 'acme' }])
    await rm(data, { recursive: true, force: true, maxRetries: 5 })
  })

  test('a worker gets jobs of the tenants which it names, or of all that are its own, and has to say so', async () => {
    const url = await started({ tenants: TENANTS })
    for (const tenantId of TENANTS) {
      await deployTo(url, tenantId)
      await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain', tenantId })
    }
    expect(await send('POST', `${url}/v2/jobs/activation`, activation)).toMatchObject({ status: 400, title: 'INVALID_ARGUMENT' })
    const { jobs } = await send('POST', `${url}/v2/jobs/activation`, { ...activation, tenantFilter: 'ASSIGNED' })
    expect(jobs).toMatchObject([{ tenantId: 'acme' }, { tenantId: 'beta' }])
  })

  // biome-ignore format: a table
  test.each<[string, VersionName, string, number, string]>([
    ['a creation',    '8.6', 'process-instances',    401, 'UNAUTHORIZED'],
    ['a creation',    '8.9', 'process-instances',    404, 'NOT_FOUND'],
    ['a publication', '8.6', 'messages/publication', 401, 'UNAUTHORIZED'],
    ['a publication', '8.9', 'messages/publication', 403, 'FORBIDDEN'],
  ])('%s in <default> is one in another’s tenant, as Camunda %s says it', async (_what, version, path, status, title) => {
    const url = await started({ version, tenants: TENANTS })
    const body = path === 'process-instances' ? { processDefinitionId: 'plain' } : { name: 'm' }
    expect(await send('POST', `${url}/v2/${path}`, { ...body, tenantId: '<default>' })).toMatchObject({ status, title })
  })
})

describe('who asks', () => {
  const authentication = { id: 'me', secret: 'a:secret+of its own', tokenLifetime: 60 } as const
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  test('is told by 401 what is wanted of them', async () => {
    const url = await started({ authentication: { ...authentication, strategy: 'BASIC' } })
    const response = await fetch(`${url}/v2/topology`)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="stand-in"'])
  })

  test('by user and password says so by the scheme Basic, in any case of letters', async () => {
    const url = await started({ authentication: { ...authentication, strategy: 'BASIC' } })
    const header = basic('me:a:secret+of its own')
    const status = async (authorization: string) => (await send('GET', `${url}/v2/topology`, undefined, { authorization })).status
    expect(await status(header)).toBe(200)
    expect(await status(header.replace('Basic', 'basic'))).toBe(200)
    expect(await status(header.replace('Basic', 'Bearer'))).toBe(401)
  })

  test('for a token says their secret in the form or, encoded, in a header, and wants it by their credentials alone', async () => {
    const url = await started({ authentication: { ...authentication, strategy: 'OAUTH' } })
    const ask = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form), headers })
      return { status: response.status, ...((await response.json()) as { access_token?: string; expires_in?: number }) }
    }
    const inForm = { client_id: 'me', client_secret: authentication.secret }
    const granted = await ask({ grant_type: 'client_credentials', ...inForm })
    expect(granted).toMatchObject({ status: 200, expires_in: 60 })
    const inHeader = { authorization: basic(`me:${encodeURIComponent(authentication.secret)}`) }
    expect(await ask({ grant_type: 'client_credentials' }, inHeader)).toMatchObject({ status: 200 })
    expect(await ask({ grant_type: 'client_credentials' }, { authorization: basic('me:wrong') })).toMatchObject({ status: 401 })
    expect(await ask({ grant_type: 'password', ...inForm })).toMatchObject({ status: 401 })
    const status = async (authorization: string) => (await send('GET', `${url}/v2/topology`, undefined, { authorization })).status
    expect(await status(`Bearer ${granted.access_token}`)).toBe(200)
    expect(await status(`bearer ${granted.access_token}`)).toBe(200)
    expect(await status(`Basic ${granted.access_token}`)).toBe(401)
  })
})

test('as many partitions as it had is what its data is good for', async () => {
  const data = await mkdtemp(join(tmpdir(), 'stand-in-test-'))
  await (await startCamunda({ data, partitions: 3 })).stop()
  await expect(startCamunda({ data, partitions: 1 })).rejects.toThrow('The data is of a stand-in with partitions 3, and not 1.')
  await (await startCamunda({ data, partitions: 3 })).stop()
  await rm(data, { recursive: true, force: true, maxRetries: 5 })
})

test.each([
  ['beyond 10', Array.from({ length: 11 }, (_, n) => `tag-${n}`)],
  ['that begin with a digit', ['1']],
])('tags %s are refused', async (_which, tags) => {
  const url = await started()
  await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
  expect(await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain', tags })).toMatchObject({ status: 400 })
})

test('a key may be a number to 8.6, also one beyond a double', async () => {
  const url = await started({ version: '8.6', partitions: 5 })
  await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
  const { text } = await send('POST', `${url}/v2/process-instances`, { processDefinitionId: 'plain' })
  const [, key] = /"processDefinitionKey":(\d+)/.exec(text) ?? []
  expect(await send('POST', `${url}/v2/process-instances`, `{"processDefinitionKey":${key}}`)).toMatchObject({ status: 200 })
  expect(await send('POST', `${url}/v2/process-instances`, '{"processDefinitionKey":9007199254740993}')).toMatchObject({
    status: 404,
    detail: expect.stringContaining('9007199254740993'),
  })
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
