import { describe, expect, test } from 'vitest'
import { type Dependency, nameOf } from '../../../tools/licences/dependency.ts'
import { judge, type Policy } from '../../../tools/licences/judgement.ts'
import { policy as projects } from '../../../tools/licences/policy.ts'
import { dependencyOf, policyOf } from './example-dependencies.ts'

const judgeOne = (dependency: Dependency, policy: Policy = policyOf()) => judge([dependency], policy)

const faultsOf = (dependency: Dependency, policy?: Policy) => judgeOne(dependency, policy).offences.map(({ fault }) => fault)

describe('a licence', () => {
  test.each([
    ['on the list', 'MIT', 'production'],
    ['that may be chosen', 'MIT OR GPL-3.0-or-later', 'production'],
    ['that may be chosen, in parentheses', '(GPL-2.0 OR Apache-2.0)', 'production'],
    ['of which all parts are on the list', 'MIT AND Apache-2.0', 'production'],
    ['of weak copyleft in development', 'MPL-2.0', 'development'],
  ] as const)('%s is accepted: %s', (_, licence, use) => {
    expect(judgeOne(dependencyOf({ licence, use }))).toMatchObject({ offences: [], licensed: [{ name: 'tool' }] })
  })

  test.each([
    ['that is not on the list', 'GPL-3.0-only', 'development'],
    ['of which one part is not on the list', 'MIT AND GPL-3.0-only', 'development'],
    ['of weak copyleft in production', 'MPL-2.0', 'production'],
    ['with an exception that the list does not have', 'Apache-2.0 WITH LLVM-exception', 'production'],
    ['in a range that leaves the list', 'GPL-2.0+', 'development'],
  ] as const)('%s is refused: %s', (_, licence, use) => {
    expect(judgeOne(dependencyOf({ licence, use }))).toMatchObject({
      licensed: [],
      offences: [{ fault: `${licence} is not accepted in ${use}` }],
    })
  })

  test.each([
    ['nothing', [], 'it states no licence'],
    ['what SPDX does not know', [{ text: 'UNLICENSED' }], 'its licence “UNLICENSED” has no meaning here'],
    ['only where to read', [{ text: 'SEE LICENSE IN LICENSE' }], 'its licence “SEE LICENSE IN LICENSE” has no meaning here'],
    ['a name of several licences', [{ text: 'BSD' }], 'its licence “BSD” has no meaning here'],
    [
      'a name of several, and an address',
      [{ text: 'BSD', url: 'https://example.com/' }],
      'its licence “BSD” (https://example.com/) has no meaning here',
    ],
    ['a choice with an unknown one', [{ text: 'MIT' }, { text: 'My own' }], 'its licence “MIT” or “My own” has no meaning here'],
    ['its whole text', [{ text: '\nBe good.\nOr else.' }], 'its licence “Be good.” has no meaning here'],
  ])('of a package that states %s is refused', (_, stated, fault) => {
    expect(faultsOf(dependencyOf({ stated }))).toEqual([fault])
  })

  test.each([
    'Camunda License 1.0',
    'Camunda License, Version 1.0',
    'Camunda Self-Managed Free Edition License',
    'Zeebe Community License Version 1.1',
  ])('of Camunda’s own is refused by name, also where a reading says otherwise: %s', (text) => {
    const policy = { ...projects, whatFor: policyOf().whatFor }
    const override = { ecosystem: 'npm', name: 'tool', version: '1.2.3', licence: 'Apache-2.0', seenIn: 'LICENSE' } as const
    const stated = [{ text }]
    expect(faultsOf(dependencyOf({ stated }), { ...policy, overrides: [] })).toEqual([expect.stringContaining('Camunda’s own terms')])
    expect(faultsOf(dependencyOf({ stated }), { ...policy, overrides: [override] })).toEqual([
      expect.stringContaining('Camunda’s own terms'),
    ])
  })

  test('of Camunda’s own is refused by name, where it was read', () => {
    const override = { ecosystem: 'npm', name: 'tool', version: '1.2.3', licence: 'LicenseRef-Camunda-1.0', seenIn: 'LICENSE' } as const
    const accepted = { production: [], development: ['LicenseRef-Camunda-1.0'] }
    const furtherTerms = [{ ecosystem: 'npm', names: ['tool'], term: 'ask' }] as const
    expect(faultsOf(dependencyOf({ stated: [] }), policyOf({ overrides: [override], accepted, furtherTerms }))).toEqual([
      'LicenseRef-Camunda-1.0: Camunda’s own terms (Camunda License 1.0) are refused',
    ])
  })
})

test.each([
  ['npm', 'package-lock.json'],
  ['Maven', 'local/engines/artifacts.ts'],
  ['PyPI', 'test/support/moto-requirements.txt'],
] as const)('an offender from %s is told with its name, version, place, what brings it, and what to do', (ecosystem, pinnedIn) => {
  const offender = dependencyOf({ ecosystem, pinnedIn, name: 'closed', version: '4.5', licence: 'BUSL-1.1', through: ['tool', 'other'] })
  expect(judge([dependencyOf(), offender], policyOf()).offences).toEqual([
    {
      what: `${ecosystem} closed 4.5 (${pinnedIn}, through tool, other)`,
      fault: 'BUSL-1.1 is not accepted in development',
      remedy: 'do without it, or have the licence accepted (tools/licences/accepted-licences.ts)',
    },
  ])
})

