import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HttpService, json, startHttpService } from '../http-service.ts'
import { Authentication, type AuthenticationOptions } from './authentication.ts'
import { BackPressure, type Capacity } from './back-pressure.ts'
import { CAMUNDA_VERSIONS, type VersionName } from './camunda-version.ts'
import { Engine } from './engine.ts'
import { RestApi } from './rest-api.ts'
import { State } from './state.ts'
import { Tenants } from './tenants.ts'

export interface ServeOptions {
  readonly version: VersionName
  /** 0: a free one. */
  readonly port: number
  /** Directory of its data, which it is started again on; undefined: a new one. */
  readonly data: string | undefined
  /** Whether the data is deleted when it is stopped; a new directory always is. */
  readonly isTemporary: boolean
  readonly authentication: AuthenticationOptions
  /** Empty: there is no multi-tenancy. */
  readonly tenants: readonly string[]
  readonly partitions: number
  readonly capacity: Capacity
  readonly uniqueBusinessIds: boolean
  /** Told of instances that wait for a person. */
  readonly onIncident: (sentence: string) => void
}

/** Where a client gets its token: `POST` to it. */
export const TOKEN_PATH = '/oauth/token'

/** The stand-in for Camunda, within this process. @throws Error where its data is of another release, or its port is taken */
export async function serveCamunda(options: ServeOptions): Promise<HttpService> {
  const directory = options.data ?? mkdtempSync(join(tmpdir(), 'camunda-stand-in-'))
  const version = CAMUNDA_VERSIONS[options.version]
  const state = stateIn(directory, { version: version.name, partitions: String(options.partitions) })
  const changes = new EventEmitter().setMaxListeners(0)
  const engine = new Engine(state, {
    partitions: options.partitions,
    uniqueBusinessIds: options.uniqueBusinessIds && version.businessIds,
    onChange: () => void changes.emit('change'),
    onIncident: ({ instance, element, message }) => options.onIncident(`process instance ${instance} waits at ${element}: ${message}`),
  })
  const authentication = new Authentication(options.authentication, state)
  const api = new RestApi({
    version,
    state,
    engine,
    authentication,
    tenants: new Tenants(version, options.tenants),
    backPressure: new BackPressure(options.capacity),
    partitions: options.partitions,
    port: () => Number(new URL(service.url).port),
    changes,
  })
  const service = await startHttpService((request, body, response) => {
    if (request.url !== TOKEN_PATH || request.method !== 'POST') return api.handle(request, body, response)
    const token = authentication.token(new URLSearchParams(body.toString()), request.headers.authorization)
    return token ? json(response, 200, token) : json(response, 401, { error: 'invalid_client', error_description: 'no such client' })
  }, options.port)
  return {
    url: service.url,
    async stop() {
      await service.stop()
      state.close()
      if (options.isTemporary || options.data === undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** @param settings which the data has been made with, or is from now on */
function stateIn(directory: string, settings: Readonly<Record<string, string>>): State {
  const state = opened(directory)
  for (const [name, value] of Object.entries(settings)) {
    const known = state.setting(name)
    if (known === undefined) state.set(name, value)
    if (known === undefined || known === value) continue
    state.close()
    throw new Error(`The data is of a stand-in with ${name} ${known}, and not ${value}.`)
  }
  return state
}

function opened(directory: string): State {
  try {
    return new State(join(directory, 'camunda.sqlite'))
  } catch (error) {
    if (!/locked/.test((error as Error).message)) throw error
    throw new Error(`Another stand-in has the data in ${directory}.`, { cause: error })
  }
}
