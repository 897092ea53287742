import { DEFAULT_TENANT, DEFAULTS, MOST_AT_A_TIME } from './connector-defaults.ts'
import { isFifo } from './connector-rules.ts'
import type { Connector, ConnectorInput } from './connector-schema.ts'

/** A connector with all that its file does not say. The file is known to be valid; nothing is checked. */
export function completed({ $schema: _, ...written }: ConnectorInput): Connector {
  const { queue = {}, eventSource = {}, elements } = written
  const batchSize = eventSource.batchSize ?? defaultBatchSize({ queue })
  return {
    ...written,
    queue: {
      ...filled<Connector['queue']>(DEFAULTS.queue, queue),
      ...(queue.largePayloads && {
        largePayloads: { ...queue.largePayloads, maximumSize: queue.largePayloads.maximumSize ?? DEFAULTS.largePayloads.maximumSize },
      }),
    },
    eventSource: filled({ ...DEFAULTS.eventSource, batchSize, concurrency: Math.min(batchSize, MOST_AT_A_TIME) }, eventSource),
    function: filled(DEFAULTS.function, written.function),
    alarms: filled(DEFAULTS.alarms, written.alarms),
    monitoring: written.monitoring ?? DEFAULTS.monitoring,
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
