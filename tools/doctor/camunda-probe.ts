import { getCACertificates } from 'node:tls'
import { createCamundaClient } from '@camunda8/orchestration-cluster-api'
import { Agent, fetch as undiciFetch } from 'undici'
import { wordsOf } from '../../lambda/core/camunda-answer.ts'
import { clientEnvironment, ONE_ATTEMPT, SECRETS, type Settings, strategyOf } from '../../lambda/core/connection-settings.ts'
import { withoutSecrets } from '../../lambda/core/secrets.ts'
import { tokenIn } from '../../lambda/core/token-answer.ts'
import { toldText } from '../../lambda/core/told-text.ts'
import { type ConnectionParameters, readParameters } from '../connection-parameters.ts'

/** A look at Camunda with the connection that the function has. */
export interface CamundaProbe {
  /** @throws what stands in the way */
  topology(): Promise<{ readonly gatewayVersion: string; readonly date: Date | undefined }>
  /** Whether a process is deployed; undefined where the cluster cannot be asked. */
  isDeployed(process: {
    readonly bpmnProcessId: string
    readonly version?: number | undefined
    readonly tenantId: string
  }): Promise<boolean | undefined>
  /** The latest version of a process, and its diagram. @throws what stands in the way */
  deployedDiagram(process: {
    readonly bpmnProcessId: string
    readonly tenantId?: string | undefined
  }): Promise<{ readonly text: string; readonly version: number } | undefined>
  /** The latest version of each process, as far as `most` of them. @throws what stands in the way */
  latestDefinitions(most: number): Promise<readonly DeployedDefinition[]>
  /** Keys of those definitions of a process whose instances wait for messages, by the `most` which have waited longest. @throws */
  waitingDefinitions(process: DeployedDefinition, most: number): Promise<ReadonlySet<string>>
  /** Whether any instance waits for a message of that name. @throws */
  isWaitedFor(message: { readonly messageName: string; readonly tenantId: string }): Promise<boolean>
  /** @throws */
  definition(processDefinitionKey: string): Promise<DeployedDefinition>
  /** The diagram of a definition. @throws */
  diagram(processDefinitionKey: string): Promise<string>
  close(): Promise<void>
}

/** A version of a process, as Camunda has it. */
export interface DeployedDefinition {
  readonly processDefinitionKey: string
  readonly bpmnProcessId: string
  readonly version: number
  readonly tenantId: string
}

const PATIENCE = 10_000
/** Of one page of a search. */
const PAGE = 1_000
/** An answer may hold what was sent: only its beginning. */
const MOST_WORDS = 300
/** A cluster without the search API, or one whose client may not search. */
const CANNOT_BE_ASKED = [403, 404, 501, 503]

