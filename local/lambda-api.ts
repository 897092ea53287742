import type { MappingState } from '../lambda/core/mapping-step.ts'
import { type HttpService, json, startHttpService } from './http-service.ts'

/** A function and its event-source mapping, as they are now. */
export interface LocalFunction {
  readonly functionName: string
  /** Seconds. */
  readonly timeout: number
  readonly environment: Readonly<Record<string, string>>
  readonly mapping: () => Promise<MappingState>
}

/**
 * Stand-in for Lambda's API: GetFunctionConfiguration and ListEventSourceMappings, of the functions of this run.
 *
 * What it does not do: all else; and what it tells of a function is its timeout and its environment alone.
 */
export function startLambdaApi(functions: ReadonlyMap<string, LocalFunction>): Promise<HttpService> {
  return startHttpService(async (request, _body, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://lambda')
    const [, named] = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/.exec(pathname) ?? []
    const isList = pathname === '/2015-03-31/event-source-mappings'
    const known = functions.get(decodeURIComponent(named ?? searchParams.get('FunctionName') ?? ''))
    if (!known || !(named || isList)) {
      response.setHeader('x-amzn-errortype', 'ResourceNotFoundException')
      return json(response, 404, { Message: `this stand-in has no ${request.method} ${pathname}` })
    }
    if (isList) return json(response, 200, { EventSourceMappings: [toConfiguration(await known.mapping())] })
    const { functionName: FunctionName, timeout: Timeout, environment: Variables } = known
    json(response, 200, { FunctionName, State: 'Active', LastUpdateStatus: 'Successful', Timeout, Environment: { Variables } })
  })
}

function toConfiguration(mapping: MappingState) {
  const { patterns, batchSize, maximumBatchingWindow, maximumConcurrency, provisionedPollers, enabled, updated } = mapping
  return {
    State: updated ? (enabled ? 'Enabled' : 'Disabled') : 'Updating',
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: maximumBatchingWindow,
    ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    ...(provisionedPollers && {
      ProvisionedPollerConfig: { MinimumPollers: provisionedPollers.minimum, MaximumPollers: provisionedPollers.maximum },
    }),
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...(patterns.length > 0 && { FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) } }),
  }
}
