import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connector, Element } from '../lambda/core/connector.ts'
import { nearestName } from '../lambda/core/nearest-name.ts'
import { type DefinedNames, isExpression, namesIn, readProcesses } from './camunda/process-model.ts'

/** The BPMN files of a directory. */
export interface Diagrams {
  readonly directory: string
  readonly files: readonly string[]
}

/** @throws where the directory cannot be read */
export function diagramsIn(directory: string): Diagrams {
  const names = readdirSync(directory).filter((name) => name.endsWith('.bpmn'))
  return { directory, files: names.sort().map((name) => join(directory, name)) }
}

/** What files define, all together. */
export function definedBy(files: readonly string[]): DefinedNames {
  const each = files.map((file) => namesIn(readFileSync(file, 'utf8')))
  return {
    processes: each.flatMap(({ processes }) => processes),
    messages: each.flatMap(({ messages }) => messages),
    hasOtherMessages: each.some(({ hasOtherMessages }) => hasOtherMessages),
  }
}

/** Types of the jobs to which instances of these files come, so far as the files tell them. */
export function jobTypesIn(files: readonly string[]): string[] {
  const nodes = files
    .flatMap((file) => readProcesses(readFileSync(file, 'utf8')).processes)
    .flatMap((process) => [...process.nodes.values()])
  return [...new Set(nodes.flatMap((node) => (node.kind === 'serviceTask' && !isExpression(node.jobType) ? [node.jobType] : [])))]
}

/** A name of a connector that no diagram defines: whatever is sent for it is refused, or reaches nobody. */
export interface UndefinedName {
  readonly elementId: string
  readonly kind: 'process' | 'message'
  readonly name: string
  /** The one that was probably meant. */
  readonly nearest: string | undefined
  readonly correlationPoint: Element['correlationPoint']
}

export function undefinedNames({ elements }: Pick<Connector, 'elements'>, defined: DefinedNames): UndefinedName[] {
  return elements.flatMap(({ elementId, correlationPoint }): UndefinedName[] => {
    const isStart = correlationPoint.kind === 'createProcessInstance'
    const [name, names] = isStart ? [correlationPoint.bpmnProcessId, defined.processes] : [correlationPoint.messageName, defined.messages]
    if (names.includes(name) || (!isStart && defined.hasOtherMessages)) return []
    return [{ elementId, kind: isStart ? 'process' : 'message', name, nearest: nearestName(name, names), correlationPoint }]
  })
}

/** What is missing and what follows from it. @param where it was looked for */
export function undefinedNameLine({ elementId, kind, name, nearest }: UndefinedName, where: string): string {
  const follows = kind === 'process' ? 'Camunda will refuse to start it' : 'Camunda will take what is published, and nothing will get it'
  const meant = nearest === undefined ? '' : ` Is “${nearest}” meant?`
  return `${elementId}: there is no ${kind} “${name}” in ${where}: ${follows}.${meant}`
}
