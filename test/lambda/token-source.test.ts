import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Settings } from '../../lambda/core/connection-settings.ts'
import { HttpConnections } from '../../lambda/http-connections.ts'
import { TokenSource } from '../../lambda/token-source.ts'
import { answerJson, startHttpServer } from '../support/http-server.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const stop of stops.splice(0)) await stop()
})

/** A provider that gives tokens of so many seconds, after so many refusals. */
async function provider({
  seconds = 3_600 as unknown,
  refusals = 0,
  ...settings
}: { seconds?: unknown; refusals?: number } & Settings = {}) {
  let given = 0
  const server = await startHttpServer((_request, response) =>
    server.requests.length <= refusals
      ? answerJson(response, 503, { error: 'busy' })
      : answerJson(response, 200, { access_token: `token-${++given}`, expires_in: seconds }),
  )
  const connections = new HttpConnections({ connectTimeoutMs: 1_000, tls: {} })
  stops.push(server.stop, () => connections.close())
  const tokens = new TokenSource(
    {
      CAMUNDA_OAUTH_URL: `${server.url}/token`,
      CAMUNDA_CLIENT_ID: 'id',
      CAMUNDA_CLIENT_SECRET: 's3cret',
      CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS: '1',
      ...settings,
    },
    connections,
  )
  return { tokens, requests: server.requests }
}

test('the request is a form with the client’s secret in it, and a header has none', async () => {
  const { tokens, requests } = await provider({ CAMUNDA_CLIENT_SECRET: 'a b&ü', CAMUNDA_OAUTH_SCOPE: 'x y' })
  await tokens.token()
  expect(requests).toMatchObject([{ method: 'POST', path: '/token', authorization: undefined }])
  expect(requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect([...new URLSearchParams(requests[0]?.body)]).toEqual([
    ['grant_type', 'client_credentials'],
    ['client_id', 'id'],
    ['client_secret', 'a b&ü'],
    ['audience', 'zeebe.camunda.io'],
    ['scope', 'x y'],
  ])
})

describe('a token is kept', () => {
  // biome-ignore format: a table
  test.each([
    ['until 35 seconds before its end',             600,   564, 566],
    ['until a twentieth of its life before it',     7_200, 6_839, 6_841],
  ])('%s', async (_, seconds, good, over) => {
    const { tokens, requests } = await provider({ seconds })
    const began = Date.now()
    const clock = vi.spyOn(Date, 'now').mockReturnValue(began)
    await tokens.token()
    clock.mockReturnValue(began + good * 1_000)
    expect([await tokens.token(), tokens.kept]).toEqual(['token-1', 'token-1'])
    clock.mockReturnValue(began + over * 1_000)
    expect(tokens.kept).toBeUndefined()
    expect(await tokens.token()).toBe('token-2')
    expect(requests).toHaveLength(2)
  })

  test('not at all where it is good for seconds only, and yet it is used', async () => {
    const { tokens } = await provider({ seconds: 10 })
    expect([await tokens.token(), await tokens.token()]).toEqual(['token-1', 'token-2'])
  })

  test('not after a clock went back, by which nobody knows how old it is', async () => {
    const { tokens } = await provider()
    await tokens.token()
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 60_000)
    expect(tokens.kept).toBeUndefined()
  })

  test('not when Camunda does not take it; one that came since then stays', async () => {
    const { tokens } = await provider()
    const first = await tokens.token()
    tokens.refused(first)
    const second = await tokens.token()
    tokens.refused(first)
    expect([first, second, tokens.kept]).toEqual(['token-1', 'token-2', 'token-2'])
  })
})

test('all who wait for a token get the same one, and the next who need one do not get its failure', async () => {
  const { tokens, requests } = await provider({ refusals: 2 })
  const failures = await Promise.allSettled([tokens.token(), tokens.token(), tokens.token()])
  expect(failures.map((it) => it.status === 'rejected' && it.reason.message)).toEqual(Array(3).fill('HTTP 503 busy'))
  expect(await Promise.all([tokens.token(), tokens.token()])).toEqual(['token-1', 'token-1'])
  expect(requests).toHaveLength(3)
})

test.each([
  [undefined, 2],
  ['1', 1],
  ['4', 4],
])('a provider is asked as often as CAMUNDA_OAUTH_RETRY_MAX says (%s): %i times', async (most, times) => {
  const { tokens, requests } = await provider({ refusals: 9, ...(most !== undefined && { CAMUNDA_OAUTH_RETRY_MAX: most }) })
  await expect(tokens.token()).rejects.toThrow('HTTP 503 busy')
  expect(requests).toHaveLength(times)
})
