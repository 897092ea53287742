import { parseFeel } from '../../lambda/feel/feel.ts'
import { BPMN, childrenOf, definitionsOf, extensionsOf, idOf, isBpmn, referredId, ZEEBE } from '../../lib/bpmn/bpmn-element.ts'
import { readXml, type XmlElement, XmlFault } from '../../lib/xml-element.ts'

/** An executable process of a BPMN file, as far as this stand-in executes it. */
export interface ProcessModel {
  readonly id: string
  readonly name: string | undefined
  readonly root: Scope
  /** Every node of it and of its event sub-processes, by id. */
  readonly nodes: ReadonlyMap<string, FlowNode>
}

/** The process, or one of its event sub-processes: where tokens move, and what may begin in it. */
export interface Scope {
  readonly id: string
  readonly starts: readonly StartEvent[]
  readonly eventSubProcesses: readonly EventSubProcess[]
}

interface Node {
  readonly id: string
  readonly outgoing: readonly SequenceFlow[]
}

export interface SequenceFlow {
  readonly id: string
  readonly target: string
  /** FEEL; undefined: it is always taken. */
  readonly condition: string | undefined
}

/** What an element waits for. */
export interface MessageReference {
  /** FEEL, or a text. */
  readonly name: string
  /** FEEL; undefined on a start event of a process alone. */
  readonly correlationKey: string | undefined
}

export type StartEvent = Node & { readonly kind: 'startEvent'; readonly message: MessageReference | undefined }
export type EndEvent = Node & { readonly kind: 'endEvent' }
export type ExclusiveGateway = Node & { readonly kind: 'exclusiveGateway'; readonly defaultFlow: string | undefined }
export type BoundaryEvent = Node & { readonly kind: 'boundaryEvent'; readonly message: MessageReference; readonly interrupting: boolean }
export type CatchEvent = Node & { readonly kind: 'intermediateCatchEvent'; readonly message: MessageReference }
export type ReceiveTask = Node & {
  readonly kind: 'receiveTask'
  readonly message: MessageReference
  readonly boundaryEvents: readonly BoundaryEvent[]
}
export type ServiceTask = Node & {
  readonly kind: 'serviceTask'
  /** FEEL, or a text. */
  readonly jobType: string
  readonly retries: number
  readonly headers: Readonly<Record<string, string>>
  readonly boundaryEvents: readonly BoundaryEvent[]
}
export type EventSubProcess = Node & {
  readonly kind: 'eventSubProcess'
  readonly message: MessageReference
  readonly interrupting: boolean
  readonly start: StartEvent
  readonly scope: Scope
}

export type FlowNode = StartEvent | EndEvent | ExclusiveGateway | BoundaryEvent | CatchEvent | ReceiveTask | ServiceTask | EventSubProcess

/** What is wrong with a file, or beyond this stand-in. */
export interface ModelFault {
  readonly line: number
  /** Id of the element, or its kind where it has none. */
  readonly element: string
  readonly fault: string
}

/** @returns the file's executable processes, or each of its faults */
export function readProcesses(xml: string): { readonly processes: readonly ProcessModel[]; readonly faults: readonly ModelFault[] } {
  try {
    return new Reader(readXml(xml)).read()
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error
    return { processes: [], faults: [{ line: error.line, element: 'XML', fault: error.message }] }
  }
}

/** What a BPMN file defines for whoever starts instances and publishes messages, whether or not this stand-in could execute it. */
export interface DefinedNames {
  /** Ids of executable processes. */
  readonly processes: readonly string[]
  readonly messages: readonly string[]
  /** Whether messages may have other names as well, which only an instance’s variables tell. */
  readonly hasOtherMessages: boolean
}

