/** What a message has for a body. */
export interface Body {
  readonly text: string
  /** The connector can make no instance of it: it belongs into the dead-letter queue. */
  readonly poison: boolean
}

/** One message in so many is no ordinary one. */
const EVERY = 20

export function healthy(n: number): Body {
  return { text: JSON.stringify({ n }), poison: false }
}

/** What has brought down other consumers of JSON. */
const oddities: readonly ((n: number) => Body)[] = [
  // Deeper than Jackson reads: to the connector it is a text.
  (n) => ({ text: `{"n":${n},"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, poison: true }),
  // Half of a surrogate pair, which no UTF-8 can say.
  (n) => ({ text: `{"n":${n},"text":"\\ud800"}`, poison: true }),
  // Its variables are twice as large, and more than Camunda's connectors allow.
  (n) => ({ text: JSON.stringify({ n, twice: 'x'.repeat(800_000) }), poison: true }),
]

/**
 * Each twentieth, beginning with the third, has 100,000 keys. Where each becomes a variable, they exceed a record batch of Camunda's log
 * (4 MB), of which a variable takes more than 200 bytes.
 */
export function sometimesManyKeys(n: number): Body {
  if (n % EVERY !== 3) return healthy(n)
  const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`_${index.toString(36)}`, 0]))
  return { text: JSON.stringify({ ...keys, n }), poison: true }
}

/** One of them after the other. */
export function sometimesOdd(n: number): Body {
  const oddity = n % EVERY < oddities.length ? oddities[n % EVERY] : undefined
  return oddity?.(n) ?? healthy(n)
}

/** Fails for what has no number. */
export const WHOLE_BODY = '=if body.twice = null then body else { n: body.n, once: body.twice, twice: body.twice }'
