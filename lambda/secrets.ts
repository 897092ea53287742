import { lazily } from './lazily.ts'
import { patience } from './patient-parameters.ts'

/** Secrets Manager, of which the current version of a secret is asked. */
export interface Secrets {
  /** @returns its text, as old as a parameter may be */
  get(arn: string): Promise<string | undefined>
}

/** Its client is loaded where a connector has a secret. */
export function lazySecrets(): Secrets {
  const ask = patience()
  const provider = lazily(async () => {
    const { promptSecretsProvider } = await import('./secrets-provider.ts')
    return promptSecretsProvider()
  })
  return {
    get: (arn) =>
      ask(async () => {
        const secret = await (await provider()).get(arn)
        return typeof secret === 'string' ? secret : undefined
      }),
  }
}
