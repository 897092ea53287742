import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { filterCriteria } from '../../../lambda/core/filter-criteria.ts'
import { connector, startEvent } from '../../support/connectors.ts'

/** The conditions of docs/PUSH-DOWN.md: what is said of them is what the compiler does. */
const [, attributes = '', body = ''] = readFileSync(new URL('../../../docs/PUSH-DOWN.md', import.meta.url), 'utf8').split(
  /^## `"filterCriteria"/m,
)

interface Row {
  readonly condition: string
  readonly filter: readonly string[]
  readonly left: readonly string[]
}

/** A condition, and indented below it what is filtered by it, and what is left to the function. */
const rows = (section: string): Row[] =>
  [...section.matchAll(/```\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.trim().split('\n\n'))
    .map((row) => {
      const [condition = '', ...lines] = row.split('\n')
      const of = (kind: string) => lines.flatMap((line) => (line.startsWith(`  ${kind}  `) ? [line.slice(12)] : []))
      return { condition, filter: of('filter  '), left: of('function') }
    })

describe.each([
  ['attributes', attributes],
  ['body', body],
] as const)('docs/PUSH-DOWN.md says of the mode "%s"', (mode, section) => {
  test.each(rows(section))('$condition', ({ condition, filter, left }) => {
    const elements = [startEvent({ activationCondition: condition, consumeUnmatchedEvents: true })]
    const criteria = filterCriteria(connector({ eventSource: { filterCriteria: mode }, elements }))
    const patterns = filter.filter((pattern) => pattern !== 'none').map((pattern) => JSON.parse(pattern))
    expect(patterns).toEqual(criteria.patterns)
    expect(filter.length).toBeGreaterThan(0)
    expect(left).toEqual(criteria.notPushedDown.flatMap(({ expression }) => (expression === undefined ? [] : [expression])))
  })
})

test('both modes have their conditions', () => {
  expect(rows(attributes).length).toBeGreaterThan(30)
  expect(rows(body).length).toBeGreaterThan(8)
})
