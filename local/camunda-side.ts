import { type CamundaClient, createCamundaClient } from '@camunda8/orchestration-cluster-api'
import { Camunda8 } from '@camunda8/sdk'
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
const JOB_TYPES = ['example-order-confirm', 'example-order-ship']

type RestClient = ReturnType<Camunda8['getCamundaRestClient']>

/** Camunda's SDK, as a client of its own beside the bridge's; silent, and without its own cache of tokens on disk. */
export function camundaRestClient(connection: Connection): RestClient {
  const { settings } = readConnection(connection)
  // This client of the SDK knows a connection by its earlier names alone.
  const earlier = {
    ZEEBE_REST_ADDRESS: settings.CAMUNDA_REST_ADDRESS,
    ZEEBE_CLIENT_ID: settings.CAMUNDA_CLIENT_ID,
    ZEEBE_CLIENT_SECRET: settings.CAMUNDA_CLIENT_SECRET,
    CAMUNDA_ZEEBE_OAUTH_AUDIENCE: settings.CAMUNDA_TOKEN_AUDIENCE,
    CAMUNDA_TOKEN_SCOPE: settings.CAMUNDA_OAUTH_SCOPE,
    CAMUNDA_CUSTOM_ROOT_CERT_STRING: settings.CAMUNDA_MTLS_CA,
  }
  const there = Object.fromEntries(Object.entries(earlier).filter(([, value]) => value !== undefined))
  return new Camunda8({
    ...withStrategy(settings),
    ...there,
    CAMUNDA_TOKEN_DISK_CACHE_DISABLE: true,
    CAMUNDA_LOG_LEVEL: 'none',
  } as never).getCamundaRestClient()
}

/** Deploys every BPMN file of a directory. @returns the ids of the processes */
export async function deployDiagrams(client: RestClient, files: readonly string[]): Promise<string[]> {
  const { processes } = await client.deployResourcesFromFiles([...files])
  return processes.map(({ processDefinitionId }) => processDefinitionId)
}

/**
 * Takes the examples' jobs, tells of each with its variables, and completes it. By the client beneath the SDK: the SDK's own ends this process
 * when a variable holds a number beyond a double.
 */
export function workOnJobs(
  connection: Connection,
  onJob: (job: SeenJob) => void,
  onFault: (fault: string) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const working = Promise.all(JOB_TYPES.map((type) => work(connection, type, stopping.signal, onJob, onFault)))
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
  const client: CamundaClient = createCamundaClient({
    env: withStrategy(readConnection(connection).settings),
    config: { CAMUNDA_SDK_VALIDATION: 'req:none,res:none', CAMUNDA_SDK_LOG_LEVEL: 'silent' },
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      answered = await response.text()
      return new Response(answered === '' ? null : answered, response)
    },
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

function withStrategy(settings: Settings): Record<string, string> {
  return { ...clientEnvironment(settings), CAMUNDA_AUTH_STRATEGY: strategyOf(settings) ?? 'NONE' }
}

/** Camunda 8.6.0 calls it `key`, and the releases since `jobKey`. */
function keyOf(job: { readonly jobKey?: unknown; readonly key?: unknown }): string {
  return String(job.jobKey ?? job.key)
}
