import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { CamundaRestClient, type Connection, ConnectionConfigurationError } from '../../lambda/camunda-client.ts'
import type { CreateProcessInstance, PublishMessage } from '../../lambda/core/correlation.ts'
import { answerJson, answerProblem, type ReceivedRequest, startHttpServer } from '../support/http-server.ts'

const create: CreateProcessInstance = {
  kind: 'createProcessInstance',
  bpmnProcessId: 'order',
  version: undefined,
  tenantId: '<default>',
  variables: { a: 1 },
}
const publish: PublishMessage = {
  kind: 'publishMessage',
  messageName: 'payment',
  correlationKey: 'k',
  messageId: 'm-1',
  messageTtl: 'PT90S',
  tenantId: '<default>',
  variables: {},
}

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function gateway(
  answer: (response: ServerResponse, request: ReceivedRequest) => void,
  connection: Connection = {},
  timeoutMs = 5_000,
) {
  const server = await startHttpServer((request, response) => answer(response, request))
  const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: server.url, ...connection }, timeoutMs)
  stops.push(server.stop, () => camunda.close())
  return { camunda, server }
}

describe('a command', () => {
  test('to create an instance is one POST with process, tenant and variables', async () => {
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
    await camunda.send({ ...create, version: 3 })
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/v2/process-instances' }])
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
      processDefinitionId: 'order',
      processDefinitionVersion: 3,
      tenantId: '<default>',
      variables: { a: 1 },
    })
  })

  test('to publish is one POST with name, key, id and the time to live in milliseconds', async () => {
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { messageKey: '1' }))
    await camunda.send(publish)
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/v2/messages/publication' }])
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
      name: 'payment',
      correlationKey: 'k',
      messageId: 'm-1',
      timeToLive: 90_000,
    })
  })

  test('sends whole numbers beyond a double exactly', async () => {
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
    await camunda.send({ ...create, variables: { n: 9007199254740993n, deep: [{ m: -9223372036854775808n }] } })
    expect(server.requests[0]?.body).toContain('"n":9007199254740993')
    expect(server.requests[0]?.body).toContain('"m":-9223372036854775808')
  })

  test('leaves the caller’s command as it was', async () => {
    const { camunda } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
    const frozen = Object.freeze({ ...create, variables: Object.freeze({ a: 1 }) })
    expect(await camunda.send(frozen)).toMatchObject({ kind: 'ProcessInstanceCreated' })
  })
})

