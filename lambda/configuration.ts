import type { SSMProvider } from '@aws-lambda-powertools/parameters/ssm'
import { CamundaRestClient, type Connection } from './camunda-client.ts'
import { connectorIn } from './checked-connector.ts'
import { connectionInSecret } from './core/connection-settings.ts'
import type { Connector } from './core/connector.ts'
import { connectionPlace, LEAST_SPARE } from './core/connector-rules.ts'
import { eventSourceSettings } from './core/event-source-settings.ts'
import { EVERYTHING, type FilterPatterns, letsThrough, parseFilterText } from './core/filter-patterns.ts'
import { LAST_GOOD_MAX_AGE } from './core/mapping-step.ts'
import type { Secrets } from './secrets.ts'

const WAITING = 'waiting for the event-source mapping to let through what the connector needs'

export interface Configuration {
  readonly connector: Connector
  /** Version of the parameter which holds the connector; undefined where the store does not tell. */
  readonly configurationVersion: number | undefined
  readonly camunda: CamundaRestClient
}

export interface ConfigurationSource {
  /** With a cache of `PARAMETER_MAX_AGE` at most, on which the updater of the event-source mapping counts. */
  readonly parameters: Pick<SSMProvider, 'get' | 'getMultiple'>
  /** With a cache as well. */
  readonly secrets: Secrets
  /** Name of the parameter that holds the connector. */
  readonly connectorParameter: string
  /** Name of the parameter that holds the patterns which the event-source mapping lets through; undefined: it lets everything through. */
  readonly filterParameter: string | undefined
  /** Version of a parameter as it was last read. */
  readonly versionOf: (parameter: string) => number | undefined
  readonly deployed: Deployed
  /** Of each request to Camunda. */
  readonly furtherHeaders?: (() => Readonly<Record<string, string>>) | undefined
  /** A configuration could not be read, or is faulty; `inForce` tells whether an earlier one still is. */
  readonly onRejected: (error: Error, inForce: boolean) => void
  /** The connector waits for the event-source mapping, as it does for minutes after an edit that needs another filter. */
  readonly onPending: (reason: string, inForce: boolean) => void
}

/** What the stack gave the function, and an edit of the connector cannot. */
export interface Deployed {
  /** Seconds. */
  readonly functionTimeout: number
  readonly hasIdempotencyTable: boolean
  readonly hasDeadLetterQueue: boolean
  /** From which it may read bodies. */
  readonly payloadBucket?: string | undefined
  /** Of the connector's text, which was checked then. */
  readonly checkedConnector?: string | undefined
}

/** A connector as its parameter's text says, and what the event-source mapping must let through for it. */
interface Read {
  readonly text: string
  readonly version: number | undefined
  readonly connector: Connector
  readonly patterns: FilterPatterns
}

interface InForce {
  readonly read: Read
  readonly camunda: CamundaRestClient
  /** When it was last seen to be the last good one (milliseconds of the epoch), and the version of the connector's parameter then. */
  readonly seenAt: number
  readonly seenVersion: number | undefined
}

/** What there is to read of a configuration. */
type Part = 'connector' | 'filter' | 'connection'

/**
 * The configuration as it stands in the parameter store. What cannot be read, or is faulty, changes nothing: the last good configuration
 * stays in force. So it does while the event-source mapping does not let through what the new one needs, since Lambda deletes the rest.
 *
 * But only for `LAST_GOOD_MAX_AGE` after it was seen to be the last good one. Beyond, others may go by one that is newer, and what they want
 * would be acknowledged here as unmatched: then there is none, and the batch is returned.
 */
export class LiveConfiguration {
  readonly #source: ConfigurationSource
  #read: Read | undefined
  #inForce: InForce | undefined
  /** What could be read this time, and the version of the connector's parameter. */
  readonly #parts = new Set<Part>()
  #version: number | undefined
  #camunda: { readonly connection: string; readonly client: CamundaRestClient } | undefined

  constructor(source: ConfigurationSource) {
    this.#source = source
  }

  /** @throws where no configuration is good */
  async current(): Promise<Configuration> {
    const now = Date.now()
    if (this.#inForce && now - this.#inForce.seenAt > LAST_GOOD_MAX_AGE * 1_000) this.#inForce = undefined
    this.#parts.clear()
    const { read, camunda } = await this.#withCamunda(await this.#currentRead())
    const seen = this.#isLastGood(read) ? { seenAt: now, seenVersion: this.#version } : this.#inForce
    this.#inForce = { read, camunda, seenAt: seen?.seenAt ?? now, seenVersion: seen?.seenVersion }
    return { connector: read.connector, configurationVersion: read.version, camunda }
  }

  /**
   * Whether a connector is known to be the last good one: everything could be read, and it is what the parameter says, or there is no version between
   * those which were seen here, which might have been a good one for others.
   */
  #isLastGood(read: Read): boolean {
    if (this.#parts.size < 3) return false
    const { seenVersion } = this.#inForce ?? {}
    return this.#version === undefined || read.version === this.#version || this.#version <= (seenVersion ?? 0) + 1
  }

  async #orLastGood<Part>(read: () => Promise<Part>, lastGood: Part | undefined): Promise<Part> {
    try {
      return await read()
    } catch (error) {
      this.#source.onRejected(error as Error, lastGood !== undefined)
      if (lastGood === undefined) throw error
      return lastGood
    }
  }

