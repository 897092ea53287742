import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { filterCriteria } from '../../../lambda/core/filter-criteria.ts'
import { connector, startEvent } from '../../support/connectors.ts'

/** The tables of docs/PUSH-DOWN.md: what they say is what the compiler does. */
const [, attributes = '', body = ''] = readFileSync(new URL('../../../docs/PUSH-DOWN.md', import.meta.url), 'utf8').split(
  /^## `"filterCriteria"/m,
)

const rows = (section: string) =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/ ?(?<!\\)\| ?/).map((cell) => cell.replaceAll('\\|', '|')))

const codes = (cell: string) => [...cell.matchAll(/`((?:[^`]|`(?!<br>|$))+)`(?:<br>|$)/g)].map(([, code = '']) => code)

describe.each([
  ['attributes', attributes],
  ['body', body],
] as const)('docs/PUSH-DOWN.md says of the mode "%s"', (mode, section) => {
  test.each(rows(section))('%s%s  →  %s', (_, condition = '', patterns = '', left = '') => {
    const elements = [startEvent({ activationCondition: codes(condition)[0], consumeUnmatchedEvents: true })]
    const criteria = filterCriteria(connector({ eventSource: { filterCriteria: mode }, elements }))
    expect(codes(patterns).map((pattern) => JSON.parse(pattern))).toEqual(criteria.patterns)
    expect(codes(left)).toEqual(criteria.notPushedDown.flatMap(({ expression }) => (expression === undefined ? [] : [expression])))
  })
})

test('the tables have their rows', () => {
  expect(rows(attributes).length).toBeGreaterThan(30)
  expect(rows(body).length).toBeGreaterThan(8)
})
