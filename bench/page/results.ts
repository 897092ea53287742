import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MeasuredCell } from '../bridge/cells.ts'
import type { Latency } from '../bridge/latency.ts'
import type { MemorySize } from '../bridge/memory-sizes.ts'
import type { CostRow, Package, Part } from '../cost/parts.ts'
import { writeFigures } from '../figures-file.ts'
import type { Machine } from '../machine.ts'

/** What was measured, a file in bench/results for each: where, and the figures. */
export interface Results {
  readonly throughput: Measured & { readonly sqs: string; readonly cells: readonly MeasuredCell[] }
  readonly latency: Measured & { readonly perSecond: number; readonly sides: readonly Latency[] }
  readonly sizes: Measured & { readonly sizes: readonly MemorySize[] }
  readonly memory: Measured & {
    readonly messages: number
    readonly series: readonly { readonly name: string; readonly levels: readonly number[] }[]
  }
  readonly cost: Measured & { readonly rows: readonly CostRow[]; readonly packages: readonly Package[]; readonly parts: readonly Part[] }
  readonly feel: Measured & { readonly sizes: readonly FeelSize[] }
}

interface Measured {
  readonly machine: Machine
}

export interface FeelSize {
  readonly size: string
  /** Microseconds. */
  readonly rows: readonly { readonly name: string; readonly ours: number; readonly feelin: number; readonly jvm?: number }[]
}

export type Kind = keyof Results
export const KINDS: readonly Kind[] = ['throughput', 'latency', 'sizes', 'memory', 'cost', 'feel']

export function fileOf(kind: Kind): string {
  return fileURLToPath(new URL(`../results/${kind}.json`, import.meta.url))
}

/** What was measured so far. */
export function readResults(): Partial<Results> {
  const known = KINDS.filter((kind) => existsSync(fileOf(kind)))
  return Object.fromEntries(known.map((kind) => [kind, JSON.parse(readFileSync(fileOf(kind), 'utf8'))]))
}

export function writeResult<Of extends Kind>(kind: Of, result: Results[Of]) {
  writeFigures(fileOf(kind), result)
}
