import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { type CamundaStandIn, type StandInOptions, startStandIn } from '../../../local/camunda/stand-in.ts'
import { bpmnProcess, deploy } from '../../support/bpmn.ts'

/** The process: what it says of itself, its death, and its return on the same data. */

vi.setConfig({ testTimeout: 60_000 })

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function started(options: StandInOptions = {}): Promise<CamundaStandIn> {
  const standIn = await startStandIn(options)
  stops.push(() => standIn.stop())
  return standIn
}

function run(...options: string[]) {
  const child = spawn(process.execPath, ['local/camunda/main.ts', ...options], { env: { ...process.env, NO_COLOR: '1' } })
  const out = { text: '' }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (out.text += String(chunk)))
  const ended = new Promise<number | null>((end) => child.once('close', (code) => end(code)))
  stops.push(async () => child.kill('SIGKILL'))
  return { child, out, ended }
}

async function post(
  standIn: Pick<CamundaStandIn, 'restAddress'>,
  path: string,
  body: object,
): Promise<{ status: number; [field: string]: unknown }> {
  const response = await fetch(`${standIn.restAddress}/v2/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { ...(text && JSON.parse(text)), status: response.status }
}

const activate = (standIn: CamundaStandIn, type: string, timeout = 60_000) =>
  post(standIn, 'jobs/activation', { type, timeout, maxJobsToActivate: 100, requestTimeout: -1 }) as Promise<{
    status: number
    jobs: { jobKey: string; variables: object }[]
  }>

test('its first line says what it is and what it does not do', async () => {
  const { firstLine } = await started({ version: '8.8' })
  expect(firstLine).toMatch(/^Stand-in for Camunda 8\.8, not Camunda itself: .* refuses all else\. It does not do timers, .*gRPC/)
})

test('killed and started again it is at the same address with all that it had: waiting tokens, held jobs, kept messages, keys that go on', async () => {
  const standIn = await started()
  await deploy(
    standIn.restAddress,
    bpmnProcess({ id: 'wait', waitsFor: { messageName: 'paid', correlationKey: '=orderId' }, jobType: 'paid-job' }),
  )
  await deploy(standIn.restAddress, bpmnProcess({ id: 'work', jobType: 'held' }))
  const before = await post(standIn, 'process-instances', { processDefinitionId: 'wait', variables: { orderId: 'A' } })
  await post(standIn, 'process-instances', { processDefinitionId: 'work' })
  expect((await activate(standIn, 'held')).jobs).toHaveLength(1)
  const kept = { name: 'paid', correlationKey: 'B', messageId: 'x', timeToLive: 600_000 }
  await post(standIn, 'messages/publication', kept)

  await standIn.crash()
  await expect(post(standIn, 'messages/publication', kept)).rejects.toThrow()
  await standIn.startAgain()

  expect(await post(standIn, 'messages/publication', kept)).toMatchObject({ status: 409 })
  expect((await activate(standIn, 'held')).jobs).toEqual([])
  await post(standIn, 'messages/publication', { ...kept, correlationKey: 'A' })
  expect((await activate(standIn, 'paid-job')).jobs).toMatchObject([{ variables: { orderId: 'A' } }])
  const after = await post(standIn, 'process-instances', { processDefinitionId: 'wait', variables: { orderId: 'B' } })
  expect(BigInt(String(after.processInstanceKey)) > BigInt(String(before.processInstanceKey))).toBe(true)
  expect((await activate(standIn, 'paid-job')).jobs).toMatchObject([{ variables: { orderId: 'B' } }])
})

test('whatever it has answered is there after it was killed at any moment, and nothing by halves', async () => {
  const standIn = await started()
  await deploy(standIn.restAddress, bpmnProcess({ id: 'go', start: { kind: 'message', messageName: 'go' }, jobType: 'go-job' }))
  const message = (n: number) => ({ name: 'go', messageId: String(n), timeToLive: 600_000, variables: { n } })
  const answered: number[] = []
  const sending = Array.from({ length: 8 }, async (_, worker) => {
    for (let n = worker; n < 4_000; n += 8) {
      const answer = await post(standIn, 'messages/publication', message(n)).catch(() => undefined)
      if (answer === undefined) return
      answered.push(n)
    }
  })
  await vi.waitFor(() => expect(answered.length).toBeGreaterThan(100), { timeout: 20_000, interval: 5 })
  await standIn.crash()
  await Promise.all(sending)
  await standIn.startAgain()
  const started_ = new Set<number>()
  for (let { jobs } = await activate(standIn, 'go-job'); jobs.length > 0; { jobs } = await activate(standIn, 'go-job'))
    for (const { variables } of jobs) started_.add((variables as { n: number }).n)
  expect(answered.filter((n) => !started_.has(n))).toEqual([])
  // What was under way may have been executed: then it is known as a duplicate, and otherwise not.
  for (const n of [...started_].slice(-20)) expect(await post(standIn, 'messages/publication', message(n))).toMatchObject({ status: 409 })
})

test('the data of one release is not for another', async () => {
  const data = await mkdtemp(join(tmpdir(), 'stand-in-test-'))
  stops.push(() => rm(data, { recursive: true, force: true }))
  const first = run('--data', data, '--camunda-version', '8.6')
  await vi.waitFor(() => expect(first.out.text).toContain('CAMUNDA_REST_ADDRESS='), { timeout: 20_000 })
  first.child.kill('SIGINT')
  expect(await first.ended).toBe(0)
  const second = run('--data', data, '--camunda-version', '8.9')
  expect(await second.ended).toBe(1)
  expect(second.out.text).toMatch(/The data is of a stand-in with version 8\.6, and not 8\.9/)
})

test('two of them never share their data: keys would be given twice', async () => {
  const data = await mkdtemp(join(tmpdir(), 'stand-in-test-'))
  stops.push(() => rm(data, { recursive: true, force: true }))
  const first = run('--data', data)
  await vi.waitFor(() => expect(first.out.text).toContain('CAMUNDA_REST_ADDRESS='), { timeout: 20_000 })
  const second = run('--data', data)
  expect(await second.ended).toBe(1)
  expect(second.out.text).toContain(`Another stand-in has the data in ${data}`)
  first.child.kill('SIGKILL')
  await first.ended
  const third = run('--data', data)
  await vi.waitFor(() => expect(third.out.text).toContain('CAMUNDA_REST_ADDRESS='), { timeout: 20_000 })
})

test('it leaves nothing behind, neither when it is stopped nor when whoever started it is gone', async () => {
  const own = await mkdtemp(join(tmpdir(), 'stand-in-test-'))
  stops.push(() => rm(own, { recursive: true, force: true }))
  vi.stubEnv(process.platform === 'win32' ? 'TEMP' : 'TMPDIR', own)
  onTestFinished(() => void vi.unstubAllEnvs())
  const standIn = await startStandIn()
  await standIn.stop()
  await expect(fetch(`${standIn.restAddress}/v2/topology`)).rejects.toThrow()
  const { child, out, ended } = run('--until-stdin-ends', '--data', join(own, 'data'), '--temporary')
  await vi.waitFor(() => expect(out.text).toContain('CAMUNDA_REST_ADDRESS='), { timeout: 20_000 })
  child.stdin.end()
  expect(await ended).toBe(0)
  expect(await readdir(own)).toEqual([])
})

test('an instance that waits for a person is told of', async () => {
  const lines: string[] = []
  const standIn = await started({ onLine: (line) => lines.push(line) })
  await deploy(
    standIn.restAddress,
    bpmnProcess({ id: 'wait', waitsFor: { messageName: 'paid', correlationKey: '=orderId' }, jobType: 'j' }),
  )
  await post(standIn, 'process-instances', { processDefinitionId: 'wait' })
  await vi.waitFor(() =>
    expect(lines).toEqual([expect.stringMatching(/^process instance \d+ waits at Wait: the correlation key =orderId is null$/)]),
  )
})

test('a token is good until its time is over, also after a restart', async () => {
  const standIn = await started({ authentication: 'OAUTH', tokenLifetime: 4 })
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo' })
  const response = await fetch(`${standIn.restAddress}/oauth/token`, { method: 'POST', body })
  const { access_token, expires_in } = (await response.json()) as { access_token: string; expires_in: number }
  expect(expires_in).toBe(4)
  const ask = async () =>
    (await fetch(`${standIn.restAddress}/v2/topology`, { headers: { authorization: `Bearer ${access_token}` } })).status
  await standIn.crash()
  await standIn.startAgain()
  expect(await ask()).toBe(200)
  await vi.waitFor(async () => expect(await ask()).toBe(401), { timeout: 10_000, interval: 200 })
})

test('a port that is taken is one clear line', async () => {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  stops.push(() => new Promise((closed) => server.close(closed)))
  const { port } = server.address() as { port: number }
  const { out, ended } = run('--port', String(port))
  expect(await ended).toBe(1)
  expect(out.text.trimEnd().split('\n').at(-1)).toContain(`127.0.0.1:${port}`)
})

// biome-ignore format: a table
test.each([
  ['an unknown release',        ['--camunda-version', '7.0'],  /Allowed choices are 8\.6, 8\.8, 8\.9/],
  ['an unknown authentication', ['--authentication', 'magic'], /--authentication.*one of NONE, BASIC, OAUTH/],
  ['a port beyond all',         ['--port', '70000'],           /--port.*a whole number from 0 to 65535/],
  ['no partitions',             ['--partitions', '0'],         /--partitions.*a whole number from 1 to 64/],
  ['an unknown option',         ['--nonsense'],                /nonsense/],
])('%s ends it with status 2 and the usage', async (_name, options, message) => {
  const { out, ended } = run(...options)
  expect(await ended).toBe(2)
  expect(out.text).toMatch(message)
  expect(out.text).toContain('Usage: npm run camunda')
})

test('commands take their time, and what is beyond the limit is refused as long as they do', async () => {
  const standIn = await started({ serviceTime: 1_000, inFlight: 1 })
  const publish = () => post(standIn, 'messages/publication', { name: 'm' })
  const statuses = (await Promise.all([publish(), publish(), publish()])).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual([200, 503, 503])
  expect(await publish()).toMatchObject({ status: 200 })
})
