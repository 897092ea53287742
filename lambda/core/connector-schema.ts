import { z } from 'zod'
import { DEFAULT_TENANT, DEFAULTS, MOST_AT_A_TIME, MOST_PAYLOAD_BYTES } from './connector-defaults.ts'
import { QUEUE_URL } from './connector-rules.ts'
import { isDuration } from './duration.ts'

/**
 * A connector: one queue, and the BPMN elements which its messages start or reach. One schema, of which the type, the validation and
 * `connectors/connector.schema.json` are made. Properties that Camunda's element template for the Amazon SQS inbound connector has carry
 * its names; what the template leaves to the diagram (process, message name, kind of element) is the element's `correlationPoint`.
 */

const KEY_ARN = /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
/** Of a bucket for general purposes (S3 user guide, "General purpose bucket naming rules"). */
const BUCKET = /^(?=.{3,63}$)[a-z0-9]+([.-]?[a-z0-9]+)*$/

/** Of a queue. */
export const QUEUE_ARN = /^arn:aws[\w-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}(\.fifo)?$/
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

const ACCOUNT = /^\d{12}$/
/** AWS services which send to a queue in their own name, and the ARN of what they send for. */
const sender = z
  .discriminatedUnion('service', [
    z.strictObject({
      service: z.literal('sns').describe('A topic, which the queue is subscribed to.'),
      sourceArn: z
        .string()
        .regex(/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/, 'a topic’s ARN: arn:aws:sns:REGION:ACCOUNT:NAME')
        .describe('The topic.'),
      rawMessageDelivery: z
        .boolean()
        .default(false)
        .describe('Whether messages come as they were published, or within SNS’s own JSON. Raw, a message has ten attributes at most.'),
    }),
    z.strictObject({
      service: z.literal('events').describe('A rule of EventBridge, whose target the queue is. The target is the rule’s own to set.'),
      sourceArn: z
        .string()
        .regex(/^arn:aws[\w-]*:events:[a-z0-9-]+:\d{12}:rule\/[\w./-]{1,321}$/, 'a rule’s ARN: arn:aws:events:REGION:ACCOUNT:rule/NAME')
        .describe('The rule.'),
    }),
    z.strictObject({
      service: z
        .literal('s3')
        .describe('A bucket, whose notifications the queue gets. They are the bucket’s own to set. Not for FIFO queues.'),
      sourceArn: z
        .string()
        .regex(/^arn:aws[\w-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket’s ARN: arn:aws:s3:::NAME')
        .describe('The bucket.'),
      sourceAccount: z
        .string()
        .regex(ACCOUNT, 'an account’s id: twelve digits')
        .optional()
        .describe('Its account, which the ARN does not tell. Without it: the stack’s.'),
    }),
  ])
  .describe('An AWS service which may send, for this one source.')

const queue = z
  .strictObject({
    url: z
      .string()
      .regex(QUEUE_URL, 'the queue’s URL, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, or queue.arn in its place')
      .optional()
      .describe('URL of an existing queue. With neither `url` nor `arn` the stack creates the queue and its dead-letter queue.'),
    arn: z
      .string()
      .regex(QUEUE_ARN, 'the queue’s ARN: arn:aws:sqs:REGION:ACCOUNT:NAME')
      .optional()
      .describe('ARN of an existing queue, in place of `url`.'),
    name: z
      .string()
      .regex(/^[\w-]{1,75}(\.fifo)?$/, 'letters, digits, - and _, at most 75 characters, and .fifo at its end for a FIFO queue')
      .optional()
      .describe(
        'Name of the queue which the stack creates; `.fifo` at its end makes it a FIFO queue. CloudFormation chooses one otherwise.',
      ),
    fifo: z
      .boolean()
      .optional()
      .describe(
        'Whether the queue which the stack creates is a FIFO queue, where `name` does not tell: CloudFormation then chooses the name.',
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
    senders: z
      .array(sender)
      .max(20, 'at most 20 senders')
      .optional()
      .describe(
        'AWS services which send to the queue that the stack creates: the queue’s policy, and a created key’s, admit each for its source alone. Roles of your own that send need nothing here.',
      ),
    deadLetterQueueArn: z
      .string()
      .regex(QUEUE_ARN, 'a queue’s ARN: arn:aws:sqs:REGION:ACCOUNT:NAME')
      .optional()
      .describe('The dead-letter queue of an existing queue, so that the stack can watch it.'),
    largePayloads: z
      .strictObject({
        bucket: z
          .string()
          .regex(BUCKET, 'a bucket’s name: 3 to 63 lower-case letters, digits, hyphens and dots')
          .describe('The one bucket from which bodies are read. What a message says of any other makes it invalid.'),
        maximumSize: z
          .int()
          .min(1)
          .max(MOST_PAYLOAD_BYTES)
          .default(DEFAULTS.largePayloads.maximumSize)
          .describe('Most bytes of a body. A larger one makes the message invalid.'),
        kmsKey: z
          .string()
          .regex(KEY_ARN, 'the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID (not of an alias)')
          .optional()
          .describe('KMS key of the bucket’s objects, if it is one of your own.'),
      })
      .optional()
      .describe(
        'Bodies which SQS’s extended client put into a bucket of S3: expressions see them in place of the pointers. Without it they see the pointers.',
      ),
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
    provisionedPollers: z
      .strictObject({
        minimum: z
          .int()
          .min(2)
          .max(200)
          .describe('Pollers which stand ready all the time, each for at most 10 invocations at a time, 10 polls and 1 MB a second.'),
        maximum: z.int().min(2).max(10_000).describe('Pollers to which Lambda scales, by 100 a minute.'),
      })
      .optional()
      .describe(
        'Pollers of the mapping’s own, in place of `maximumConcurrency`: they begin at once and scale faster, and each costs by the hour.',
      ),
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
        'What of the activation conditions Lambda’s filter may decide: “attributes”: conditions on attributes and message attributes; “body”: those on the body, and on attributes where the body gives no filter; “off”: none. Lambda deletes what it filters out, so there is a filter only where unmatched events are consumed.',
      ),
    longestOutage: z
      .int()
      .min(0)
      // The longest pause is up to 1.625 times that, and SQS allows 12 hours from the receive, of which the batch has had its part.
      .max(21_600)
      .default(DEFAULTS.eventSource.longestOutage)
      .describe(
        'Seconds for which Camunda may be unavailable without a message becoming a dead letter for it: what waits for Camunda is delayed, longer each time. 0: it comes back after the queue’s visibility timeout.',
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
    tracing: z
      .enum(['off', 'active', 'traceparent'])
      .default(DEFAULTS.function.tracing)
      .describe(
        'X-Ray: “active”: Lambda samples invocations, and traces have a subsegment for each message and one for each request to Camunda; “traceparent”: and requests have the header by which whatever receives them continues the trace.',
      ),
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

/** One of those which share an alarm. */
function ofItsOwn(description: string, shared: string) {
  const without = `Without it: part of \`${shared}\`, or 1 with full monitoring`
  return threshold(1, MOST_COUNTED, `${description}. ${without}`)
    .optional()
    .meta({ examples: [1] })
}

const alarms = z
  .strictObject({
    topicArn: z
      .string()
      .regex(/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'the ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:NAME')
      .optional()
      .describe('SNS topic which the alarms notify.'),
    runbookUrl: z
      .string()
      .regex(
        /^https?:\/\/[\x21\x22\x24-\x7e]{1,200}$/,
        'the address of a page, https://…, at most 200 ASCII characters after that and without #: each alarm adds its section',
      )
      .default(DEFAULTS.alarms.runbookUrl)
      .describe('Address of the runbook to which the alarms’ texts link, each to its section. Default: docs/OPERATING.md as published.'),
    deadLetters: threshold(1, MOST_COUNTED, 'Messages in the dead-letter queue').default(DEFAULTS.alarms.deadLetters),
    ageOfOldestMessage: threshold(60, 1_209_600, 'Seconds for which a message has waited').default(DEFAULTS.alarms.ageOfOldestMessage),
    functionErrors: threshold(1, MOST_COUNTED, 'Failed invocations within five minutes').default(DEFAULTS.alarms.functionErrors),
    throttles: threshold(1, MOST_COUNTED, 'Throttled invocations within five minutes, three times in a row').default(
      DEFAULTS.alarms.throttles,
    ),
    withoutEffect: threshold(
      1,
      MOST_COUNTED,
      'Messages within five minutes which are refused by Camunda, invalid, or met a bug of the bridge: those of the three that have no threshold of their own',
    ).default(DEFAULTS.alarms.withoutEffect),
    heldUp: threshold(
      1,
      MOST_COUNTED,
      'Messages returned untried, and batches that waited for the filter, within five minutes, three times in a row: those of the two that have no threshold of their own',
    ).default(DEFAULTS.alarms.heldUp),
    camundaRejected: ofItsOwn('Messages refused by Camunda within five minutes', 'withoutEffect'),
    camundaUnavailable: threshold(1, MOST_COUNTED, 'Messages within five minutes for which Camunda was unavailable').default(
      DEFAULTS.alarms.camundaUnavailable,
    ),
    camundaLatency: threshold(1, 300_000, 'Milliseconds which the slowest tenth of the requests to Camunda take, a quarter of an hour long')
      .optional()
      .meta({ examples: [5_000] }),
    ambiguous: threshold(1, MOST_COUNTED, 'Messages within five minutes of which nobody knows whether Camunda executed them').default(
      DEFAULTS.alarms.ambiguous,
    ),
    notAttempted: ofItsOwn('Messages returned untried within five minutes, three times in a row', 'heldUp'),
    invalidInput: ofItsOwn('Invalid messages within five minutes', 'withoutEffect'),
    unexpected: ofItsOwn('Messages within five minutes which met a bug of the bridge', 'withoutEffect'),
    configurationRejected: threshold(
      1,
      MOST_COUNTED,
      'Batches within five minutes for which an invalid parameter was not taken over',
    ).default(DEFAULTS.alarms.configurationRejected),
    configurationPending: ofItsOwn('Batches within five minutes that waited for the filter, three times in a row', 'heldUp'),
    eventSourceMappingNotUpdated: threshold(1, MOST_COUNTED, 'Failed runs of the updater within five minutes').default(
      DEFAULTS.alarms.eventSourceMappingNotUpdated,
    ),
    everythingFilteredOut: threshold(1, MOST_COUNTED, 'Messages within a quarter of an hour, each of which the filter turned away').default(
      DEFAULTS.alarms.everythingFilteredOut,
    ),
  })
  .describe('CloudWatch alarms: from which value on each is raised.')

const monitoring = z
  .enum(['alarms', 'full'])
  .default(DEFAULTS.monitoring)
  .describe(
    'What is watched: “alarms”: what the alarms need and no more; “full”: also the dashboard, every metric, those of each element and of Lambda’s filter, and an alarm of its own for each reason. docs/COST.md says what either costs.',
  )

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
      .describe(
        'KMS key with which the SecureString parameters of the connection to Camunda, or its secret, are encrypted, if it is one of your own.',
      ),
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

const SECRET_ARN = /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,505}-[A-Za-z0-9]{6}$/
const CONNECTION_PATH = 'a path of at most 200 characters that begins and ends with a slash, such as /camunda-sqs-bridge/camunda/'

const camunda = z
  .union(
    [
      z.string().regex(/^(?=.{1,200}$)\/([\w.-]+\/)+$/, CONNECTION_PATH),
      z.strictObject({
        secretArn: z
          .string()
          .regex(
            SECRET_ARN,
            'the whole ARN of a secret, with the six characters at its end: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX',
          )
          .describe('ARN of the secret.'),
      }),
    ],
    { error: `${CONNECTION_PATH}, or { "secretArn": "arn:…" }` },
  )
  .default(DEFAULTS.camunda)
  .describe(
    'Where the connection to Camunda is: the path of its SSM parameters, or a secret of Secrets Manager, which holds a JSON object of the same names.',
  )

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
      bpmnProcessId: z
        .string()
        .min(1)
        .optional()
        .describe('Process of the element, where another process has an element of the same id. The message itself reaches every process.'),
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

export const connectorSchema = z
  .strictObject({
    $schema: z.string().optional().describe('The schema of this file, for editors.'),
    queue: queue.prefault({}),
    eventSource: eventSource.prefault({}),
    function: lambdaFunction.prefault({}),
    alarms: alarms.prefault({}),
    monitoring,
    encryption: encryption.prefault({}),
    vpc: vpc.optional(),
    tags: tags.default({}),
    camunda,
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

/** A connector as its file has it. */
export type ConnectorInput = z.input<typeof connectorSchema>
type Parsed = z.output<typeof connectorSchema>
export type Connector = Readonly<
  Omit<Parsed, '$schema' | 'eventSource'> & { readonly eventSource: Complete<Parsed['eventSource'], 'batchSize' | 'concurrency'> }
>
export type Element = Connector['elements'][number]
type Complete<Section, Name extends keyof Section> = Omit<Section, Name> & { readonly [_ in Name]-?: NonNullable<Section[_]> }
