import satisfies from 'spdx-satisfies'
import { type Dependency, type Ecosystem, nameOf, type Offence, type Use } from './dependency.ts'
import type { FurtherTerm } from './further-terms.ts'
import { isExpression, spdxExpression } from './licence-names.ts'
import type { LicenceOverride } from './licence-overrides.ts'

/** By what it is judged: what was written by hand, in a file each. */
export interface Policy {
  readonly accepted: Readonly<Record<Use, readonly string[]>>
  readonly refused: readonly { readonly name: string; readonly pattern: RegExp }[]
  readonly overrides: readonly LicenceOverride[]
  readonly furtherTerms: readonly FurtherTerm[]
  readonly whatFor: Readonly<Record<Ecosystem, Readonly<Record<string, string>>>>
}

/** A dependency with its licence, as SPDX writes it. */
export interface LicensedDependency extends Dependency {
  readonly licence: string
}

export interface Judgement {
  readonly licensed: readonly LicensedDependency[]
  readonly offences: readonly Offence[]
}

const OVERRIDES = 'tools/licences/licence-overrides.ts'
const WHAT_FOR = 'tools/licences/what-for.ts'

/** Every dependency has an accepted licence and a reason to be there, and what was written by hand is still about something. */
export function judge(dependencies: readonly Dependency[], policy: Policy): Judgement {
  const judged = dependencies.map((dependency) => judgeOne(dependency, policy))
  return {
    licensed: judged.flatMap((one) => ('licence' in one ? [one] : [])),
    offences: [
      ...judged.flatMap((one) => ('fault' in one ? [one] : [])),
      ...staleOverrides(dependencies, policy),
      ...missingReasons(dependencies, policy),
      ...staleReasons(dependencies, policy),
    ],
  }
}

function judgeOne(dependency: Dependency, policy: Policy): LicensedDependency | Offence {
  const words = dependency.stated.map(({ text, url }) => (url ? `“${firstLine(text)}” (${url})` : `“${firstLine(text)}”`)).join(' or ')
  const offence = (fault: string, remedy: string): Offence => ({
    what: `${nameOf(dependency)} (${dependency.pinnedIn}${cameThrough(dependency)})`,
    fault,
    remedy,
  })
  const override = policy.overrides.find((one) => isFor(one, dependency))
  const licence = spdxExpression(dependency.stated) ?? override?.licence
  const terms = [...dependency.stated.map(({ text }) => text), licence ?? '']
  const refused = policy.refused.find(({ pattern }) => terms.some((text) => pattern.test(text)))
  if (refused) return offence(`${words || licence}: Camunda’s own terms (${refused.name}) are refused`, 'do without it')
  if (licence === undefined) {
    const remedy = `read its licence, and enter it in tools/licences/licence-names.ts if the name has one meaning, else in ${OVERRIDES}`
    return offence(words ? `its licence ${words} has no meaning here` : 'it states no licence', remedy)
  }
  if (!isExpression(licence)) return offence(`${licence} is no SPDX expression`, `correct it in ${OVERRIDES}`)
  if (!satisfies(licence, policy.accepted[dependency.use]))
    return offence(
      `${licence} is not accepted in ${dependency.use}`,
      'do without it, or have the licence accepted (tools/licences/accepted-licences.ts)',
    )
  if (/LicenseRef-/.test(licence) && !policy.furtherTerms.some((term) => isAbout(term, dependency)))
    return offence(`${licence} is a licence of its own`, 'tell what it asks for in tools/licences/further-terms.ts')
  return { ...dependency, licence }
}

/** An override is about one version, and about nothing that the metadata would tell by themselves. */
function staleOverrides(dependencies: readonly Dependency[], { overrides }: Policy): Offence[] {
  return overrides.flatMap((override) => {
    const what = `${nameOf(override)} (${OVERRIDES})`
    const remedy = 'remove the entry, or read the licence of the version that is there'
    const dependency = dependencies.find((one) => isFor(override, one))
    if (!dependency) return [{ what, fault: 'it is no dependency, or not of this version', remedy }]
    if (spdxExpression(dependency.stated)) return [{ what, fault: 'its metadata tell its licence', remedy: 'remove the entry' }]
    return []
  })
}

function missingReasons(dependencies: readonly Dependency[], { whatFor }: Policy): Offence[] {
  return dependencies
    .filter(({ ecosystem, name, through }) => through.length === 0 && !Object.hasOwn(whatFor[ecosystem], name))
    .map((dependency) => ({
      what: `${nameOf(dependency)} (${dependency.pinnedIn})`,
      fault: 'nothing says what it is for, and nothing that is said to be for something brings it',
      remedy: `say it in ${WHAT_FOR}, or remove it`,
    }))
}

function staleReasons(dependencies: readonly Dependency[], { whatFor }: Policy): Offence[] {
  return Object.entries(whatFor).flatMap(([ecosystem, reasons]) =>
    Object.keys(reasons)
      .filter((name) => !dependencies.some((one) => one.ecosystem === ecosystem && one.name === name && one.through.length === 0))
      .map((name) => ({
        what: `${ecosystem} ${name} (${WHAT_FOR})`,
        fault: 'it is no direct dependency',
        remedy: 'remove the entry',
      })),
  )
}

const isFor = (override: LicenceOverride, { ecosystem, name, version }: Dependency): boolean =>
  override.ecosystem === ecosystem && override.name === name && override.version === version

export const isAbout = ({ ecosystem, names }: FurtherTerm, dependency: Pick<Dependency, 'ecosystem' | 'name'>): boolean =>
  ecosystem === dependency.ecosystem && names.includes(dependency.name)

const cameThrough = ({ through }: Dependency): string => (through.length === 0 ? '' : `, through ${through.join(', ')}`)

/** Some packages state the whole text of their licence. */
const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? ''
