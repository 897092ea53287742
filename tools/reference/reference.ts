/** Writes docs/CONFIGURATION.md: `npm run reference`. */
import { writeFileSync } from 'node:fs'
import { connectorFileJsonSchema } from '../../lib/connector-diagrams.ts'
import { configurationPage } from './configuration-page.ts'

writeFileSync(new URL('../../docs/CONFIGURATION.md', import.meta.url), configurationPage(connectorFileJsonSchema()))