// biome-ignore format: a table
const REPLIES: [string, 'create' | 'publish', (response: ServerResponse) => void, string][] = [
  ['200 with a key as text',                 'create',  (it) => answerJson(it, 200, { processInstanceKey: '2251799813685249' }),                 'ProcessInstanceCreated'],
  ['200 with a key as number, as 8.6 gives',  'publish', (it) => answerJson(it, 200, '{"messageKey":9007199254740993,"tenantId":"<default>"}'),     'MessagePublished'],
  ['200 without a key',                      'create',  (it) => answerJson(it, 200, {}),                                                          'Ambiguous'],
  ['200 that is a page of a proxy',          'create',  (it) => answerJson(it, 200, '<html></html>', 'text/html'),                                'Ambiguous'],
  ['200 that is no JSON though it says so',  'create',  (it) => answerJson(it, 200, '{"processInstanceKey":'),                                    'Ambiguous'],
  ['200 that is empty',                      'publish', (it) => answerJson(it, 200, ''),                                                          'Ambiguous'],
  ['400 INVALID_ARGUMENT',                   'create',  (it) => answerProblem(it, 400, 'INVALID_ARGUMENT'),                                       'CamundaRejected'],
  ['403 for a missing permission',           'create',  (it) => answerProblem(it, 403, 'FORBIDDEN'),                                              'CamundaRejected'],
  ['404 for an unknown process',             'create',  (it) => answerProblem(it, 404, 'NOT_FOUND'),                                              'CamundaRejected'],
  ['302 to a login page',                    'create',  (it) => it.writeHead(302, { location: '/login' }).end(),                                  'CamundaRejected'],
  ['409 ALREADY_EXISTS on publish',          'publish', (it) => answerProblem(it, 409, 'ALREADY_EXISTS'),                                         'AlreadyPublished'],
  ['409 ALREADY_EXISTS on create',           'create',  (it) => answerProblem(it, 409, 'ALREADY_EXISTS'),                                         'AlreadyCreated'],
  ['409 INVALID_STATE on create',            'create',  (it) => answerProblem(it, 409, 'INVALID_STATE'),                                          'CamundaRejected'],
  ['409 INVALID_STATE on publish',           'publish', (it) => answerProblem(it, 409, 'INVALID_STATE'),                                          'CamundaUnavailable'],
  ['413',                                    'create',  (it) => answerProblem(it, 413, 'PAYLOAD_TOO_LARGE'),                                      'InvalidInput'],
  ['500 EXCEEDED_BATCH_RECORD_SIZE',         'create',  (it) => answerProblem(it, 500, 'INTERNAL', 'rejected: EXCEEDED_BATCH_RECORD_SIZE'),       'InvalidInput'],
  ['503 for a message above the size limit', 'publish', (it) => answerProblem(it, 503, 'RESOURCE_EXHAUSTED', 'MAX_MESSAGE_SIZE_EXCEEDED'),        'InvalidInput'],
  ['429, back-pressure of 8.6',              'create',  (it) => answerProblem(it, 429, 'RESOURCE_EXHAUSTED'),                                     'CamundaUnavailable'],
  ['503, back-pressure since 8.8',           'create',  (it) => answerProblem(it, 503, 'RESOURCE_EXHAUSTED'),                                     'CamundaUnavailable'],
  ['503 UNAVAILABLE',                        'publish', (it) => answerProblem(it, 503, 'UNAVAILABLE'),                                            'CamundaUnavailable'],
  ['500',                                    'create',  (it) => answerProblem(it, 500, 'INTERNAL'),                                               'Ambiguous'],
  ['502 ABORTED',                            'create',  (it) => answerProblem(it, 502, 'ABORTED'),                                                'Ambiguous'],
  ['504 DEADLINE_EXCEEDED',                  'publish', (it) => answerProblem(it, 504, 'DEADLINE_EXCEEDED'),                                      'Ambiguous'],
  ['502 with a page of a proxy',             'create',  (it) => answerJson(it, 502, '<html>bad gateway</html>', 'text/html'),                      'Ambiguous'],
  ['a connection that is cut',               'create',  (it) => it.socket?.destroy(),                                                             'Ambiguous'],
  ['an answer that is cut in its middle',    'publish', (it) => { it.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' }); it.write('{"messageKey"'); setTimeout(() => it.socket?.destroy(), 20) }, 'Ambiguous'],
]

for (const [name, command, answer, kind] of REPLIES)
  test(`${name} (${command}) is told as ${kind}, after one POST`, async () => {
    const { camunda, server } = await gateway(answer)
    expect(await camunda.send(command === 'create' ? create : publish)).toMatchObject({ kind })
    expect(server.requests).toHaveLength(1)
  })

test('401 that a new token does not mend is told as CamundaUnavailable, after two POSTs', async () => {
  const { camunda, server } = await gateway((response) => answerProblem(response, 401, 'UNAUTHORIZED'))
  expect(await camunda.send(create)).toMatchObject({ kind: 'CamundaUnavailable' })
  expect(server.requests).toHaveLength(2)
})

test('a key which no double holds is told digit by digit', async () => {
  const { camunda } = await gateway((response) => answerJson(response, 200, '{"processInstanceKey": 9007199254740993}'))
  expect(await camunda.send(create)).toEqual({ kind: 'ProcessInstanceCreated', processInstanceKey: '9007199254740993' })
})

test('no answer within the request’s time is ambiguous', async () => {
  const { camunda, server } = await gateway(() => {}, {}, 200)
  expect(await camunda.send(create)).toMatchObject({ kind: 'Ambiguous' })
  expect(server.requests).toHaveLength(1)
})

test('a refused connection means that nothing was sent', async () => {
  const { camunda, server } = await gateway(() => {})
  await server.stop()
  expect(await camunda.send(create)).toEqual({ kind: 'CamundaUnavailable', reason: expect.stringContaining('ECONNREFUSED') })
})

test('an unknown host means that nothing was sent', async () => {
  const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: 'http://camunda.invalid' }, 5_000)
  expect(await camunda.send(create)).toMatchObject({ kind: 'CamundaUnavailable' })
  await camunda.close()
})

describe('with OAuth', () => {
  const oauth = (url: string) => ({
    CAMUNDA_CLIENT_ID: 'id',
    CAMUNDA_CLIENT_SECRET: 's3cret',
    CAMUNDA_OAUTH_URL: `${url}/token`,
    CAMUNDA_TOKEN_AUDIENCE: 'zeebe',
  })

  async function identity(status: () => number) {
    let tokens = 0
    const server = await startHttpServer((_request, response) =>
      status() === 200
        ? answerJson(response, 200, { access_token: `token-${++tokens}`, expires_in: 3_600 })
        : answerJson(response, status(), {}),
    )
    stops.push(server.stop)
    return server
  }

  test('the token is fetched once and sent along', async () => {
    const { url, requests } = await identity(() => 200)
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }), oauth(url))
    await Promise.all([camunda.send(create), camunda.send(create)])
    expect(requests).toHaveLength(1)
    expect(server.requests.map(({ authorization }) => authorization)).toEqual(['Bearer token-1', 'Bearer token-1'])
  })

  test('an expired token is refreshed once, and the command sent again', async () => {
    const { url } = await identity(() => 200)
    const { camunda, server } = await gateway(
      (response, { authorization }) =>
        authorization === 'Bearer token-1'
          ? answerProblem(response, 401, 'UNAUTHORIZED')
          : answerJson(response, 200, { processInstanceKey: '1' }),
      oauth(url),
    )
    expect(await camunda.send(create)).toMatchObject({ kind: 'ProcessInstanceCreated' })
    expect(server.requests).toHaveLength(2)
  })

  test('without a token nothing is sent, and the secret is in no reason', async () => {
    const { url } = await identity(() => 401)
    const { camunda, server } = await gateway((response) => answerJson(response, 200, {}), oauth(url))
    const reply = await camunda.send(create)
    expect(reply).toEqual({ kind: 'CamundaUnavailable', reason: expect.stringContaining('HTTP 401') })
    expect(JSON.stringify(reply)).not.toContain('s3cret')
    expect(server.requests).toHaveLength(0)
  })
})

