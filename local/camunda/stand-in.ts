import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { VersionName } from './camunda-version.ts'

/** A stand-in for Camunda, as a process of its own with its data on disk. */
export interface CamundaStandIn {
  /** What it says of itself. */
  readonly firstLine: string
  /** `http://127.0.0.1:PORT`: what `CAMUNDA_REST_ADDRESS` wants; the API is under `/v2`. The same after a crash. */
  readonly restAddress: string
  /** SIGKILL: what it has not answered may have been executed, or not. */
  crash(): Promise<void>
  /** After a crash: on the same port, with the data which it had. Resolves when it answers. */
  startAgain(): Promise<void>
  /** Ends it, and deletes its data. */
  stop(): Promise<void>
}

/** What its command line takes; see `npm run camunda -- --help`. */
export interface StandInOptions {
  readonly version?: VersionName
  readonly authentication?: 'NONE' | 'BASIC' | 'OAUTH'
  /** `ID:SECRET` */
  readonly user?: string
  /** Seconds. */
  readonly tokenLifetime?: number
  readonly tenants?: readonly string[]
  readonly partitions?: number
  readonly uniqueBusinessIds?: boolean
  /** Milliseconds. */
  readonly serviceTime?: number
  readonly inFlight?: number
  /** Told of what it prints later: instances that wait for a person. */
  readonly onLine?: (line: string) => void
}

const MAIN = fileURLToPath(new URL(`main${extname(import.meta.url)}`, import.meta.url))

/** @throws Error with what it has printed, where it does not start */
export async function startStandIn(options: StandInOptions = {}): Promise<CamundaStandIn> {
  const data = await mkdtemp(join(tmpdir(), 'camunda-stand-in-'))
  const start = (port: string) => new Running([...commandLine(options), '--data', data, '--temporary', '--port', port], options.onLine)
  let running = start('0')
  const { firstLine, restAddress } = await running.ready
  return {
    firstLine,
    restAddress,
    crash: () => running.kill(),
    async startAgain() {
      running = start(new URL(restAddress).port)
      await running.ready
    },
    async stop() {
      await running.kill()
      await rm(data, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function commandLine(options: StandInOptions): string[] {
  const values = {
    'camunda-version': options.version,
    authentication: options.authentication,
    user: options.user,
    'token-lifetime': options.tokenLifetime,
    partitions: options.partitions,
    'service-time': options.serviceTime,
    'in-flight': options.inFlight,
  }
  return [
    ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)])),
    ...(options.tenants ?? []).flatMap((tenant) => ['--tenant', tenant]),
    ...(options.uniqueBusinessIds ? ['--unique-business-ids'] : []),
  ]
}

/** One process of it, which ends with this one. */
class Running {
  readonly ready: Promise<Pick<CamundaStandIn, 'firstLine' | 'restAddress'>>
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(options: readonly string[], onLine: (line: string) => void = () => {}) {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...options, '--until-stdin-ends'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    this.#ended = once(this.#child, 'exit')
    this.ready = this.#untilReady(onLine)
    this.ready.catch(() => {})
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  async #untilReady(onLine: (line: string) => void) {
    const printed: string[] = []
    const { promise, resolve, reject } = Promise.withResolvers<Pick<CamundaStandIn, 'firstLine' | 'restAddress'>>()
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream)
        createInterface(stream).on('line', (line) => {
          printed.push(line)
          const [, restAddress] = /^CAMUNDA_REST_ADDRESS=(\S+)$/.exec(line) ?? []
          if (restAddress) resolve({ firstLine: printed[0] ?? '', restAddress })
          else if (printed.length > 2) onLine(line)
        })
    void this.#ended.then(() => reject(new Error(`The stand-in for Camunda did not start: ${printed.slice(1).join('\n')}`)))
    return promise
  }
}
