import type { RowCamunda } from './row-camunda.ts'

/** A process instance's job, as Camunda 8.6 and later answer it. One partition: its keys are below 2^53. */
interface Job {
  readonly key?: number | string
  readonly jobKey?: number | string
  readonly processInstanceKey: number | string
  readonly variables: { readonly n?: unknown }
}

const MOST_JOBS = 500
/** Milliseconds for which nobody else gets a job: longer than a run takes. */
const HELD_MS = 3_600_000

/** The instances of one process, counted at Camunda itself by the job to which each of them comes. */
export class Instances {
  readonly #camunda: Pick<RowCamunda, 'restAddress' | 'authorization'>
  readonly #jobType: string
  readonly #messages = new Map<string, number>()
  readonly #jobs: string[] = []

  constructor(camunda: Pick<RowCamunda, 'restAddress' | 'authorization'>, jobType: string) {
    this.#camunda = camunda
    this.#jobType = jobType
  }

  /** One entry an instance: the number of the message which started it. */
  get messages(): number[] {
    return [...this.#messages.values()]
  }

  /** Takes the jobs which there are. @returns how many instances were new */
  async look(): Promise<number> {
    const known = this.#messages.size
    for (let jobs = await this.#activate(); jobs.length > 0; jobs = await this.#activate())
      for (const { processInstanceKey, variables, jobKey, key } of jobs) {
        this.#messages.set(String(processInstanceKey), Number(variables.n))
        this.#jobs.push(String(jobKey ?? key))
      }
    return this.#messages.size - known
  }

  /** Lets them end, where they were counted in somebody's cluster. */
  async finish(): Promise<void> {
    for (const key of this.#jobs) await this.#post(`jobs/${key}/completion`, {})
  }

  async #activate(): Promise<readonly Job[]> {
    const response = await this.#post('jobs/activation', {
      type: this.#jobType,
      worker: 'faults',
      timeout: HELD_MS,
      maxJobsToActivate: MOST_JOBS,
      fetchVariable: ['n'],
      // Waits for jobs so long.
      requestTimeout: 1_000,
    })
    if (!response.ok) throw new Error(`Camunda gives no jobs: ${response.status} ${await response.text()}`)
    return ((await response.json()) as { jobs: Job[] }).jobs
  }

  async #post(path: string, body: object): Promise<Response> {
    const authorization = await this.#camunda.authorization()
    return fetch(`${this.#camunda.restAddress}/v2/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify(body),
    })
  }
}
