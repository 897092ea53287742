import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activate } from '../../../lambda/core/activation.ts'
import { correlationFor } from '../../../lambda/core/correlation.ts'
import { type CorrelationOutcome, reasonOf } from '../../../lambda/core/outcome.ts'
import { toSqsMessage } from '../../../lambda/core/sqs-message.ts'
import { catchEvent, connector, startEvent } from '../../support/connectors.ts'
import { evaluationOf } from '../../support/evaluation.ts'
import { sqsRecord } from '../../support/sqs.ts'

const MARK = 'CONFIDENTIAL'
const LONG = `${MARK} `.repeat(60_000)

/** What becomes of a message, but for Camunda. */
function outcomeOf(properties: object, body: object): CorrelationOutcome | undefined {
  const it = connector({ elements: [properties] })
  const message = toSqsMessage(sqsRecord({ body }), it.queue)
  const activation = activate(it, message)
  if (activation.kind !== 'Activated') return activation
  const command = correlationFor(activation.element, message, it.idempotency)
  return command.kind === 'InvalidInput' ? command : undefined
}

// biome-ignore format: a table
const FAILURES: [string, string, object][] = [
  ['a comparison of two lists',      'body.a < body.b',                                   { a: [LONG], b: [LONG] }],
  ['another',                        'sort(body.a, function(x, y) x < y)',                { a: [[LONG], [LONG]] }],
  ['of lists within a filter',       'body.c[item < body.a]',                             { a: [LONG], c: [[LONG], [LONG]] }],
  ['an assertion',                   'assert(body.a, body.a = 1)',                        { a: LONG }],
  ['an assertion, with its cause',   'assert(body.a, body.a = 1, body.a)',                { a: LONG }],
  ['an assertion, with a made cause', 'assert(body.a, false, "wrong: " + body.a)',        { a: LONG }],
  ['an unknown zone',                'time(1, 2, 3, duration("PT1H")) = time("12:00:00@" + body.a)', { a: LONG }],
  ['an unknown zone, in a date',     'date and time(@"2020-01-01T00:00:00Z", body.a)',    { a: LONG }],
  ['what is no list',                'for x in body.a return x',                          { a: LONG }],
  ['what is no number',              'for x in 1..body.a return x',                       { a: LONG }],
  ['a range of no points',           '1 in [body.a..body.b]',                             { a: { [MARK]: 1 }, b: [LONG] }],
  ['what is no context',             'body.a.b()',                                        { a: LONG }],
  ['a choice by what is no boolean', 'some x in body.a satisfies x',                      { a: LONG }],
  ['a minimum of mixed values',      'min(body.a)',                                       { a: [LONG, 1] }],
  ['a mean of no numbers',           'mean(body.a)',                                      { a: [LONG] }],
  ['a result that is none',          '[body.a, function(x) x]',                           { a: LONG }],
  ['a result that is a list',        'body.a',                                            { a: [LONG] }],
  ['a number that is none',          'number(body.a)',                                    { a: LONG }],
  ['a result of a forbidden kind',   'body.a',                                            { a: { 'camunda.function.type': LONG } }],
  ['text that is no Unicode',        'body.a',                                            { a: { [MARK]: 'a\ud800' } }],
  ['a name that is no Unicode',      'body.a',                                            { a: { [MARK]: { 'a\ud800': 1 } } }],
  ['an integer that is too large',   'body.a',                                            { a: { [MARK]: { [LONG]: 2 ** 70 } } }],
]

describe('a reason tells kinds and places, and nothing of the message:', () => {
  test.each(FAILURES)('%s', (_, expression, body) => {
    const roles = [
      startEvent({ activationCondition: `=${expression}` }),
      startEvent({ resultExpression: `=${expression}` }),
      catchEvent({ correlationKeyExpression: `=${expression}` }),
      catchEvent({ messageIdExpression: `=${expression}` }),
    ]
    for (const role of roles) {
      const outcome = outcomeOf(role, { orderId: 'A1', ...body })
      const told = outcome && reasonOf(outcome)
      if (told === undefined) continue
      expect(told.replaceAll(expression, '')).not.toContain(MARK)
      expect(outcome?.kind).toBe('InvalidInput')
    }
  })

  test('whatever the expression and the message', () => {
    fc.assert(
      fc.property(evaluationOf(MARK), ({ expression, context }) => {
        const outcome = outcomeOf(startEvent({ resultExpression: `=${expression}` }), context)
        expect((outcome && reasonOf(outcome)) ?? '').not.toContain(MARK)
      }),
      { numRuns: 3_000 },
    )
  })
})

test('a failure says in which kinds of values it is, and an assertion where it stands', () => {
  const reason = (expression: string, body: object) =>
    reasonOf(outcomeOf(startEvent({ resultExpression: `=${expression}` }), body) as CorrelationOutcome)
  expect(reason('body.a < body.b', { a: ['x'], b: ['y'] })).toContain('list can not be compared to list')
  expect(reason('{r: assert(body.a, body.a = 1, "must be 1")}', { a: 'x' })).toContain(
    'is not met: assert(body.a, body.a = 1, "must be 1")',
  )
})
