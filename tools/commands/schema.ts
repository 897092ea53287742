/** Writes `connectors/connector.schema.json`, by which editors complete and check connector files. */
import { writeFileSync } from 'node:fs'
import { connectorFileJsonSchema } from '../../lib/connector-diagrams.ts'

writeFileSync(new URL('../../connectors/connector.schema.json', import.meta.url), `${JSON.stringify(connectorFileJsonSchema(), null, 2)}\n`)
