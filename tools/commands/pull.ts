/** Brings the live connector into its file: `npm run pull -- CONNECTOR`. See docs/TOOLS.md. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Connector, existingQueue, parseConnector } from '../../lambda/core/connector.ts'
import { connectorFindings, findingLines } from '../../lib/connector-findings.ts'
import { CONNECTORS_DIRECTORY, connectorParameterName, readConnectorText } from '../../lib/connector-source.ts'
import { COMMON_OPTIONS, COMMON_USAGE, Refusal, runTool } from '../command-line.ts'
import { connectorInFile, onlyConnector } from '../connector-argument.ts'
import { differencesFromFile, inFileWithDiagrams, readLiveConnector, toConnectorFile } from '../live-connector.ts'
import { type Choice, placeOf } from '../place.ts'
import { onThisMachine } from '../this-machine.ts'

const USAGE = `Usage: npm run pull -- CONNECTOR [--check] [--connectors DIRECTORY] [--local] [--profile NAME] [--region REGION]

Writes the connector's parameter, as it is now, into its file, and shows what was otherwise there. Nothing changes in AWS.

  --check            write nothing: show what the parameter says otherwise than the file; the status is 1 where there is anything
  --connectors DIRECTORY   where the file is; connectors
${COMMON_USAGE.split('\n').slice(1).join('\n')}`

async function pull(name: string, directory: string, check: boolean, choice: Choice): Promise<number> {
  const file = join(directory, `${name}.json`)
  const parameterName = connectorParameterName(name)
  // What is compared has to be there, and sound; what is written may be new.
  const source = check || existsSync(file) ? connectorInFile(directory, name) : undefined
  if (check) tellFindings(source?.connector)
  // What is put into force has the elements of the diagrams, and so has what it is compared with.
  const fromDiagrams = source !== undefined && source.diagrams.length > 0
  const inFile = fromDiagrams ? source.parameterValue : source && readConnectorText(file)
  const text = inFile !== undefined && choice.local ? onThisMachine(inFile) : inFile
  const queue = source && existingQueue(source.connector)
  const { ssm } = await placeOf({ ...choice, region: choice.region ?? queue?.region })
  const live = await readLiveConnector(ssm, parameterName)
  if (live === undefined) {
    console.log(`${parameterName} does not exist: ${name} is not deployed here.`)
    return check ? 0 : 1
  }
  const differences = text === undefined ? undefined : differencesFromFile(live, text)
  if (text !== undefined && differences === undefined) {
    console.log(`${file} says what ${parameterName} says.`)
    return 0
  }
  if (check) {
    console.log(`- ${file}\n+ ${parameterName}\n${differences}`)
    return 1
  }
  tellFindings(parseConnector(live, name))
  if (fromDiagrams) writeFileSync(file, toConnectorFile(inFileWithDiagrams(live, source), readConnectorText(file)))
  else writeFileSync(file, toConnectorFile(live, text))
  console.log(`${file} now says what ${parameterName} says.${differences === undefined ? '' : `\n${differences}`}`)
  return 0
}

function tellFindings(connector: Connector | undefined) {
  const lines = connector ? findingLines(connectorFindings(connector)) : []
  if (lines.length > 0) console.error(lines.join('\n'))
}

await runTool(USAGE, async () => {
  const { json: _, ...options } = COMMON_OPTIONS
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...options,
      check: { type: 'boolean', default: false },
      connectors: { type: 'string', default: CONNECTORS_DIRECTORY },
    },
  })
  const name = onlyConnector(positionals)
  if (values.local && !values.check)
    throw new Refusal('A run on this machine has time-outs of its own, which are not for the file: --local goes with --check.')
  return pull(name, values.connectors, values.check, values)
})
