import { type JsonObject, toJsonText } from '../../lambda/json/json.ts'
import { variablesIn } from './expression.ts'
import { type ModelFault, type ProcessModel, readProcesses, type StartEvent, staticNameOf } from './process-model.ts'
import { Rejection } from './rejection.ts'
import type { DefinitionRow, IncidentRow, InstanceRow, JobRow, MessageRow, StartSubscriptionRow, State } from './state.ts'
import { type Step, Walk } from './walk.ts'

export interface Resource {
  readonly name: string
  readonly content: string
}

export interface Deployment {
  readonly key: string
  readonly definitions: readonly DefinitionRow[]
}

export interface CreateProcessInstance {
  /** By its key, or by its id in a version: the latest where it is undefined. */
  readonly definition: { readonly key: string } | { readonly id: string; readonly version: number | undefined }
  readonly tenant: string
  readonly variables: JsonObject
  readonly businessId: string | undefined
  readonly tags: readonly string[]
}

export interface PublishMessage {
  readonly name: string
  readonly correlationKey: string
  /** Empty: it may be published any number of times. */
  readonly messageId: string
  /** Milliseconds; 0 or less: it is not kept. */
  readonly timeToLive: number
  readonly tenant: string
  readonly variables: JsonObject
}

export interface ActivateJobs {
  readonly type: string
  readonly worker: string
  /** Milliseconds for which they are this worker's. */
  readonly timeout: number
  readonly most: number
  readonly tenants: readonly string[]
}

export interface ActivatedJob {
  readonly job: JobRow
  readonly instance: InstanceRow
  readonly definition: DefinitionRow
  readonly headers: Readonly<Record<string, string>>
}

export interface FailJob {
  readonly retries: number
  readonly errorMessage: string
  /** Milliseconds until another worker may have it. */
  readonly backOff: number
}

export interface EngineOptions {
  readonly partitions: number
  /** Whether a second active instance with the same business id is refused. */
  readonly uniqueBusinessIds: boolean
  /** Told of what in a diagram cannot be evaluated: its instance waits there. */
  readonly onIncident: (incident: IncidentRow) => void
  /** Called when a command has been executed. */
  readonly onChange?: () => void
}

/** Whether who commands may see what is of this tenant. */
type IsOurs = (tenant: string) => boolean
const anybodys: IsOurs = () => true

/** What one step of the engine's log holds, and about what a variable takes in it beside its value: measured on 8.6.0. */
const STEP_BYTES = 4_194_304
const VARIABLE_RECORD_BYTES = 236

/** Keys of a partition begin here: in this distance from those of the one before. */
const PARTITION_SHIFT = 51n

/** Executes commands, one at a time, each wholly or not at all. */
export class Engine {
  readonly #state: State
  readonly #options: EngineOptions
  readonly #models = new Map<string, ProcessModel>()
  readonly #counters: bigint[]
  #creations = 0

  constructor(state: State, options: EngineOptions) {
    this.#state = state
    this.#options = options
    this.#counters = Array.from({ length: options.partitions }, (_, index) => BigInt(state.setting(`counter ${index + 1}`) ?? 0))
  }

