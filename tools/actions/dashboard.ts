import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { Annotations, App } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import cdkJson from '../../cdk.json' with { type: 'json' }
import { BridgeStack } from '../../lib/bridge-stack.ts'
import { deploymentFindings } from '../../lib/connector-findings.ts'
import type { ConnectorSource } from '../../lib/connector-source.ts'
import { type DashboardTemplate, dashboardBodyOf } from '../../lib/dashboard/body.ts'
import { Refusal, UsageError } from '../command-line.ts'
import { connectorInFile } from '../connector-argument.ts'

export interface DashboardOptions {
  /** A directory. */
  readonly connectors: string
  readonly output?: string | undefined
  readonly json?: boolean | undefined
}

/** What a connector's dashboard looks like, before it is deployed. */
export async function dashboard(name: string, { connectors, output, json }: DashboardOptions): Promise<number> {
  if (json && output !== undefined) throw new UsageError('Either --json or --output.')
  const source = connectorInFile(connectors, name)
  const body = dashboardBodyOf(templateOf(source))
  if (!body) throw new Error(`The stack of ${name} has no dashboard.`)
  if (json) {
    console.log(JSON.stringify(body, null, 2))
    return 0
  }
  const file = outputFile(output, `${name}-dashboard.svg`)
  mkdirSync(dirname(file), { recursive: true })
  const { dashboardPicture, sampleDay } = await drawing()
  writeFileSync(file, dashboardPicture(body, sampleDay(source)))
  const here = relative(process.cwd(), file)
  console.log(here.startsWith('..') ? file : here)
  return 0
}

/** What draws is large, and for this alone: a package that is installed comes without it. @throws {Refusal} */
async function drawing() {
  try {
    const [{ dashboardPicture }, { sampleDay }] = await Promise.all([
      import('../../lib/dashboard/picture.ts'),
      import('../../lib/dashboard/sample-day.ts'),
    ])
    return { dashboardPicture, sampleDay }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Refusal('The picture is drawn by echarts and mathjs, and they are not here: npm install --save-dev echarts mathjs.')
  }
}

/** @param named a file, or a directory for one of the usual name */
function outputFile(named: string | undefined, usual: string): string {
  const file = resolve(named ?? usual)
  const isDirectory = /[\\/]$/.test(named ?? '') || statSync(file, { throwIfNoEntry: false })?.isDirectory()
  return isDirectory ? join(file, usual) : file
}

/** The template of the connector's stack, with a function that does nothing: the dashboard does not depend on its code. */
function templateOf(source: ConnectorSource): DashboardTemplate {
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-'))
  try {
    // What AWS's rules say of it is for whoever deploys it.
    const app = new App({ builtinCloudFormationValidation: false, context: cdkJson.context, outdir })
    const watched: ConnectorSource = { ...source, input: { ...source.input, monitoring: 'full' } }
    const stack = new BridgeStack(app, {
      source: watched,
      code: Code.fromInline('export const handler = () => ({ batchItemFailures: [] })'),
    })
    // What whoever deploys has to know is no part of the picture.
    for (const { id } of deploymentFindings(source)) Annotations.of(stack).acknowledgeWarning(`camunda-sqs-bridge:${id}`)
    return app.synth().getStackArtifact(stack.artifactId).template
  } finally {
    rmSync(outdir, { recursive: true })
  }
}
