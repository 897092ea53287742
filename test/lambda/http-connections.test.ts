import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { HttpConnections, NotSent } from '../../lambda/http-connections.ts'

/** What a server may do to a connection, byte for byte. */

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** A server that does as told with each request; it knows its connections by their numbers. */
async function server(answer: (socket: Socket, request: string, connection: number) => void) {
  const requests: { readonly text: string; readonly connection: number }[] = []
  let connections = 0
  const listening = createServer((socket) => {
    const connection = ++connections
    stops.push(() => socket.destroy())
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const text = data.toString()
      requests.push({ text, connection })
      answer(socket, text, connection)
    })
  })
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready))
  const http = new HttpConnections({ connectTimeoutMs: 1_000, tls: {} })
  stops.push(() => {
    listening.close()
    http.close()
  })
  const target = http.to(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/v2/x?y=1`)
  const post = (body = '{}', timeoutMs = 2_000) => http.post(target, { headers: { 'content-type': 'application/json' }, body, timeoutMs })
  return { requests, post }
}

const ok = (text: string, headers = '') => `HTTP/1.1 200 OK\r\n${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`

test('a request is one POST with its host, its length in bytes and its body', async () => {
  const { post, requests } = await server((socket) => socket.write(ok('')))
  await post('{"a":"é😀"}')
  expect(requests.map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^POST \/v2\/x\?y=1 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nconnection: keep-alive\r\ncontent-type: application\/json\r\ncontent-length: 14\r\n\r\n\{"a":"é😀"\}$/,
    ),
  ])
})

describe('an answer is read', () => {
  // biome-ignore format: a table
  const ANSWERS: [string, string, { status: number; text: string }][] = [
    ['with its length',                       ok('é'),                                                                                                    { status: 200, text: 'é' }],
    ['in chunks',                             'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nt: 1\r\n\r\n',                { status: 200, text: 'abc' }],
    ['after all that is said before it',      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${ok('a')}`, { status: 200, text: 'a' }],
    ['without a body where there is none',    'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n',                                                   { status: 204, text: '' }],
    ['also of a 304 that tells of one',       'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',                                                 { status: 304, text: '' }],
    ['whatever its status',                   'HTTP/1.1 599 \r\ncontent-length: 0\r\n\r\n',                                                             { status: 599, text: '' }],
  ]

  test.each(ANSWERS)('%s', async (_, bytes, answer) => {
    const { post } = await server((socket) => socket.write(bytes))
    expect(await post()).toMatchObject(answer)
  })

  test.each(ANSWERS)('%s, byte by byte', async (_, bytes, answer) => {
    const { post } = await server(async (socket) => {
      for (const byte of Buffer.from(bytes)) {
        socket.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
    })
    expect(await post()).toMatchObject(answer)
  })

  test('to the end of its connection where it has no length', async () => {
    const { post, requests } = await server((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nabc'))
    expect(await post()).toMatchObject({ status: 200, text: 'abc' })
    await post()
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })

  test('with its headers in lower case', async () => {
    const { post } = await server((socket) => socket.write(ok('', 'Location: /login\r\nX-A: 1\r\nx-a: 2\r\n')))
    expect((await post()).headers).toMatchObject({ location: '/login', 'x-a': '1' })
  })
})

describe('a connection', () => {
  test('carries one request after the other', async () => {
    const { post, requests } = await server((socket) => socket.write(ok('')))
    for (const _ of [1, 2, 3]) await post()
    expect(requests.map(({ connection }) => connection)).toEqual([1, 1, 1])
  })

  test('carries one request at a time', async () => {
    const { post, requests } = await server((socket) => setTimeout(() => socket.write(ok('')), 20))
    await Promise.all([post(), post(), post()])
    expect(requests.map(({ connection }) => connection).toSorted()).toEqual([1, 2, 3])
  })

  test.each([
    ['the server ends it', 'connection: close\r\n'],
    ['the server ends it before the next request would be there', 'keep-alive: timeout=1\r\n'],
  ])('is not used again where %s', async (_, header) => {
    const { post, requests } = await server((socket) => socket.write(ok('', header)))
    await post()
    await new Promise((later) => setTimeout(later, 20))
    await post()
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })

  test('is not used again after an answer that nobody asked for, which would be taken for that of the next request', async () => {
    const { post, requests } = await server((socket, _, connection) =>
      socket.write(connection === 1 ? ok('first') + ok('forged') : ok('second')),
    )
    expect([(await post()).text, (await post()).text]).toEqual(['first', 'second'])
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  })

  test('nor after one that comes later', async () => {
    const { post } = await server((socket, _, connection) => {
      socket.write(ok(`of ${connection}`))
      if (connection === 1) setTimeout(() => socket.write(ok('forged')), 20)
    })
    expect((await post()).text).toBe('of 1')
    await new Promise((later) => setTimeout(later, 100))
    expect((await post()).text).toBe('of 2')
  })

  test('of which each has been idle for too long is none', async () => {
    const clock = vi.spyOn(Date, 'now')
    const began = Date.now()
    const { post, requests } = await server((socket) => setTimeout(() => socket.write(ok('')), 20))
    await Promise.all([post(), post()])
    clock.mockReturnValue(began + 60_000)
    await Promise.all([post(), post()])
    clock.mockRestore()
    expect(requests.map(({ connection }) => connection)).toEqual([1, 2, 3, 4])
  })
})

describe('where there is no answer, nobody knows:', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['the connection is cut', (socket) => socket.destroy()],
    ['it is reset', (socket) => socket.resetAndDestroy()],
    ['it ends in the middle', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')],
    ['it ends in the middle of a chunk', (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nabc')],
    ['it ends after what is said before an answer', (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n')],
    ['it is no HTTP', (socket) => socket.write('220 ESMTP\r\n')],
    ['there are two lengths', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')],
    ['the length is none', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\nab')],
    ['the headers have no end', (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`)],
    ['it takes too long', () => {}],
  ])('%s', async (_, act) => {
    const { post, requests } = await server((socket) => act(socket))
    const failure = await post('{}', 500).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toBeInstanceOf(NotSent)
    expect(requests).toHaveLength(1)
  })

  test('and the next request goes by another connection', async () => {
    const { post, requests } = await server((socket, _, connection) => (connection === 1 ? socket.destroy() : socket.write(ok(''))))
    await expect(post()).rejects.toThrow()
    expect(await post()).toMatchObject({ status: 200 })
    expect(requests).toHaveLength(2)
  })
})

test('a timer is left by no request', async () => {
  const { post } = await server((socket) => socket.write(ok('')))
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const before = timers()
  for (let n = 0; n < 50; n++) await post('{}', 60_000)
  expect(timers()).toBeLessThanOrEqual(before)
})
