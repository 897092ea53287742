import { command, connectorArgument, ending, jsonOption, numberFrom, withPlace } from '../command.ts'

export const peek = {
  command: withPlace(
    command(
      'peek',
      'what is in the dead-letter queue, and why',
      'Looks through the dead-letter queue and groups its messages by reason and element. Each message is given back at the end, also after Ctrl-C; until then nobody else receives it, and its receive count rises.',
      'orders --bodies --json',
    )
      .addArgument(connectorArgument())
      .option('--max <n>', 'most messages to look at', numberFrom(1, 100_000), 1_000)
      .option('--bodies', 'show the messages’ bodies')
      .option('--no-log', 'do not search the function’s log for reasons')
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/peek.ts')).peek(connector, options))),
  status: { 0: 'looked through' },
  json: `{ connector, deadLetterQueueUrl, seen, approximately: { visible, inFlight }, groups: [{ reason, elementId?, told: "function" | "log" | "now" | "other", now?, count, oldest, newest, messages: [{ messageId, sent, body?, messageAttributes? }] }] }`,
}
