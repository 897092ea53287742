import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { RequestProblem } from './rejection.ts'
import type { State } from './state.ts'

export const AUTHENTICATIONS = ['NONE', 'BASIC', 'OAUTH'] as const

export interface AuthenticationOptions {
  readonly strategy: (typeof AUTHENTICATIONS)[number]
  /** User name and password, or client id and secret. */
  readonly id: string
  readonly secret: string
  /** Seconds. */
  readonly tokenLifetime: number
}

export interface Token {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
}

/** Who may ask: whoever knows the one user's password, or has a token for the one client's secret. */
export class Authentication {
  readonly #options: AuthenticationOptions
  readonly #state: State

  constructor(options: AuthenticationOptions, state: State) {
    this.#options = options
    this.#state = state
  }

  /** What an answer to somebody unknown asks for. */
  get challenge(): string {
    return this.#options.strategy === 'BASIC' ? 'Basic realm="stand-in"' : 'Bearer'
  }

  /** @throws {RequestProblem} where the header is not the right one */
  check(authorization: string | undefined): void {
    const [scheme = '', credentials = ''] = authorization?.split(' ') ?? []
    switch (this.#options.strategy) {
      case 'NONE':
        return
      case 'BASIC': {
        const { id, secret } = this.#options
        if (scheme.toLowerCase() === 'basic' && isSame(Buffer.from(credentials, 'base64').toString(), `${id}:${secret}`)) return
        throw new RequestProblem(401, 'Unauthorized', 'the user name or the password is not the right one')
      }
      case 'OAUTH': {
        const expiry = scheme.toLowerCase() === 'bearer' ? this.#state.setting(`token ${credentials}`) : undefined
        if (Number(expiry ?? 0) > Date.now()) return
        throw new RequestProblem(401, 'Unauthorized', expiry === undefined ? 'there is no valid token' : 'the token has expired')
      }
    }
  }

  /**
   * The answer of the token endpoint to a client's credentials.
   * @param authorization of the client, where it says them in a header
   * @returns undefined where they are not the right ones
   */
  token(form: URLSearchParams, authorization: string | undefined): Token | undefined {
    const { id, secret, tokenLifetime } = this.#options
    const said = authorization?.startsWith('Basic ') ? basicOf(authorization) : `${form.get('client_id')}:${form.get('client_secret')}`
    if (form.get('grant_type') !== 'client_credentials' || !isSame(said, `${id}:${secret}`)) return undefined
    const expiry = Date.now() + tokenLifetime * 1_000
    const token = unsignedJwt({ sub: id, exp: Math.floor(expiry / 1_000), jti: randomUUID() })
    this.#state.set(`token ${token}`, String(expiry))
    return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetime }
  }
}

/** Camunda's SDK looks into a token for its expiry, and takes no other. Nobody looks at the signature. */
function unsignedJwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.stand-in`
}

/** By RFC 6749, both parts are form-encoded before they become a header. */
function basicOf(authorization: string): string {
  const [id = '', ...secret] = Buffer.from(authorization.slice('Basic '.length), 'base64').toString().split(':')
  return [id, secret.join(':')].map(formDecoded).join(':')
}

function formDecoded(text: string): string {
  return new URLSearchParams(`text=${text}`).get('text') ?? ''
}

/** Takes as long whatever is said. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
