import type { Dependency } from '../../../tools/licences/dependency.ts'
import type { Policy } from '../../../tools/licences/judgement.ts'

/** A direct dependency which nobody objects to, but for what a test says otherwise. */
export const dependencyOf = (parts: Partial<Dependency> & { licence?: string } = {}): Dependency => {
  const { licence = 'MIT', ...rest } = parts
  return {
    ecosystem: 'npm',
    name: 'tool',
    version: '1.2.3',
    stated: [{ text: licence }],
    use: 'development',
    through: [],
    pinnedIn: 'package-lock.json',
    ...rest,
  }
}

/** Of a project with that one dependency. */
export const policyOf = (parts: Partial<Policy> = {}): Policy => ({
  accepted: { production: ['MIT', 'Apache-2.0'], development: ['MIT', 'Apache-2.0', 'MPL-2.0', 'LicenseRef-own'] },
  refused: [{ name: 'Camunda License 1.0', pattern: /camunda/i }],
  overrides: [],
  furtherTerms: [],
  whatFor: { npm: { tool: 'an example' }, Maven: {}, PyPI: {} },
  ...parts,
})
