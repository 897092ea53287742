import { readFileSync } from 'node:fs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { z } from 'zod'
import type {
  ActiveConnector,
  ConsoleEvent,
  Figures,
  MessageDetails,
  MessageRow,
  Overview,
  Pushed,
  WaitingTokens,
} from '../../console/api.ts'
import { type Connector, isFifo, parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import type { MappingStep } from '../../lambda/core/mapping-step.ts'
import { connectorFileJsonSchema } from '../../lib/connector-diagrams.ts'
import type { ConnectorSource } from '../../lib/connector-source.ts'
import { UsageError } from '../../tools/command-line.ts'
import { deploymentOfRun } from '../../tools/deployment.ts'
import { OWN_PACKAGE } from '../../tools/own-package.ts'
import { type Place, placeOfRun } from '../../tools/place.ts'
import { attributesOf } from '../../tools/queue-attributes.ts'
import type { RunFile } from '../../tools/run-file.ts'
import { onThisMachine } from '../../tools/this-machine.ts'
import type { MappingEvent } from '../event-source-mapping.ts'
import type { Stage } from '../journeys.ts'
import type { LocalBridge } from '../local-bridge.ts'
import type { ParameterStore } from '../parameter-store.ts'
import { type FaultSwitch, PROVOKED_FAULTS } from '../provoked-faults.ts'
import { type Active, checkedText, parameterOf, prettyConnector, textIn, writeActive } from './connector-edit.ts'
import { type Call, type ConsoleServer, NotThere, type Routes, startConsoleServer } from './console-server.ts'
import { deadLettersOf, idsIn, moveDeadLetters } from './dead-letters.ts'
import { explained } from './explained.ts'
import { LiveSteps } from './live-steps.ts'
import { MessageHistory } from './message-history.ts'
import { connectorTests, newMessagesIn, sampleMessages, sendMessages } from './new-messages.ts'
import { type DiagramFiles, diagramOverviews, elementOverviews } from './reachable-elements.ts'
import { PERIOD, RunFigures } from './run-figures.ts'
import { watchTokens } from './waiting-tokens.ts'

/** The parts of a run which the console shows. */
export interface RunParts {
  readonly run: RunFile
  readonly sqs: SQSClient
  /** Its address. */
  readonly camunda: { readonly address: string; readonly isStandIn: boolean }
  readonly sources: readonly ConnectorSource[]
  /** By the connector’s name. */
  readonly bridges: ReadonlyMap<string, LocalBridge>
  readonly parameters: ParameterStore
  readonly faults: FaultSwitch | undefined
  readonly diagrams: DiagramFiles
}

/** The console of a run on this machine: told of all that happens there, and asked by the page. */
export class RunConsole {
  readonly #parts = Promise.withResolvers<RunParts>()
  readonly #listeners = new Set<(event: ConsoleEvent) => void>()
  readonly #steps = new LiveSteps((connector, step) => this.#tell({ kind: 'step', connector, step }))
  readonly #history = new MessageHistory((connector, { configurationVersion }) => this.#steps.onOutcome(connector, configurationVersion))
  /** By connector. */
  readonly #figures = new Map<string, RunFigures>()
  readonly #stops: (() => Promise<unknown>)[] = []
  #tokens: readonly WaitingTokens[] = []
  #faultInForce = 'none'
  #place: Place | undefined

  /** @returns the address for a browser */
  async start(): Promise<string> {
    const server: ConsoleServer = await startConsoleServer(this.#routes(), {
      soFar: () => this.#soFar(),
      subscribe: (listener) => {
        this.#listeners.add(listener)
        const end = this.#history.subscribe(listener)
        return () => {
          this.#listeners.delete(listener)
          end()
        }
      },
    })
    this.#stops.push(() => server.stop())
    return server.address
  }

  /** What there is to show. Whoever asks before, waits for it. */
  show(parts: RunParts) {
    this.#place = placeOfRun(parts.run)
    const { address, isStandIn } = parts.camunda
    // Of a cluster’s instances, these are but some.
    if (isStandIn) {
      const watching = watchTokens(address, (tokens) => {
        this.#tokens = tokens
        this.#tell({ kind: 'tokens', tokens })
      })
      this.#stops.push(() => watching.stop())
    }
    this.#parts.resolve(parts)
  }

  onMapping(connector: string, queue: string, event: MappingEvent) {
    this.#history.onMapping(connector, queue, event)
    this.#figuresOf(connector).onMapping(event)
  }

  onMappingStep(connector: string, step: MappingStep) {
    this.#steps.onMapping(connector, step)
  }

  onLog(connector: string, text: string) {
    this.#history.onLog(connector, text)
    this.#figuresOf(connector).onLog(text)
  }

  onStage(stage: Stage) {
    const row = this.#history.onStage(stage)
    if (row) this.#figuresOf(row.connector).onSettled({ kind: settledAs(row), age: Math.max(0, Date.now() - row.sent) })
  }

  /** A connector’s parameter was written. @param error why it is invalid */
  onPut(connector: string, version: number, error: string | undefined) {
    this.#steps.onPut(connector, version, error)
  }

  onFault(inForce: string) {
    this.#faultInForce = inForce
    this.#tell({ kind: 'fault', inForce })
  }

  async stop() {
    await Promise.all(this.#stops.map((stop) => stop()))
  }

  #figuresOf(connector: string): RunFigures {
    const known = this.#figures.get(connector)
    if (known) return known
    const figures = new RunFigures()
    this.#figures.set(connector, figures)
    return figures
  }

  #tell(event: ConsoleEvent) {
    for (const listener of this.#listeners) listener(event)
  }

  *#soFar(): Iterable<ConsoleEvent> {
    yield { kind: 'fault', inForce: this.#faultInForce }
    yield { kind: 'tokens', tokens: this.#tokens }
    for (const each of this.#steps.all()) yield { kind: 'step', ...each }
    yield* this.#history.soFar()
  }

  #routes(): Routes {
    return {
      'GET /overview': async () => this.#overview(await this.#parts.promise),
      'GET /connector-schema': async () => connectorFileJsonSchema(),
      'GET /messages/{id}': async ({ names: { id = '' } }) => this.#message(id, await this.#parts.promise),
      'GET /diagrams/{id}': async ({ names: { id = '' } }) => this.#diagram(id, await this.#parts.promise),
      'POST /fault': async ({ input: { name } }) => this.#provoke(String(name), await this.#parts.promise),
      'GET /connectors/{name}': async (call) => this.#connector(await this.#sourceOf(call)),
      'POST /connectors/{name}/check': async (call) => this.#checked(await this.#sourceOf(call), textIn(call)),
      'POST /connectors/{name}/push': async (call) => this.#push(await this.#sourceOf(call), textIn(call)),
      'POST /connectors/{name}/messages': async (call) => this.#send(await this.#sourceOf(call), call.input),
      'GET /connectors/{name}/tests': async (call) => this.#tests(await this.#sourceOf(call)),
      'GET /connectors/{name}/figures': async (call) => this.#figuresNow(await this.#sourceOf(call)),
      'GET /connectors/{name}/dead-letters': async (call) => deadLettersOf(...(await this.#deployed(call))),
      'POST /connectors/{name}/dead-letters/redrive': async (call) =>
        moveDeadLetters(...(await this.#deployed(call)), { to: 'queue', messageIds: idsIn(call.input) }),
      'POST /connectors/{name}/dead-letters/discard': async (call) =>
        moveDeadLetters(...(await this.#deployed(call)), { to: 'nowhere', messageIds: idsIn(call.input) }),
    }
  }

  async #overview({ sources, bridges, diagrams, camunda, faults }: RunParts): Promise<Overview> {
    const active = await Promise.all(
      sources.map(async (source) => {
        const { text } = await this.#active(source)
        return { ...source, connector: connectorIn(text) ?? source.connector }
      }),
    )
    return {
      kind: 'run',
      version: OWN_PACKAGE.version,
      where: `a run with ${camunda.isStandIn ? 'a stand-in for Camunda' : `Camunda at ${camunda.address}`}`,
      connectors: active.map(({ name, connector, parameterName }) => ({
        name,
        parameterName,
        fifo: isFifo(connector),
        queue: bridges.get(name)?.queue.name ?? name,
        elements: elementOverviews(connector, diagrams),
      })),
      diagrams: diagramOverviews(diagrams.files, active),
      samples: sampleMessages(sources),
      faults: faults && {
        inForce: this.#faultInForce,
        list: Object.entries(PROVOKED_FAULTS).map(([name, { does, see }]) => ({ name, does, see })),
      },
    }
  }

  #diagram(id: string, { diagrams: { files } }: RunParts): string {
    const file = files[Number(id)]
    if (file === undefined) throw new NotThere(`There is no diagram ${id}.`)
    return readFileSync(file, 'utf8')
  }

  async #message(id: string, { sources }: RunParts): Promise<MessageDetails> {
    const known = this.#history.get(id)
    if (!known) throw new NotThere('This message is not known: it has not been received, or so long ago that it was forgotten.')
    const { row, record, events, log } = known
    const source = sources.find(({ name }) => name === row.connector)
    const active = source && (await this.#active(source))
    const connector = active && connectorIn(active.text)
    return { row, record, events, log, explanation: connector && explained(connector, record, active.version) }
  }

  async #provoke(name: string, { faults }: RunParts) {
    if (!faults) throw new UsageError('Between the function and an existing cluster no fault can be provoked.')
    if (!Object.hasOwn(PROVOKED_FAULTS, name) && name !== 'none') throw new UsageError(`There is no fault “${name}”.`)
    await faults.provoke(name)
  }

  async #connector(source: ConnectorSource): Promise<ActiveConnector> {
    const { name, parameterName } = source
    const { text, version } = await this.#active(source)
    const { steps, functionVersion } = this.#steps.of(name)
    return { name, parameterName, text: prettyConnector(text), version, functionVersion, steps }
  }

  async #checked({ name, ...source }: ConnectorSource, text: string) {
    return checkedText(name, text, await this.#active(source), parameterHere)
  }

  async #push(source: ConnectorSource, text: string): Promise<Pushed> {
    const checked = await this.#checked(source, text)
    if (checked.differences === undefined || !this.#place) return { ...checked, pushed: false, version: undefined }
    return { ...checked, pushed: true, version: await writeActive(this.#place.ssm, source.parameterName, parameterHere(text)) }
  }

  async #send({ name }: ConnectorSource, given: unknown) {
    const { bridges, sqs } = await this.#parts.promise
    try {
      const { message, count } = newMessagesIn(given)
      return sendMessages(sqs, bridges.get(name)?.queue.queueUrl ?? '', message, count)
    } catch (error) {
      if (error instanceof z.ZodError) throw new UsageError(z.prettifyError(error))
      throw error
    }
  }

  async #tests(source: ConnectorSource) {
    const { text } = await this.#active(source)
    return connectorTests(source, connectorIn(text) ?? source.connector)
  }

  async #figuresNow({ name }: ConnectorSource): Promise<Figures> {
    const { bridges, sqs } = await this.#parts.promise
    const figures = this.#figuresOf(name)
    const { queueUrl = '', deadLetterQueueUrl = '' } = bridges.get(name)?.queue ?? {}
    const [queue, deadLetters] = await Promise.all([attributesOf(sqs, queueUrl), attributesOf(sqs, deadLetterQueueUrl)])
    return {
      period: PERIOD,
      totals: figures.totals,
      points: figures.points(),
      waiting: Number(queue.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(queue.ApproximateNumberOfMessagesNotVisible ?? 0),
      deadLetters: Number(deadLetters.ApproximateNumberOfMessages ?? 0),
    }
  }

  /** Of the store itself, so that it can be looked at while a fault keeps all others from it. */
  async #active({ parameterName }: Pick<ConnectorSource, 'parameterName'>): Promise<Active> {
    const { parameters } = (await this.#parts.promise).parameters
    return { text: parameters.get(parameterName) ?? '', version: parameters.version(parameterName) }
  }

  async #deployed(call: Call) {
    const { name } = await this.#sourceOf(call)
    const { run } = await this.#parts.promise
    return [this.#place ?? placeOfRun(run), deploymentOfRun(run, name)] as const
  }

  async #sourceOf({ names: { name = '' } }: Call): Promise<ConnectorSource> {
    const { sources } = await this.#parts.promise
    const source = sources.find((each) => each.name === name)
    if (!source) throw new NotThere(`There is no connector ${name} in this run; there are ${sources.map((each) => each.name).join(', ')}.`)
    return source
  }
}

function settledAs({ fate, outcome }: MessageRow): 'filtered' | 'done' | 'returned' | 'deadLetters' {
  if (fate === 'dead letter') return 'deadLetters'
  if (fate === 'back in the queue') return 'returned'
  return outcome === 'filtered out' ? 'filtered' : 'done'
}

function parameterHere(text: string): string {
  return onThisMachine(parameterOf(text))
}

/** Undefined where it is invalid. */
function connectorIn(text: string): Connector | undefined {
  try {
    return parseConnector(text)
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return undefined
    throw error
  }
}
