/** Writes docs/CONFIGURATION.md: `npm run reference`. */
import { writeFileSync } from 'node:fs'
import { connectorJsonSchema } from '../../lambda/core/connector.ts'
import { configurationPage } from './configuration-page.ts'

writeFileSync(new URL('../../docs/CONFIGURATION.md', import.meta.url), configurationPage(connectorJsonSchema()))
