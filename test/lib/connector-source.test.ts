import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorSourceError, readConnectors } from '../../lib/connector-source.ts'
import { connectorFiles, ORDERS_ARN, ORDERS_URL, orderPlaced, paymentReceived } from './connector-files.ts'

const orders = { queue: { url: ORDERS_URL }, elements: [orderPlaced] }

function faultsOf(directory: string): string {
  try {
    readConnectors(directory)
  } catch (error) {
    if (error instanceof ConnectorSourceError) return error.message.replaceAll(directory, 'connectors')
    throw error
  }
  throw new Error('there are no faults')
}

test('a connector is named for its file', () => {
  const directory = connectorFiles({ 'payments-2.json': { elements: [paymentReceived] }, 'orders.json': orders })
  const sources = readConnectors(directory)
  expect(sources.map(({ name, file, parameterName }) => ({ name, file, parameterName }))).toEqual([
    { name: 'orders', file: join(directory, 'orders.json'), parameterName: '/camunda-sqs-bridge/orders/connector' },
    { name: 'payments-2', file: join(directory, 'payments-2.json'), parameterName: '/camunda-sqs-bridge/payments-2/connector' },
  ])
  expect(sources[0]?.connector).toEqual(parseConnector(JSON.stringify(orders)))
})

test('schemas, tests, other files and directories beside the connectors are none', () => {
  const directory = connectorFiles({
    'connector.schema.json': { type: 'object' },
    'connector.test.schema.json': { type: 'object' },
    'orders.test.json': { tests: [] },
    'README.md': '# Connectors',
    'orders.json': orders,
  })
  mkdirSync(join(directory, 'old.json'))
  expect(readConnectors(directory).map(({ name }) => name)).toEqual(['orders'])
})

test('a file may begin with a byte order mark', () => {
  expect(readConnectors(connectorFiles({ 'orders.json': `\uFEFF${JSON.stringify(orders)}` }))).toHaveLength(1)
})

test('the parameter’s value is the connector without its $schema, and parses to the same connector', () => {
  const [source] = readConnectors(connectorFiles({ 'orders.json': { $schema: './connector.schema.json', ...orders } }))
  expect(JSON.parse(source?.parameterValue ?? '')).toEqual(orders)
  expect(parseConnector(source?.parameterValue ?? '')).toEqual(parseConnector(JSON.stringify(orders)))
})

// CloudFormation resolves {{resolve:…}}, SSM refuses {{…}}, and what is not ASCII comes back from CloudFormation as question marks.
test.each(['="{{resolve:ssm:secret}}"', '="{{{{"', '="Zürich 🚚"', '="tab\\tand\u007f"'])(
  'the parameter’s value keeps %s, without saying it',
  (expression) => {
    const element = { ...orderPlaced, resultExpression: `={ text: ${expression.slice(1)} }` }
    const [source] = readConnectors(connectorFiles({ 'orders.json': { ...orders, elements: [element] } }))
    expect(source?.parameterValue).not.toContain('{{')
    expect(source?.parameterValue).toMatch(/^[\x20-\x7e]+$/)
    expect(parseConnector(source?.parameterValue ?? '')).toEqual(source?.connector)
  },
)

test('a connector that no parameter can hold is a fault', () => {
  const withComment = (length: number) => ({ ...orders, elements: [{ ...orderPlaced, resultExpression: `="${'x'.repeat(length)}"` }] })
  const room = 8_192 - JSON.stringify(withComment(0)).length
  expect(readConnectors(connectorFiles({ 'orders.json': withComment(room) }))).toHaveLength(1)
  expect(faultsOf(connectorFiles({ 'orders.json': withComment(room + 1) }))).toBe(
    'connectors/orders.json has an error:\n  (file): found 8193 characters of compact JSON; expected at most 8192, the most that an SSM parameter holds',
  )
})

test.each(['Orders', 'or_ders', 'orders-', '-orders', 'or--ders', 'örders', 'orders.eu', '', 'x'.repeat(101)])(
  '“%s” is no name of a connector',
  (name) => {
    expect(faultsOf(connectorFiles({ [`${name}.json`]: orders }))).toContain('expected lower-case letters, digits and single hyphens')
  },
)

test('all faults of all files are told at once', () => {
  const directory = connectorFiles({
    'Orders.json': { ...orders, elemnts: [] },
    'broken.json': '{ "queue": ',
    'good.json': { elements: [paymentReceived] },
    'twice.json': { queue: { url: ORDERS_URL, arn: ORDERS_ARN }, elements: [] },
  })
  const message = faultsOf(directory)
  expect(message.match(/^connectors\/.*/gm)).toEqual([
    'connectors/Orders.json has 2 errors:',
    'connectors/broken.json has an error:',
    'connectors/twice.json has 2 errors:',
  ])
  expect(message).toContain('elemnts: found an unknown property; expected “elements”')
  expect(message).toContain('expected either queue.url or queue.arn, not both')
})

test('two connectors on one queue are a fault of both, however they name it', () => {
  const message = faultsOf(connectorFiles({ 'one.json': orders, 'two.json': { queue: { arn: ORDERS_ARN }, elements: [paymentReceived] } }))
  expect(message).toContain('connectors/one.json has an error:\n  queue: found the queue of two.json; expected a queue of its own')
  expect(message).toContain('connectors/two.json has an error:\n  queue: found the queue of one.json; expected a queue of its own')
})

test('two connectors cannot create a queue of the same name', () => {
  const named = { queue: { name: 'orders' }, elements: [orderPlaced] }
  expect(faultsOf(connectorFiles({ 'one.json': named, 'two.json': named }))).toContain('found the queue of two.json')
})

test('any number of connectors can create a queue without a name', () => {
  const unnamed = { elements: [orderPlaced] }
  expect(readConnectors(connectorFiles({ 'one.json': unnamed, 'two.json': unnamed }))).toHaveLength(2)
})

test('a connector’s own parameter is never among those of the connection to Camunda', () => {
  expect(faultsOf(connectorFiles({ 'camunda.json': orders }))).toContain(
    '/camunda-sqs-bridge/camunda/connector, which is the connector camunda.json, would be below it',
  )
  const payments = { camunda: '/camunda-sqs-bridge/orders/', elements: [paymentReceived] }
  expect(faultsOf(connectorFiles({ 'orders.json': orders, 'payments.json': payments }))).toContain(
    'connectors/payments.json has an error:\n  camunda: found "/camunda-sqs-bridge/orders/"; expected a path for the connection alone',
  )
})

test('a directory without connectors says where one belongs', () => {
  expect(faultsOf(connectorFiles({ 'connector.schema.json': {} }))).toBe(
    'No connector: connectors has no *.json. A connector is a file there, such as orders.json.',
  )
})

test('a directory that does not exist is named', () => {
  expect(() => readConnectors('/does/not/exist')).toThrow(/^The connectors cannot be read: ENOENT.*\/does\/not\/exist/)
})
