import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * The directory with the functions' code, which the constructs deploy and the local run runs: `index.mjs` and `updater.mjs`, each with the export
 * `handler`. The package has it built in, so that whoever installs it needs no bundler and gets the same bytes as everybody else; in this
 * repository it is bundled from the sources, each time somebody asks.
 */
export function functionCode(): string {
  if (import.meta.url.endsWith('.js')) return fileURLToPath(new URL('../function', import.meta.url))
  const { bundleFunction } = createRequire(import.meta.url)('./bundle.ts') as typeof import('./bundle.ts')
  return bundleFunction().directory
}
