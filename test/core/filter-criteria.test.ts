import type { SQSRecord } from 'aws-lambda'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activate } from '../../lambda/core/activation.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { recordFilter } from '../../local/filter-matcher.ts'
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

  test('where it would take more than five patterns which have nothing in common', () => {
    expect(why({ elements: [consumed(six(' or '))] })).toMatch('more than 5 patterns')
  })

  test('where a pattern would be longer than 4,096 characters', () => {
    expect(
      why({ elements: [consumed(`=messageAttributes.type.stringValue in ("${'x'.repeat(2_000)}", "${'y'.repeat(2_100)}")`)] }),
    ).toMatch('4096 characters')
  })
})

describe('a filter that would be too large is wider, not narrower', () => {
  const patternsOf = (activationCondition: string) => filterCriteria(connector({ elements: [consumed(activationCondition)] })).patterns

  test('of more than five patterns those are joined which have most in common', () => {
    const others = Array.from({ length: 6 }, (_, index) => `messageAttributes.a${index}.stringValue = "x"`).join(' or ')
    expect(patternsOf(`=messageAttributes.type.stringValue = "T" and (${others})`)).toContainEqual({
      messageAttributes: { type: { stringValue: ['T'] } },
    })
  })

  test('a pattern that is too long loses its longest leaf', () => {
    const long = `messageAttributes.id.stringValue in ("${'x'.repeat(4_090)}", "y")`
    expect(patternsOf(`=messageAttributes.type.stringValue = "T" and ${long}`)).toEqual([
      { messageAttributes: { type: { stringValue: ['T'] } } },
    ])
  })
})

test('of body and attributes the filter reads one alone: the body where it can say something', () => {
  const of = (activationCondition: string) =>
    filterCriteria(connector({ eventSource: { filterCriteria: 'body' }, elements: [consumed(activationCondition)] })).patterns
  expect(of(`${isType('A')} and body.kind = "k"`)).toEqual([{ body: { kind: ['k'] } }])
  expect(of(isType('A'))).toEqual([{ messageAttributes: { type: { stringValue: ['A'] } } }])
})

test('what is not pushed down is told with its element', () => {
  const elements = [consumed(`${isType('A')} and body.n > 1`)]
  expect(filterCriteria(connector({ elements })).notPushedDown).toEqual([
    { elementId: 'OrderPlaced', expression: 'body.n > 1', why: expect.any(String) },
  ])
})

