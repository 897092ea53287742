import { expect, test } from 'vitest'
import { type CorrelationOutcome, disposition, reasonOf } from '../../lambda/core/outcome.ts'

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
  [{ kind: 'CamundaUnavailable', reason: 'r' },                                 'return'],
  [{ kind: 'Ambiguous', reason: 'r' },                                          'return'],
  [{ kind: 'NotAttempted', reason: 'r' },                                       'return'],
  [{ kind: 'Unexpected', reason: 'r' },                                         'return'],
]

test.each(OUTCOMES)('%o: SQS is told to %s', (outcome, expected) => {
  expect(disposition(outcome)).toBe(expected)
})

test('whatever is returned for a fault has a reason', () => {
  for (const [outcome, expected] of OUTCOMES)
    if (expected === 'return' && outcome.kind !== 'ActivationConditionNotMet') expect(reasonOf(outcome)).toBe('r')
})
