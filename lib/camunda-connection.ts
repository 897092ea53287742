import { type Finding, fault, ok } from './finding.ts'

/** The parameters of a connection to Camunda, by their names without the path. */
export type ConnectionParameters = ReadonlyMap<string, { readonly value: string; readonly type: string }>

const SECRETS = ['CAMUNDA_CLIENT_SECRET', 'CAMUNDA_BASIC_AUTH_PASSWORD', 'CAMUNDA_MTLS_KEY', 'CAMUNDA_MTLS_KEY_PASSPHRASE']

/** The strategies which the function knows, and what each needs. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  NONE: [],
  OAUTH: ['CAMUNDA_CLIENT_ID', 'CAMUNDA_CLIENT_SECRET', 'CAMUNDA_OAUTH_URL'],
  BASIC: ['CAMUNDA_BASIC_AUTH_USERNAME', 'CAMUNDA_BASIC_AUTH_PASSWORD'],
}

/** The strategy which the function takes: the named one, or OAUTH where there is anything of it. */
export function strategyOf(parameters: ConnectionParameters): string {
  const named = parameters.get('CAMUNDA_AUTH_STRATEGY')?.value.toUpperCase()
  return named ?? (NEEDED.OAUTH?.some((name) => parameters.get(name)?.value) ? 'OAUTH' : 'NONE')
}

/** Whether the parameters are there which the strategy needs. No value is told. */
export function connectionFindings(path: string, parameters: ConnectionParameters): Finding[] {
  const strategy = strategyOf(parameters)
  const needed = NEEDED[strategy]
  if (needed === undefined)
    return [
      fault(
        'connection',
        `${path}CAMUNDA_AUTH_STRATEGY names no strategy which there is`,
        `set it to one of ${Object.keys(NEEDED).join(', ')}`,
      ),
    ]
  const has = (name: string) => Boolean(parameters.get(name)?.value)
  const address = has('CAMUNDA_REST_ADDRESS') || has('ZEEBE_REST_ADDRESS') ? [] : ['CAMUNDA_REST_ADDRESS']
  const missing = [...address, ...needed.filter((name) => !has(name))]
  if (missing.length > 0)
    return missing.map((name) =>
      fault('connection', `${path}${name} is missing`, `aws ssm put-parameter --name ${path}${name} --type ${typeFor(name)} --value …`),
    )
  const isOfAddress = (name: string) => ['CAMUNDA_REST_ADDRESS', 'ZEEBE_REST_ADDRESS', 'CAMUNDA_OAUTH_URL'].includes(name)
  const faulty = [...parameters].filter(([name, { value }]) => isOfAddress(name) && !isAddress(value))
  if (faulty.length > 0)
    return faulty.map(([name]) => fault('connection', `${path}${name} is no URL without credentials`, 'set it to https://HOST/PATH'))
  return [ok('connection', `${[...parameters.keys()].toSorted().join(', ')} in ${path}; strategy ${strategy}`)]
}

/** Whether what is secret is encrypted. */
export function secretFindings(path: string, parameters: ConnectionParameters): Finding[] {
  const secrets = SECRETS.filter((name) => parameters.has(name))
  const open = secrets.filter((name) => parameters.get(name)?.type !== 'SecureString')
  if (open.length === 0) return [ok('connection.secrets', secrets.length === 0 ? 'there are none' : `${secrets.join(', ')}: SecureString`)]
  return open.map((name) =>
    fault(
      'connection.secrets',
      `${path}${name} is a ${parameters.get(name)?.type}: whoever may read parameters reads it`,
      `change the secret, delete the parameter and put it anew: aws ssm put-parameter --type SecureString --name ${path}${name} --value …`,
    ),
  )
}

function typeFor(name: string): string {
  return SECRETS.includes(name) ? 'SecureString' : 'String'
}

function isAddress(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password
}