describe('an override', () => {
  const override = { ecosystem: 'npm', name: 'tool', version: '1.2.3', licence: 'MIT', seenIn: 'LICENSE' } as const
  const withOverride = (parts: object) => policyOf({ overrides: [{ ...override, ...parts }] })

  test('tells the licence where the metadata do not', () => {
    expect(judgeOne(dependencyOf({ stated: [] }), withOverride({}))).toMatchObject({ offences: [], licensed: [{ licence: 'MIT' }] })
  })

  test.each([
    ['version', { version: '1.2.2' }],
    ['name', { name: 'tools' }],
    ['ecosystem', { ecosystem: 'PyPI' }],
  ])('of another %s tells nothing, and is stale', (_, parts) => {
    expect(faultsOf(dependencyOf({ stated: [] }), withOverride(parts))).toEqual([
      'it states no licence',
      'it is no dependency, or not of this version',
    ])
  })

  test('of what the metadata tell is stale, and not what counts', () => {
    expect(faultsOf(dependencyOf(), withOverride({ licence: 'SSPL-1.0' }))).toEqual(['its metadata tell its licence'])
    expect(faultsOf(dependencyOf(), withOverride({}))).toEqual(['its metadata tell its licence'])
  })

  test('does not get in what is not accepted', () => {
    expect(faultsOf(dependencyOf({ stated: [] }), withOverride({ licence: 'SSPL-1.0' }))).toEqual([
      'SSPL-1.0 is not accepted in development',
    ])
  })

  test('must be an SPDX expression', () => {
    expect(faultsOf(dependencyOf({ stated: [] }), withOverride({ licence: 'Expat' }))).toEqual(['Expat is no SPDX expression'])
  })

  test('to a licence of its own passes only where its terms are told', () => {
    const policy = withOverride({ licence: 'LicenseRef-own' })
    const told = (names: string[]) => ({ ...policy, furtherTerms: [{ ecosystem: 'npm', names, term: 'keep the logo' }] as const })
    const dependency = dependencyOf({ stated: [{ text: 'SEE LICENSE IN LICENSE' }] })
    expect(faultsOf(dependency, policy)).toEqual(['LicenseRef-own is a licence of its own'])
    expect(faultsOf(dependency, told(['another']))).toEqual(['LicenseRef-own is a licence of its own'])
    expect(faultsOf(dependency, told(['tool']))).toEqual([])
  })
})

describe('what a dependency is for', () => {
  test('must be said of a direct one', () => {
    const { offences } = judge([dependencyOf(), dependencyOf({ name: 'new' })], policyOf())
    expect(offences).toMatchObject([{ what: 'npm new 1.2.3 (package-lock.json)', remedy: expect.stringContaining('what-for.ts') }])
  })

  test('is said of no one by a name which every object has', () => {
    expect(judge([dependencyOf(), dependencyOf({ name: 'constructor' })], policyOf()).offences).toHaveLength(1)
  })

  test('is said for one ecosystem', () => {
    const whatFor = { npm: { tool: 'an example' }, Maven: {}, PyPI: { tool: 'another' } }
    expect(judge([dependencyOf()], policyOf({ whatFor })).offences).toMatchObject([{ what: 'PyPI tool (tools/licences/what-for.ts)' }])
  })

  test('need not be said of what another brings', () => {
    expect(judge([dependencyOf(), dependencyOf({ name: 'new', through: ['tool'] })], policyOf()).offences).toEqual([])
  })

  test.each([
    ['is gone', []],
    ['is of another ecosystem', [dependencyOf({ ecosystem: 'PyPI', name: 'old', through: ['moto'] })]],
    ['is only brought by another', [dependencyOf({ name: 'old', through: ['tool'] })]],
  ])('is stale where it %s', (_, others) => {
    const whatFor = { npm: { tool: 'an example', old: 'it was needed' }, Maven: {}, PyPI: {} }
    expect(judge([dependencyOf(), ...others], policyOf({ whatFor })).offences).toEqual([
      { what: 'npm old (tools/licences/what-for.ts)', fault: 'it is no direct dependency', remedy: 'remove the entry' },
    ])
  })
})

test('the project’s bpmn-js would pass with its licence as it was read, in development only', () => {
  const override = { ecosystem: 'npm', name: 'bpmn-js', version: '18.31.1', licence: 'LicenseRef-bpmn.io', seenIn: 'LICENSE' } as const
  const policy = { ...projects, overrides: [override], whatFor: { npm: { 'bpmn-js': 'draws' }, Maven: {}, PyPI: {} } }
  const bpmnJs = dependencyOf({ name: 'bpmn-js', version: '18.31.1', licence: 'SEE LICENSE IN LICENSE' })
  expect(judgeOne(bpmnJs, policy).offences).toEqual([])
  expect(judgeOne({ ...bpmnJs, use: 'production' }, policy).offences).toHaveLength(1)
})

test('a dependency is named by ecosystem, name and version', () => {
  expect(nameOf(dependencyOf())).toBe('npm tool 1.2.3')
})
