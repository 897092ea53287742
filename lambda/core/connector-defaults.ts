/** What a connector's file need not say. */
export const DEFAULTS = {
  queue: { attributeNames: [] as string[], messageAttributeNames: [] as string[], maxReceiveCount: 5, contentBasedDeduplication: false },
  largePayloads: { maximumSize: 2_097_152 },
  eventSource: { maximumBatchingWindow: 0, filterCriteria: 'attributes', longestOutage: 3_600, enabled: true },
  function: { timeout: 30, requestTimeout: 10, memorySize: 512, logRetention: 30, logLevel: 'INFO', tracing: 'off' },
  alarms: {
    /** docs/OPERATING.md as it is published with the package. */
    runbookUrl: 'https://unpkg.com/camunda-sqs-bridge/docs/OPERATING.md',
    deadLetters: 1,
    ageOfOldestMessage: 900,
    functionErrors: 1,
    throttles: 1,
    withoutEffect: 1,
    camundaUnavailable: 1,
    ambiguous: 1,
    heldUp: 1,
    configurationRejected: 1,
    eventSourceMappingNotUpdated: 1,
    everythingFilteredOut: 1,
  },
  monitoring: 'alarms',
  camunda: '/camunda-sqs-bridge/camunda/',
  idempotency: 'none',
  invalidInput: 'return',
} as const

export const DEFAULT_TENANT = '<default>'

/** Of a body in S3. The function reads one or several at a time, which have to fit into its memory with what is made of them. */
export const MOST_PAYLOAD_BYTES = 16_777_216

/**
 * Each message under way has a connection of its own, of which an execution environment has a thousand; and more at a time than this were not seen
 * to be faster.
 */
export const MOST_AT_A_TIME = 100
