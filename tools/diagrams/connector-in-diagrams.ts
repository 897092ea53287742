import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseConnector } from '../../lambda/core/connector.ts'
import { type Fault, faultLines, show } from '../../lambda/core/connector-faults.ts'
import type { ElementJson } from '../../lib/bpmn/connector-element.ts'
import { placeIn } from '../../lib/bpmn/connector-element.ts'
import { connectorFromDiagrams, type PlacedElement } from '../../lib/bpmn/connector-from-diagrams.ts'
import { toFault } from '../../lib/bpmn/diagram-fault.ts'
import { readDiagrams } from '../../lib/connector-diagrams.ts'
import { Refusal } from '../command-line.ts'
import { elementChange } from './element-values.ts'
import { type Edit, edited } from './text-edits.ts'

export interface WrittenConnector {
  /** Of the connector's file, without its `$schema`. */
  readonly file: Readonly<Record<string, unknown>>
  /** Texts of those diagrams that change, by their paths. */
  readonly diagrams: ReadonlyMap<string, string>
}

/** A connector's file with diagrams, where it is and how its diagrams are read. */
export interface FileWithDiagrams {
  readonly name: string
  readonly directory: string
  readonly content: Readonly<Record<string, unknown>>
  readonly readFile: (path: string) => Uint8Array | undefined
}

/**
 * The file and the diagrams which say what a connector says: its elements that are in diagrams have their values there, the others are in the
 * file. Nothing else of a diagram changes.
 * @throws {Refusal} where the diagrams cannot say it, with every reason at its place
 */
export function inDiagrams(
  connector: Readonly<Record<string, unknown>>,
  { name, directory, content, readFile }: FileWithDiagrams,
): WrittenConnector {
  const { sources } = readDiagrams(content.diagrams, directory, readFile)
  const { placed } = connectorFromDiagrams(content, name, sources)
  const { elements, ...rest } = connector as { readonly elements: readonly ElementJson[] }
  const isDrawn = (json: ElementJson) => placed.some(({ read }) => isSame(read.json, json))
  const changes = placed.map((element) => ({ element, wanted: elements.find((json) => isSame(element.read.json, json)) }))
  const faults = changes.flatMap(({ element, wanted }) => (wanted ? [] : [gone(element)]))
  const edits = new Map<string, Edit[]>()
  for (const { element, wanted } of changes) {
    const change = wanted ? elementChange(element, wanted) : { edits: [], faults: [] }
    faults.push(...change.faults)
    edits.set(element.of.file, [...(edits.get(element.of.file) ?? []), ...change.edits])
  }
  if (faults.length > 0)
    throw new Refusal(`The diagrams cannot say what the parameter says; nothing was written:\n${faults.flatMap(faultLines).join('\n')}`)
  const own = elements.filter((json) => !isDrawn(json))
  const file = { ...rest, diagrams: content.diagrams, ...((own.length > 0 || content.elements !== undefined) && { elements: own }) }
  const texts = sources.map((source) => ({ ...source, text: edited(source.text, edits.get(source.file) ?? []) }))
  const { text } = connectorFromDiagrams(file, name, texts)
  if (!isDeepStrictEqual(parseConnector(text), parseConnector(JSON.stringify(connector))))
    throw new Refusal(
      'The order of the elements in the parameter is not that of the diagrams; nothing was written: push brings the file’s there.',
    )
  const changed = texts.filter(({ file: each, text }) => sources.some((source) => source.file === each && source.text !== text))
  return { file, diagrams: new Map(changed.map((each) => [join(directory, each.file), each.text])) }
}

/** An element is known by its process and its id. */
function isSame(one: ElementJson, other: ElementJson): boolean {
  return one.elementId === other.elementId && one.correlationPoint.bpmnProcessId === other.correlationPoint.bpmnProcessId
}

function gone({ of, read }: PlacedElement): Fault {
  return toFault({
    ...placeIn(of),
    found: `no element ${show(read.json.elementId)} in the parameter`,
    expected: 'it there, or the template away from it in the diagram, by Modeler',
  })
}
