import type { SSMClient } from '@aws-sdk/client-ssm'

/** Versions of the parameters which a client reads, noted in passing: Powertools' provider gives their values alone. */
export function parameterVersions(ssm: SSMClient): (name: string) => number | undefined {
  const versions = new Map<string, number>()
  ssm.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request)
      const { Parameter } = result.output as { readonly Parameter?: { readonly Name?: string; readonly Version?: number } }
      if (Parameter?.Name !== undefined && Parameter.Version !== undefined) versions.set(Parameter.Name, Parameter.Version)
      return result
    },
    { step: 'initialize', name: 'parameterVersions' },
  )
  return (name) => versions.get(name)
}
