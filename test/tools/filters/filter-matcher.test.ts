import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FilterPattern } from '../../../lambda/core/filter-patterns.ts'
import { InvalidFilterPattern, ipAddress, matches, recordFilter, toFilterEvent } from '../../../tools/filters/filter-matcher.ts'
import { sqsRecord } from '../../support/sqs.ts'

type Row = [claim: string, alternatives: unknown[], value: string, matches: boolean]

/** Alternatives of one field, against the JSON text of its value. */
const values: Row[] = [
  ['a string matches itself', ['OrderPlaced'], '"OrderPlaced"', true],
  ['a string is case-sensitive', ['OrderPlaced'], '"orderplaced"', false],
  ['a string is more than its beginning', ['Order'], '"OrderPlaced"', false],
  ['alternatives are or', ['a', 'b'], '"b"', true],
  ['the empty string matches itself', [''], '""', true],
  ['escapes are of the JSON, not of the text', ['A"\\'], '"\\u0041\\"\\\\"', true],
  ['no normalisation of Unicode', ['\u00e9'], '"e\u0301"', false],
  ['an IPv4 address matches with leading zeros', ['10.0.0.1'], '"010.000.000.001"', true],
  ['an IPv4 address matches only itself', ['10.0.0.1'], '"10.0.0.2"', false],
  ['what is almost an IPv4 address is text', ['10.0.0.999'], '"010.0.0.999"', false],
  ['an IPv6 address matches written out', ['fe80::1'], '"FE80:0:0:0:0:0:0:0001"', true],
  ['an IPv6 address with an IPv4 part is text', ['::10.0.0.1'], '"::a00:1"', false],
  ['a number matches in any spelling', [300], '3.0e2', true],
  ['zero is minus zero', [0], '-0.0', true],
  ['a negative number matches', [-7], '-7.0', true],
  ['a number is not its text', [7], '"7"', false],
  ['a text is not its number', ['7'], '7', false],
  ['a number that no double is equals nothing', [2 ** 53], '9007199254740993', false],
  ['a number with too many decimals equals nothing', [1], '1.00000000000000000001', false],
  ['true matches true', [true], 'true', true],
  ['true is not "true"', [true], '"true"', false],
  ['false is not true', [false], 'true', false],
  ['null matches null', [null], 'null', true],
  ['null is not "null"', [null], '"null"', false],

  ['exists: a value', [{ exists: true }], '0', true],
  ['exists: null is a value', [{ exists: true }], 'null', true],
  ['exists: an empty list is none', [{ exists: true }], '[]', false],
  ['exists: an object is none', [{ exists: true }], '{"inner":1}', false],
  ['exists: false of an object', [{ exists: false }], '{"inner":1}', true],
  ['exists: false of a list of objects', [{ exists: false }], '[{"inner":1}]', true],
  ['exists: false of a value', [{ exists: false }], '"x"', false],

  ['prefix', [{ prefix: 'Order' }], '"OrderPlaced"', true],
  ['prefix: not elsewhere', [{ prefix: 'Placed' }], '"OrderPlaced"', false],
  ['prefix: empty fits all strings', [{ prefix: '' }], '""', true],
  ['prefix: not of a number', [{ prefix: '1' }], '12', false],
  ['prefix: the closing quotation mark belongs to the text', [{ prefix: 'Order"' }], '"Order"', true],
  ['suffix', [{ suffix: 'Placed' }], '"OrderPlaced"', true],
  ['suffix: not elsewhere', [{ suffix: 'Order' }], '"OrderPlaced"', false],
  ['suffix: not of a number', [{ suffix: '2' }], '12', false],
  ['suffix: the opening quotation mark belongs to the text', [{ suffix: '"Placed' }], '"Placed"', true],

  ['anything-but: another string', [{ 'anything-but': ['a', 'b'] }], '"c"', true],
  ['anything-but: a string of the list', [{ 'anything-but': ['a', 'b'] }], '"b"', false],
  ['anything-but: a list of one may be a string', [{ 'anything-but': 'a' }], '"a"', false],
  ['anything-but: null differs from all', [{ 'anything-but': ['a'] }], 'null', true],
  ['anything-but: numbers differ from strings', [{ 'anything-but': ['5'] }], '5', true],
  ['anything-but: a number in any spelling', [{ 'anything-but': [5] }], '5.0', false],
  ['anything-but: one differing element of a list is enough', [{ 'anything-but': ['a'] }], '["a","b"]', true],
  ['anything-but: an empty list has nothing that differs', [{ 'anything-but': ['a'] }], '[]', false],
  ['anything-but: an object has nothing that differs', [{ 'anything-but': ['a'] }], '{"inner":"b"}', false],
  ['anything-but: an IP address as it is spelled', [{ 'anything-but': ['10.0.0.1'] }], '"010.0.0.1"', true],

  ['equals-ignore-case', [{ 'equals-ignore-case': 'OrderPlaced' }], '"ORDERplaced"', true],
  ['equals-ignore-case: accents too', [{ 'equals-ignore-case': 'É' }], '"é"', true],
  ['equals-ignore-case: the whole text', [{ 'equals-ignore-case': 'order' }], '"OrderPlaced"', false],
  ['equals-ignore-case: its text is no expression', [{ 'equals-ignore-case': 'a.c' }], '"abc"', false],
  ['equals-ignore-case: a dotless i is no I', [{ 'equals-ignore-case': 'I' }], '"ı"', false],
  ['equals-ignore-case: ß takes SS', [{ 'equals-ignore-case': 'straße' }], '"STRASSE"', true],
  ['equals-ignore-case: SS takes no ß', [{ 'equals-ignore-case': 'STRASSE' }], '"straße"', false],

  ['numeric: equal', [{ numeric: ['=', 5] }], '5e0', true],
  ['numeric: greater', [{ numeric: ['>', 5] }], '5.1', true],
  ['numeric: not greater', [{ numeric: ['>', 5] }], '5', false],
  ['numeric: greater or equal', [{ numeric: ['>=', 5] }], '5', true],
  ['numeric: less', [{ numeric: ['<', 5] }], '5', false],
  ['numeric: less or equal', [{ numeric: ['<=', 5] }], '5', true],
  ['numeric: in a range', [{ numeric: ['>', 3, '<=', 5] }], '5', true],
  ['numeric: at the open end of a range', [{ numeric: ['>', 3, '<', 5] }], '3', false],
  ['numeric: above a range', [{ numeric: ['>=', 3, '<', 5] }], '5', false],
  ['numeric: not of a text', [{ numeric: ['>', 5] }], '"10"', false],
  ['numeric: not of a number that no double is', [{ numeric: ['>', 5] }], '9007199254740993', false],
  ['numeric: of a large number that a double is', [{ numeric: ['>', 5] }], '123456789012345680000', true],
  ['numeric: not of what is beyond doubles', [{ numeric: ['>', 5] }], '1e400', false],
  ['numeric: any element of a list', [{ numeric: ['>', 5] }], '[1, 10]', true],

  ['any element of a list', ['a'], '["b","a"]', true],
  ['lists of lists are one list', ['a'], '[["b"],["a"]]', true],
]

