import {
  GetEventSourceMappingCommand,
  type LambdaClient,
  type ProvisionedPollerConfig,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { type EventSourceSettings, isSamePollers, type ProvisionedPollers } from './core/event-source-settings.ts'
import type { FilterPattern } from './core/filter-patterns.ts'
import { isSame } from './core/filter-patterns.ts'
import type { MappingState } from './core/mapping-step.ts'
import type { EventSourceMappingClient } from './mapping-update.ts'

/** The states in which a mapping is as it was last asked to be (Lambda API, `EventSourceMappingConfiguration`). */
const AT_REST = ['Enabled', 'Disabled']

/** An event-source mapping by its UUID, through Lambda's API. */
export function lambdaEventSourceMapping(lambda: LambdaClient, uuid: string, updating = lambda): EventSourceMappingClient {
  return {
    async state() {
      const mapping = await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }))
      const { FilterCriteriaError: fault } = mapping
      if (fault) throw new Error(`Lambda does not show the filter criteria: ${fault.ErrorCode} ${fault.Message}`)
      return {
        patterns: mapping.FilterCriteria?.Filters?.map(({ Pattern = '{}' }): FilterPattern => JSON.parse(Pattern)) ?? [],
        batchSize: mapping.BatchSize ?? 10,
        maximumBatchingWindow: mapping.MaximumBatchingWindowInSeconds ?? 0,
        maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency,
        provisionedPollers: pollersOf(mapping.ProvisionedPollerConfig),
        enabled: mapping.State === 'Enabled',
        updated: AT_REST.includes(mapping.State ?? ''),
        modified: mapping.LastModified?.getTime() ?? Number.POSITIVE_INFINITY,
      }
    },
    async update(settings, present) {
      await updating.send(new UpdateEventSourceMappingCommand({ UUID: uuid, ...differences(settings, present) }))
    },
  }
}

/** What differs and nothing else: Lambda refuses some settings for some queues even where they say what is. `{}` takes a setting away. */
function differences(settings: EventSourceSettings, present: MappingState) {
  const { patterns, batchSize, maximumBatchingWindow, maximumConcurrency, provisionedPollers, enabled } = settings
  const Filters = patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) }))
  return {
    ...(!isSame(patterns, present.patterns) && { FilterCriteria: patterns.length > 0 ? { Filters } : {} }),
    ...(batchSize !== present.batchSize && { BatchSize: batchSize }),
    ...(maximumBatchingWindow !== present.maximumBatchingWindow && { MaximumBatchingWindowInSeconds: maximumBatchingWindow }),
    ...(maximumConcurrency !== present.maximumConcurrency && {
      ScalingConfig: maximumConcurrency === undefined ? {} : { MaximumConcurrency: maximumConcurrency },
    }),
    ...(!isSamePollers(provisionedPollers, present.provisionedPollers) && {
      ProvisionedPollerConfig: provisionedPollers
        ? { MinimumPollers: provisionedPollers.minimum, MaximumPollers: provisionedPollers.maximum }
        : {},
    }),
    ...(enabled !== present.enabled && { Enabled: enabled }),
  }
}

/** Lambda's own where one of the two is not set (API reference, `ProvisionedPollerConfig`). An empty one is none. */
function pollersOf({ MinimumPollers, MaximumPollers }: ProvisionedPollerConfig = {}): ProvisionedPollers | undefined {
  if (MinimumPollers === undefined && MaximumPollers === undefined) return undefined
  return { minimum: MinimumPollers ?? 2, maximum: MaximumPollers ?? 200 }
}
