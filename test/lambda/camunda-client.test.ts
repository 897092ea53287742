import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CamundaRestClient, type Connection, ConnectionConfigurationError } from '../../lambda/camunda-client.ts'
import { correlationFor } from '../../lambda/core/correlation.ts'
import type { CreateProcessInstance, PublishMessage } from '../../lambda/core/correlation-command.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { element, startEvent } from '../support/connectors.ts'
import { answerJson, answerProblem, type ReceivedRequest, startHttpServer } from '../support/http-server.ts'
import { sqsRecord } from '../support/sqs.ts'

const create: CreateProcessInstance = {
  kind: 'createProcessInstance',
  bpmnProcessId: 'order',
  version: undefined,
  tenantId: '<default>',
  idempotency: 'none',
  messageId: 'm-1',
  variables: { a: 1 },
  variablesText: '{"a":1}',
}
const publish: PublishMessage = {
  kind: 'publishMessage',
  messageName: 'payment',
  correlationKey: 'k',
  messageId: 'm-1',
  messageTtl: 'PT90S',
  tenantId: '<default>',
  variables: {},
  variablesText: '{}',
}

const ENOUGH = () => 60_000
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
    await camunda.send({ ...create, version: 3 }, ENOUGH)
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
    await camunda.send(publish, ENOUGH)
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/v2/messages/publication' }])
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
      name: 'payment',
      correlationKey: 'k',
      messageId: 'm-1',
      timeToLive: 90_000,
    })
  })

  test.each([
    ['', ''],
    ['/', ''],
    ['/v2', ''],
    ['/v2/', ''],
    ['/cluster', '/cluster'],
    ['/cluster/V2', '/cluster'],
  ])('goes to version 2 of the API below the address, which may say so or not: …%s', async (path, below) => {
    const server = await startHttpServer((_request, response) => answerJson(response, 200, { processInstanceKey: '1' }))
    const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: `${server.url}${path}` }, 5_000)
    stops.push(server.stop, () => camunda.close())
    await camunda.send(create, ENOUGH)
    expect(server.requests[0]?.path.toLowerCase()).toBe(`${below}/v2/process-instances`)
  })

  test('is the text which its variables were checked as', async () => {
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
    const checked = correlationFor(
      element(startEvent({ resultExpression: '={n: 1.50, t: "é", w: body.w, big: body.big}' })),
      toSqsMessage(sqsRecord({ body: '{"w":1,"big":9007199254740993}' }), { attributeNames: [], messageAttributeNames: [] }),
    )
    await camunda.send(checked as CreateProcessInstance, ENOUGH)
    expect(server.requests.map(({ body }) => body.slice(body.indexOf('"variables"')))).toEqual([
      '"variables":{"n":1.5,"t":"é","w":1,"big":9007199254740993}}',
    ])
  })

  test('leaves the caller’s command as it was', async () => {
    const { camunda } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
    const frozen = Object.freeze({ ...create, variables: Object.freeze({ a: 1 }) })
    expect(await camunda.send(frozen, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
  })
})

