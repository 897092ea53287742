import type { VersionName } from '../../local/camunda/camunda-version.ts'
import type { Cluster } from './cluster.ts'

/** What the bridge, its tools or its tests rely on in Camunda. */
export interface Claim {
  readonly name: string
  /** Where it was seen, or who says it. */
  readonly seen: string
  /** The first release of which it is said. */
  readonly since?: VersionName
  /** The last release of which it is said. */
  readonly until?: VersionName
  /** Why it is not tried on a cluster of somebody else. */
  readonly standInOnly?: string
  /** Fails where the claim does not hold; calls `unknown` where the cluster cannot be asked. */
  readonly holds: (cluster: Cluster, unknown: (why: string) => never) => Promise<void>
}

export const SEEN_ON_8_6_0 = 'Camunda 8.6.0, in earlier runs of this project'

export function documented(page: string): string {
  return `Camunda’s documentation, ${page}`
}

export function bySource(what: string): string {
  return `source of ${what}`
}
