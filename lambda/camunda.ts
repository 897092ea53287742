import type { CamundaReply, CorrelationCommand } from './core/outcome.ts'

/** Camunda, as the bridge needs it. */
export interface Camunda {
  /** One command, sent at most once unless it provably was not executed. Faults are replies; it does not throw. */
  send(command: CorrelationCommand): Promise<CamundaReply>
}
