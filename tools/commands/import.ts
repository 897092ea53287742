import { InvalidArgumentError } from '@commander-js/extra-typings'
import { command, connectorsOption, ending } from '../command.ts'

export const importDiagrams = {
  command: command(
    'import',
    'connectors out of diagrams with Camunda’s own SQS connector',
    'Makes connectors of the elements that have Camunda’s template for Amazon SQS, and diagrams for the bridge: FILE.bridge.bpmn. Tells what is dropped, and what changes in meaning.',
    'processes/*.bpmn --check',
  )
    .argument('[files...]')
    .option('--process <id>', 'a deployed diagram, by CAMUNDA_… settings', collected)
    .option('--secret <name=value>', 'for {{secrets.NAME}} in the queue’s URL', pairsBy('indexOf'))
    // A URL may have an equals sign, a connector's name has none.
    .option('--connector <queue=name>', 'a connector’s name, not its queue’s', pairsBy('lastIndexOf'))
    .option('--type <type>', 'this inbound.type too: a hybrid one', collected)
    .option('--tenant <id>', 'of the processes')
    .option('--strip', 'bare diagrams; elements in the connectors’ files')
    .option('--check', 'write nothing')
    .option('--overwrite', 'change files that are there')
    .addOption(connectorsOption())
    .action(ending(async (files, options) => (await import('../actions/import.ts')).importFiles(files, options))),
  status: { 0: 'written; with `--check`: nothing is refused', 1: 'something is refused, and nothing written' },
}

function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** The reader of NAME=VALUE, which may come several times. @throws {InvalidArgumentError} */
function pairsBy(search: 'indexOf' | 'lastIndexOf') {
  return (pair: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> => {
    const at = pair[search]('=')
    if (at < 1) throw new InvalidArgumentError('It takes a name, an equals sign and a value.')
    return new Map([...before, [pair.slice(0, at), pair.slice(at + 1)]])
  }
}
