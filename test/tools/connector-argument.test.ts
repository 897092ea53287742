import { expect, test } from 'vitest'
import { checkedName } from '../../tools/connector-argument.ts'

test.each(['../orders', 'a/b', 'orders/..', 'Orders', 'a--b', '-', 'a b', 'ä', 'a\n', 'x'.repeat(101), '', 'orders.json'])(
  '%j is no connector’s name',
  (name) => {
    expect(() => checkedName(name)).toThrow('is no connector’s name')
  },
)

test.each(['orders', 'a', '1', 'a-1-b', 'x'.repeat(100)])('%j is a connector’s name', (name) => {
  expect(checkedName(name)).toBe(name)
})

test('where the name is a file, the name in it is told', () => {
  expect(() => checkedName('connectors/orders.json')).toThrow('the name is orders.')
})
