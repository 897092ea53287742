import { consumesUnmatchedEvents, parseConnector } from '../../lambda/core/connector.ts'
import { show } from '../../lambda/core/connector-faults.ts'
import type { PlacedElement } from '../../lib/bpmn/connector-from-diagrams.ts'
import { propertyOf } from '../../lib/bpmn/diagram.ts'
import { DROPPED } from '../../lib/bpmn/official-template.ts'
import { officialConsumers } from './official-consumers.ts'
import type { OfficialElement } from './official-elements.ts'
import type { PlannedConnector } from './plan.ts'

/** What becomes of a queue's elements: the connector, what is dropped of the diagram, and what changes in meaning. */
export function connectorReport({ name, file, queue, official, elements, assembled }: PlannedConnector): string[] {
  return [
    `${queue.arn} becomes the connector ${name} (${file})`,
    ...elements.map(elementLine),
    ...droppedFrom(official),
    ...(assembled.faults.length > 0 ? [] : changedMeaning(official, assembled.text)).map((line) => `  meaning  ${line}`),
  ]
}

function elementLine({ of, read }: PlacedElement): string {
  const { file, process, element } = of
  const { messageName } = read.json.correlationPoint
  const effect =
    messageName === undefined
      ? `creates instances of ${process.id}`
      : `publishes ${show(messageName)} for the ${read.json.correlationPoint.elementType}`
  return `  element  ${file}:${element.xml.line} ${process.id}/${element.id} ${effect}`
}

function droppedFrom(official: readonly OfficialElement[]): string[] {
  return DROPPED.flatMap(({ what, names, instead }) => {
    const present = names.filter((name) => official.some(({ of }) => propertyOf(of.element, name) !== undefined))
    return present.length > 0 ? [`  dropped  ${what} (${present.join(', ')}): ${instead}`] : []
  })
}

/** What is otherwise than with Camunda's own connector. */
function changedMeaning(official: readonly OfficialElement[], text: string): string[] {
  if (official.length === 0) return []
  const consumers = officialConsumers(official.map(({ of }) => of))
  const connector = parseConnector(text)
  const lines: string[] = []
  if (consumers.length > 1) {
    const groups = consumers.map((group) => group.map(({ process, element }) => `${process.id}/${element.id}`).join(', '))
    lines.push(
      `Camunda’s runtime takes from this queue with ${consumers.length} consumers (${groups.join('; ')}), each of which gets some of the messages; here every element sees every message, and one that activates two is invalid`,
    )
  }
  for (const property of ['attributeNames', 'messageAttributeNames'] as const) {
    const lists = new Set(official.map(({ settings }) => JSON.stringify(settings?.[property])))
    if (lists.size > 1)
      lines.push(
        `queue.${property} differ: the expressions see ${connector.queue[property].length > 0 ? connector.queue[property].join(', ') : 'all'}`,
      )
  }
  lines.push(unmatched(official, consumesUnmatchedEvents(connector)))
  return lines
}

/** The same as with Camunda's connector, and easily not what was meant. */
function unmatched(official: readonly OfficialElement[], consumes: boolean): string {
  if (!consumes)
    return 'a message that activates no element comes back, and is a dead letter after maxReceiveCount: no element says consumeUnmatchedEvents'
  const saying = official.filter(({ read }) => read.json.consumeUnmatchedEvents).map(({ of }) => of.element.id)
  const others = saying.length < official.length ? `, and decides for the others too` : ''
  return `a message that activates no element is deleted, as ${saying.join(', ')} says by consumeUnmatchedEvents${others}; Modeler sets it when an element gets a template of version 9 or later`
}