// biome-ignore format: a table
const REPLIES: [string, 'create' | 'publish', (response: ServerResponse) => void, string][] = [
  ['200 with a key as text',                 'create',  (it) => answerJson(it, 200, { processInstanceKey: '2251799813685249' }),                 'ProcessInstanceCreated'],
  ['200 with a key as number, as 8.6 gives',  'publish', (it) => answerJson(it, 200, '{"messageKey":9007199254740993,"tenantId":"<default>"}'),     'MessagePublished'],
  ['200 without a key',                      'create',  (it) => answerJson(it, 200, {}),                                                          'Ambiguous'],
  ['200 that is a page of a proxy',          'create',  (it) => answerJson(it, 200, '<html></html>', 'text/html'),                                'Ambiguous'],
  ['200 that is no JSON though it says so',  'create',  (it) => answerJson(it, 200, '{"processInstanceKey":'),                                    'Ambiguous'],
  ['200 with a fraction in a field …Key',    'create',  (it) => answerJson(it, 200, '{"processInstanceKey":"7","variables":{"apiKey":1.5}}'),      'ProcessInstanceCreated'],
  ['204',                                    'create',  (it) => it.writeHead(204).end(),                                                  'Ambiguous'],
  ['304',                                    'create',  (it) => it.writeHead(304).end(),                                                  'CamundaRejected'],
  ['408',                                    'create',  (it) => answerProblem(it, 408, 'REQUEST_TIMEOUT'),                                      'Ambiguous'],
  ['200 that is empty',                      'publish', (it) => answerJson(it, 200, ''),                                                          'Ambiguous'],
  ['400 INVALID_ARGUMENT',                   'create',  (it) => answerProblem(it, 400, 'INVALID_ARGUMENT'),                                       'CamundaRejected'],
  ['403 for a missing permission',           'create',  (it) => answerProblem(it, 403, 'FORBIDDEN'),                                              'CamundaRejected'],
  ['404 for an unknown process',             'create',  (it) => answerProblem(it, 404, 'NOT_FOUND'),                                              'CamundaRejected'],
  ['302 to a login page',                    'create',  (it) => it.writeHead(302, { location: '/login' }).end(),                                  'CamundaRejected'],
  ['409 ALREADY_EXISTS on publish',          'publish', (it) => answerProblem(it, 409, 'ALREADY_EXISTS'),                                         'AlreadyPublished'],
  ['409 ALREADY_EXISTS on create',           'create',  (it) => answerProblem(it, 409, 'ALREADY_EXISTS'),                                         'CamundaRejected'],
  ['503 of a proxy without a server',        'create',  (it) => answerJson(it, 503, '<html><h1>Service Temporarily Unavailable</h1></html>', 'text/html'), 'CamundaUnavailable'],
  ['503 of Envoy that could not connect',    'create',  (it) => answerJson(it, 503, 'upstream connect error or disconnect/reset before headers. reset reason: connection failure', 'text/plain'), 'CamundaUnavailable'],
  ['503 of Envoy whose connection was cut',  'create',  (it) => answerJson(it, 503, 'upstream connect error or disconnect/reset before headers. reset reason: connection termination', 'text/plain'), 'Ambiguous'],
  ['409 INVALID_STATE on create',            'create',  (it) => answerProblem(it, 409, 'INVALID_STATE'),                                          'CamundaRejected'],
  ['409 INVALID_STATE on publish',           'publish', (it) => answerProblem(it, 409, 'INVALID_STATE'),                                          'CamundaUnavailable'],
  ['413',                                    'create',  (it) => answerProblem(it, 413, 'PAYLOAD_TOO_LARGE'),                                      'InvalidInput'],
  ['500 EXCEEDED_BATCH_RECORD_SIZE',         'create',  (it) => answerProblem(it, 500, 'INTERNAL', 'rejected: EXCEEDED_BATCH_RECORD_SIZE'),       'InvalidInput'],
  ['500 with that as its title, as of 8.6',  'create',  (it) => answerProblem(it, 500, 'EXCEEDED_BATCH_RECORD_SIZE'),                             'InvalidInput'],
  ['503 for a message above the size limit', 'publish', (it) => answerProblem(it, 503, 'RESOURCE_EXHAUSTED', 'MAX_MESSAGE_SIZE_EXCEEDED'),        'InvalidInput'],
  ['429, back-pressure of 8.6',              'create',  (it) => answerProblem(it, 429, 'RESOURCE_EXHAUSTED'),                                     'CamundaUnavailable'],
  ['503, back-pressure since 8.8',           'create',  (it) => answerProblem(it, 503, 'RESOURCE_EXHAUSTED'),                                     'CamundaUnavailable'],
  ['503 UNAVAILABLE',                        'publish', (it) => answerProblem(it, 503, 'UNAVAILABLE'),                                            'CamundaUnavailable'],
  ['500',                                    'create',  (it) => answerProblem(it, 500, 'INTERNAL'),                                               'Ambiguous'],
  ['502 ABORTED',                            'create',  (it) => answerProblem(it, 502, 'ABORTED'),                                                'Ambiguous'],
  ['504 DEADLINE_EXCEEDED',                  'publish', (it) => answerProblem(it, 504, 'DEADLINE_EXCEEDED'),                                      'Ambiguous'],
  ['502 with a page of a proxy',             'create',  (it) => answerJson(it, 502, '<html>bad gateway</html>', 'text/html'),                      'Ambiguous'],
  ['503 of Envoy, overflow',                 'create',  (it) => answerJson(it, 503, 'upstream connect error or disconnect/reset before headers. reset reason: overflow', 'text/plain'), 'CamundaUnavailable'],
  ['503 of Envoy without a reason',          'create',  (it) => answerJson(it, 503, 'upstream connect error or disconnect/reset before headers', 'text/plain'), 'Ambiguous'],
  ['503 of Envoy that tried again',          'create',  (it) => answerJson(it, 503, 'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: connection failure', 'text/plain'), 'Ambiguous'],
  ['503 of Envoy, its details of the response', 'create', (it) => answerJson(it, 503, '{"details":"upstream_reset_before_response_started{connection_termination}"}'), 'Ambiguous'],
  ['503 of Envoy, its details of no connection', 'create', (it) => answerJson(it, 503, '{"details":"upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error}"}'), 'CamundaUnavailable'],
  ['503 whose JSON is none and tells of a cut', 'create', (it) => answerJson(it, 503, 'upstream connect error or disconnect/reset before headers. reset reason: connection termination'), 'Ambiguous'],
  ['503 of Camunda which quotes such words', 'create',  (it) => answerProblem(it, 503, 'RESOURCE_EXHAUSTED', 'no room for “reset before headers. reset reason: connection termination”'), 'CamundaUnavailable'],
  ['407 of a proxy',                         'create',  (it) => answerJson(it, 407, 'who are you?', 'text/plain'),                               'CamundaUnavailable'],
  ['511 of a network that wants a login',    'create',  (it) => answerJson(it, 511, '<html>login</html>', 'text/html'),                            'CamundaUnavailable'],
  ['425',                                    'create',  (it) => answerProblem(it, 425, 'TOO_EARLY'),                                              'CamundaUnavailable'],
  ['200 after an unasked 100 and 103',       'create',  (it) => { it.writeContinue(); it.writeEarlyHints({ link: '</x>; rel=preload' }); answerJson(it, 200, { processInstanceKey: '1' }) }, 'ProcessInstanceCreated'],
  ['500 that quotes the sender: exceeds the max', 'create', (it) => answerProblem(it, 500, 'INTERNAL', 'cannot store “our limit exceeds the max of last year”'), 'Ambiguous'],
  ['504 that quotes the sender: exceeds max', 'create', (it) => answerProblem(it, 504, 'DEADLINE_EXCEEDED', 'our limit exceeds max'),               'Ambiguous'],
  ['500 that quotes the sender: a code',     'create',  (it) => answerProblem(it, 500, 'INTERNAL', "no such name: 'EXCEEDED_BATCH_RECORD_SIZE'"),    'Ambiguous'],
  ['504 that begins with a code',            'create',  (it) => answerProblem(it, 504, 'DEADLINE_EXCEEDED', 'MAX_MESSAGE_SIZE_EXCEEDED'),            'Ambiguous'],
  ['503 that quotes the sender: a code',     'publish', (it) => answerProblem(it, 503, 'RESOURCE_EXHAUSTED', 'no room for MAX_MESSAGE_SIZE_EXCEEDED'), 'CamundaUnavailable'],
  ['400 that quotes the sender: a code',     'publish', (it) => answerProblem(it, 400, 'INVALID_ARGUMENT', 'MAX_MESSAGE_SIZE'),                    'CamundaRejected'],
  ['500 as Camunda words that it is too large', 'create', (it) => answerProblem(it, 500, 'INTERNAL', "Command 'CREATE' rejected with code 'EXCEEDED_BATCH_RECORD_SIZE': Expected to process"), 'InvalidInput'],
  ['a connection that is cut',               'create',  (it) => it.socket?.destroy(),                                                             'Ambiguous'],
  ['an answer that is cut in its middle',    'publish', (it) => { it.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' }); it.write('{"messageKey"'); setTimeout(() => it.socket?.destroy(), 20) }, 'Ambiguous'],
]

for (const [name, command, answer, kind] of REPLIES)
  test(`${name} (${command}) is told as ${kind}, after one POST`, async () => {
    const { camunda, server } = await gateway(answer)
    expect(await camunda.send(command === 'create' ? create : publish, ENOUGH)).toMatchObject({ kind })
    expect(server.requests).toHaveLength(1)
  })

test.each([
  ['429', 429, 'RESOURCE_EXHAUSTED', 'backPressure'],
  ['503 RESOURCE_EXHAUSTED', 503, 'RESOURCE_EXHAUSTED', 'backPressure'],
  ['503 UNAVAILABLE', 503, 'UNAVAILABLE', 'unreachable'],
  ['401', 401, 'UNAUTHORIZED', 'unauthorized'],
])('%s says why Camunda is unavailable', async (_, status, title, why) => {
  const { camunda } = await gateway((response) => answerProblem(response, status, title))
  expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'CamundaUnavailable', why })
})

describe('a member of a problem that is of another type is ignored, as RFC 9457 has it:', () => {
  const others = [null, 1, true, {}, { a: 1 }, [], ['a'], [null]]
  // biome-ignore format: a table
  const problems: [number, string, 'create' | 'publish', string][] = [
    [409, 'ALREADY_EXISTS',     'publish', 'AlreadyPublished'],
    [503, 'RESOURCE_EXHAUSTED', 'create',  'CamundaUnavailable'],
    [403, 'FORBIDDEN',          'create',  'CamundaRejected'],
    [500, 'INTERNAL',           'create',  'Ambiguous'],
  ]
  for (const [status, title, command, kind] of problems)
    for (const detail of others)
      test(`${status} ${title} with the detail ${JSON.stringify(detail)} is ${kind}`, async () => {
        const { camunda } = await gateway((it) =>
          answerJson(it, status, { type: 'about:blank', title, status, detail }, 'application/problem+json'),
        )
        expect(await camunda.send(command === 'create' ? create : publish, ENOUGH)).toMatchObject({ kind })
      })
  for (const title of others)
    test(`503 with the title ${JSON.stringify(title)} is CamundaUnavailable`, async () => {
      const { camunda } = await gateway((it) => answerJson(it, 503, { type: {}, title, status: 'x', detail: 'overloaded', instance: [] }))
      expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'CamundaUnavailable', reason: 'HTTP 503: overloaded' })
    })
})

