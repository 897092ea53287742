import { z } from 'zod'
import { completed, DEFAULT_TENANT, DEFAULTS, MOST_AT_A_TIME } from './connector-defaults.ts'
import { ConnectorConfigurationError, type Fault, show, toFault } from './connector-faults.ts'
import { existingQueue, isFifo, LEAST_SPARE, leastVisibilityTimeout, QUEUE_URL } from './connector-rules.ts'
import { isDuration } from './duration.ts'
import { parsed as parsedExpression } from './expressions.ts'

export * from './connector-rules.ts'

/**
 * A connector: one queue, and the BPMN elements which its messages start or reach. One schema, of which the type, the validation and
 * `connectors/connector.schema.json` are made. Properties that Camunda's element template for the Amazon SQS inbound connector has carry
 * its names; what the template leaves to the diagram (process, message name, kind of element) is the element's `correlationPoint`.
 */

const ARN = /^arn:aws[\w-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}(\.fifo)?$/
const feel = z.string().meta({ examples: ['=body.customerId'] })

/** What SQS knows of a message (API reference, `ReceiveMessage`). */
export const SYSTEM_ATTRIBUTES: readonly string[] = [
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
]
const systemAttribute = z.enum(['All', ...SYSTEM_ATTRIBUTES])

const queue = z
  .strictObject({
    url: z
      .string()
      .regex(QUEUE_URL, 'the queue’s URL, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, or queue.arn in its place')
      .optional()
      .describe('URL of an existing queue. With neither `url` nor `arn` the stack creates the queue and its dead-letter queue.'),
    arn: z
      .string()
      .regex(ARN, 'the queue’s ARN: arn:aws:sqs:REGION:ACCOUNT:NAME')
      .optional()
      .describe('ARN of an existing queue, in place of `url`.'),
    name: z
      .string()
      .regex(/^[\w-]{1,75}(\.fifo)?$/, 'letters, digits, - and _, at most 75 characters, and .fifo at its end for a FIFO queue')
      .optional()
      .describe(
        'Name of the queue which the stack creates; `.fifo` at its end makes it a FIFO queue. CloudFormation chooses one otherwise.',
      ),
    attributeNames: z
      .array(systemAttribute)
      .default(DEFAULTS.queue.attributeNames)
      .describe('System attributes which the expressions see, under `attributes`. Empty: all.'),
    messageAttributeNames: z
      .array(z.string().min(1))
      .default(DEFAULTS.queue.messageAttributeNames)
      .describe(
        'Message attributes which the expressions see, under `messageAttributes`. `prefix.*` takes those that begin so. Empty: all.',
      ),
    visibilityTimeout: z
      .int()
      .min(0)
      .max(43_200)
      .optional()
      .describe(
        'Seconds. At least six times the function’s timeout, which is the default of a queue that the stack creates. For an existing queue: what it is set to, so that it can be checked.',
      ),
    maxReceiveCount: z
      .int()
      .min(1)
      .max(1_000)
      .default(DEFAULTS.queue.maxReceiveCount)
      .describe('How often a message is received before it goes to the dead-letter queue; for a queue that the stack creates.'),
    contentBasedDeduplication: z
      .boolean()
      .default(DEFAULTS.queue.contentBasedDeduplication)
      .describe('For a FIFO queue that the stack creates.'),
    deadLetterQueueArn: z
      .string()
      .regex(ARN, 'a queue’s ARN: arn:aws:sqs:REGION:ACCOUNT:NAME')
      .optional()
      .describe('The dead-letter queue of an existing queue, so that the stack can watch it.'),
  })
  .describe('The queue.')

