import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connector, existingQueue, parseConnector } from '../lambda/core/connector.ts'
import { ConnectorConfigurationError, type Fault, show } from '../lambda/core/connector-faults.ts'
import { toTemplateText } from '../lambda/core/template-text.ts'
import { type AssembledConnector, connectorFromDiagrams } from './bpmn/connector-from-diagrams.ts'
import { readDiagrams } from './connector-diagrams.ts'

/** Where connector files are unless told otherwise. */
export const CONNECTORS_DIRECTORY = fileURLToPath(new URL('../connectors', import.meta.url))

export function stackNameOf(connector: string): string {
  return `camunda-sqs-bridge-${connector}`
}

/** A connector's file. */
export interface ConnectorSource {
  /** The file's name without `.json`: the name of the connector, and of its stack within the app. */
  readonly name: string
  readonly file: string
  readonly connector: Connector
  /** Name of the SSM parameter which holds the connector. */
  readonly parameterName: string
  /** The connector as that parameter holds it: JSON in ASCII characters, with the elements of its diagrams. */
  readonly parameterValue: string
  /** Paths of the diagrams from which some of its elements come. */
  readonly diagrams: readonly string[]
  /** What those diagrams have to tell, and where; undefined where there are none. */
  readonly fromDiagrams: Pick<AssembledConnector, 'warnings' | 'placeOf'> | undefined
}

/** The connector files cannot be deployed; the message says of each what is wrong, and is all that a user needs to read. */
export class ConnectorSourceError extends Error {
  override readonly name = 'ConnectorSourceError'
}

/** CloudFormation allows 128 characters, of which `camunda-sqs-bridge-` takes 19. */
export const CONNECTOR_NAME = /^[a-z0-9](-?[a-z0-9]){0,99}$/

export function isConnectorName(name: string): boolean {
  return CONNECTOR_NAME.test(name)
}

/** Of an SSM parameter's value in the advanced tier (AWS Systems Manager endpoints and quotas). */
const ADVANCED_PARAMETER_LENGTH = 8_192

/**
 * The connectors of a directory, one for each `*.json` but `connector.schema.json`, in the order of their names.
 * @throws {ConnectorSourceError} naming every fault of every file at once
 */
export function readConnectors(directory: string): ConnectorSource[] {
  const files = jsonFiles(directory)
  if (files.length === 0)
    throw new ConnectorSourceError(`No connector: ${directory} has no *.json. A connector is a file there, such as orders.json.`)

  const sources: ConnectorSource[] = []
  const errors: ConnectorConfigurationError[] = []
  for (const file of files) {
    const result = readConnector(directory, file)
    if (result instanceof ConnectorConfigurationError) errors.push(result)
    else sources.push(result)
  }
  errors.push(...errorsBetween(sources))
  if (errors.length > 0) throw new ConnectorSourceError(errors.map((error) => error.message).join('\n\n'))
  return sources
}

function jsonFiles(directory: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    throw new ConnectorSourceError(`The connectors cannot be read: ${(error as Error).message}`)
  }
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)
  return names.filter((name) => name.endsWith('.json') && name !== 'connector.schema.json').sort()
}

/** The connector in one file of a directory, or its faults. */
export function readConnector(directory: string, fileName: string): ConnectorSource | ConnectorConfigurationError {
  const file = join(directory, fileName)
  const name = fileName.slice(0, -'.json'.length)
  const faults: Fault[] = []
  if (!isConnectorName(name))
    faults.push({
      path: '',
      found: `the file’s name ${show(fileName)}`,
      expected: 'lower-case letters, digits and single hyphens, at most 100, as in orders.json: the stack is named for it',
    })
  try {
    const { text, diagrams, fromDiagrams } = withDiagrams(readConnectorText(file), name, directory)
    if (fromDiagrams && fromDiagrams.faults.length > 0) throw new ConnectorConfigurationError(fromDiagrams.faults)
    const connector = parseConnector(text)
    const parameterValue = toParameterValue(text)
    if (parameterValue.length > ADVANCED_PARAMETER_LENGTH)
      faults.push({
        path: '',
        found: `${parameterValue.length} characters of compact JSON`,
        expected: `at most ${ADVANCED_PARAMETER_LENGTH}, the most that an SSM parameter holds`,
      })
    const parameterName = connectorParameterName(name)
    if (faults.length === 0) return { name, file, connector, parameterName, parameterValue, diagrams, fromDiagrams }
  } catch (error) {
    if (!(error instanceof ConnectorConfigurationError)) throw error
    faults.push(...error.faults)
  }
  return new ConnectorConfigurationError(faults, file)
}

/** The connector of a file with the elements of its diagrams, which are beside the file. What is no JSON object stays as it is. */
function withDiagrams(
  text: string,
  name: string,
  directory: string,
): { readonly text: string; readonly diagrams: readonly string[]; readonly fromDiagrams?: AssembledConnector | undefined } {
  const content = objectIn(text)
  if (content?.diagrams === undefined) return { text, diagrams: [], fromDiagrams: undefined }
  const read = readDiagrams(content.diagrams, directory, (path) => (existsSync(path) ? readFileSync(path) : undefined))
  const assembled = connectorFromDiagrams(content, name, read.sources)
  const fromDiagrams = { ...assembled, faults: [...read.faults, ...assembled.faults] }
  return { text: assembled.text, diagrams: read.sources.map(({ path }) => path), fromDiagrams }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Name of the SSM parameter which holds a connector. */
export function connectorParameterName(name: string): string {
  return `/camunda-sqs-bridge/${name}/connector`
}

/** The text of a connector's file, without the mark which some editors put before it. */
export function readConnectorText(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
}

function toParameterValue(text: string): string {
  const { $schema: _, ...connector } = JSON.parse(text)
  return toTemplateText(JSON.stringify(connector))
}

/** What no single file shows. */
function errorsBetween(sources: readonly ConnectorSource[]): ConnectorConfigurationError[] {
  return sources.flatMap((source) => {
    const { connector, file } = source
    const faults: Fault[] = []
    const rival = sources.find((other) => other !== source && queueOf(other) !== undefined && queueOf(other) === queueOf(source))
    if (rival)
      faults.push({
        path: 'queue',
        found: `the queue of ${rival.name}.json`,
        expected: 'a queue of its own: two event-source mappings would compete for its messages. One connector can have several elements',
      })
    const exposed = sources.find((other) => other.parameterName.startsWith(connector.camunda))
    if (exposed)
      faults.push({
        path: 'camunda',
        found: show(connector.camunda),
        expected: `a path for the connection alone: ${exposed.parameterName}, which is the connector ${exposed.name}.json, would be below it`,
      })
    return faults.length > 0 ? [new ConnectorConfigurationError(faults, file)] : []
  })
}

function queueOf({ connector }: ConnectorSource): string | undefined {
  return existingQueue(connector)?.arn ?? connector.queue.name
}
