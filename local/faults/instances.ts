/** A process instance's job, as Camunda 8.6 answers it. One partition: its keys are below 2^53. */
interface Job {
  readonly processInstanceKey: number | string
  readonly variables: { readonly n?: unknown }
}

const MOST_JOBS = 500
/** Milliseconds for which nobody else gets a job: longer than a run takes. */
const HELD_MS = 3_600_000

/** The instances of one process, counted at Camunda itself by the job to which each of them comes. */
export class Instances {
  readonly #restAddress: string
  readonly #jobType: string
  readonly #messages = new Map<string, number>()

  constructor(restAddress: string, jobType: string) {
    this.#restAddress = restAddress
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
      for (const { processInstanceKey, variables } of jobs) this.#messages.set(String(processInstanceKey), Number(variables.n))
    return this.#messages.size - known
  }

  async #activate(): Promise<readonly Job[]> {
    const response = await fetch(`${this.#restAddress}/v2/jobs/activation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: this.#jobType,
        worker: 'faults',
        timeout: HELD_MS,
        maxJobsToActivate: MOST_JOBS,
        fetchVariable: ['n'],
        // Waits for jobs so long.
        requestTimeout: 1_000,
      }),
    })
    if (!response.ok) throw new Error(`Camunda gives no jobs: ${response.status} ${await response.text()}`)
    return ((await response.json()) as { jobs: Job[] }).jobs
  }
}
