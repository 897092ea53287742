import type { MessageRow, ReachableElement, WaitingTokens } from '../api.ts'
import { type Mood, moodOf } from '../shell/told.ts'

/** What became of the messages that reached an element of a diagram. */
export interface ElementCounts {
  readonly byOutcome: ReadonlyMap<string, number>
  readonly byMood: Readonly<Record<Mood, number>>
  /** Tokens which wait there. */
  readonly waiting: number
  /** The newest first. */
  readonly last: readonly MessageRow[]
}

const MOST_LAST = 10

/** By the id of each element. A message which activates none is counted at none. */
export function countsOf(
  elements: readonly ReachableElement[],
  rows: readonly MessageRow[],
  tokens: readonly WaitingTokens[],
): ReadonlyMap<string, ElementCounts> {
  const byElement = Map.groupBy(
    rows.filter(({ elementId }) => elementId !== undefined),
    ({ connector, elementId = '' }) => keyOf(connector, elementId),
  )
  return new Map(
    elements.map(({ id, processId, connections }) => {
      const reached = connections.flatMap(({ connector, elementId }) => byElement.get(keyOf(connector, elementId)) ?? [])
      const waiting = tokens.find((each) => each.processId === processId && each.elementId === id)?.count ?? 0
      return [id, { ...tally(reached), waiting, last: reached.slice(-MOST_LAST).toReversed() }]
    }),
  )
}

function tally(rows: readonly MessageRow[]): Pick<ElementCounts, 'byOutcome' | 'byMood'> {
  const byOutcome = new Map<string, number>()
  const byMood = { good: 0, plain: 0, warn: 0, bad: 0 }
  for (const row of rows) {
    const outcome = `${row.outcome ?? 'under way'}${row.fate === undefined || row.fate === 'deleted' ? '' : `, ${row.fate}`}`
    byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1)
    byMood[moodOf(row)] += 1
  }
  return { byOutcome, byMood }
}

function keyOf(connector: string, elementId: string): string {
  return JSON.stringify([connector, elementId])
}