const eventSource = z
  .strictObject({
    batchSize: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        'Most messages of one invocation. Default: 10, and 1 for a FIFO queue. Above 10 a batching window is needed; FIFO: at most 10.',
      ),
    maximumBatchingWindow: z
      .int()
      .min(0)
      .max(300)
      .default(DEFAULTS.eventSource.maximumBatchingWindow)
      .describe('Seconds in which Lambda gathers a batch, beyond its long polling of 20 s. Standard queues only.'),
    maximumConcurrency: z
      .int()
      .min(2)
      .max(1_000)
      .optional()
      .describe('Most invocations at a time. Without it: as many as Lambda scales to.'),
    concurrency: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe(
        `Messages of one batch which are under way to Camunda at a time. Default: all of the batch, up to ${MOST_AT_A_TIME}; back-pressure halves it.`,
      ),
    filterCriteria: z
      .enum(['attributes', 'body', 'off'])
      .default(DEFAULTS.eventSource.filterCriteria)
      .describe(
        'What of the activation conditions Lambda’s filter may decide. Lambda deletes what it filters out, so there is a filter only where unmatched events are consumed.',
      ),
    longestOutage: z
      .int()
      .min(0)
      // The longest pause is up to 1.625 times that, and SQS allows 12 hours from the receive, of which the batch has had its part.
      .max(21_600)
      .default(DEFAULTS.eventSource.longestOutage)
      .describe(
        'Seconds for which Camunda may be unavailable without a message becoming a dead letter for it: what waits for Camunda is put off, longer each time. 0: it comes back after the queue’s visibility timeout.',
      ),
    enabled: z.boolean().default(DEFAULTS.eventSource.enabled).describe('Whether Lambda polls the queue.'),
  })
  .describe('Lambda’s event-source mapping.')

const lambdaFunction = z
  .strictObject({
    timeout: z.int().min(5).max(900).default(DEFAULTS.function.timeout).describe('Seconds of one invocation.'),
    requestTimeout: z
      .int()
      .min(1)
      .max(300)
      .default(DEFAULTS.function.requestTimeout)
      .describe('Seconds which one request to Camunda may take.'),
    memorySize: z.int().min(128).max(10_240).default(DEFAULTS.function.memorySize).describe('Megabytes.'),
    reservedConcurrency: z.int().min(0).max(10_000).optional().describe('Reserved concurrency of the function.'),
    logRetention: z
      .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
      .default(DEFAULTS.function.logRetention)
      .describe('Days for which the function’s log is kept.'),
    logLevel: z
      .enum(['DEBUG', 'INFO', 'WARN', 'ERROR'])
      .default(DEFAULTS.function.logLevel)
      .describe('Least level that is logged. Messages’ outcomes are INFO and WARN.'),
  })
  .describe('The Lambda function.')

/** Least value of a metric that is an alarm; false: there is no such alarm. */
function threshold(least: number, most: number, description: string) {
  return z
    .union([z.int().min(least).max(most), z.literal(false)], {
      error: `a whole number from ${least} to ${most}, or false for no such alarm`,
    })
    .describe(`${description}; false: no such alarm.`)
}

const MOST_COUNTED = 1_000_000

