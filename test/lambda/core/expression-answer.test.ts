import { expect, onTestFinished, test, vi } from 'vitest'
import { answerOf } from '../../../lambda/core/expression-answer.ts'

const context = { body: { amount: 5, id: 'A' }, messageAttributes: {} }

// biome-ignore format: a table
test.each<[string, string, object]>([
  ['a value has its type', '=body.amount + 1', { kind: 'value', value: 6, type: 'number', warnings: [] }],
  ['a syntax error has its place in the text as it was given', ' = body.', { kind: 'syntaxError', reason: 'expected a name, but the expression ends', from: 8, to: 8 }],
  ['what fails says why', 'assert(body.id, body.id = "B")', { kind: 'failure', reason: expect.stringContaining('assertion') }],
  ['what became null has its place', 'body.idd', { kind: 'value', value: null, warnings: [{ type: 'NO_CONTEXT_ENTRY_FOUND', from: 0, to: 8 }] }],
])('%s', (_claim, text, expected) => {
  expect(answerOf(text, context)).toMatchObject(expected)
})

test('what no message can mend is told once, and first', () => {
  const answer = answerOf('body.idd = boddy.id', context)
  expect(answer.kind === 'value' && answer.warnings.map(({ type, from }) => [type, from])).toEqual([
    ['NO_VARIABLE_FOUND', 11],
    ['NO_CONTEXT_ENTRY_FOUND', 0],
  ])
})

test('the clock’s zone is Lambda’s, wherever it is tried', () => {
  vi.stubEnv('TZ', 'Asia/Tokyo')
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe('Asia/Tokyo')
  expect(answerOf('now().timezone', context)).toMatchObject({ value: 'UTC' })
})
