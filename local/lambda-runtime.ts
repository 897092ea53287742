import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { PARTS_OF_MEMORY } from '../lib/memory-environment.ts'

/**
 * Stand-in for the Lambda service: execution environments, each a process in which AWS's own runtime interface client runs the function's
 * bundle against a Lambda Runtime API on the loopback. As in Lambda, an environment handles one event at a time, is kept for the next, and
 * is replaced after a timeout or a crash.
 *
 * What it does not do: throttle, limit concurrency, scale by the minute, freeze idle environments or let them go, bound memory beyond V8's
 * heap, restrict the file system or the network, stream responses, extensions, layers, asynchronous invocation.
 */

/** How an invocation ended. `error` is what the function threw, or could not be initialized for; the payload is the response's JSON text. */
export type InvocationResult =
  | { readonly kind: 'response'; readonly payload: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'crash'; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }

/** A line which the function's process wrote, and the latest event it had been given by then. */
export type LogLine = { readonly stream: 'stdout' | 'stderr'; readonly text: string; readonly requestId: string | undefined }

export type FunctionOptions = {
  readonly functionName: string
  /** Directory with the bundle, as Lambda's /var/task. */
  readonly taskRoot: string
  /** Module and export, such as `index.handler`. */
  readonly handler: string
  /** The function's own environment variables. With those Lambda sets they are all the process gets. */
  readonly environment: Readonly<Record<string, string>>
  /** Seconds of one invocation. */
  readonly timeout: number
  /** Megabytes, the limit of V8's old space. */
  readonly memorySize: number
  readonly region?: string | undefined
  readonly onLog?: ((line: LogLine) => void) | undefined
  /** X-Ray's header of an invocation's trace. Without it: a trace of its own, which is not sampled. */
  readonly traceHeader?: (() => string) | undefined
  /** Takes what Lambda itself writes into the log of an invocation that failed: its report, in JSON. */
  readonly onReport?: ((report: string) => void) | undefined
}

export type LocalFunction = {
  readonly functionArn: string
  /**
   * Invokes the function synchronously, in an idle environment or a new one.
   * @param requestId by which the function's log lines name the invocation
   * @throws RequestTooLarge
   */
  invoke(payload: unknown, requestId?: string): Promise<InvocationResult>
  /** Sends a signal to the processes of all environments: SIGKILL as when a host fails, SIGSTOP as when one hangs. */
  signal(signal: NodeJS.Signals): void
  /** The processes of the environments that there are now. */
  pids(): number[]
  /** Ends all environments; invocations under way crash. */
  stop(): Promise<void>
}

/** The event is larger than Lambda takes in a synchronous invocation. */
export class RequestTooLarge extends Error {
  override readonly name = 'RequestTooLarge'
}

/** Bytes of an event and of a response (Lambda quotas, "Invocation payload": 6 MB each way; the response has a hundred bytes more). */
export const MAXIMUM_REQUEST = 6 * 1024 * 1024
const MAXIMUM_RESPONSE = MAXIMUM_REQUEST + 100
/** Seconds of the init phase (Lambda guide, "execution environment lifecycle"), after which Lambda inits again within the timeout. */
const INIT_TIMEOUT = 10
/** Room for the X-Ray cause of an error, which comes as a header. */
const MAXIMUM_HEADERS = 256 * 1024

/** In the package it is a part of it. */
const RUNTIME_INTERFACE_CLIENT = import.meta.url.endsWith('.js')
  ? fileURLToPath(new URL('../runtime-interface-client/index.mjs', import.meta.url))
  : createRequire(import.meta.url).resolve('aws-lambda-ric')
const RAPID_CLIENT = fileURLToPath(new URL('./rapid-client.cjs', import.meta.url))
/** Ends an environment whose parent died without a chance to stop it: then its standard input ends. */
const END_WITH_PARENT = "data:text/javascript,process.stdin.on('end', () => process.exit()).resume().unref()"

