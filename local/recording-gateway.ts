import type { ServerResponse } from 'node:http'
import { BpmnModdle } from 'bpmn-moddle'
import { z } from 'zod'
import { parsedJson } from '../lib/parsed-json.ts'
import { type HttpService, json, problem, startHttpService } from './http-service.ts'

/**
 * Stand-in for Camunda's REST API: it validates requests as Camunda 8.6 and later do, knows the processes that were deployed, refuses what
 * Camunda refuses, and records what it was given.
 *
 * What it does not do: execute anything. No token moves, no job is created, no message is correlated; no authentication, no tenants but
 * <default>, no search but that of process definitions by their id and version.
 */
export interface RecordingGateway extends HttpService {
  readonly instances: readonly RecordedInstance[]
  readonly messages: readonly RecordedMessage[]
}

export interface RecordedInstance {
  readonly processInstanceKey: string
  readonly bpmnProcessId: string
  readonly variables: Readonly<Record<string, unknown>>
}

export interface RecordedMessage {
  readonly messageKey: string
  readonly name: string
  readonly correlationKey: string
  readonly messageId: string
  readonly variables: Readonly<Record<string, unknown>>
}

type Process = { readonly version: number; readonly startsWithoutMessage: boolean }

const variables = z.record(z.string(), z.unknown()).default({})
const tenantId = z.literal('<default>').default('<default>')
const createInstance = z.strictObject({
  processDefinitionId: z.string().min(1),
  processDefinitionVersion: z.int().default(-1),
  variables,
  tenantId,
  operationReference: z.int().min(1).optional(),
  startInstructions: z.array(z.unknown()).optional(),
  awaitCompletion: z.boolean().optional(),
  requestTimeout: z.int().optional(),
  /** Of 8.9 and later; as there with `business-id-uniqueness-enabled`. */
  businessId: z.string().min(1).max(256).optional(),
})
const publishMessage = z.strictObject({
  name: z.string().min(1),
  correlationKey: z.string().default(''),
  timeToLive: z.int().min(0).default(0),
  messageId: z.string().default(''),
  variables,
  tenantId,
})

const searchDefinitions = z.object({ filter: z.object({ processDefinitionId: z.string(), version: z.int().optional() }) })

/** Keys of partition 1, as Zeebe counts them. */
const FIRST_KEY = 2n ** 51n + 1n

