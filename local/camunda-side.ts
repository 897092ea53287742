import { type CamundaClient, createCamundaClient } from '@camunda8/orchestration-cluster-api'
import { type Connection, clientEnvironment, readConnection, type Settings, strategyOf } from '../lambda/core/connection-settings.ts'
import { isObject, type JsonObject, parseFirstJsonValue } from '../lambda/json/json.ts'

/** A job that a process instance came to, with the variables which it has there. */
export interface SeenJob {
  readonly type: string
  readonly processInstanceKey: string
  /** With whole numbers as they are, which the client would round to doubles. */
  readonly variables: JsonObject
}

/** Types of the jobs in examples/order.bpmn. */
export const EXAMPLE_JOB_TYPES = ['example-order-confirm', 'example-order-ship']

/** Camunda's own client, as one beside the bridge's: silent, and with nothing checked on the way. */
export function camundaClient(connection: Connection, fetch?: typeof globalThis.fetch): CamundaClient {
  return createCamundaClient({
    env: withStrategy(readConnection(connection).settings),
    config: { CAMUNDA_SDK_VALIDATION: 'req:none,res:none', CAMUNDA_SDK_LOG_LEVEL: 'silent' },
    ...(fetch && { fetch }),
  })
}

/** Deploys BPMN files, all or none. @returns the ids of the processes */
export async function deployDiagrams(client: CamundaClient, files: readonly string[]): Promise<string[]> {
  const { processes } = await client.deployResourcesFromFiles([...files])
  return processes.map(({ processDefinitionId }) => processDefinitionId)
}

/** Takes jobs of these types, tells of each with its variables, and completes it. */
export function workOnJobs(
  connection: Connection,
  types: readonly string[],
  onJob: (job: SeenJob) => void,
  onFault: (fault: string) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const working = Promise.all(types.map((type) => work(connection, type, stopping.signal, onJob, onFault)))
  return {
    async stop() {
      stopping.abort()
      await working
    },
  }
}

async function work(
  connection: Connection,
  type: string,
  signal: AbortSignal,
  onJob: (job: SeenJob) => void,
  onFault: (fault: string) => void,
) {
  let answered = ''
  const client = camundaClient(connection, async (input, init) => {
    const response = await fetch(input, init)
    answered = await response.text()
    return new Response(answered === '' ? null : answered, response)
  })
  while (!signal.aborted) {
    const asked = client.activateJobs({ type, worker: 'camunda-sqs-bridge', timeout: 30_000, maxJobsToActivate: 10, requestTimeout: 5_000 })
    const cancel = () => asked.cancel()
    signal.addEventListener('abort', cancel)
    const { jobs } = await asked.catch(() => pause().then(() => ({ jobs: [] })))
    signal.removeEventListener('abort', cancel)
    const exact = variablesIn(answered)
    for (const [index, job] of jobs.entries()) {
      onJob({ type, processInstanceKey: String(job.processInstanceKey), variables: exact[index] ?? (job.variables as JsonObject) })
      await client.completeJob({ jobKey: keyOf(job) as never, variables: {} }).catch((error: Error) => onFault(`${type}: ${error.message}`))
    }
  }
}

/** The variables of each job in an answer. */
function variablesIn(answer: string): JsonObject[] {
  const { jobs } = Object(parseFirstJsonValue(answer)) as { jobs?: unknown }
  const variables = Array.isArray(jobs) ? jobs.map((job) => Object(job).variables) : []
  return variables.every((each) => isObject(each)) ? variables : []
}

function pause(): Promise<void> {
  return new Promise((over) => setTimeout(over, 500))
}

export function withStrategy(settings: Settings): Record<string, string> {
  return { ...clientEnvironment(settings), CAMUNDA_AUTH_STRATEGY: strategyOf(settings) ?? 'NONE' }
}

/** Camunda 8.6.0 calls it `key`, and the releases since `jobKey`. */
function keyOf(job: { readonly jobKey?: unknown; readonly key?: unknown }): string {
  return String(job.jobKey ?? job.key)
}