describe('words that are no problem document are in the reason, their first three hundred characters:', () => {
  test.each([
    ['an object of an API gateway', '{"message":"Forbidden"}'],
    ['an object of Spring', '{"timestamp":1,"status":404,"error":"Not Found","path":"/v2/v2/process-instances"}'],
    ['an object of OAuth', '{"error":"insufficient_scope"}'],
    ['a list', '[{"code":17,"text":"no"}]'],
    ['a text', '"no"'],
    ['a number', '17'],
    ['null', 'null'],
    ['what is no JSON', 'no {'],
    ['what is long', `{"message":"${'x'.repeat(286)}"}`],
  ])('%s', async (_, text) => {
    const { camunda } = await gateway((it) => answerJson(it, 403, text))
    expect(await camunda.send(create, ENOUGH)).toEqual({ kind: 'CamundaRejected', reason: `HTTP 403: ${text}` })
  })

  test('what is longer is cut', async () => {
    const { camunda } = await gateway((it) => answerJson(it, 403, `{"message":"${'x'.repeat(1_000_000)}"}`))
    expect(await camunda.send(create, ENOUGH)).toEqual({
      kind: 'CamundaRejected',
      reason: `HTTP 403: ${`{"message":"${'x'.repeat(287)}`}…`,
    })
  })
})

test('whatever a server answers, send resolves, and says of a refusal why', async () => {
  let [status, body, contentType] = [200, '', '']
  const { camunda } = await gateway((it) => answerJson(it, status, body, contentType))
  const statuses = fc.constantFrom(200, 201, 204, 301, 400, 401, 404, 407, 409, 413, 425, 429, 500, 502, 503, 504, 599)
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ title: fc.jsonValue(), detail: fc.jsonValue() }).map((it) => JSON.stringify(it)),
  )
  await fc.assert(
    fc.asyncProperty(
      statuses,
      bodies,
      fc.constantFrom('application/json', 'application/problem+json', 'text/html', ''),
      async (...answer) => {
        ;[status, body, contentType] = answer
        const reply = await camunda.send(create, ENOUGH)
        if (reply.kind !== 'ProcessInstanceCreated') expect('reason' in reply && reply.reason).toBeTruthy()
        if (reply.kind === 'InvalidInput') expect(status).toBe(413)
      },
    ),
    { numRuns: 200 },
  )
})