const alarms = z
  .strictObject({
    topicArn: z
      .string()
      .regex(/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'the ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:NAME')
      .optional()
      .describe('SNS topic which the alarms notify.'),
    deadLetters: threshold(1, MOST_COUNTED, 'Messages in the dead-letter queue').default(DEFAULTS.alarms.deadLetters),
    ageOfOldestMessage: threshold(60, 1_209_600, 'Seconds for which a message has waited').default(DEFAULTS.alarms.ageOfOldestMessage),
    functionErrors: threshold(1, MOST_COUNTED, 'Failed invocations within five minutes').default(DEFAULTS.alarms.functionErrors),
    throttles: threshold(1, MOST_COUNTED, 'Throttled invocations within five minutes, three times in a row').default(
      DEFAULTS.alarms.throttles,
    ),
    camundaRejected: threshold(1, MOST_COUNTED, 'Messages refused by Camunda within five minutes').default(DEFAULTS.alarms.camundaRejected),
    camundaUnavailable: threshold(1, MOST_COUNTED, 'Messages within five minutes for which Camunda was unavailable').default(
      DEFAULTS.alarms.camundaUnavailable,
    ),
    camundaLatency: threshold(1, 300_000, 'Milliseconds which the slowest tenth of the requests to Camunda take, a quarter of an hour long')
      .optional()
      .meta({ examples: [5_000] }),
    ambiguous: threshold(1, MOST_COUNTED, 'Messages within five minutes of which nobody knows whether Camunda executed them').default(
      DEFAULTS.alarms.ambiguous,
    ),
    notAttempted: threshold(1, MOST_COUNTED, 'Messages returned untried within five minutes, three times in a row').default(
      DEFAULTS.alarms.notAttempted,
    ),
    invalidInput: threshold(1, MOST_COUNTED, 'Invalid messages within five minutes').default(DEFAULTS.alarms.invalidInput),
    unexpected: threshold(1, MOST_COUNTED, 'Messages within five minutes which met a fault of the bridge').default(
      DEFAULTS.alarms.unexpected,
    ),
    configurationRejected: threshold(
      1,
      MOST_COUNTED,
      'Batches within five minutes for which a faulty parameter was not taken over',
    ).default(DEFAULTS.alarms.configurationRejected),
    configurationPending: threshold(
      1,
      MOST_COUNTED,
      'Batches within five minutes that waited for the filter, three times in a row',
    ).default(DEFAULTS.alarms.configurationPending),
    eventSourceMappingNotUpdated: threshold(1, MOST_COUNTED, 'Failed runs of the updater within five minutes').default(
      DEFAULTS.alarms.eventSourceMappingNotUpdated,
    ),
    everythingFilteredOut: threshold(1, MOST_COUNTED, 'Messages within a quarter of an hour, each of which the filter turned away').default(
      DEFAULTS.alarms.everythingFilteredOut,
    ),
  })
  .describe('CloudWatch alarms: from which value on each is raised.')

const KEY_ARN = /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

const encryption = z
  .strictObject({
    kmsKey: z
      .string()
      .regex(
        new RegExp(`^create$|${KEY_ARN.source}`),
        '“create”, or the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID (not of an alias)',
      )
      .optional()
      .describe(
        'KMS key for created queues, logs and the idempotency table, and where an existing queue is encrypted with a key: that one. An ARN, or “create”. Without it: the keys which AWS keeps.',
      ),
    connectionKmsKey: z
      .string()
      .regex(KEY_ARN, 'the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID (not of an alias)')
      .optional()
      .describe('KMS key with which the SecureString parameters of the connection to Camunda are encrypted, if it is one of your own.'),
  })
  .describe('Encryption at rest with keys of your own.')

const vpc = z
  .strictObject({
    subnetIds: z
      .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'a subnet’s id: subnet-…'))
      .min(1, 'at least one subnet')
      .max(16)
      .describe('Private subnets, in several availability zones.'),
    securityGroupIds: z
      .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'a security group’s id: sg-…'))
      .min(1, 'at least one security group')
      .max(5)
      .describe('What the function may reach: Camunda, its identity provider, and the endpoints of SSM and SQS.'),
  })
  .describe('The function’s place in a VPC, for a cluster which is reached from there only.')

/** The tag by which a stack's parts are known. */
export const OWN_TAG = 'camunda-sqs-bridge'

const tags = z
  .record(
    z
      .string()
      .regex(
        /^(?![aA][wW][sS]:|camunda-sqs-bridge$)[\w .:/=+@-]{1,128}$/,
        'a tag’s key: at most 128 letters, digits, blanks and . : / = + @ - _, neither beginning with aws: nor the stack’s own, camunda-sqs-bridge',
      ),
    z.string().regex(/^[\w .:/=+@-]{0,256}$/, 'a tag’s value: at most 256 letters, digits, blanks and . : / = + @ - _'),
  )
  .refine((tags) => Object.keys(tags).length <= 48, 'at most 48 tags')
  .refine(
    (tags) => new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length,
    'keys which differ in more than upper and lower case: IAM takes no others',
  )
  .describe('Tags of everything that the stack creates and that can have tags.')

const tenantId = z
  .string()
  .regex(/^(<default>|[\w.-]{1,31})$/, 'a tenant id: at most 31 letters, digits, ., - and _')
  .default(DEFAULT_TENANT)
  .describe('Tenant; only where the cluster has multi-tenancy enabled.')

