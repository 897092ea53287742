import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Camunda8 } from '@camunda8/sdk'

/** Camunda as someone other than the bridge sees it: by `@camunda8/sdk`, which deploys the examples and works on their jobs. */
export interface CamundaSide {
  stop(): Promise<void>
}

/** A job that a process instance came to, with the variables which it has there. */
export interface SeenJob {
  readonly type: string
  readonly processInstanceKey: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Types of the jobs in examples/order.bpmn. */
const JOB_TYPES = ['confirm-order', 'ship-order']

type RestClient = ReturnType<Camunda8['getCamundaRestClient']>

/** The client for a connection's settings, by their names; silent, and without its own cache of tokens on disk. */
export function camundaRestClient(connection: Readonly<Record<string, string>>): RestClient {
  const strategy = connection.CAMUNDA_CLIENT_ID ? 'OAUTH' : 'NONE'
  const settings = { CAMUNDA_AUTH_STRATEGY: strategy, ...connection, ZEEBE_REST_ADDRESS: connection.CAMUNDA_REST_ADDRESS }
  return new Camunda8({ ...settings, CAMUNDA_TOKEN_DISK_CACHE_DISABLE: true, CAMUNDA_LOG_LEVEL: 'none' } as never).getCamundaRestClient()
}

/** Deploys every BPMN file of a directory. @returns the ids of the processes */
export async function deployExamples(client: RestClient, directory: string): Promise<string[]> {
  const files = readdirSync(directory).filter((name) => name.endsWith('.bpmn'))
  const { processes } = await client.deployResourcesFromFiles(files.map((name) => join(directory, name)))
  return processes.map(({ processDefinitionId }) => processDefinitionId)
}

/** Takes the examples' jobs, tells of each with its variables, and completes it. */
export function workOnJobs(client: RestClient, onJob: (job: SeenJob) => void, onFault: (fault: string) => void): CamundaSide {
  const stopping = new AbortController()
  const work = async (type: string) => {
    while (!stopping.signal.aborted) {
      const asked = client.activateJobs({
        type,
        worker: 'camunda-sqs-bridge',
        timeout: 30_000,
        maxJobsToActivate: 10,
        requestTimeout: 5_000,
      })
      stopping.signal.addEventListener('abort', () => asked.cancel(), { once: true })
      const jobs = await asked.catch(() => new Promise<[]>((done) => setTimeout(() => done([]), 500)))
      for (const job of jobs) {
        onJob({ type, processInstanceKey: String(job.processInstanceKey), variables: { ...job.variables } })
        await client.completeJob({ jobKey: keyOf(job), variables: {} }).catch((error: Error) => onFault(`${type}: ${error.message}`))
      }
    }
  }
  const working = Promise.all(JOB_TYPES.map(work))
  return {
    async stop() {
      stopping.abort()
      await working
    },
  }
}

/** Camunda 8.6.0 calls it `key`, and the releases since `jobKey`. */
function keyOf(job: { readonly jobKey?: unknown; readonly key?: unknown }): string {
  return String(job.jobKey ?? job.key)
}
