/** What differs between the releases of Camunda, as far as their clients see it. */
export interface CamundaVersion {
  readonly name: VersionName
  /** Of `GET /v2/topology`. */
  readonly gatewayVersion: string
  /** How answers write keys: 8.6 as numbers, which from the fourth partition on are beyond what a double holds. */
  readonly keys: 'number' | 'text'
  /** What a job's key is called in the answer to an activation. */
  readonly jobKey: 'key' | 'jobKey'
  /** How answers write what there is not. */
  readonly nothing: 'absent' | 'null'
  /** What becomes of a request with a property that there is not: such as a business id, before there were any. */
  readonly unknownProperties: 'ignored' | 'refused'
  readonly businessIds: boolean
  /** Whether there are searches and look-ups, which read from a secondary storage. */
  readonly searches: boolean
  /** What a client is told that is not assigned to the tenant which it names. */
  readonly foreignTenant: 'unauthorized' | 'forbidden'
  /** Characters of a tenant's id. */
  readonly longestTenant: 31 | 256
  readonly problems: {
    /** Of a request whose body is not as it should be. */
    readonly badRequest: string
    /** Of a creation that no partition takes, and of a publication that its partition does not take. */
    readonly exhausted: { readonly status: 429 | 503; readonly create: string; readonly publish: string }
    /** The gateway has waited in vain. */
    readonly timeout: string
  }
}

export const VERSION_NAMES = ['8.6', '8.8', '8.9'] as const
export type VersionName = (typeof VERSION_NAMES)[number]

const V86: CamundaVersion = {
  name: '8.6',
  gatewayVersion: '8.6.0-stand-in',
  keys: 'number',
  jobKey: 'key',
  nothing: 'absent',
  unknownProperties: 'ignored',
  businessIds: false,
  searches: false,
  foreignTenant: 'unauthorized',
  longestTenant: 31,
  problems: {
    badRequest: 'INVALID_ARGUMENT',
    exhausted: {
      status: 429,
      create: 'io.camunda.zeebe.broker.client.api.RequestRetriesExhaustedException',
      publish: 'RESOURCE_EXHAUSTED',
    },
    timeout: 'java.util.concurrent.TimeoutException',
  },
}

const V88: CamundaVersion = {
  name: '8.8',
  gatewayVersion: '8.8.0-stand-in',
  keys: 'text',
  jobKey: 'jobKey',
  nothing: 'absent',
  unknownProperties: 'refused',
  businessIds: false,
  searches: true,
  foreignTenant: 'forbidden',
  longestTenant: 256,
  problems: {
    badRequest: 'Bad Request',
    exhausted: { status: 503, create: 'RESOURCE_EXHAUSTED', publish: 'RESOURCE_EXHAUSTED' },
    timeout: 'DEADLINE_EXCEEDED',
  },
}

const V89: CamundaVersion = { ...V88, name: '8.9', gatewayVersion: '8.9.0-stand-in', nothing: 'null', businessIds: true }

/** Sources: 8.6.0 as earlier runs of this project saw it; Camunda's documentation, and its clients with their tests, for the others. */
export const CAMUNDA_VERSIONS: Readonly<Record<VersionName, CamundaVersion>> = { '8.6': V86, '8.8': V88, '8.9': V89 }

/** Whether a release is that one or a later one; both as `8.8`, or longer. */
export function isAtLeast(version: string, least: VersionName): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

/** What is started where nobody says otherwise. */
export const LATEST: VersionName = '8.9'