const correlationPoint = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('createProcessInstance').describe('Start event without a message.'),
      bpmnProcessId: z.string().min(1).describe('Process to start.'),
      version: z.int().min(1).optional().describe('Its version. Without it: the latest.'),
      tenantId,
    }),
    z.strictObject({
      kind: z.literal('publishMessage').describe('Message start event, intermediate catch event, boundary event or receive task.'),
      messageName: z
        .string()
        .regex(/^(?!\s*=)./s, 'the message’s name as Camunda knows it, not an expression')
        .describe('Name of the BPMN message.'),
      elementType: z
        .enum(['messageStartEvent', 'intermediateCatchEvent', 'boundaryEvent', 'receiveTask'])
        .optional()
        .describe(
          'A message start event may do without a correlation key, the others may not. Without it: messageStartEvent where there is no correlationKeyExpression, otherwise intermediateCatchEvent.',
        ),
      tenantId,
    }),
  ])
  .describe('What a message does in Camunda.')

const element = z
  .strictObject({
    elementId: z.string().min(1).describe('Id of the BPMN element.'),
    correlationPoint,
    activationCondition: feel.optional().describe('FEEL. The message activates the element when it is true; blank: every message does.'),
    consumeUnmatchedEvents: z
      .boolean()
      .default(false)
      .describe('Whether a message that activates no element is deleted. One element that says so decides for the queue.'),
    correlationKeyExpression: feel.optional().describe('FEEL on the message: the correlation key. Only for publishMessage.'),
    messageIdExpression: feel
      .optional()
      .describe(
        'FEEL on the message: the id by which duplicates are known. Default: SQS’s message id. For createProcessInstance only with `idempotency`.',
      ),
    messageTtl: z
      .string()
      .refine(isDuration, 'a duration such as PT1H, PT90S or P1D (days to seconds, as java.time reads them)')
      .optional()
      .describe(
        'How long Camunda keeps the message, and knows its id, ISO 8601. Default: PT1H. Zero or negative: only what waits at that moment gets it. Only for publishMessage.',
      ),
    resultVariable: z.string().optional().describe('Process variable which holds the whole message.'),
    resultExpression: feel.optional().describe('FEEL on the message and `response`: a context of process variables.'),
  })
  .describe('A BPMN element which messages of this queue start or reach.')

const connectorSchema = z
  .strictObject({
    $schema: z.string().optional().describe('The schema of this file, for editors.'),
    queue: queue.prefault({}),
    eventSource: eventSource.prefault({}),
    function: lambdaFunction.prefault({}),
    alarms: alarms.prefault({}),
    encryption: encryption.prefault({}),
    vpc: vpc.optional(),
    tags: tags.default({}),
    camunda: z
      .string()
      .regex(
        /^(?=.{1,200}$)\/([\w.-]+\/)+$/,
        'a path of at most 200 characters that begins and ends with a slash, such as /camunda-sqs-bridge/camunda/',
      )
      .default(DEFAULTS.camunda)
      .describe('Path of the SSM parameters which hold the connection to Camunda.'),
    idempotency: z
      .enum(['none', 'businessId', 'dynamodb'])
      .default(DEFAULTS.idempotency)
      .describe(
        'By what a second process instance of a message is prevented: nothing, as with the official connector; Camunda’s business id (8.9 and later, with the cluster’s uniqueness enabled); or a DynamoDB table which the stack creates.',
      ),
    invalidInput: z
      .enum(['return', 'deadLetter'])
      .default(DEFAULTS.invalidInput)
      .describe(
        'What becomes of an invalid message: it is returned, and a dead letter after maxReceiveCount, as with the official connector; or it is sent to the dead-letter queue at once, with the reason.',
      ),
    elements: z.array(element).min(1, 'at least one element').describe('The elements, of which a message may activate one.'),
  })
  .meta({
    title: 'camunda-sqs-bridge connector',
    description: 'An Amazon SQS queue and the BPMN elements which its messages start or reach.',
  })

