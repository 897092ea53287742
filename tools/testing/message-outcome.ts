import type { Connector } from '../../lambda/core/connector.ts'
import type { CorrelationCommand } from '../../lambda/core/correlation-command.ts'
import { surroundedBy } from '../../lambda/core/expressions.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import { objectOf, payloadPointer } from '../../lambda/core/large-payload.ts'
import { type EvaluatedMessage, evaluateMessage } from '../../lambda/core/message-evaluation.ts'
import { type CorrelationOutcome, disposition, reasonOf } from '../../lambda/core/outcome.ts'
import { isObject, type JsonValue, setOwn, WholeDouble } from '../../lambda/json/json.ts'
import { recordFilter } from '../filters/filter-matcher.ts'
import { type TestMessage, toRecord } from './test-message.ts'

/** What becomes of a message where Camunda takes what it is sent: by the function's own code, and with the filter of its event-source mapping. */
export interface MessageOutcome {
  readonly outcome: 'ProcessInstanceCreated' | 'MessagePublished' | 'ActivationConditionNotMet' | 'InvalidInput'
  /** Why, where it is invalid. */
  readonly reason?: string
  /** Of the element which the message activates. */
  readonly elementId?: string
  /** Process variables as Camunda is sent them; whole numbers beyond 2^53 are of the type bigint. */
  readonly variables?: Readonly<Record<string, unknown>>
  readonly correlationKey?: string
  /** The id by which Camunda, or the table of `idempotency`, knows a duplicate. */
  readonly messageId?: string
  /** Whether Lambda's filter deletes the message before the function sees it. */
  readonly filteredOut: boolean
  readonly afterwards: 'deleted' | 'back in the queue' | 'dead letter'
  /** All that Camunda is sent. */
  readonly command?: CorrelationCommand
}

/** What the expressions of a test ask in place of the clock and of chance. */
export interface TestSurroundings {
  /** Milliseconds since 1970; by default 2026-01-01T12:00:00Z. */
  readonly now?: number
  /** From 0 up to, but not including, 1; by default always 0.5. */
  readonly random?: () => number
}

/** A test is offline. */
export class BodyElsewhere extends TypeError {
  override readonly name = 'BodyElsewhere'
}

export const DEFAULT_NOW = Date.UTC(2026, 0, 1, 12)

const AFTERWARDS = { acknowledge: 'deleted', return: 'back in the queue', deadLetter: 'dead letter' } as const

/** @throws {BodyElsewhere} */
export function outcomeOf(connector: Connector, message: TestMessage, surroundings: TestSurroundings = {}): MessageOutcome {
  const { now = DEFAULT_NOW, random = () => 0.5 } = surroundings
  const record = toRecord(message, connector, now)
  const pointer = payloadPointer(record.body, connector.queue)
  if (pointer?.kind === 'PayloadPointer')
    throw new BodyElsewhere(`The message’s body is ${objectOf(pointer)}, which no test reads: give what is in it as the body.`)
  // As the function on AWS has it.
  const evaluated: EvaluatedMessage = pointer
    ? { outcome: pointer }
    : surroundedBy({ now: () => now, random, timeZone: 'UTC' }, () => evaluateMessage(connector, record))
  const filteredOut = !recordFilter(filterCriteria(connector).patterns)(record)
  const outcome = 'command' in evaluated ? taken(evaluated.command) : evaluated.outcome
  const reason = reasonOf(outcome)
  return {
    outcome: outcome.kind,
    ...(reason !== undefined && { reason }),
    ...(evaluated.elementId !== undefined && { elementId: evaluated.elementId }),
    ...('command' in evaluated && { ...sent(evaluated.command), command: evaluated.command }),
    filteredOut,
    // Of what is filtered out, too: there is a filter only where what it deletes would be consumed.
    afterwards: AFTERWARDS[disposition(outcome, connector)],
  }
}

/** What Camunda replies to a command that it takes. */
function taken({ kind }: CorrelationCommand): CorrelationOutcome & { readonly kind: 'ProcessInstanceCreated' | 'MessagePublished' } {
  return kind === 'createProcessInstance'
    ? { kind: 'ProcessInstanceCreated', processInstanceKey: '' }
    : { kind: 'MessagePublished', messageKey: '' }
}

function sent(command: CorrelationCommand): Partial<MessageOutcome> {
  const variables = plain(command.variables) as Record<string, unknown>
  if (command.kind === 'publishMessage') return { variables, correlationKey: command.correlationKey, messageId: command.messageId }
  return command.idempotency === 'none' ? { variables } : { variables, messageId: command.messageId }
}

/** The value as a program has it: `1.0` is 1, and only whole numbers which no double holds are of the type bigint. */
export function plain(value: unknown): unknown {
  if (value instanceof WholeDouble) return value.value + 0
  if (typeof value === 'bigint') return BigInt(Number(value)) === value ? Number(value) : value
  if (typeof value === 'number') return value + 0
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || !isObject(value as JsonValue)) return value
  const object: Record<string, JsonValue> = {}
  for (const [name, part] of Object.entries(value)) if (part !== undefined) setOwn(object, name, plain(part) as JsonValue)
  return object
}
