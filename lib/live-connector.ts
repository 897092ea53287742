import { diff, isDeepStrictEqual } from 'node:util'
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm'
import { type Connector, parseConnector } from '../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../lambda/core/connector-faults.ts'

const SCHEMA = './connector.schema.json'

/** The text of a connector's parameter as it is now; undefined where there is none, since the connector is not deployed. */
export async function readLiveConnector(ssm: SSMClient, parameterName: string): Promise<string | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameterName }))
    return Parameter?.Value
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined
    throw error
  }
}

/** The text of the connector's file with the content of its parameter: pretty, with the `$schema` which the file has. */
export function toConnectorFile(live: string, file: string | undefined): string {
  const { $schema = SCHEMA } = file === undefined ? {} : JSON.parse(file)
  return `${JSON.stringify({ $schema, ...withoutSchema(live) }, null, 2)}\n`
}

/**
 * What the parameter says otherwise than the file, line by line: `-` is only in the file, `+` only in the parameter, and unchanged lines are
 * there for two lines around. Undefined where both say the same.
 */
export function differencesFromFile(live: string, file: string): string | undefined {
  const [inFile, inParameter] = [withoutSchema(file), withoutSchema(live)]
  if (isDeepStrictEqual(inFile, inParameter)) return undefined
  const lines = diff(toLines(inFile), toLines(inParameter)) as [operation: -1 | 0 | 1, line: string][]
  const changed = lines.flatMap(([operation], index) => (operation === 0 ? [] : [index]))
  return lines
    .filter((_, index) => changed.some((near) => Math.abs(near - index) <= 2))
    .map(([operation, line]) => `${{ 1: '-', 0: ' ', '-1': '+' }[operation]} ${line}`)
    .join('\n')
}

function toLines(connector: object): string[] {
  return JSON.stringify(connector, null, 2).split('\n')
}

function withoutSchema(text: string): object {
  const { $schema: _, ...connector } = JSON.parse(text.replace(/^\uFEFF/, ''))
  return connector
}

/** The connector which a parameter holds, or what is wrong with it; to whoever can do without. */
export async function connectorInForce(
  ssm: SSMClient,
  parameterName: string,
): Promise<{ readonly connector: Connector; readonly fault?: never } | { readonly connector?: never; readonly fault: string }> {
  const text = await readLiveConnector(ssm, parameterName)
  if (text === undefined) return { fault: `${parameterName} does not exist.` }
  try {
    return { connector: parseConnector(text, parameterName) }
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return { fault: error.message }
    throw error
  }
}