export function namesIn(xml: string): DefinedNames {
  try {
    const root = readXml(xml)
    const names = childrenOf(root, 'message').map(({ attributes }) => staticNameOf(attributes.get('name') ?? ''))
    return {
      processes: childrenOf(root, 'process')
        .filter(({ attributes }) => attributes.get('isExecutable') === 'true')
        .map(idOf),
      messages: names.filter((name) => name !== undefined),
      hasOtherMessages: names.includes(undefined),
    }
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error
    return { processes: [], messages: [], hasOtherMessages: false }
  }
}

/** Whether a value of a diagram is an expression: it then begins with an equals sign. */
export function isExpression(text: string): boolean {
  return text.trimStart().startsWith('=')
}

/** The name of a message without an instance: that of a start event, when its process is deployed. @returns undefined where it needs variables */
export function staticNameOf(name: string): string | undefined {
  if (!isExpression(name)) return name
  const parsed = parseFeel(name)
  const result = parsed.kind === 'parsed' ? parsed.expression.evaluate({}) : undefined
  return result?.kind === 'value' && typeof result.value === 'string' ? result.value : undefined
}

const DEFAULT_RETRIES = 3

/** What tells a reader something and moves no token. */
const SILENT = new Set([
  'documentation',
  'extensionElements',
  'incoming',
  'outgoing',
  'laneSet',
  'textAnnotation',
  'association',
  'group',
  'ioSpecification',
  'dataObject',
  'dataObjectReference',
  'dataStoreReference',
])
/** What Camunda Modeler writes and this stand-in needs not, or reads where it does. */
const KNOWN_EXTENSIONS = new Set(['taskDefinition', 'taskHeaders', 'properties', 'subscription', 'modelerTemplate', 'versionTag'])
/** In these an activity may have boundary events. */
const ACTIVITIES = new Set(['serviceTask', 'receiveTask'])

class Reader {
  readonly #root: XmlElement
  readonly #faults: ModelFault[] = []
  readonly #messages = new Map<string, XmlElement>()
  readonly #ids = new Set<string>()
  #nodes = new Map<string, FlowNode>()

  constructor(root: XmlElement) {
    this.#root = root
  }