/** @param onRecorded told of each instance and message, with its key */
export async function startRecordingGateway(
  onRecorded: (recorded: { readonly key: string; readonly variables: object }) => void = () => {},
): Promise<RecordingGateway> {
  const processes = new Map<string, Process>()
  const instances: RecordedInstance[] = []
  const messages: RecordedMessage[] = []
  /** Until when a message with this name, key and id is a duplicate. */
  const buffered = new Map<string, number>()
  /** Business ids: nothing is executed here, so that no process instance ever ends. */
  const active = new Set<string>()
  let key = FIRST_KEY
  const nextKey = () => String(key++)

  const create = (body: unknown, response: ServerResponse) => {
    const { success, data, error } = createInstance.safeParse(body)
    if (!success) return problem(response, 400, 'INVALID_ARGUMENT', z.prettifyError(error))
    const process = processes.get(data.processDefinitionId)
    const { processDefinitionVersion: version } = data
    if (!process || (version !== -1 && version > process.version))
      return problem(
        response,
        404,
        'NOT_FOUND',
        `no process definition '${data.processDefinitionId}'${version === -1 ? '' : ` in version ${version}`}`,
      )
    const business = data.businessId && JSON.stringify([data.processDefinitionId, data.businessId])
    if (business && active.has(business))
      return problem(response, 409, 'ALREADY_EXISTS', `a process instance with business id '${data.businessId}' is active`)
    if (!process.startsWithoutMessage)
      return problem(response, 409, 'INVALID_STATE', `process '${data.processDefinitionId}' has no none start event`)
    if (business) active.add(business)
    const processInstanceKey = nextKey()
    onRecorded({ key: processInstanceKey, variables: data.variables })
    instances.push({ processInstanceKey, bpmnProcessId: data.processDefinitionId, variables: data.variables })
    return json(response, 200, {
      processDefinitionKey: '1',
      processDefinitionId: data.processDefinitionId,
      processDefinitionVersion: version === -1 ? process.version : version,
      processInstanceKey,
      tenantId: '<default>',
      variables: {},
      ...(data.businessId && { businessId: data.businessId }),
    })
  }

  const publish = (body: unknown, response: ServerResponse) => {
    const { success, data, error } = publishMessage.safeParse(body)
    if (!success) return problem(response, 400, 'INVALID_ARGUMENT', z.prettifyError(error))
    const id = JSON.stringify([data.name, data.correlationKey, data.messageId])
    if (data.messageId && (buffered.get(id) ?? 0) > Date.now())
      return problem(response, 409, 'ALREADY_EXISTS', `a message with id '${data.messageId}' is already published`)
    buffered.set(id, Date.now() + data.timeToLive)
    const messageKey = nextKey()
    onRecorded({ key: messageKey, variables: data.variables })
    messages.push({
      messageKey,
      name: data.name,
      correlationKey: data.correlationKey,
      messageId: data.messageId,
      variables: data.variables,
    })
    return json(response, 200, { messageKey, tenantId: '<default>' })
  }

  const search = (body: unknown, response: ServerResponse) => {
    const { success, data, error } = searchDefinitions.safeParse(body)
    if (!success) return problem(response, 400, 'INVALID_ARGUMENT', z.prettifyError(error))
    const { processDefinitionId: id, version } = data.filter
    const latest = processes.get(id)?.version ?? 0
    const versions = Array.from({ length: latest }, (_, index) => index + 1).filter((each) => version === undefined || each === version)
    const items = versions.map((each) => ({ processDefinitionId: id, version: each, tenantId: '<default>' }))
    return json(response, 200, { items, page: { totalItems: items.length } })
  }

  const deploy = async (resources: FormData, response: ServerResponse) => {
    const files = resources.getAll('resources').filter((resource): resource is File => resource instanceof File)
    const deployments = []
    for (const file of files)
      for (const { id, startsWithoutMessage } of await processesIn(await file.text())) {
        const version = (processes.get(id)?.version ?? 0) + 1
        processes.set(id, { version, startsWithoutMessage })
        const processDefinition = {
          processDefinitionId: id,
          processDefinitionVersion: version,
          processDefinitionKey: nextKey(),
          resourceName: file.name,
          tenantId: '<default>',
        }
        deployments.push({ processDefinition })
      }
    if (deployments.length === 0) return problem(response, 400, 'INVALID_ARGUMENT', 'no executable process among the resources')
    return json(response, 200, { deploymentKey: nextKey(), tenantId: '<default>', deployments })
  }

  const service = await startHttpService(async ({ method, url, headers }, body, response) => {
    const route = `${method} ${url}`
    if (route === 'GET /v2/topology') return json(response, 200, topology)
    if (route === 'POST /v2/deployments')
      return deploy(
        await new Response(Uint8Array.from(body), { headers: { 'content-type': String(headers['content-type']) } }).formData(),
        response,
      )
    const handle = {
      'POST /v2/process-instances': create,
      'POST /v2/messages/publication': publish,
      'POST /v2/process-definitions/search': search,
    }[route]
    if (!handle) return problem(response, 404, 'NOT_FOUND', `this stand-in has no ${route}`)
    const request = parsedJson(body.toString())
    return request === undefined ? problem(response, 400, 'INVALID_ARGUMENT', 'the request is no JSON') : handle(request, response)
  })
  return { ...service, instances, messages }
}

/** The executable processes of a BPMN file. */
async function processesIn(xml: string): Promise<{ id: string; startsWithoutMessage: boolean }[]> {
  type Node = { $type: string; id: string; isExecutable?: boolean; flowElements?: Node[]; eventDefinitions?: Node[] }
  const { rootElement } = (await new BpmnModdle().fromXML(xml)) as unknown as { rootElement: { rootElements: Node[] } }
  return rootElement.rootElements
    .filter(({ $type, isExecutable }) => $type === 'bpmn:Process' && isExecutable)
    .map(({ id, flowElements = [] }) => ({
      id,
      startsWithoutMessage: flowElements.some(
        ({ $type, eventDefinitions = [] }) => $type === 'bpmn:StartEvent' && eventDefinitions.length === 0,
      ),
    }))
}

const topology = {
  brokers: [
    {
      nodeId: 0,
      host: '127.0.0.1',
      port: 0,
      partitions: [{ partitionId: 1, role: 'leader', health: 'healthy' }],
      version: 'recording-gateway',
    },
  ],
  clusterSize: 1,
  partitionsCount: 1,
  replicationFactor: 1,
  gatewayVersion: 'recording-gateway',
}
