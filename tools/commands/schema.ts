import { command, ending } from '../command.ts'

export const schema = {
  command: command(
    'schema',
    'the JSON schema of connector files',
    'Prints the JSON schema by which editors complete and check a connector’s file: its "$schema" names it.',
    '--output connectors/connector.schema.json',
  )
    .option('--output <file>', 'where it goes, in place of stdout')
    .action(ending(async (options) => (await import('../actions/schema.ts')).schema(options))),
  status: { 0: 'written' },
}