/** Starts no process yet: the first invocation does. */
export function startFunction(options: FunctionOptions): LocalFunction {
  const region = options.region ?? 'us-east-1'
  const functionArn = `arn:aws:lambda:${region}:000000000000:function:${options.functionName}`
  const environments = new Set<ExecutionEnvironment>()
  let stopped = false

  const killAll = () => {
    for (const environment of environments) environment.kill()
  }
  process.on('exit', killAll)

  function start(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment({ ...options, region }, functionArn)
    environments.add(environment)
    void environment.ended.then(() => environments.delete(environment))
    return environment
  }

  return {
    functionArn,
    async invoke(payload, requestId = randomUUID()) {
      const event = JSON.stringify(payload)
      const size = Buffer.byteLength(event)
      if (size > MAXIMUM_REQUEST) throw new RequestTooLarge(`the event has ${size} bytes; Lambda takes ${MAXIMUM_REQUEST}`)
      if (stopped) throw new Error(`the function ${options.functionName} is stopped`)
      const idle = [...environments].find((environment) => environment.isIdle)
      return (idle ?? start()).invoke(event, requestId)
    },
    signal(signal) {
      for (const environment of environments) environment.signal(signal)
    },
    pids() {
      return [...environments].flatMap(({ pid }) => pid ?? [])
    },
    async stop() {
      stopped = true
      killAll()
      await Promise.all([...environments].map((environment) => environment.ended))
      process.off('exit', killAll)
    },
  }
}

type Invocation = {
  readonly requestId: string
  readonly event: string
  readonly settle: (result: InvocationResult) => void
  delivered: boolean
  result?: InvocationResult
}

/** One process with the runtime interface client, and the Runtime API it talks to. */
class ExecutionEnvironment {
  /** Settled when the process has ended and its Runtime API is closed. */
  readonly ended: Promise<void>
  readonly #options: FunctionOptions & { readonly region: string }
  readonly #functionArn: string
  readonly #runtimeApi: Server
  #process: ChildProcess | undefined
  #invocation: Invocation | undefined
  #latestRequestId: string | undefined
  #next: ServerResponse | undefined
  #timer: NodeJS.Timeout | undefined
  #killed = false
  #hasEnded = false

