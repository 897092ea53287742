import { expect, test } from 'vitest'
import { type CorrelationOutcome, disposition, reasonOf } from '../../../lambda/core/outcome.ts'

// biome-ignore format: a table
const OUTCOMES: [CorrelationOutcome, 'acknowledge' | 'return'][] = [
  [{ kind: 'ProcessInstanceCreated', processInstanceKey: '1' },                 'acknowledge'],
  [{ kind: 'MessagePublished', messageKey: '1' },                               'acknowledge'],
  [{ kind: 'AlreadyPublished' },                                                'acknowledge'],
  [{ kind: 'AlreadyCreated' },                                                  'acknowledge'],
  [{ kind: 'ActivationConditionNotMet', consumeUnmatchedEvents: true },         'acknowledge'],
  [{ kind: 'ActivationConditionNotMet', consumeUnmatchedEvents: false },        'return'],
  [{ kind: 'InvalidInput', reason: 'r' },                                       'return'],
  [{ kind: 'CamundaRejected', reason: 'r' },                                    'return'],
  [{ kind: 'CamundaUnavailable', reason: 'r', why: 'unreachable' },             'return'],
  [{ kind: 'Ambiguous', reason: 'r' },                                          'return'],
  [{ kind: 'NotAttempted', reason: 'r' },                                       'return'],
  [{ kind: 'Unexpected', reason: 'r' },                                         'return'],
]

test.each(OUTCOMES)('%o: SQS is told to %s', (outcome, expected) => {
  expect(disposition(outcome, { invalidInput: 'return' })).toBe(expected)
})

test('only what is invalid is made a dead letter at once, where the connector says so', () => {
  for (const [outcome, expected] of OUTCOMES)
    expect(disposition(outcome, { invalidInput: 'deadLetter' })).toBe(outcome.kind === 'InvalidInput' ? 'deadLetter' : expected)
})

test('whatever is returned for a fault has a reason', () => {
  for (const [outcome, expected] of OUTCOMES)
    if (expected === 'return' && outcome.kind !== 'ActivationConditionNotMet') expect(reasonOf(outcome)).toBe('r')
})
