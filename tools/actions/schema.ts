import { writeFileSync } from 'node:fs'
import { connectorJsonSchema } from '../../lambda/core/connector.ts'
import { testFileJsonSchema } from '../testing/test-file.ts'

/** The JSON schema by which editors complete and check connector files, or their tests: on stdout or in a file. */
export async function schema(of: 'connector' | 'test', { output }: { readonly output?: string | undefined }): Promise<number> {
  const text = JSON.stringify(of === 'connector' ? connectorJsonSchema() : testFileJsonSchema(), null, 2)
  if (output === undefined) console.log(text)
  else writeFileSync(output, `${text}\n`)
  return 0
}
