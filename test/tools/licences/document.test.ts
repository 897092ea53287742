import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dependenciesDocument } from '../../../tools/licences/document.ts'
import { judge } from '../../../tools/licences/judgement.ts'
import { npmBillOfMaterials, npmDependencies } from '../../../tools/licences/npm-dependencies.ts'
import { policy as projects } from '../../../tools/licences/policy.ts'
import { dependencyOf, policyOf } from './example-dependencies.ts'

const licensed = (parts: Parameters<typeof dependencyOf>[0]) => ({ ...dependencyOf(parts), licence: parts?.licence ?? 'MIT' })

/** The rows of tables below a heading. */
const rowsBelow = (heading: string, text: string): string[] =>
  (text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '))

test('npm’s part of docs/DEPENDENCIES.md is what would be written', async () => {
  const committed = readFileSync(new URL('../../../docs/DEPENDENCIES.md', import.meta.url), 'utf8')
  const whatFor = { ...projects.whatFor, Maven: {}, PyPI: {} }
  const overrides = projects.overrides.filter(({ ecosystem }) => ecosystem === 'npm')
  const { licensed, offences } = judge(npmDependencies(await npmBillOfMaterials()), { ...projects, overrides, whatFor })
  expect(offences).toEqual([])
  const written = dependenciesDocument(licensed, projects)
  const partOf = (text: string) => text.split('\n## Maven')[0]
  expect(partOf(written)).toBe(partOf(committed))
  expect(rowsBelow('npm: production', written).length).toBeGreaterThan(10)
})

test('a direct dependency has a row with what it is for', () => {
  expect(rowsBelow('npm: development', dependenciesDocument([licensed({})], policyOf()))).toContain('| tool | 1.2.3 | MIT | an example |')
})

test('production and development are apart', () => {
  const text = dependenciesDocument([licensed({}), licensed({ name: 'shipped', use: 'production' })], policyOf())
  expect(rowsBelow('npm: production', text).join()).toMatch(/shipped(?!.*tool)/)
  expect(rowsBelow('npm: development', text).join()).toMatch(/tool(?!.*shipped)/)
})

test('what comes through the same ones with the same licence is one row, in order', () => {
  const brought = ['c', 'a', 'b'].map((name) => licensed({ name, through: ['tool'], licence: name === 'b' ? 'ISC' : 'MIT' }))
  expect(rowsBelow('npm: development', dependenciesDocument(brought, policyOf()))).toEqual([
    '| What | Version | Licence | What for |',
    '| What for | Licence | What, version |',
    '| through tool | ISC | b 1.2.3 |',
    '| through tool | MIT | a 1.2.3, c 1.2.3 |',
  ])
})

test.each([
  [['a'], 'through a'],
  [['a', 'b'], 'through a and b'],
  [['a', 'b', 'c', 'd'], 'through a, b, c and d'],
  [['a', 'b', 'c', 'd', 'e'], 'through a, b, c and 2 more'],
])('%j are told as “%s”', (through, text) => {
  expect(dependenciesDocument([licensed({ name: 'x', through })], policyOf())).toContain(`| ${text} | MIT | x 1.2.3 |`)
})

test.each(['Maven', 'PyPI'] as const)('of %s each has a row, the direct ones first, with where it is pinned', (ecosystem) => {
  const whatFor = { npm: {}, Maven: {}, PyPI: {}, [ecosystem]: { 'z:direct': 'an example' } }
  const text = dependenciesDocument(
    [
      licensed({ ecosystem, name: 'a:part', through: ['z:direct'], pinnedIn: 'list' }),
      licensed({ ecosystem, name: 'z:direct', version: '2', pinnedIn: 'list' }),
    ],
    policyOf({ whatFor }),
  )
  expect(rowsBelow(ecosystem, text).slice(1)).toEqual([
    '| z:direct | 2 | MIT | an example | list |',
    '| a:part | 1.2.3 | MIT | through z:direct | list |',
  ])
})

test('terms are told of what is a dependency, and of nothing else', () => {
  const furtherTerms = [
    { ecosystem: 'npm', names: ['tool', 'absent'], term: 'keep the logo' },
    { ecosystem: 'PyPI', names: ['tool'], term: 'dance' },
  ] as const
  const rows = rowsBelow(
    'Terms beyond a licence’s text',
    dependenciesDocument([licensed({}), licensed({ version: '2' })], policyOf({ furtherTerms })),
  )
  expect(rows).toEqual(['| What | Term |', '| tool | keep the logo |'])
  expect(dependenciesDocument([], policyOf({ furtherTerms }))).toMatch(/Terms beyond[^#]*\n\nNone\.\n/)
})

test('bpmn.io’s watermark is told once bpmn-js is a dependency, and not of diagram-js, whose licence has no such rule', () => {
  const terms = (name: string) => rowsBelow('Terms beyond a licence’s text', dependenciesDocument([licensed({ name })], projects)).join()
  expect(terms('bpmn-js')).toContain('watermark')
  expect(terms('dmn-js')).toContain('watermark')
  expect(terms('diagram-js')).toBe('')
})

test('the lists are told, and what is refused by name', () => {
  const text = dependenciesDocument([], projects)
  expect(text).toMatch(/^- \*\*Accepted everywhere:\*\* .*\bMIT\b/m)
  expect(text).toMatch(/^- \*\*Accepted in what is only .*:\*\* (?!.*\bMIT\b).*\bMPL-2.0\b/m)
  expect(text).toMatch(/^- \*\*Refused:\*\* .*Camunda License 1\.0, Zeebe Community License\./m)
})

test('what somebody read is told with where', () => {
  const override = { ecosystem: 'npm', name: 'tool', version: '1.2.3', licence: 'MIT', seenIn: 'LICENSE, or so | so' } as const
  const rows = rowsBelow('Licences that were read', dependenciesDocument([], policyOf({ overrides: [override] })))
  expect(rows).toEqual(['| What | Licence | Seen in |', '| npm tool 1.2.3 | MIT | LICENSE, or so \\| so |'])
})

test('the order of what is found does not matter', () => {
  const some = ['b', 'B', 'a'].flatMap((name) => ['1', '2'].map((version) => licensed({ name, version })))
  expect(dependenciesDocument(some.toReversed(), policyOf())).toBe(dependenciesDocument(some, policyOf()))
})
