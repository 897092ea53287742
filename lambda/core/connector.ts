import { z } from 'zod'
import { completed } from './completed-connector.ts'
import { DEFAULTS, MOST_PAYLOAD_BYTES } from './connector-defaults.ts'
import { ConnectorConfigurationError, type Fault, show, toFault } from './connector-faults.ts'
import { existingQueue, isFifo, LEAST_SPARE, leastMemory, leastVisibilityTimeout, QUEUE_URL } from './connector-rules.ts'
import { type Connector, connectorSchema, QUEUE_ARN } from './connector-schema.ts'
import { parsed as parsedExpression } from './expressions.ts'

export * from './connector-rules.ts'
export { type Connector, type ConnectorInput, type Element, OWN_TAG, SYSTEM_ATTRIBUTES } from './connector-schema.ts'

/**
 * The connector in a text of JSON.
 * @param name what the faults are told of: the file or the parameter
 * @throws {ConnectorConfigurationError} naming every fault of the text at once
 */
export function parseConnector(text: string, name?: string): Connector {
  const source = parseJsonFile(text, name)
  const parsed = connectorSchema.safeParse(source, { reportInput: true })
  const faults = [...(parsed.error?.issues ?? []).flatMap((issue) => toFault(connectorSchema, issue)), ...faultsBetweenProperties(source)]
  if (!parsed.success || faults.length > 0) throw new ConnectorConfigurationError(faults, name)
  return completed(parsed.data)
}

function parseJsonFile(text: string, name: string | undefined): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = (error as SyntaxError).message
    throw new ConnectorConfigurationError([{ path: '', found: `no JSON (${message})`, expected: 'a JSON object' }], name)
  }
}

/** JSON schema of a connector file, draft 2020-12. */
export function connectorJsonSchema(): object {
  return z.toJSONSchema(connectorSchema, { io: 'input', target: 'draft-2020-12' })
}

