import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { BridgeStack } from '../lib/bridge-stack.ts'
import { CONNECTORS_DIRECTORY, ConnectorSourceError, readConnectors } from '../lib/connector-source.ts'
import { synthReport } from '../lib/synth-report.ts'

/** The CDK app: a stack for each connector. `-c connectors=DIRECTORY` takes them from another directory. */
const app = new App()
// A finding fails the synth; what is acknowledged is in the template with its reason.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }))
const directory = app.node.tryGetContext('connectors') ?? CONNECTORS_DIRECTORY

try {
  const sources = readConnectors(directory)
  for (const source of sources) {
    new BridgeStack(app, { source })
    // Not to stdout, which is the template's.
    console.error(synthReport(source))
  }
} catch (error) {
  if (!(error instanceof ConnectorSourceError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
