import { setTimeout as pause } from 'node:timers/promises'
import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SSMClient } from '@aws-sdk/client-ssm'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { type MappingStep, WAITS } from './core/mapping-step.ts'
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts'
import { updateMapping } from './mapping-update.ts'
import { versionedParameters } from './versioned-parameters.ts'

const {
  CONNECTOR_NAME: connector = '',
  CONNECTOR_PARAMETER: connectorParameter = '',
  FILTER_PARAMETER: filterParameter = '',
  EVENT_SOURCE_MAPPING: uuid = '',
} = process.env

const logger = new Logger()
const metrics = new Metrics()
metrics.clearDefaultDimensions()
metrics.setDefaultDimensions({ connector })

/** A write is sent once: a copy of it could arrive when another one has been made. */
const once = { maxAttempts: 1, requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000, throwOnRequestTimeout: true } }

const parameters = versionedParameters(new SSMClient(), new SSMClient(once))
const mapping = lambdaEventSourceMapping(new LambdaClient(), uuid, new LambdaClient(once))
/** Milliseconds for the last requests and the log. */
const RESERVE = 20_000

function onStep(step: MappingStep) {
  if (step.kind === 'updateMapping') logger.info('event-source mapping updated', { why: step.why, settings: step.settings })
  if (step.kind === 'writeFilter') logger.info('filter active', { why: step.why, patterns: step.text })
}

/** What fails here is tried again by the schedule, so it is told and no error of the function. */
async function update(_event: unknown, context: Context): Promise<void> {
  try {
    await updateMapping({
      connectorParameter,
      filterParameter,
      parameters,
      mapping,
      waits: WAITS,
      now: Date.now,
      pause,
      remainingTime: () => context.getRemainingTimeInMillis() - RESERVE,
      onStep,
    })
    metrics.addMetric('EventSourceMappingNotUpdated', MetricUnit.Count, 0)
  } catch (error) {
    metrics.addMetric('EventSourceMappingNotUpdated', MetricUnit.Count, 1)
    logger.error('event-source mapping not updated, it stays as it is', { reason: (error as Error).message })
  }
}

export const handler = middy<unknown, void>().use(injectLambdaContext(logger)).use(logMetrics(metrics)).handler(update)
