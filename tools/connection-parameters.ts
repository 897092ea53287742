import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm'
import { connectionInSecret, type ReadConnection, readConnection } from '../lambda/core/connection-settings.ts'

/** The parameters of a connection to Camunda, by their names without the path; what a secret holds is all SecureString. */
export type ConnectionParameters = ReadonlyMap<string, { readonly value: string; readonly type: string }>

/** The settings in the parameters, as the function reads them. */
export function readParameters(parameters: ConnectionParameters): ReadConnection {
  return readConnection(Object.fromEntries([...parameters].map(([name, { value }]) => [name, value])))
}

/** Those below a path of SSM, decrypted. */
export async function pathParameters(ssm: Pick<SSMClient, 'send'>, path: string): Promise<ConnectionParameters> {
  const parameters = new Map<string, { value: string; type: string }>()
  let token: string | undefined
  do {
    const { Parameters = [], NextToken } = await ssm.send(
      new GetParametersByPathCommand({ Path: path, WithDecryption: true, NextToken: token }),
    )
    for (const { Name = '', Value = '', Type = '' } of Parameters) parameters.set(Name.slice(path.length), { value: Value, type: Type })
    token = NextToken
  } while (token)
  return parameters
}

/** Those in a secret of Secrets Manager, in the version that counts. */
export async function secretParameters(secrets: Pick<SecretsManagerClient, 'send'>, secretArn: string): Promise<ConnectionParameters> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }))
  const connection = connectionInSecret(SecretString)
  return new Map(Object.entries(connection).map(([name, value]) => [name, { value, type: 'SecureString' }]))
}
