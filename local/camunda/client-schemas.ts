import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'

/**
 * What Camunda's own client takes for a right request: its schemas, made of Camunda's description of the API. The client (for 8.9, the first whose
 * schemas are a file of their own) has them beside its entry point and does not export them.
 */
const FILE = 'zod.gen-UYZKIAHB.js'

type Schemas = Readonly<Record<`z${string}Data`, z.ZodType>>

const directory = dirname(fileURLToPath(import.meta.resolve('orchestration-cluster-api-8.9')))
const schemas: Schemas = await import(pathToFileURL(join(directory, FILE)).href)

/** Those of the requests by which messages become process instances. Searches are left out: the Java client's empty lists are no fault. */
const BY_ROUTE: Readonly<Record<string, z.ZodType | undefined>> = {
  'POST /process-instances': schemas.zCreateProcessInstanceData,
  'POST /messages/publication': schemas.zPublishMessageData,
  'POST /jobs/activation': schemas.zActivateJobsData,
  'POST /jobs/{key}/completion': schemas.zCompleteJobData,
  'POST /jobs/{key}/failure': schemas.zFailJobData,
}

/** @returns why Camunda's client would not send it */
export function faultForClient(route: string, key: string | undefined, body: unknown): string | undefined {
  const request = key === undefined ? { body } : { body, path: { jobKey: key } }
  const checked = BY_ROUTE[route]?.safeParse(request)
  return checked?.error && z.prettifyError(checked.error)
}
