import type { Message } from '@aws-sdk/client-sqs'
import type { Connector } from '../../lambda/core/connector.ts'
import { DEAD_LETTER_ATTRIBUTES } from '../../lambda/core/dead-letter-attributes.ts'
import { objectOf, payloadPointer } from '../../lambda/core/large-payload.ts'
import { evaluateMessage } from '../../lambda/core/message-evaluation.ts'
import { reasonOf } from '../../lambda/core/outcome.ts'
import { toldText } from '../../lambda/core/told-text.ts'
import { toSqsRecord } from '../sqs-record.ts'
import type { LastOutcome } from './last-outcomes.ts'

const OF_THE_FUNCTION: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_ATTRIBUTES))

/** The message as it was sent once, without what the function wrote on the dead letter. */
export function asSent(message: Message): Message {
  const attributes = Object.entries(message.MessageAttributes ?? {})
  return { ...message, MessageAttributes: Object.fromEntries(attributes.filter(([name]) => !OF_THE_FUNCTION.has(name))) }
}

/** Why a message is a dead letter. */
export interface DeadLetterReason {
  readonly reason: string
  readonly elementId: string | undefined
  /**
   * `function`: the function gave it up and said so on it. `log`: SQS gave it up, and this is what the function's log last told of it. `now`:
   * SQS gave it up, the log tells nothing, and this is what would become of it now. `other`: it came from another queue, which shares the
   * dead-letter queue.
   */
  readonly told: 'function' | 'log' | 'now' | 'other'
  /** What would become of it now, where the log tells what did. */
  readonly now?: string
}

/**
 * @param connector as it is now; undefined: it cannot be evaluated
 * @param logged what the log last told of it; undefined: nothing
 */
export function reasonOfDeadLetter(
  message: Message,
  connector: Connector | undefined,
  queueArn: string,
  logged?: LastOutcome,
): DeadLetterReason {
  const attribute = (name: string) => message.MessageAttributes?.[name]?.StringValue
  const source = attribute(DEAD_LETTER_ATTRIBUTES.queueArn) ?? message.Attributes?.DeadLetterQueueSourceArn
  if (source && source !== queueArn) return { reason: `of another queue: ${source.split(':').at(-1)}`, elementId: undefined, told: 'other' }
  const reason = attribute(DEAD_LETTER_ATTRIBUTES.reason)
  const element = attribute(DEAD_LETTER_ATTRIBUTES.elementId)
  const elementId = element === undefined ? undefined : toldText(element)
  // Whoever may send to the queue may have written them.
  if (reason !== undefined) return { reason: toldText(reason), elementId, told: 'function' }
  const fate = connector
    ? fateOf(message, connector, queueArn)
    : { reason: 'not evaluated: the connector is missing or invalid', elementId: undefined }
  if (!logged) return { ...fate, told: 'now' }
  const earlier = logged.wasAmbiguous && logged.outcome !== 'Ambiguous' ? '; Ambiguous before: it may have had its effect' : ''
  const told = `${logged.outcome}${logged.reason ? `: ${toldText(logged.reason)}` : ''}${earlier}`
  return { reason: told, elementId: logged.elementId, told: 'log', now: fate.reason }
}

/** What the function would make of a message, but for Camunda's answer. */
function fateOf(message: Message, connector: Connector, queueArn: string): Pick<DeadLetterReason, 'reason' | 'elementId'> {
  const [, , , region = ''] = queueArn.split(':')
  const pointer = payloadPointer(message.Body ?? '', connector.queue)
  if (pointer?.kind === 'PayloadPointer') return { reason: `not evaluated: its body is ${objectOf(pointer)}`, elementId: undefined }
  if (pointer) return { reason: `${pointer.kind}: ${reasonOf(pointer)}`, elementId: undefined }
  const evaluated = evaluateMessage(connector, toSqsRecord(message, { queueArn, region }))
  const { elementId } = evaluated
  if ('command' in evaluated) return { reason: `would be sent: ${elementId}`, elementId }
  const { outcome } = evaluated
  return { reason: outcome.kind === 'InvalidInput' ? `${outcome.kind}: ${reasonOf(outcome)}` : outcome.kind, elementId }
}
