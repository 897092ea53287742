import { type EventEmitter, once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { isObject, type JsonValue, parseFirstJsonValue } from '../../lambda/json/json.ts'
import { json } from '../http-service.ts'
import { Answers, variablesOf } from './answers.ts'
import type { Authentication } from './authentication.ts'
import type { BackPressure } from './back-pressure.ts'
import type { CamundaVersion } from './camunda-version.ts'
import { faultForClient } from './client-schemas.ts'
import type { Engine } from './engine.ts'
import { Rejection, type RejectionCode, RequestProblem } from './rejection.ts'
import * as requests from './requests.ts'
import { type Entry, type SearchRequest, search, searchRequest } from './search.ts'
import type { DefinitionRow, InstanceRow, State } from './state.ts'
import type { Tenants } from './tenants.ts'

export interface RestApiParts {
  readonly version: CamundaVersion
  readonly state: State
  readonly engine: Engine
  readonly authentication: Authentication
  readonly tenants: Tenants
  readonly backPressure: BackPressure
  readonly partitions: number
  /** The port that it is reached at. */
  readonly port: () => number
  /** Emits `change` when a command has been executed. */
  readonly changes: EventEmitter
}

/** One request on a route. */
interface Call {
  readonly route: string
  readonly answers: Answers
  /** What stands in the place of `{key}`. */
  readonly key: string
  readonly request: IncomingMessage
  readonly bytes: Buffer
  /** Whether the client has gone, and waits for nothing any more. */
  readonly isGone: () => boolean
}

interface Answer {
  readonly status: number
  readonly body?: object
  /** XML, where it is no JSON. */
  readonly text?: string
}

type Operation = (call: Call) => Answer | Promise<Answer>

const NO_CONTENT: Answer = { status: 204 }
/** As Spring and the broker limit them. */
const LARGEST_REQUEST = 4_194_304
/** Milliseconds which an answer is waited for, where a request does not say. */
const DEFAULT_REQUEST_TIMEOUT = 10_000
/** Milliseconds after which a look is taken though nothing has changed: the time of a job's worker may be over. */
const LOOK_MS = 250

const STATUS: Readonly<Record<RejectionCode, number>> = {
  INVALID_ARGUMENT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  INVALID_STATE: 409,
  INTERNAL: 500,
}

/** Camunda's REST API v2, as far as bridge, tools and tests use it. */
export class RestApi {
  readonly #parts: RestApiParts
  readonly #operations: Readonly<Record<string, Operation | undefined>>
  readonly #isOurs = (tenant: string) => this.#parts.tenants.isOurs(tenant)

  constructor(parts: RestApiParts) {
    this.#parts = parts
    const searches: Record<string, Operation> = {
      'POST /process-definitions/search': (call) => this.#search(call, this.#definitionEntries(call)),
      'GET /process-definitions/{key}': ({ key, answers }) => ({ status: 200, body: answers.processDefinition(this.#definition(key)) }),
      'GET /process-definitions/{key}/xml': ({ key }) => ({ status: 200, text: this.#definition(key).xml }),
      'POST /process-instances/search': (call) => this.#search(call, this.#instanceEntries(call)),
      'GET /process-instances/{key}': ({ key, answers }) => ({ status: 200, body: this.#instanceItem(this.#instance(key), answers) }),
      'POST /message-subscriptions/search': (call) => this.#search(call, this.#subscriptionEntries(call)),
    }
    this.#operations = {
      'GET /topology': ({ answers }) => ({ status: 200, body: answers.topology(parts.partitions, parts.port()) }),
      'POST /deployments': (call) => this.#deploy(call),
      'POST /process-instances': (call) => this.#createProcessInstance(call),
      'POST /process-instances/{key}/cancellation': (call) => this.#cancelProcessInstance(call),
      'POST /messages/publication': (call) => this.#publishMessage(call),
      'POST /jobs/activation': (call) => this.#activateJobs(call),
      'POST /jobs/{key}/completion': (call) => this.#completeJob(call),
      'POST /jobs/{key}/failure': (call) => this.#failJob(call),
      ...(parts.version.searches && searches),
    }
  }

  async handle(request: IncomingMessage, bytes: Buffer, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?')
    try {
      this.#parts.authentication.check(request.headers.authorization)
      const { operation, ...route } = this.#route(request.method ?? '', path)
      if (bytes.length > LARGEST_REQUEST)
        throw new RequestProblem(413, 'Payload Too Large', `a request has ${LARGEST_REQUEST} bytes at most`)
      const { status, body, text } = await operation({
        ...route,
        answers: new Answers(this.#parts.version, request.headers.accept),
        request,
        bytes,
        isGone: () => response.destroyed,
      })
      if (text !== undefined) response.writeHead(status, { 'content-type': 'text/xml' }).end(text)
      else if (body) json(response, status, body)
      else response.writeHead(status).end()
    } catch (error) {
      const { status, title, detail, ...more } = problemOf(error)
      const headers = {
        'content-type': 'application/problem+json',
        ...(status === 401 && { 'www-authenticate': this.#parts.authentication.challenge }),
        ...(more.allow !== undefined && { allow: more.allow }),
      }
      response.writeHead(status, headers).end(JSON.stringify({ type: 'about:blank', title, status, detail, instance: path }))
    }
  }

  #route(method: string, path: string): Pick<Call, 'route' | 'key'> & { readonly operation: Operation } {
    const [, key = ''] = /^\/v2\/[a-z-]+\/(\d+)(?:\/|$)/.exec(path) ?? []
    const place = path.replace(/^\/v2/, '').replace(/\/\d+(?=\/|$)/, '/{key}')
    const route = `${method} ${place}`
    const operation = path.startsWith('/v2/') ? this.#operations[route] : undefined
    if (operation) return { route, key, operation }
    const methods = Object.keys(this.#operations).filter((each) => each.endsWith(` ${place}`))
    if (methods.length > 0)
      throw new RequestProblem(405, 'Method Not Allowed', `${place} takes ${methods.map((each) => each.split(' ')[0])}`)
    throw new RequestProblem(404, 'Not Found', `this stand-in of Camunda ${this.#parts.version.name} has no ${method} ${path}`)
  }

  async #deploy({ request, bytes, answers }: Call): Promise<Answer> {
    const form = await formIn(request, bytes)
    const files = form.getAll('resources').filter((resource): resource is File => resource instanceof File)
    if (files.length === 0) throw new RequestProblem(400, 'Bad Request', 'there is no part “resources” with a file')
    const tenant = this.#parts.tenants.forCommand('Deploy Resources', form.get('tenantId')?.toString(), 'CREATE')
    const resources = await Promise.all(files.map(async (file) => ({ name: file.name, content: await file.text() })))
    return { status: 200, body: answers.deployment(this.#parts.engine.deploy(resources, tenant), tenant) }
  }

  async #createProcessInstance(call: Call): Promise<Answer> {
    const body = this.#body(call, requests.createProcessInstance)
    for (const name of ['startInstructions', 'runtimeInstructions'] as const)
      if (body[name]?.length) throw new RequestProblem(501, 'Not Implemented', `this stand-in does not execute ${name}`)
    const { version, engine, tenants } = this.#parts
    const tenant = tenants.forCreation(body.tenantId)
    const wanted = body.processDefinitionVersion ?? -1
    const instance = await this.#atItsTime('create', () =>
      engine.createProcessInstance({
        definition:
          body.processDefinitionKey != null
            ? { key: body.processDefinitionKey }
            : { id: body.processDefinitionId ?? '', version: wanted === -1 ? undefined : wanted },
        tenant,
        variables: body.variables,
        businessId: version.businessIds ? (body.businessId ?? undefined) : undefined,
        tags: body.tags ?? [],
      }),
    )
    const ended = body.awaitCompletion ? await this.#ended(instance, body.requestTimeout || DEFAULT_REQUEST_TIMEOUT, call) : undefined
    const variables = ended ? variablesOf(ended, body.fetchVariables ?? []) : {}
    return { status: 200, body: call.answers.creation(instance, this.#definition(instance.definition), variables) }
  }

  async #publishMessage(call: Call): Promise<Answer> {
    const body = this.#body(call, requests.publishMessage)
    const { name } = body
    if (!name) throw new RequestProblem(400, 'INVALID_ARGUMENT', 'there is no name')
    const tenant = this.#parts.tenants.forCommand('Publish Message', body.tenantId, 'PUBLISH')
    const key = await this.#atItsTime('publish', () =>
      this.#parts.engine.publishMessage({
        name,
        correlationKey: body.correlationKey ?? '',
        messageId: body.messageId ?? '',
        timeToLive: body.timeToLive ?? 0,
        tenant,
        variables: body.variables,
      }),
    )
    return { status: 200, body: call.answers.publication(key, tenant) }
  }

  /** Waits for jobs where there are none, as long as the request says. */
  async #activateJobs(call: Call): Promise<Answer> {
    const { type, worker, timeout, maxJobsToActivate: most, requestTimeout, fetchVariable, ...of } = this.#body(call, requests.activateJobs)
    const tenants = of.tenantFilter === 'ASSIGNED' ? this.#parts.tenants.assigned : this.#parts.tenants.forJobs(of.tenantIds ?? [])
    const deadline = Date.now() + (requestTimeout || DEFAULT_REQUEST_TIMEOUT)
    while (!call.isGone()) {
      const jobs = this.#parts.engine.activateJobs({ type, worker: worker ?? '', timeout, most, tenants })
      if (jobs.length > 0 || Date.now() >= deadline)
        return { status: 200, body: { jobs: jobs.map((job) => call.answers.job(job, fetchVariable ?? [])) } }
      await this.#change()
    }
    return NO_CONTENT
  }

  #completeJob(call: Call): Answer {
    this.#parts.engine.completeJob(call.key, this.#body(call, requests.completeJob).variables, this.#isOurs)
    return NO_CONTENT
  }

  #failJob(call: Call): Answer {
    const { retries, errorMessage, retryBackOff, variables } = this.#body(call, requests.failJob)
    if (Object.keys(variables).length > 0)
      throw new RequestProblem(501, 'Not Implemented', 'this stand-in has no variables of a task alone, which those of a failed job are')
    this.#parts.engine.failJob(
      call.key,
      {
        retries: retries ?? 0,
        errorMessage: errorMessage ?? '',
        backOff: retryBackOff ?? 0,
      },
      this.#isOurs,
    )
    return NO_CONTENT
  }

  #cancelProcessInstance(call: Call): Answer {
    this.#body(call, requests.cancelProcessInstance)
    this.#parts.engine.cancelProcessInstance(call.key, this.#isOurs)
    return NO_CONTENT
  }

  async #ended({ key }: InstanceRow, timeout: number, { isGone }: Call): Promise<InstanceRow> {
    for (const deadline = Date.now() + timeout; Date.now() < deadline && !isGone(); await this.#change()) {
      const instance = this.#instance(key)
      if (instance.state !== 'ACTIVE') return instance
    }
    throw new RequestProblem(504, this.#parts.version.problems.timeout, `process instance ${key} has not ended within ${timeout} ms`)
  }

  /** Resolves when something has changed, or might have. */
  async #change(): Promise<void> {
    await once(this.#parts.changes, 'change', { signal: AbortSignal.timeout(LOOK_MS) }).catch(() => {})
  }

  async #atItsTime<Result>(command: 'create' | 'publish', execute: () => Result): Promise<Result> {
    const { exhausted } = this.#parts.version.problems
    const result = await this.#parts.backPressure.execute(() => ({ value: execute() }))
    if (!result) throw new RequestProblem(exhausted.status, exhausted[command], 'the limit of commands under way is reached')
    return result.value
  }

  #search(call: Call, entries: readonly Entry[]): Answer {
    const { items, page } = search(entries, this.#body(call, searchRequest) as SearchRequest)
    if (this.#parts.version.nothing === 'null') return { status: 200, body: { items, page } }
    const { startCursor, endCursor, ...counts } = page
    return { status: 200, body: { items, page: startCursor === null ? counts : { ...counts, startCursor, endCursor } } }
  }

  #definitionEntries({ answers }: Call): Entry[] {
    const rows = this.#parts.state.definitions().filter(({ tenant }) => this.#parts.tenants.isOurs(tenant))
    const latest = new Map(rows.map((row) => [`${row.tenant} ${row.id}`, row]))
    return rows.map((row) => ({
      item: answers.processDefinition(row),
      also: { isLatestVersion: latest.get(`${row.tenant} ${row.id}`) === row, name: null, state: 'ACTIVE', versionTag: null },
    }))
  }

  #instanceEntries({ answers }: Call): Entry[] {
    const rows = this.#parts.state.instances().filter(({ tenant }) => this.#parts.tenants.isOurs(tenant))
    const definitions = new Map(this.#parts.state.definitions().map((row) => [row.key, row]))
    const withIncidents = this.#parts.state.instancesWithIncidents()
    return rows.flatMap((row) => {
      const definition = definitions.get(row.definition)
      return definition ? [{ item: answers.processInstance(row, definition, withIncidents.has(row.key)), also: NOTHING }] : []
    })
  }

  #subscriptionEntries({ answers }: Call): Entry[] {
    const rows = this.#parts.state.subscriptions().filter(({ tenant }) => this.#parts.tenants.isOurs(tenant))
    return rows.map((row) => ({ item: answers.messageSubscription(row, this.#instance(row.instance)) }))
  }

  #instanceItem(row: InstanceRow, answers: Answers) {
    return answers.processInstance(row, this.#definition(row.definition), this.#parts.state.incidentsOf(row.key).length > 0)
  }

  #definition(key: string): DefinitionRow {
    const definition = this.#parts.state.definition(key)
    if (definition && this.#parts.tenants.isOurs(definition.tenant)) return definition
    throw new RequestProblem(404, 'NOT_FOUND', `there is no process definition with the key ${key}`)
  }

  #instance(key: string): InstanceRow {
    const instance = this.#parts.state.instance(key)
    if (instance && this.#parts.tenants.isOurs(instance.tenant)) return instance
    throw new RequestProblem(404, 'NOT_FOUND', `there is no process instance with the key ${key}`)
  }

  /** @throws {RequestProblem} in the words of the release */
  #body<Schema extends z.ZodType>({ route, key, request, bytes }: Call, schema: Schema): z.output<Schema> {
    const { version } = this.#parts
    const value = bytes.length === 0 ? {} : jsonIn(request, bytes)
    const { data, error } = schema.safeParse(value)
    if (error) throw new RequestProblem(400, version.problems.badRequest, z.prettifyError(error))
    if (version.unknownProperties === 'ignored') return data
    const known: Readonly<Record<string, unknown>> = { ...propertiesOf(schema), ...(!version.businessIds && { businessId: undefined }) }
    for (const name of Object.keys(value)) if (!Object.hasOwn(known, name) || known[name] === undefined) throw unknownProperty(name)
    const fault = faultForClient(route, key || undefined, value)
    if (fault !== undefined) throw new RequestProblem(400, version.problems.badRequest, `Camunda’s own client would not send it: ${fault}`)
    return data
  }
}

/** What an instance may be searched by and sorted by though an answer of 8.8 does not say it. */
const NOTHING = {
  endDate: null,
  parentProcessInstanceKey: null,
  parentElementInstanceKey: null,
  processDefinitionVersionTag: null,
} as const

function propertiesOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return schema instanceof z.ZodObject ? schema.shape : {}
}

function unknownProperty(name: string): RequestProblem {
  return new RequestProblem(400, 'Bad Request', `the property ${name} is not known`)
}

function jsonIn(request: IncomingMessage, bytes: Buffer): Exclude<JsonValue, null> {
  const type = request.headers['content-type'] ?? 'application/json'
  if (!/^application\/json\b/i.test(type)) throw new RequestProblem(415, 'Unsupported Media Type', `${type} is not application/json`)
  const value = parseFirstJsonValue(bytes.toString())
  if (value === undefined || value === null || !isObject(value))
    throw new RequestProblem(400, 'Bad Request', 'the request is no JSON object')
  return value
}

async function formIn(request: IncomingMessage, bytes: Buffer): Promise<FormData> {
  const type = String(request.headers['content-type'])
  if (!/^multipart\/form-data\b/i.test(type)) throw new RequestProblem(415, 'Unsupported Media Type', `${type} is not multipart/form-data`)
  try {
    return await new Response(Uint8Array.from(bytes), { headers: { 'content-type': type } }).formData()
  } catch {
    throw new RequestProblem(400, 'Bad Request', 'the parts of the form cannot be read')
  }
}

interface Problem {
  readonly status: number
  readonly title: string
  readonly detail: string
  /** Methods which a path takes. */
  readonly allow?: string | undefined
}

function problemOf(error: unknown): Problem {
  if (error instanceof RequestProblem) return { status: error.status, title: error.title, detail: error.message, allow: error.allow }
  if (error instanceof Rejection) return { status: STATUS[error.code], title: error.code, detail: error.message }
  return { status: 500, title: 'INTERNAL', detail: `a bug of this stand-in: ${error instanceof Error ? error.stack : error}` }
}
