import pLimit from 'p-limit'
import type { Connector } from '../../lambda/core/connector.ts'
import { awaitedMessages } from '../../lib/bpmn/awaited-messages.ts'
import { connectorOf, diagramIn, isDiagram } from '../../lib/bpmn/connector-from-diagrams.ts'
import type { Diagram, DiagramProcess } from '../../lib/bpmn/diagram.ts'
import type { CamundaProbe, DeployedDefinition } from './camunda-probe.ts'

/** A version of a process that takes messages, and its diagram. */
export interface DeployedProcess extends DeployedDefinition {
  /** The latest version; others are there because instances of theirs wait. */
  readonly isLatest: boolean
  readonly diagram: Diagram
  readonly process: DiagramProcess
}

export interface DeployedDiagrams {
  readonly processes: readonly DeployedProcess[]
  /** What cannot be read, and why. */
  readonly unread: readonly (DeployedDefinition & { readonly why: string })[]
  /** Whether there are more processes than were looked at. */
  readonly isCut: boolean
}

/** As it is told: `order v3`, with its tenant where it has one. */
export function processText({ bpmnProcessId, version, tenantId }: DeployedDefinition): string {
  return `${bpmnProcessId} v${version}${tenantId === '<default>' ? '' : ` (tenant ${tenantId})`}`
}

const MOST_PROCESSES = 1_000
const MOST_WAITING = 10_000
const REQUESTS_AT_A_TIME = 4

/**
 * The latest version of every process, since anyone's may take from the queue; and of those that have to do with the connector the earlier
 * versions whose instances wait, for which Camunda's runtime keeps their connectors.
 */
export async function readDeployedDiagrams(name: string, connector: Connector, probe: CamundaProbe): Promise<DeployedDiagrams> {
  const limit = pLimit(REQUESTS_AT_A_TIME)
  const definitions = await probe.latestDefinitions(MOST_PROCESSES)
  const read = (definition: DeployedDefinition, isLatest: boolean) =>
    limit(async () => processIn(definition, isLatest, await probe.diagram(definition.processDefinitionKey)))
  const latest = await Promise.all(definitions.map((definition) => read(definition, true)))
  const ours = latest.filter((each) => isRead(each) && isConcerned(each, name, connector))
  const earlier = await Promise.all(
    ours.map(async (process) => {
      if (process.version === 1) return []
      const keys = await limit(() => probe.waitingDefinitions(process, MOST_WAITING))
      const others = [...keys].filter((key) => key !== process.processDefinitionKey)
      return Promise.all(others.map(async (key) => read(await limit(() => probe.definition(key)), false)))
    }),
  )
  const all = [...latest, ...earlier.flat()]
  return {
    processes: all.filter(isRead),
    unread: all.filter((each): each is Unread => !isRead(each)),
    isCut: definitions.length === MOST_PROCESSES,
  }
}

type Unread = DeployedDiagrams['unread'][number]

function isRead(process: DeployedProcess | Unread): process is DeployedProcess {
  return 'process' in process
}

function processIn(definition: DeployedDefinition, isLatest: boolean, text: string): DeployedProcess | Unread {
  const diagram = diagramIn({ file: definition.bpmnProcessId, text })
  if (!isDiagram(diagram)) return { ...definition, why: diagram.found }
  const process = diagram.processes.find(({ id }) => id === definition.bpmnProcessId)
  return process ? { ...definition, isLatest, diagram, process } : { ...definition, why: 'its diagram has no such process' }
}

function isConcerned({ bpmnProcessId, diagram, process }: DeployedProcess, name: string, { elements }: Connector): boolean {
  const { names } = awaitedMessages([process])
  const carriesOwn = process.elements.some((element) => connectorOf({ file: bpmnProcessId, diagram, process, element }) === name)
  const isNamed = elements.some(
    ({ correlationPoint: point }) =>
      point.bpmnProcessId === bpmnProcessId || (point.kind === 'publishMessage' && names.has(point.messageName)),
  )
  return carriesOwn || isNamed
}
