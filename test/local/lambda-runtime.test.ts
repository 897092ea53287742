import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type FunctionOptions,
  type InvocationResult,
  type LocalFunction,
  type LogLine,
  RequestTooLarge,
  startFunction,
} from '../../local/lambda-runtime.ts'

const HANDLER = `
import { setTimeout } from 'node:timers/promises'
console.log('initialized')
let invocations = 0
export const handler = async (event, context) => {
  invocations++
  if (event.throws) throw new TypeError(event.throws)
  if (event.throwsText) throw event.throwsText
  if ('exits' in event) process.exit(event.exits)
  if (event.hangs) await setTimeout(1e6)
  if (event.spins) for (;;);
  if (event.fillsMemory) for (const all = []; ; ) all.push(new Array(1e5).fill(Math.random()))
  if (event.size) return 'x'.repeat(event.size)
  if (event.exitsLater) setImmediate(() => setImmediate(() => process.exit(5)))
  if (event.writes) process.stderr.write(event.writes)
  if (event.logs) console.warn(event.logs, { of: invocations })
  if (event.takes) await setTimeout(event.takes)
  if (event.returnsNothing) return
  return { event, context, invocations, pid: process.pid, env: process.env, options: process.execArgv, cwd: process.cwd(), remaining: context.getRemainingTimeInMillis() }
}
`

let taskRoot: string
let running: LocalFunction[] = []
let logs: LogLine[] = []

beforeAll(async () => {
  taskRoot = await mkdtemp(join(tmpdir(), 'task-root-'))
  await writeFile(join(taskRoot, 'index.mjs'), HANDLER)
  await writeFile(join(taskRoot, 'broken.mjs'), 'throw new RangeError("no configuration")')
  await writeFile(join(taskRoot, 'slow.mjs'), 'await new Promise((done) => setTimeout(done, 1_500)); export const handler = async () => 1')
  await writeFile(join(taskRoot, 'leaves.mjs'), 'process.exit(4)')
})

afterEach(async () => {
  await Promise.all(running.map((fn) => fn.stop()))
  running = []
  logs = []
})

afterAll(() => rm(taskRoot, { recursive: true }))

function start(options: Partial<FunctionOptions> = {}): LocalFunction {
  const fn = startFunction({
    functionName: 'bridge',
    taskRoot,
    handler: 'index.handler',
    environment: {},
    timeout: 20,
    memorySize: 256,
    onLog: (line) => logs.push(line),
    ...options,
  })
  running.push(fn)
  return fn
}

