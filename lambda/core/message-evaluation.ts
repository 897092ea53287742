import type { SQSRecord } from 'aws-lambda'
import { activate } from './activation.ts'
import type { Connector } from './connector.ts'
import { correlationFor } from './correlation.ts'
import type { CorrelationCommand } from './correlation-command.ts'
import type { ActivationConditionNotMet, InvalidInput } from './outcome.ts'
import { toSqsMessage } from './sqs-message.ts'

/** What is made of a message before Camunda is asked: what it is to be sent, or the outcome where that is nothing. */
export type EvaluatedMessage =
  | { readonly command: CorrelationCommand; readonly elementId: string }
  | { readonly outcome: ActivationConditionNotMet | InvalidInput; readonly elementId?: string }

export function evaluateMessage(connector: Connector, record: SQSRecord): EvaluatedMessage {
  const message = toSqsMessage(record, connector.queue)
  const activation = activate(connector, message)
  if (activation.kind !== 'Activated') return { outcome: activation }
  const { elementId } = activation.element
  const command = correlationFor(activation.element, message, connector.idempotency)
  return command.kind === 'InvalidInput' ? { outcome: command, elementId } : { command, elementId }
}
