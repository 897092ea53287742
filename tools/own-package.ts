import { createRequire } from 'node:module'

interface OwnPackage {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** This package's own package.json, which is elsewhere in the sources than in what is compiled: so it is asked for by name. */
export const OWN_PACKAGE: OwnPackage = createRequire(import.meta.url)('camunda-sqs-bridge/package.json')
