import { readFileSync } from 'node:fs'
import type { DiagramOverview, ElementOverview, ReachableElement } from '../../console/api.ts'
import type { Connector, Element } from '../../lambda/core/connector.ts'
import { readDiagram } from '../../lib/bpmn/diagram.ts'
import { XmlFault } from '../../lib/xml-element.ts'
import { staticNameOf } from '../camunda/process-model.ts'
import { definedBy, undefinedNameLine, undefinedNames } from '../diagrams.ts'

/** A connector as it is active; without elements where it is invalid. */
export interface NamedConnector {
  readonly name: string
  readonly connector: Pick<Connector, 'elements'>
}

/** The BPMN files, and by which elements of connectors messages reach what is in them. */
export function diagramOverviews(files: readonly string[], connectors: readonly NamedConnector[]): DiagramOverview[] {
  return files.map((file, id) => ({
    id: String(id),
    file,
    processes: definedBy([file]).processes,
    elements: reachableIn(readFileSync(file, 'utf8')).map((element) => ({ ...element, connections: connectionsOf(element, connectors) })),
  }))
}

/** BPMN files, and where they are as it is told. */
export interface DiagramFiles {
  readonly files: readonly string[]
  readonly where: string
}

/** The elements of a connector, and which of them reach nothing. @param diagrams undefined: nobody knows which there are */
export function elementOverviews(connector: Pick<Connector, 'elements'>, diagrams?: DiagramFiles): ElementOverview[] {
  const missing = diagrams ? undefinedNames(connector, definedBy(diagrams.files)) : []
  return connector.elements.map((element) => {
    const undefinedName = missing.find(({ elementId }) => elementId === element.elementId)
    return {
      elementId: element.elementId,
      correlationPoint: `${element.correlationPoint.kind} ${nameIn(element)}`,
      expressions: expressionsOf(element),
      undefinedName: undefinedName && undefinedNameLine(undefinedName, diagrams?.where ?? ''),
    }
  })
}

const EXPRESSIONS = [
  'activationCondition',
  'correlationKeyExpression',
  'messageIdExpression',
  'resultVariable',
  'resultExpression',
] as const

function expressionsOf(element: Element): ElementOverview['expressions'] {
  return EXPRESSIONS.flatMap((property) => {
    const text = element[property]
    return text?.trim() ? [{ property, text }] : []
  })
}

function nameIn({ correlationPoint: point }: Element): string {
  return point.kind === 'createProcessInstance' ? point.bpmnProcessId : point.messageName
}

function connectionsOf(
  { reachedBy: { kind, name } }: Pick<ReachableElement, 'reachedBy'>,
  connectors: readonly NamedConnector[],
): ReachableElement['connections'] {
  return connectors.flatMap((each) =>
    each.connector.elements
      .filter((element) => (element.correlationPoint.kind === 'createProcessInstance') === (kind === 'process') && nameIn(element) === name)
      .map(({ elementId }) => ({ connector: each.name, elementId })),
  )
}

/** What begins a process, and what waits for a message whose name is no matter of variables; of what cannot be read, nothing. */
function reachableIn(xml: string): Omit<ReachableElement, 'connections'>[] {
  try {
    return readDiagram(xml)
      .processes.filter(({ isExecutable }) => isExecutable)
      .flatMap(({ id: processId, elements }) =>
        elements.flatMap(({ id, type, scope, xml, definitions, message }): Omit<ReachableElement, 'connections'>[] => {
          const element = { id, name: xml.attributes.get('name'), processId }
          const name = message.kind === 'message' && message.name !== undefined ? staticNameOf(message.name) : undefined
          if (name !== undefined) return [{ ...element, reachedBy: { kind: 'message', name } }]
          const isPlainStart = type === 'startEvent' && scope === 'process' && definitions.length === 0
          return isPlainStart ? [{ ...element, reachedBy: { kind: 'process', name: processId } }] : []
        }),
      )
  } catch (error) {
    if (error instanceof XmlFault) return []
    throw error
  }
}