test('the words of what lies before Camunda are in the reason, without their markup', async () => {
  const { camunda } = await gateway((it) => answerJson(it, 502, '<html><h1>Bad gateway</h1><p>nginx</p></html>', 'text/html'))
  expect(await camunda.send(create, ENOUGH)).toMatchObject({ reason: expect.stringMatching(/^HTTP 502: Bad gateway nginx/) })
})

describe('an ambiguous reply', () => {
  test.each([
    [publish, 'publishes it once'],
    [create, 'idempotency “businessId” or “dynamodb” would prevent it'],
    [{ ...create, idempotency: 'businessId' }, 'no second process instance while the first is active'],
    [{ ...create, idempotency: 'dynamodb' }, 'not tried again'],
  ] as const)('says what comes of it when the message comes back (%o)', async (command, advice) => {
    const { camunda } = await gateway((response) => answerProblem(response, 504, 'DEADLINE_EXCEEDED'))
    expect(await camunda.send(command, ENOUGH)).toMatchObject({ kind: 'Ambiguous', reason: expect.stringContaining(advice) })
  })
})

describe('a business id', () => {
  test('is sent where idempotency asks for it, and only there', async () => {
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
    await camunda.send({ ...create, idempotency: 'businessId' }, ENOUGH)
    await camunda.send({ ...create, idempotency: 'dynamodb' }, ENOUGH)
    await camunda.send(create, ENOUGH)
    expect(server.requests.map(({ body }) => JSON.parse(body).businessId)).toEqual(['m-1', undefined, undefined])
  })

  test.each([
    ['says it back', { businessId: 'm-1' }, undefined],
    ['ignores it', {}, expect.stringContaining('knows no business ids')],
  ])('which Camunda %s is told so', async (_, answer, reason) => {
    const { camunda } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1', ...answer }))
    expect(await camunda.send({ ...create, idempotency: 'businessId' }, ENOUGH)).toEqual({
      kind: 'ProcessInstanceCreated',
      processInstanceKey: '1',
      ...(reason && { reason }),
    })
  })

  test('that is active already means that the process instance was created before', async () => {
    const { camunda } = await gateway((response) => answerProblem(response, 409, 'ALREADY_EXISTS'))
    expect(await camunda.send({ ...create, idempotency: 'businessId' }, ENOUGH)).toEqual({ kind: 'AlreadyCreated' })
  })
})