/** A connector as its file may say it. */
export type WrittenConnector = z.input<typeof connectorSchema>
type Parsed = z.output<typeof connectorSchema>
export type Connector = Readonly<
  Omit<Parsed, '$schema' | 'eventSource'> & { readonly eventSource: Complete<Parsed['eventSource'], 'batchSize' | 'concurrency'> }
>
export type Element = Connector['elements'][number]
type Complete<Section, Name extends keyof Section> = Omit<Section, Name> & { readonly [_ in Name]-?: NonNullable<Section[_]> }

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
  for (const property of ['name', 'maxReceiveCount', 'contentBasedDeduplication'] as const)
    if (existing && queue[property] !== undefined)
      fault(`queue.${property}`, queue[property], 'nothing: the queue exists, and the stack does not change it')
  if (!existing && queue.deadLetterQueueArn !== undefined)
    fault('queue.deadLetterQueueArn', queue.deadLetterQueueArn, 'nothing: the stack creates the queue together with its dead-letter queue')
  if (existing && invalidInput === 'deadLetter' && queue.deadLetterQueueArn === undefined)
    fault('queue.deadLetterQueueArn', undefined, 'the ARN of the dead-letter queue, to which invalidInput “deadLetter” sends')
  if (queue.contentBasedDeduplication === true && !isFifo({ queue }))
    fault('queue.contentBasedDeduplication', true, 'false: it exists for FIFO queues only (queue.name ends in .fifo)')

  // The defaults of what is not there; what is there may be anything.
  const { batchSize = 10, maximumBatchingWindow } = { ...DEFAULTS.eventSource, ...eventSource }
  if (isFifo({ queue })) {
    if (batchSize > 10) fault('eventSource.batchSize', batchSize, 'at most 10 for a FIFO queue')
    if (maximumBatchingWindow > 0) fault('eventSource.maximumBatchingWindow', maximumBatchingWindow, '0 for a FIFO queue')
  } else if (batchSize > 10 && maximumBatchingWindow < 1)
    fault('eventSource.maximumBatchingWindow', eventSource.maximumBatchingWindow, 'at least 1, since eventSource.batchSize is above 10')

  const { maximumConcurrency } = eventSource
  const { timeout, requestTimeout, reservedConcurrency } = { ...DEFAULTS.function, ...lambda }
  if (maximumConcurrency > reservedConcurrency)
    fault('eventSource.maximumConcurrency', maximumConcurrency, `at most function.reservedConcurrency, which is ${reservedConcurrency}`)
  if (requestTimeout + LEAST_SPARE > timeout)
    fault(
      'function.requestTimeout',
      lambda.requestTimeout,
      `at most ${timeout - LEAST_SPARE}, ${LEAST_SPARE} seconds less than function.timeout`,
    )
  const least = leastVisibilityTimeout(timeout, maximumBatchingWindow)
  if (timeout <= 900 && queue.visibilityTimeout !== undefined && queue.visibilityTimeout < least)
    fault('queue.visibilityTimeout', queue.visibilityTimeout, `at least ${least}, six times function.timeout and the batching window`)

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
    if (element.elementId !== undefined && elements.findIndex((other: unknown) => loosely(other).elementId === element.elementId) < index)
      fault(`${path}.elementId`, element.elementId, 'an id of its own: another element has it')
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

function whatItDoes({ elementId, activationCondition, consumeUnmatchedEvents, ...rest }: Record<string, unknown>): string {
  return JSON.stringify(rest)
}

/** Of a queue that exists. */
function regionOf({ url, arn }: { readonly url?: unknown; readonly arn?: unknown }): string | undefined {
  if (typeof arn === 'string' && ARN.test(arn)) return arn.split(':')[3]
  return typeof url === 'string' && QUEUE_URL.test(url) ? existingQueue({ queue: { url } as Connector['queue'] })?.region : undefined
}

// biome-ignore lint/suspicious/noExplicitAny: what is looked at here has not been validated
function loosely(value: unknown): any {
  return typeof value === 'object' && value !== null ? value : {}
}