  /**
   * The filter is read after the connector, and asked about the last good connector as well: one that this execution environment has
   * slept over may have been given up by all others, and by the mapping. Where the connector is faulty, what was read before goes first: others may have
   * taken over meanwhile what still waited here.
   */
  async #currentRead(): Promise<Read> {
    const lastGood = this.#inForce?.read
    const read = await this.#orLastGood(() => this.#readConnector(), lastGood && this.#read)
    const inForce = await this.#orLastGood(() => this.#firstLetThrough(read, lastGood), lastGood)
    if (inForce !== read) this.#source.onPending(WAITING, inForce !== undefined)
    if (inForce === undefined) throw new Error(WAITING)
    return inForce
  }

  /** A connector and its connection are in force together: elements of one cluster are never sent to another. */
  async #withCamunda(read: Read): Promise<Pick<InForce, 'read' | 'camunda'>> {
    try {
      return { read, camunda: await this.#readCamunda(read.connector) }
    } catch (error) {
      const lastGood = await this.#lastGoodFor(read)
      this.#source.onRejected(error as Error, lastGood !== undefined)
      if (lastGood === undefined) throw error
      return lastGood
    }
  }

  /** Where a connection cannot be read: the connector with the client it has had, or the last good connector with its own. */
  async #lastGoodFor(read: Read): Promise<Pick<InForce, 'read' | 'camunda'> | undefined> {
    const lastGood = this.#inForce
    if (lastGood && connectionPlace(lastGood.read.connector) === connectionPlace(read.connector)) return { read, camunda: lastGood.camunda }
    return lastGood && (await this.#firstLetThrough(lastGood.read).catch(() => undefined)) && lastGood
  }

  async #firstLetThrough(...connectors: readonly (Read | undefined)[]): Promise<Read | undefined> {
    const filter = await this.#readFilter()
    return connectors.find((connector) => connector && letsThrough(filter, connector.patterns))
  }

  async #readConnector(): Promise<Read> {
    const { parameters, connectorParameter, versionOf, deployed } = this.#source
    const text = await parameters.get(connectorParameter)
    if (text === undefined) throw new Error(`parameter ${connectorParameter} does not exist`)
    const version = versionOf(connectorParameter)
    this.#version = version
    this.#parts.add('connector')
    if (this.#read?.text === text && this.#read.version === version) return this.#read
    const connector = await connectorIn(text, { name: connectorParameter, checked: deployed.checkedConnector })
    const missing = missingFrom(deployed, connector)
    if (missing) throw new Error(`${connectorParameter} has ${missing}: deploy the connector`)
    this.#read = { text, version, connector, patterns: eventSourceSettings(connector).patterns }
    return this.#read
  }

  async #readFilter(): Promise<FilterPatterns> {
    const { parameters, filterParameter } = this.#source
    const text = filterParameter === undefined ? undefined : await parameters.get(filterParameter)
    const patterns = filterParameter === undefined ? EVERYTHING : parseFilterText(text ?? '')
    if (patterns === undefined) throw new Error(`parameter ${filterParameter} holds no list of filter patterns: ${text}`)
    this.#parts.add('filter')
    return patterns
  }

  async #readCamunda({ camunda, function: { requestTimeout } }: Connector): Promise<CamundaRestClient> {
    const connection = await this.#readConnection(camunda)
    this.#parts.add('connection')
    const fingerprint = JSON.stringify([requestTimeout, Object.entries(connection).toSorted()])
    if (this.#camunda?.connection === fingerprint) return this.#camunda.client
    const client = new CamundaRestClient(connection, requestTimeout * 1_000, this.#source.furtherHeaders)
    // Requests of this batch's predecessor have ended; a connection that is still open ends by itself.
    void this.#camunda?.client.close()
    this.#camunda = { connection: fingerprint, client }
    return client
  }

  async #readConnection(camunda: Connector['camunda']): Promise<Connection> {
    const { parameters, secrets } = this.#source
    if (typeof camunda === 'string') return (await parameters.getMultiple(camunda, { decrypt: true })) ?? {}
    const text = await secrets.get(camunda.secretArn)
    if (text === undefined) throw new Error(`${camunda.secretArn} has no text`)
    return connectionInSecret(text)
  }
}

/** What a connector asks for and an edit of it does not bring: that takes a deployment. */
function missingFrom(
  deployed: Deployed,
  { function: { requestTimeout }, idempotency, invalidInput, queue }: Connector,
): string | undefined {
  if (requestTimeout + LEAST_SPARE > deployed.functionTimeout)
    return `a function.requestTimeout of ${requestTimeout}, and the function was deployed with a timeout of ${deployed.functionTimeout}`
  if (idempotency === 'dynamodb' && !deployed.hasIdempotencyTable) return 'idempotency “dynamodb”, and there is no table yet'
  if (invalidInput === 'deadLetter' && !deployed.hasDeadLetterQueue)
    return 'invalidInput “deadLetter”, and the function may not send to the dead-letter queue yet'
  if (queue.largePayloads && queue.largePayloads.bucket !== deployed.payloadBucket)
    return `queue.largePayloads of ${queue.largePayloads.bucket}, and the function may not read from there yet`
  return undefined
}
