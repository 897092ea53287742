/**
 * Writes the connector's parameter, as it is in SSM now, into its file: `npm run pull -- NAME`. With `--check` nothing is written: it shows
 * what the parameter says otherwise than the file, and ends with the status 1 where there is anything. `--connectors DIR` takes another
 * directory. The credentials are those of the AWS CLI, and so is the region, but for an existing queue, which names its own.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SSMClient } from '@aws-sdk/client-ssm'
import { existingQueue, parseConnector } from '../lambda/core/connector.ts'
import { connectorParameterName, readConnectorText } from '../lib/connector-source.ts'
import { differencesFromFile, readLiveConnector, toConnectorFile } from '../lib/live-connector.ts'

async function pull(name: string, { check, directory }: { check: boolean; directory: string }): Promise<number> {
  const file = join(directory, `${name}.json`)
  const parameterName = connectorParameterName(name)
  const text = existsSync(file) ? readConnectorText(file) : undefined
  const queue = text === undefined ? undefined : existingQueue(parseConnector(text, name))
  const live = await readLiveConnector(new SSMClient(queue ? { region: queue.region } : {}), parameterName)
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
    console.log(text === undefined ? `There is no ${file}.` : `- ${file}\n+ ${parameterName}\n${differences}`)
    return 1
  }
  parseConnector(live, name)
  writeFileSync(file, toConnectorFile(live, text))
  console.log(`${file} now says what ${parameterName} says.${differences === undefined ? '' : `\n${differences}`}`)
  return 0
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    connectors: { type: 'string', default: fileURLToPath(new URL('../connectors', import.meta.url)) },
  },
})
const [name, ...others] = positionals
if (name === undefined || others.length > 0) {
  console.error('Usage: npm run pull -- NAME [--check] [--connectors DIRECTORY]')
  process.exitCode = 2
} else
  try {
    process.exitCode = await pull(name, { check: values.check, directory: values.connectors })
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
