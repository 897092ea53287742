import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { type Connector, LEAST_SPARE } from '../../lambda/core/connector.ts'
import type { FailedInvocation } from '../outcomes/failed-invocations.ts'
import { error, type Finding, ok } from './finding.ts'

/** What a connector wants of a function, and where it runs. */
export interface WantedOfFunction {
  /** Of the connector. */
  readonly name: string
  /** Undefined where it cannot be read: that is told by a check of its own. */
  readonly connector: Connector | undefined
  readonly local: boolean
}

/** Whether the function is there, and takes the connector: some of what a connector may ask for is there by a deployment alone. */
export function functionFinding(configuration: FunctionConfiguration, wanted: WantedOfFunction): Finding {
  const check = 'function'
  const { FunctionName, State, StateReason, LastUpdateStatus, LastUpdateStatusReason, Timeout = 0 } = configuration
  const deploy = `npx cdk deploy ${wanted.name}`
  if (State !== 'Active' && State !== 'Inactive') return error(check, `${State}: ${StateReason ?? 'no reason is given'}`, deploy)
  if (LastUpdateStatus === 'Failed') return error(check, `its last update failed: ${LastUpdateStatusReason}`, deploy)
  const missing = wanted.connector && missingFor(wanted.connector, configuration, wanted)
  if (missing) return error(check, `${missing.why}: the function refuses this connector, and stays with the one before`, missing.fix)
  return ok(check, `${FunctionName ?? 'it'} is active, timeout ${Timeout} s`)
}

function missingFor(
  { function: { requestTimeout }, invalidInput, idempotency }: Connector,
  { Timeout = 0, Environment: { Variables = {} } = {} }: FunctionConfiguration,
  { name, local }: WantedOfFunction,
): { readonly why: string; readonly fix: string } | undefined {
  const deploy = `npx cdk deploy ${name}`
  // On this machine any time is tried.
  if (!local && requestTimeout + LEAST_SPARE > Timeout)
    return {
      why: `it was deployed with a timeout of ${Timeout} s, and function.requestTimeout is ${requestTimeout} s`,
      fix: `deploy it with a function.timeout of at least ${requestTimeout + LEAST_SPARE}, or lower function.requestTimeout`,
    }
  if (invalidInput === 'deadLetter' && Variables.DEAD_LETTER_QUEUE_URL === undefined)
    return { why: 'it was deployed without a dead-letter queue to send to, and the connector says invalidInput “deadLetter”', fix: deploy }
  if (idempotency === 'dynamodb' && Variables.IDEMPOTENCY_TABLE === undefined)
    return { why: 'it was deployed without a table, and the connector says idempotency “dynamodb”', fix: deploy }
  return undefined
}

/** Whether invocations have failed. @param counted by Lambda's metric, which counts what a log has lost; undefined where there is none */
export function errorsFinding(failures: readonly FailedInvocation[], counted: number | undefined, inTime: string): Finding {
  const check = 'function.errors'
  const count = Math.max(failures.length, counted ?? 0)
  if (count === 0) return ok(check, `none within ${inTime}`)
  const last = failures.at(-1)
  return error(
    check,
    `${count} ${count === 1 ? 'invocation' : 'invocations'} failed within ${inTime}; ${last ? `the last at ${last.time.slice(0, 19)}Z: ${last.reason}` : 'its log does not say how'}`,
    'docs/OPERATING.md#function-errors; npx camunda-sqs-bridge tail shows each, and what failed before it was fixed counts here for as long',
  )
}
