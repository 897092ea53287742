/**
 * What this project's element templates write into a diagram. All other properties have the names of Camunda's template, so that whoever
 * changes an element from that template to this one keeps its values; there is no `inbound.type`, by which Camunda's runtime knows a connector.
 */

/** Property which marks an element of the bridge; its value is the version of the templates. */
export const MARKER = 'camunda-sqs-bridge'
export const OWN_TEMPLATE_VERSION = 1
/** Property which names the connector: its file without `.json`. */
export const CONNECTOR_PROPERTY = 'camunda-sqs-bridge.connector'

/** The kinds of elements which a connector can have. */
export type ElementKind = 'processStart' | 'messageStart' | 'intermediateCatch' | 'boundary' | 'receive'

export const OWN_TEMPLATE_IDS: Readonly<Record<ElementKind, string>> = {
  processStart: 'camunda-sqs-bridge.processStart',
  messageStart: 'camunda-sqs-bridge.messageStart',
  intermediateCatch: 'camunda-sqs-bridge.intermediateCatch',
  boundary: 'camunda-sqs-bridge.boundary',
  receive: 'camunda-sqs-bridge.receive',
}

/** The properties of Camunda's template which are the bridge's too. */
export const SHARED_PROPERTIES = [
  'activationCondition',
  'consumeUnmatchedEvents',
  'correlationRequired',
  'correlationKeyExpression',
  'messageIdExpression',
  'messageTtl',
  'resultVariable',
  'resultExpression',
] as const
