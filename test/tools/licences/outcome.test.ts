import { expect, test } from 'vitest'
import { outcomeOf } from '../../../tools/licences/outcome.ts'
import { dependencyOf, policyOf } from './example-dependencies.ts'

const all = { dependencies: [dependencyOf()], missing: [] }

const written = (() => {
  const outcome = outcomeOf(all, policyOf(), undefined)
  return 'document' in outcome ? outcome.document : ''
})()

test('the document is written where all is well', () => {
  expect(written).toContain('| tool | 1.2.3 | MIT | an example |')
})

test('a check passes where the document is what would be written', () => {
  expect(outcomeOf(all, policyOf(), written)).toMatchObject({
    summary: '1 dependencies, each with an accepted licence: docs/DEPENDENCIES.md',
  })
})

test.each(['', `${'x'}\n`])('a check of another document says how to write it: %j', (committed) => {
  expect(outcomeOf(all, policyOf(), committed)).toEqual({ problems: ['docs/DEPENDENCIES.md is out of date\n  → npm run licences'] })
})

test.each([undefined, written])('an offender is told in one line and what to do in the next, and there is no document', (committed) => {
  const dependencies = [dependencyOf({ licence: 'GPL-3.0-only' })]
  expect(outcomeOf({ dependencies, missing: [] }, policyOf(), committed)).toEqual({
    problems: [
      'npm tool 1.2.3 (package-lock.json): GPL-3.0-only is not accepted in development\n  → do without it, or have the licence accepted (tools/licences/accepted-licences.ts)',
    ],
  })
})

test('what cannot be read is told, and nothing is judged or written without it', () => {
  expect(outcomeOf({ ...all, missing: ['PyPI: no Python'] }, policyOf(), undefined)).toEqual({
    problems: ['cannot be checked: PyPI: no Python'],
  })
})
