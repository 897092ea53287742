import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CamundaRestClient } from '../../lambda/camunda-client.ts'
import { camundaRestClient, deployExamples } from '../../local/camunda-side.ts'
import { type RecordingGateway, startRecordingGateway } from '../../local/recording-gateway.ts'
import { bpmnProcess, deploy } from '../support/bpmn.ts'

let gateway: RecordingGateway
beforeAll(async () => {
  gateway = await startRecordingGateway()
})
afterAll(() => gateway.stop())

const post = async (path: string, body: unknown) => {
  const response = await fetch(`${gateway.url}/v2/${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    ...((await response.json()) as { title?: string; detail?: string; processInstanceKey?: string; messageKey?: string }),
  }
}

beforeEach(() => deploy(gateway.url, bpmnProcess({ id: 'plain', jobType: 'j' })))

test('the examples are deployed by Camunda’s own SDK', async () => {
  expect(await deployExamples(camundaRestClient({ CAMUNDA_REST_ADDRESS: gateway.url }), 'examples')).toEqual(['example-order'])
  expect(await readFile('examples/order.bpmn', 'utf8')).toContain('id="example-order"')
})

test('it answers the bridge’s own client as Camunda does, and keeps what it got', async () => {
  const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: gateway.url }, 5_000)
  const create = {
    kind: 'createProcessInstance',
    bpmnProcessId: 'plain',
    version: undefined,
    tenantId: '<default>',
    idempotency: 'none',
    messageId: 'id-0',
    variables: { a: 1 },
  } as const
  const publish = {
    kind: 'publishMessage',
    messageName: 'm',
    correlationKey: 'k',
    messageId: 'id-1',
    messageTtl: 'PT1H',
    tenantId: '<default>',
    variables: {},
  } as const
  expect(await camunda.send(create, () => 60_000)).toEqual({
    kind: 'ProcessInstanceCreated',
    processInstanceKey: expect.stringMatching(/^\d{16}$/),
  })
  expect(await camunda.send(publish, () => 60_000)).toMatchObject({ kind: 'MessagePublished' })
  expect(await camunda.send(publish, () => 60_000)).toEqual({ kind: 'AlreadyPublished' })
  expect(await camunda.send({ ...create, bpmnProcessId: 'unknown' }, () => 60_000)).toMatchObject({ kind: 'CamundaRejected' })
  const once = { ...create, idempotency: 'businessId' } as const
  expect(await camunda.send(once, () => 60_000)).toMatchObject({ kind: 'ProcessInstanceCreated' })
  expect(await camunda.send(once, () => 60_000)).toEqual({ kind: 'AlreadyCreated' })
  expect(gateway.instances.at(-1)).toMatchObject({ bpmnProcessId: 'plain', variables: { a: 1 } })
  expect(gateway.messages.at(-1)).toMatchObject({ name: 'm', correlationKey: 'k', messageId: 'id-1' })
  await camunda.close()
})

// biome-ignore format: a table
test.each([
  ['an unknown process',               'process-instances',    { processDefinitionId: 'unknown' },                                  404, 'NOT_FOUND'],
  ['an unknown version',               'process-instances',    { processDefinitionId: 'plain', processDefinitionVersion: 99 },      404, 'NOT_FOUND'],
  ['a process that no one can start',  'process-instances',    { processDefinitionId: 'messages-only' },                            409, 'INVALID_STATE'],
  ['variables that are a list',        'process-instances',    { processDefinitionId: 'plain', variables: [] },                     400, 'INVALID_ARGUMENT'],
  ['an unknown property',              'process-instances',    { processDefinitionId: 'plain', colour: 'blue' },                    400, 'INVALID_ARGUMENT'],
  ['a tenant',                         'process-instances',    { processDefinitionId: 'plain', tenantId: 'acme' },                  400, 'INVALID_ARGUMENT'],
  ['no JSON',                          'process-instances',    '{',                                                                 400, 'INVALID_ARGUMENT'],
  ['a message without a name',         'messages/publication', { correlationKey: 'k' },                                             400, 'INVALID_ARGUMENT'],
  ['something it has not',             'jobs/activation',      {},                                                                  404, 'NOT_FOUND'],
])('it refuses %s', async (_name, path, body, status, title) => {
  await deploy(gateway.url, bpmnProcess({ id: 'messages-only', start: { kind: 'message', messageName: 'm' }, jobType: 'j' }))
  expect(await post(path, body)).toMatchObject({ status, title })
})

test('a message without a time to live, or with another key, is no duplicate', async () => {
  const message = { name: 'n', messageId: 'x', correlationKey: 'k' }
  expect(await post('messages/publication', { ...message, timeToLive: 0 })).toMatchObject({ status: 200 })
  expect(await post('messages/publication', { ...message, timeToLive: 60_000 })).toMatchObject({ status: 200 })
  expect(await post('messages/publication', { ...message, correlationKey: 'other', timeToLive: 60_000 })).toMatchObject({ status: 200 })
  expect(await post('messages/publication', { ...message, timeToLive: 60_000 })).toMatchObject({ status: 409, title: 'ALREADY_EXISTS' })
})
