/** Writes the schemas in `connectors/`, by which editors complete and check connector files and their tests. */
import { writeFileSync } from 'node:fs'
import { connectorJsonSchema } from '../../lambda/core/connector.ts'
import { testFileJsonSchema } from '../testing/test-file.ts'

for (const [name, schema] of Object.entries({ connector: connectorJsonSchema(), 'connector.test': testFileJsonSchema() }))
  writeFileSync(new URL(`../../connectors/${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`)
