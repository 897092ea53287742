import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { existingQueue } from '../../lambda/core/connector.ts'
import { findingLines, sourceFindings } from '../../lib/connector-findings.ts'
import { connectorParameterName } from '../../lib/connector-source.ts'
import { agreed } from '../command-line.ts'
import { checkedName, connectorInFile } from '../connector-argument.ts'
import { differencesInParameter, needsDeployment, readLiveConnector, withConnectionBeside } from '../live-connector.ts'
import { type Choice, placeOf } from '../place.ts'
import { onThisMachine } from '../this-machine.ts'

export interface PushOptions extends Choice {
  /** A directory. */
  readonly connectors: string
  readonly yes?: boolean | undefined
  readonly json?: boolean | undefined
}

/** Puts a connector's file into force without a deployment. */
export async function push(connector: string, options: PushOptions): Promise<number> {
  const name = checkedName(connector)
  const source = connectorInFile(options.connectors, name)
  const { file } = source
  const warnings = findingLines(sourceFindings(source))
  if (warnings.length > 0) console.error(warnings.join('\n'))
  const region = options.region ?? existingQueue(source.connector)?.region
  const { ssm, deploymentOf } = await placeOf({ ...options, region })
  const parameterName = options.stack ? (await deploymentOf(name)).parameterName : connectorParameterName(name)
  const live = await readLiveConnector(ssm, parameterName)
  if (live === undefined) throw new Error(`${parameterName} does not exist: npx cdk deploy ${name} comes first.`)

  const text = options.local ? onThisMachine(source.parameterValue) : withConnectionBeside(source.parameterValue, { name, parameterName })
  const differences = differencesInParameter(live, text)
  const tell = (pushed: boolean, sentence: string) =>
    console.log(
      options.json
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
  const refused = deployment.filter((part) => ['camunda', 'idempotency', 'invalidInput', 'queue.largePayloads'].includes(part))
  if (refused.length > 0)
    console.error(`Until then the function may refuse all of it, for ${refused.join(' and ')}, and stays with what it has.`)
  if (!(await agreed(options.yes))) {
    tell(false, 'Nothing was changed.')
    return 1
  }
  await ssm.send(
    new PutParameterCommand({ Name: parameterName, Value: text, Overwrite: true, Type: 'String', Tier: 'Intelligent-Tiering' }),
  )
  tell(true, `${parameterName} is changed; the function follows within two minutes.`)
  return 0
}
