import type { CorrelationOutcome } from '../../lambda/core/outcome.ts'

export type OutcomeKind = CorrelationOutcome['kind']

const KINDS: Readonly<Record<OutcomeKind, true>> = {
  ProcessInstanceCreated: true,
  MessagePublished: true,
  AlreadyPublished: true,
  AlreadyCreated: true,
  ActivationConditionNotMet: true,
  InvalidInput: true,
  CamundaRejected: true,
  CamundaUnavailable: true,
  Ambiguous: true,
  NotAttempted: true,
  Unexpected: true,
}
export const OUTCOME_KINDS = Object.keys(KINDS) as OutcomeKind[]
