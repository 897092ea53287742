/** `npm run camunda`: the stand-in for Camunda as a process of its own. */
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { numberIn, runTool, UsageError } from '../../tools/command-line.ts'
import { AUTHENTICATIONS } from './authentication.ts'
import { CAMUNDA_VERSIONS, LATEST, VERSION_NAMES } from './camunda-version.ts'
import { type ServeOptions, serveCamunda, TOKEN_PATH } from './serve.ts'

const USAGE = `Usage: npm run camunda -- [options]

  --camunda-version V    the release whose REST API it speaks: ${VERSION_NAMES.join(', ')}; ${LATEST} otherwise
  --port PORT            a free one otherwise
  --data DIRECTORY       where its data is, and found again when it is started again; otherwise it is kept nowhere
  --temporary            the data is deleted when it ends, unless it is killed
  --authentication HOW   ${AUTHENTICATIONS.join(', ')}; NONE otherwise. The token endpoint of OAUTH is ${TOKEN_PATH}
  --user ID:SECRET       of the one user, or client; demo:demo otherwise
  --token-lifetime S     seconds; 3600 otherwise
  --tenant ID            there is multi-tenancy, and the client is assigned to this tenant; may be said more than once
  --partitions N         1 otherwise
  --unique-business-ids  a second active instance with the same business id is refused (8.9)
  --service-time MS      which a creation or publication takes, one after the other; 0 otherwise
  --in-flight N          so many of them at a time; what is beyond is refused, as back-pressure. No limit otherwise
  --until-stdin-ends     for whoever starts it: it ends with them`

const WHAT_IT_IS = (version: string) =>
  `Stand-in for Camunda ${version}, not Camunda itself: moves tokens through message events, service and receive tasks, event sub-processes and exclusive ` +
  'gateways, refuses all else. It does not do timers, calls, user tasks, mappings, authorizations, gRPC, a cluster.'

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'camunda-version': { type: 'string', default: LATEST },
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      temporary: { type: 'boolean', default: false },
      authentication: { type: 'string', default: 'NONE' },
      user: { type: 'string', default: 'demo:demo' },
      'token-lifetime': { type: 'string', default: '3600' },
      tenant: { type: 'string', multiple: true, default: [] },
      partitions: { type: 'string', default: '1' },
      'unique-business-ids': { type: 'boolean', default: false },
      'service-time': { type: 'string', default: '0' },
      'in-flight': { type: 'string' },
      'until-stdin-ends': { type: 'boolean', default: false },
    },
  })
  const whole = (option: keyof typeof values, least: number, most: number) =>
    numberIn(
      option,
      String(values[option]),
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `a whole number from ${least} to ${most}`,
    )
  const [id = '', ...secret] = values.user.split(':')
  const options: ServeOptions = {
    version: oneOf('camunda-version', values['camunda-version'], VERSION_NAMES),
    port: whole('port', 0, 65_535),
    data: values.data,
    isTemporary: values.temporary,
    authentication: {
      strategy: oneOf('authentication', values.authentication.toUpperCase(), AUTHENTICATIONS),
      id,
      secret: secret.join(':'),
      tokenLifetime: whole('token-lifetime', 1, 1_000_000),
    },
    tenants: values.tenant,
    partitions: whole('partitions', 1, 64),
    capacity: {
      serviceTime: whole('service-time', 0, 60_000),
      inFlight: values['in-flight'] === undefined ? Number.POSITIVE_INFINITY : whole('in-flight', 0, 1_000_000),
    },
    uniqueBusinessIds: values['unique-business-ids'],
    onIncident: (sentence) => console.log(sentence),
  }
  if (options.data !== undefined) mkdirSync(options.data, { recursive: true })
  console.log(WHAT_IT_IS(CAMUNDA_VERSIONS[options.version].name))
  const service = await serveCamunda(options)
  console.log(`CAMUNDA_REST_ADDRESS=${service.url}`)
  await ended(values['until-stdin-ends'])
  await service.stop()
  return 0
}

function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value)
  if (found === undefined) throw new UsageError(`--${option} takes one of ${names.join(', ')}, and not “${value}”.`)
  return found
}

function ended(withStdin: boolean): Promise<unknown> {
  return new Promise((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end)
    if (withStdin) process.stdin.once('close', end).resume()
  })
}

await runTool(USAGE, main)
