import fc from 'fast-check'
import { sqsRecord, stringAttributes } from './sqs.ts'

/** Random activation conditions, SQS records which they are about, and values of `queue.messageAttributeNames`. */

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
export const record = fc
  .tuple(fc.dictionary(name, value, { maxKeys: 3 }), body)
  .map(([attributes, text]) => sqsRecord({ body: text, messageAttributes: stringAttributes(attributes) }))
export const names = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc.uniqueArray(fc.constantFrom('t', 'u', 'event-type'), { minLength: 1 }),
)
