import { posix } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseConnector } from '../../lambda/core/connector.ts'
import { type Fault, show } from '../../lambda/core/connector-faults.ts'
import { connectorWarnings } from '../../lambda/core/connector-warnings.ts'
import { placeIn } from '../../lib/bpmn/connector-element.ts'
import {
  type AssembledConnector,
  assemble,
  connectorOf,
  type DiagramSource,
  diagramIn,
  isDiagram,
  ownElements,
  type PlacedElement,
} from '../../lib/bpmn/connector-from-diagrams.ts'
import type { Diagram } from '../../lib/bpmn/diagram.ts'
import { type DiagramFault, type DiagramWarning, toFault } from '../../lib/bpmn/diagram-fault.ts'
import { type NamedQueue, namedQueue } from '../../lib/bpmn/named-queue.ts'
import { CONNECTOR_PROPERTY } from '../../lib/bpmn/own-template.ts'
import { isConnectorName } from '../../lib/connector-source.ts'
import { type OfficialElement, officialElements, type ReadingOptions } from './official-elements.ts'
import { type Patient, retemplate, strip } from './surgery.ts'

export interface PlanOptions extends ReadingOptions {
  /** Names of connectors by their queues' names, URLs or ARNs; of others the queue's name becomes theirs. */
  readonly names: ReadonlyMap<string, string>
  /** Whether the diagrams end bare, and the connectors' files hold the elements; otherwise the diagrams hold them, by the own template. */
  readonly strip: boolean
  /** Directory of the connectors' files. */
  readonly directory: string
  /** The text of a connector's file that is there already. */
  readonly existing: (name: string) => string | undefined
}

/** What an import would write and tell. */
export interface ImportPlan {
  readonly connectors: readonly PlannedConnector[]
  readonly diagrams: readonly PlannedDiagram[]
  /** Where there are any, nothing is written. */
  readonly faults: readonly Fault[]
  readonly warnings: readonly DiagramWarning[]
}

export interface PlannedConnector {
  readonly name: string
  readonly file: string
  readonly queue: NamedQueue
  readonly official: readonly OfficialElement[]
  readonly elements: readonly PlacedElement[]
  /** Of the file. */
  readonly text: string
  /** Whether there was another file of this name. */
  readonly changes: 'new' | 'changed' | 'same'
  /** As it will be put into force. */
  readonly assembled: AssembledConnector
}

export interface PlannedDiagram {
  /** Where it was read. */
  readonly source: string
  readonly file: string
  readonly text: string
}

/** What the elements of these diagrams become. */
export function planImport(sources: readonly DiagramSource[], options: PlanOptions): ImportPlan {
  const faults: DiagramFault[] = []
  const read = sources.flatMap((source): ReadSource[] => {
    const diagram = diagramIn(source)
    if (isDiagram(diagram)) return [readSource(source, diagram, options)]
    faults.push(diagram)
    return []
  })
  const official = read.flatMap((each) => each.official)
  const own = read.flatMap((each) => each.own)
  const named = nameConnectors(official, options)
  const { groups, strays } = withOwn(named.groups, own, options)
  const planned = groups.map((group) => planConnector(group, options))
  // All is told of those, too, whose queue is not known.
  const lost = [...official.filter(({ settings }) => !settings), ...strays].map((element) => assemble({}, [element]))
  if (official.length + own.length === 0) faults.push(...read.map(({ source }) => nothingIn(source.file)))
  const patients = (source: DiagramSource): Patient[] =>
    planned.flatMap(({ name, official: elements }) =>
      elements.filter(({ of }) => of.file === source.file).map(({ of, read: { kind } }) => ({ of, kind, connector: name })),
    )
  const assembled = [...lost, ...planned.map((connector) => connector.assembled)]
  const allFaults = [...[...faults, ...named.faults].map(toFault), ...assembled.flatMap((each) => each.faults)]
  return {
    connectors: planned,
    diagrams: allFaults.length > 0 ? [] : read.flatMap(({ source }) => planDiagram(source, patients(source), options)),
    faults: inOrder(allFaults),
    warnings: [...read.flatMap(({ warnings }) => warnings), ...assembled.flatMap(warningsOf)],
  }
}

interface ReadSource {
  readonly source: DiagramSource
  readonly official: readonly OfficialElement[]
  readonly own: readonly PlacedElement[]
  readonly warnings: readonly DiagramWarning[]
}

