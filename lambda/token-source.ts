import { setTimeout as pause } from 'node:timers/promises'
import type { Settings } from './core/connection-settings.ts'
import { type TokenAnswer, tokenIn } from './core/token-answer.ts'
import type { HttpConnections } from './http-connections.ts'

/** Milliseconds before its end in which a token is not used any more, at the least; of a long life so much of it. */
const LEAST_SPARE_MS = 35_000
const SPARE_PART = 0.05
/** Milliseconds by which the clock may go back. */
const CLOCK_SKEW_MS = 30_000

interface Kept {
  readonly token: string
  /** Milliseconds of the epoch. */
  readonly since: number
  readonly until: number
}

/**
 * The token of a client at its provider (RFC 6749, section 4.4): asked for when it is needed, once for all who need it, kept while it is good,
 * and asked for again where the provider does not give one.
 */
export class TokenSource {
  readonly #ask: () => Promise<TokenAnswer>
  readonly #attempts: number
  readonly #pauseMs: number
  #kept: Kept | undefined
  #asked: Promise<string> | undefined

  constructor(settings: Settings, connections: HttpConnections) {
    this.#attempts = Number(settings.CAMUNDA_OAUTH_RETRY_MAX ?? 2)
    this.#pauseMs = Number(settings.CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS ?? 200)
    const provider = connections.to(settings.CAMUNDA_OAUTH_URL ?? '')
    const request = {
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', 'accept-encoding': 'identity' },
      body: formOf(settings),
      timeoutMs: Number(settings.CAMUNDA_OAUTH_TIMEOUT_MS ?? 3_000),
    }
    this.#ask = async () => {
      const { status, headers, text } = await connections.post(provider, request)
      return tokenIn({ status, location: headers.location, challenge: headers['www-authenticate'], text })
    }
  }

  /** The token that is kept; undefined where there is none that is good. */
  get kept(): string | undefined {
    const now = Date.now()
    return this.#kept && this.#kept.since - CLOCK_SKEW_MS <= now && now < this.#kept.until ? this.#kept.token : undefined
  }

  /** @throws why there is none, in the provider's words */
  token(): Promise<string> {
    const { kept } = this
    if (kept !== undefined) return Promise.resolve(kept)
    this.#asked ??= this.#askPatiently().finally(() => {
      this.#asked = undefined
    })
    return this.#asked
  }

  /** Camunda does not take it; where another one is kept by now, that stays. */
  refused(token: string) {
    if (this.#kept?.token === token) this.#kept = undefined
  }

  async #askPatiently(): Promise<string> {
    for (let attempt = 1; ; attempt++)
      try {
        const { access_token: token, expires_in: seconds } = await this.#ask()
        const since = Date.now()
        const lifetimeMs = seconds * 1_000
        this.#kept = { token, since, until: since + lifetimeMs - Math.max(LEAST_SPARE_MS, SPARE_PART * lifetimeMs) }
        return token
      } catch (error) {
        if (attempt >= this.#attempts) throw error
        await pause(this.#pauseMs * 2 ** (attempt - 1) * (0.9 + 0.2 * Math.random()))
      }
  }
}

/** The client's secret goes in the form: in a header some providers want it encoded, and others do not know it then. */
function formOf(settings: Settings): string {
  const { CAMUNDA_OAUTH_SCOPE: scope } = settings
  return new URLSearchParams({
    grant_type: settings.CAMUNDA_OAUTH_GRANT_TYPE ?? 'client_credentials',
    client_id: settings.CAMUNDA_CLIENT_ID ?? '',
    client_secret: settings.CAMUNDA_CLIENT_SECRET ?? '',
    audience: settings.CAMUNDA_TOKEN_AUDIENCE ?? 'zeebe.camunda.io',
    ...(scope !== undefined && { scope }),
  }).toString()
}
