import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ConnectorConfigurationError } from '../lambda/core/connector-faults.ts'
import { type ConnectorSource, isConnectorName, readConnector } from '../lib/connector-source.ts'
import { UsageError } from './command-line.ts'

/** A connector's name as a command is called with it: it becomes part of the names of parameters and stacks. @throws {UsageError} */
export function checkedName(name: string): string {
  if (isConnectorName(name)) return name
  const inFile = /([^/\\]+)\.json$/.exec(name)?.[1]
  const hint = inFile !== undefined && isConnectorName(inFile) ? `; the name is ${inFile}` : ''
  throw new UsageError(
    `${JSON.stringify(name)} is no connector’s name, which is of lower-case letters, digits and single hyphens, at most 100${hint}.`,
  )
}

/** The connector in its file. All tools read it so, and end with the same status for the same file. @throws {UsageError | ConnectorConfigurationError} */
export function connectorInFile(directory: string, name: string): ConnectorSource {
  const file = join(directory, `${checkedName(name)}.json`)
  if (!existsSync(file)) throw new UsageError(`There is no ${file}.`)
  const source = readConnector(directory, `${name}.json`)
  if (source instanceof ConnectorConfigurationError) throw source
  return source
}
