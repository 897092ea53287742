import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { CONNECTORS_DIRECTORY } from '../../../lib/connector-source.ts'
import { UsageError } from '../../../tools/command-line.ts'
import { type ConnectorTestsOptions, testConnectors } from '../../../tools/testing/connector-tests.ts'
import { connectorFiles, orderPlacedOnly, paymentReceived } from '../../lib/connector-files.ts'
import { BUCKET, POINTERS } from '../../support/pointers.ts'

const orders = { elements: [{ ...orderPlacedOnly, resultExpression: '={ id: body.id }' }] }
const payments = { elements: [paymentReceived] }
const order = { body: { id: 1 }, messageAttributes: { type: 'OrderPlaced' } }
const started = { name: 'an order starts one', message: order, expect: { outcome: 'ProcessInstanceCreated' } }
const wrong = { name: 'its id is 2', message: order, expect: { outcome: 'ProcessInstanceCreated', variables: { id: 2 } } }

function run(directory: string, options: Partial<ConnectorTestsOptions> = {}) {
  const lines: string[] = []
  const status = testConnectors({ directory, connectors: [], json: false, ...options }, { out: (text) => lines.push(text) })
  return { status, text: stripVTControlCharacters(lines.join('\n')).replaceAll(directory, 'c') }
}

test('the tests of this project’s own connectors pass', () => {
  const { status, text } = run(CONNECTORS_DIRECTORY)
  expect(status, text).toBe(0)
})

test('those which pass are told, and the status is 0', () => {
  const directory = connectorFiles({ 'orders.json': orders, 'orders.test.json': { tests: [started] } })
  expect(run(directory)).toEqual({ status: 0, text: 'c/orders.test.json\n  ✓ an order starts one\n\nTests: 1 passed' })
})

test('one that fails is told with its place and what differs, and the status is 1', () => {
  const directory = connectorFiles({
    'orders.json': orders,
    'orders.test.json': `{ "tests": [\n${JSON.stringify(started)},\n  ${JSON.stringify(wrong)}] }`,
  })
  expect(run(directory)).toEqual({
    status: 1,
    text: `c/orders.test.json
  ✓ an order starts one
  ✗ its id is 2
      c/orders.test.json:3:3   - expected  + got
          "outcome": "ProcessInstanceCreated",
          "variables": {
      -     "id": 2
      +     "id": 1
          }
        }

Tests: 1 failed, 1 passed`,
  })
})

test('a message that is invalid is told with the reason, whatever was expected', () => {
  const payment = { body: {}, messageAttributes: { type: 'Payment' } }
  const tests = [{ name: 'a', message: payment, expect: { correlationKey: 'A' } }]
  expect(run(connectorFiles({ 'payments.json': payments, 'payments.test.json': { tests } })).text).toContain(
    `
      - {
      -   "correlationKey": "A"
      - }
      + {
      +   "outcome": "InvalidInput",
      +   "reason": "no correlation key from =body.orderId: it is null: NO_CONTEXT_ENTRY_FOUND in body.orderId"
      + }`
      .replace(/\n {6}[-+] [{}]/g, '')
      .trimStart(),
  )
})

test('elements which no message activates and connectors without tests are told, and are no failure', () => {
  const both = { elements: [orderPlacedOnly, paymentReceived] }
  const { status, text } = run(connectorFiles({ 'both.json': both, 'both.test.json': { tests: [started] }, 'payments.json': payments }))
  expect(status).toBe(0)
  expect(text).toContain('\n  no message activates PaymentReceived\npayments.json has no tests\n')
})

test('files that are invalid keep no others from being run, and the status is 1', () => {
  const directory = connectorFiles({
    'a.json': { elements: [] },
    'a.test.json': { tests: [started] },
    'b.test.json': { tests: [started] },
    'c.json': orders,
    'c.test.json': { tests: [{ ...started, expect: {} }] },
    'd.json': orders,
    'd.test.json': { tests: [started] },
  })
  const { status, text } = run(directory)
  expect(status).toBe(1)
  expect(text).toMatch(/^c\/a\.json has an error:\n.*elements/)
  expect(text).toContain('c/b.test.json has no connector: there is no c/b.json')
  expect(text).toContain('c/c.test.json has an error:\n  c/c.test.json:1:')
  expect(text).toMatch(/c\/d\.test\.json\n {2}✓ an order starts one\n\nTests: 3 files not run, 1 passed$/)
})

test('only the tests which are asked for are run, by connector, by file, and by a part of their names', () => {
  const directory = connectorFiles({
    'orders.json': orders,
    'orders.test.json': { tests: [started, wrong] },
    'payments.json': payments,
    'refunds.json': payments,
    'payments.test.json': { tests: [started] },
  })
  for (const connector of ['orders', 'orders.json', 'orders.test.json', join(directory, 'orders.json')])
    expect(run(directory, { connectors: [connector], testName: 'starts' })).toEqual({
      status: 0,
      text: 'c/orders.test.json\n  ✓ an order starts one\n\nTests: 1 passed',
    })
  expect(run(directory, { testName: 'id is' }).text).toContain('c/payments.test.json: no test of that name')
  expect(run(directory, { testName: 'nothing' })).toMatchObject({
    status: 1,
    text: expect.stringContaining('No tests: no name has “nothing”.'),
  })
  expect(() => run(directory, { connectors: ['order'] })).toThrow(/There is no .*order\.test\.json\. Did you mean orders\?/)
  expect(() => run(directory, { connectors: ['order'] })).toThrow(UsageError)
})

test('no tests are no success', () => {
  expect(run(connectorFiles({ 'orders.json': orders }))).toMatchObject({
    status: 1,
    text: expect.stringContaining('No tests: c has no *.test.json.'),
  })
  expect(() => run('/does/not/exist')).toThrow(UsageError)
})

test('programs get JSON, with numbers as exact as they are', () => {
  const expected = { ...wrong, expect: { variables: { id: 1, big: 9007199254740993n } } }
  const text = JSON.stringify({ tests: [expected] }, (_name, part) => (typeof part === 'bigint' ? JSON.rawJSON(String(part)) : part))
  const { status, text: json } = run(connectorFiles({ 'orders.json': orders, 'orders.test.json': text }), { json: true })
  expect(status).toBe(1)
  expect(json).toContain('"big": 9007199254740993')
  expect(JSON.parse(json)).toMatchObject({
    passed: 0,
    failed: 1,
    invalid: 0,
    files: [
      { connector: 'orders', tests: [{ name: 'its id is 2', line: 1, status: 'failed', actual: { variables: { id: 1 } } }], untested: [] },
    ],
    withoutTests: [],
  })
})

test('a message whose body is in S3 is not tested, and it is told; one that points elsewhere is invalid as it would be', () => {
  const large = { ...orders, queue: { largePayloads: { bucket: BUCKET } } }
  const pointing = (bucket: string, outcome: string) => ({
    name: 'points',
    message: { body: POINTERS.java(bucket, 'k') },
    expect: { outcome },
  })
  const of = (test: object) => run(connectorFiles({ 'orders.json': large, 'orders.test.json': { tests: [test] } }))
  expect(of(pointing(BUCKET, 'InvalidInput'))).toMatchObject({
    status: 1,
    text: expect.stringContaining('is s3://bodies/k, which no test reads'),
  })
  expect(of(pointing('others', 'InvalidInput'))).toMatchObject({ status: 0 })
})
