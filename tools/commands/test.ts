/** Runs connectors' tests: `npm run test:connectors`. See docs/TESTING.md. */
import { parseArgs } from 'node:util'
import { CONNECTORS_DIRECTORY } from '../../lib/connector-source.ts'
import { runTool } from '../command-line.ts'
import { testConnectors } from '../testing/connector-tests.ts'

const USAGE = `Usage: npm run test:connectors -- [CONNECTOR]... [--name TEXT] [--connectors DIRECTORY] [--json]

Runs the tests of connectors, which stand beside them (those of orders.json in orders.test.json), offline, with the function's own code. The
status is 0 where all pass, and 1 where one fails, a file is invalid, or there are no tests.

  CONNECTOR          name of a connector, or its file; all otherwise
  --name TEXT        only tests whose names have this text
  --connectors DIRECTORY   connectors
  --json             for programs: JSON on stdout and nothing else`

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      connectors: { type: 'string', default: CONNECTORS_DIRECTORY },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const options = { directory: values.connectors, connectors: positionals, testName: values.name, json: values.json }
  return testConnectors(options, { out: console.log })
})
