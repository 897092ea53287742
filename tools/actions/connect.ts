import { text } from 'node:stream/consumers'
import {
  type Connection,
  connectionFaults,
  isSecret,
  readConnection,
  SETTINGS,
  type SettingName,
} from '../../lambda/core/connection-settings.ts'
import { type Connector, connectionPlace, existingQueue } from '../../lambda/core/connector.ts'
import { DEFAULTS } from '../../lambda/core/connector-defaults.ts'
import { agreed, typed, UsageError } from '../command-line.ts'
import { type ConnectionParameters, pathParameters, secretParameters } from '../connection-parameters.ts'
import { changeSecret, connectionInText, createSecret, type NewConnection, putParameters } from '../connection-text.ts'
import { connectorInFile } from '../connector-argument.ts'
import { type Choice, type Place, placeOf } from '../place.ts'
import { LOCAL_CONNECTION_PATH } from '../this-machine.ts'

export interface ConnectOptions extends Omit<Choice, 'stack'> {
  /** A directory. */
  readonly connectors: string
  /** Of a secret which is not there yet. */
  readonly newSecret?: string | undefined
  /** A path of parameters, or the ARN of a secret. */
  readonly to?: string | undefined
  readonly yes?: boolean | undefined
}

/** Puts settings of the connection to Camunda where the functions read them. No value is told, nor seen by other processes. */
export async function connect(name: string | undefined, options: ConnectOptions): Promise<number> {
  const connector = name === undefined ? undefined : connectorInFile(options.connectors, name).connector
  const camunda = options.local
    ? LOCAL_CONNECTION_PATH
    : options.to === undefined
      ? (connector?.camunda ?? DEFAULTS.camunda)
      : placeIn(options.to)
  const given = readGiven(process.stdin.isTTY ? await typedConnection() : connectionInText(await text(process.stdin)))

  const region = options.region ?? regionOf(camunda, connector)
  const place = await placeOf({ ...options, region })
  const there = options.newSecret === undefined ? await parametersAt(camunda, place) : new Map()
  const after = readConnection({ ...plain(there), ...given })
  const faults = connectionFaults(after)
  if (faults.length > 0) {
    for (const { message, expected } of faults) console.error(`${message}; ${expected}`)
    console.error('Nothing was written.')
    return 1
  }
  const changed = Object.keys(given).filter((each) => there.get(each)?.value !== given[each])
  const where = options.newSecret === undefined ? connectionPlace({ camunda }) : `the new secret ${options.newSecret}`
  if (changed.length === 0) {
    console.log(`${where} says that already.`)
    return 0
  }
  for (const each of changed) console.error(`${there.has(each) ? 'changed' : 'new    '}  ${each}`)
  if (changed.some((each) => there.has(each)) && !(await agreed(options.yes))) {
    console.log('Nothing was changed.')
    return 1
  }
  const connection: NewConnection = { there, given, changed, kmsKey: connector?.encryption.connectionKmsKey }
  if (options.newSecret !== undefined) {
    const secretArn = await createSecret(place.secrets, connection, options.newSecret)
    console.log(`It is there. For the connector’s file: "camunda": ${JSON.stringify({ secretArn })}`)
    return 0
  }
  if (typeof camunda === 'string') await putParameters(place.ssm, connection, camunda)
  else await changeSecret(place.secrets, connection, camunda.secretArn)
  console.log(`${where} is changed; functions follow within two minutes.`)
  for (const { name: other, by } of after.contradicted)
    console.error(`${other} is there as well, and does not count: ${by} does. Delete it.`)
  return 0
}

/** By the settings' own names, which count before all others. @throws {UsageError} of what can only be a mistake */
function readGiven(connection: Connection): Connection {
  const { settings, strange, contradicted } = readConnection(connection)
  const [misspelt] = strange.filter(({ meant }) => meant)
  if (misspelt) throw new UsageError(`${misspelt.name} is no setting: is ${misspelt.meant} meant?`)
  const [double] = contradicted
  if (double) throw new UsageError(`${double.name} and ${double.by} differ.`)
  for (const { name, why } of strange) console.error(`left out ${name}: ${why}`)
  if (Object.keys(settings).length === 0)
    throw new UsageError('Nothing that came in is a setting: NAME=VALUE, a line each, or a JSON object. docs/CONNECTION.md has the names.')
  return settings as Connection
}

function placeIn(to: string): Connector['camunda'] {
  if (to.startsWith('arn:')) return { secretArn: to }
  if (/^\/.*\/$/.test(to)) return to
  throw new UsageError('--to takes a path that begins and ends with a slash, or the ARN of a secret.')
}

function regionOf(camunda: Connector['camunda'], connector: Connector | undefined): string | undefined {
  if (typeof camunda !== 'string') return camunda.secretArn.split(':')[3]
  return connector && existingQueue(connector)?.region
}

function parametersAt(camunda: Connector['camunda'], { ssm, secrets }: Place): Promise<ConnectionParameters> {
  return typeof camunda === 'string' ? pathParameters(ssm, camunda) : secretParameters(secrets, camunda.secretArn)
}

function plain(parameters: ConnectionParameters): Connection {
  return Object.fromEntries([...parameters].map(([name, { value }]) => [name, value]))
}

const TYPED = [
  'CAMUNDA_REST_ADDRESS',
  'CAMUNDA_OAUTH_URL',
  'CAMUNDA_TOKEN_AUDIENCE',
  'CAMUNDA_CLIENT_ID',
  'CAMUNDA_CLIENT_SECRET',
] as const satisfies readonly SettingName[]

async function typedConnection(): Promise<Connection> {
  console.error('Enter alone leaves a setting as it is; a secret is not shown.')
  const typings: [string, string][] = []
  for (const name of TYPED) typings.push([name, await typed(`${name} (${SETTINGS[name].what}): `, { hidden: isSecret(name) })])
  return Object.fromEntries(typings)
}
