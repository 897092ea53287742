import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleFunction } from '../../lib/bundle.ts'
import { memoryEnvironment } from '../../lib/memory-environment.ts'
import { startParameterStore } from '../../local/parameter-store.ts'
import { localSqsClient } from '../../local/queues.ts'
import { startBridge } from './bridge-side.ts'
import { Gateway } from './gateway.ts'
import { type Around, type Comparison, compare } from './measure.ts'
import { startPeer } from './peer-side.ts'
import { peerOf } from './peers.ts'
import { startQueueServer } from './queue-server.ts'
import type { Side } from './side.ts'

/** How the bridge is set up in a cell, and what comes. */
export interface Cell {
  /** As `peerOf` knows it; `baseline`: the other build, set up in the same way. */
  readonly against: string
  /** Milliseconds. */
  readonly serviceTime: number
  readonly environments: number
  readonly batchSize: number
  /** Messages at Camunda at a time, of an environment; as many as a batch has unless given. */
  readonly concurrency?: number | undefined
  /** Seconds in which a batch is gathered; 1 for batches of more than ten unless given, otherwise 0. */
  readonly window?: number | undefined
  /** Of a message's body. */
  readonly bytes: number
}

export interface MeasuredCell extends Cell, Comparison {}

export interface CellOptions {
  readonly messages: number
  /** Of the peer, which may be slower; as many unless given. */
  readonly peerMessages?: number
  readonly repetitions: number
  /** The directory of another build's bundle. */
  readonly baseline: string | undefined
  readonly onCell?: (cell: MeasuredCell) => void
}

export interface BridgeSetUp extends Pick<Cell, 'environments' | 'batchSize' | 'concurrency' | 'window'> {
  /** Of another build's bundle. */
  readonly directory?: string
  /** Megabytes; 512 unless given. */
  readonly memorySize?: number
}

/** SQS, gateway and parameter store, and this build's bundle. */
export interface Bench extends Around {
  readonly sqsName: string
  bridge(name: string, of: BridgeSetUp): Promise<Side>
  peer(name: string): Promise<Side | undefined>
}

export async function withBench<Result>(use: (bench: Bench) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const bundle = bundleFunction(join(directory, 'bundle')).directory
  const server = await startQueueServer()
  const sqs = localSqsClient(server.endpoint)
  const gateway = await Gateway.start()
  const parameters = await startParameterStore()
  try {
    return await use({
      sqs,
      gateway,
      sqsName: server.name,
      bridge: (name, { directory, memorySize = 512, ...setUp }) => {
        const window = setUp.window ?? (setUp.batchSize > 10 ? 1 : 0)
        // The stack of an earlier build gave its function nothing of the kind.
        const build =
          directory === undefined ? { directory: bundle, environment: memoryEnvironment(memorySize) } : { directory, environment: {} }
        return startBridge({ name, sqs, parameters, gatewayUrl: gateway.url, memorySize, ...setUp, ...build, window })
      },
      async peer(text) {
        const { name, command } = await peerOf(text)
        return command === undefined ? undefined : startPeer({ name, command, sqs, sqsEndpoint: server.endpoint, gatewayUrl: gateway.url })
      },
    })
  } finally {
    await parameters.stop()
    gateway.stop()
    sqs.destroy()
    await server.stop()
    rmSync(directory, { recursive: true })
  }
}

/** The cells, one after the other. Peers that cannot be run here are left out. */
export async function measureCells(bench: Bench, cells: readonly Cell[], options: CellOptions): Promise<MeasuredCell[]> {
  const measured: MeasuredCell[] = []
  for (const cell of cells) {
    const { serviceTime, batchSize, bytes } = cell
    const peer =
      cell.against === 'baseline'
        ? await bench.bridge('baseline', { ...cell, directory: resolve(options.baseline ?? '') })
        : await bench.peer(cell.against)
    if (!peer) continue
    const ours = await bench.bridge('the bridge', cell)
    // What is left of a batch waits for the window to end, which is no measure of anything.
    const messages = Math.ceil(options.messages / batchSize) * batchSize
    try {
      const load = { serviceTime, bytes, messages, peerMessages: options.peerMessages ?? messages }
      const comparison = await compare(bench, ours, peer, load, options.repetitions)
      measured.push({ ...cell, ...comparison })
      options.onCell?.(measured.at(-1) as MeasuredCell)
    } finally {
      await Promise.all([ours.stop(), peer.stop()])
    }
  }
  return measured
}
