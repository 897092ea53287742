import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm'
import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { processBatch, returnAll, type Settled } from './bridge.ts'
import { LiveConfiguration } from './configuration.ts'
import { disposition, reasonOf } from './core/outcome.ts'
import { patient } from './patient-parameters.ts'

const {
  CONNECTOR_NAME: connector = '',
  CONNECTOR_PARAMETER: connectorParameter = '',
  FILTER_PARAMETER: filterParameter,
  FUNCTION_TIMEOUT: functionTimeout,
} = process.env

const logger = new Logger()
const metrics = new Metrics()
metrics.clearDefaultDimensions()
metrics.setDefaultDimensions({ connector })

/** A store that does not answer must not take the time of a batch: there may be a last good configuration. */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true }

const configuration = new LiveConfiguration({
  parameters: patient(new SSMProvider({ clientConfig: { maxAttempts: 2, requestHandler } })),
  connectorParameter,
  filterParameter,
  functionTimeout: functionTimeout === undefined ? undefined : Number(functionTimeout),
  onRejected(error, inForce) {
    metrics.addMetric('ConfigurationRejected', MetricUnit.Count, 1)
    logger.error(
      inForce ? 'configuration rejected, the last good one stays in force' : 'configuration rejected, and there is no earlier one',
      {
        reason: error.message,
      },
    )
  },
  onPending(reason, inForce) {
    metrics.addMetric('ConfigurationPending', MetricUnit.Count, 1)
    logger.info(
      inForce ? 'configuration pending, the last good one stays in force' : 'configuration pending, and there is no earlier one',
      {
        reason,
      },
    )
  },
})

/** A message's one log line: what became of it, and why. Nothing of its body. */
function report({ record, outcome, elementId, durationMs }: Settled) {
  metrics.addMetric(outcome.kind, MetricUnit.Count, 1)
  const returned = disposition(outcome) === 'return'
  logger[returned ? 'warn' : 'info'](returned ? 'message returned' : 'message done', {
    messageId: record.messageId,
    messageGroupId: record.attributes.MessageGroupId,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    elementId,
    outcome: outcome.kind,
    reason: reasonOf(outcome),
    processInstanceKey: 'processInstanceKey' in outcome ? outcome.processInstanceKey : undefined,
    messageKey: 'messageKey' in outcome ? outcome.messageKey : undefined,
    durationMs,
  })
}

async function handleBatch(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const inForce = await configuration.current().catch(() => undefined)
  if (!inForce) return returnAll(event)
  return processBatch({ ...inForce, report, remainingTime: () => context.getRemainingTimeInMillis() }, event)
}

// middy's own early time-out would answer for the whole batch; the batch watches the time message by message.
export const handler = middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 0 })
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics, { captureColdStartMetric: true }))
  .handler(handleBatch)
