import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The files of the console’s page, by their names. The package has them built in; in this repository they are bundled from the sources, the first time
 * somebody asks.
 */
export function pageFiles(): Promise<ReadonlyMap<string, Buffer>> {
  files ??= import.meta.url.endsWith('.js') ? builtIn() : bundled()
  return files
}

let files: Promise<ReadonlyMap<string, Buffer>> | undefined

async function builtIn(): Promise<ReadonlyMap<string, Buffer>> {
  const directory = fileURLToPath(new URL('../../page', import.meta.url))
  return new Map(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]))
}

async function bundled(): Promise<ReadonlyMap<string, Buffer>> {
  // Not by its name: the compiler would take the bundler into the package.
  const bundler = '../../tools/package/bundle-page.ts'
  const { bundlePage } = (await import(bundler)) as typeof import('../../tools/package/bundle-page.ts')
  return (await bundlePage()).files
}