function readSource(source: DiagramSource, diagram: Diagram, options: PlanOptions): ReadSource {
  const { elements, warnings } = officialElements(source.file, diagram, options)
  return { source, official: elements, own: ownElements({ ...source, tenantId: options.tenantId }, diagram), warnings }
}

interface ConnectorGroup {
  readonly name: string
  readonly queue: NamedQueue
  readonly official: readonly OfficialElement[]
  readonly own: readonly PlacedElement[]
}

type Named = { readonly groups: readonly ConnectorGroup[]; readonly faults: readonly DiagramFault[] }

/** A connector is a queue. */
function nameConnectors(official: readonly OfficialElement[], { names, existing, directory }: PlanOptions): Named {
  const byQueue = Map.groupBy(
    official.filter(({ settings }) => settings),
    ({ settings }) => settings?.queue.arn,
  )
  const faults: DiagramFault[] = []
  const groups = [...byQueue.values()].flatMap((elements): ConnectorGroup[] => {
    const [first] = elements
    if (!first?.settings) return []
    const { queue } = first.settings
    const name = nameFor(queue, names)
    const fault = (found: string, expected: string) => faults.push({ ...placeIn(first.of, 'queue.url'), found, expected })
    const inFile = queueInFile(existing(name))
    if (!isConnectorName(name))
      fault(`the name ${show(name)}`, `lower-case letters, digits and single hyphens: --connector ${queue.name}=NAME`)
    if (inFile !== undefined && inFile !== queue.arn)
      fault(
        queue.arn,
        `another name than ${name}, which ${posix.join(directory, name)}.json has for ${inFile}: --connector ${queue.arn}=NAME`,
      )
    return [{ name, queue, official: elements, own: [] }]
  })
  for (const {
    name,
    queue,
    official: [first],
  } of groups) {
    const rival = groups.find((other) => other.name === name)
    if (first && rival && rival.queue.arn !== queue.arn)
      faults.push({
        ...placeIn(first.of, 'queue.url'),
        found: queue.arn,
        expected: `another name than ${name}, which ${rival.queue.arn} has: --connector ${queue.arn}=NAME`,
      })
  }
  return { groups, faults }
}

function nameFor({ name, arn, named }: NamedQueue, names: ReadonlyMap<string, string>): string {
  const asked = [arn, 'url' in named ? named.url : arn, name].map((key) => names.get(key)).find((each) => each !== undefined)
  if (asked !== undefined) return asked
  const plain = name.replace(/\.fifo$/, '').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

/** ARN of the queue of a connector's file; undefined where there is none, or it is not known. */
function queueInFile(text: string | undefined): string | undefined {
  const { queue } = objectIn(text)
  const { url, arn } = Object(queue ?? {}) as { url?: unknown; arn?: unknown }
  return namedQueue(String(arn ?? url ?? ''))?.arn
}

function objectIn(text: string | undefined): Record<string, unknown> {
  return text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>)
}

/** Elements of the own template name their connectors, whose queues are in their files or come from others here. */
function withOwn(
  groups: readonly ConnectorGroup[],
  own: readonly PlacedElement[],
  { existing, directory }: PlanOptions,
): { readonly groups: readonly ConnectorGroup[]; readonly strays: readonly PlacedElement[] } {
  const known = new Map(groups.map((group) => [group.name, group]))
  const strays: PlacedElement[] = []
  for (const [name, elements] of Map.groupBy(own, ({ of }) => connectorOf(of) ?? '')) {
    const group = known.get(name)
    const queue = group?.queue ?? namedQueue(queueInFile(existing(name)) ?? '')
    const file = posix.join(directory, `${name}.json`)
    if (queue) known.set(name, { official: [], ...group, name, queue, own: elements })
    else strays.push(...elements.map((element) => withoutQueue(element, show(name || undefined), file)))
  }
  return { groups: [...known.values()], strays }
}

function withoutQueue({ of, read }: PlacedElement, found: string, file: string): PlacedElement {
  const expected = `the name of a connector: ${file}, which says what queue it has, is not there`
  // Of both templates there is one too many anyway.
  const faults = read.faults.length > 0 ? read.faults : [{ ...placeIn(of, CONNECTOR_PROPERTY), found, expected }]
  return { of, read: { ...read, faults } }
}

