import { readFileSync } from 'node:fs'
import type { SSMClient } from '@aws-sdk/client-ssm'
import type { ActiveConnector, ConsoleEvent, MessageDetails, Overview, Pushed } from '../../console/api.ts'
import { type Connector, isFifo, parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import type { MappingStep } from '../../lambda/core/mapping-step.ts'
import { connectorFileJsonSchema } from '../../lib/connector-diagrams.ts'
import type { ConnectorSource } from '../../lib/connector-source.ts'
import { UsageError } from '../../tools/command-line.ts'
import { OWN_PACKAGE } from '../../tools/own-package.ts'
import { onThisMachine } from '../../tools/this-machine.ts'
import { definedBy } from '../diagrams.ts'
import type { MappingEvent } from '../event-source-mapping.ts'
import type { Stage } from '../journeys.ts'
import type { LocalBridge } from '../local-bridge.ts'
import { localSsmClient, type ParameterStore } from '../parameter-store.ts'
import { type Active, checkedText, parameterOf, writeActive } from './connector-edit.ts'
import { type Call, type ConsoleServer, NotThere, type Routes, startConsoleServer } from './console-server.ts'
import { explained } from './explained.ts'
import { LiveSteps } from './live-steps.ts'
import { MessageHistory } from './message-history.ts'

/** The parts of a run which the console shows. */
export interface RunParts {
  /** Where it is, in words. */
  readonly camunda: string
  readonly sources: readonly ConnectorSource[]
  /** By the connector’s name. */
  readonly bridges: ReadonlyMap<string, LocalBridge>
  readonly parameters: ParameterStore
  /** BPMN files. */
  readonly diagrams: readonly string[]
}

/** The console of a run on this machine: told of all that happens there, and asked by the page. */
export class RunConsole {
  readonly #parts = Promise.withResolvers<RunParts>()
  readonly #listeners = new Set<(event: ConsoleEvent) => void>()
  readonly #steps = new LiveSteps((connector, step) => this.#tell({ kind: 'step', connector, step }))
  readonly #history = new MessageHistory((connector, { configurationVersion }) => this.#steps.onOutcome(connector, configurationVersion))
  #server: ConsoleServer | undefined
  #ssm: SSMClient | undefined

  /** @returns the address for a browser */
  async start(): Promise<string> {
    this.#server = await startConsoleServer(this.#routes(), {
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
    return this.#server.address
  }

  /** What there is to show. Whoever asks before, waits for it. */
  show(parts: RunParts) {
    this.#ssm = localSsmClient(parts.parameters.url)
    this.#parts.resolve(parts)
  }

  onMapping(connector: string, queue: string, event: MappingEvent) {
    this.#history.onMapping(connector, queue, event)
  }

  onMappingStep(connector: string, step: MappingStep) {
    this.#steps.onMapping(connector, step)
  }

  onLog(connector: string, text: string) {
    this.#history.onLog(connector, text)
  }

  onStage(stage: Stage) {
    this.#history.onStage(stage)
  }

  /** A connector’s parameter was written. @param error why it is invalid */
  onPut(connector: string, version: number, error: string | undefined) {
    this.#steps.onPut(connector, version, error)
  }

  async stop() {
    this.#ssm?.destroy()
    await this.#server?.stop()
  }

  #tell(event: ConsoleEvent) {
    for (const listener of this.#listeners) listener(event)
  }

  *#soFar(): Iterable<ConsoleEvent> {
    yield* this.#history.soFar()
    for (const each of this.#steps.all()) yield { kind: 'step', ...each }
  }

  #routes(): Routes {
    return {
      'GET /overview': async () => this.#overview(await this.#parts.promise),
      'GET /connector-schema': async () => connectorFileJsonSchema(),
      'GET /messages/{id}': async ({ names: { id = '' } }) => this.#message(id, await this.#parts.promise),
      'GET /diagrams/{id}': async ({ names: { id = '' } }) => this.#diagram(id, await this.#parts.promise),
      'GET /connectors/{name}': async (call) => this.#connector(await this.#sourceOf(call)),
      'POST /connectors/{name}/check': async (call) => this.#checked(await this.#sourceOf(call), textIn(call)),
      'POST /connectors/{name}/push': async (call) => this.#push(await this.#sourceOf(call), textIn(call)),
    }
  }

  #overview({ sources, bridges, diagrams, camunda }: RunParts): Overview {
    return {
      kind: 'run',
      version: OWN_PACKAGE.version,
      camunda,
      connectors: sources.map(({ name, connector, parameterName }) => ({
        name,
        parameterName,
        fifo: isFifo(connector),
        queue: bridges.get(name)?.queue.name ?? name,
      })),
      diagrams: diagrams.map((file, id) => ({ id: String(id), file, processes: definedBy([file]).processes })),
      samples: [],
      faults: undefined,
    }
  }

  #diagram(id: string, { diagrams }: RunParts): string {
    const file = diagrams[Number(id)]
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

  async #connector(source: ConnectorSource): Promise<ActiveConnector> {
    const { name, parameterName } = source
    const { text, version } = await this.#active(source)
    const { steps, functionVersion } = this.#steps.of(name)
    return { name, parameterName, text: JSON.stringify(JSON.parse(text), null, 2), version, functionVersion, steps }
  }

  async #checked({ name, ...source }: ConnectorSource, text: string) {
    return checkedText(name, text, await this.#active(source), parameterHere)
  }

  async #push(source: ConnectorSource, text: string): Promise<Pushed> {
    const checked = await this.#checked(source, text)
    if (checked.differences === undefined || !this.#ssm) return { ...checked, pushed: false, version: undefined }
    return { ...checked, pushed: true, version: await writeActive(this.#ssm, source.parameterName, parameterHere(text)) }
  }

  /** Of the store itself, so that it can be looked at while a fault keeps all others from it. */
  async #active({ parameterName }: Pick<ConnectorSource, 'parameterName'>): Promise<Active> {
    const { parameters } = (await this.#parts.promise).parameters
    return { text: parameters.get(parameterName) ?? '', version: parameters.version(parameterName) }
  }

  async #sourceOf({ names: { name = '' } }: Call): Promise<ConnectorSource> {
    const { sources } = await this.#parts.promise
    const source = sources.find((each) => each.name === name)
    if (!source) throw new NotThere(`There is no connector ${name} in this run; there are ${sources.map((each) => each.name).join(', ')}.`)
    return source
  }
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

function textIn({ input: { text } }: Call): string {
  if (typeof text !== 'string') throw new UsageError('The text of the connector is missing.')
  return text
}
