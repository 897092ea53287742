import {
  type ConnectionFault,
  connectionFaults,
  type ReadConnection,
  readConnection,
  SECRETS,
  SETTING_NAMES,
  settingOf,
  strategyOf,
} from '../../lambda/core/connection-settings.ts'
import { error, type Finding, ok, warn } from './finding.ts'

/** The parameters of a connection to Camunda, by their names without the path. */
export type ConnectionParameters = ReadonlyMap<string, { readonly value: string; readonly type: string }>

/** The settings in the parameters, as the function reads them. */
export function readParameters(parameters: ConnectionParameters): ReadConnection {
  return readConnection(Object.fromEntries([...parameters].map(([name, { value }]) => [name, value])))
}

/** Whether the parameters are there which the strategy needs, and whether all that is there is of use. No value is told. */
export function connectionFindings(path: string, parameters: ConnectionParameters): Finding[] {
  const read = readParameters(parameters)
  const faults = connectionFaults(read)
  const advice = ({ kind, name, expected }: ConnectionFault) =>
    kind === 'missing' ? `aws ssm put-parameter --name ${path}${name} --type ${typeFor(name)} --value …` : expected
  const found = faults.map((it) => error('connection', `${path}${it.message}`, advice(it)))
  const told = new Set(faults.map(({ name }) => name))
  const others = [
    ...read.strange
      .filter(({ name }) => !told.has(name))
      .map(({ name, why }) => warn('connection', `${path}${name} has no effect: ${why}`, `delete ${path}${name}`)),
    ...read.contradicted.map(({ name, by }) =>
      warn('connection', `${path}${name} and ${by} differ: ${by} counts`, `delete the one that is not meant`),
    ),
    ...withoutAuthorization(path, read),
  ]
  if (found.length + others.length > 0) return [...found, ...others]
  return [ok('connection', `${[...parameters.keys()].toSorted().join(', ')} in ${path}; strategy ${strategyOf(read.settings)}`)]
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
export function secretFindings(path: string, parameters: ConnectionParameters): Finding[] {
  const secrets = [...parameters.keys()].filter(isSecret).toSorted((one, other) => order(one) - order(other))
  const open = secrets.filter((name) => parameters.get(name)?.type !== 'SecureString')
  if (open.length === 0) return [ok('connection.secrets', secrets.length === 0 ? 'there are none' : `${secrets.join(', ')}: SecureString`)]
  return open.map((name) =>
    error(
      'connection.secrets',
      `${path}${name} is a ${parameters.get(name)?.type}: whoever may read parameters reads it`,
      `change the secret, delete the parameter and put it anew: aws ssm put-parameter --type SecureString --name ${path}${name} --value …`,
    ),
  )
}

/** A name that is none of ours may be a secret's, misspelt. */
function isSecret(name: string): boolean {
  const setting = settingOf(name)
  return setting ? SECRETS.includes(setting) : /SECRET|PASSWORD|PASSPHRASE|TOKEN$|KEY$/i.test(name)
}

function order(name: string): number {
  const setting = settingOf(name)
  return setting ? SETTING_NAMES.indexOf(setting) : SETTING_NAMES.length
}

function typeFor(name: string): string {
  return isSecret(name) ? 'SecureString' : 'String'
}