function planConnector({ name, queue, official, own: ofBridge }: ConnectorGroup, options: PlanOptions): PlannedConnector {
  const before = options.existing(name)
  const elements = [...official, ...ofBridge]
  const { diagrams, elements: inFile, ...rest } = { $schema: './connector.schema.json', ...objectIn(before) } as Record<string, unknown>
  const [listed = [], own = []] = [diagrams, inFile].map((list): readonly unknown[] => (Array.isArray(list) ? list : []))
  const kept = own.filter((other) => !elements.some(({ read }) => isSame(other, read.json)))
  const named = queueInFile(before) === undefined ? queue.named : {}
  const base = { ...rest, queue: { ...named, ...Object(rest.queue ?? {}), ...attributeLists(official, rest.queue) } }
  const file = { ...base, ...(kept.length > 0 && { elements: kept }) }
  const referred = elements.map(({ of }) => toDiagram(bridgeFile(of.file), options))
  // A diagram that ends bare has nothing for its connector.
  const others = listed.filter((diagram) => !options.strip || !referred.some((other) => isDeepStrictEqual(other, diagram)))
  const content = options.strip
    ? { ...base, ...(others.length > 0 && { diagrams: others }), elements: [...kept, ...elements.map(({ read }) => read.json)] }
    : { ...file, diagrams: withEach(others, referred) }
  return {
    name,
    file: posix.join(options.directory, `${name}.json`),
    queue,
    official,
    elements,
    text: `${JSON.stringify(content, null, 2)}\n`,
    changes: before === undefined ? 'new' : isDeepStrictEqual(objectIn(before), content) ? 'same' : 'changed',
    assembled: assemble(file, elements),
  }
}

function withEach(list: readonly unknown[], more: readonly unknown[]): unknown[] {
  return [...list, ...more].filter((item, at, all) => all.findIndex((other) => isDeepStrictEqual(other, item)) === at)
}

/** An element is known by its process and its id. */
function isSame(other: unknown, { elementId, correlationPoint }: PlacedElement['read']['json']): boolean {
  const { elementId: id, correlationPoint: point } = Object(other) as Record<string, unknown>
  const { bpmnProcessId = correlationPoint.bpmnProcessId } = Object(point) as Record<string, unknown>
  return id === elementId && bpmnProcessId === correlationPoint.bpmnProcessId
}

/** All that one of them sees, every expression sees; an empty list sees all. */
function attributeLists(official: readonly OfficialElement[], before: unknown): object {
  if (official.length === 0) return {}
  const settings = official.flatMap(({ settings }) => settings ?? [])
  const inFile = Object(before ?? {}) as Partial<Record<string, readonly string[]>>
  const lists = (['attributeNames', 'messageAttributeNames'] as const).map((property) => {
    const all = [...settings.map((each) => each[property]), ...(before === undefined ? [] : [inFile[property] ?? []])]
    return [property, all.some((names) => names.length === 0) ? [] : union(all)] as const
  })
  return Object.fromEntries(lists.filter(([property, names]) => names.length > 0 || inFile[property] !== undefined))
}

function union<Item>(lists: readonly (readonly Item[])[]): Item[] {
  return [...new Set(lists.flat())]
}

function toDiagram(file: string, { directory, tenantId }: PlanOptions): string | object {
  const path = posix.relative(directory, file)
  return tenantId === undefined ? path : { file: path, tenantId }
}

const BRIDGE = '.bridge.bpmn'

/** Name of the diagram for the bridge; one that is such a diagram already keeps its own. */
export function bridgeFile(file: string): string {
  return file.endsWith(BRIDGE) ? file : `${file.replace(/\.(bpmn|xml)$/i, '')}${BRIDGE}`
}

function planDiagram({ file, text }: DiagramSource, patients: readonly Patient[], options: PlanOptions): PlannedDiagram[] {
  if (patients.length === 0) return []
  return [{ source: file, file: bridgeFile(file), text: options.strip ? strip(text, patients) : retemplate(text, patients) }]
}

function nothingIn(file: string): DiagramFault {
  return {
    file,
    line: 1,
    found: 'no element of Camunda’s Amazon SQS connector',
    expected: 'one, or --type TYPE for those of a hybrid template',
  }
}

function warningsOf({ text, faults, warnings, placeOf }: AssembledConnector): DiagramWarning[] {
  if (faults.length > 0) return [...warnings]
  const ofConnector = connectorWarnings(parseConnector(text)).flatMap(({ path, message }) => {
    const place = placeOf(path)
    return place ? [{ ...place, message }] : []
  })
  return [...warnings, ...ofConnector]
}

/** By file and line. */
function inOrder(faults: readonly Fault[]): Fault[] {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return faults.toSorted((one, other) => compare(one.path, other.path))
}
