import { expect, test } from 'vitest'
import { differenceFrom, type Expectation } from '../../../tools/testing/expectation.ts'
import { type MessageOutcome, outcomeOf } from '../../../tools/testing/message-outcome.ts'
import { catchEvent, connector } from '../../support/connectors.ts'

const payments = connector({
  elements: [catchEvent({ resultExpression: '={ a: body.a, list: [{ x: 1, y: 2 }, 3], big: 9007199254740993 }' })],
})
const published = outcomeOf(payments, { body: { orderId: 'K', a: { b: 1, c: 2 } } })
const invalid = outcomeOf(payments, { body: {} })

// biome-ignore format: a table
test.each<[string, MessageOutcome, Expectation]>([
  ['the outcome',                                 published, { outcome: 'MessagePublished' }],
  ['all that is named',                           published, { elementId: 'PaymentReceived', correlationKey: 'K', messageId: '00000000-0000-4000-8000-000000000000', filteredOut: false, afterwards: 'deleted' }],
  ['all variables',                               published, { variables: { a: { c: 2, b: 1 }, list: [{ x: 1, y: 2 }, 3], big: 9007199254740993n } }],
  ['some variables, and some of what is in them', published, { variablesInclude: { a: { b: 1 }, list: [{ y: 2 }, 3] } }],
  ['a part of the reason',                        invalid,   { outcome: 'InvalidInput', reason: 'no correlation key' }],
])('%s may be as expected', (_what, outcome, expectation) => {
  expect(differenceFrom(expectation, outcome)).toBeUndefined()
})

// biome-ignore format: a table
test.each<[string, MessageOutcome, Expectation, object]>([
  ['another outcome',                published, { outcome: 'InvalidInput' }, { outcome: 'MessagePublished' }],
  ['one variable more',              published, { variables: { a: { b: 1, c: 2 }, big: 9007199254740993n } }, { variables: published.variables }],
  ['another number, beyond doubles', published, { variablesInclude: { big: 9007199254740995n } }, { variablesInclude: { big: 9007199254740993n } }],
  ['a variable that is not there',   published, { variablesInclude: { a: { d: 1 } } }, { variablesInclude: { a: {} } }],
  ['a list of another length',       published, { variablesInclude: { list: [{ x: 1 }] } }, { variablesInclude: { list: [{ x: 1 }, 3] } }],
  ['no variables at all',            invalid,   { variables: {} }, { outcome: 'InvalidInput', reason: invalid.reason }],
  ['another reason',                 invalid,   { reason: 'too large' }, { reason: invalid.reason }],
  ['no reason',                      published, { reason: 'too large' }, {}],
])('%s is a difference', (_what, outcome, expectation, actual) => {
  expect(differenceFrom(expectation, outcome)).toEqual({ expected: expectation, actual })
})
