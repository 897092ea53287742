import type { CorrelationCommand } from './core/correlation-command.ts'
import type { CamundaReply } from './core/outcome.ts'

/** Camunda, as the bridge needs it. */
export interface Camunda {
  /**
   * One command, sent at most once unless it provably was not executed, and not at all where its answer could come too late. Faults are replies;
   * it does not throw.
   * @param remainingTime milliseconds until nobody waits for the answer any more
   */
  send(command: CorrelationCommand, remainingTime: () => number): Promise<CamundaReply>
}