  read() {
    if (!isBpmn(this.#root, 'definitions')) this.#fault(this.#root, 'the root is no bpmn:definitions')
    for (const message of childrenOf(this.#root, 'message')) this.#messages.set(idOf(message), message)
    const processes = childrenOf(this.#root, 'process')
      .filter((process) => process.attributes.get('isExecutable') === 'true')
      .map((process) => this.#process(process))
    for (const { id } of processes.filter(({ id }, at) => processes.findIndex((other) => other.id === id) !== at))
      this.#fault(this.#root, `two processes have the id ${id}`)
    return { processes, faults: this.#faults }
  }

  #process(process: XmlElement): ProcessModel {
    this.#nodes = new Map()
    const id = idOf(process)
    if (id === '') this.#fault(process, 'a process needs an id')
    this.#checkExtensions(process)
    const root = this.#scope(process)
    const plain = root.starts.filter(({ message }) => message === undefined)
    if (root.starts.length === 0) this.#fault(process, 'there is no start event')
    if (plain.length > 1) this.#fault(process, `there is more than one none start event: ${plain.map((start) => start.id).join(', ')}`)
    this.#checkNames(process, 'message start events', root.starts)
    for (const { message } of root.starts) if (message && isExpression(message.name)) this.#checkNoVariables(process, message.name)
    return { id, name: process.attributes.get('name'), root, nodes: this.#nodes }
  }

  /** The flow elements of a process or event sub-process, which become nodes. */
  #scope(container: XmlElement): Scope {
    const flows = childrenOf(container, 'sequenceFlow')
    const elements = container.children.filter(
      (child) => child.namespace === BPMN && child.name !== 'sequenceFlow' && !SILENT.has(child.name),
    )
    const ids = new Set(elements.map(idOf))
    const outgoing = (element: XmlElement) => this.#outgoing(element, flows, ids)
    for (const flow of flows)
      if (!ids.has(flow.attributes.get('sourceRef') ?? '')) this.#fault(flow, 'its sourceRef is no element of the same scope')
    const boundaryEvents = Map.groupBy(
      elements.filter(({ name }) => name === 'boundaryEvent'),
      (element) => element.attributes.get('attachedToRef') ?? '',
    )
    for (const [activity, events] of boundaryEvents)
      if (!elements.some((element) => idOf(element) === activity && ACTIVITIES.has(element.name)))
        for (const event of events) this.#fault(event, 'its attachedToRef is no service task or receive task of the same scope')
    const boundaryOf = (element: XmlElement) => {
      const events = (boundaryEvents.get(idOf(element)) ?? []).map((event) => this.#boundaryEvent(event, outgoing(event)))
      this.#checkNames(element, 'boundary events', events)
      return events
    }
    const starts: StartEvent[] = []
    const eventSubProcesses: EventSubProcess[] = []
    for (const element of elements) {
      if (element.name === 'boundaryEvent') continue
      const node = this.#node(element, outgoing(element), boundaryOf)
      if (!node) continue
      if (node.kind === 'startEvent') starts.push(node)
      if (node.kind === 'eventSubProcess') eventSubProcesses.push(node)
    }
    this.#checkLoops(container, ids)
    this.#checkNames(container, 'event sub-processes', eventSubProcesses)
    return { id: idOf(container), starts, eventSubProcesses }
  }

  #node(
    element: XmlElement,
    outgoing: readonly SequenceFlow[],
    boundaryOf: (element: XmlElement) => readonly BoundaryEvent[],
  ): FlowNode | undefined {
    const base = { id: this.#checkedId(element), outgoing }
    this.#checkExtensions(element)
    switch (element.name) {
      case 'startEvent':
        return this.#known({ ...base, kind: 'startEvent', message: this.#optionalMessage(element) })
      case 'endEvent':
        this.#checkEventDefinitions(element, [])
        if (outgoing.length > 0) this.#fault(element, 'an end event has no outgoing flow')
        return this.#known({ ...base, kind: 'endEvent' })
      case 'exclusiveGateway':
        return this.#known({ ...base, kind: 'exclusiveGateway', defaultFlow: this.#defaultFlow(element, outgoing) })
      case 'intermediateCatchEvent':
        return this.#known({ ...base, kind: 'intermediateCatchEvent', message: this.#message(element, this.#messageDefinition(element)) })
      case 'receiveTask':
        this.#checkNoMarker(element)
        return this.#known({ ...base, kind: 'receiveTask', message: this.#message(element, element), boundaryEvents: boundaryOf(element) })
      case 'serviceTask':
        this.#checkNoMarker(element)
        return this.#known({ ...base, kind: 'serviceTask', ...this.#task(element), boundaryEvents: boundaryOf(element) })
      case 'subProcess':
        return element.attributes.get('triggeredByEvent') === 'true' ? this.#eventSubProcess(element, base) : this.#beyond(element)
      default:
        return this.#beyond(element)
    }
  }

  #eventSubProcess(element: XmlElement, base: Node): EventSubProcess | undefined {
    this.#checkNoMarker(element)
    const scope = this.#scope(element)
    const [start, ...others] = scope.starts
    const startElement = childrenOf(element, 'startEvent')[0]
    if (!start || !startElement || others.length > 0) {
      this.#fault(element, 'an event sub-process has one start event')
      return undefined
    }
    if (!start.message) {
      this.#fault(startElement, 'of event sub-processes this stand-in executes those which a message starts')
      return undefined
    }
    this.#checkKey(startElement, start.message)
    const interrupting = startElement.attributes.get('isInterrupting') !== 'false'
    return this.#known({ ...base, kind: 'eventSubProcess', message: start.message, interrupting, start, scope })
  }

  #boundaryEvent(element: XmlElement, outgoing: readonly SequenceFlow[]): BoundaryEvent {
    const id = this.#checkedId(element)
    this.#checkExtensions(element)
    const interrupting = element.attributes.get('cancelActivity') !== 'false'
    const message = this.#message(element, this.#messageDefinition(element))
    return this.#known({ id, outgoing, kind: 'boundaryEvent', message, interrupting })
  }

  #outgoing(element: XmlElement, flows: readonly XmlElement[], ids: ReadonlySet<string>): SequenceFlow[] {
    return flows
      .filter((flow) => flow.attributes.get('sourceRef') === idOf(element))
      .map((flow) => {
        const target = flow.attributes.get('targetRef') ?? ''
        if (!ids.has(target)) this.#fault(flow, 'its targetRef is no element of the same scope')
        const condition = childrenOf(flow, 'conditionExpression')[0]?.text.trim()
        if (condition !== undefined && element.name !== 'exclusiveGateway')
          this.#fault(flow, 'this stand-in executes conditions behind exclusive gateways alone')
        if (condition !== undefined) this.#checkExpression(flow, condition, 'condition', { needed: true })
        return { id: this.#checkedId(flow), target, condition }
      })
  }

  #defaultFlow(element: XmlElement, outgoing: readonly SequenceFlow[]): string | undefined {
    const id = element.attributes.get('default')
    if (id !== undefined && !outgoing.some((flow) => flow.id === id))
      this.#fault(element, `its default, ${id}, is none of its outgoing flows`)
    if (outgoing.length > 1 && outgoing.some((flow) => flow.condition === undefined && flow.id !== id))
      this.#fault(element, 'each outgoing flow needs a condition, or is the default')
    return id
  }

  #task(element: XmlElement): Pick<ServiceTask, 'jobType' | 'retries' | 'headers'> {
    const definition = extensionsOf(element, 'taskDefinition')[0]
    const jobType = definition?.attributes.get('type') ?? ''
    if (jobType === '') this.#fault(element, 'a service task needs a zeebe:taskDefinition with a type')
    if (isExpression(jobType)) this.#checkExpression(element, jobType, 'type')
    const retries = definition?.attributes.get('retries') ?? String(DEFAULT_RETRIES)
    if (!/^\d+$/.test(retries)) this.#fault(element, `of retries this stand-in takes a number, and not ${retries}`)
    const headers = extensionsOf(element, 'taskHeaders')[0]?.children ?? []
    const pairs = headers.map(({ attributes }) => [attributes.get('key') ?? '', attributes.get('value') ?? ''])
    return { jobType, retries: Number(retries), headers: Object.fromEntries(pairs) }
  }

  #optionalMessage(element: XmlElement): MessageReference | undefined {
    if (definitionsOf(element).length === 0) return undefined
    const definition = this.#messageDefinition(element)
    return definition && this.#message(element, definition, { needsKey: false })
  }

  #messageDefinition(element: XmlElement): XmlElement | undefined {
    this.#checkEventDefinitions(element, ['messageEventDefinition'])
    const definition = childrenOf(element, 'messageEventDefinition')[0]
    if (!definition && definitionsOf(element).length === 0) this.#fault(element, 'it has no event definition')
    return definition
  }

  #message(element: XmlElement, holder: XmlElement | undefined, { needsKey = true } = {}): MessageReference {
    const reference = referredId(holder?.attributes.get('messageRef') ?? '')
    const message = this.#messages.get(reference)
    const name = message?.attributes.get('name') ?? ''
    if (holder && !message) this.#fault(element, 'its messageRef names no bpmn:message')
    else if (holder && name === '') this.#fault(element, `the message ${reference} has no name`)
    if (isExpression(name)) this.#checkExpression(element, name, 'message name')
    const correlationKey = message && extensionsOf(message, 'subscription')[0]?.attributes.get('correlationKey')
    const read = { name, correlationKey: correlationKey === '' ? undefined : correlationKey }
    if (message && needsKey) this.#checkKey(element, read)
    if (read.correlationKey !== undefined) this.#checkExpression(element, read.correlationKey, 'correlation key', { needed: true })
    return read
  }

