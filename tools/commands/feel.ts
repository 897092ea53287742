import { command, ending, jsonOption } from '../command.ts'

export const feel = {
  command: command(
    'feel',
    'the value of a FEEL expression',
    'Evaluates an expression as the function would: its value and type, and what became null on the way. FILE is a body, a record, a Lambda event, or what aws sqs receive-message prints; - is stdin.',
    "'body.items[price > 10].sku' --message message.json",
  )
    .argument('<expression>')
    .option('--message <file>', 'the message whose fields are the variables')
    .option('--variables <file>', 'the variables themselves, a JSON object')
    .addOption(jsonOption())
    .action(ending(async (expression, options) => (await import('../actions/feel.ts')).feel(expression, options))),
  status: { 0: 'it has a value', 1: 'it is no FEEL, or its evaluation fails' },
  json: '{ value, type, warnings: [{ type, message, from, to }] }, { failure, warnings } or { syntaxError: { reason, from, to } }',
}
