import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activate } from '../../lambda/core/activation.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { matches } from '../../local/filter-matcher.ts'
import { catchEvent, connector, startEvent } from '../support/connectors.ts'
import { sqsRecord, stringAttributes } from '../support/sqs.ts'

const consumed = (activationCondition: string | undefined, rest: object = {}) =>
  startEvent({ consumeUnmatchedEvents: true, ...(activationCondition && { activationCondition }), ...rest })
const isType = (type: string) => `=messageAttributes.type.stringValue = "${type}"`

test('a condition on an attribute becomes a pattern', () => {
  expect(filterCriteria(connector({ elements: [consumed(isType('OrderPlaced'))] }))).toEqual({
    patterns: [{ messageAttributes: { type: { stringValue: ['OrderPlaced'] } } }],
    notPushedDown: [],
  })
})

test('the filter is what any of the elements would take', () => {
  const elements = [consumed(isType('A')), catchEvent({ elementId: 'B', activationCondition: isType('B') })]
  expect(filterCriteria(connector({ elements })).patterns).toEqual([{ messageAttributes: { type: { stringValue: ['A', 'B'] } } }])
})

describe('there is no filter', () => {
  const why = (config: Parameters<typeof connector>[0]) => {
    const { patterns, notPushedDown } = filterCriteria(connector(config))
    expect(patterns).toEqual([])
    return notPushedDown.at(-1)?.why
  }
  const six = (separator: string) =>
    Array.from({ length: 6 }, (_, index) => `messageAttributes.a${index}.stringValue = "x"`).join(separator)

  test('where unmatched events are not consumed: Lambda would delete them', () => {
    expect(why({ elements: [startEvent({ activationCondition: isType('A') })] })).toMatch('unmatched events are not consumed')
  })

  test('where it is switched off', () => {
    expect(why({ eventSource: { filterCriteria: 'off' }, elements: [consumed(isType('A'))] })).toMatch('"off"')
  })

  test('where an element takes every message', () => {
    expect(why({ elements: [consumed(isType('A')), consumed(undefined, { elementId: 'other' })] })).toMatch(
      'no part that a filter could decide',
    )
  })

  test('where no message can meet the conditions', () => {
    expect(why({ elements: [consumed('=false')] })).toMatch('no message can meet')
  })

  test('where it would take more than five patterns', () => {
    expect(why({ elements: [consumed(six(' or '))] })).toMatch('6 patterns')
  })

  test('where a pattern would be longer than 4,096 characters', () => {
    expect(
      why({ elements: [consumed(`=messageAttributes.type.stringValue in ("${'x'.repeat(2_000)}", "${'y'.repeat(2_100)}")`)] }),
    ).toMatch(/a pattern would take \d+ characters/)
  })
})

test('what is not pushed down is told with its element', () => {
  const elements = [consumed(`${isType('A')} and body.n > 1`)]
  expect(filterCriteria(connector({ elements })).notPushedDown).toEqual([
    { elementId: 'OrderPlaced', expression: 'body.n > 1', why: expect.any(String) },
  ])
})

describe('the law: a filter lets every message through whose outcome is anything but ActivationConditionNotMet', () => {
  const name = fc.constantFrom('t', 'u', 'event-type')
  const value = fc.constantFrom('a', 'b', 'A', '1', '10', '10.0.0.1', '010.0.0.1', 'null')
  const path = name.map((it) => `messageAttributes.\`${it}\`.stringValue`)
  const text = value.map((it) => JSON.stringify(it))
  const leaf = fc.oneof(
    fc
      .tuple(path, fc.constantFrom('=', '!='), fc.oneof({ weight: 5, arbitrary: text }, fc.constantFrom('null')))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(path, fc.array(text, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([it, texts, round]) => `${it} in ${round ? `(${texts.join(', ')})` : `[${texts.join(', ')}]`}`),
    fc.tuple(fc.array(text, { minLength: 1, maxLength: 3 }), path).map(([texts, it]) => `list contains([${texts.join(', ')}], ${it})`),
    fc.tuple(path, fc.constantFrom('<', '>=')).map(([it, operator]) => `${it} ${operator} "b"`),
    fc.constantFrom(
      'true',
      'false',
      'body.n > 1',
      'body.n < body.m',
      'body.flag',
      'modulo(body.n, 0) = 1',
      'starts with(body.s, "x")',
      'body.missing.deep = null',
    ),
  )
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition')).map(([one, word, other]) => `(${one}) ${word} (${other})`),
      tie('condition').map((it) => `not(${it})`),
    ),
  }))
  const json = fc.oneof(fc.constantFrom(0, 1, 2, true, false, null, 'x', 'xy', '3', [], [1], {}), fc.integer())
  const body = fc.oneof(
    fc.record({ n: json, m: json, s: json, flag: fc.oneof(fc.boolean(), json) }, { requiredKeys: [] }).map((it) => JSON.stringify(it)),
    fc.constantFrom('plain text', '5', '[]', 'null', ''),
  )
  const record = fc
    .tuple(fc.dictionary(name, value, { maxKeys: 3 }), body)
    .map(([attributes, text]) => sqsRecord({ body: text, messageAttributes: stringAttributes(attributes) }))
  const names = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.uniqueArray(fc.constantFrom('t', 'u', 'event-type'), { minLength: 1 }),
  )

  test('for random conditions and messages, of one element and of two', () => {
    let unmatched = 0
    let filtered = 0
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 2 }),
        names,
        fc.array(record, { minLength: 1, maxLength: 20 }),
        (conditions, messageAttributeNames, records) => {
          const elements = conditions.map((activationCondition, index) =>
            startEvent({ elementId: `E${index}`, activationCondition, consumeUnmatchedEvents: true }),
          )
          const parsed = connector({ queue: { messageAttributeNames }, elements })
          const { patterns } = filterCriteria(parsed)
          for (const one of records) {
            const outcome = activate(parsed, toSqsMessage(one, parsed.queue)).kind
            const comes = patterns.length === 0 || patterns.some((pattern) => matches(pattern, one))
            if (outcome !== 'ActivationConditionNotMet')
              expect({ outcome, comes, conditions, one, patterns }).toMatchObject({ comes: true })
            else {
              unmatched++
              if (!comes) filtered++
            }
          }
        },
      ),
      { numRuns: 1_000 },
    )
    // A filter which lets all through would keep the law and be of no use.
    expect(filtered / unmatched).toBeGreaterThan(0.3)
  })
})
