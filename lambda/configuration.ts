import { createHash } from 'node:crypto'
import type { SSMProvider } from '@aws-lambda-powertools/parameters/ssm'
import { CamundaRestClient, type Connection } from './camunda-client.ts'
import { type Connector, parseConnector } from './core/connector.ts'
import { ConnectorConfigurationError } from './core/connector-faults.ts'
import { filterCriteria } from './core/filter-criteria.ts'

/** Seconds for which a parameter is taken as read. */
const MAX_AGE_SECONDS = 60

export interface Configuration {
  readonly connector: Connector
  readonly camunda: CamundaRestClient
}

export interface ConfigurationSource {
  readonly parameters: Pick<SSMProvider, 'get' | 'getMultiple'>
  /** Name of the parameter that holds the connector. */
  readonly connectorParameter: string
  /** SHA-256 of the filter patterns which the event-source mapping was deployed with, in hexadecimal; undefined: not known. */
  readonly filterDigest: string | undefined
  /** A configuration could not be read, or is faulty; `inForce` tells whether an earlier one still is. */
  readonly onRejected: (error: Error, inForce: boolean) => void
}

/**
 * The configuration as it stands in the parameter store, read again when it is older than a minute. What cannot be read, or is faulty,
 * changes nothing: the last good configuration stays in force.
 */
export class LiveConfiguration {
  readonly #source: ConfigurationSource
  #connector: { readonly text: string; readonly connector: Connector } | undefined
  #camunda: { readonly connection: string; readonly client: CamundaRestClient } | undefined

  constructor(source: ConfigurationSource) {
    this.#source = source
  }

  /** @throws where no configuration was ever good */
  async current(): Promise<Configuration> {
    const connector = await this.#orLastGood(() => this.#readConnector(), this.#connector?.connector)
    const camunda = await this.#orLastGood(() => this.#readCamunda(connector), this.#camunda?.client)
    return { connector, camunda }
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

  async #readConnector(): Promise<Connector> {
    const { parameters, connectorParameter } = this.#source
    const text = await parameters.get(connectorParameter, { maxAge: MAX_AGE_SECONDS })
    if (text === undefined) throw new Error(`parameter ${connectorParameter} does not exist`)
    if (this.#connector?.text === text) return this.#connector.connector
    const connector = parsed(text, connectorParameter)
    refuseOtherFilter(connector, this.#source)
    this.#connector = { text, connector }
    return connector
  }

  async #readCamunda({ camunda: path, function: { requestTimeout } }: Connector): Promise<CamundaRestClient> {
    const connection: Connection = (await this.#source.parameters.getMultiple(path, { maxAge: MAX_AGE_SECONDS, decrypt: true })) ?? {}
    const fingerprint = JSON.stringify([requestTimeout, Object.entries(connection).toSorted()])
    if (this.#camunda?.connection === fingerprint) return this.#camunda.client
    const client = new CamundaRestClient(connection, requestTimeout * 1_000)
    // Requests of this batch's predecessor have ended; a connection that is still open ends by itself.
    void this.#camunda?.client.close()
    this.#camunda = { connection: fingerprint, client }
    return client
  }
}

function parsed(text: string, name: string): Connector {
  try {
    return parseConnector(text)
  } catch (error) {
    throw error instanceof ConnectorConfigurationError ? error.of(name) : error
  }
}

/** Lambda goes on deleting what the deployed filter turns away, whatever the connector says meanwhile. */
function refuseOtherFilter(connector: Connector, { filterDigest, connectorParameter }: ConfigurationSource) {
  const digest = createHash('sha256')
    .update(JSON.stringify(filterCriteria(connector).patterns))
    .digest('hex')
  if (filterDigest !== undefined && digest !== filterDigest)
    throw new Error(
      `${connectorParameter} needs other filter criteria than the event-source mapping has; deploy it, so that Lambda deletes nothing which it wants`,
    )
}
