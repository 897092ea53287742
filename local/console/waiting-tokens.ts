import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { WaitingTokens } from '../../console/api.ts'

/** Milliseconds between two looks. */
const BETWEEN = 1_000

/** Looks for tokens that wait for a message in the stand-in for Camunda; a release without a search tells of none. */
export function watchTokens(restAddress: string, onChange: (tokens: readonly WaitingTokens[]) => void): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const watching = (async () => {
    let told: readonly WaitingTokens[] = []
    while (!signal.aborted) {
      const tokens = await waitingTokens(restAddress, signal).catch(() => told)
      if (!isDeepStrictEqual(tokens, told)) onChange(tokens)
      told = tokens
      await pause(BETWEEN, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    stop() {
      stopping.abort()
      return watching
    },
  }
}

async function waitingTokens(restAddress: string, signal: AbortSignal): Promise<WaitingTokens[]> {
  const response = await fetch(`${restAddress}/v2/message-subscriptions/search`, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter: { messageSubscriptionState: 'CREATED' }, page: { limit: 10_000 } }),
  })
  if (!response.ok) return []
  const { items } = (await response.json()) as { items: readonly { processDefinitionId: string; elementId: string }[] }
  const byElement = Map.groupBy(items, ({ processDefinitionId, elementId }) => JSON.stringify([processDefinitionId, elementId]))
  return [...byElement].map(([place, { length: count }]) => {
    const [processId, elementId] = JSON.parse(place)
    return { processId, elementId, count }
  })
}
