import { expect, test } from 'vitest'
import { onlyConnector } from '../../tools/connector-argument.ts'

test.each(['../orders', 'a/b', 'orders/..', 'Orders', 'a--b', '-', 'a b', 'ä', 'a\n', 'x'.repeat(101), '', 'orders.json'])(
  '%j is no connector’s name',
  (name) => {
    expect(() => onlyConnector([name])).toThrow('is no connector’s name')
  },
)

test.each(['orders', 'a', '1', 'a-1-b', 'x'.repeat(100)])('%j is a connector’s name', (name) => {
  expect(onlyConnector([name])).toBe(name)
})

test('where the name is a file, the name in it is told; without a name, or with two, that', () => {
  expect(() => onlyConnector(['connectors/orders.json'])).toThrow('the name is orders.')
  expect(() => onlyConnector([])).toThrow('Which connector?')
  expect(() => onlyConnector(['a', 'b'])).toThrow('One connector at a time, and not a b.')
})
