import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface OwnPackage {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)
const MANIFEST = 'camunda-sqs-bridge/package.json'
/** This package's own package.json, which is elsewhere in the sources than in what is compiled: so it is asked for by name. */
export const OWN_PACKAGE: OwnPackage = require(MANIFEST)

/** A file of this package, by its path in it. */
export function ownFile(path: string): string {
  return join(dirname(require.resolve(MANIFEST)), path)
}
