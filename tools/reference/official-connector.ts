/**
 * The properties of Camunda's Amazon SQS inbound connector, as its element template has them, and what each is in a connector of this project:
 * a path in its schema, or why there is none.
 */
export const OFFICIAL_PROPERTIES: readonly { readonly official: string; readonly here: string; readonly why?: string }[] = [
  { official: 'authentication.*', here: '', why: 'the function’s IAM role' },
  { official: 'configuration.region', here: '', why: 'the region in the queue’s URL or ARN, or the stack’s' },
  { official: 'configuration.endpoint', here: '', why: 'that of the queue’s region' },
  { official: 'queue.url', here: 'queue.url' },
  { official: 'queue.attributeNames', here: 'queue.attributeNames' },
  { official: 'queue.messageAttributeNames', here: 'queue.messageAttributeNames' },
  { official: 'queue.pollingWaitTime', here: 'eventSource.maximumBatchingWindow', why: 'Lambda polls for 20 s' },
  { official: 'activationCondition', here: 'elements[].activationCondition' },
  { official: 'consumeUnmatchedEvents', here: 'elements[].consumeUnmatchedEvents' },
  { official: 'resultVariable', here: 'elements[].resultVariable' },
  { official: 'resultExpression', here: 'elements[].resultExpression' },
  { official: 'correlationKeyExpression', here: 'elements[].correlationKeyExpression' },
  { official: 'messageIdExpression', here: 'elements[].messageIdExpression' },
  { official: 'messageTtl', here: 'elements[].messageTtl' },
  { official: 'correlationKey', here: '', why: 'stays in the diagram, with the message' },
  { official: 'correlationRequired', here: 'elements[].correlationPoint.elementType' },
  { official: 'deduplicationMode, deduplicationId', here: '', why: 'the elements of a file share its queue' },
]
