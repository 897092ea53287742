import { Option } from '@commander-js/extra-typings'
import { command, ending, jsonOption, numberFrom } from '../../tools/command.ts'

export const send = {
  command: command(
    'send',
    'messages into a queue of the running start',
    'Puts a message into a queue of the running start, or many; {n} in the body, an attribute or the group is the number of the message.',
    `orders '{"id":"A-{n}"}' --count 100`,
  )
    .argument('<connector>')
    .argument('<body>')
    .option('--type <type>', 'the message attribute “type”')
    .addOption(
      new Option('--attribute <name=value>', 'a message attribute; several times').default([] as string[], 'none').argParser(another),
    )
    .option('--large', 'the body into the bucket of queue.largePayloads')
    .option('--group <group>', 'of a FIFO queue (default: "default")')
    .option('--count <n>', 'how many', numberFrom(1, 1_000_000), 1)
    .option('--rate <n>', 'most messages a second', numberFrom(0.01, 10_000, { whole: false }), 10)
    .addOption(jsonOption())
    .action(ending(async (connector, body, options) => (await import('../send.ts')).send(connector, body, options))),
  status: { 0: 'all sent', 1: 'not all: refused, interrupted, or nothing runs' },
  json: '{ connector, sent, messageIds: [id] }',
}

function another(attribute: string, attributes: string[]): string[] {
  return [...attributes, attribute]
}
