import { command, connectorsOption, ending, jsonOption } from '../command.ts'

export const test = {
  command: command(
    'test',
    'connectors’ own tests: messages, and what becomes of each',
    'Runs the tests of connectors, those of orders.json in orders.test.json, offline, with the function’s own code: all of a directory, or those of the connectors named, by name or by file.',
    'orders --name cancellation',
  )
    .argument('[connectors...]')
    .option('--name <text>', 'only tests whose names have this text')
    .addOption(connectorsOption())
    .addOption(jsonOption())
    .action(ending(async (names, options) => (await import('../actions/test.ts')).test(names, options))),
  status: { 0: 'all pass', 1: 'one fails, a file is invalid, or there are no tests' },
  json: '{ passed, failed, invalid, files: [{ connector, file, error?, tests: [{ name, status: "passed" | "failed", line, column, expected?, actual? }], untested }], withoutTests }',
}
