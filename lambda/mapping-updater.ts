import { setTimeout as pause } from 'node:timers/promises'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SSMClient } from '@aws-sdk/client-ssm'
import type { Context } from 'aws-lambda'
import { type MappingStep, WAITS } from './core/mapping-step.ts'
import { FunctionLog } from './function-log.ts'
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts'
import { updateMapping } from './mapping-update.ts'
import { versionedParameters } from './versioned-parameters.ts'

const {
  CONNECTOR_PARAMETER: connectorParameter = '',
  FILTER_PARAMETER: filterParameter = '',
  EVENT_SOURCE_MAPPING: uuid = '',
} = process.env

const log = new FunctionLog()

/** A write is sent once and given up early: what arrives late could undo what another run has decided meanwhile (`WAITS.carriedOut`). */
const once = { maxAttempts: 1, requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000, throwOnRequestTimeout: true } }

const parameters = versionedParameters(new SSMClient(), new SSMClient(once))
const mapping = lambdaEventSourceMapping(new LambdaClient(), uuid, new LambdaClient(once))
/** Milliseconds for the last requests and the log. */
const RESERVE = 20_000

function onStep(step: MappingStep) {
  if (step.kind === 'updateMapping') log.info('event-source mapping updated', { why: step.why, settings: step.settings })
  if (step.kind === 'writeFilter') log.info('filter active', { why: step.why, patterns: step.text })
}

/** @throws what it could not do, so that Lambda counts it and an alarm is raised. The schedule tries again. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  log.begin(context)
  const failed = await updateMapping({
    connectorParameter,
    filterParameter,
    parameters,
    mapping,
    waits: WAITS,
    now: Date.now,
    pause,
    remainingTime: () => context.getRemainingTimeInMillis() - RESERVE,
    onStep,
  }).then(
    () => undefined,
    (error: Error) => error,
  )
  if (failed) log.error('event-source mapping not updated, it stays as it is', { reason: failed.message })
  log.flush()
  if (failed) throw failed
}