  #checkKey(element: XmlElement, { name, correlationKey }: MessageReference) {
    if (correlationKey === undefined) this.#fault(element, `the message ${name} needs a zeebe:subscription with a correlationKey`)
  }

  #known<Kind extends FlowNode>(node: Kind): Kind {
    this.#nodes.set(node.id, node)
    return node
  }

  #checkedId(element: XmlElement): string {
    const id = idOf(element)
    if (id === '') this.#fault(element, 'it needs an id')
    else if (this.#ids.has(id)) this.#fault(element, 'another element has the same id')
    this.#ids.add(id)
    return id
  }

  #checkExpression(element: XmlElement, text: string, what: string, { needed = false } = {}) {
    const parsed = parseFeel(text)
    if (needed && !isExpression(text)) this.#fault(element, `the ${what} “${text}” is no expression, which begins with =`)
    else if (parsed.kind === 'syntaxError') this.#fault(element, `the ${what} “${text}” is no FEEL: ${parsed.message}`)
  }

  /** The name of a message start event is evaluated when the process is deployed, where there are no variables. */
  #checkNoVariables(element: XmlElement, name: string) {
    const parsed = parseFeel(name)
    const result = parsed.kind === 'parsed' ? parsed.expression.evaluate({}) : undefined
    if (result && (result.kind === 'failure' || typeof result.value !== 'string'))
      this.#fault(element, `the message name ${name} is no text`)
  }

  #checkNames(element: XmlElement, what: string, nodes: readonly { readonly message: MessageReference | undefined }[]) {
    const names = nodes.flatMap(({ message }) => (message?.name ? [staticNameOf(message.name) ?? message.name] : []))
    for (const name of new Set(names.filter((each, at) => names.indexOf(each) !== at)))
      this.#fault(element, `several ${what} wait for the message ${name}`)
  }

  #checkEventDefinitions(element: XmlElement, allowed: readonly string[]) {
    for (const definition of definitionsOf(element))
      if (!allowed.includes(definition.name)) this.#fault(element, `this stand-in does not execute its ${definition.name}`)
  }

  #checkExtensions(element: XmlElement) {
    for (const { children } of childrenOf(element, 'extensionElements'))
      for (const extension of children)
        if (extension.namespace === ZEEBE && !KNOWN_EXTENSIONS.has(extension.name))
          this.#fault(element, `this stand-in does not execute its zeebe:${extension.name}`)
  }

  #checkNoMarker(element: XmlElement) {
    for (const { name } of element.children)
      if (/LoopCharacteristics$/.test(name)) this.#fault(element, `this stand-in does not execute its ${name}`)
  }

  /** Gateways in a circle would be passed for ever; Camunda refuses that, too. */
  #checkLoops(container: XmlElement, ids: ReadonlySet<string>) {
    const isOpen = new Map<string, boolean>()
    const visit = (id: string): boolean => {
      const node = ids.has(id) ? this.#nodes.get(id) : undefined
      if (node?.kind !== 'exclusiveGateway' || isOpen.get(id) === false) return false
      if (isOpen.get(id)) return true
      isOpen.set(id, true)
      const loops = node.outgoing.some(({ target }) => visit(target))
      isOpen.set(id, false)
      return loops
    }
    for (const id of ids) if (visit(id)) return this.#fault(container, `gateways in a circle, with nothing that waits: ${id}`)
  }

  #beyond(element: XmlElement): undefined {
    this.#fault(element, `this stand-in does not execute a ${element.name}`)
  }

  #fault(element: XmlElement, fault: string) {
    this.#faults.push({ line: element.line, element: idOf(element) || element.name, fault })
  }
}
