import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm'
import { type Connector, parseConnector } from '../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../lambda/core/connector-faults.ts'
import { type ConnectorSource, connectorParameterName, readConnectorText, withConnectionBelow } from '../lib/connector-source.ts'
import { sentenceFor } from './command-line.ts'
import { inDiagrams, type WrittenConnector } from './diagrams/connector-in-diagrams.ts'
import { differences, jsonLines } from './json-differences.ts'
import { parsedJson } from './parsed-json.ts'

const SCHEMA = './connector.schema.json'

/** The text of a connector's parameter as it is now; undefined where there is none, since the connector is not deployed. */
export async function readLiveConnector(ssm: SSMClient, parameterName: string): Promise<string | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameterName }))
    return Parameter?.Value
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined
    throw new Error(`${parameterName} cannot be read from SSM: ${sentenceFor(error as Error)}`)
  }
}

/** A connector as it is deployed into this parameter, which may be below a prefix of its construct's own. */
export function withConnectionBeside(
  text: string,
  { name, parameterName }: { readonly name: string; readonly parameterName: string },
): string {
  if (parameterName === connectorParameterName(name)) return text
  const prefix = parameterName.slice(0, -connectorParameterName(name, '').length)
  return JSON.stringify(withConnectionBelow(prefix, JSON.parse(text)))
}

/** The text of the connector's file with the content of its parameter: pretty, with the `$schema` which the file has. */
export function toConnectorFile(live: string, file: string | undefined): string {
  const { $schema = SCHEMA } = file === undefined ? {} : JSON.parse(file)
  return `${JSON.stringify({ $schema, ...connectorIn(live) }, null, 2)}\n`
}

/** The live connector as its file and the diagrams beside it say it. @throws {Refusal} where they cannot */
export function inFileWithDiagrams(live: string, { name, file }: Pick<ConnectorSource, 'name' | 'file'>): WrittenConnector {
  return inDiagrams(connectorIn(live) ?? {}, {
    name,
    directory: dirname(file),
    content: connectorIn(readConnectorText(file)) ?? {},
    readFile: (path) => (existsSync(path) ? readFileSync(path) : undefined),
  })
}

/** What the parameter says otherwise than the file: `-` is only in the file, `+` only in the parameter. Undefined where both say the same. */
export function differencesFromFile(live: string, file: string): string | undefined {
  return differencesBetween(file, live)
}

/** What would change in the parameter: `-` goes, `+` comes. Undefined where nothing would. */
export function differencesInParameter(live: string, text: string): string | undefined {
  return differencesBetween(live, text)
}

/** What a function and an event-source mapping do not follow live. */
const DEPLOYED = [
  'queue',
  'function',
  'alarms',
  'monitoring',
  'encryption',
  'vpc',
  'tags',
  'camunda',
  'idempotency',
  'invalidInput',
] as const
/** Of these, what the function reads in its parameter all the same. */
const LIVE: Readonly<Record<string, readonly string[]>> = {
  queue: ['attributeNames', 'messageAttributeNames'],
  function: ['requestTimeout'],
}

/** What of a change takes effect by a deployment alone: `function.memorySize`, `idempotency`. None where nobody knows what was before. */
export function needsDeployment(live: string, text: string): string[] {
  const [before, after] = [connectorIn(live), connectorIn(text)]
  if (!before || !after) return []
  return DEPLOYED.flatMap((part) => {
    const [one, other] = [before[part], after[part]]
    if (isDeepStrictEqual(one, other)) return []
    if (part === 'camunda' || typeof (one ?? other) !== 'object') return [part]
    const [first, second] = [Object(one ?? {}), Object(other ?? {})] as Record<string, unknown>[]
    const names = [...new Set([first, second].flatMap((each) => Object.keys(each ?? {})))]
    const changed = names.filter((name) => !isDeepStrictEqual(first?.[name], second?.[name]))
    return changed.filter((name) => !LIVE[part]?.includes(name)).map((name) => `${part}.${name}`)
  })
}

/** Line by line, and unchanged lines for two lines around. */
function differencesBetween(before: string, after: string): string | undefined {
  const [one, other] = [connectorIn(before), connectorIn(after)]
  if (one && isDeepStrictEqual(one, other)) return undefined
  // What is no connector at all is shown as it is.
  return differences(one ? jsonLines(one) : before.split('\n'), other ? jsonLines(other, one) : after.split('\n')).join('\n')
}

/** The object in a text, without its `$schema`; undefined where there is none. */
function connectorIn(text: string): Record<string, unknown> | undefined {
  const value = parsedJson(text.replace(/^\uFEFF/, ''))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { $schema: _, ...connector } = value as Record<string, unknown>
  return connector
}

/** The connector which a parameter holds, or what is wrong with it; to whoever can do without. */
export async function connectorInForce(
  ssm: SSMClient,
  parameterName: string,
): Promise<{ readonly connector: Connector; readonly fault?: never } | { readonly connector?: never; readonly fault: string }> {
  const text = await readLiveConnector(ssm, parameterName).catch((error: Error) => error)
  if (text instanceof Error) return { fault: text.message }
  if (text === undefined) return { fault: `${parameterName} does not exist.` }
  try {
    return { connector: parseConnector(text, parameterName) }
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return { fault: error.message }
    throw error
  }
}