/** What no single property shows. Looks at the file as it is, so that these faults are told together with all others. */
function faultsBetweenProperties(source: unknown): Fault[] {
  const { elements, idempotency, invalidInput, ...sections } = loosely(source)
  const [queue, eventSource, lambda] = [sections.queue, sections.eventSource, sections.function].map(loosely)
  const faults: Fault[] = []
  const fault = (path: string, found: unknown, expected: string) => faults.push({ path, found: show(found), expected })

  if (queue.url !== undefined && queue.arn !== undefined) fault('queue.arn', queue.arn, 'either queue.url or queue.arn, not both')
  const existing = queue.url !== undefined || queue.arn !== undefined
  for (const property of ['name', 'fifo', 'maxReceiveCount', 'contentBasedDeduplication', 'senders'] as const)
    if (existing && queue[property] !== undefined)
      fault(`queue.${property}`, queue[property], 'nothing: the queue exists, and the stack does not change it')
  if (!existing && queue.deadLetterQueueArn !== undefined)
    fault('queue.deadLetterQueueArn', queue.deadLetterQueueArn, 'nothing: the stack creates the queue together with its dead-letter queue')
  if (existing && invalidInput === 'deadLetter' && queue.deadLetterQueueArn === undefined)
    fault('queue.deadLetterQueueArn', undefined, 'the ARN of the dead-letter queue, to which invalidInput “deadLetter” sends')
  if (!existing && typeof queue.name === 'string' && typeof queue.fifo === 'boolean' && queue.name.endsWith('.fifo') !== queue.fifo)
    fault('queue.fifo', queue.fifo, 'what queue.name says: it ends in .fifo, or it does not')
  if (queue.contentBasedDeduplication === true && !isFifo({ queue }))
    fault(
      'queue.contentBasedDeduplication',
      true,
      'false: it exists for FIFO queues only (queue.name ends in .fifo, or queue.fifo is true)',
    )

  for (const [index, { service, sourceArn }] of (Array.isArray(queue.senders) ? queue.senders : []).map(loosely).entries()) {
    const path = `queue.senders[${index}].sourceArn`
    if (service === 's3' && isFifo({ queue })) fault(path, sourceArn, 'nothing: S3 sends to no FIFO queue; a rule of EventBridge does')
    if (service === 'sns' && isFifo({ queue }) && !String(sourceArn).endsWith('.fifo'))
      fault(path, sourceArn, 'a FIFO topic: no other one sends to a FIFO queue')
    if (queue.senders.slice(0, index).some((other: unknown) => loosely(other).sourceArn === sourceArn))
      fault(path, sourceArn, 'each source once')
  }

  // The defaults of what is not there; what is there may be anything.
  const { batchSize = 10, maximumBatchingWindow } = { ...DEFAULTS.eventSource, ...eventSource }
  if (isFifo({ queue })) {
    if (batchSize > 10) fault('eventSource.batchSize', batchSize, 'at most 10 for a FIFO queue')
    if (maximumBatchingWindow > 0) fault('eventSource.maximumBatchingWindow', maximumBatchingWindow, '0 for a FIFO queue')
  } else if (batchSize > 10 && maximumBatchingWindow < 1)
    fault('eventSource.maximumBatchingWindow', eventSource.maximumBatchingWindow, 'at least 1, since eventSource.batchSize is above 10')

  const { maximumConcurrency, provisionedPollers } = eventSource
  const { minimum, maximum } = loosely(provisionedPollers)
  const { timeout, requestTimeout, reservedConcurrency } = { ...DEFAULTS.function, ...lambda }
  if (maximumConcurrency > reservedConcurrency)
    fault('eventSource.maximumConcurrency', maximumConcurrency, `at most function.reservedConcurrency, which is ${reservedConcurrency}`)
  if (maximum * 10 > reservedConcurrency)
    fault(
      'eventSource.provisionedPollers.maximum',
      maximum,
      `at most ${Math.floor(reservedConcurrency / 10)}: ten invocations a poller, and function.reservedConcurrency is ${reservedConcurrency}`,
    )
  if (maximumConcurrency !== undefined && provisionedPollers !== undefined)
    fault(
      'eventSource.maximumConcurrency',
      maximumConcurrency,
      'nothing beside eventSource.provisionedPollers, whose maximum bounds the concurrency: ten invocations a poller',
    )
  if (minimum > maximum)
    fault('eventSource.provisionedPollers.minimum', minimum, `at most eventSource.provisionedPollers.maximum, which is ${maximum}`)
  if (requestTimeout + LEAST_SPARE > timeout)
    fault(
      'function.requestTimeout',
      lambda.requestTimeout,
      `at most ${timeout - LEAST_SPARE}, ${LEAST_SPARE} seconds less than function.timeout`,
    )
  const least = leastVisibilityTimeout(timeout, maximumBatchingWindow)
  if (timeout <= 900 && queue.visibilityTimeout !== undefined && queue.visibilityTimeout < least)
    fault('queue.visibilityTimeout', queue.visibilityTimeout, `at least ${least}, six times function.timeout and the batching window`)

  const { memorySize } = { ...DEFAULTS.function, ...lambda }
  const { maximumSize } = { ...DEFAULTS.largePayloads, ...loosely(queue.largePayloads) }
  if (queue.largePayloads !== undefined && maximumSize <= MOST_PAYLOAD_BYTES && memorySize < leastMemory(maximumSize))
    fault(
      'function.memorySize',
      lambda.memorySize,
      `at least ${leastMemory(maximumSize)}, for bodies of queue.largePayloads.maximumSize, which is ${maximumSize}`,
    )

  const [alarms, encryption] = [sections.alarms, sections.encryption].map(loosely)
  if (existing && queue.deadLetterQueueArn === undefined && alarms.deadLetters)
    fault('alarms.deadLetters', alarms.deadLetters, 'nothing, or queue.deadLetterQueueArn: without it nobody watches that queue')
  if (alarms.camundaLatency >= requestTimeout * 1_000)
    fault(
      'alarms.camundaLatency',
      alarms.camundaLatency,
      `less than ${requestTimeout * 1_000} milliseconds: after function.requestTimeout no request goes on`,
    )

  const region = regionOf(queue)
  for (const [path, arn] of [
    ['queue.deadLetterQueueArn', queue.deadLetterQueueArn],
    ['alarms.topicArn', alarms.topicArn],
    ['encryption.kmsKey', encryption.kmsKey],
    ['encryption.connectionKmsKey', encryption.connectionKmsKey],
    ['queue.largePayloads.kmsKey', loosely(queue.largePayloads).kmsKey],
    ['camunda.secretArn', loosely(sections.camunda).secretArn],
  ])
    if (region && typeof arn === 'string' && arn.startsWith('arn:') && arn.split(':')[3] !== region)
      fault(path, arn, `one in ${region}, the queue’s region`)

  for (const [index, element] of (Array.isArray(elements) ? elements : []).map(loosely).entries()) {
    const path = `elements[${index}]`
    const point = loosely(element.correlationPoint)
    const rival = elements
      .slice(0, index)
      .find((other: unknown) => takesEveryMessage(loosely(other)) && whatItDoes(loosely(other)) !== whatItDoes(element))
    if (rival && takesEveryMessage(element))
      fault(
        `${path}.activationCondition`,
        element.activationCondition,
        `a condition: ${rival.elementId} takes every message too, and a message that activates two elements is invalid`,
      )
    const twin = elements.slice(0, index).find((other: unknown) => mayBeSame(loosely(other), element))
    if (twin)
      fault(`${path}.elementId`, element.elementId, 'an id of its own: another element has it, and is not known to be of another process')
    if (point.kind === 'createProcessInstance')
      for (const property of ['correlationKeyExpression', 'messageTtl'])
        if (element[property] !== undefined)
          fault(
            `${path}.${property}`,
            element[property],
            'nothing: it belongs to publishMessage, and this element creates process instances',
          )
    const remembersIds = idempotency === 'businessId' || idempotency === 'dynamodb'
    if (point.kind === 'createProcessInstance' && element.messageIdExpression !== undefined && !remembersIds)
      fault(
        `${path}.messageIdExpression`,
        element.messageIdExpression,
        'nothing, or idempotency “businessId” or “dynamodb”: without it nobody asks for the id of a message that creates a process instance',
      )
    const needsKey = point.elementType !== undefined && point.elementType !== 'messageStartEvent'
    if (point.kind === 'publishMessage' && needsKey && !element.correlationKeyExpression?.trim?.())
      fault(
        `${path}.correlationKeyExpression`,
        element.correlationKeyExpression,
        `a FEEL expression: an element of type ${point.elementType} needs a correlation key`,
      )
    for (const property of EXPRESSION_PROPERTIES) {
      const text = element[property]
      if (typeof text !== 'string' || !text.trim()) continue
      const expression = parsedExpression(text)
      if (expression.kind === 'syntaxError')
        faults.push({
          path: `${path}.${property}`,
          found: show(text),
          expected: `a FEEL expression: ${expression.message}`,
          at: { text, from: expression.from },
        })
    }
  }
  return faults
}

