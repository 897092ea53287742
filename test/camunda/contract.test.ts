import { beforeAll, describe, test, vi } from 'vitest'
import { VERSION_NAMES, type VersionName } from '../../local/camunda/camunda-version.ts'
import { TOKEN_PATH } from '../../local/camunda/serve.ts'
import { type CamundaStandIn, type StandInOptions, startStandIn } from '../../local/camunda/stand-in.ts'
import { cluster as ofConnection } from '../../local/faults/row-camunda.ts'
import type { Claim } from './claim.ts'
import { authentication } from './claims/authentication.ts'
import { deployments } from './claims/deployments.ts'
import { jobs } from './claims/jobs.ts'
import { limits } from './claims/limits.ts'
import { messages } from './claims/messages.ts'
import { processInstances } from './claims/process-instances.ts'
import { searches } from './claims/searches.ts'
import { tenancy } from './claims/tenancy.ts'
import { topology } from './claims/topology.ts'
import { Cluster, type ConnectionSettings } from './cluster.ts'

/**
 * What the bridge relies on in Camunda, tried on its stand-in as each release, or, where CAMUNDA_REST_ADDRESS is set, on that cluster with the
 * credentials of the environment.
 */
type Families = Readonly<Record<string, readonly Claim[]>>

const FAMILIES: Families = {
  topology,
  deployments,
  'process instances': processInstances,
  messages,
  jobs,
  searches,
  limits,
  authentication,
}

vi.setConfig({ testTimeout: 150_000 })

/** Stand-ins of each release, and those which ask who it is. */
interface Target {
  readonly name: string
  readonly version: VersionName
  readonly options?: StandInOptions
  readonly families: Families
}

const USER = 'contract:a secret+of its own'
const { authentication: WHO_ASKS } = FAMILIES as { authentication: readonly Claim[] }
const TENANTS = ['acme', 'beta']

const TARGETS: readonly Target[] = [
  ...VERSION_NAMES.map((version) => ({ name: version, version, families: FAMILIES })),
  {
    name: '8.9 with OAuth',
    version: '8.9',
    options: { authentication: 'OAUTH', user: USER },
    families: { authentication: WHO_ASKS, topology, jobs },
  },
  {
    name: '8.8 with a user and password',
    version: '8.8',
    options: { authentication: 'BASIC', user: USER },
    families: { authentication: WHO_ASKS },
  },
  ...VERSION_NAMES.map((version) => ({ name: `${version} with tenants`, version, options: { tenants: TENANTS }, families: { tenancy } })),
]

const { CAMUNDA_REST_ADDRESS } = process.env
if (CAMUNDA_REST_ADDRESS) {
  const named = Object.entries(process.env).filter(([name, value]) => /^(CAMUNDA|ZEEBE)_/.test(name) && value !== undefined)
  const settings = { ...Object.fromEntries(named as [string, string][]), CAMUNDA_REST_ADDRESS }
  const version = await versionOf(settings)
  suite(`Camunda ${version}`, version, { ...FAMILIES, tenancy }, async () => ({
    cluster: new Cluster(settings, version, { isStandIn: false }),
    stop: async () => {},
  }))
} else
  for (const { name, version, options, families } of TARGETS)
    suite(`the stand-in for Camunda ${name}`, version, families, async () => {
      const standIn = await startStandIn({ version, uniqueBusinessIds: true, ...options })
      const tenants = options?.tenants ?? []
      return { cluster: new Cluster(settingsFor(standIn, options), version, { isStandIn: true, tenants }), stop: () => standIn.stop() }
    })

function settingsFor({ restAddress }: CamundaStandIn, { authentication = 'NONE' }: StandInOptions = {}): ConnectionSettings {
  const [id = '', secret = ''] = USER.split(':')
  const byStrategy: Record<typeof authentication, object> = {
    NONE: {},
    BASIC: { CAMUNDA_BASIC_AUTH_USERNAME: id, CAMUNDA_BASIC_AUTH_PASSWORD: secret },
    OAUTH: { CAMUNDA_CLIENT_ID: id, CAMUNDA_CLIENT_SECRET: secret, CAMUNDA_OAUTH_URL: `${restAddress}${TOKEN_PATH}` },
  }
  return { CAMUNDA_REST_ADDRESS: restAddress, CAMUNDA_AUTH_STRATEGY: authentication, ...byStrategy[authentication] }
}

function suite(
  name: string,
  version: string,
  families: Families,
  find: () => Promise<{ readonly cluster: Cluster; stop(): Promise<void> }>,
) {
  describe(name, { concurrent: true }, () => {
    let cluster: Cluster
    beforeAll(async () => {
      const found = await find()
      cluster = found.cluster
      return async () => {
        await cluster.leave()
        await found.stop()
      }
    })
    for (const [family, claims] of Object.entries(families))
      describe(family, () => {
        for (const claim of claims)
          test(`${claim.name} (${claim.seen})`, async ({ skip }) => {
            const why = notSaid(claim, version)
            if (why !== undefined) skip(why)
            if (!cluster.isStandIn && claim.standInOnly !== undefined) skip(`not on a cluster of somebody else: ${claim.standInOnly}`)
            await claim.holds(cluster, (reason) => skip(reason))
          })
      })
  })
}

function notSaid({ since, until }: Claim, version: string): string | undefined {
  const minor = (name: string) => Number(name.split('.')[1])
  if (since !== undefined && minor(version) < minor(since)) return `said of Camunda ${since} and later`
  if (until !== undefined && minor(version) > minor(until)) return `said of Camunda ${until} and earlier`
  return undefined
}

async function versionOf(settings: ConnectionSettings): Promise<string> {
  const authorization = await ofConnection(settings).authorization()
  const response = await fetch(`${settings.CAMUNDA_REST_ADDRESS}/v2/topology`, {
    headers: authorization === undefined ? {} : { authorization },
  })
  if (!response.ok) throw new Error(`Camunda at ${settings.CAMUNDA_REST_ADDRESS} answers ${response.status}`)
  return ((await response.json()) as { gatewayVersion: string }).gatewayVersion
}
