/**
 * What of a connector's activation conditions Lambda's filter decides, and what is left to the function, with why.
 *
 *   npm run explain -- connectors/orders.json       for people; the status is 1 where the file is faulty
 *   npm run explain -- --lines < connectors.jsonl   one connector a line in; one {"filterCriteria": [patterns], "notPushedDown": […]} a line out,
 *                                                   or {"faults": […]}
 */
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { parseConnector } from '../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../lambda/core/connector-faults.ts'
import { filterCriteria } from '../lambda/core/filter-criteria.ts'
import { readConnector } from '../lib/connector-source.ts'
import { synthReport } from '../lib/synth-report.ts'

async function explainLines(): Promise<number> {
  for await (const line of createInterface({ input: process.stdin })) if (line.trim()) console.log(JSON.stringify(explained(line)))
  return 0
}

function explained(line: string): object {
  try {
    const { patterns, notPushedDown } = filterCriteria(parseConnector(line))
    return { filterCriteria: patterns, notPushedDown }
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return { faults: error.faults }
    throw error
  }
}

function explainFile(file: string): number {
  const source = readConnector(dirname(file), basename(file))
  if (!(source instanceof ConnectorConfigurationError)) {
    console.log(synthReport(source).trimEnd())
    return 0
  }
  console.error(source.message)
  return 1
}

const [argument, more] = process.argv.slice(2)
if (argument === '--lines' && more === undefined) process.exitCode = await explainLines()
else if (argument?.endsWith('.json') && more === undefined) process.exitCode = explainFile(argument)
else {
  console.error('Usage: npm run explain -- FILE.json | --lines')
  process.exitCode = 2
}
