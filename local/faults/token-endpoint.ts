import { randomUUID } from 'node:crypto'
import { type HttpService, json, startHttpService } from '../http-service.ts'

/**
 * Stand-in for an OAuth token endpoint: gives whoever asks the one token which is valid.
 *
 * What it does not do: look at credentials, audience or scope, sign tokens, let them expire by time.
 */
export interface TokenEndpoint extends HttpService {
  /** Whoever asks is hung up on. */
  down: boolean
  /** How often whoever asked was hung up on. */
  readonly refused: number
  isValid(authorization: string | undefined): boolean
  /** Another token is the valid one from now on. */
  renew(): void
}

const LIFETIME_S = 3_600

export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  let token: string = randomUUID()
  let down = false
  let refused = 0
  const service = await startHttpService((_request, _body, response) => {
    if (down) {
      refused += 1
      return void response.destroy()
    }
    json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: LIFETIME_S })
  })
  return {
    ...service,
    get down() {
      return down
    },
    set down(next) {
      down = next
    },
    get refused() {
      return refused
    },
    isValid: (authorization) => authorization === `Bearer ${token}`,
    renew() {
      token = randomUUID()
    },
  }
}
