import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const RAPID_CLIENT = fileURLToPath(new URL('../../local/rapid-client.cjs', import.meta.url))
const INTERFACE_CLIENT = fileURLToPath(import.meta.resolve('aws-lambda-ric'))

let directory: string
let child: ChildProcess | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'interface-client-'))
  await copyFile(INTERFACE_CLIENT, join(directory, 'index.mjs'))
  await isPackage('aws-lambda-ric', '4.0.2')
  await writeFile(
    join(directory, 'fn.mjs'),
    `export const handler = async (event) => { if (event.throws) throw new Error(event.throws.repeat(event.times ?? 1)); return event }`,
  )
})

afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  child = undefined
  await rm(directory, { recursive: true })
})

const isPackage = (name: string, version: string) =>
  writeFile(join(directory, 'package.json'), JSON.stringify({ name, version, type: 'module' }))

function runInterfaceClient(runtimeApi: string) {
  const client = spawn(process.execPath, ['--require', RAPID_CLIENT, join(directory, 'index.mjs'), 'fn.handler'], {
    env: {
      AWS_LAMBDA_RUNTIME_API: runtimeApi,
      _HANDLER: 'fn.handler',
      LAMBDA_TASK_ROOT: directory,
      AWS_LAMBDA_FUNCTION_NAME: 'fn',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: 'group',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child = client
  return client
}

type Posted = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }

/** Hands out one event after the other, and gives back what was posted for each, in order. */
async function posts(...events: unknown[]): Promise<Posted[]> {
  const posted: Posted[] = []
  const waiting = events.entries()
  const { promise: allDone, resolve: done } = Promise.withResolvers<void>()
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, async (request, response) => {
    if (request.method === 'POST') {
      posted.push({ path: request.url ?? '', headers: request.headers, body: await text(request) })
      response.writeHead(202).end()
      return
    }
    const { value: next } = waiting.next()
    if (next === undefined) return done()
    response.setHeader('Lambda-Runtime-Aws-Request-Id', `request ${next[0]}`)
    response.setHeader('Lambda-Runtime-Deadline-Ms', Date.now() + 10_000)
    response.setHeader('Lambda-Runtime-Invoked-Function-Arn', 'arn')
    response.end(JSON.stringify(next[1]))
  }).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const exited = once(runInterfaceClient(`127.0.0.1:${(server.address() as AddressInfo).port}`), 'exit')
    await Promise.race([allDone, exited])
    return posted
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('the client of the Lambda Runtime API', () => {
  it('posts the response to each event before it asks for the next', async () => {
    const [first, second] = await posts({ text: 'Grüße 😀' }, 2)
    expect(first).toMatchObject({ path: '/2018-06-01/runtime/invocation/request%200/response', body: '{"text":"Grüße 😀"}' })
    expect(first?.headers['content-type']).toBe('application/json')
    expect(second).toMatchObject({ path: '/2018-06-01/runtime/invocation/request%201/response', body: '2' })
  })

  it('posts an error, with its cause for X-Ray in a header that takes ASCII only', async () => {
    const [posted] = await posts({ throws: 'Prozeß 東京 😀' })
    expect(posted?.path).toBe('/2018-06-01/runtime/invocation/request%200/error')
    expect(JSON.parse(posted?.body ?? '')).toMatchObject({ errorType: 'Error', errorMessage: 'Prozeß 東京 😀' })
    const cause = String(posted?.headers['lambda-runtime-function-xray-error-cause'])
    expect(cause).toMatch(/^[ -~]+$/)
    expect(JSON.parse(cause)).toMatchObject({
      working_directory: expect.any(String),
      exceptions: [{ type: 'Error', message: 'Prozeß 東京 😀' }],
    })
  })

  it('posts an error without its cause where that is too long for a header', async () => {
    const [posted] = await posts({ throws: 'x', times: 70_000 })
    expect(posted?.headers).not.toHaveProperty('lambda-runtime-function-xray-error-cause')
    expect(JSON.parse(posted?.body ?? '').errorMessage).toHaveLength(70_000)
  })

  it('takes the place of the native module where that was built', async () => {
    await writeFile(join(directory, 'rapid-client.node'), 'not what Node could load')
    expect(await posts('event')).toMatchObject([{ body: '"event"' }])
  })

  it.each([
    ['another version', 'aws-lambda-ric', '4.0.3'],
    ['another package', 'lambda-ric', '4.0.2'],
  ])('refuses to stand in for %s', async (_what, name, version) => {
    await isPackage(name, version)
    const client = runInterfaceClient('127.0.0.1:9')
    const [said, [exitCode]] = await Promise.all([text(client.stderr), once(client, 'exit')])
    expect(said).toContain(`rapid-client.cjs stands in for the native module of aws-lambda-ric 4.0.2, not of ${name} ${version}`)
    expect(exitCode).not.toBe(0)
  })

  it('ends the runtime when the Runtime API gives no event', async () => {
    const server = createServer((_request, response) => response.writeHead(500).end('no more')).listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const client = runInterfaceClient(`127.0.0.1:${(server.address() as AddressInfo).port}`)
      const [said, [exitCode]] = await Promise.all([text(client.stderr), once(client, 'exit')])
      expect(said).toContain('Failed to get next invocation: the Runtime API answered 500 no more')
      expect(exitCode).not.toBe(0)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
