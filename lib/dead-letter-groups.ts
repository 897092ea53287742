import type { Message } from '@aws-sdk/client-sqs'
import pc from 'picocolors'
import type { DeadLetterReason } from './dead-letter-reason.ts'

/** Dead letters of one reason and element. */
export interface DeadLetterGroup extends DeadLetterReason {
  readonly count: number
  /** ISO 8601: when the first was sent, and the last. */
  readonly oldest: string
  readonly newest: string
  readonly messages: readonly { readonly messageId: string; readonly sent: string; readonly body?: string }[]
}

/** The largest group first. @param bodies whether the groups hold the messages' bodies */
export function groupsOf(
  messages: readonly Message[],
  reasonOf: (message: Message) => DeadLetterReason,
  { bodies }: { readonly bodies: boolean },
): DeadLetterGroup[] {
  const groups = Map.groupBy(
    messages.map((message) => ({ message, why: reasonOf(message) })),
    ({ why }) => JSON.stringify([why.reason, why.elementId, why.told]),
  )
  return [...groups.values()]
    .map((group) => {
      const [first] = group
      const inOrder = group.map(({ message }) => describe(message, bodies)).toSorted((one, other) => (one.sent < other.sent ? -1 : 1))
      return {
        ...(first?.why as DeadLetterReason),
        count: group.length,
        oldest: inOrder[0]?.sent ?? '',
        newest: inOrder.at(-1)?.sent ?? '',
        messages: inOrder,
      }
    })
    .toSorted((one, other) => other.count - one.count)
}

function describe({ MessageId = '', Attributes, Body = '' }: Message, bodies: boolean) {
  const sent = new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString()
  return { messageId: MessageId, sent, ...(bodies && { body: Body }) }
}

/** A group for people: how many, why, how old, and an example; all of them with their bodies where those are asked for. */
export function groupReport({ count, reason, elementId, told, oldest, newest, messages }: DeadLetterGroup, now: number): string {
  const age = (iso: string) => duration(now - Date.parse(iso))
  const ages = count === 1 ? age(oldest) : `${age(oldest)} to ${age(newest)}`
  const [example] = messages
  const shown = messages.filter(({ body }) => body !== undefined)
  return [
    `${pc.bold(String(count).padStart(6))}  ${told === 'function' ? pc.red(reason) : told === 'now' ? `${pc.dim('now: ')}${reason}` : pc.dim(reason)}`,
    pc.dim(`        ${[elementId, `sent ${ages} ago`, `e.g. ${example?.messageId}`].filter(Boolean).join(' · ')}`),
    ...shown.map(({ messageId, body }) => `        ${messageId}  ${body}`),
  ].join('\n')
}

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