export function camundaProbe(parameters: ConnectionParameters): CamundaProbe {
  const { settings } = readParameters(parameters)
  const strategy = strategyOf(settings) ?? 'NONE'
  const tokenHref = strategy === 'OAUTH' ? new URL(settings.CAMUNDA_OAUTH_URL ?? '').href : undefined
  const { CAMUNDA_MTLS_CA: ca, CAMUNDA_MTLS_CERT: cert, CAMUNDA_MTLS_KEY: key, CAMUNDA_MTLS_KEY_PASSPHRASE: passphrase } = settings
  const secrets = SECRETS.flatMap((name) => settings[name] ?? [])
  const brief = (text: string) => toldText(withoutSecrets(text, secrets), MOST_WORDS)
  const agent = new Agent({
    connect: {
      timeout: PATIENCE / 2,
      ...(ca && { ca: [...getCACertificates('default'), ca] }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(passphrase && { passphrase }),
    },
  })
  let date: Date | undefined
  let unreachable: string | undefined
  const client = createCamundaClient({
    env: { CAMUNDA_OAUTH_TIMEOUT_MS: '5000', CAMUNDA_OAUTH_RETRY_MAX: '1', ...clientEnvironment(settings) },
    config: { CAMUNDA_AUTH_STRATEGY: strategy, ...ONE_ATTEMPT },
    fetch: async (input, init) => {
      const request = new Request(input, init)
      try {
        const response = await undiciFetch(request.url, {
          method: request.method,
          headers: [...request.headers],
          body: request.body === null ? null : await request.text(),
          redirect: 'manual',
          signal: AbortSignal.timeout(PATIENCE),
          dispatcher: agent,
        })
        date = dateIn(response.headers.get('date'))
        const { status, headers } = response
        const [location, challenge] = ['location', 'www-authenticate'].map((name) => headers.get(name) ?? undefined)
        const text = await response.text()
        if (request.url === tokenHref) return Response.json(tokenIn({ status, location, challenge, text }))
        if (status >= 300 && status < 400)
          throw new Error(`it redirects to ${location}; is CAMUNDA_REST_ADDRESS the cluster’s REST address?`)
        if (status >= 400) return refusal(status, text)
        return new Response(text === '' ? null : text, { status, headers: { 'content-type': headers.get('content-type') ?? '' } })
      } catch (error) {
        unreachable = `${new URL(request.url).host}: ${brief(causeOf(error as Error))}`
        throw error
      }
    },
  })
  const ask = async <Answer>(request: () => Promise<Answer>): Promise<Answer> => {
    unreachable = undefined
    await client.getAuthHeaders().catch((error: Error) => {
      throw new Error(`there is no token: ${unreachable ?? brief(error.message)}`)
    })
    return request().catch((error: Error & { status?: number; title?: string }) => {
      if (unreachable !== undefined) throw new Error(unreachable)
      throw error.status === undefined
        ? noCamunda(settings, 'its answer cannot be read')
        : new Refused(error.status, brief(error.title ?? error.message))
    })
  }
  const search = async (request: () => Promise<unknown>): Promise<Page> => {
    const { items, page } = Object((await ask(request)) ?? {}) as { items?: unknown; page?: { endCursor?: unknown } }
    if (!Array.isArray(items)) throw noCamunda(settings, 'it answers a search without items')
    return { items, endCursor: typeof page?.endCursor === 'string' ? page.endCursor : undefined }
  }
  /** Page after page, as far as `most`. */
  const searchAll = async (request: (page: object) => Promise<unknown>, most: number): Promise<unknown[]> => {
    const found: unknown[] = []
    for (let after: string | undefined; found.length < most; ) {
      const limit = Math.min(PAGE, most - found.length)
      const { items, endCursor } = await search(() => request({ limit, ...(after !== undefined && { after }) }))
      found.push(...items)
      if (items.length < limit || endCursor === undefined || endCursor === after) break
      after = endCursor
    }
    return found
  }
  const definitions = (filter: object, page: object, sort?: readonly object[]) =>
    client.searchProcessDefinitions({ filter, page, ...(sort && { sort }) } as never, AS_IT_IS)
  const subscriptions = (filter: object, page: object) =>
    client.searchMessageSubscriptions(
      {
        filter: { ...filter, messageSubscriptionState: 'CREATED' },
        page,
        sort: [{ field: 'lastUpdatedDate', order: 'ASC' }],
      } as never,
      AS_IT_IS,
    )
  const diagram = async (processDefinitionKey: string) => {
    const text: unknown = await ask(() => client.getProcessDefinitionXml({ processDefinitionKey } as never, AS_IT_IS))
    if (typeof text !== 'string') throw noCamunda(settings, 'it answers with no diagram')
    return text
  }
  return {
    async topology() {
      const topology: unknown = await ask(() => client.getTopology())
      const { gatewayVersion, brokers } = Object(topology ?? {}) as { gatewayVersion?: unknown; brokers?: unknown }
      if (typeof gatewayVersion !== 'string' || !/^\d+\.\d+/.test(gatewayVersion) || !Array.isArray(brokers))
        throw noCamunda(settings, 'it answers 200, and reports no gateway and no brokers')
      return { gatewayVersion: brief(gatewayVersion), date }
    },
    async isDeployed({ bpmnProcessId, version, tenantId }) {
      const filter = { processDefinitionId: bpmnProcessId, ...(version !== undefined && { version }), ...inTenant(tenantId) }
      try {
        return (await search(() => definitions(filter, { limit: 1 }))).items.length > 0
      } catch (error) {
        if (cannotBeAsked(error)) return undefined
        throw error
      }
    },
    async deployedDiagram({ bpmnProcessId, tenantId }) {
      const filter = { processDefinitionId: bpmnProcessId, isLatestVersion: true, ...(tenantId !== undefined && { tenantId }) }
      const [latest] = (await search(() => definitions(filter, { limit: 1 }))).items
      if (latest === undefined) return undefined
      const { processDefinitionKey, version } = definitionIn(latest)
      return { text: await diagram(processDefinitionKey), version }
    },
    async latestDefinitions(most) {
      const sort = [{ field: 'processDefinitionId', order: 'ASC' }]
      return (await searchAll((page) => definitions({ isLatestVersion: true }, page, sort), most)).map(definitionIn)
    },
    async waitingDefinitions({ bpmnProcessId, tenantId }, most) {
      const filter = { processDefinitionId: bpmnProcessId, ...inTenant(tenantId) }
      const waiting = (await searchAll((page) => subscriptions(filter, page), most)) as { processDefinitionKey?: unknown }[]
      return new Set(waiting.map(({ processDefinitionKey }) => String(processDefinitionKey)))
    },
    async isWaitedFor({ messageName, tenantId }) {
      return (await search(() => subscriptions({ messageName, ...inTenant(tenantId) }, { limit: 1 }))).items.length > 0
    },
    async definition(processDefinitionKey) {
      return definitionIn(await ask(() => client.getProcessDefinition({ processDefinitionKey } as never, AS_IT_IS)))
    },
    diagram,
    close: () => agent.close(),
  }
}

/** What is there now, without waiting for what is on its way into the search. */
const AS_IT_IS = { consistency: { waitUpToMs: 0 } }

interface Page {
  readonly items: readonly unknown[]
  readonly endCursor: string | undefined
}

/** A cluster without multi-tenancy knows the default tenant alone, and may not be asked for it. */
function inTenant(tenantId: string): { readonly tenantId?: string } {
  return tenantId === '<default>' ? {} : { tenantId }
}

function definitionIn(item: unknown): DeployedDefinition {
  const { processDefinitionKey, processDefinitionId, version, tenantId } = Object(item ?? {}) as Record<string, unknown>
  return {
    processDefinitionKey: String(processDefinitionKey),
    bpmnProcessId: String(processDefinitionId),
    version: Number(version),
    tenantId: String(tenantId ?? '<default>'),
  }
}

/** Whether this is no search API, or one that the client may not use. */
export function cannotBeAsked(error: unknown): boolean {
  return error instanceof Refused && CANNOT_BE_ASKED.includes(error.status)
}

/** Camunda, or what lies before it, answered otherwise than asked for. */
class Refused extends Error {
  readonly status: number

  constructor(status: number, title: string) {
    super(`HTTP ${status} ${title}`)
    this.status = status
  }
}

/** Tells the host of the address, without what else an address may have. */
function noCamunda({ CAMUNDA_REST_ADDRESS: address = '' }: Settings, why: string): Error {
  const host = URL.canParse(address) ? new URL(address).host : 'the address'
  return new Error(`what answers at ${host} is no Camunda: ${why}`)
}

function dateIn(header: string | null): Date | undefined {
  const date = new Date(header ?? '')
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** The innermost error, by its code. */
function causeOf(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return causeOf(error.errors[0])
  return error.cause instanceof Error ? causeOf(error.cause) : error.message
}

/** Title and detail together are what is told of it. */
function refusal(status: number, text: string): Response {
  const title = Object.values(wordsOf(text)).filter(Boolean).join(': ')
  return Response.json({ title, status }, { status, headers: { 'content-type': 'application/problem+json' } })
}
