import type { SQSRecord } from 'aws-lambda'
import fc from 'fast-check'
import { sqsRecord } from './sqs.ts'

/** Random activation conditions, SQS records which they are about, and values of `queue.messageAttributeNames`. */

const name = fc.constantFrom('t', 'u', 'event-type')
const value = fc.constantFrom(
  ...['a', 'b', 'A', 'ab', 'ba', '1', '10', '10.0.0.1', '010.0.0.1', 'null'],
  ...['', ' ', 'a"b', 'a\\b', 'ß', 'ΐ', '😀', 'a😀', '\ud83d', 'Binary', 'Number'],
)
const attribute = name.map((it) => `messageAttributes.\`${it}\``)
const path = attribute.map((it) => `${it}.stringValue`)
const anyPath = fc
  .tuple(attribute, fc.constantFrom('stringValue', 'stringValue', 'dataType', 'binaryValue', 'stringListValues', 'binaryListValues'))
  .map((parts) => parts.join('.'))
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
  attribute.map((it) => `is defined(${it})`),
  fc
    .tuple(fc.constantFrom('is defined', 'is empty', 'is blank', 'not', 'not(is defined'), anyPath)
    .map(([name, it]) => `${name}(${it})${name.includes('(') ? ')' : ''}`),
  fc.tuple(anyPath, fc.constantFrom('= null', '!= null', 'in (null)', '= []', 'instance of string')).map((parts) => parts.join(' ')),
  fc
    .tuple(attribute, fc.constantFrom('= "Binary"', '!= "Binary"', 'in ("Number", "String.x")', '> "C"'))
    .map(([it, test]) => `${it}.dataType ${test}`),
  fc.tuple(path, fc.constantFrom('> 1', '= 1', '!= 0')).map(([it, test]) => `string length(${it}) ${test}`),
  fc.tuple(path, text).map(([it, otherwise]) => `get or else(${it}, ${otherwise}) = "a"`),
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
    'attributes.MessageGroupId = "g"',
    'attributes.MessageGroupId = null',
    'is defined(attributes.MessageGroupId)',
    'is defined(attributes.MessageDeduplicationId)',
  ),
)
export const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition')).map(([one, word, other]) => `(${one}) ${word} (${other})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([one, two, three]) => `if (${one}) then (${two}) else (${three})`),
    fc.tuple(tie('condition'), fc.constantFrom('= true', '= false', '!= true')).map(([one, test]) => `(${one}) ${test}`),
    tie('condition').map((it) => `not(${it})`),
  ),
}))
const json = fc.oneof(fc.constantFrom(0, 1, 2, true, false, null, 'x', 'xy', '3', [], [1], {}), fc.integer())
const body = fc.oneof(
  fc.record({ n: json, m: json, s: json, flag: fc.oneof(fc.boolean(), json) }, { requiredKeys: [] }).map((it) => JSON.stringify(it)),
  fc.constantFrom('plain text', '5', '[]', 'null', ''),
)

/** Every shape of an attribute that SQS takes, and a text that is null where Lambda leaves it out. */
const customised = (type: string) => fc.constantFrom(type, `${type}.x`, `${type}.int`)
const lists = fc.constantFrom({}, { stringListValues: [], binaryListValues: [] })
const sqsAttribute = fc.oneof(
  fc.record({ stringValue: value.filter((it) => it.isWellFormed()), dataType: customised('String') }),
  fc.record({ stringValue: fc.constantFrom('1', '1.0', '10', '-3', '1e3', '0.1'), dataType: customised('Number') }),
  fc.record({ binaryValue: fc.constantFrom('YQ==', 'AA==', ''), dataType: customised('Binary') }),
  fc.record({ stringValue: fc.constant(null), binaryValue: fc.constantFrom('YQ==', 'AA=='), dataType: customised('Binary') }),
)
const attributes = fc
  .dictionary(
    name,
    fc.tuple(sqsAttribute, lists).map((parts) => Object.assign({}, ...parts)),
    { maxKeys: 3 },
  )
  .map((it) => it as SQSRecord['messageAttributes'])
const fifo = fc.constantFrom({}, {}, { group: 'g' }, { group: 'h' })

export const record = fc
  .tuple(attributes, body, fifo)
  .map(([messageAttributes, text, group]) => sqsRecord({ body: text, messageAttributes, ...group }))
export const names = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc.uniqueArray(fc.constantFrom('t', 'u', 'event-type'), { minLength: 1 }),
)

/** Conditions on the body, and records with JSON in it: what a filter on the body is for. */
const word = fc.constantFrom('a', 'b', 'c')
const bodyPath = fc.constantFrom('body.k', 'body.o.k', 'body.l')
const bodyLeaf = fc.oneof(
  fc.tuple(bodyPath, fc.constantFrom('=', '!='), word).map(([it, operator, value]) => `${it} ${operator} "${value}"`),
  fc.tuple(bodyPath, word, word).map(([it, one, other]) => `${it} in ("${one}", "${other}")`),
  fc.tuple(bodyPath, word).map(([it, value]) => `list contains(${it}, "${value}")`),
  fc.tuple(bodyPath, word).map(([it, value]) => `some x in ${it} satisfies x = "${value}"`),
  fc.constantFrom('body.f', 'body.f = true', 'body.f = false', 'body.k = null', 'is defined(body.k)'),
  anyPath.map((it) => `is defined(${it})`),
  path.map((it) => `${it} = "a"`),
)
export const bodyCondition = fc.oneof(
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
export const jsonRecord = fc
  .tuple(attributes, fc.oneof({ weight: 5, arbitrary: object }, fc.array(object, { maxLength: 2 })))
  .map(([messageAttributes, body]) => sqsRecord({ body, messageAttributes }))
