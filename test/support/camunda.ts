import { LATEST, type VersionName } from '../../local/camunda/camunda-version.ts'
import { type ServeOptions, serveCamunda } from '../../local/camunda/serve.ts'
import type { HttpService } from '../../local/http-service.ts'

/** The stand-in for Camunda in the process of the test, where no test kills it. */
export function startCamunda(options: Partial<ServeOptions> & { readonly version?: VersionName } = {}): Promise<HttpService> {
  return serveCamunda({
    version: LATEST,
    port: 0,
    data: undefined,
    isTemporary: false,
    authentication: { strategy: 'NONE', id: 'demo', secret: 'demo', tokenLifetime: 3_600 },
    tenants: [],
    partitions: 1,
    capacity: { serviceTime: 0, inFlight: Number.POSITIVE_INFINITY },
    uniqueBusinessIds: true,
    onIncident: () => {},
    ...options,
  })
}

/** Keys of all process instances, in the order of their creation. */
export async function instancesAt(url: string): Promise<string[]> {
  const body = JSON.stringify({ page: { limit: 1_000 } })
  const response = await fetch(`${url}/v2/process-instances/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return ((await response.json()) as { items: { processInstanceKey: string }[] }).items.map(({ processInstanceKey }) => processInstanceKey)
}
