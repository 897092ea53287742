import type { JsonObject } from '../../lambda/json/json.ts'
import { toJsonText } from '../../lambda/json/json.ts'
import { evaluated, resultOf, variablesIn } from './expression.ts'
import type {
  BoundaryEvent,
  CatchEvent,
  EventSubProcess,
  ExclusiveGateway,
  FlowNode,
  MessageReference,
  ProcessModel,
  ReceiveTask,
  Scope,
  ServiceTask,
  StartEvent,
} from './process-model.ts'
import type { ElementInstanceRow, IncidentRow, InstanceRow, MessageRow, State, SubscriptionRow } from './state.ts'

/** One step of the engine: what a command does, and all that comes of it at once. */
export interface Step {
  readonly state: State
  /** Milliseconds of the epoch. */
  readonly now: number
  readonly newKey: () => string
  readonly addIncident: (incident: IncidentRow) => void
}

/** A token which is about to arrive at a node. */
interface Token {
  readonly node: FlowNode
  /** Key of the process instance or event sub-process which it moves in. */
  readonly scope: string
}

/** An element which waits for a message. */
interface Waiting {
  readonly element: string
  readonly message: MessageReference
}

/** Why something of the diagram cannot be evaluated. */
interface Failure {
  readonly failure: string
}

/**
 * Moves the tokens of one process instance until each of them waits: for a job, for a message, or for a person where something is wrong in the
 * diagram. What it changes is in the state when a method returns.
 */
export class Walk {
  readonly #step: Step
  readonly #instance: InstanceRow
  readonly #model: ProcessModel
  readonly #tokens: Token[] = []
  /** Opened, and not yet looked after whether a message has been waiting for it. */
  readonly #listening: SubscriptionRow[] = []
  #variables: JsonObject
  #hasEnded = false

  constructor(step: Step, instance: InstanceRow, model: ProcessModel) {
    this.#step = step
    this.#instance = instance
    this.#model = model
    this.#variables = variablesIn(instance.variables)
  }

  /** Whether nothing of the instance is left. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** From a start event of the process. */
  begin(start: StartEvent) {
    if (this.#enterScope(this.#model.root, this.#instance.key)) this.#leave(start, this.#instance.key)
    this.#move()
  }

  /** From a task whose job is done. */
  complete(elementInstance: ElementInstanceRow, variables: JsonObject) {
    this.#merge(variables)
    this.#finish(elementInstance)
    this.#move()
  }

  /** From what waited for this message. */
  correlate(subscription: SubscriptionRow, message: MessageRow) {
    this.#take(subscription, message)
    this.#move()
  }

  cancel() {
    this.#terminateIn(this.#instance.key)
    this.#end('TERMINATED')
  }

  /** What has been waiting for an instance reaches it when its tokens have come as far as they can, and not if it has ended by then. */
  #move() {
    do for (let token = this.#tokens.shift(); token; token = this.#tokens.shift()) this.#arrive(token)
    while (!this.#completeScope(this.#instance.key) && this.#hear())
  }

  /** @returns whether there was somebody left who listens */
  #hear(): boolean {
    const subscription = this.#listening.shift()
    if (subscription) this.#takeBuffered(subscription)
    return subscription !== undefined
  }

  #arrive({ node, scope }: Token) {
    switch (node.kind) {
      case 'serviceTask':
        return this.#work(node, scope)
      case 'receiveTask':
        return void this.#wait(node, scope, [node, ...node.boundaryEvents])
      case 'intermediateCatchEvent':
        return void this.#wait(node, scope, [node])
      case 'exclusiveGateway':
        return this.#decide(node, scope)
      case 'startEvent':
      case 'boundaryEvent':
      case 'endEvent':
      case 'eventSubProcess':
        return this.#leave(node, scope)
    }
  }