  constructor(options: FunctionOptions & { readonly region: string }, functionArn: string) {
    this.#options = options
    this.#functionArn = functionArn
    this.#runtimeApi = createServer({ maxHeaderSize: MAXIMUM_HEADERS, requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) =>
      this.#answer(request, response).catch(() => response.destroy()),
    )
    this.ended = this.#run()
  }

  get isIdle(): boolean {
    return this.#invocation === undefined && !this.#hasEnded && !this.#killed
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Takes the event; to be called only while the environment is idle. */
  invoke(event: string, requestId: string): Promise<InvocationResult> {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>()
    this.#invocation = { requestId, event, settle: resolve, delivered: false }
    this.#limit(INIT_TIMEOUT + this.#options.timeout)
    this.#deliver()
    return promise
  }

  kill(): void {
    this.#killed = true
    this.signal('SIGKILL')
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  async #run(): Promise<void> {
    this.#runtimeApi.listen(0, '127.0.0.1')
    await once(this.#runtimeApi, 'listening')
    const { port } = this.#runtimeApi.address() as AddressInfo
    const end = await this.#runProcess(`127.0.0.1:${port}`)
    this.#hasEnded = true
    this.#runtimeApi.closeAllConnections()
    this.#runtimeApi.close()
    this.#settle(end)
  }

  async #runProcess(runtimeApi: string): Promise<InvocationResult> {
    if (this.#killed) return { kind: 'crash', exitCode: null, signal: 'SIGKILL' }
    try {
      const [exitCode, signal] = (await once(this.#spawn(runtimeApi), 'exit')) as [number | null, NodeJS.Signals | null]
      return { kind: 'crash', exitCode, signal }
    } catch (error) {
      return { kind: 'error', errorType: 'Runtime.InvalidEntrypoint', errorMessage: String(error) }
    }
  }

  #spawn(runtimeApi: string): ChildProcess {
    const { taskRoot, handler, memorySize } = this.#options
    const env = this.#variables(runtimeApi)
    const child = spawn(
      process.execPath,
      [
        ...heapLimits(memorySize, env.NODE_OPTIONS),
        '--require',
        RAPID_CLIENT,
        '--import',
        END_WITH_PARENT,
        RUNTIME_INTERFACE_CLIENT,
        handler,
      ],
      // A process group of its own: Ctrl-C in a terminal is for whoever runs this, who ends the environments in order.
      { cwd: taskRoot, env, stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
    )
    for (const stream of ['stdout', 'stderr'] as const)
      createInterface({ input: child[stream] }).on('line', (text) =>
        this.#options.onLog?.({ stream, text, requestId: this.#latestRequestId }),
      )
    this.#process = child
    return child
  }

  /** Lambda guide, "Defined runtime environment variables". Credentials are made up unless the function's environment has them. */
  #variables(runtimeApi: string): NodeJS.ProcessEnv {
    const { functionName, taskRoot, handler, memorySize, environment, region } = this.#options
    return {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      LANG: 'en_US.UTF-8',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: ':UTC',
      ...environment,
      _HANDLER: handler,
      AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`,
      AWS_LAMBDA_RUNTIME_API: runtimeApi,
      LAMBDA_TASK_ROOT: taskRoot,
    }
  }

  /** The Lambda Runtime API (Lambda guide, "Using the Lambda runtime API for custom runtimes"). */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const invocation = this.#invocation
    const runtime = '/2018-06-01/runtime'
    const accept = (result: InvocationResult, status = 202) => {
      if (invocation !== undefined) invocation.result = result
      response.writeHead(status).end()
    }
    switch (`${request.method} ${request.url}`) {
      case `GET ${runtime}/invocation/next`:
        this.#next = response
        if (invocation?.delivered)
          this.#settle({ kind: 'error', errorType: 'Runtime.NoResponse', errorMessage: 'the runtime gave no response' })
        return this.#deliver()
      case `POST ${runtime}/invocation/${invocation?.requestId}/response`: {
        const body = await buffer(request)
        return body.length > MAXIMUM_RESPONSE ? accept(responseTooLarge, 413) : accept({ kind: 'response', payload: body.toString() })
      }
      case `POST ${runtime}/invocation/${invocation?.requestId}/error`:
      case `POST ${runtime}/init/error`:
        return accept(functionError((await buffer(request)).toString()))
      default:
        response.writeHead(404).end()
    }
  }

  /** Hands the waiting event to the waiting runtime, from when on the function's timeout runs. */
  #deliver(): void {
    const { timeout } = this.#options
    const [invocation, next] = [this.#invocation, this.#next]
    if (invocation === undefined || next === undefined) return
    this.#next = undefined
    this.#latestRequestId = invocation.requestId
    invocation.delivered = true
    this.#limit(timeout)
    next.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': Date.now() + timeout * 1000,
      'Lambda-Runtime-Invoked-Function-Arn': this.#functionArn,
      'Lambda-Runtime-Trace-Id': (this.#options.traceHeader ?? traceId)(),
    })
    next.end(invocation.event)
  }

  /** Ends the process, and the invocation with it, unless that is settled within so many seconds. */
  #limit(seconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.kill()
      this.#settle({ kind: 'timeout' })
    }, seconds * 1000)
  }

  /** The invocation is over: with the result which the runtime posted, or this one if it posted none. */
  #settle(otherwise: InvocationResult): void {
    clearTimeout(this.#timer)
    const invocation = this.#invocation
    this.#invocation = undefined
    if (!invocation) return
    const result = invocation.result ?? otherwise
    if (result.kind !== 'response') this.#options.onReport?.(reportOf(invocation.requestId, result))
    invocation.settle(result)
  }
}

/** Node's options of Lambda's start script. */
function heapLimits(memorySize: number, nodeOptions = ''): string[] {
  if (/--max[-_](semi|old)[-_]space[-_]size/.test(nodeOptions)) return []
  const limit = (part: number) => Math.floor(memorySize * part)
  return [`--max-semi-space-size=${limit(PARTS_OF_MEMORY.semiSpace)}`, `--max-old-space-size=${limit(PARTS_OF_MEMORY.oldSpace)}`]
}

/** Lambda guide, "Telemetry API Event schema reference", platform.report: without its metrics. */
function reportOf(requestId: string, result: Exclude<InvocationResult, { kind: 'response' }>): string {
  const status =
    result.kind === 'error' ? { status: 'error', errorType: result.errorType } : { status: result.kind === 'timeout' ? 'timeout' : 'error' }
  const record = { requestId, ...(result.kind === 'crash' && { errorType: 'Runtime.ExitError' }), ...status }
  return JSON.stringify({ time: new Date().toISOString(), type: 'platform.report', record })
}

const responseTooLarge: InvocationResult = {
  kind: 'error',
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAXIMUM_RESPONSE} bytes).`,
}

function functionError(json: string): InvocationResult {
  const { errorType, errorMessage } = JSON.parse(json) as { errorType?: unknown; errorMessage?: unknown }
  return { kind: 'error', errorType: String(errorType), errorMessage: String(errorMessage) }
}

/** AWS X-Ray's header of a trace which is not sampled. */
function traceId(): string {
  const time = Math.floor(Date.now() / 1000).toString(16)
  return `Root=1-${time}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`
}