type EventRow = [claim: string, pattern: unknown, event: string, matches: boolean]

const events: EventRow[] = [
  ['all fields must match', { a: ['1'], b: ['2'] }, '{"a":"1","b":"2"}', true],
  ['one field that differs is enough', { a: ['1'], b: ['2'] }, '{"a":"1","b":"3"}', false],
  ['a field of an inner object', { a: { b: ['1'] } }, '{"a":{"b":"1"}}', true],
  ['a field of another object does not count', { a: { b: ['1'] } }, '{"b":"1","c":{"b":"1"}}', false],
  ['a missing field matches no value', { a: [{ 'anything-but': ['1'] }] }, '{}', false],
  ['a missing field matches exists: false', { a: [{ exists: false }] }, '{}', true],
  ['a missing field matches exists: false beside others', { a: [{ 'anything-but': ['1'] }, { exists: false }] }, '{}', true],
  ['what is below a text is missing', { a: { b: [{ exists: false }] } }, '{"a":"text"}', true],
  ['dots in a name are nesting, in the pattern', { 'a.b': ['1'] }, '{"a":{"b":"1"}}', true],
  ['dots in a name are nesting, in the event', { a: { b: ['1'] } }, '{"a.b":"1"}', true],
  ['of a key given twice either value counts: the first', { a: ['1'] }, '{"a":"1","a":"2"}', true],
  ['of a key given twice either value counts: the second', { a: ['2'] }, '{"a":"1","a":"2"}', true],
  ['a path named twice: the later counts', { 'a.b': ['1'], a: { b: ['2'] } }, '{"a":{"b":"1"}}', false],

  ['two fields of one element', { l: { a: ['1'], b: ['2'] } }, '{"l":[{"a":"0"},{"a":"1","b":"2"}]}', true],
  ['two fields of two elements do not match together', { l: { a: ['1'], b: ['2'] } }, '{"l":[{"a":"1"},{"b":"2"}]}', false],
  ['nor of two elements of an inner list', { l: { a: ['1'], b: ['2'] } }, '{"l":[[{"a":"1"},{"b":"2"}]]}', false],
  ['but those of two lists in one element do', { l: { a: ['1'], b: ['2'] } }, '{"l":[{"a":["0","1"],"b":["2"]}]}', true],
  ['and so do those of two lists', { k: { a: ['1'] }, l: { b: ['2'] } }, '{"k":[{"a":"0"},{"a":"1"}],"l":[{"b":"2"}]}', true],
  [
    'a choice of elements is taken back',
    { l: { a: ['1'], b: ['2'], c: ['3'] } },
    '{"l":[{"a":"1","b":"2"},{"a":"1","b":"2","c":"3"}]}',
    true,
  ],
  [
    'nor with a field between them that is in no list',
    { l: { a: ['1'], b: ['2'], c: ['3'] } },
    '{"l":[{"a":"1"},{"c":"3"}],"l.b":"2"}',
    false,
  ],
  ['absent is what no element has', { l: { a: [{ exists: false }] } }, '{"l":[{"a":1},{"b":2}]}', false],
  ['or what the element matched so far does not have', { l: { a: ['1'], b: [{ exists: false }] } }, '{"l":[{"a":"1"},{"b":2}]}', true],

  ['$or: the first branch', { $or: [{ a: ['1'] }, { b: ['2'] }] }, '{"a":"1"}', true],
  ['$or: the last branch', { $or: [{ a: ['1'] }, { b: ['2'] }] }, '{"b":"2"}', true],
  ['$or: no branch', { $or: [{ a: ['1'] }, { b: ['2'] }] }, '{"a":"2","b":"1"}', false],
  ['$or: fields before it must match too', { c: ['3'], $or: [{ a: ['1'] }, { b: ['2'] }] }, '{"a":"1"}', false],
  ['$or: fields after it must match too', { $or: [{ a: ['1'] }, { b: ['2'] }], c: ['3'] }, '{"a":"1"}', false],
  ['$or: inside a field', { x: { $or: [{ a: ['1'] }, { b: ['2'] }] } }, '{"x":{"b":"2"}}', true],
  ['$or: inside $or', { $or: [{ a: ['1'], $or: [{ c: ['1'] }, { d: ['1'] }] }, { b: ['2'] }] }, '{"a":"1","d":"1"}', true],
  ['$or: a path named again inside replaces the one outside', { a: ['1'], $or: [{ a: ['2'] }, { b: ['2'] }] }, '{"a":"2"}', true],
  ['$or: a path named again after it replaces the one inside', { $or: [{ a: ['2'] }, { b: ['2'] }], a: ['1'] }, '{"a":"1"}', true],
  ['an operator’s name is a field’s name outside $or', { prefix: ['1'] }, '{"prefix":"1"}', true],
]

