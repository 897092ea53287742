import { setTimeout as pause } from 'node:timers/promises'
import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { processBatch, returnAll, type Settled } from './bridge.ts'
import { BridgeMetrics } from './bridge-metrics.ts'
import type { Camunda } from './camunda.ts'
import { type Configuration, LiveConfiguration } from './configuration.ts'
import { reasonOf } from './core/outcome.ts'
import { toldText } from './core/told-text.ts'
import { FunctionLog } from './function-log.ts'
import { IdempotentCamunda } from './idempotent-camunda.ts'
import { lazily } from './lazily.ts'
import { lazyQueue } from './lazy-queue.ts'
import { KnownCapacity } from './pace.ts'
import { parameterVersions } from './parameter-versions.ts'
import { patient, promptSsmClient } from './patient-parameters.ts'
import type { PayloadStore } from './payload-store.ts'
import { lazySecrets } from './secrets.ts'
import type { InvocationTrace } from './traces.ts'

const {
  CONNECTOR_NAME: connector = '',
  CONNECTOR_PARAMETER: connectorParameter = '',
  FILTER_PARAMETER: filterParameter,
  QUEUE_URL: queueUrl = '',
  DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
  IDEMPOTENCY_TABLE: idempotencyTable,
  FUNCTION_TIMEOUT: functionTimeout = 'Infinity',
  LONGEST_OUTAGE: longestOutage = '3600',
  PAYLOAD_BUCKET: payloadBucket,
  TRACING: tracing,
  CHECKED_CONNECTOR: checkedConnector,
  WRITTEN_METRICS: writtenMetrics,
} = process.env

const log = new FunctionLog()
const metrics = new BridgeMetrics(connector, writtenMetrics === undefined ? undefined : JSON.parse(writtenMetrics))

const ssm = promptSsmClient()

/** Code that traces is loaded where that is asked for. */
const traces = lazily(async () => {
  const { Traces } = await import('./traces.ts')
  return new Traces(process.env.AWS_XRAY_DAEMON_ADDRESS)
})
let trace: InvocationTrace | undefined

const configuration = new LiveConfiguration({
  parameters: patient(new SSMProvider({ awsSdkV3Client: ssm })),
  secrets: lazySecrets(),
  versionOf: parameterVersions(ssm),
  connectorParameter,
  filterParameter,
  deployed: {
    functionTimeout: Number(functionTimeout),
    hasIdempotencyTable: idempotencyTable !== undefined,
    hasDeadLetterQueue: deadLetterQueueUrl !== undefined,
    payloadBucket,
    checkedConnector,
  },
  furtherHeaders: tracing === 'traceparent' ? () => trace?.traceparent() ?? {} : undefined,
  onRejected(error, inForce) {
    metrics.count('ConfigurationRejected')
    log.error(inForce ? 'configuration rejected, the last good one stays active' : 'configuration rejected, and there is no earlier one', {
      reason: error.message,
    })
  },
  onPending(reason, inForce) {
    metrics.count('ConfigurationPending')
    log.info(inForce ? 'configuration pending, the last good one stays active' : 'configuration pending, and there is no earlier one', {
      reason,
    })
  },
})

const capacity = new KnownCapacity()

const queue = lazyQueue({
  queueUrl,
  deadLetterQueueUrl,
  onFault: (fault, messageIds) => log.warn(fault, { messageIds }),
})

/** S3's client is loaded when a body is there. */
const s3 = lazily(async () => {
  const { S3Payloads } = await import('./s3-payloads.mjs')
  return new S3Payloads()
})
const payloads: PayloadStore = { read: async (...pointer) => (await s3()).read(...pointer) }

/** A message's one log line: what became of it, and why. Nothing of its body. */
function report(settled: Settled, configurationVersion: number | undefined) {
  const { record, outcome, disposition, elementId, deadLetterMessageId, durationMs } = settled
  const receiveCount = Number(record.attributes.ApproximateReceiveCount)
  metrics.settled(settled)
  log[disposition === 'acknowledge' ? 'info' : 'warn'](TOLD[disposition], {
    messageId: record.messageId,
    messageGroupId: record.attributes.MessageGroupId,
    receiveCount,
    elementId,
    outcome: outcome.kind,
    reason: reasonOf(outcome),
    processInstanceKey: 'processInstanceKey' in outcome ? outcome.processInstanceKey : undefined,
    messageKey: 'messageKey' in outcome ? outcome.messageKey : undefined,
    deadLetterMessageId,
    durationMs,
    configurationVersion,
    // Whoever sends a message writes it.
    traceHeader: record.attributes.AWSTraceHeader && toldText(record.attributes.AWSTraceHeader),
  })
}

const TOLD = { acknowledge: 'message done', return: 'message returned', deadLetter: 'message sent to the dead-letter queue' } as const

/** DynamoDB's client is loaded where a connector asks for it. */
const records = lazily(async () => {
  const { DynamoDbRecords } = await import('./dynamodb-records.ts')
  return new DynamoDbRecords(idempotencyTable ?? '', connector)
})

async function idempotently(inForce: Configuration): Promise<Omit<Configuration, 'camunda'> & { readonly camunda: Camunda }> {
  if (inForce.connector.idempotency !== 'dynamodb') return inForce
  return { ...inForce, camunda: new IdempotentCamunda(inForce.camunda, await records(), (fault) => log.warn(fault)) }
}

/** What cannot be traced is done all the same. */
function invocationTrace(): Promise<InvocationTrace | undefined> {
  return traces().then(
    (loaded) => loaded.invocation(process.env._X_AMZN_TRACE_ID),
    () => undefined,
  )
}

/** The batch watches the time message by message; nothing here answers for all of it. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const remainingTime = () => context.getRemainingTimeInMillis()
  const began = performance.now()
  log.begin(context)
  metrics.received(event.Records.length)
  trace = tracing === undefined ? undefined : await invocationTrace()
  const inForce = await configuration
    .current()
    .then(idempotently)
    .catch((error: Error) => error)
  const configurationVersion = inForce instanceof Error ? undefined : inForce.configurationVersion
  // What was received before may be what ended an invocation, and then takes along what is not written yet.
  const mayEnd = event.Records.some(({ attributes }) => attributes.ApproximateReceiveCount !== '1')
  const tell = (settled: Settled) => {
    report(settled, configurationVersion)
    if (mayEnd) log.flush()
  }
  const world = { queue, payloads, capacity, remainingTime, pause, report: tell }
  try {
    if (!(inForce instanceof Error)) {
      const camunda = metrics.timed(inForce.camunda)
      const traced = trace && { camunda: trace.camunda(camunda), traced: trace.message.bind(trace) }
      return await processBatch({ ...inForce, ...world, camunda, ...traced }, event)
    }
    const reason = `no configuration is active: ${inForce.message}`
    return await returnAll(world, event, { reason, longestOutage: Number(longestOutage) })
  } finally {
    metrics.batch({ durationMs: performance.now() - began, configurationVersion })
    for (const line of metrics.lines()) log.add(line)
    log.flush()
    await trace?.flush()
  }
}