test('401 without OAuth is told as CamundaUnavailable, after one POST: there is no new token', async () => {
  const { camunda, server } = await gateway((response) => answerProblem(response, 401, 'UNAUTHORIZED'))
  expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'CamundaUnavailable' })
  expect(server.requests).toHaveLength(1)
})

test('an answer may say why in many words, and the reason has the first three hundred characters', async () => {
  const { camunda } = await gateway((response) => answerProblem(response, 400, 'INVALID_ARGUMENT', 'x'.repeat(1_000)))
  const reply = await camunda.send(create, ENOUGH)
  expect(reply).toMatchObject({ reason: `HTTP 400 INVALID_ARGUMENT: ${'x'.repeat(299)}…` })
})

test('the engine’s own fault is told without the record, which holds the message', async () => {
  const detail =
    'Expected to process record \'TypedRecordImpl{metadata={authorization=JWT.x}, value={"variables":"CONFIDENTIAL"}}\' without errors, but exception occurred with message \'full\''
  for (const told of [detail, detail.slice(0, 120)]) {
    const { camunda } = await gateway((response) => answerProblem(response, 500, 'PROCESSING_ERROR', told))
    const reply = await camunda.send(publish, ENOUGH)
    const end = told === detail ? "' without errors, but exception occurred with message 'full'" : ''
    expect(reply).toMatchObject({ kind: 'Ambiguous', reason: expect.stringContaining(`Expected to process record '…${end}`) })
    expect(JSON.stringify(reply)).not.toMatch(/CONFIDENTIAL|JWT/)
  }
})

test('answers are asked for as they are: what is compressed unasked could not be read', async () => {
  const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
  await camunda.send(create, ENOUGH)
  expect(server.requests[0]?.headers['accept-encoding']).toBe('identity')
})

test('a connection that was idle for long is not used again: it may be gone without a sign', async () => {
  const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
  const clock = vi.spyOn(Date, 'now')
  const began = Date.now()
  for (const seconds of [0, 1, 60, 61]) {
    clock.mockReturnValue(began + seconds * 1_000)
    await new Promise((freed) => setTimeout(freed, 20))
    await camunda.send(create, ENOUGH)
  }
  clock.mockRestore()
  const [first, second, third, fourth] = server.requests.map(({ clientPort }) => clientPort)
  expect(second).toBe(first)
  expect(third).not.toBe(first)
  expect(fourth).toBe(third)
})

test('a key which no double holds is told digit by digit', async () => {
  const { camunda } = await gateway((response) => answerJson(response, 200, '{"processInstanceKey": 9007199254740993}'))
  expect(await camunda.send(create, ENOUGH)).toEqual({ kind: 'ProcessInstanceCreated', processInstanceKey: '9007199254740993' })
})

test('nothing is sent when the answer could come too late', async () => {
  const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }))
  expect(await camunda.send(create, () => 4_999)).toEqual({
    kind: 'CamundaUnavailable',
    why: 'noTime',
    reason: 'the invocation has no time left for a request to Camunda',
  })
  expect(server.requests).toHaveLength(0)
})

