import type { EventSourceSettings } from '../lambda/core/event-source-settings.ts'
import type { MappingState } from '../lambda/core/mapping-step.ts'
import type { EventSourceMappingClient } from '../lambda/mapping-update.ts'
import {
  type EventSourceMapping,
  type EventSourceMappingOptions,
  type MappingEvent,
  startEventSourceMapping,
} from './event-source-mapping.ts'

/** A mapping which can be updated while it runs, as by Lambda's `UpdateEventSourceMapping`. */
export interface LiveEventSourceMapping extends EventSourceMappingClient {
  stop(): Promise<void>
}

export type LiveEventSourceMappingOptions = Omit<EventSourceMappingOptions, SettingName>
type SettingName = 'batchSize' | 'maximumBatchingWindow' | 'maximumConcurrency' | 'provisionedPollers' | 'filterPatterns'

/**
 * Stand-in for an event-source mapping that is updated: stops the one that runs, which lets its invocations end, and starts another with the
 * new settings. Where they are refused, the old ones stay. What it does not do: poll on while it is updated, or take its time as Lambda does.
 */
export async function startLiveEventSourceMapping(
  initial: EventSourceSettings,
  options: LiveEventSourceMappingOptions,
): Promise<LiveEventSourceMapping> {
  let settings = initial
  let modified = Date.now()
  async function start({ enabled, patterns: filterPatterns, ...rest }: EventSourceSettings): Promise<EventSourceMapping | undefined> {
    return enabled ? startEventSourceMapping({ ...options, ...rest, filterPatterns, onEvent }) : undefined
  }

  const invoked = new Set<string>()
  let updating = false
  /** A message that is given back by an update has not been settled: the next mapping receives it at once. */
  function onEvent(event: MappingEvent) {
    if (event.kind === 'invoked') for (const { messageId } of event.records) invoked.add(messageId)
    const givenBack = event.kind === 'settled' && !invoked.delete(event.messageId) && event.fate === 'returned'
    if (!(updating && givenBack)) options.onEvent?.(event)
  }

  let running = await start(initial)
  return {
    async state(): Promise<MappingState> {
      return { ...settings, updated: true, modified }
    },
    async update(next) {
      updating = true
      await running?.stop()
      updating = false
      try {
        running = await start(next)
        settings = next
        modified = Date.now()
      } catch (refusal) {
        running = await start(settings)
        throw refusal
      }
    },
    async stop() {
      await running?.stop()
    },
  }
}
