import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import type { CheckedConnector } from '../../console/api.ts'
import { toParameterValue } from '../../lib/connector-source.ts'
import { problemsOfText } from '../../tools/check/problems.ts'
import { UsageError } from '../../tools/command-line.ts'
import { differencesInParameter, needsDeployment } from '../../tools/live-connector.ts'
import { parsedJson } from '../../tools/parsed-json.ts'
import type { Call } from './console-server.ts'

/** A connector’s parameter, as it is now. */
export interface Active {
  readonly text: string
  readonly version: number
}

/** @throws what SSM says */
export async function readActive(ssm: SSMClient, parameterName: string): Promise<Active> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameterName }))
  return { text: Parameter?.Value ?? '', version: Parameter?.Version ?? 0 }
}

/** @returns the new version */
export async function writeActive(ssm: SSMClient, parameterName: string, text: string): Promise<number> {
  const command = new PutParameterCommand({
    Name: parameterName,
    Value: text,
    Overwrite: true,
    Type: 'String',
    Tier: 'Intelligent-Tiering',
  })
  return (await ssm.send(command)).Version ?? 0
}

/** What a push of this text would do, as `push` tells it, or why it can be none. @param toParameter what is written then; of valid texts alone */
export function checkedText(name: string, text: string, active: Active, toParameter = parameterOf): CheckedConnector {
  const problems = problemsOfText(text, `${name}.json`)
  const those = (areErrors: boolean) =>
    problems
      .filter(({ severity }) => (severity === 'error') === areErrors)
      .map(({ path, message, line, column }) => ({ path, message, line, column }))
  const [errors, warnings] = [those(true), those(false)]
  if (errors.length > 0) return { errors, warnings, differences: undefined, needsDeployment: [] }
  const next = toParameter(text)
  return { errors, warnings, differences: differencesInParameter(active.text, next), needsDeployment: needsDeployment(active.text, next) }
}

/** What the parameter gets of a text that an editor has. */
export function parameterOf(text: string): string {
  return toParameterValue(JSON.parse(text))
}

/** A connector’s text, over lines; what is no JSON stays as it is. */
export function prettyConnector(text: string): string {
  const value = parsedJson(text)
  return value === undefined ? text : JSON.stringify(value, null, 2)
}

/** The text of a connector in a call. @throws {UsageError} */
export function textIn({ input: { text } }: Call): string {
  if (typeof text !== 'string') throw new UsageError('The text of the connector is missing.')
  return text
}
