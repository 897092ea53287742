import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseConnector } from '../../lambda/core/connector.ts'
import { NO_MESSAGES, type Traffic, usageOf } from '../../lib/cost/connector-usage.ts'
import { HOURS, monthlyCost } from '../../lib/cost/monthly-cost.ts'
import { PRICES } from '../../lib/cost/prices.ts'
import earlierStacks from '../lib/earlier-stacks.json' with { type: 'json' }
import { rowsBelow } from '../support/document-tables.ts'

/** docs/COST.md: each amount from what stands beside it, and each quantity from the connector. */

const number = (cell = '') => Number(/[\d.]+/.exec(cell)?.[0])
const unit = (price = '') => number(price) / (price.includes('a million') ? 1_000_000 : 1)

const orders = (more: object = {}) =>
  parseConnector(JSON.stringify({ ...JSON.parse(readFileSync('connectors/orders.json', 'utf8')), ...more }))
const costOf = (more: object, traffic: Traffic = NO_MESSAGES) => monthlyCost(usageOf(orders(more), traffic), PRICES['us-east-1']).dollars
const A_MINUTE: Traffic = { messages: 60 * HOURS, bytes: 1_024, messagesPerBatch: 1, camundaLatency: 100, busyHours: HOURS }

describe('a month without a message', () => {
  const rows = rowsBelow('docs/COST.md', 'Without a message')
  const parts = rows.slice(0, -1)

  test.each(parts)('%s: the amounts are quantity times price', (_, then, now, price, dollarsThen, dollarsNow) => {
    expect(number(then) * unit(price)).toBeCloseTo(number(dollarsThen), 4)
    expect(number(now) * unit(price)).toBeCloseTo(number(dollarsNow), 4)
  })

  test('is the sum of its parts, and what the calculator says', () => {
    const together = rows.at(-1) ?? []
    for (const column of [4, 5]) expect(parts.reduce((sum, row) => sum + number(row[column]), 0)).toBeCloseTo(number(together[column]), 3)
    expect(costOf({})).toBeCloseTo(number(together[5]), 3)
    expect(number(together[4]) / number(together[5])).toBeGreaterThan(3)
  })

  test('counts what the stacks of then have, and the connector of now', () => {
    const quantities = new Map(parts.map(([name = '', then, now]) => [name, { before: number(then), now: number(now) }]))
    const then = Object.values(earlierStacks['a-created' as keyof typeof earlierStacks].types)
    const alarms = then.filter((type) => type === 'AWS::CloudWatch::Alarm').length
    const usage = usageOf(orders(), NO_MESSAGES)
    expect(quantities.get('Alarms: metrics that they read')).toEqual({ before: alarms + 2, now: usage.alarmMetrics })
    expect(quantities.get('Dashboard')).toEqual({
      before: then.filter((type) => type === 'AWS::CloudWatch::Dashboard').length,
      now: usage.dashboards,
    })
    expect(quantities.get('SQS: empty receives')).toEqual({ before: usage.sqsRequests, now: usage.sqsRequests })
    expect(quantities.get('Updater: runs')?.now).toBe(usage.invocations)
    expect(quantities.get('Updater: GB-seconds')?.now).toBe(usage.gigabyteSeconds)
    expect(quantities.get('Logs: gigabytes')?.now).toBeCloseTo(usage.logBytes / 1e9, 5)
  })
})

test.each(rowsBelow('docs/COST.md', 'What makes the difference'))('with monitoring %s', (monitoring, ...cells) => {
  const more = { monitoring: /"(\w+)"/.exec(monitoring ?? '')?.[1] }
  expect(costOf(more)).toBeCloseTo(number(cells.at(-2)), 2)
  expect(costOf(more, A_MINUTE)).toBeCloseTo(number(cells.at(-1)), 2)
})

test.each(rowsBelow('docs/COST.md', 'Provisioned pollers'))('%s pollers', (pollers, invocations, dollars) => {
  expect(number(invocations)).toBe(10 * number(pollers))
  const provisionedPollers = { minimum: number(pollers), maximum: number(pollers) }
  const { pollerHours } = usageOf(orders({ eventSource: { provisionedPollers } }), NO_MESSAGES)
  expect(pollerHours * PRICES['us-east-1'].pollerHour).toBeCloseTo(number(dollars), 2)
})
