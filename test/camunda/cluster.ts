import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { VersionName } from '../../local/camunda/camunda-version.ts'
import { cluster as ofConnection } from '../../local/faults/row-camunda.ts'
import { camundaRestClient } from '../support/camunda-sdk.ts'

type Sdk = ReturnType<typeof camundaRestClient>
type Variables = Readonly<Record<string, unknown>>

export interface RawAnswer {
  readonly status: number
  readonly text: string
  /** Of a problem. */
  readonly title: string
  readonly detail: string
  readonly contentType: string
}

export interface Job {
  readonly jobKey: string
  readonly processInstanceKey: string
  readonly elementId: string
  readonly retries: number
  readonly customHeaders: Variables
  readonly variables: Variables
}

export interface ConnectionSettings {
  readonly CAMUNDA_REST_ADDRESS: string
  readonly [setting: string]: string
}

/** Milliseconds within which what Camunda does by and by has come to pass, searches included. */
const PATIENCE = 20_000
/** Milliseconds after which what has not come to pass does not come any more. */
const LONG_ENOUGH = 1_500

/**
 * A Camunda which claims are tried on: with process ids and message names of this run alone, by Camunda's SDK where it can say what is wanted, and
 * by plain HTTP where the very bytes matter. The processes which were deployed stay; their instances are cancelled in the end.
 */
export class Cluster {
  readonly settings: ConnectionSettings
  /** `8.6` and the like. */
  readonly version: string
  readonly isStandIn: boolean
  /** Those which the client is assigned to; empty: nobody says, or there is no multi-tenancy. */
  readonly tenants: readonly string[]
  readonly sdk: Sdk
  readonly #run = `contract-${randomUUID().slice(0, 8)}`
  readonly #authorization: () => Promise<string | undefined>
  readonly #started: string[] = []
  #names = 0

  constructor(
    settings: ConnectionSettings,
    version: string,
    { isStandIn, tenants = [] }: { isStandIn: boolean; tenants?: readonly string[] },
  ) {
    this.tenants = tenants
    this.settings = settings
    this.version = version
    this.isStandIn = isStandIn
    this.sdk = camundaRestClient(settings)
    this.#authorization = () => ofConnection(settings).authorization()
  }

  is(least: VersionName): boolean {
    return Number(this.version.split('.')[1]) >= Number(least.split('.')[1])
  }

  /** An id or name that nobody else has. */
  name(what: string): string {
    this.#names += 1
    return `${this.#run}-${this.#names}-${what}`
  }

  async deploy(xml: string, name = `${this.name('diagram')}.bpmn`) {
    const { processes, ...deployment } = await this.sdk.deployResources([{ name, content: xml }])
    return { ...deployment, processes }
  }

  /** @returns its key */
  async start(processDefinitionId: string, variables: Variables = {}, more: object = {}): Promise<string> {
    const { processInstanceKey } = await this.sdk.createProcessInstance({ processDefinitionId, variables, ...more } as never)
    this.#started.push(processInstanceKey)
    return processInstanceKey
  }

  /** @returns its key */
  async publish(
    name: string,
    {
      correlationKey = '',
      timeToLive = 0,
      ...more
    }: { correlationKey?: string; messageId?: string; timeToLive?: number; variables?: Variables } = {},
  ): Promise<string> {
    const message = { name, correlationKey, timeToLive, variables: {}, ...more }
    const { messageKey } = await this.sdk.publishMessage(message as never)
    return messageKey
  }

  /** Jobs that are there, without waiting for any. They are this worker's for a minute, unless told otherwise. */
  async activate(type: string, more: object = {}): Promise<Job[]> {
    const request = { type, worker: 'contract', timeout: 60_000, maxJobsToActivate: 50, requestTimeout: 500, ...more }
    const { text } = await this.post('jobs/activation', request)
    const { jobs } = JSON.parse(keysAsText(text)) as { jobs: (Omit<Job, 'jobKey'> & { jobKey?: string; key?: string })[] }
    for (const { processInstanceKey } of jobs) this.#started.push(processInstanceKey)
    return jobs.map(({ key, jobKey = key ?? '', ...job }) => ({ ...job, jobKey }))
  }

  /** Waits until there are so many jobs. */
  async jobs(type: string, count: number): Promise<Job[]> {
    const jobs: Job[] = []
    for (const deadline = Date.now() + PATIENCE; jobs.length < count && Date.now() < deadline; ) jobs.push(...(await this.activate(type)))
    if (jobs.length !== count) throw new Error(`there are ${jobs.length} jobs of the type ${type}, and not ${count}`)
    return jobs
  }

  async job(type: string): Promise<Job> {
    const [job] = await this.jobs(type, 1)
    return job as Job
  }

  /** Fails where one comes after all. */
  async noJob(type: string): Promise<void> {
    const jobs = await this.activate(type, { requestTimeout: LONG_ENOUGH })
    if (jobs.length > 0) throw new Error(`there is a job of the type ${type} which there should not be: ${JSON.stringify(jobs[0])}`)
  }

  complete(jobKey: string, variables: Variables = {}): Promise<unknown> {
    return this.sdk.completeJob({ jobKey, variables } as never)
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.#request(
      'POST',
      path,
      { 'content-type': 'application/json', ...headers },
      typeof body === 'string' ? body : JSON.stringify(body),
    )
  }

  get(path: string): Promise<RawAnswer> {
    return this.#request('GET', path, {})
  }

  /** Searches answer late: what is found is looked at again until it is as it should be. */
  async eventually<Result>(look: () => Promise<Result>, isRight: (result: Result) => boolean, patience = PATIENCE): Promise<Result> {
    for (const deadline = Date.now() + patience; ; await pause(100)) {
      const result = await look()
      if (isRight(result)) return result
      if (Date.now() > deadline) throw new Error(`it has not come to pass; in the end it was ${JSON.stringify(result)}`)
    }
  }

  /** Nothing of this run goes on. */
  async leave(): Promise<void> {
    for (const processInstanceKey of new Set(this.#started)) await this.sdk.cancelProcessInstance({ processInstanceKey }).catch(() => {})
  }

  async #request(method: string, path: string, headers: Record<string, string>, body?: string): Promise<RawAnswer> {
    const authorization = await this.#authorization()
    const response = await fetch(`${this.settings.CAMUNDA_REST_ADDRESS}/v2/${path}`, {
      method,
      headers: { ...(authorization !== undefined && { authorization }), ...headers },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    const { title = '', detail = '' } = text.startsWith('{') ? (JSON.parse(text) as { title?: string; detail?: string }) : {}
    return { status: response.status, text, title, detail, contentType: response.headers.get('content-type') ?? '' }
  }
}

/** Keys of 8.6 are numbers, which a double may not hold. */
function keysAsText(text: string): string {
  return text.replace(/("\w*[kK]ey"\s*:\s*)(\d+)/g, '$1"$2"')
}
