import type { Connector, WrittenConnector } from './connector.ts'
import { isFifo } from './connector-rules.ts'

/** What a connector's file need not say. */
export const DEFAULTS = {
  queue: { attributeNames: [] as string[], messageAttributeNames: [] as string[], maxReceiveCount: 5, contentBasedDeduplication: false },
  eventSource: { maximumBatchingWindow: 0, filterCriteria: 'attributes', longestOutage: 3_600, enabled: true },
  function: { timeout: 30, requestTimeout: 10, memorySize: 512, logRetention: 30, logLevel: 'INFO' },
  alarms: {
    deadLetters: 1,
    ageOfOldestMessage: 900,
    functionErrors: 1,
    throttles: 1,
    camundaRejected: 1,
    camundaUnavailable: 1,
    ambiguous: 1,
    notAttempted: 1,
    invalidInput: 1,
    unexpected: 1,
    configurationRejected: 1,
    configurationPending: 1,
    eventSourceMappingNotUpdated: 1,
    everythingFilteredOut: 1,
  },
  camunda: '/camunda-sqs-bridge/camunda/',
  idempotency: 'none',
  invalidInput: 'return',
} as const

export const DEFAULT_TENANT = '<default>'

/**
 * Each message under way has a connection of its own, of which an execution environment has a thousand; and more at a time than this were not seen
 * to be faster.
 */
export const MOST_AT_A_TIME = 100

/** A connector with all that its file does not say. The file is known to be valid; nothing is checked. */
export function completed({ $schema: _, ...written }: WrittenConnector): Connector {
  const { queue = {}, eventSource = {}, elements } = written
  const batchSize = eventSource.batchSize ?? defaultBatchSize({ queue })
  return {
    ...written,
    queue: filled(DEFAULTS.queue, queue),
    eventSource: filled({ ...DEFAULTS.eventSource, batchSize, concurrency: Math.min(batchSize, MOST_AT_A_TIME) }, eventSource),
    function: filled(DEFAULTS.function, written.function),
    alarms: filled(DEFAULTS.alarms, written.alarms),
    encryption: written.encryption ?? {},
    tags: written.tags ?? {},
    camunda: written.camunda ?? DEFAULTS.camunda,
    idempotency: written.idempotency ?? DEFAULTS.idempotency,
    invalidInput: written.invalidInput ?? DEFAULTS.invalidInput,
    elements: elements.map((element) => ({
      ...element,
      consumeUnmatchedEvents: element.consumeUnmatchedEvents ?? false,
      correlationPoint: { ...element.correlationPoint, tenantId: element.correlationPoint.tenantId ?? DEFAULT_TENANT },
    })),
  }
}

/** JSON has no member without a value. */
function filled<Section extends object>(defaults: Partial<Section>, written: object = {}): Section {
  return { ...defaults, ...written } as Section
}

/**
 * Messages behind one that fails come back with it, and their receives count: in batches of one, a poison message does not take the next of
 * its group along to the dead-letter queue.
 */
function defaultBatchSize(connector: Parameters<typeof isFifo>[0]): number {
  return isFifo(connector) ? 1 : 10
}