const refused: [claim: string, pattern: unknown, says: RegExp][] = [
  ['a pattern that is no object', null, /must be a JSON object/],
  ['a pattern in quotation marks', '{"a":["1"]}', /must be a JSON object/],
  ['a list', [{ a: ['1'] }], /must be a JSON object/],
  ['an empty pattern', {}, /the pattern is an empty object/],
  ['an empty object in it', { body: {} }, /"body" is an empty object/],
  ['a value without a list', { body: { a: '1' } }, /"body.a" must be an object or a list/],
  ['null without a list', { a: null }, /"a" must be an object or a list/],
  ['an empty list', { a: [] }, /"a" must be an object or a list/],
  ['a list in the list', { a: [['1']] }, /"a": an alternative is/],
  ['an operator without a name', { a: [{}] }, /"a": an operator is an object with one key/],
  ['two operators in one object', { a: [{ prefix: 'x', suffix: 'y' }] }, /"a": an operator is an object with one key/],
  ['an unknown operator', { a: [{ like: 'x' }] }, /no operator "like"/],
  ['wildcard, which Lambda’s guide does not list', { a: [{ wildcard: '*' }] }, /no operator "wildcard"/],
  ['cidr, which Lambda’s guide does not list', { a: [{ cidr: '10.0.0.0/24' }] }, /no operator "cidr"/],
  ['exists of a text', { a: [{ exists: 'true' }] }, /"exists" takes true or false/],
  ['prefixes in a list', { a: [{ prefix: ['x', 'y'] }] }, /"prefix" takes a string/],
  ['a suffix that is a number', { a: [{ suffix: 1 }] }, /"suffix" takes a string/],
  ['equals-ignore-case of a number', { a: [{ 'equals-ignore-case': 1 }] }, /"equals-ignore-case" takes a string/],
  ['anything-but nothing', { a: [{ 'anything-but': [] }] }, /"anything-but" takes a list/],
  ['anything-but null', { a: [{ 'anything-but': [null] }] }, /"anything-but" takes a list/],
  ['anything-but a boolean', { a: [{ 'anything-but': true }] }, /"anything-but" takes a list/],
  ['anything-but strings and numbers', { a: [{ 'anything-but': ['x', 1] }] }, /"anything-but" takes a list/],
  ['anything-but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, /"anything-but" takes a list/],
  ['numeric without a list', { a: [{ numeric: 5 }] }, /"numeric" takes/],
  ['numeric without a number', { a: [{ numeric: ['>'] }] }, /"numeric" takes/],
  ['numeric of a text', { a: [{ numeric: ['=', '5'] }] }, /"numeric" takes/],
  ['numeric with another comparison', { a: [{ numeric: ['!=', 5] }] }, /"numeric" takes/],
  ['a range whose upper end comes first', { a: [{ numeric: ['<', 5, '>', 3] }] }, /"numeric" takes/],
  ['a range with two lower ends', { a: [{ numeric: ['>', 3, '>', 5] }] }, /"numeric" takes/],
  ['an equation with an end', { a: [{ numeric: ['=', 3, '<', 5] }] }, /"numeric" takes/],
  ['an empty range', { a: [{ numeric: ['>=', 5, '<=', 5] }] }, /"numeric" takes/],
  ['a range with three ends', { a: [{ numeric: ['>', 3, '<', 5, '<', 7] }] }, /"numeric" takes/],
  ['$or of one', { $or: [{ a: ['1'] }] }, /\$or in the pattern must be a list of at least two objects/],
  ['$or of values', { a: { $or: ['1', '2'] } }, /\$or in "a" must be a list of at least two objects/],
  ['a field called $or', { messageAttributes: { $or: { stringValue: ['1'] } } }, /\$or in "messageAttributes" must be/],
  ['an empty branch of $or', { $or: [{ a: ['1'] }, {}] }, /is an empty object/],
  ['an operator’s name for a field inside $or', { $or: [{ prefix: ['1'] }, { a: ['1'] }] }, /inside \$or no field can be called "prefix"/],
  ['… however deep', { $or: [{ a: { b: { '<': ['1'] } } }, { a: ['1'] }] }, /inside \$or no field can be called "<"/],
  ['more than 4,096 characters', { a: ['x'.repeat(4_087)] }, /may have 4096 characters; this one has 4097/],
]

describe('a filter pattern', () => {
  it.each(values)('%s', (_claim, alternatives, value, expected) => {
    expect(matches({ body: { field: alternatives } }, `{"body": {"field": ${value}}}`)).toBe(expected)
  })

  it.each(events)('%s', (_claim, pattern, event, expected) => {
    expect(matches(pattern as FilterPattern, event)).toBe(expected)
  })

  it('is matched against an object as against its text', () => {
    expect(matches({ a: { b: ['1'] } }, { a: [{ b: '0' }, { b: '1' }] })).toBe(true)
  })

  it.each(refused)('is refused: %s', (_claim, pattern, says) => {
    expect(() => recordFilter([pattern as FilterPattern])).toThrow(InvalidFilterPattern)
    expect(() => recordFilter([pattern as FilterPattern])).toThrow(says)
  })

  it('may have 4,096 characters', () => {
    expect(() => recordFilter([{ a: ['x'.repeat(4_086)] }])).not.toThrow()
  })
})

describe('the filter of a mapping', () => {
  const record = (body: string, type = 'OrderPlaced') => sqsRecord({ body, type })
  const typeIs = (type: string): FilterPattern => ({ messageAttributes: { type: { stringValue: [type] } } })

  it('passes everything without a pattern', () => {
    expect(recordFilter([])(record('anything'))).toBe(true)
  })

  it('passes what one of its patterns matches, and nothing else', () => {
    const passes = recordFilter([typeIs('OrderPlaced'), typeIs('OrderPaid')])
    expect(['OrderPlaced', 'OrderPaid', 'OrderLost'].map((type) => passes(record('text', type)))).toEqual([true, true, false])
  })

  it.each<[claim: string, pattern: unknown, body: string, passes: boolean]>([
    ['JSON object, JSON pattern', { body: { n: ['a'] } }, '{"n":"a"}', true],
    ['JSON list, JSON pattern', { body: { n: ['a'] } }, ' [{"n":"a"}]', true],
    ['JSON that does not match', { body: { n: ['a'] } }, '{"n":"b"}', false],
    ['text, JSON pattern', { body: { n: ['a'] } }, 'a', false],
    ['text, JSON pattern that asks for nothing', { body: { n: [{ exists: false }] } }, 'text', false],
    ['a JSON number is text', { body: { n: [{ exists: false }] } }, '5', false],
    ['text, text pattern', { body: [{ prefix: 'Hel' }] }, 'Hello', true],
    ['text that does not match', { body: [{ prefix: 'Hel' }] }, 'hello', false],
    ['a JSON string is text, with its quotation marks', { body: ['"Hello"'] }, '"Hello"', true],
    ['JSON list, text pattern', { body: ['a'] }, '["a"]', false],
    ['JSON object, text pattern that asks for nothing', { body: [{ exists: false }] }, '{"n":"a"}', false],
    ['text, and no pattern for the body', typeIs('OrderPlaced'), 'text', true],
    ['JSON, and no pattern for the body', typeIs('OrderPlaced'), '{"n":"a"}', true],
    ['text, where a branch of $or does without the body', { $or: [{ body: { n: ['a'] } }, typeIs('OrderPlaced')] }, 'text', true],
    ['a field of which "body" is only the beginning', { bodyguard: [{ exists: false }] }, 'text', true],
  ])('knows the format of bodies: %s', (_claim, pattern, body, passes) => {
    expect(recordFilter([pattern as FilterPattern])(record(body))).toBe(passes)
  })

  it('sees the record with its body as JSON where it holds JSON', () => {
    const others = record('')
    expect(JSON.parse(toFilterEvent({ ...others, body: '{"n": [1]}' }))).toEqual({ ...others, body: { n: [1] } })
    expect(JSON.parse(toFilterEvent({ ...others, body: '{"n": [1]' }))).toEqual({ ...others, body: '{"n": [1]' })
    expect(JSON.parse(toFilterEvent({ ...others, body: 'null' }))).toEqual({ ...others, body: 'null' })
  })

  it('refuses a pattern that Lambda refuses before the first message', () => {
    expect(() => recordFilter([typeIs('OrderPlaced'), { body: [] }])).toThrow(InvalidFilterPattern)
  })
})

describe('IP addresses', () => {
  const group = fc.constantFrom('', '', '0', '00', '1', 'a', 'FE80', '0001', '00001', 'g')
  const v6 = fc.array(group, { minLength: 1, maxLength: 10 }).map((groups) => groups.join(':'))
  const number = fc.constantFrom('0', '00', '1', '010', '255', '256', '0255', '')
  const v4 = fc.array(number, { minLength: 3, maxLength: 5 }).map((numbers) => numbers.join('.'))

  it('are those which Node knows, leading zeros left out, and are one where Node says so', () => {
    const address = fc.oneof(v4, v6)
    fc.assert(
      fc.property(address, address, (one, other) => {
        expect(ipAddress(one) === undefined).toBe(byNode(one) === undefined)
        expect(ipAddress(one) === ipAddress(other)).toBe(byNode(one) === byNode(other))
      }),
      {
        numRuns: 5_000,
        examples: [
          ['1::2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
          ['::', '0:0:0:0:0:0:0:0'],
          ['1::', '1:0::0'],
          ['::ffff:0102:0304', '::ffff:102:304'],
        ],
      },
    )
  })

  function byNode(text: string): string | undefined {
    const v4 = text.replace(/\b0+(?=\d)/g, '')
    if (isIPv4(v4)) return v4
    return isIPv6(text) ? new SocketAddress({ address: text, family: 'ipv6' }).address : undefined
  }
})
