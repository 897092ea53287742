import type { CreateProcessInstance, PublishMessage } from './correlation.ts'

/** What Camunda answered to a command. */
export type CamundaReply =
  | { readonly kind: 'ProcessInstanceCreated'; readonly processInstanceKey: string }
  | { readonly kind: 'MessagePublished'; readonly messageKey: string }
  /** Camunda knows the message's id already: a duplicate, so this one is done. */
  | { readonly kind: 'AlreadyPublished' }
  /** Camunda knows the process instance's business id already. */
  | { readonly kind: 'AlreadyCreated' }
  /** Refused for good, as things are: 400, 403, 404, 409 without "already". May heal by a deployment. */
  | { readonly kind: 'CamundaRejected'; readonly reason: string }
  /** Certainly not executed, and worth another try: back-pressure, no connection, no token. */
  | { readonly kind: 'CamundaUnavailable'; readonly reason: string }
  /** Sent, and nobody knows whether it was executed. */
  | { readonly kind: 'Ambiguous'; readonly reason: string }
  | InvalidInput

/** The message is at fault, or the expressions are: it does not heal by itself. */
export type InvalidInput = { readonly kind: 'InvalidInput'; readonly reason: string }

export type ActivationConditionNotMet = { readonly kind: 'ActivationConditionNotMet'; readonly consumeUnmatchedEvents: boolean }

/** What became of a message. The names are those of Camunda's `CorrelationResult` where it has one. */
export type CorrelationOutcome =
  | CamundaReply
  | ActivationConditionNotMet
  /** Left alone: no time, Camunda unavailable, or an earlier message of its group goes first. */
  | { readonly kind: 'NotAttempted'; readonly reason: string }
  /** The bridge is at fault. */
  | { readonly kind: 'Unexpected'; readonly reason: string }

export type CorrelationCommand = CreateProcessInstance | PublishMessage

export type Disposition = 'acknowledge' | 'return'

/** Whether SQS may delete the message. What is returned comes back after the queue's visibility timeout, until `maxReceiveCount`. */
export function disposition(outcome: CorrelationOutcome): Disposition {
  switch (outcome.kind) {
    case 'ProcessInstanceCreated':
    case 'MessagePublished':
    case 'AlreadyPublished':
    case 'AlreadyCreated':
      return 'acknowledge'
    case 'ActivationConditionNotMet':
      return outcome.consumeUnmatchedEvents ? 'acknowledge' : 'return'
    case 'InvalidInput':
    case 'CamundaRejected':
    case 'CamundaUnavailable':
    case 'Ambiguous':
    case 'NotAttempted':
    case 'Unexpected':
      return 'return'
  }
}

/** Why, for the log; undefined where the outcome says it. */
export function reasonOf(outcome: CorrelationOutcome): string | undefined {
  return 'reason' in outcome ? outcome.reason : undefined
}
