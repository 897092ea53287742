import type { ConsoleApi, ConsoleEvent } from './api.ts'

const KEY = 'camunda-sqs-bridge token'

/** The token of the address by which the page was opened; it is kept for this tab alone, and taken out of what the address bar shows. */
export function tokenOfAddress(): string | undefined {
  const [, given] = /^#token=([\w-]+)/.exec(location.hash) ?? []
  if (given !== undefined) {
    sessionStorage.setItem(KEY, given)
    history.replaceState(null, '', location.pathname)
  }
  return sessionStorage.getItem(KEY) ?? undefined
}

/** The server at the other end of this page. */
export class Client implements ConsoleApi {
  readonly #token: string
  readonly #listeners = new Set<(event: ConsoleEvent) => void>()
  #source: EventSource | undefined

  constructor(token: string) {
    this.#token = token
  }

  overview: ConsoleApi['overview'] = () => this.#ask('GET', '/overview')
  message: ConsoleApi['message'] = (id) => this.#ask('GET', `/messages/${encodeURIComponent(id)}`)
  diagram: ConsoleApi['diagram'] = (id) => this.#ask('GET', `/diagrams/${encodeURIComponent(id)}`)
  connector: ConsoleApi['connector'] = (name) => this.#ask('GET', connectorPath(name))
  connectorSchema: ConsoleApi['connectorSchema'] = () => this.#ask('GET', '/connector-schema')
  checkConnector: ConsoleApi['checkConnector'] = (name, text) => this.#ask('POST', `${connectorPath(name)}/check`, { text })
  pushConnector: ConsoleApi['pushConnector'] = (name, text) => this.#ask('POST', `${connectorPath(name)}/push`, { text })
  connectorTests: ConsoleApi['connectorTests'] = (name) => this.#ask('GET', `${connectorPath(name)}/tests`)
  send: ConsoleApi['send'] = (name, message, count) => this.#ask('POST', `${connectorPath(name)}/messages`, { message, count })
  provoke: ConsoleApi['provoke'] = (name) => this.#ask('POST', '/fault', { name })
  deadLetters: ConsoleApi['deadLetters'] = (name) => this.#ask('GET', `${connectorPath(name)}/dead-letters`)
  redrive: ConsoleApi['redrive'] = (name, messageIds) => this.#ask('POST', `${connectorPath(name)}/dead-letters/redrive`, { messageIds })
  discard: ConsoleApi['discard'] = (name, messageIds) => this.#ask('POST', `${connectorPath(name)}/dead-letters/discard`, { messageIds })
  figures: ConsoleApi['figures'] = (name) => this.#ask('GET', `${connectorPath(name)}/figures`)

  subscribe: ConsoleApi['subscribe'] = (listener) => {
    this.#listeners.add(listener)
    this.#source ??= this.#follow()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#source?.close()
      this.#source = undefined
    }
  }

  #follow(): EventSource {
    const source = new EventSource(`/api/events?token=${this.#token}`)
    const tell = (event: ConsoleEvent) => {
      for (const listener of this.#listeners) listener(event)
    }
    source.onmessage = ({ data }) => tell(JSON.parse(data))
    source.onerror = () => tell({ kind: 'connection', connected: false })
    return source
  }

  async #ask<Answer>(method: string, path: string, input?: object): Promise<Answer> {
    const response = await fetch(`/api${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...(input && { 'content-type': 'application/json' }) },
      ...(input && { body: JSON.stringify(input) }),
    }).catch(() => {
      throw new Error('The run does not answer: it has ended, or is busy.')
    })
    const answer = await response.json()
    if (!response.ok) throw new Error(answer.detail ?? `HTTP ${response.status}`)
    return answer
  }
}

function connectorPath(name: string): string {
  return `/connectors/${encodeURIComponent(name)}`
}
