/** Message attributes of a dead letter which the function itself put into the queue: why it is one. All are of type String. */
export const DEAD_LETTER_ATTRIBUTES = {
  reason: 'camunda-sqs-bridge.reason',
  elementId: 'camunda-sqs-bridge.elementId',
  /** ARN of the queue it came from: connectors may share a dead-letter queue, and SQS tells the source of what it moved itself only. */
  queueArn: 'camunda-sqs-bridge.queueArn',
  configurationVersion: 'camunda-sqs-bridge.configurationVersion',
} as const
