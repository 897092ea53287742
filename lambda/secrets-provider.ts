import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { PROMPT } from './patient-parameters.ts'

/** With the cache of the parameters' provider: a rotated secret is read when a changed parameter would be. */
export function promptSecretsProvider(): SecretsProvider {
  return new SecretsProvider({ awsSdkV3Client: new SecretsManagerClient(PROMPT) })
}
