/** What a connector's dashboard looks like, before it is deployed: `npm run dashboard -- CONNECTOR`. See docs/TOOLS.md. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { App } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import cdkJson from '../../cdk.json' with { type: 'json' }
import { BridgeStack } from '../../lib/bridge-stack.ts'
import { CONNECTORS_DIRECTORY, type ConnectorSource } from '../../lib/connector-source.ts'
import { type DashboardTemplate, dashboardBodyOf } from '../../lib/dashboard/body.ts'
import { dashboardPicture } from '../../lib/dashboard/picture.ts'
import { sampleDay } from '../../lib/dashboard/sample-day.ts'
import { runTool, UsageError } from '../command-line.ts'
import { connectorInFile, onlyConnector } from '../connector-argument.ts'

const USAGE = `Usage: npm run dashboard -- CONNECTOR [--connectors DIRECTORY] [--output FILE.svg] [--json]

Draws the CloudWatch dashboard of the connector's stack, with a made-up business day: at 10:30 a sender is faulty, and its messages are dead
letters until they are redriven at 11:40; from 14:05 to 14:50 Camunda is unavailable; at 16:00 the connector is edited. Asks nothing of AWS.

  --connectors DIRECTORY   connectors
  --output FILE.svg        where the picture goes, a file or a directory, which is made if need be; CONNECTOR-dashboard.svg here
  --json                   prints the dashboard's body in place of drawing it
`

/** Where paths begin: npm goes to the project's directory before it runs a script, and tells where it was called. */
const HERE = (process.env.npm_lifecycle_event === 'dashboard' && process.env.INIT_CWD) || process.cwd()

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      connectors: { type: 'string', default: CONNECTORS_DIRECTORY },
      output: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const name = onlyConnector(positionals)
  if (values.json && values.output !== undefined) throw new UsageError('Either --json or --output.')
  const source = connectorInFile(values.connectors, name)
  const body = dashboardBodyOf(templateOf(source))
  if (!body) throw new Error(`The stack of ${name} has no dashboard.`)
  if (values.json) {
    console.log(JSON.stringify(body, null, 2))
    return 0
  }
  const file = outputFile(values.output, `${name}-dashboard.svg`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, dashboardPicture(body, sampleDay(source)))
  const here = relative(HERE, file)
  console.log(here.startsWith('..') ? file : here)
  return 0
})

/** @param named a file, or a directory for one of the usual name */
function outputFile(named: string | undefined, usual: string): string {
  const file = resolve(HERE, named ?? usual)
  const isDirectory = /[\\/]$/.test(named ?? '') || statSync(file, { throwIfNoEntry: false })?.isDirectory()
  return isDirectory ? join(file, usual) : file
}

/** The template of the connector's stack, with a function that does nothing: the dashboard does not depend on its code. */
function templateOf(source: ConnectorSource): DashboardTemplate {
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-'))
  try {
    const app = new App({ context: cdkJson.context, outdir })
    const stack = new BridgeStack(app, { source, code: Code.fromInline('export const handler = () => ({ batchItemFailures: [] })') })
    return app.synth().getStackArtifact(stack.artifactId).template
  } finally {
    rmSync(outdir, { recursive: true })
  }
}
