import { writeFileSync } from 'node:fs'
import { connectorJsonSchema } from '../../lambda/core/connector.ts'

/** The JSON schema by which editors complete and check connector files, on stdout or in a file. */
export async function schema({ output }: { readonly output?: string | undefined }): Promise<number> {
  const text = JSON.stringify(connectorJsonSchema(), null, 2)
  if (output === undefined) console.log(text)
  else writeFileSync(output, `${text}\n`)
  return 0
}
