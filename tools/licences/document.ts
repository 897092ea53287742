import { nameOf, type Use } from './dependency.ts'
import type { FurtherTerm } from './further-terms.ts'
import { isAbout, type LicensedDependency, type Policy } from './judgement.ts'

/** docs/DEPENDENCIES.md: the same text for the same dependencies, on whatever machine. */
export function dependenciesDocument(licensed: readonly LicensedDependency[], policy: Policy): string {
  const of = (ecosystem: string) => sorted(licensed.filter((one) => one.ecosystem === ecosystem))
  const npm = (use: Use) => of('npm').filter((one) => one.use === use)
  return `${[
    '# Dependencies',
    'Written by `npm run licences`; do not edit. `npm run licences -- --check`, in `.ci/run`, fails where a licence is not accepted, where nothing says what a dependency is for, or where this is out of date ([why so](adr/018-licences.md)).',
    `- **Accepted everywhere:** ${policy.accepted.production.join(', ')}.`,
    `- **Accepted in what is only built, tested or tried with:** ${policy.accepted.development.filter((one) => !policy.accepted.production.includes(one)).join(', ')}.`,
    `- **Refused:** everything else. By name, since they look like open source and are not: ${policy.refused.map(({ name }) => name).join(', ')}.`,
    '## npm: production',
    'What the function is made of, the tools beside it, and the Node that comes along. All of it, for every platform, is in `package-lock.json`.',
    directTable(npm('production'), policy),
    'They bring:',
    groupedTable(npm('production')),
    '## npm: development',
    'To build, deploy, test and try. None of it is in the function.',
    directTable(npm('development'), policy),
    'They bring:',
    groupedTable(npm('development')),
    '## Maven',
    'The engines in tests and in the local run, started as processes of their own; none of it is passed on.',
    rowTable(of('Maven'), policy),
    '## PyPI',
    'A stand-in for AWS in tests, and the reader of PyPI’s metadata; none of it is passed on.',
    rowTable(of('PyPI'), policy),
    '## Terms beyond a licence’s text',
    'What the files of a package ask of whoever uses it, beyond what the licences of its name ask.',
    termsTable(licensed, policy.furtherTerms),
    '## Licences that were read',
    'Where the metadata do not tell the licence, or not which of several of the same name.',
    table(
      ['What', 'Licence', 'Seen in'],
      policy.overrides.map((one) => [nameOf(one), one.licence, one.seenIn]),
    ),
  ]
    .join('\n\n')
    .replace(/^(- .*)\n\n(?=- )/gm, '$1\n')}\n`
}

const isDirect = ({ through }: LicensedDependency): boolean => through.length === 0

const reason = ({ ecosystem, name }: LicensedDependency, { whatFor }: Policy): string => whatFor[ecosystem][name] ?? ''

const directTable = (dependencies: readonly LicensedDependency[], policy: Policy): string =>
  table(
    ['What', 'Version', 'Licence', 'What for'],
    dependencies.filter(isDirect).map((one) => [one.name, one.version, one.licence, reason(one, policy)]),
  )

const rowTable = (dependencies: readonly LicensedDependency[], policy: Policy): string =>
  table(
    ['What', 'Version', 'Licence', 'What for', 'Pinned in'],
    [...dependencies.filter(isDirect), ...dependencies.filter((one) => !isDirect(one))].map((one) => [
      one.name,
      one.version,
      one.licence,
      isDirect(one) ? reason(one, policy) : throughText(one),
      one.pinnedIn,
    ]),
  )

/** Hundreds come through the same few, with the same licence. */
function groupedTable(dependencies: readonly LicensedDependency[]): string {
  const groups = Map.groupBy(
    dependencies.filter((one) => !isDirect(one)),
    (one) => JSON.stringify([throughText(one), one.licence]),
  )
  const rows = [...groups].map(([key, group]) => {
    const [through, licence] = JSON.parse(key) as [string, string]
    return [through, licence, group.map(({ name, version }) => `${name} ${version}`).join(', ')]
  })
  return table(['What for', 'Licence', 'What, version'], rows.sort(byTexts))
}

function throughText({ through }: LicensedDependency): string {
  const shown = through.length > 4 ? [...through.slice(0, 3), `${through.length - 3} more`] : through
  return `through ${shown.join(', ').replace(/, ([^,]*)$/, ' and $1')}`
}

function termsTable(licensed: readonly LicensedDependency[], terms: readonly FurtherTerm[]): string {
  const rows = terms.flatMap((term) => {
    const names = [...new Set(sorted(licensed.filter((one) => isAbout(term, one))).map(({ name }) => name))]
    return names.length > 0 ? [[names.join(', '), term.term]] : []
  })
  return rows.length > 0 ? table(['What', 'Term'], rows) : 'None.'
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(titles), `|${titles.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

const sorted = (dependencies: readonly LicensedDependency[]): LicensedDependency[] =>
  [...dependencies].sort((one, other) => byTexts([one.name, one.version, one.pinnedIn], [other.name, other.version, other.pinnedIn]))

/** By code units, so that the order is no matter of the machine's language. */
function byTexts(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((text, index) => text !== other[index])
  const [text = '', against = ''] = at < 0 ? [] : [one[at], other[at]]
  return text < against ? -1 : text > against ? 1 : 0
}
