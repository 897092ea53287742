import type { Ecosystem } from './dependency.ts'

/** What somebody read in the files of a package whose metadata do not tell its licence, or not which of several of the same name. */
export interface LicenceOverride {
  readonly ecosystem: Ecosystem
  readonly name: string
  /** Of another version it tells nothing. */
  readonly version: string
  readonly licence: string
  readonly seenIn: string
}

export const licenceOverrides: readonly LicenceOverride[] = [
  {
    ecosystem: 'npm',
    name: 'bpmn-js',
    version: '18.31.1',
    licence: 'LicenseRef-bpmn.io',
    seenIn: 'LICENSE in its package; the metadata say “SEE LICENSE IN LICENSE”',
  },
  {
    ecosystem: 'npm',
    name: 'cli-table',
    version: '0.3.11',
    licence: 'MIT',
    seenIn: 'LICENSE in its package; the metadata say nothing',
  },
  {
    ecosystem: 'PyPI',
    name: 'itsdangerous',
    version: '2.2.0',
    licence: 'BSD-3-Clause',
    seenIn: 'LICENSE.txt in its wheel; the metadata say “BSD License”',
  },
  {
    ecosystem: 'PyPI',
    name: 'jinja2',
    version: '3.1.6',
    licence: 'BSD-3-Clause',
    seenIn: 'LICENSE.txt in its wheel; the metadata say “BSD License”',
  },
  {
    ecosystem: 'PyPI',
    name: 'python-dateutil',
    version: '2.9.0.post0',
    licence: 'BSD-3-Clause',
    seenIn: 'LICENSE in its wheel: it is for all the code, and Apache-2.0 besides for newer contributions; the metadata say “Dual License”',
  },
]
