import { afterEach, expect, test } from 'vitest'
import { camundaProbe } from '../../../tools/doctor/camunda-probe.ts'
import { answerJson, startHttpServer } from '../../support/http-server.ts'

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function probing(answer: Parameters<typeof startHttpServer>[0]) {
  const server = await startHttpServer(answer)
  const connection = {
    ZEEBE_REST_ADDRESS: server.url,
    ZEEBE_AUTHORIZATION_SERVER_URL: `${server.url}/token`,
    ZEEBE_CLIENT_ID: 'id',
    ZEEBE_CLIENT_SECRET: 's3cret+of the client',
    CAMUNDA_TOKEN_SCOPE: 'api/.default',
  }
  const probe = camundaProbe(new Map(Object.entries(connection).map(([name, value]) => [name, { value, type: 'SecureString' }])))
  stops.push(server.stop, () => probe.close())
  return { probe, server }
}

test('Camunda is asked with the names which the connection has, and a token that says not for how long it is good', async () => {
  const { probe, server } = await probing(({ path }, response) =>
    answerJson(response, 200, path === '/token' ? { access_token: 'token' } : { gatewayVersion: '8.8.0', brokers: [] }),
  )
  expect(await probe.topology()).toMatchObject({ gatewayVersion: '8.8.0' })
  expect(new URLSearchParams(server.requests[0]?.body).get('scope')).toBe('api/.default')
  expect(server.requests.at(-1)?.authorization).toBe('Bearer token')
})

test('where the provider gives no token, its own sentence is told, without the secrets which it says back', async () => {
  const { probe } = await probing(({ body }, response) =>
    answerJson(response, 400, { error: 'invalid_request', error_description: `AADSTS900144: no scope.\n\u001b[31m${body}` }),
  )
  const error = await probe.topology().catch((it: Error) => it)
  expect(error).toMatchObject({ message: expect.stringMatching(/no token: .*HTTP 400 invalid_request: AADSTS900144: no scope\. .\[31m/) })
  for (const kept of ['s3cret', '\u001b']) expect(String(error)).not.toContain(kept)
})

test.each([
  ['{"message":"Forbidden"}', 'HTTP 403 {"message":"Forbidden"}'],
  ['{"title":"FORBIDDEN","detail":null}', 'HTTP 403 FORBIDDEN'],
  ['{"title":{},"detail":"not you"}', 'HTTP 403 not you'],
])('of a refusal %s the words are told', async (body, message) => {
  const { probe } = await probing(({ path }, response) =>
    path === '/token' ? answerJson(response, 200, { access_token: 'token' }) : answerJson(response, 403, body),
  )
  await expect(probe.topology()).rejects.toMatchObject({ message })
})

test('of a process the latest version is asked for, of its tenant, and then its diagram', async () => {
  const { probe, server } = await probing(({ path }, response) => {
    if (path === '/token') return answerJson(response, 200, { access_token: 'token' })
    if (path.endsWith('/xml')) return void response.writeHead(200, { 'content-type': 'text/xml' }).end('<é/>')
    return answerJson(response, 200, { items: [{ processDefinitionKey: '2251799813685249', version: 3 }], page: {} })
  })
  expect(await probe.deployedDiagram({ bpmnProcessId: 'order', tenantId: 'north' })).toEqual({ text: '<é/>', version: 3 })
  const [search, xml] = server.requests.filter(({ path }) => path !== '/token')
  expect(JSON.parse(search?.body ?? '').filter).toEqual({ processDefinitionId: 'order', isLatestVersion: true, tenantId: 'north' })
  expect(xml?.path).toBe('/v2/process-definitions/2251799813685249/xml')
})

test('of a process that is not deployed there is no diagram', async () => {
  const { probe } = await probing(({ path }, response) =>
    answerJson(response, 200, path === '/token' ? { access_token: 'token' } : { items: [], page: {} }),
  )
  expect(await probe.deployedDiagram({ bpmnProcessId: 'order' })).toBeUndefined()
})

test('the latest versions are asked for page by page, by cursors, and no more of them than are wanted', async () => {
  const all = Array.from({ length: 2_500 }, (_, at) => ({ processDefinitionKey: String(at), processDefinitionId: `p${at}`, version: 1 }))
  const { probe, server } = await probing(({ path, body }, response) => {
    if (path === '/token') return answerJson(response, 200, { access_token: 'token' })
    const { limit, after = '0' } = JSON.parse(body).page
    const end = Number(after) + limit
    return answerJson(response, 200, { items: all.slice(Number(after), end), page: { endCursor: String(end) } })
  })
  const asked = () => server.requests.filter(({ path }) => path !== '/token').map(({ body }) => JSON.parse(body))
  expect((await probe.latestDefinitions(1_200)).map(({ bpmnProcessId }) => bpmnProcessId)).toEqual(
    all.slice(0, 1_200).map(({ processDefinitionId }) => processDefinitionId),
  )
  expect(asked().map(({ page }) => page)).toEqual([{ limit: 1_000 }, { limit: 200, after: '1000' }])
  expect(asked()[0].filter).toEqual({ isLatestVersion: true })
  expect(await probe.latestDefinitions(5_000)).toHaveLength(2_500)
})

test('of a process those versions are found whose instances wait, by the longest waiting, and in its tenant where it has one', async () => {
  const { probe, server } = await probing(({ path }, response) =>
    answerJson(
      response,
      200,
      path === '/token'
        ? { access_token: 'token' }
        : { items: ['7', '7', '9'].map((processDefinitionKey) => ({ processDefinitionKey })), page: {} },
    ),
  )
  const order = { processDefinitionKey: '9', bpmnProcessId: 'order', version: 2, tenantId: '<default>' }
  expect(await probe.waitingDefinitions(order, 10)).toEqual(new Set(['7', '9']))
  expect(await probe.waitingDefinitions({ ...order, tenantId: 'north' }, 10)).toEqual(new Set(['7', '9']))
  const [first, second] = server.requests.filter(({ path }) => path !== '/token').map(({ body }) => JSON.parse(body))
  expect(first).toMatchObject({ sort: [{ field: 'lastUpdatedDate', order: 'ASC' }] })
  expect(first.filter).toEqual({ processDefinitionId: 'order', messageSubscriptionState: 'CREATED' })
  expect(second.filter).toEqual({ ...first.filter, tenantId: 'north' })
})
