import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import type { VersionedParameters } from './mapping-update.ts'

/** SSM's Parameter Store, without a cache. */
export function versionedParameters(ssm: SSMClient, writing = ssm): VersionedParameters {
  return {
    async read(name) {
      try {
        const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }))
        return { text: Parameter?.Value ?? '', modified: Parameter?.LastModifiedDate?.getTime() ?? Number.POSITIVE_INFINITY }
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined
        throw error
      }
    },
    async write(name, text) {
      await writing.send(new PutParameterCommand({ Name: name, Value: text, Overwrite: true }))
    },
  }
}
