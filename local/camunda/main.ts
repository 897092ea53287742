/** `npm run camunda`: the stand-in for Camunda as a process of its own. */
import { mkdirSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { numberFrom } from '../../tools/command.ts'
import { run } from '../../tools/program.ts'
import { AUTHENTICATIONS } from './authentication.ts'
import { CAMUNDA_VERSIONS, LATEST, VERSION_NAMES } from './camunda-version.ts'
import { type ServeOptions, serveCamunda, TOKEN_PATH } from './serve.ts'

const WHAT_IT_IS = (version: string) =>
  `Stand-in for Camunda ${version}, not Camunda itself: moves tokens through message events, service and receive tasks, event sub-processes and exclusive ` +
  'gateways, refuses all else. It does not do timers, calls, user tasks, mappings, authorizations, gRPC, a cluster.'

const camunda = new Command('npm run camunda --')
  .helpOption('--help', 'this')
  .showHelpAfterError()
  // Commander's own status of a wrong call is 1, which is that of a service that cannot start.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .addOption(new Option('--camunda-version <v>', 'the release whose REST API it speaks').choices(VERSION_NAMES).default(LATEST))
  .option('--port <port>', 'a free one otherwise', numberFrom(0, 65_535), 0)
  .option('--data <directory>', 'where its data is, and found again when it is started again')
  .option('--temporary', 'the data is deleted when it ends, unless it is killed', false)
  .option(
    '--authentication <how>',
    `${AUTHENTICATIONS.join(', ')}; the token endpoint of OAUTH is ${TOKEN_PATH}`,
    authentication,
    'NONE' as const,
  )
  .option('--user <id:secret>', 'of the one user, or client', 'demo:demo')
  .option('--token-lifetime <s>', 'seconds', numberFrom(1, 1_000_000), 3_600)
  .option(
    '--tenant <id>',
    'there is multi-tenancy, and the client is assigned to this; several times',
    (id, ids: string[]) => [...ids, id],
    [],
  )
  .option('--partitions <n>', 'how many', numberFrom(1, 64), 1)
  .option('--unique-business-ids', 'a second active instance with the same business id is refused (8.9)', false)
  .option('--service-time <ms>', 'which a creation or publication takes, one after the other', numberFrom(0, 60_000), 0)
  .option('--in-flight <n>', 'so many of them at a time; what is beyond is refused, as back-pressure', numberFrom(0, 1_000_000))
  .option('--until-stdin-ends', 'for whoever starts it: it ends with them')
  .action(async (values) => {
    const [id = '', ...secret] = values.user.split(':')
    await main(
      {
        version: values.camundaVersion,
        port: values.port,
        data: values.data,
        isTemporary: values.temporary,
        authentication: { strategy: values.authentication, id, secret: secret.join(':'), tokenLifetime: values.tokenLifetime },
        tenants: values.tenant,
        partitions: values.partitions,
        capacity: { serviceTime: values.serviceTime, inFlight: values.inFlight ?? Number.POSITIVE_INFINITY },
        uniqueBusinessIds: values.uniqueBusinessIds,
        onIncident: (sentence) => console.log(sentence),
      },
      values.untilStdinEnds ?? false,
    )
  })

async function main(options: ServeOptions, untilStdinEnds: boolean) {
  if (options.data !== undefined) mkdirSync(options.data, { recursive: true })
  console.log(WHAT_IT_IS(CAMUNDA_VERSIONS[options.version].name))
  const service = await serveCamunda(options)
  console.log(`CAMUNDA_REST_ADDRESS=${service.url}`)
  await ended(untilStdinEnds)
  await service.stop()
}

function authentication(text: string): (typeof AUTHENTICATIONS)[number] {
  const found = AUTHENTICATIONS.find((name) => name === text.toUpperCase())
  if (!found) throw new InvalidArgumentError(`It takes one of ${AUTHENTICATIONS.join(', ')}.`)
  return found
}

function ended(withStdin: boolean): Promise<unknown> {
  return new Promise((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end)
    if (withStdin) process.stdin.once('close', end).resume()
  })
}

await run(camunda, process.argv.slice(2))
