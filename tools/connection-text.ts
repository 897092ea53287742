import { parseEnv } from 'node:util'
import { CreateSecretCommand, PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import { type Connection, connectionInSecret, isSecret, settingOf } from '../lambda/core/connection-settings.ts'
import { Refusal } from './command-line.ts'
import type { ConnectionParameters } from './connection-parameters.ts'

/** The settings in a text: a JSON object, or lines as of the file which Console lets one download, `export NAME='VALUE'`. No value is told. */
export function connectionInText(text: string): Connection {
  const bare = text.replace(/^\uFEFF/, '').trim()
  return bare.startsWith('{') ? connectionInSecret(bare) : (parseEnv(bare) as Connection)
}

/** What is to be there, by the settings' own names. */
export interface NewConnection {
  readonly there: ConnectionParameters
  readonly given: Connection
  /** Names of those given which are not there yet, or have another value. */
  readonly changed: readonly string[]
  /** The key of the user's own which encrypts what is secret. */
  readonly kmsKey: string | undefined
}

/**
 * Writes parameters one by one: for as long as it takes, a function may read some of the new and some of the old.
 * @throws {Refusal} where one is not encrypted that has to be, since SSM changes no parameter's type
 */
export async function putParameters(ssm: Pick<SSMClient, 'send'>, { there, given, changed, kmsKey }: NewConnection, path: string) {
  const open = changed.filter((name) => isSecret(name) && there.has(name) && there.get(name)?.type !== 'SecureString')
  if (open.length > 0)
    throw new Refusal(
      `${open.join(', ')} is there without encryption, and SSM changes no type: aws ssm delete-parameters --names ${open.map((name) => `${path}${name}`).join(' ')}, and once more.`,
    )
  for (const name of changed) {
    const type = there.get(name)?.type ?? (isSecret(name) ? 'SecureString' : 'String')
    await ssm.send(
      new PutParameterCommand({
        Name: `${path}${name}`,
        Value: given[name],
        Type: type === 'SecureString' ? type : 'String',
        Overwrite: true,
        Tier: 'Intelligent-Tiering',
        ...(type === 'SecureString' && kmsKey && { KeyId: kmsKey }),
      }),
    )
  }
}

/** Writes all of a secret at once: what is given, and what is there already but for other names of the same settings. */
export async function changeSecret(secrets: Pick<SecretsManagerClient, 'send'>, { there, given }: NewConnection, secretArn: string) {
  const kept = [...there].filter(([name]) => given[settingOf(name) ?? ''] === undefined).map(([name, { value }]) => [name, value])
  const SecretString = toSecretText({ ...Object.fromEntries(kept), ...given })
  await secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }))
}

/** @returns the ARN of the new secret */
export async function createSecret(
  secrets: Pick<SecretsManagerClient, 'send'>,
  { given, kmsKey }: NewConnection,
  name: string,
): Promise<string> {
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({
      Name: name,
      SecretString: toSecretText(given),
      Description: 'The connection to Camunda',
      ...(kmsKey && { KmsKeyId: kmsKey }),
    }),
  )
  return ARN
}

function toSecretText(connection: Connection): string {
  return JSON.stringify(connection, null, 2)
}
