import type { SSMProvider } from '@aws-lambda-powertools/parameters/ssm'
import { SSMClient } from '@aws-sdk/client-ssm'

type Parameters = Pick<SSMProvider, 'get' | 'getMultiple'>

/** A store that does not answer must not take the time of a batch: there may be a last good configuration. */
export const PROMPT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
} as const

export function promptSsmClient(): SSMClient {
  return new SSMClient(PROMPT)
}

/** Milliseconds in which a parameter store that has failed is not asked again. */
const PATIENCE_MS = 10_000

/** The same parameters, but after a failure nobody waits for the next ones. */
export function patient(parameters: Parameters): Parameters {
  const ask = patience()
  return {
    get: ((name: string, options?: object) => ask(() => parameters.get(name, options as never))) as Parameters['get'],
    getMultiple: ((path: string, options?: object) =>
      ask(() => parameters.getMultiple(path, options as never))) as Parameters['getMultiple'],
  }
}

/**
 * Asks a store, but for a while after a failure not again: with a last good configuration at hand, each batch would wait in vain as long as the
 * store is silent.
 */
export function patience(): <Value>(read: () => Promise<Value>) => Promise<Value> {
  let failed: { readonly error: unknown; readonly at: number } | undefined
  return async (read) => {
    if (failed && Date.now() - failed.at < PATIENCE_MS) throw failed.error
    try {
      return await read()
    } catch (error) {
      failed = { error, at: Date.now() }
      throw error
    }
  }
}
