import {
  type ConnectionFault,
  connectionFaults,
  isSecret,
  type ReadConnection,
  SETTING_NAMES,
  settingOf,
  strategyOf,
} from '../../lambda/core/connection-settings.ts'
import { type Connector, connectionPlace } from '../../lambda/core/connector.ts'
import { type ConnectionParameters, readParameters } from '../connection-parameters.ts'
import { error, type Finding, ok, warn } from './finding.ts'

/** Whether the parameters are there which the strategy needs, and whether all that is there is of use. No value is told. */
export function connectionFindings({ camunda }: Pick<Connector, 'camunda'>, parameters: ConnectionParameters): Finding[] {
  const path = prefixOf(camunda)
  const read = readParameters(parameters)
  const faults = connectionFaults(read)
  const advice = ({ kind, name, expected }: ConnectionFault) =>
    kind === 'missing' ? `put ${name} there: npx camunda-sqs-bridge connect` : expected
  const found = faults.map((it) => error('connection', `${path}${it.message}`, advice(it)))
  const told = new Set(faults.map(({ name }) => name))
  const others = [
    ...read.strange
      .filter(({ name }) => !told.has(name))
      .map(({ name, why }) => warn('connection', `${path}${name} has no effect: ${why}`, `delete ${name} there`)),
    ...read.contradicted.map(({ name, by }) =>
      warn('connection', `${path}${name} and ${by} differ: ${by} counts`, `delete the one that is not meant`),
    ),
    ...withoutAuthorization(path, read),
  ]
  if (found.length + others.length > 0) return [...found, ...others]
  const names = [...parameters.keys()].toSorted().join(', ')
  return [ok('connection', `${names} in ${connectionPlace({ camunda })}; strategy ${strategyOf(read.settings)}`)]
}

/** Before a name. */
function prefixOf(camunda: Connector['camunda']): string {
  return typeof camunda === 'string' ? camunda : `${camunda.secretArn}: `
}

/** Requests go without authorization, and there is something to authorize them with. */
function withoutAuthorization(path: string, { settings, names }: ReadConnection): Finding[] {
  const unused = (['CAMUNDA_CLIENT_SECRET', 'CAMUNDA_BASIC_AUTH_PASSWORD'] as const).flatMap((name) => names[name] ?? [])
  if (strategyOf(settings) !== 'NONE' || unused.length === 0) return []
  return [
    warn(
      'connection',
      `requests go without authorization, though there is ${unused.join(', ')}: ${path}CAMUNDA_AUTH_STRATEGY is NONE`,
      'set CAMUNDA_AUTH_STRATEGY to OAUTH or BASIC, or delete the secret',
    ),
  ]
}

/** Whether what is secret is encrypted, under whatever name. */
export function secretFindings({ camunda }: Pick<Connector, 'camunda'>, parameters: ConnectionParameters): Finding[] {
  if (typeof camunda !== 'string') return [ok('connection.secrets', 'all of it is in Secrets Manager')]
  const secrets = [...parameters.keys()].filter(isSecret).toSorted((one, other) => order(one) - order(other))
  const open = secrets.filter((name) => parameters.get(name)?.type !== 'SecureString')
  if (open.length === 0) return [ok('connection.secrets', secrets.length === 0 ? 'there are none' : `${secrets.join(', ')}: SecureString`)]
  return open.map((name) =>
    error(
      'connection.secrets',
      `${camunda}${name} is a ${parameters.get(name)?.type}: whoever may read parameters reads it`,
      'change the secret, delete the parameter, and put the new one there: npx camunda-sqs-bridge connect',
    ),
  )
}

function order(name: string): number {
  const setting = settingOf(name)
  return setting ? SETTING_NAMES.indexOf(setting) : SETTING_NAMES.length
}
