/** What Camunda's element templates for the Amazon SQS inbound connector write into a diagram, in all their versions since 8.2. */

/** Property by which the runtime knows a connector; the only one that it needs. */
export const INBOUND_TYPE = 'inbound.type'
export const SQS_INBOUND = 'io.camunda:aws-sqs-inbound:1'

const TEMPLATE_ID = /^io\.camunda\.connectors\.AWSSQS\.(StartEvent|startmessage|intermediate|boundary|receive)(-hybrid)?\.v\d+$/
const HYBRID_TEMPLATE_ID = /^io\.camunda\.connectors\.AWSSQS\..*hybrid/i

export function isOfficialTemplate(id: string): boolean {
  return TEMPLATE_ID.test(id) || HYBRID_TEMPLATE_ID.test(id)
}

/** Name of `activationCondition` before 8.1, which the runtime still reads where there is no other. */
export const FORMER_ACTIVATION_CONDITION = 'inbound.activationCondition'

/** Target of an input mapping which one version wrote by a mishap. */
export const NONCE_INPUT = 'configuration.nonce'

/** Properties that the bridge has no use for, and what stands in their place. */
export const DROPPED: readonly { readonly what: string; readonly names: readonly string[]; readonly instead: string }[] = [
  {
    what: 'credentials',
    names: ['authentication.type', 'authentication.accessKey', 'authentication.secretKey', 'awsCredential'],
    instead: 'the function’s role, with the rights it needs and no keys',
  },
  { what: 'polling', names: ['queue.pollingWaitTime'], instead: 'Lambda long-polls; eventSource.maximumBatchingWindow gathers for longer' },
  { what: 'endpoint', names: ['configuration.endpoint'], instead: 'that of the queue’s region' },
  { what: 'region', names: ['configuration.region', 'queue.region'], instead: 'that of the queue’s URL or ARN' },
  {
    what: 'deduplication',
    names: ['deduplicationModeManualFlag', 'deduplicationMode', 'deduplicationId'],
    instead: 'one connector is one queue, and its elements share it',
  },
]

/** Properties which the connector’s file has rather than each element. */
export const QUEUE_PROPERTIES = ['queue.url', 'queue.attributeNames', 'queue.messageAttributeNames'] as const

/** A keyword of later runtimes, which no template for SQS writes and every element may have. */
export const SYNCHRONOUS_RESPONSE = 'synchronousResponse'
