/** Writes `connectors/connector.schema.json`, by which editors complete and check connector files. */
import { writeFileSync } from 'node:fs'
import { connectorJsonSchema } from '../../lambda/core/connector.ts'

writeFileSync(new URL('../../connectors/connector.schema.json', import.meta.url), `${JSON.stringify(connectorJsonSchema(), null, 2)}\n`)
