import satisfies from 'spdx-satisfies'
import type { StatedLicence } from './dependency.ts'

/**
 * What packages call a licence, in small letters, and what SPDX calls it. Only names with one meaning are here: “BSD” and “Apache Software
 * License” are several licences each, so for whoever states no more than that, somebody has to read the text (licence-overrides.ts).
 */
const byName: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'apache 2': 'Apache-2.0',
    'apache 2.0': 'Apache-2.0',
    'apache 2.0 license': 'Apache-2.0',
    'apache license 2.0': 'Apache-2.0',
    'apache license, version 2.0': 'Apache-2.0',
    'the apache software license, version 2.0': 'Apache-2.0',
    'eclipse public license - v 1.0': 'EPL-1.0',
    'epl 1.0': 'EPL-1.0',
    'epl 2.0': 'EPL-2.0',
    'gpl2 w/ cpe': 'GPL-2.0-only WITH Classpath-exception-2.0',
    'mit license': 'MIT',
    'mozilla public license, version 2.0': 'MPL-2.0',
    'mpl 2.0': 'MPL-2.0',
  }),
)

/** The same for where they say its text is, if the name has more than one meaning. */
const byUrl: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'http://www.gnu.org/licenses/old-licenses/lgpl-2.1.html': 'LGPL-2.1-only',
    'https://opensource.org/license/bsd-3-clause': 'BSD-3-Clause',
  }),
)

/** The SPDX expression for what a package states; undefined where that is nothing or nothing known. Nothing is guessed. */
export function spdxExpression(stated: readonly StatedLicence[]): string | undefined {
  const expressions = stated.map(expressionOf)
  if (expressions.length === 0 || expressions.includes(undefined)) return undefined
  return [...new Set(expressions)].join(' OR ')
}

function expressionOf({ text, url }: StatedLicence): string | undefined {
  if (isExpression(text)) return text.replace(/^\(([^()]*)\)$/, '$1')
  return byName.get(text.trim().replace(/\s+/g, ' ').toLowerCase()) ?? byUrl.get(url ?? '')
}

/** Whether SPDX knows it, by the parser that judges too. */
export function isExpression(text: string): boolean {
  try {
    satisfies(text, ['MIT'])
    return true
  } catch {
    return false
  }
}
