import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { command, connectorArgument, ending, jsonOption, sinceOption, withPlace } from '../command.ts'
import { OUTCOME_KINDS } from '../outcomes/outcome-kinds.ts'

export const tail = {
  command: withPlace(
    command(
      'tail',
      'what becomes of each message, as it happens',
      'Shows outcomes from the function’s log until Ctrl-C, some seconds late. What the filter turns away is not there: Lambda deletes it unseen.',
      'orders --since 1h --outcome CamundaRejected',
    )
      .addArgument(connectorArgument())
      .addOption(sinceOption())
      .addOption(new Option('--outcome <kind>', 'only this').choices(OUTCOME_KINDS))
      .option('--message <id>', 'only this message, by its id or the beginning of it', messageId)
      .option('--once', 'end after what is there')
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/tail.ts')).tail(connector, options))),
  status: { 0: 'ended, by Ctrl-C or with `--once`' },
  json: 'a line each: { time, messageId, outcome, elementId?, reason?, processInstanceKey?, messageKey?, deadLetterMessageId?, receiveCount?, durationMs?, configurationVersion?, afterwards }, and of an invocation that failed { time, requestId?, failure, reason, afterwards }',
}

function messageId(text: string): string {
  if (!/^[\w-]{1,100}$/.test(text)) throw new InvalidArgumentError('It is no message id.')
  return text
}
