import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseTestFile, TestFileError, testFileJsonSchema } from '../../../tools/testing/test-file.ts'
import { connector } from '../../support/connectors.ts'

const orders = connector()
const right = { name: 'a', message: { body: 1 }, expect: { outcome: 'InvalidInput' } }

/** The errors of a file, each as `line:column message`. */
function errorsOf(text: string): string[] {
  try {
    parseTestFile(text, orders, 'orders.test.json')
  } catch (error) {
    if (error instanceof TestFileError) return error.errors.map(({ line, column, message }) => `${line}:${column} ${message}`)
    throw error
  }
  return []
}

const errorsOfTest = (test: object) => errorsOf(JSON.stringify({ tests: [{ ...right, ...test }] }))

test('a test has its position, its clock, and numbers as they stand there', () => {
  const text = `{\n  "tests": [\n    { "name": "a", "now": "2026-05-01T00:00:00+02:00", "message": { "body": { "id": 9007199254740993 } }, "expect": { "filteredOut": false } }\n  ]\n}`
  expect(parseTestFile(text, orders, 'orders.test.json')).toEqual([
    {
      name: 'a',
      now: Date.UTC(2026, 3, 30, 22),
      message: { body: { id: 9007199254740993n } },
      expect: { filteredOut: false },
      position: { line: 3, column: 5 },
    },
  ])
})

// biome-ignore format: a table
test.each<[string, object, string]>([
  ['a property that is none',        { expect: { outcom: 'InvalidInput' } },          'tests[0].expect.outcom: found an unknown property; expected “outcome”, the nearest property there is'],
  ['an outcome that is none',        { expect: { outcome: 'Filtered' } },             'tests[0].expect.outcome: found "Filtered"; expected one of "ProcessInstanceCreated", "MessagePublished", "ActivationConditionNotMet", "InvalidInput"'],
  ['an element that is nearly one',  { expect: { elementId: 'OrderPlacd' } },         'tests[0].expect.elementId: found "OrderPlacd"; expected “OrderPlaced”, the nearest element there is'],
  ['an element of another process',  { expect: { elementId: 'Shipment' } },           'tests[0].expect.elementId: found "Shipment"; expected an element of the connector: OrderPlaced'],
  ['no expectation',                 { expect: {} },                                  'tests[0].expect: found {}; expected at least one expectation'],
  ['no name',                        { name: '' },                                    'tests[0].name: found ""; expected a text that is not empty'],
  ['a message without a body',       { message: { messageId: 'a' } },                 'tests[0].message: found {"messageId":"a"}; expected a message with its body'],
  ['a message in two shapes',        { message: { body: 1, Body: 'x' } },             'tests[0].message: found {"body":1,"Body":"x"}; expected a message with its body'],
  ['two messages',                   { message: { Records: [{ body: '' }, { body: '' }] } }, 'tests[0].message.Records: found [{"body":""},{"body":""}]; expected one record: a test is of one message'],
  ['an attribute of the wrong type', { message: { body: 1, messageAttributes: { type: true } } }, 'tests[0].message.messageAttributes.type: found true; expected a text, a number, or { "stringValue" or "binaryValue", "dataType" }'],
  ['no system attribute',            { message: { body: 1, attributes: { MessageGroup: 'a' } } }, 'tests[0].message.attributes.MessageGroup: found an unknown property; expected “MessageGroupId”'],
  ['a time that is none',            { now: 'yesterday' },                            'tests[0].now: found "yesterday"; expected a date and time with its offset: 2026-01-01T12:00:00Z'],
  ['a time that is anywhere',        { now: '2026-01-01T12:00:00' },                  'tests[0].now: found "2026-01-01T12:00:00"; expected a date and time with its offset'],
])('%s is an error', (_what, wrong, error) => {
  expect(errorsOfTest(wrong)).toEqual([expect.stringContaining(error)])
})

test('a body is whatever it is', () => {
  for (const body of [null, false, 0, '', [], {}]) expect(errorsOfTest({ message: { body } })).toEqual([])
})

test('all errors are told at once, in the order of their places, and what is missing at what is around it', () => {
  const text = `{
  "tests": [
    { "name": "a", "message": { "body": 1 },
      "expect": { "reason": 5, "elementId": "OrderPlacd" } },
    { "name": "b", "name": "c",
      "message": { "body": 1 } }
  ],
  "test": []
}`
  expect(errorsOf(text)).toEqual([
    '4:19 tests[0].expect.reason: found 5; expected a string',
    '4:32 tests[0].expect.elementId: found "OrderPlacd"; expected “OrderPlaced”, the nearest element there is',
    '5:5 tests[1].expect: found nothing; expected an object',
    '5:20 tests[1].name: found twice; expected once',
    '8:3 test: found an unknown property; expected “tests”, the nearest property there is',
  ])
  expect(() => parseTestFile(text, orders, 'c/orders.test.json')).toThrow(
    /^c\/orders.test.json has 5 errors:\n {2}c\/orders.test.json:4:19 tests/,
  )
})

// biome-ignore format: a table
test.each([
  ['{ "tests": [ }',  '1:14 no JSON: “}” is not expected there'],
  ['{ "tests":\n [',  '2:3 no JSON: it ends too early'],
  ['',                '1:1 no JSON: it ends too early'],
  ['{"a":1} more',    '1:9 no JSON: “m” is not expected there'],
  ['[]',              '1:1 (file): found []; expected an object'],
  ['null',            '1:1 (file): found null; expected an object'],
  ['{"tests":[]}',    '1:2 tests: found []; expected at least one test'],
])('%j is told with its place', (text, error) => {
  expect(errorsOf(text)).toEqual([error])
})

describe('connectors/connector.test.schema.json', () => {
  test('is the schema by which tests are read: npm run schema makes it', () => {
    expect(JSON.parse(readFileSync('connectors/connector.test.schema.json', 'utf8'))).toEqual(testFileJsonSchema())
  })
})
