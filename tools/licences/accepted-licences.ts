import type { Use } from './dependency.ts'

/** They ask for a notice and for nothing else. */
const permissive = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'PSF-2.0']

/** They ask for the source of their own files, if those are changed and passed on; the project does neither. */
const weakCopyleft = ['EPL-1.0', 'EPL-2.0', 'MPL-2.0']

/** Made for texts and data: the lists of licences by which this very check goes. */
const data = ['CC-BY-3.0', 'CC0-1.0']

/** A licence that is nobody else's; further-terms.ts must tell what it asks for. */
const ownTerms = ['LicenseRef-bpmn.io']

/** The licences that are accepted, as SPDX names them; whatever is not here is refused. */
export const acceptedLicences: Readonly<Record<Use, readonly string[]>> = {
  production: permissive,
  development: [...permissive, ...weakCopyleft, ...data, ...ownTerms],
}

/** Camunda's own terms say what its software may be used for: these are no open-source licences, and no list and no reading gets them in. */
export const refusedTerms: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'Camunda License 1.0', pattern: /camunda/i },
  { name: 'Zeebe Community License', pattern: /zeebe/i },
]