// biome-ignore lint/suspicious/noExplicitAny: what the fixture returned
function returned(result: InvocationResult): any {
  if (result.kind !== 'response') throw new Error(JSON.stringify(result))
  return JSON.parse(result.payload)
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('an invocation', () => {
  it('gives the event to the handler and its response back, whatever the script', async () => {
    const event = { text: 'Grüße, 東京 😀 \u0000 "quoted"', list: [1, null, { deep: true }] }
    expect(returned(await start().invoke(event)).event).toEqual(event)
  })

  it('has null for the response of a handler that returns nothing', async () => {
    expect(await start().invoke({ returnsNothing: true })).toEqual({ kind: 'response', payload: 'null' })
  })

  it('has the context that Lambda gives', async () => {
    const fn = start({ timeout: 7, memorySize: 300, region: 'eu-central-1' })
    const { context, remaining } = returned(await fn.invoke({}))
    expect(fn.functionArn).toBe('arn:aws:lambda:eu-central-1:000000000000:function:bridge')
    expect(context).toEqual({
      invokedFunctionArn: fn.functionArn,
      awsRequestId: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
      xRayTraceId: expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=0$/),
      functionName: 'bridge',
      functionVersion: '$LATEST',
      memoryLimitInMB: '300',
      logGroupName: '/aws/lambda/bridge',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][\da-f]{32}$/),
    })
    expect(remaining).toBeGreaterThan(0)
    expect(remaining).toBeLessThanOrEqual(7_000)
  })

  it.each([
    ['has V8’s limits as Lambda’s start script derives them from the memory', {}, ['--max-semi-space-size=12', '--max-old-space-size=230']],
    ['has none of them where the function’s own options name one', { NODE_OPTIONS: '--max-old-space-size=100' }, []],
  ])('%s', async (_, environment, limits) => {
    const { options } = returned(await start({ memorySize: 256, environment }).invoke({}))
    expect(options.filter((option: string) => option.includes('space-size'))).toEqual(limits)
  })

  it('has no environment variable but Lambda’s and the function’s own', async () => {
    process.env.AWS_PROFILE = 'the-developer'
    process.env.AWS_SECRET_ACCESS_KEY = 'the-developer’s'
    try {
      const { env, cwd } = returned(await start({ environment: { CONNECTOR: 'orders', AWS_ACCESS_KEY_ID: 'given' } }).invoke({}))
      expect(env).toEqual({
        AWS_ACCESS_KEY_ID: 'given',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_LAMBDA_FUNCTION_NAME: 'bridge',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_FORMAT: 'JSON',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bridge',
        AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
        AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        AWS_REGION: 'us-east-1',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_SESSION_TOKEN: 'local',
        CONNECTOR: 'orders',
        LAMBDA_TASK_ROOT: taskRoot,
        LANG: 'en_US.UTF-8',
        PATH: '/usr/local/bin:/usr/bin:/bin',
        TZ: ':UTC',
        _HANDLER: 'index.handler',
        _X_AMZN_TRACE_ID: expect.any(String),
      })
      expect(cwd).toBe(taskRoot)
    } finally {
      delete process.env.AWS_PROFILE
      delete process.env.AWS_SECRET_ACCESS_KEY
    }
  })

  it.each<[what: string, event: object, errorType: string, errorMessage: string]>([
    ['an error', { throws: 'no such process' }, 'TypeError', 'no such process'],
    ['an error in any script and more than a line', { throws: 'Prozeß 東京 😀\nfehlt' }, 'TypeError', 'Prozeß 東京 😀\nfehlt'],
    ['an error that makes a long header', { throws: 'x'.repeat(30_000) }, 'TypeError', 'x'.repeat(30_000)],
    ['an error longer than a header may be', { throws: 'x'.repeat(300_000) }, 'TypeError', 'x'.repeat(300_000)],
    ['something that is no error', { throwsText: 'stop' }, 'string', 'stop'],
  ])('reports what the handler threw: %s', async (_what, event, errorType, errorMessage) => {
    expect(await start().invoke(event)).toEqual({ kind: 'error', errorType, errorMessage })
  })

  it.each<[what: string, handler: string, errorType: string, errorMessage: RegExp]>([
    ['a module that is not there', 'missing.handler', 'Runtime.ImportModuleError', /Cannot find module 'missing'/],
    ['an export that is not there', 'index.missing', 'Runtime.HandlerNotFound', /index\.missing is undefined or not exported/],
    ['a module that throws', 'broken.handler', 'RangeError', /^no configuration$/],
  ])('reports why the function cannot be initialized: %s', async (_what, handler, errorType, errorMessage) => {
    expect(await start({ handler }).invoke({})).toEqual({ kind: 'error', errorType, errorMessage: expect.stringMatching(errorMessage) })
  })

  it('reports that the process cannot be started', async () => {
    const result = await start({ taskRoot: join(taskRoot, 'missing') }).invoke({})
    expect(result).toEqual({ kind: 'error', errorType: 'Runtime.InvalidEntrypoint', errorMessage: expect.stringContaining('ENOENT') })
  })

  it('may have a response of 6 MB and a hundred bytes', async () => {
    const size = 6 * 1024 * 1024 + 100 - '""'.length
    expect(returned(await start().invoke({ size }))).toHaveLength(size)
  })

  it('fails for a response a byte larger, and the environment lives on', async () => {
    const fn = start()
    const { pid } = returned(await fn.invoke({}))
    expect(await fn.invoke({ size: 6 * 1024 * 1024 + 101 - '""'.length })).toEqual({
      kind: 'error',
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    })
    expect(returned(await fn.invoke({})).pid).toBe(pid)
  })

  it('takes an event of 6 MB, and refuses a larger one', async () => {
    const fn = start()
    const event = (filler: string) => ({ size: 1, filler })
    const room = 6 * 1024 * 1024 - JSON.stringify(event('')).length
    expect(returned(await fn.invoke(event('x'.repeat(room))))).toBe('x')
    await expect(fn.invoke(event(`${'x'.repeat(room - 1)}é`))).rejects.toThrow(RequestTooLarge)
  })
})

