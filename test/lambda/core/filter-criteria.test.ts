import type { SQSRecord } from 'aws-lambda'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activate } from '../../../lambda/core/activation.ts'
import { filterCriteria } from '../../../lambda/core/filter-criteria.ts'
import { toSqsMessage } from '../../../lambda/core/sqs-message.ts'
import { recordFilter } from '../../../tools/filters/filter-matcher.ts'
import { bodyCondition, condition, jsonRecord, names, record } from '../../support/conditions.ts'
import { catchEvent, connector, startEvent } from '../../support/connectors.ts'
import { BUCKET, toPointer } from '../../support/pointers.ts'

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

  test('where the parameter which records the patterns has no room for all of them', () => {
    const long = (letter: string) =>
      `=messageAttributes.${letter}.stringValue = "${letter.repeat(1_000)}" and messageAttributes.x${letter}.stringValue = "${letter.repeat(1_000)}"`
    const elements = ['a', 'b', 'c'].map((letter) => consumed(long(letter), { elementId: letter }))
    expect(filterCriteria(connector({ elements: elements.slice(0, 1) })).patterns).toHaveLength(1)
    expect(why({ elements })).toMatch('more characters than the parameter')
  })

  test('where a pattern would be longer than 4,096 characters as the template writes it', () => {
    const names = (text: string) =>
      `=messageAttributes.type.stringValue in (${Array.from({ length: 100 }, (_, i) => `"${text}${i}"`).join()})`
    expect(filterCriteria(connector({ elements: [consumed(names('aaaaaaaaaa'))] })).patterns).toHaveLength(1)
    expect(why({ elements: [consumed(names('üüüüüüüüüü'))] })).toMatch('more than 5 patterns of 4096 characters')
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

test('with large payloads the filter reads attributes alone, and says so where it was to read the body', () => {
  const of = (activationCondition: string, mode: string) =>
    filterCriteria(
      connector({
        queue: { largePayloads: { bucket: BUCKET } },
        eventSource: { filterCriteria: mode },
        elements: [consumed(activationCondition)],
      }),
    )
  expect(of(`${isType('A')} and body.kind = "k"`, 'body')).toEqual({
    patterns: [{ messageAttributes: { type: { stringValue: ['A'] } } }],
    notPushedDown: [
      expect.objectContaining({ expression: 'body.kind = "k"' }),
      { why: expect.stringContaining('that of a pointer says nothing') },
    ],
  })
  expect(of('=body.kind = "k"', 'body').patterns).toEqual([])
  expect(of(isType('A'), 'attributes')).toEqual({ patterns: [{ messageAttributes: { type: { stringValue: ['A'] } } }], notPushedDown: [] })
})

test('that patterns were joined, or lost a leaf, is told', () => {
  const toldOf = (activationCondition: string) => filterCriteria(connector({ elements: [consumed(activationCondition)] })).notPushedDown
  const others = Array.from({ length: 6 }, (_, index) => `messageAttributes.a${index}.stringValue = "x"`).join(' or ')
  const long = `messageAttributes.id.stringValue in ("${'x'.repeat(4_090)}", "y")`
  for (const wider of [others, long])
    expect(toldOf(`${isType('T')} and (${wider})`)).toEqual([{ why: expect.stringContaining('joined or shortened') }])
  expect(toldOf(isType('T'))).toEqual([])
})

test('what is not pushed down is told with its element', () => {
  const elements = [consumed(`${isType('A')} and body.n > 1`)]
  expect(filterCriteria(connector({ elements })).notPushedDown).toEqual([
    { elementId: 'OrderPlaced', expression: 'body.n > 1', why: expect.any(String) },
  ])
})

describe('the law: a filter lets every message through whose outcome is anything but ActivationConditionNotMet', () => {
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
      { numRuns: 1_000 },
    )
    // A filter which lets all through would keep the law and be of no use.
    expect(filtered / unmatched).toBeGreaterThan(0.3)
  })

  test('for conditions on the body too, where the messages are JSON', () => {
    let filtered = 0
    fc.assert(
      fc.property(bodyCondition, fc.array(jsonRecord, { minLength: 1, maxLength: 20 }), (one, records) => {
        filtered += turnedAway([one], records, { eventSource: { filterCriteria: 'body' } }).filtered
      }),
      { numRuns: 1_000 },
    )
    expect(filtered).toBeGreaterThan(0)
  })

  test('of a message whose body is in S3, whatever that body is; and attributes still turn away', () => {
    let filtered = 0
    fc.assert(
      fc.property(
        fc.oneof(condition, bodyCondition),
        fc.constantFrom('attributes', 'body'),
        names,
        fc.array(fc.oneof(record, jsonRecord), { minLength: 1, maxLength: 20 }),
        (activationCondition, mode, messageAttributeNames, records) => {
          const parsed = connector({
            queue: { messageAttributeNames, largePayloads: { bucket: BUCKET } },
            eventSource: { filterCriteria: mode },
            elements: [startEvent({ activationCondition, consumeUnmatchedEvents: true })],
          })
          const { patterns } = filterCriteria(parsed)
          expect(patterns.filter((pattern) => 'body' in pattern)).toEqual([])
          const passes = recordFilter(patterns)
          for (const one of records) {
            const pointer = toPointer(one, 'key')
            const outcome = activate(parsed, toSqsMessage({ ...pointer, body: one.body }, parsed.queue)).kind
            const comes = passes(pointer)
            if (outcome !== 'ActivationConditionNotMet') expect({ outcome, comes, one, patterns }).toMatchObject({ comes: true })
            else filtered += comes ? 0 : 1
          }
        },
      ),
      { numRuns: 1_000 },
    )
    expect(filtered).toBeGreaterThan(0)
  })
})
