import type { MessageRow } from '../api.ts'

/** `14:03:07.250`, of this machine’s clock. */
export function clockTime(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** `320 ms`, `4.2 s`, `3 min` */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 120_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  if (milliseconds < 7_200_000) return `${Math.round(milliseconds / 60_000)} min`
  return `${Math.round(milliseconds / 3_600_000)} h`
}

const DONE = new Set(['ProcessInstanceCreated', 'MessagePublished', 'AlreadyPublished', 'AlreadyCreated'])

export type Mood = 'good' | 'plain' | 'warn' | 'bad'

/** How good it is, what became of a message. */
export function moodOf({ outcome, fate }: Pick<MessageRow, 'outcome' | 'fate'>): Mood {
  if (fate === 'dead letter') return 'bad'
  if (fate === 'back in the queue') return 'warn'
  return outcome !== undefined && DONE.has(outcome) ? 'good' : 'plain'
}

export function outcomeText({ outcome, fate }: Pick<MessageRow, 'outcome' | 'fate'>): string {
  return outcome ?? (fate === undefined ? 'under way' : 'no outcome')
}
