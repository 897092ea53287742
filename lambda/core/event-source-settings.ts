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
  /** Undefined: no limit. */
  readonly maximumConcurrency: number | undefined
  readonly enabled: boolean
}

export function eventSourceSettings(connector: Connector): EventSourceSettings {
  const { batchSize, maximumBatchingWindow, maximumConcurrency, enabled } = connector.eventSource
  return { patterns: filterCriteria(connector).patterns, batchSize, maximumBatchingWindow, maximumConcurrency, enabled }
}
