import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { existingQueue, parseConnector } from '../../lambda/core/connector.ts'
import { type ConnectorFinding, connectorFindings, findingLines, sourceFindings } from '../../lib/connector-findings.ts'
import { connectorParameterName, readConnectorText } from '../../lib/connector-source.ts'
import { Refusal } from '../command-line.ts'
import { checkedName, connectorInFile } from '../connector-argument.ts'
import { differencesFromFile, inFileWithDiagrams, readLiveConnector, toConnectorFile, withConnectionBeside } from '../live-connector.ts'
import { type Choice, placeOf } from '../place.ts'
import { onThisMachine } from '../this-machine.ts'

export interface PullOptions extends Choice {
  /** A directory. */
  readonly connectors: string
  /** Whether it only shows what differs. */
  readonly check?: boolean | undefined
  readonly json?: boolean | undefined
}

/** Brings the live connector into its file. */
export async function pull(connector: string, options: PullOptions): Promise<number> {
  const name = checkedName(connector)
  const { connectors: directory, check = false, local } = options
  if (local && !check)
    throw new Refusal('A run on this machine has time-outs of its own, which are not for the file: --local goes with --check.')
  const file = join(directory, `${name}.json`)
  // What is compared has to be there, and sound; what is written may be new.
  const source = check || existsSync(file) ? connectorInFile(directory, name) : undefined
  if (check && source) tellFindings(sourceFindings(source))
  // What is put into force has the elements of the diagrams, and so has what it is compared with.
  const fromDiagrams = source !== undefined && source.diagrams.length > 0
  const inFile = fromDiagrams ? source.parameterValue : source && readConnectorText(file)
  const text = inFile !== undefined && local ? onThisMachine(inFile) : inFile
  const queue = source && existingQueue(source.connector)
  const { ssm, deploymentOf } = await placeOf({ ...options, region: options.region ?? queue?.region })
  const parameterName = options.stack ? (await deploymentOf(name)).parameterName : connectorParameterName(name)
  const live = await readLiveConnector(ssm, parameterName)
  const tell = (
    told: { readonly deployed: boolean; readonly differences?: string | undefined; readonly written: boolean },
    sentence: string,
  ) => console.log(options.json ? JSON.stringify({ connector: name, parameterName, file, differences: '', ...told }, null, 2) : sentence)
  if (live === undefined) {
    tell({ deployed: false, written: false }, `${parameterName} does not exist: ${name} is not deployed here.`)
    return check ? 0 : 1
  }
  const differences = text === undefined ? undefined : differencesFromFile(live, withConnectionBeside(text, { name, parameterName }))
  if (text !== undefined && differences === undefined) {
    tell({ deployed: true, written: false }, `${file} says what ${parameterName} says.`)
    return 0
  }
  if (check) {
    tell({ deployed: true, differences, written: false }, `- ${file}\n+ ${parameterName}\n${differences}`)
    return 1
  }
  tellFindings(connectorFindings(parseConnector(live, name)))
  const written = fromDiagrams ? inFileWithDiagrams(live, source) : undefined
  for (const [path, diagram] of written?.diagrams ?? []) writeFileSync(path, diagram)
  writeFileSync(file, written ? toConnectorFile(JSON.stringify(written.file), readConnectorText(file)) : toConnectorFile(live, text))
  tell(
    { deployed: true, differences: differences ?? '', written: true },
    `${[...(written?.diagrams.keys() ?? []), file].join(' and ')} now ${written?.diagrams.size ? 'say' : 'says'} what ${parameterName} says.${differences === undefined ? '' : `\n${differences}`}`,
  )
  return 0
}

function tellFindings(findings: readonly ConnectorFinding[]) {
  const lines = findingLines(findings)
  if (lines.length > 0) console.error(lines.join('\n'))
}
