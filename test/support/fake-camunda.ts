import type { Camunda } from '../../lambda/camunda.ts'
import type { CorrelationCommand } from '../../lambda/core/correlation-command.ts'
import type { CamundaReply } from '../../lambda/core/outcome.ts'

/** Camunda with a memory: it keeps the commands it got, and answers as told, by default that all went well. */
export class FakeCamunda implements Camunda {
  readonly commands: CorrelationCommand[] = []
  underWay = 0
  mostUnderWay = 0
  #answer: (command: CorrelationCommand) => CamundaReply | Promise<CamundaReply> = (command) =>
    command.kind === 'createProcessInstance'
      ? { kind: 'ProcessInstanceCreated', processInstanceKey: String(this.commands.length) }
      : { kind: 'MessagePublished', messageKey: String(this.commands.length) }

  answers(answer: (command: CorrelationCommand) => CamundaReply | Promise<CamundaReply>): this {
    this.#answer = answer
    return this
  }

  async send(command: CorrelationCommand): Promise<CamundaReply> {
    this.commands.push(command)
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay)
    await new Promise((done) => setImmediate(done))
    try {
      return await this.#answer(command)
    } finally {
      this.underWay--
    }
  }
}
