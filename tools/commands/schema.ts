import { Argument } from '@commander-js/extra-typings'
import { command, ending } from '../command.ts'

export const schema = {
  command: command(
    'schema',
    'the JSON schema of connector files, or of their tests',
    'Prints the JSON schema by which editors complete and check a connector’s file, or that of its tests: its "$schema" names it.',
    '--output connectors/connector.schema.json',
  )
    .addArgument(new Argument('[of]').choices(['connector', 'test']).default('connector' as const))
    .option('--output <file>', 'where it goes, in place of stdout')
    .action(ending(async (of, options) => (await import('../actions/schema.ts')).schema(of, options))),
  status: { 0: 'written' },
  isSeldom: true,
}
