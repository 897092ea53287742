import { jsonObject } from './json-object.ts'
import { toldText } from './told-text.ts'

/** An answer of the provider of tokens. */
export interface ProviderAnswer {
  readonly status: number
  readonly location?: string | undefined
  /** `WWW-Authenticate`. */
  readonly challenge?: string | undefined
  readonly text: string
}

/** A token, as RFC 6749 (section 5.1) has it told. */
export interface TokenAnswer {
  readonly access_token: string
  /** Seconds. */
  readonly expires_in: number
  readonly [member: string]: unknown
}

/** What a provider may say besides, and the connection does not know: by its name, in JSON and in forms. */
const NAMED_SECRET = /((?:token|secret|assertion|password)[\w-]*["']?\s*[=:]\s*["']?)[^\s&"',;]+/gi

/** Seconds that a token is taken to be good for where the provider does not say (RFC 6749, section 5.1, recommends that it does). */
const USUAL_LIFETIME = 300
const LONGEST_LIFETIME = 86_400
const MOST_WORDS = 300

/**
 * The token in a provider's answer, which always says for how long it is good.
 * @throws what the provider says where there is none
 */
export function tokenIn({ status, location, challenge, text }: ProviderAnswer): TokenAnswer {
  const told = (words: string) => new Error(`HTTP ${status} ${toldText(words.replace(NAMED_SECRET, '$1[secret]'), MOST_WORDS)}`)
  if (status >= 300 && status < 400) throw told(`redirects to ${location ?? 'elsewhere'}; is CAMUNDA_OAUTH_URL where tokens are given?`)
  const document = jsonObject(text)
  if (typeof document?.error === 'string') throw told([document.error, wordsIn(document.error_description)].filter(Boolean).join(': '))
  if (status < 200 || status >= 300) throw told(document ? text : withoutMarkup(text) || wordsIn(challenge) || 'without a word')
  if (!document) throw told('is no JSON; is CAMUNDA_OAUTH_URL where tokens are given?')
  const { access_token: token, token_type: type = 'Bearer', expires_in: expiresIn } = document
  // What else is in such an answer may be a secret.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) throw told('has no access_token')
  if (String(type).toLowerCase() !== 'bearer') throw told(`has a token of type ${type}, and Camunda takes a Bearer token`)
  return { ...document, access_token: token, expires_in: lifetimeOf(expiresIn) }
}

function lifetimeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'number' || typeof expiresIn === 'string' ? Number.parseFloat(String(expiresIn)) : Number.NaN
  return seconds > 0 ? Math.min(seconds, LONGEST_LIFETIME) : USUAL_LIFETIME
}

function wordsIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function withoutMarkup(text: string): string {
  return text
    .slice(0, 8_192)
    .replace(/<[^<>]*>/g, ' ')
    .trim()
}
