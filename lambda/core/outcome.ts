import type { Connector } from './connector.ts'
import { toldText } from './told-text.ts'

/** What Camunda answered to a command. */
export type CamundaReply =
  /** The reason is a caveat: the effect is there, and less sure than the connector asks for. */
  | { readonly kind: 'ProcessInstanceCreated'; readonly processInstanceKey: string; readonly reason?: string }
  | { readonly kind: 'MessagePublished'; readonly messageKey: string }
  /** Camunda knows the message's id already: a duplicate, so this one is done. */
  | { readonly kind: 'AlreadyPublished' }
  /** The process instance is known already: to Camunda by its business id, or to the table of `idempotency` “dynamodb” by its key as well. */
  | { readonly kind: 'AlreadyCreated'; readonly processInstanceKey?: string }
  /** Refused for good, as things are: 400, 403, 404, 409 without "already". May heal by a deployment. */
  | { readonly kind: 'CamundaRejected'; readonly reason: string }
  | CamundaUnavailable
  /** Sent, and nobody knows whether it was executed. */
  | { readonly kind: 'Ambiguous'; readonly reason: string }
  | InvalidInput

/** Certainly not executed, and worth another try. */
export type CamundaUnavailable = {
  readonly kind: 'CamundaUnavailable'
  readonly reason: string
  /** More than Camunda can take; nobody there to take it; nobody let in, for want of a token; and no time left to ask. */
  readonly why: 'backPressure' | 'unreachable' | 'unauthorized' | 'noTime'
}

/** The message is at fault, or the expressions are: it does not heal by itself. */
export type InvalidInput = { readonly kind: 'InvalidInput'; readonly reason: string }

export type ActivationConditionNotMet = { readonly kind: 'ActivationConditionNotMet'; readonly consumeUnmatchedEvents: boolean }

/** What became of a message. The names are those of Camunda's `CorrelationResult` where it has one. */
export type CorrelationOutcome =
  | CamundaReply
  | ActivationConditionNotMet
  /** Left alone: no time, no configuration, Camunda unavailable, or an earlier message of its group goes first. */
  | { readonly kind: 'NotAttempted'; readonly reason: string }
  /** The bridge is at fault. */
  | { readonly kind: 'Unexpected'; readonly reason: string }

/** What is done with the message itself: SQS may delete it, gets it back, or gets it for the dead-letter queue at once. */
export type Disposition = 'acknowledge' | 'return' | 'deadLetter'

/** What is returned comes back after a while, until `maxReceiveCount`: then SQS makes it a dead letter. */
export function disposition(outcome: CorrelationOutcome, { invalidInput }: Pick<Connector, 'invalidInput'>): Disposition {
  switch (outcome.kind) {
    case 'ProcessInstanceCreated':
    case 'MessagePublished':
    case 'AlreadyPublished':
    case 'AlreadyCreated':
      return 'acknowledge'
    case 'ActivationConditionNotMet':
      return outcome.consumeUnmatchedEvents ? 'acknowledge' : 'return'
    case 'InvalidInput':
      return invalidInput
    case 'CamundaRejected':
    case 'CamundaUnavailable':
    case 'Ambiguous':
    case 'NotAttempted':
    case 'Unexpected':
      return 'return'
  }
}

/**
 * Why, for whoever tells it: the log, a dead letter, a terminal. Cut here and nowhere else; undefined where the outcome says it.
 */
export function reasonOf(outcome: CorrelationOutcome): string | undefined {
  return 'reason' in outcome && outcome.reason !== undefined ? toldText(outcome.reason) : undefined
}