test('basic authentication is sent', async () => {
  const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }), {
    CAMUNDA_AUTH_STRATEGY: 'BASIC',
    CAMUNDA_BASIC_AUTH_USERNAME: 'demo',
    CAMUNDA_BASIC_AUTH_PASSWORD: 'demo',
  })
  await camunda.send(create)
  expect(server.requests[0]?.authorization).toBe(`Basic ${btoa('demo:demo')}`)
})

// biome-ignore format: a table
test.each([
  ['no address',                  {},                                                                                                  'CAMUNDA_REST_ADDRESS is missing'],
  ['an address that is no URL',   { CAMUNDA_REST_ADDRESS: 'camunda' },                                                                 'no URL'],
  ['an unknown strategy',         { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_AUTH_STRATEGY: 'COOKIE' },                       'NONE, OAUTH, BASIC'],
  ['credentials by half',         { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_CLIENT_ID: 'id' },                               'CAMUNDA_CLIENT_SECRET, CAMUNDA_OAUTH_URL'],
] as [string, Connection, string][])('a connection with %s is refused, saying so', (_name, connection, message) => {
  expect(() => new CamundaRestClient(connection, 1_000)).toThrow(ConnectionConfigurationError)
  expect(() => new CamundaRestClient(connection, 1_000)).toThrow(message)
})
