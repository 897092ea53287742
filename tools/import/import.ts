import { posix } from 'node:path'
import { type Fault, faultLines } from '../../lambda/core/connector-faults.ts'
import type { DiagramSource } from '../../lib/bpmn/connector-from-diagrams.ts'
import { warningLine } from '../../lib/bpmn/diagram-fault.ts'
import { textOf } from '../../lib/connector-diagrams.ts'
import { type ImportPlan, type PlanOptions, planImport } from './plan.ts'
import { connectorReport } from './report.ts'

export interface ImportOptions extends Omit<PlanOptions, 'existing'> {
  /** Diagrams by their files. */
  readonly files: readonly string[]
  /** Diagrams by the ids of their processes, as the cluster has them. */
  readonly processes: readonly string[]
  /** Write nothing. */
  readonly check: boolean
  /** Whether files that are there may be changed. */
  readonly overwrite: boolean
}

/** What an import needs of the world. */
export interface ImportIo {
  /** Undefined where there is no such file. */
  readFile(file: string): Uint8Array | undefined
  /** With the directories that it needs. */
  writeFile(file: string, text: string): void
  /** The diagram of a process as it is deployed, in its latest version. */
  deployedDiagram(bpmnProcessId: string, tenantId: string | undefined): Promise<{ readonly text: string; readonly version: number }>
  out(line: string): void
  err(line: string): void
}

/** Diagrams of Camunda's connector become connectors of the bridge. @returns the status of the process: 1 where something is refused */
export async function importDiagrams(options: ImportOptions, io: ImportIo): Promise<number> {
  const { sources, faults: unread } = await readSources(options, io)
  const plan = planImport(sources, { ...options, existing: (name) => textIn(posix.join(options.directory, `${name}.json`), io) })
  for (const connector of plan.connectors) for (const line of connectorReport(connector)) io.out(line)
  for (const warning of new Set(plan.warnings.map(warningLine))) io.err(`warning: ${warning}`)
  const faults = [...unread, ...plan.faults, ...(options.check || options.overwrite ? [] : inTheWay(plan, io))]
  if (faults.length > 0) {
    for (const line of faults.flatMap(faultLines)) io.err(line)
    io.err(`${faults.length === 1 ? 'One error' : `${faults.length} errors`}: nothing is written.`)
    return 1
  }
  if (options.check) return 0
  for (const { file, text } of written(plan)) {
    io.writeFile(file, text)
    io.out(`${file} is written`)
  }
  return 0
}

async function readSources(
  { files, processes, tenantId }: ImportOptions,
  io: ImportIo,
): Promise<{ readonly sources: readonly DiagramSource[]; readonly faults: readonly Fault[] }> {
  const faults: Fault[] = []
  const sources: DiagramSource[] = []
  for (const file of new Set(files)) {
    const bytes = io.readFile(file)
    const text = bytes && textOf(bytes)
    if (text !== undefined) sources.push({ file, text })
    else if (bytes) faults.push({ path: `${file}:1`, found: 'bytes that are no UTF-8', expected: 'a diagram in UTF-8' })
    else faults.push({ path: file, found: 'no such file', expected: 'a diagram' })
  }
  for (const id of new Set(processes)) sources.push({ file: `${id}.bpmn`, text: (await io.deployedDiagram(id, tenantId)).text })
  return { sources, faults }
}

function written({ connectors, diagrams }: ImportPlan): { readonly file: string; readonly text: string }[] {
  return [...diagrams, ...connectors.filter(({ changes }) => changes !== 'same')]
}

/** Files that are there and say otherwise: nobody's work is lost unasked. */
function inTheWay(plan: ImportPlan, io: ImportIo): Fault[] {
  return written(plan).flatMap(({ file, text }) => {
    const before = textIn(file, io)
    if (before === undefined || before === text) return []
    return [{ path: file, found: 'a file that says otherwise', expected: 'none, or --overwrite' }]
  })
}

function textIn(file: string, io: ImportIo): string | undefined {
  const bytes = io.readFile(file)
  return bytes && textOf(bytes)
}
