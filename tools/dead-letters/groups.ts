import type { Message } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import pc from 'picocolors'
import { toSqsRecord } from '../sqs-record.ts'
import { asSent, type DeadLetterReason } from './reason.ts'

/** Dead letters of one reason and element. */
export interface DeadLetterGroup extends DeadLetterReason {
  readonly count: number
  /** ISO 8601: when the first was sent, and the last. */
  readonly oldest: string
  readonly newest: string
  readonly messages: readonly DeadLetter[]
}

/** With its body, it is a message which `npx camunda-sqs-bridge explain --message` takes. */
interface DeadLetter {
  readonly messageId: string
  readonly sent: string
  readonly body?: string
  readonly messageAttributes?: SQSRecord['messageAttributes']
}

/** The largest group first. @param bodies whether the groups hold the messages' bodies and attributes */
export function groupsOf(reasons: ReadonlyMap<Message, DeadLetterReason>, { bodies }: { readonly bodies: boolean }): DeadLetterGroup[] {
  const groups = Map.groupBy(
    [...reasons].map(([message, why]) => ({ message, why })),
    ({ why }) => JSON.stringify([why.reason, why.elementId, why.told, why.now]),
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

function describe(message: Message, bodies: boolean): DeadLetter {
  const { MessageId = '', Attributes } = message
  const sent = new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString()
  return { messageId: MessageId, sent, ...(bodies && contentOf(message)) }
}

/** A group for people: how many, why, how old, and an example; all of them with their bodies where those are asked for. */
export function groupReport({ count, reason, elementId, told, now: fate, oldest, newest, messages }: DeadLetterGroup, now: number): string {
  const age = (iso: string) => duration(now - Date.parse(iso))
  const ages = age(oldest) === age(newest) ? age(oldest) : `${age(oldest)} to ${age(newest)}`
  const [example] = messages
  const shown = messages.filter(({ body }) => body !== undefined)
  return [
    `${pc.bold(String(count).padStart(6))}  ${told === 'function' || told === 'log' ? pc.red(reason) : told === 'now' ? `${pc.dim('now: ')}${reason}` : pc.dim(reason)}`,
    pc.dim(
      `        ${[elementId, fate !== undefined && `now: ${fate === reason ? 'the same' : fate}`, `sent ${ages} ago`, `e.g. ${example?.messageId}`].filter(Boolean).join(' · ')}`,
    ),
    ...shown.map(({ messageId, body }) => `        ${messageId}  ${body}`),
  ].join('\n')
}

function contentOf(message: Message): Pick<DeadLetter, 'body' | 'messageAttributes'> {
  const { body, messageAttributes } = toSqsRecord(asSent(message), { queueArn: '', region: '' })
  return { body, messageAttributes }
}

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