describe('the law: a filter lets every message through whose outcome is anything but ActivationConditionNotMet', () => {
  const name = fc.constantFrom('t', 'u', 'event-type')
  const value = fc.constantFrom('a', 'b', 'A', 'ab', 'ba', '1', '10', '10.0.0.1', '010.0.0.1', 'null')
  const path = name.map((it) => `messageAttributes.\`${it}\`.stringValue`)
  const text = value.map((it) => JSON.stringify(it))
  const member = fc.oneof({ weight: 6, arbitrary: text }, fc.constantFrom('null'))
  const leaf = fc.oneof(
    fc
      .tuple(path, fc.constantFrom('=', '!='), fc.oneof({ weight: 5, arbitrary: text }, fc.constantFrom('null')))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(path, fc.array(member, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([it, texts, round]) => `${it} in ${round ? `(${texts.join(', ')})` : `[${texts.join(', ')}]`}`),
    fc.tuple(fc.array(member, { minLength: 1, maxLength: 3 }), path).map(([texts, it]) => `list contains([${texts.join(', ')}], ${it})`),
    fc
      .tuple(fc.constantFrom('starts with', 'ends with', 'contains', 'matches'), path, text)
      .map(([name, it, value]) => `${name}(${it}, ${value})`),
    fc
      .tuple(fc.constantFrom('upper case', 'lower case', 'trim'), path, fc.constantFrom('=', '!='), text)
      .map(([name, it, operator, value]) => `${name}(${it}) ${operator} ${value}`),
    fc.tuple(path, fc.constantFrom('<', '>=')).map(([it, operator]) => `${it} ${operator} "b"`),
    fc.tuple(path, fc.constantFrom('>', '=', '!=')).map(([it, operator]) => `number(${it}) ${operator} 1`),
    fc.tuple(name, fc.constantFrom('= null', '!= null', '= "a"', '!= "a"')).map(([it, test]) => `messageAttributes.\`${it}\` ${test}`),
    name.map((it) => `is defined(messageAttributes.\`${it}\`)`),
    fc.constantFrom(
      'true',
      'false',
      'null',
      'body.n > 1',
      'body.n < body.m',
      'body.flag',
      'modulo(body.n, 0) = 1',
      'starts with(body.s, "x")',
      'body.missing.deep = null',
      'attributes.SenderId = "AIDA"',
    ),
  )
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition')).map(([one, word, other]) => `(${one}) ${word} (${other})`),
      fc
        .tuple(tie('condition'), tie('condition'), tie('condition'))
        .map(([one, two, three]) => `if (${one}) then (${two}) else (${three})`),
      fc.tuple(tie('condition'), fc.constantFrom('= true', '= false', '!= true')).map(([one, test]) => `(${one}) ${test}`),
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

  /** Fails where a message is turned away that matters; @returns how many did not matter, and how many of those are turned away. */
  function turnedAway(conditions: readonly string[], records: readonly SQSRecord[], rest: Record<string, unknown>) {
    const elements = conditions.map((activationCondition, index) =>
      startEvent({ elementId: `E${index}`, activationCondition, consumeUnmatchedEvents: true }),
    )
    const parsed = connector({ ...rest, elements })
    const { patterns } = filterCriteria(parsed)
    const passes = recordFilter(patterns)
    let [unmatched, filtered] = [0, 0]
    for (const one of records) {
      const outcome = activate(parsed, toSqsMessage(one, parsed.queue)).kind
      const comes = passes(one)
      if (outcome !== 'ActivationConditionNotMet') expect({ outcome, comes, conditions, one, patterns }).toMatchObject({ comes: true })
      else [unmatched, filtered] = [unmatched + 1, filtered + (comes ? 0 : 1)]
    }
    return { unmatched, filtered, patterns }
  }

  test('for random conditions and messages, of one element and of two', () => {
    let [unmatched, filtered] = [0, 0]
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 2 }),
        names,
        fc.array(record, { minLength: 1, maxLength: 20 }),
        (conditions, messageAttributeNames, records) => {
          const counted = turnedAway(conditions, records, { queue: { messageAttributeNames } })
          unmatched += counted.unmatched
          filtered += counted.filtered
        },
      ),
      { numRuns: 2_000 },
    )
    // A filter which lets all through would keep the law and be of no use.
    expect(filtered / unmatched).toBeGreaterThan(0.3)
  })

  test('for conditions on the body too, where the messages are JSON objects', () => {
    const word = fc.constantFrom('a', 'b', 'c')
    const bodyPath = fc.constantFrom('body.k', 'body.o.k', 'body.l')
    const bodyLeaf = fc.oneof(
      fc.tuple(bodyPath, fc.constantFrom('=', '!='), word).map(([it, operator, value]) => `${it} ${operator} "${value}"`),
      fc.tuple(bodyPath, word, word).map(([it, one, other]) => `${it} in ("${one}", "${other}")`),
      fc.tuple(bodyPath, word).map(([it, value]) => `list contains(${it}, "${value}")`),
      fc.tuple(bodyPath, word).map(([it, value]) => `some x in ${it} satisfies x = "${value}"`),
      fc.constantFrom('body.f', 'body.f = true', 'body.k = null', 'messageAttributes.t.stringValue = "a"'),
    )
    const bodyCondition = fc.oneof(
      bodyLeaf,
      fc.tuple(bodyLeaf, fc.constantFrom('and', 'or'), bodyLeaf).map(([one, operator, other]) => `(${one}) ${operator} (${other})`),
      bodyLeaf.map((it) => `not(${it})`),
    )
    const item = fc.oneof(word, fc.constant(null), fc.integer({ max: 3 }))
    const object = fc.record(
      {
        k: fc.oneof(item, fc.array(item, { maxLength: 2 })),
        o: fc.oneof(fc.record({ k: item }), fc.array(fc.record({ k: item }), { maxLength: 2 }), item),
        l: fc.array(item, { maxLength: 3 }),
        f: fc.oneof(fc.boolean(), item),
      },
      { requiredKeys: [] },
    )
    let filtered = 0
    fc.assert(
      fc.property(bodyCondition, fc.array(object, { minLength: 1, maxLength: 20 }), (one, bodies) => {
        filtered += turnedAway(
          [one],
          bodies.map((it) => sqsRecord({ body: it })),
          { eventSource: { filterCriteria: 'body' } },
        ).filtered
      }),
      { numRuns: 1_000 },
    )
    expect(filtered).toBeGreaterThan(0)
  })
})
