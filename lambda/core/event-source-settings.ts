import type { Connector } from './connector.ts'
import { filterCriteria } from './filter-criteria.ts'
import type { FilterPatterns } from './filter-patterns.ts'

/** What a connector says of its event-source mapping: the one source for the stack, the function, and the updater of the mapping. */
export interface EventSourceSettings {
  /** What the mapping has to let through; empty: everything. */
  readonly patterns: FilterPatterns
  readonly batchSize: number
  /** Seconds. */
  readonly maximumBatchingWindow: number
  /** Undefined: no limit. Never beside `provisionedPollers`. */
  readonly maximumConcurrency: number | undefined
  /** Undefined: Lambda has as many pollers as it thinks fit. */
  readonly provisionedPollers: ProvisionedPollers | undefined
  readonly enabled: boolean
}

export interface ProvisionedPollers {
  readonly minimum: number
  readonly maximum: number
}

export function eventSourceSettings(connector: Connector): EventSourceSettings {
  const { batchSize, maximumBatchingWindow, maximumConcurrency, provisionedPollers, enabled } = connector.eventSource
  return {
    patterns: filterCriteria(connector).patterns,
    batchSize,
    maximumBatchingWindow,
    maximumConcurrency,
    provisionedPollers,
    enabled,
  }
}

/** Whether two are the same but for what they let through. */
export function isSameButPatterns(one: EventSourceSettings, other: EventSourceSettings): boolean {
  const simple = ['batchSize', 'maximumBatchingWindow', 'maximumConcurrency', 'enabled'] as const
  return simple.every((name) => one[name] === other[name]) && isSamePollers(one.provisionedPollers, other.provisionedPollers)
}

export function isSamePollers(one: ProvisionedPollers | undefined, other: ProvisionedPollers | undefined): boolean {
  return one?.minimum === other?.minimum && one?.maximum === other?.maximum
}

/**
 * What a mapping can be asked for next on its way from what is to what is needed. Lambda takes no maximum concurrency beside provisioned pollers
 * (guide, "Configuring scaling behavior for SQS event source mappings"), and documents no update which exchanges them. So what is in the way is taken away first;
 * meanwhile the mapping scales by itself, and polls on.
 */
export function withinReach(present: EventSourceSettings, needed: EventSourceSettings): EventSourceSettings {
  const leavesPollers = present.provisionedPollers !== undefined && needed.maximumConcurrency !== undefined
  const leavesConcurrency = present.maximumConcurrency !== undefined && needed.provisionedPollers !== undefined
  return leavesPollers || leavesConcurrency ? { ...needed, provisionedPollers: undefined, maximumConcurrency: undefined } : needed
}