  #leave({ outgoing }: FlowNode, scope: string) {
    for (const { target } of outgoing) this.#tokens.push({ node: this.#node(target), scope })
  }

  /** @returns key of the element's instance; undefined, and an incident, where it does not come to listen */
  #wait(
    { id }: ServiceTask | ReceiveTask | CatchEvent,
    scope: string,
    waitsFor: readonly (ReceiveTask | CatchEvent | BoundaryEvent)[],
  ): string | undefined {
    const key = this.#addElementInstance(id, scope)
    const subscriptions = this.#subscribe(
      key,
      waitsFor.map(({ id: element, message }) => ({ element, message })),
    )
    if ('failure' in subscriptions) return void this.#incident(id, key, subscriptions.failure)
    this.#listening.push(...subscriptions)
    return key
  }

  #work(task: ServiceTask, scope: string) {
    const type = evaluated(task.jobType, this.#variables)
    if ('failure' in type || typeof type.value !== 'string') {
      const found = 'failure' in type ? type.failure : 'it is no text'
      return this.#stop(task.id, scope, `the job type ${task.jobType} cannot be evaluated: ${found}`)
    }
    const key = this.#wait(task, scope, task.boundaryEvents)
    if (key !== undefined) this.#createJob(task, key, type.value)
  }

  #decide(node: ExclusiveGateway, scope: string) {
    for (const { target, condition, id } of node.outgoing) {
      if (id === node.defaultFlow) continue
      const result = condition === undefined ? { value: true } : resultOf(condition, this.#variables)
      if ('failure' in result || typeof result.value !== 'boolean') {
        const found = 'failure' in result ? result.failure : 'it is no boolean'
        return this.#stop(node.id, scope, `the condition ${condition} cannot be evaluated: ${found}`)
      }
      if (result.value) return void this.#tokens.push({ node: this.#node(target), scope })
    }
    const otherwise = node.outgoing.find(({ id }) => id === node.defaultFlow)
    if (otherwise) this.#tokens.push({ node: this.#node(otherwise.target), scope })
    else if (node.outgoing.length > 0) this.#stop(node.id, scope, 'no condition is true, and no flow is the default')
  }

  #createJob({ id, retries }: ServiceTask, key: string, type: string) {
    const { newKey, state } = this.#step
    state.addJob({
      key: newKey(),
      instance: this.#instance.key,
      element_instance: key,
      element: id,
      type,
      retries,
      deadline: 0,
      worker: '',
    })
  }

  /** The event sub-processes of a scope listen as long as it is there. @returns false where something in the diagram is wrong */
  #enterScope({ id, starts, eventSubProcesses }: Scope, key: string): boolean {
    const waiting = eventSubProcesses.map(({ id, message }) => ({ element: id, message }))
    const subscriptions = this.#subscribe(key, waiting)
    if ('failure' in subscriptions) {
      this.#stop(starts[0]?.id ?? id, key, subscriptions.failure)
      return false
    }
    this.#listening.push(...subscriptions)
    return true
  }

  /** All of them, or none where a name or key cannot be evaluated. */
  #subscribe(elementInstance: string, waiting: readonly Waiting[]): SubscriptionRow[] | Failure {
    const { state, now, newKey } = this.#step
    const rows: SubscriptionRow[] = []
    for (const { element, message } of waiting) {
      const name = this.#text(message.name, 'message name')
      const key = this.#text(message.correlationKey ?? '', 'correlation key')
      if ('failure' in name) return name
      if ('failure' in key) return key
      rows.push({
        key: newKey(),
        tenant: this.#instance.tenant,
        name: name.text,
        correlation_key: key.text,
        instance: this.#instance.key,
        process: this.#instance.process,
        element_instance: elementInstance,
        element,
        state: 'CREATED',
        updated: now,
      })
    }
    for (const row of rows) state.addSubscription(row)
    return rows
  }

  /** A key is a text, or a number as its digits. */
  #text(text: string, what: string): { readonly text: string } | Failure {
    const result = evaluated(text, this.#variables)
    if ('failure' in result) return { failure: `the ${what} ${text} cannot be evaluated: ${result.failure}` }
    const { value } = result
    if (typeof value === 'string') return { text: value }
    if (what === 'correlation key' && (typeof value === 'number' || typeof value === 'bigint')) return { text: String(value) }
    return { failure: `the ${what} ${text} is ${value === null ? 'null' : `no text${what === 'correlation key' ? ' and no number' : ''}`}` }
  }

  /** What has been waiting for it, as long as it waits. */
  #takeBuffered(subscription: SubscriptionRow) {
    const { state } = this.#step
    const { key, tenant, name, correlation_key, process } = subscription
    while (state.subscription(key)?.state === 'CREATED') {
      const message = state.oldestMessage(tenant, name, correlation_key, process)
      if (!message) return
      state.addCorrelation(message.key, process)
      this.#take(subscription, message)
    }
  }

  #take(subscription: SubscriptionRow, message: MessageRow) {
    const { state, now } = this.#step
    this.#merge(variablesIn(message.variables))
    const node = this.#node(subscription.element)
    const holder = state.elementInstance(subscription.element_instance)
    switch (node.kind) {
      case 'eventSubProcess':
        return this.#startEventSubProcess(node, subscription)
      case 'boundaryEvent': {
        if (node.interrupting) {
          state.correlateSubscription(subscription.key, now)
          state.removeElementInstance(subscription.element_instance, now)
        }
        return this.#leave(node, holder?.scope ?? this.#instance.key)
      }
      default: {
        state.correlateSubscription(subscription.key, now)
        if (holder) this.#finish(holder)
      }
    }
  }

  #startEventSubProcess({ id, interrupting, scope, start }: EventSubProcess, { key, element_instance: outer }: SubscriptionRow) {
    const { state, now } = this.#step
    if (interrupting) {
      state.correlateSubscription(key, now)
      state.closeSubscriptionsOf(outer, now)
      this.#terminateIn(outer)
    }
    const inner = this.#addElementInstance(id, outer)
    if (this.#enterScope(scope, inner)) this.#leave(start, inner)
  }

  #finish({ key, element, scope }: ElementInstanceRow) {
    this.#step.state.removeElementInstance(key, this.#step.now)
    this.#leave(this.#node(element), scope)
  }

  #terminateIn(scope: string) {
    const { state, now } = this.#step
    for (const { key } of state.elementInstancesIn(scope)) {
      this.#terminateIn(key)
      state.removeElementInstance(key, now)
    }
    const left = this.#tokens.filter((token) => token.scope !== scope)
    this.#tokens.splice(0, Number.POSITIVE_INFINITY, ...left)
  }

  /** A scope is done when nothing in it is left; the instance is with its outermost. @returns whether it is */
  #completeScope(scope: string): boolean {
    const { state, now } = this.#step
    for (const { key, element } of state.elementInstancesIn(scope))
      if (this.#model.nodes.get(element)?.kind === 'eventSubProcess' && this.#completeScope(key)) state.removeElementInstance(key, now)
    if (state.elementInstancesIn(scope).length > 0) return false
    if (scope === this.#instance.key) this.#end('COMPLETED')
    return true
  }

  #end(how: 'COMPLETED' | 'TERMINATED') {
    const { state, now } = this.#step
    state.closeSubscriptionsOf(this.#instance.key, now)
    state.endInstance(this.#instance.key, how, now)
    this.#hasEnded = true
  }

  /** A token which goes nowhere until a person cancels the instance. */
  #stop(element: string, scope: string, why: string) {
    this.#incident(element, this.#addElementInstance(element, scope), why)
  }

  #incident(element: string, elementInstance: string, message: string) {
    this.#step.addIncident({ instance: this.#instance.key, element_instance: elementInstance, element, message })
  }

  #addElementInstance(element: string, scope: string): string {
    const key = this.#step.newKey()
    this.#step.state.addElementInstance({ key, instance: this.#instance.key, element, scope })
    return key
  }

  #merge(variables: JsonObject) {
    if (Object.keys(variables).length === 0) return
    this.#variables = { ...this.#variables, ...variables }
    this.#step.state.setVariables(this.#instance.key, toJsonText(this.#variables))
  }

  #node(id: string): FlowNode {
    const node = this.#model.nodes.get(id)
    if (!node) throw new Error(`the diagram has no ${id}`)
    return node
  }
}
