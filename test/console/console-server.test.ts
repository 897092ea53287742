import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleServer, NotThere, startConsoleServer } from '../../local/console/console-server.ts'
import { UsageError } from '../../tools/command-line.ts'

let server: ConsoleServer
let changed = 0

beforeAll(async () => {
  server = await startConsoleServer(
    {
      'GET /things/{name}': async ({ names: { name } }) => ({ name }),
      'POST /things/{name}': async ({ input }) => {
        changed += 1
        return input
      },
      'GET /wrong': async () => {
        throw new UsageError('called wrongly')
      },
      'GET /missing': async () => {
        throw new NotThere('not there')
      },
    },
    { soFar: () => [{ kind: 'fault', inForce: 'slow' }], subscribe: () => () => {} },
  )
})
afterAll(() => server.stop())

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** By node:http, which sends whatever Host one likes. */
function ask({ method = 'GET', path = '/', headers = {}, body }: Asked): Promise<{ status: number; text: string; policy: string }> {
  const { port } = new URL(server.address)
  return new Promise((answered, failed) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
        if (path.startsWith('/api/events') && text.includes('slow')) response.destroy()
      })
      response.on('close', () =>
        answered({ status: response.statusCode ?? 0, text, policy: String(response.headers['content-security-policy']) }),
      )
    })
    asked.on('error', failed)
    asked.end(body)
  })
}

const origin = () => server.address.split('/#')[0] ?? ''
const token = () => server.address.split('=')[1] ?? ''
const bearer = () => ({ authorization: `Bearer ${token()}` })

test('it listens on 127.0.0.1, and the token is behind the number sign, which no browser sends', () => {
  expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/)
})

test('whoever has the token is answered', async () => {
  expect(await ask({ path: '/api/things/a%2Fb', headers: bearer() })).toMatchObject({ status: 200, text: '{"name":"a/b"}' })
  expect(await ask({ method: 'POST', path: '/api/things/a', headers: { ...bearer(), origin: origin() }, body: '{"x":1}' })).toMatchObject({
    status: 200,
    text: '{"x":1}',
  })
})

test.each([
  ['without a token', () => ({})],
  ['with another', () => ({ authorization: `Bearer ${'x'.repeat(32)}` })],
  ['with one that is longer', () => ({ authorization: `Bearer ${token()}x` })],
])('%s nothing is told and nothing is changed', async (_, headers) => {
  const before = changed
  for (const each of [{ path: '/api/things/a' }, { path: '/api/events' }, { method: 'POST', path: '/api/things/a', body: '{}' }])
    expect(await ask({ ...each, headers: headers() })).toMatchObject({ status: 401, text: expect.not.stringContaining('slow') })
  expect(changed).toBe(before)
})

test.each([
  ['another name of this host', () => ({ host: 'rebound.example' })],
  ['localhost, which is another origin', () => ({ host: `localhost:${new URL(server.address).port}` })],
  ['a page of another origin', () => ({ origin: 'http://evil.example' })],
  ['a page of another port', () => ({ origin: 'http://127.0.0.1:1' })],
  ['a page of no origin', () => ({ origin: 'null' })],
  ['another site, by what the browser says of it', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })],
  ['another port of this site', () => ({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })],
])('%s gets nothing, the token or not', async (_, headers) => {
  const before = changed
  for (const each of [{ path: '/' }, { path: '/api/things/a' }, { method: 'POST', path: '/api/things/a', body: '{}' }])
    expect(await ask({ ...each, headers: { ...bearer(), ...headers() } })).toMatchObject({ status: 403 })
  expect(changed).toBe(before)
})

test('a link from anywhere may open the page, which knows nothing without the token', async () => {
  const { status, text, policy } = await ask({ headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })
  expect(status).toBe(200)
  expect(text).not.toContain(token())
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[^']+'; /)
  expect(policy).not.toMatch(/unsafe|\*/)
  const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? []
  expect(text).toContain(`nonce="${nonce}"`)
  expect((await ask({})).policy).not.toContain(nonce)
})

test('what is there already comes first in the stream of events', async () => {
  const { status, text } = await ask({ path: `/api/events?token=${token()}` })
  expect(status).toBe(200)
  expect(text).toBe('data: {"kind":"connection","connected":true}\n\ndata: {"kind":"fault","inForce":"slow"}\n\n')
})

test.each([
  ['/api/wrong', 400, 'called wrongly'],
  ['/api/missing', 404, 'not there'],
  ['/api/nothing', 404, 'There is no GET /api/nothing.'],
  ['/../package.json', 404, 'There is no /package.json.'],
])('%s is a %i that says why', async (path, status, detail) => {
  const answer = await ask({ path, headers: bearer() })
  expect(answer.status).toBe(status)
  expect(JSON.parse(answer.text)).toMatchObject({ status, detail })
})