describe('an environment', () => {
  it('is kept for the next invocation', async () => {
    const fn = start()
    const results = [returned(await fn.invoke({})), returned(await fn.invoke({})), returned(await fn.invoke({}))]
    expect(results.map(({ invocations }) => invocations)).toEqual([1, 2, 3])
    expect(new Set(results.map(({ pid }) => pid)).size).toBe(1)
  })

  it('survives an error of the handler', async () => {
    const fn = start()
    await fn.invoke({ throws: 'once' })
    expect(returned(await fn.invoke({})).invocations).toBe(2)
  })

  it('handles one event at a time: concurrent invocations have one each', async () => {
    const fn = start()
    const first = (await Promise.all([fn.invoke({ takes: 300 }), fn.invoke({ takes: 300 }), fn.invoke({ takes: 300 })])).map(returned)
    const pids = new Set(first.map(({ pid }) => pid))
    expect(pids.size).toBe(3)
    const second = (await Promise.all([fn.invoke({ takes: 300 }), fn.invoke({ takes: 300 })])).map(returned)
    expect(pids.isSupersetOf(new Set(second.map(({ pid }) => pid)))).toBe(true)
  })

  it.each<[what: string, event: object]>([
    ['waits', { takes: 5_000 }],
    ['computes', { spins: true }],
  ])('is killed at the timeout while the handler %s, and replaced', async (_what, event) => {
    const fn = start({ timeout: 1 })
    const { pid } = returned(await fn.invoke({}))
    expect(await fn.invoke(event)).toEqual({ kind: 'timeout' })
    expect(returned(await fn.invoke({})).invocations).toBe(1)
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  it.each<[what: string, event: object, result: InvocationResult]>([
    ['with an exit code', { exits: 3 }, { kind: 'crash', exitCode: 3, signal: null }],
    ['without one', { exits: 0 }, { kind: 'crash', exitCode: 0, signal: null }],
    ['for want of memory', { fillsMemory: true }, { kind: 'crash', exitCode: null, signal: 'SIGABRT' }],
  ])('whose process ends %s fails the invocation and is replaced', async (_what, event, result) => {
    const fn = start({ memorySize: 64 })
    await fn.invoke({})
    expect(await fn.invoke(event)).toEqual(result)
    expect(returned(await fn.invoke({})).invocations).toBe(1)
  })

  it('may take longer to initialize than an invocation may take', async () => {
    expect(await start({ handler: 'slow.handler', timeout: 1 }).invoke({})).toEqual({ kind: 'response', payload: '1' })
  })

  it('whose process ends during initialization fails the invocation', async () => {
    expect(await start({ handler: 'leaves.handler' }).invoke({})).toEqual({ kind: 'crash', exitCode: 4, signal: null })
  })

  it('that ends between invocations is replaced without a failure', async () => {
    const fn = start()
    const { pid } = returned(await fn.invoke({ exitsLater: true }))
    await expect.poll(() => isAlive(pid)).toBe(false)
    await expect.poll(async () => (await fn.invoke({})).kind).toBe('response')
  })

  it('logs as JSON, each line with its stream and its event', async () => {
    const fn = start()
    const first = returned(await fn.invoke({ logs: 'unmatched', writes: 'two\nlines\n' })).context.awsRequestId
    const second = returned(await fn.invoke({ logs: 'again' })).context.awsRequestId
    await expect.poll(() => logs.length).toBe(5)
    const [initialized, ...ofStdout] = logs.filter(({ stream }) => stream === 'stdout')
    expect(JSON.parse(initialized?.text ?? '')).toMatchObject({ level: 'INFO', message: 'initialized' })
    expect(initialized?.requestId).toBeUndefined()
    expect(ofStdout.map(({ text, requestId }) => [JSON.parse(text), requestId])).toEqual([
      [{ timestamp: expect.any(String), level: 'WARN', requestId: first, message: 'unmatched { of: 1 }' }, first],
      [{ timestamp: expect.any(String), level: 'WARN', requestId: second, message: 'again { of: 2 }' }, second],
    ])
    expect(logs.filter(({ stream }) => stream === 'stderr')).toEqual(
      ['two', 'lines'].map((text) => ({ stream: 'stderr', text, requestId: first })),
    )
  })
})

describe('a function', () => {
  it('that is stopped leaves no process, and fails what was under way', async () => {
    const fn = start()
    const pids = (await Promise.all([fn.invoke({ takes: 300 }), fn.invoke({ takes: 300 })])).map((result) => returned(result).pid)
    const underWay = fn.invoke({ hangs: true })
    await fn.stop()
    expect(await underWay).toEqual({ kind: 'crash', exitCode: null, signal: 'SIGKILL' })
    expect(pids.map(isAlive)).toEqual([false, false])
  })

  it('that is stopped while it starts leaves no process', async () => {
    const fn = start()
    const underWay = fn.invoke({})
    await fn.stop()
    expect(await underWay).toMatchObject({ kind: 'crash', signal: 'SIGKILL' })
  })

  it('whose host fails loses what was under way, and starts anew for the next event', async () => {
    const fn = start()
    await fn.invoke({})
    const underWay = fn.invoke({ hangs: true })
    fn.signal('SIGKILL')
    expect(await underWay).toEqual({ kind: 'crash', exitCode: null, signal: 'SIGKILL' })
    expect(await fn.invoke({})).toMatchObject({ kind: 'response' })
  })

  it('which is brought to a standstill is timed out', async () => {
    const fn = start({ timeout: 1 })
    await fn.invoke({})
    const underWay = fn.invoke({ takes: 100 })
    fn.signal('SIGSTOP')
    expect(await underWay).toEqual({ kind: 'timeout' })
  })

  it('that is stopped takes no more events', async () => {
    const fn = start()
    await fn.stop()
    await expect(fn.invoke({})).rejects.toThrow('the function bridge is stopped')
  })

  it.each<[how: string, event: object, end: string]>([
    ['exits, even with a handler that computes', { spins: true }, 'process.exit()'],
    ['is killed', { hangs: true }, "process.kill(process.pid, 'SIGKILL')"],
  ])('leaves no process when the process that started it %s', async (_how, event, end) => {
    const script = join(taskRoot, 'parent.mjs')
    const module = new URL('../../local/lambda-runtime.ts', import.meta.url)
    const options = { functionName: 'bridge', taskRoot, handler: 'index.handler', environment: {}, timeout: 60, memorySize: 256 }
    await writeFile(
      script,
      `import { startFunction } from ${JSON.stringify(module)}
      const fn = startFunction(${JSON.stringify(options)})
      const { payload } = await fn.invoke({})
      console.log(JSON.parse(payload).pid)
      fn.invoke(${JSON.stringify(event)})
      setTimeout(() => ${end}, 300)`,
    )
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(parent, 'exit')
    const [pid] = await once(createInterface({ input: parent.stdout }), 'line')
    await exited
    await expect.poll(() => isAlive(Number(pid)), { timeout: 5_000 }).toBe(false)
  })
})