test('no answer within the request’s time is ambiguous', async () => {
  const { camunda, server } = await gateway(() => {}, {}, 200)
  expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'Ambiguous' })
  expect(server.requests).toHaveLength(1)
})

test('a refused connection means that nothing was sent', async () => {
  const { camunda, server } = await gateway(() => {})
  await server.stop()
  expect(await camunda.send(create, ENOUGH)).toEqual({
    kind: 'CamundaUnavailable',
    why: 'unreachable',
    reason: expect.stringContaining('ECONNREFUSED'),
  })
})

test('an unknown host means that nothing was sent', async () => {
  const camunda = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: 'http://camunda.invalid' }, 5_000)
  expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'CamundaUnavailable' })
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
    await Promise.all([camunda.send(create, ENOUGH), camunda.send(create, ENOUGH)])
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
    expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
    expect(server.requests).toHaveLength(2)
  })

  test('an expired token is refreshed once for all messages of a batch', async () => {
    const { url, requests } = await identity(() => 200)
    const { camunda } = await gateway(
      (response, { authorization }) =>
        authorization === 'Bearer token-1'
          ? answerProblem(response, 401, 'UNAUTHORIZED')
          : answerJson(response, 200, { processInstanceKey: '1' }),
      oauth(url),
    )
    const replies = await Promise.all(Array.from({ length: 10 }, () => camunda.send(create, ENOUGH)))
    expect(replies.map(({ kind }) => kind)).toEqual(Array(10).fill('ProcessInstanceCreated'))
    expect(requests).toHaveLength(2)
  })

  test('401 that a new token does not mend is told as CamundaUnavailable, after two POSTs', async () => {
    const { url } = await identity(() => 200)
    const { camunda, server } = await gateway((response) => answerProblem(response, 401, 'UNAUTHORIZED'), oauth(url))
    expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'CamundaUnavailable' })
    expect(server.requests).toHaveLength(2)
  })

  test('a token that does not come in time is not waited for, and nothing is sent', async () => {
    const silent = await startHttpServer(() => {})
    stops.push(silent.stop)
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }), oauth(silent.url), 100)
    expect(await camunda.send(create, () => 150)).toEqual({ kind: 'CamundaUnavailable', why: 'unauthorized', reason: 'no token in time' })
    expect(server.requests).toHaveLength(0)
  })

  test('a token that comes late leaves no time for the request, which is not begun', async () => {
    const { url } = await identity(() => 200)
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }), oauth(url))
    let asked = 0
    expect(await camunda.send(create, () => (asked++ === 0 ? 60_000 : 4_000))).toMatchObject({ kind: 'CamundaUnavailable' })
    expect(server.requests).toHaveLength(0)
  })

  test.each([['CAMUNDA_OAUTH_SCOPE'], ['CAMUNDA_TOKEN_SCOPE']])(
    'the scope, by its name %s, and the audience are asked for',
    async (name) => {
      const { url, requests } = await identity(() => 200)
      const { camunda } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }), {
        ...oauth(url),
        [name]: 'api/.default',
      })
      expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
      expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
        grant_type: 'client_credentials',
        client_id: 'id',
        client_secret: 's3cret',
        audience: 'zeebe',
        scope: 'api/.default',
      })
    },
  )

  test('the names of Console’s download do as well', async () => {
    const { url, requests } = await identity(() => 200)
    const { camunda, server } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }), {
      ZEEBE_CLIENT_ID: 'id',
      ZEEBE_CLIENT_SECRET: 's3cret',
      ZEEBE_AUTHORIZATION_SERVER_URL: `${url}/token`,
      ZEEBE_TOKEN_AUDIENCE: 'zeebe',
    })
    expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
    expect(requests[0]?.body).toContain('audience=zeebe')
    expect(server.requests[0]?.authorization).toBe('Bearer token-1')
  })

  test('a token without expires_in is used, and kept', async () => {
    const server = await startHttpServer((_request, response) => answerJson(response, 200, { access_token: 'token' }))
    stops.push(server.stop)
    const { camunda } = await gateway((response) => answerJson(response, 200, { processInstanceKey: '1' }), oauth(server.url))
    for (const command of [create, create]) expect(await camunda.send(command, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
    expect(server.requests).toHaveLength(1)
  })

  test('the provider’s own sentence is in the reason, without the secrets which it says back', async () => {
    const server = await startHttpServer(({ body }, response) =>
      answerJson(response, 400, { error: 'invalid_request', error_description: `AADSTS900144: no scope in ${body}` }),
    )
    stops.push(server.stop)
    const { camunda } = await gateway((response) => answerJson(response, 200, {}), oauth(server.url))
    expect(await camunda.send(create, ENOUGH)).toEqual({
      kind: 'CamundaUnavailable',
      why: 'unauthorized',
      reason: expect.stringMatching(/HTTP 400 invalid_request: AADSTS900144: no scope in .*client_secret=\[secret\]/),
    })
  })

  test('a secret which a server says back is in no reason', async () => {
    const echo = await startHttpServer(({ body, path, authorization }, response) =>
      path === '/token' && !body.includes('grant_type=client_credentials')
        ? answerJson(response, 200, {})
        : path === '/token'
          ? answerJson(response, 200, { access_token: 't0ken', expires_in: 3_600 })
          : answerProblem(response, 400, `INVALID ${authorization}`, `s%2Fcret ${'x'.repeat(280)} s3cret t0ken`),
    )
    stops.push(echo.stop)
    const camunda = new CamundaRestClient(
      { CAMUNDA_REST_ADDRESS: echo.url, ...oauth(echo.url), CAMUNDA_MTLS_KEY_PASSPHRASE: 's/cret' },
      5_000,
    )
    stops.push(() => camunda.close())
    const reply = await camunda.send(create, ENOUGH)
    expect(reply).toMatchObject({ kind: 'CamundaRejected', reason: expect.stringContaining('[secret]') })
    expect(JSON.stringify(reply)).not.toMatch(/s3c|t0k|s%2F/)
  })

  test('without a token nothing is sent, and the secret is in no reason', async () => {
    const { url } = await identity(() => 401)
    const { camunda, server } = await gateway((response) => answerJson(response, 200, {}), oauth(url))
    const reply = await camunda.send(create, ENOUGH)
    expect(reply).toEqual({ kind: 'CamundaUnavailable', why: 'unauthorized', reason: expect.stringContaining('HTTP 401') })
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
  await camunda.send(create, ENOUGH)
  expect(server.requests[0]?.authorization).toBe(`Basic ${btoa('demo:demo')}`)
})

describe('over TLS', () => {
  const cert = readFileSync('test/examples/tls/localhost.cert.pem', 'utf8')
  const key = readFileSync('test/examples/tls/localhost.key.pem', 'utf8')

  async function tlsGateway(options: ServerOptions = {}) {
    const server = createServer({ cert, key, ...options }, (_request, response) => answerJson(response, 200, { processInstanceKey: '1' }))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    stops.push(async () => server.close().closeAllConnections())
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const client = (connection: Connection) => {
    const camunda = new CamundaRestClient(connection, 5_000)
    stops.push(() => camunda.close())
    return camunda
  }

  test('an authority of one’s own is trusted, without a certificate of the client', async () => {
    const camunda = client({ CAMUNDA_REST_ADDRESS: await tlsGateway(), CAMUNDA_MTLS_CA: cert })
    expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
  })

  test('the client shows its certificate where one is asked for', async () => {
    const address = await tlsGateway({ requestCert: true, rejectUnauthorized: true, ca: [cert] })
    const camunda = client({ CAMUNDA_REST_ADDRESS: address, CAMUNDA_MTLS_CA: cert, CAMUNDA_MTLS_CERT: cert, CAMUNDA_MTLS_KEY: key })
    expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
  })

  describe('a certificate that is refused after the handshake', () => {
    const strict = { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const
    const refused = { kind: 'CamundaUnavailable', why: 'unreachable' }
    const own = { CAMUNDA_MTLS_CA: cert, CAMUNDA_MTLS_CERT: cert, CAMUNDA_MTLS_KEY: key }

    // biome-ignore format: a table
    test.each([
      ['there is none',                              { ...strict, ca: [cert] },                     { CAMUNDA_MTLS_CA: cert }],
      ['it is of an authority that is not trusted',  strict,                                        own],
      ['the same under TLS 1.2',                     { ...strict, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, own],
    ] as [string, ServerOptions, Connection][])('means that nothing was executed: %s', async (_, options, connection) => {
      const camunda = client({ CAMUNDA_REST_ADDRESS: await tlsGateway(options), ...connection })
      for (const command of [create, create, publish]) expect(await camunda.send(command, ENOUGH)).toMatchObject(refused)
    })

    test('so it does where the refusal comes when the request is under way already', async () => {
      const address = await tlsGateway({ ...strict, ca: [cert] })
      const camunda = client({ CAMUNDA_REST_ADDRESS: await slowFromThere(address, 1_000), CAMUNDA_MTLS_CA: cert })
      expect(await camunda.send(create, ENOUGH)).toMatchObject({
        ...refused,
        reason: expect.stringContaining('ALERT_CERTIFICATE_REQUIRED'),
      })
    })

    test('an end without a word, when the request is under way already, is ambiguous', async () => {
      const camunda = client({ CAMUNDA_REST_ADDRESS: await slowFromThere(await tlsGateway(strict), 1_000), ...own })
      expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'Ambiguous' })
    })

    test('a server which takes it and says nothing is sent the request all the same', async () => {
      const address = await tlsGateway({ ...strict, ca: [cert] })
      const camunda = client({ CAMUNDA_REST_ADDRESS: await slowFromThere(address, 1_000), ...own })
      expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'ProcessInstanceCreated' })
    })

    /** Hands on what the server says after its part of the handshake, which the client's next words end, so late. */
    async function slowFromThere(address: string, milliseconds: number) {
      const proxy = createTcpServer((near) => {
        const far = connect(Number(new URL(address).port), '127.0.0.1')
        let said = 0
        const late = (act: () => void) => setTimeout(act, said < 2 ? 0 : milliseconds)
        near.on('data', (data) => {
          said++
          far.write(data)
        })
        far.on('data', (data) => late(() => near.write(data))).on('close', () => late(() => near.destroy()))
        for (const socket of [near, far]) socket.on('error', () => {})
        near.on('close', () => far.destroy())
      })
      await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
      stops.push(async () => proxy.close())
      return `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    }
  })

  test('a server that is not trusted means that nothing was sent', async () => {
    const camunda = client({ CAMUNDA_REST_ADDRESS: await tlsGateway() })
    expect(await camunda.send(create, ENOUGH)).toEqual({
      kind: 'CamundaUnavailable',
      why: 'unreachable',
      reason: expect.stringContaining('SELF_SIGNED'),
    })
  })

  test('a connection that is cut during the handshake means that nothing was sent', async () => {
    const server = createTcpServer((socket) => socket.once('data', () => socket.destroy()))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    stops.push(async () => server.close())
    const camunda = client({ CAMUNDA_REST_ADDRESS: `https://127.0.0.1:${(server.address() as AddressInfo).port}` })
    expect(await camunda.send(create, ENOUGH)).toMatchObject({ kind: 'CamundaUnavailable' })
  })
})

// biome-ignore format: a table
test.each([
  ['no address',                  {},                                                                                                  'CAMUNDA_REST_ADDRESS is missing'],
  ['an address that is no URL',   { CAMUNDA_REST_ADDRESS: 'camunda' },                                                                 'no URL'],
  ['an unknown strategy',         { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_AUTH_STRATEGY: 'COOKIE' },                       'NONE, OAUTH, BASIC'],
  ['an address with a password',  { CAMUNDA_REST_ADDRESS: 'http://me:s3cret@127.0.0.1' },                                              'holds credentials'],
  ['a token address that is none', { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_CLIENT_ID: 'i', CAMUNDA_CLIENT_SECRET: 's', CAMUNDA_OAUTH_URL: 'login' }, 'CAMUNDA_OAUTH_URL is no URL'],
  ['a secret without an id',      { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_CLIENT_SECRET: 's3cret' },                       'missing for CAMUNDA_AUTH_STRATEGY OAUTH: CAMUNDA_CLIENT_ID'],
  ['a time-out that is none',     { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_OAUTH_TIMEOUT_MS: '3s' },                        'CAMUNDA_OAUTH_TIMEOUT_MS is no whole number'],
  ['a negative count',            { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_OAUTH_RETRY_MAX: '-1' },                         'CAMUNDA_OAUTH_RETRY_MAX is no whole number'],
  ['a certificate that is none',  { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_MTLS_CERT: 's3cret' },                           'no PEM'],
  ['credentials by half',         { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1', CAMUNDA_CLIENT_ID: 'id' },                               'CAMUNDA_CLIENT_SECRET, CAMUNDA_OAUTH_URL'],
] as [string, Connection, string][])('a connection with %s is refused, saying so', (_name, connection, message) => {
  expect(() => new CamundaRestClient(connection, 1_000)).toThrow(ConnectionConfigurationError)
  expect(() => new CamundaRestClient(connection, 1_000)).toThrow(message)
  expect(() => new CamundaRestClient(connection, 1_000)).not.toThrow('s3cret')
})
