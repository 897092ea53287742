/** Message attributes of a dead letter which the function itself put into the queue: why it is one. All are of type String. */
export const DEAD_LETTER_ATTRIBUTES = {
  reason: 'camunda-sqs-bridge.reason',
  elementId: 'camunda-sqs-bridge.elementId',
  configurationVersion: 'camunda-sqs-bridge.configurationVersion',
} as const
