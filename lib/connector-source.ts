import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connector, type ConnectorInput, connectionPlace, existingQueue, parseConnector } from '../lambda/core/connector.ts'
import { ConnectorConfigurationError, type Fault, show } from '../lambda/core/connector-faults.ts'
import { toTemplateText } from '../lambda/core/template-text.ts'
import { type ConnectorFromDiagrams, connectorFromDiagrams } from './bpmn/connector-from-diagrams.ts'
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
  /** The connector as the file has it. */
  readonly input: ConnectorInput
  /** Name of the SSM parameter which holds the connector. */
  readonly parameterName: string
  /** The connector as that parameter holds it: JSON in ASCII characters, with the elements of its diagrams. */
  readonly parameterValue: string
  /** Paths of the diagrams from which some of its elements come. */
  readonly diagrams: readonly string[]
  /** What those diagrams have to tell, and where; undefined where there are none. */
  readonly fromDiagrams: Pick<ConnectorFromDiagrams, 'warnings' | 'placeOf' | 'processes'> | undefined
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

/** The file with the tests of a connector, beside it. */
export function testFileOf(connector: string): string {
  return `${connector}.test.json`
}

export function isTestFile(fileName: string): boolean {
  return fileName.endsWith('.test.json')
}

/**
 * The connectors of a directory, one for each `*.json` but tests and schemas, in the order of their names.
 * @throws {ConnectorSourceError} naming every fault of every file at once
 */
export function readConnectors(directory: string): ConnectorSource[] {
  const { sources, errors } = connectorsIn(directory)
  if (errors.length > 0) throw new ConnectorSourceError(errors.map(({ message }) => message).join('\n\n'))
  return [...sources]
}

/** What is wrong with a connector's file. */
export interface FileErrors extends Pick<ConnectorConfigurationError, 'message' | 'faults'> {
  readonly file: string
}

/** The connectors of a directory, and what is wrong with those that are none. @throws {ConnectorSourceError} where there are no files */
export function connectorsIn(directory: string): { readonly sources: readonly ConnectorSource[]; readonly errors: readonly FileErrors[] } {
  const files = connectorFilesIn(directory)
  if (files.length === 0)
    throw new ConnectorSourceError(`No connector: ${directory} has no *.json. A connector is a file there, such as orders.json.`)

  const sources: ConnectorSource[] = []
  const errors: FileErrors[] = []
  for (const file of files) {
    const result = readConnector(directory, file)
    if (result instanceof ConnectorConfigurationError)
      errors.push({ file: join(directory, file), message: result.message, faults: result.faults })
    else sources.push(result)
  }
  return { sources, errors: [...errors, ...errorsBetween(sources)] }
}

/** @throws {ConnectorSourceError} where the directory cannot be read */
export function connectorFilesIn(directory: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    throw new ConnectorSourceError(`The connectors cannot be read: ${(error as Error).message}`)
  }
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)
  return names.filter((name) => name.endsWith('.json') && !isTestFile(name) && !name.endsWith('.schema.json')).sort()
}

/** A connector's file, by its path. @throws {ConnectorConfigurationError} naming every fault at once */
export function readConnectorFile(path: string): ConnectorInput {
  const text = readConnectorText(path)
  parseConnector(text, path)
  return JSON.parse(text)
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
    const input: ConnectorInput = JSON.parse(text)
    const parameterValue = toParameterValue(input)
    faults.push(...lengthFaults(parameterValue))
    const parameterName = connectorParameterName(name)
    if (faults.length === 0) return { name, file, connector, input, parameterName, parameterValue, diagrams, fromDiagrams }
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
): { readonly text: string; readonly diagrams: readonly string[]; readonly fromDiagrams?: ConnectorFromDiagrams | undefined } {
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

/** The path of all parameters, unless told otherwise. */
const PARAMETER_PREFIX = '/camunda-sqs-bridge'

/** Name of the SSM parameter which holds a connector. */
export function connectorParameterName(name: string, prefix = PARAMETER_PREFIX): string {
  return `${prefix}/${name}/connector`
}

/** Name of the SSM parameter which holds what the event-source mapping lets through. */
export function filterParameterName(name: string, prefix = PARAMETER_PREFIX): string {
  return `${prefix}/${name}/filter`
}

/** A connector with parameters below a prefix of their own has its connection there, too, unless it says where that is. */
export function withConnectionBelow(prefix: string | undefined, connector: ConnectorInput): ConnectorInput {
  return { ...(prefix !== undefined && { camunda: `${prefix}/camunda/` }), ...connector }
}

/** The text of a connector's file, without the mark which some editors put before it. */
export function readConnectorText(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
}

/** A connector as its parameter holds it. */
export function toParameterValue({ $schema: _, ...connector }: ConnectorInput): string {
  return toTemplateText(JSON.stringify(connector))
}

export function lengthFaults(parameterValue: string): Fault[] {
  if (parameterValue.length <= ADVANCED_PARAMETER_LENGTH) return []
  return [
    {
      path: '',
      found: `${parameterValue.length} characters of compact JSON`,
      expected: `at most ${ADVANCED_PARAMETER_LENGTH}, the most that an SSM parameter holds`,
    },
  ]
}

/** What no single file shows. */
function errorsBetween(sources: readonly ConnectorSource[]): FileErrors[] {
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
    const exposed = sources.find((other) => other.parameterName.startsWith(connectionPlace(connector)))
    if (exposed)
      faults.push({
        path: 'camunda',
        found: show(connector.camunda),
        expected: `a path for the connection alone: ${exposed.parameterName}, which is the connector ${exposed.name}.json, would be below it`,
      })
    return faults.length > 0 ? [{ file, faults, message: new ConnectorConfigurationError(faults, file).message }] : []
  })
}

function queueOf({ connector }: ConnectorSource): string | undefined {
  return existingQueue(connector)?.arn ?? connector.queue.name
}
