import { z } from 'zod'
import { isObject, type JsonObject, type JsonValue } from '../../lambda/json/json.ts'

/**
 * The bodies of requests, with all that the latest release knows; what becomes of the rest is the release's. Lists which the Java client sends empty are
 * as good as absent.
 */

const variables = z
  .custom<JsonObject>((value) => isObject(value as JsonValue), 'expected an object')
  .nullish()
  .transform((value) => value ?? {})
const key = z.union([
  z.string().regex(/^\d{1,19}$/, 'expected a key, as digits'),
  z.int().min(1).transform(String),
  z.bigint().transform(String),
])
const tenantId = z.string().min(1).nullish()
const milliseconds = z.int().min(0)
/** Only ever said back, in records of the engine. */
const operationReference = z.int().min(1).nullish()
/** Of names and keys: what the secondary storages take. */
const LONGEST = 32_768
const text = z.string().max(LONGEST)

export const createProcessInstance = z
  .looseObject({
    processDefinitionId: z.string().min(1).nullish(),
    processDefinitionKey: key.nullish(),
    processDefinitionVersion: z.int().nullish(),
    variables,
    tenantId,
    awaitCompletion: z.boolean().nullish(),
    fetchVariables: z.array(z.string()).nullish(),
    requestTimeout: milliseconds.nullish(),
    tags: z
      .array(z.string().regex(/^[A-Za-z][A-Za-z0-9_\-:.]{0,99}$/))
      .max(10)
      .nullish(),
    businessId: z.string().min(1).max(256).nullish(),
    startInstructions: z.array(z.unknown()).nullish(),
    runtimeInstructions: z.array(z.unknown()).nullish(),
    operationReference,
  })
  .refine(({ processDefinitionId, processDefinitionKey }) => (processDefinitionId == null) !== (processDefinitionKey == null), {
    error: 'expected one of processDefinitionId and processDefinitionKey',
  })

export const publishMessage = z.looseObject({
  /** There has to be one; that is told otherwise than other faults. */
  name: text.nullish(),
  correlationKey: text.nullish(),
  /** Of 64 bits; as exact as a double is far enough. */
  timeToLive: z.union([z.int(), z.bigint().transform(Number)]).nullish(),
  messageId: text.nullish(),
  variables,
  tenantId,
})

export const activateJobs = z.looseObject({
  type: z.string().min(1),
  worker: z.string().nullish(),
  timeout: z.int().min(1),
  maxJobsToActivate: z.int().min(1),
  fetchVariable: z.array(z.string()).nullish(),
  /** Milliseconds; below zero: it is answered at once. */
  requestTimeout: z.int().nullish(),
  tenantIds: z.array(z.string()).nullish(),
  tenantFilter: z.enum(['PROVIDED', 'ASSIGNED']).nullish(),
})

export const completeJob = z.looseObject({
  variables,
  /** Of user tasks and ad-hoc sub-processes alone. */
  result: z.null().optional(),
})

export const failJob = z.looseObject({
  retries: z.int().min(0).nullish(),
  errorMessage: z.string().nullish(),
  retryBackOff: milliseconds.nullish(),
  variables,
})

export const cancelProcessInstance = z.looseObject({ operationReference })
