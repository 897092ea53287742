import { parseArgs } from 'node:util'
import { UsageError } from '../command-line.ts'
import { type ImportIo, importDiagrams } from './import.ts'

export const USAGE = `Usage: npm run import -- FILE.bpmn… [--process ID]… [--secret NAME=VALUE]… [--connector QUEUE=NAME]… [--type TYPE]… [--tenant ID]
                        [--strip] [--check] [--overwrite] [--connectors DIRECTORY]

Makes connectors of the elements which have Camunda's element template for Amazon SQS, and diagrams that are for the bridge: connectors/NAME.json
and FILE.bridge.bpmn. Prints for each queue what becomes of it, what is dropped, and what has another meaning.

  --process ID       the diagram of a process as it is deployed (8.8 and later), by the CAMUNDA_… settings in the environment
  --secret NAME=VALUE      what Camunda's runtime puts for {{secrets.NAME}} in the queue's URL
  --connector QUEUE=NAME   a connector's name; QUEUE is the queue's name, URL or ARN. Otherwise it is the queue's name
  --type TYPE        elements of this inbound.type too: those of a hybrid template
  --tenant ID        tenant of the processes
  --strip            bare diagrams, without the bridge's own template; the elements are in the connectors' files then
  --check            write nothing; the status is 1 where something is refused
  --overwrite        change files that are there: a connector's file keeps what is not of these elements
  --connectors DIRECTORY   where connectors' files are; connectors
`

/** @param argv what follows the command's name. @returns the status of the process. @throws {UsageError} */
export async function importCommand(argv: readonly string[], io: ImportIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      process: { type: 'string', multiple: true, default: [] },
      secret: { type: 'string', multiple: true, default: [] },
      connector: { type: 'string', multiple: true, default: [] },
      type: { type: 'string', multiple: true, default: [] },
      tenant: { type: 'string' },
      strip: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      overwrite: { type: 'boolean', default: false },
      connectors: { type: 'string', default: 'connectors' },
      help: { type: 'boolean', default: false },
    },
  })
  if (positionals.length + values.process.length === 0) throw new UsageError('Which diagram?')
  return importDiagrams(
    {
      files: positionals,
      processes: values.process,
      secrets: pairs('secret', values.secret, (pair) => pair.indexOf('=')),
      // A URL may have an equals sign, a connector's name has none.
      names: pairs('connector', values.connector, (pair) => pair.lastIndexOf('=')),
      types: values.type,
      tenantId: values.tenant,
      strip: values.strip,
      check: values.check,
      overwrite: values.overwrite,
      directory: values.connectors,
    },
    io,
  )
}

function pairs(option: string, texts: readonly string[], equalsSignOf: (pair: string) => number): ReadonlyMap<string, string> {
  return new Map(
    texts.map((pair) => {
      const at = equalsSignOf(pair)
      if (at < 1) throw new UsageError(`--${option} takes ${option === 'secret' ? 'NAME=VALUE' : 'QUEUE=NAME'}.`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