/** The properties of an element which are FEEL. */
export const EXPRESSION_PROPERTIES = ['activationCondition', 'correlationKeyExpression', 'messageIdExpression', 'resultExpression'] as const

function takesEveryMessage({ activationCondition }: { readonly activationCondition?: unknown }): boolean {
  return activationCondition === undefined || (typeof activationCondition === 'string' && !activationCondition.trim())
}

/** An element is known by its process and its id. */
function mayBeSame(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const [process, otherProcess] = [one, other].map(({ correlationPoint }) => loosely(correlationPoint).bpmnProcessId)
  const differ = process !== undefined && otherProcess !== undefined && process !== otherProcess
  return one.elementId !== undefined && one.elementId === other.elementId && !differ
}

function whatItDoes({
  elementId,
  activationCondition,
  consumeUnmatchedEvents,
  correlationPoint,
  ...rest
}: Record<string, unknown>): string {
  const { bpmnProcessId, ...point } = loosely(correlationPoint)
  // A message reaches whatever waits for it, in every process.
  return JSON.stringify([rest, point.kind === 'publishMessage' ? point : { bpmnProcessId, ...point }])
}

/** Of a queue that exists. */
function regionOf({ url, arn }: { readonly url?: unknown; readonly arn?: unknown }): string | undefined {
  if (typeof arn === 'string' && QUEUE_ARN.test(arn)) return arn.split(':')[3]
  return typeof url === 'string' && QUEUE_URL.test(url) ? existingQueue({ queue: { url } as Connector['queue'] })?.region : undefined
}

// biome-ignore lint/suspicious/noExplicitAny: what is looked at here has not been validated
function loosely(value: unknown): any {
  return typeof value === 'object' && value !== null ? value : {}
}
