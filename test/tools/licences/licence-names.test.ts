import { expect, test } from 'vitest'
import { isExpression, spdxExpression } from '../../../tools/licences/licence-names.ts'

test.each([
  ['an id', [{ text: 'Apache-2.0' }], 'Apache-2.0'],
  ['an expression', [{ text: 'MIT AND (ISC OR MIT)' }], 'MIT AND (ISC OR MIT)'],
  ['an expression in parentheses', [{ text: '(MIT OR Apache-2.0)' }], 'MIT OR Apache-2.0'],
  ['an expression of two in parentheses', [{ text: '(MIT OR ISC) AND (ISC OR MIT)' }], '(MIT OR ISC) AND (ISC OR MIT)'],
  ['a known name', [{ text: 'The Apache Software License, Version 2.0' }], 'Apache-2.0'],
  ['a known name in other letters and spaces', [{ text: ' mit\n  LICENSE ' }], 'MIT'],
  ['several names', [{ text: 'MPL 2.0' }, { text: 'EPL 1.0' }], 'MPL-2.0 OR EPL-1.0'],
  ['the same twice', [{ text: 'MIT' }, { text: 'MIT License' }], 'MIT'],
  ['a name of several, with a known address', [{ text: 'BSD', url: 'https://opensource.org/license/bsd-3-clause' }], 'BSD-3-Clause'],
  ['an exception', [{ text: 'EPL 2.0' }, { text: 'GPL2 w/ CPE' }], 'EPL-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0'],
])('%s is an SPDX expression', (_, stated, expression) => {
  expect(spdxExpression(stated)).toBe(expression)
})

test.each([
  ['nothing', []],
  ['an empty name', [{ text: '' }]],
  ['a name of several', [{ text: 'BSD' }]],
  ['a classifier of several', [{ text: 'Apache Software License' }]],
  ['an id in small letters', [{ text: 'mit' }]],
  ['one of Object’s own names', [{ text: 'constructor' }]],
  ['an unknown one beside a known one', [{ text: 'MIT' }, { text: 'Custom' }]],
])('%s is none', (_, stated) => {
  expect(spdxExpression(stated)).toBeUndefined()
})

test.each(['NOASSERTION', 'UNLICENSED', ''])('%j is no expression', (text) => {
  expect(isExpression(text)).toBe(false)
})
