import type { ServerResponse } from 'node:http'
import { SSMClient } from '@aws-sdk/client-ssm'
import { type HttpService, json, startHttpService } from './http-service.ts'
import { REGION } from './queues.ts'

/**
 * Stand-in for SSM's Parameter Store: GetParameter, GetParametersByPath and PutParameter on values in memory. A SecureString is told only to
 * whoever asks for its decryption.
 *
 * What it does not do: encrypt, keep earlier versions or their history, check permissions or signatures, throttle unless told to, policies, tiers, lists.
 */
export interface ParameterStore extends HttpService {
  readonly parameters: Parameters
  /** While it is set, every request fares so: refused as one too many, or hung up on. */
  trouble: 'throttled' | 'down' | undefined
  /** How many requests fared so. */
  readonly troubled: number
}

type Input = {
  readonly Name?: string
  readonly Path?: string
  readonly Recursive?: boolean
  readonly Value?: string
  readonly Type?: string
  readonly Overwrite?: boolean
  readonly WithDecryption?: boolean
  readonly NextToken?: string
}

/** Parameters of one answer, as of SSM's unless it is asked for fewer. */
const PAGE = 10

/** A client of a local store, with credentials that are none. */
export function localSsmClient(endpoint: string): SSMClient {
  return new SSMClient({ endpoint, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } })
}

/** Values, when each was last set, and as what it was put. */
export class Parameters extends Map<string, string> {
  readonly #modified = new Map<string, number>()
  readonly types = new Map<string, string>()
  readonly #versions = new Map<string, number>()

  override set(name: string, value: string): this {
    this.#modified.set(name, Date.now())
    this.#versions.set(name, this.version(name) + 1)
    return super.set(name, value)
  }

  /** How often it was set. */
  version(name: string): number {
    return this.#versions?.get(name) ?? 0
  }

  /** Seconds of the epoch, as SSM tells them. */
  lastModified(name: string): number {
    return (this.#modified.get(name) ?? 0) / 1_000
  }
}

/** @param onPut told of what a client wrote there */
export async function startParameterStore(
  initial: Readonly<Record<string, string>> = {},
  onPut: (name: string, value: string, version: number) => void = () => {},
): Promise<ParameterStore> {
  const parameters = new Parameters()
  for (const [name, value] of Object.entries(initial)) parameters.set(name, value)
  let trouble: ParameterStore['trouble']
  let troubled = 0
  const service = await startHttpService((request, body, response) => {
    if (trouble !== undefined) troubled += 1
    if (trouble === 'down') return void response.destroy()
    if (trouble === 'throttled') return refuse(response, 'ThrottlingException', 'Rate exceeded')
    const operation = String(request.headers['x-amz-target']).replace('AmazonSSM.', '')
    respond(parameters, operation, JSON.parse(body.toString()) as Input, response, onPut)
  })
  return {
    ...service,
    parameters,
    get trouble() {
      return trouble
    },
    set trouble(next) {
      trouble = next
    },
    get troubled() {
      return troubled
    },
  }
}

function respond(
  parameters: Parameters,
  operation: string,
  input: Input,
  response: ServerResponse,
  onPut: (name: string, value: string, version: number) => void,
) {
  const { Name: name = '', Path: path = '' } = input
  const parameter = (each: string) => ({
    Name: each,
    Value: parameters.types.get(each) === 'SecureString' && !input.WithDecryption ? `ciphertext of ${each}` : parameters.get(each),
    Type: parameters.types.get(each) ?? 'String',
    Version: parameters.version(each),
    DataType: 'text',
    LastModifiedDate: parameters.lastModified(each),
  })
  switch (operation) {
    case 'GetParameter':
      return parameters.has(name) ? answer(response, 200, { Parameter: parameter(name) }) : refuse(response, 'ParameterNotFound')
    case 'GetParametersByPath': {
      const folder = path.endsWith('/') ? path : `${path}/`
      const below = [...parameters.keys()].filter(
        (each) => each.startsWith(folder) && (input.Recursive || !each.slice(folder.length).includes('/')),
      )
      const [from, to] = [Number(input.NextToken ?? 0), Number(input.NextToken ?? 0) + PAGE]
      return answer(response, 200, {
        Parameters: below.slice(from, to).map(parameter),
        ...(to < below.length && { NextToken: String(to) }),
      })
    }
    case 'PutParameter':
      if (parameters.has(name) && !input.Overwrite) return refuse(response, 'ParameterAlreadyExists')
      parameters.set(name, input.Value ?? '')
      if (input.Type) parameters.types.set(name, input.Type)
      onPut(name, input.Value ?? '', parameters.version(name))
      return answer(response, 200, { Version: parameters.version(name), Tier: 'Standard' })
    default:
      return refuse(response, 'UnknownOperationException', `this stand-in has no ${operation}`)
  }
}

function refuse(response: ServerResponse, type: string, message?: string) {
  answer(response, 400, { __type: type, message })
}

function answer(response: ServerResponse, status: number, body: unknown) {
  json(response, status, body, 'application/x-amz-json-1.1')
}
