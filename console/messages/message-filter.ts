import type { MessageRow } from '../api.ts'

/** Which messages are listed. */
export interface MessageFilter {
  /** Empty: of all queues. */
  readonly connector: string
  /** Empty: all. */
  readonly outcome: string
  /** Empty: all. In any of what is listed, whatever the case. */
  readonly text: string
}

export const EVERYTHING: MessageFilter = { connector: '', outcome: '', text: '' }

/** The newest first. */
export function listed(rows: readonly MessageRow[], { connector, outcome, text }: MessageFilter): readonly MessageRow[] {
  const wanted = text.toLowerCase()
  const found = rows.filter(
    (row) =>
      (connector === '' || row.connector === connector) &&
      (outcome === '' || outcomeOf(row) === outcome) &&
      (wanted === '' || wordsOf(row).toLowerCase().includes(wanted)),
  )
  return found.toReversed()
}

/** By which a message is chosen; a dead letter is one whatever it came from. */
export function outcomeOf({ outcome, fate }: MessageRow): string {
  return fate === 'dead letter' ? 'dead letter' : (outcome ?? (fate === undefined ? 'under way' : 'no outcome'))
}

function wordsOf({ messageId, text, elementId = '', outcome = '', reason = '', key = '', fate }: MessageRow): string {
  return `${messageId}\n${text}\n${elementId}\n${outcome}\n${reason}\n${key}\n${fate ?? ''}`
}

/** Which outcomes there are, and how often. */
export function outcomesIn(rows: readonly MessageRow[]): readonly (readonly [outcome: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(outcomeOf(row), (counts.get(outcomeOf(row)) ?? 0) + 1)
  return [...counts].toSorted(([one], [other]) => one.localeCompare(other))
}
