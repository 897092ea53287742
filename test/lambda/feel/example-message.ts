import type { JsonObject } from '../../../lambda/json/json.ts'

/** A message as expressions see it. */
export const EXAMPLE_MESSAGE: JsonObject = {
  messageId: 'm-1',
  messageAttributes: { type: { stringValue: 'OrderPlaced', dataType: 'String' } },
  body: {
    id: 'A-1',
    amount: 129.9,
    n: 3,
    vip: true,
    note: null,
    day: '2024-02-29',
    'order-id': 'X9',
    country: 'DE',
    customer: { name: 'Eva', city: 'Köln' },
    nums: [3, 1.5, 2, 2],
    tags: ['new', 'web', 'new'],
    items: [
      { sku: 'A', price: 9.95, qty: 2, active: true },
      { sku: 'B', price: 100, qty: 1, active: false },
      { sku: 'C', price: 2.5, qty: 5, active: true },
    ],
  },
}
