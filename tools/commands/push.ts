/** Puts a connector's file into force without a deployment: `npm run push -- CONNECTOR`. See docs/TOOLS.md. */
import { parseArgs } from 'node:util'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { existingQueue } from '../../lambda/core/connector.ts'
import { findingLines, sourceFindings } from '../../lib/connector-findings.ts'
import { CONNECTORS_DIRECTORY, connectorParameterName } from '../../lib/connector-source.ts'
import { agreed, COMMON_OPTIONS, COMMON_USAGE, runTool } from '../command-line.ts'
import { connectorInFile, onlyConnector } from '../connector-argument.ts'
import { differencesInParameter, needsDeployment, readLiveConnector } from '../live-connector.ts'
import { placeOf } from '../place.ts'
import { onThisMachine } from '../this-machine.ts'

const USAGE = `Usage: npm run push -- CONNECTOR [--connectors DIRECTORY] [--yes] [--json] [--local] [--profile NAME] [--region REGION]

Checks the connector's file, shows what it would change in the connector's parameter, asks, and writes it there: the function follows within
two minutes, and the event-source mapping in some more. What needs a deployment is told; the parameter may hold it before.

  --connectors DIRECTORY   where the file is; connectors
  --yes              do not ask
${COMMON_USAGE}`

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...COMMON_OPTIONS,
      connectors: { type: 'string', default: CONNECTORS_DIRECTORY },
      yes: { type: 'boolean', default: false },
    },
  })
  const name = onlyConnector(positionals)
  const source = connectorInFile(values.connectors, name)
  const { file } = source
  const warnings = findingLines(sourceFindings(source))
  if (warnings.length > 0) console.error(warnings.join('\n'))
  const region = values.region ?? existingQueue(source.connector)?.region
  const { ssm } = await placeOf({ ...values, region })
  const parameterName = connectorParameterName(name)
  const live = await readLiveConnector(ssm, parameterName)
  if (live === undefined) throw new Error(`${parameterName} does not exist: npx cdk deploy ${name} comes first.`)

  const text = values.local ? onThisMachine(source.parameterValue) : source.parameterValue
  const differences = differencesInParameter(live, text)
  const tell = (pushed: boolean, sentence: string) =>
    console.log(
      values.json
        ? JSON.stringify({ connector: name, parameterName, pushed, differences: differences ?? '', warnings }, null, 2)
        : sentence,
    )
  if (differences === undefined) {
    tell(false, `${parameterName} says what ${file} says.`)
    return 0
  }
  const deployment = needsDeployment(live, text)
  console.error(`In ${parameterName} this changes:\n${differences}`)
  if (deployment.length > 0) console.error(`Of it, ${deployment.join(', ')} takes effect by npx cdk deploy ${name} alone.`)
  const refused = deployment.filter((part) => ['camunda', 'idempotency', 'invalidInput'].includes(part))
  if (refused.length > 0)
    console.error(`Until then the function may refuse all of it, for ${refused.join(' and ')}, and stays with what it has.`)
  if (!(await agreed(values.yes))) {
    tell(false, 'Nothing was changed.')
    return 1
  }
  await ssm.send(
    new PutParameterCommand({ Name: parameterName, Value: text, Overwrite: true, Type: 'String', Tier: 'Intelligent-Tiering' }),
  )
  tell(true, `${parameterName} is changed; the function follows within two minutes.`)
  return 0
})
