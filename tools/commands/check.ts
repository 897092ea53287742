import { command, connectorsOption, ending, jsonOption } from '../command.ts'

export const check = {
  command: command(
    'check',
    'are connectors’ files valid: errors and warnings with places',
    'Checks connectors’ files, all of a directory or those named, by name or by file, and shows every error and warning with its line and column. Asks nothing of AWS.',
    '--strict',
  )
    .argument('[connectors...]')
    .addOption(connectorsOption())
    .option('--strict', 'a warning is as bad as an error')
    .addOption(jsonOption())
    .action(ending(async (names, options) => (await import('../actions/check.ts')).check(names, options))),
  status: { 0: 'no errors; with `--strict` no warnings either', 1: 'there are' },
  json: '{ files, errors, warnings, problems: [{ file, line, column, severity: "error" | "warning" | "note", path, message }] }',
}