  /** @throws {Rejection} with every fault of every resource */
  deploy(resources: readonly Resource[], tenant: string): Deployment {
    const read = resources.map((resource) => ({ resource, ...readProcesses(resource.content) }))
    const faults = read.flatMap(({ resource, faults }) => faults.map((fault) => sentenceOf(resource.name, fault)))
    const ids = read.flatMap(({ processes }) => processes.map(({ id }) => id))
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at)
    if (faults.length === 0 && twice.length > 0) faults.push(`several resources have a process ${[...new Set(twice)].join(', ')}`)
    if (faults.length === 0 && ids.length === 0) faults.push('there is no executable process in them')
    if (faults.length > 0) throw new Rejection('CREATE', 'INVALID_ARGUMENT', `the resources cannot be deployed:\n${faults.join('\n')}`)
    const wanted = read.flatMap(({ resource, processes }) => processes.map((model) => ({ model, resource })))
    return this.#command(1, (step) => {
      const key = step.newKey()
      const latest = wanted.map(({ model, resource }) => {
        const definition = this.#state.definitionById(tenant, model.id)
        return definition?.xml === resource.content && definition.resource === resource.name ? definition : undefined
      })
      // What is deployed again as it was stays as it is; where something of it has changed, all of it has a new version.
      const isKnown = latest.every((definition) => definition !== undefined)
      const definitions = isKnown ? latest : wanted.map(({ model, resource }) => this.#define(model, resource, tenant, key, step))
      return { key, definitions }
    })
  }

  /** @returns the instance as it began */
  createProcessInstance(command: CreateProcessInstance): InstanceRow {
    return this.#command(this.#nextPartition(), (step) => {
      const definition = this.#definitionFor(command)
      const model = this.#modelOf(definition)
      const { businessId } = command
      if (businessId !== undefined && this.#options.uniqueBusinessIds && this.#state.hasActiveWithBusinessId(definition.key, businessId))
        throw new Rejection('CREATE', 'ALREADY_EXISTS', `an instance of ${definition.id} with the business id “${businessId}” is active`)
      const start = model.root.starts.find(({ message }) => message === undefined)
      if (!start) throw new Rejection('CREATE', 'INVALID_STATE', `the process ${definition.id} has no none start event`)
      if (stepBytes(command.variables) > STEP_BYTES)
        throw new Rejection('CREATE', 'INTERNAL', 'EXCEEDED_BATCH_RECORD_SIZE: the variables are more than one step of the engine holds')
      return this.#begin(definition, model, start, { ...command, correlationKey: '' }, step).instance
    })
  }

  /** @returns its key */
  publishMessage({ name, correlationKey, messageId, timeToLive, tenant, variables }: PublishMessage): string {
    return this.#command(this.#partitionOf(correlationKey), (step) => {
      if (this.#state.isBlocked(tenant, name))
        throw new Rejection('PUBLISH', 'INTERNAL', `the message ${name} starts an instance that is more than one step of the engine holds`)
      if (messageId !== '' && this.#state.hasMessage(tenant, name, correlationKey, messageId))
        throw new Rejection('PUBLISH', 'ALREADY_EXISTS', `a message ${name} with the id “${messageId}” is published already`)
      const message: MessageRow = {
        key: step.newKey(),
        tenant,
        name,
        correlation_key: correlationKey,
        message_id: messageId,
        deadline: farthest(step.now + timeToLive),
        variables: toJsonText(variables),
      }
      this.#state.addMessage(message)
      const waiting = this.#state.firstSubscriptions(tenant, name, correlationKey)
      for (const subscription of waiting) {
        this.#state.addCorrelation(message.key, subscription.process)
        this.#resume(subscription.instance, step, (walk) => walk.correlate(subscription, message))
      }
      for (const start of this.#state.startSubscriptionsFor(tenant, name))
        if (!waiting.some(({ process }) => process === start.process)) this.#startByMessage(start, message, step)
      return message.key
    })
  }

  activateJobs({ type, worker, timeout, most, tenants }: ActivateJobs): ActivatedJob[] {
    // Many look, and find nothing: that is no command.
    if (this.#state.availableJobs(type, tenants, Date.now(), 1).length === 0) return []
    return this.#command(1, ({ now }) =>
      this.#state.availableJobs(type, tenants, now, most).map((row) => {
        const job: JobRow = { ...row, worker, deadline: farthest(now + timeout) }
        this.#state.takeJob(job.key, worker, job.deadline)
        const instance = this.#instance(job.instance)
        const definition = this.#definition(instance.definition)
        const node = this.#modelOf(definition).nodes.get(job.element)
        return { job, instance, definition, headers: node?.kind === 'serviceTask' ? node.headers : {} }
      }),
    )
  }

  completeJob(key: string, variables: JsonObject, isOurs: IsOurs = anybodys): void {
    this.#command(1, (step) => {
      const job = this.#job(key, 'COMPLETE', isOurs)
      const elementInstance = this.#state.elementInstance(job.element_instance)
      if (elementInstance) this.#resume(job.instance, step, (walk) => walk.complete(elementInstance, variables))
    })
  }

  failJob(key: string, { retries, errorMessage, backOff }: FailJob, isOurs: IsOurs = anybodys): void {
    this.#command(1, (step) => {
      const job = this.#job(key, 'FAIL', isOurs)
      this.#state.returnJob(key, retries, farthest(step.now + backOff))
      if (retries < 1)
        step.addIncident({
          instance: job.instance,
          element_instance: job.element_instance,
          element: job.element,
          message: errorMessage || 'there are no retries left',
        })
    })
  }

  cancelProcessInstance(key: string, isOurs: IsOurs = anybodys): void {
    this.#command(1, (step) => {
      const instance = this.#state.instance(key)
      if (instance?.state !== 'ACTIVE' || !isOurs(instance.tenant))
        throw new Rejection('CANCEL', 'NOT_FOUND', `no process instance ${key} is active`)
      this.#resume(key, step, (walk) => walk.cancel())
    })
  }

  /** Within a transaction, and with the keys which it takes. */
  #command<Result>(partition: number, execute: (step: Step) => Result): Result {
    const before = this.#counters[partition - 1] as bigint
    const newKey = () => {
      const count = (this.#counters[partition - 1] as bigint) + 1n
      this.#counters[partition - 1] = count
      return String((BigInt(partition) << PARTITION_SHIFT) + count)
    }
    const now = Date.now()
    try {
      const result = this.#state.transaction(() => {
        this.#state.removeExpiredMessages(now)
        const result = execute({ state: this.#state, now, newKey, addIncident: (row) => this.#addIncident(row) })
        const after = this.#counters[partition - 1] as bigint
        if (after !== before) this.#state.set(`counter ${partition}`, String(after))
        return result
      })
      this.#options.onChange?.()
      return result
    } catch (error) {
      this.#counters[partition - 1] = before
      throw error
    }
  }

  #define(model: ProcessModel, resource: Resource, tenant: string, deployment: string, step: Step): DefinitionRow {
    const latest = this.#state.definitionById(tenant, model.id)
    const definition: DefinitionRow = {
      key: step.newKey(),
      deployment,
      id: model.id,
      version: (latest?.version ?? 0) + 1,
      name: model.name ?? null,
      tenant,
      resource: resource.name,
      xml: resource.content,
    }
    this.#state.addDefinition(definition)
    const starts = model.root.starts.flatMap(({ id, message }) =>
      message ? [{ element: id, name: staticNameOf(message.name) ?? '' }] : [],
    )
    const rows = starts.map(({ element, name }) => ({ definition: definition.key, process: model.id, tenant, name, element }))
    this.#state.setStartSubscriptions(tenant, model.id, rows)
    return definition
  }

  /** @returns the instance as it began, and whether it has ended at once */
  #begin(
    definition: DefinitionRow,
    model: ProcessModel,
    start: StartEvent,
    by: Pick<CreateProcessInstance, 'variables' | 'tags' | 'businessId'> & { readonly correlationKey: string },
    step: Step,
  ): { readonly instance: InstanceRow; readonly hasEnded: boolean } {
    const instance: InstanceRow = {
      key: step.newKey(),
      definition: definition.key,
      process: definition.id,
      tenant: definition.tenant,
      variables: toJsonText(by.variables),
      state: 'ACTIVE',
      started: step.now,
      ended: null,
      correlation_key: by.correlationKey,
      business_id: by.businessId ?? null,
      tags: toJsonText([...by.tags]),
    }
    this.#state.addInstance(instance)
    const walk = new Walk(step, instance, model)
    walk.begin(start)
    return { instance, hasEnded: walk.hasEnded }
  }

  #resume(instanceKey: string, step: Step, go: (walk: Walk) => void) {
    const instance = this.#instance(instanceKey)
    const walk = new Walk(step, instance, this.#modelOf(this.#definition(instance.definition)))
    go(walk)
    if (walk.hasEnded) this.#startNext(instance, step)
  }

  /** @returns whether it has started an instance which has ended at once */
  #startByMessage({ definition: key, element }: StartSubscriptionRow, message: MessageRow, step: Step): boolean {
    const { tenant, correlation_key: correlationKey, name } = message
    const definition = this.#definition(key)
    if (correlationKey !== '' && this.#state.hasActiveWithKey(tenant, definition.id, correlationKey)) return false
    this.#state.addCorrelation(message.key, definition.id)
    const variables = variablesIn(message.variables)
    // As seen on 8.6.0: its publication is a success, nothing is started, and none after it is.
    if (stepBytes(variables) > STEP_BYTES) {
      this.#state.blockName(tenant, name)
      return false
    }
    const model = this.#modelOf(definition)
    const start = model.root.starts.find(({ id }) => id === element)
    if (!start) throw new Error(`the process ${definition.id} has no ${element}`)
    return this.#begin(definition, model, start, { variables, tags: [], businessId: undefined, correlationKey }, step).hasEnded
  }

  /** The oldest of the messages that have waited until no instance with their correlation key was active, and more of them as long as none is. */
  #startNext({ process, tenant, correlation_key: correlationKey }: InstanceRow, step: Step) {
    if (correlationKey === '') return
    const starts = this.#state.startSubscriptionsOf(tenant, process)
    for (let hasEnded = true; hasEnded; ) {
      const waiting = starts.flatMap((start) => {
        const message = this.#state.oldestMessage(tenant, start.name, correlationKey, process)
        return message ? [{ start, message }] : []
      })
      const [next] = waiting.toSorted((one, other) => (BigInt(one.message.key) < BigInt(other.message.key) ? -1 : 1))
      hasEnded = next !== undefined && this.#startByMessage(next.start, next.message, step)
    }
  }

  #addIncident(row: IncidentRow) {
    this.#state.addIncident(row)
    this.#options.onIncident(row)
  }

  #definitionFor({ definition: wanted, tenant }: CreateProcessInstance): DefinitionRow {
    if ('key' in wanted) {
      const definition = this.#state.definition(wanted.key)
      if (definition?.tenant === tenant) return definition
      throw new Rejection('CREATE', 'NOT_FOUND', `there is no process definition with the key ${wanted.key}`)
    }
    const definition = this.#state.definitionById(tenant, wanted.id, wanted.version)
    if (definition) return definition
    const version = wanted.version === undefined ? '' : ` in version ${wanted.version}`
    throw new Rejection('CREATE', 'NOT_FOUND', `there is no process definition with the id “${wanted.id}”${version}`)
  }

  #modelOf(definition: DefinitionRow): ProcessModel {
    const known = this.#models.get(definition.key) ?? readProcesses(definition.xml).processes.find(({ id }) => id === definition.id)
    if (!known) throw new Error(`the process ${definition.id} is not in its own resource`)
    this.#models.set(definition.key, known)
    return known
  }

  #instance(key: string): InstanceRow {
    return this.#state.instance(key) ?? lost(`process instance ${key}`)
  }

  #definition(key: string): DefinitionRow {
    return this.#state.definition(key) ?? lost(`process definition ${key}`)
  }

  #job(key: string, intent: string, isOurs: IsOurs): JobRow {
    const job = this.#state.job(key)
    if (!job || !isOurs(this.#instance(job.instance).tenant))
      throw new Rejection(intent, 'NOT_FOUND', `there is no job ${key}: it is done, or its element has ended`)
    if (job.retries < 1) throw new Rejection(intent, 'INVALID_STATE', `the job ${key} has failed and has no retries left`)
    return job
  }

  /** Instances are spread over the partitions in turn. */
  #nextPartition(): number {
    this.#creations += 1
    return ((this.#creations - 1) % this.#options.partitions) + 1
  }

  /** All messages of a correlation key are on one partition. */
  #partitionOf(correlationKey: string): number {
    let hash = 0
    for (const byte of Buffer.from(correlationKey)) hash = (31 * hash + byte) % 2_147_483_647
    return (hash % this.#options.partitions) + 1
  }
}

/** A time which can be stored. */
function farthest(time: number): number {
  return Math.min(time, Number.MAX_SAFE_INTEGER)
}

/** Variables are written together and once more each. */
function stepBytes(variables: JsonObject): number {
  return 2 * Buffer.byteLength(toJsonText(variables)) + Object.keys(variables).length * VARIABLE_RECORD_BYTES
}

function sentenceOf(resource: string, { line, element, fault }: ModelFault): string {
  return `${resource}:${line} ${element}: ${fault}`
}

function lost(what: string): never {
  throw new Error(`the state has no ${what}`)
}
