import { describe, expect, test } from 'vitest'
import { containerCost, type MonthlyUsage, monthlyCost } from '../../../lib/cost/monthly-cost.ts'
import { PRICE_SOURCES, PRICES } from '../../../lib/cost/prices.ts'

const NOTHING: MonthlyUsage = {
  invocations: 0,
  gigabyteSeconds: 0,
  sqsRequests: 0,
  fifo: false,
  pollerHours: 0,
  logBytes: 0,
  alarmMetrics: 0,
  metrics: 0,
  dashboards: 0,
  tableWrites: 0,
  kmsKeys: 0,
}

describe('what a month costs', () => {
  test.each([
    ['nothing', {}, 0, {}],
    ['a million invocations', { invocations: 1_000_000 }, 0.2, { Lambda: 0.2 }],
    ['a million GB-seconds', { gigabyteSeconds: 1_000_000 }, 13.3334, { Lambda: 13.3334 }],
    ['a million requests to SQS', { sqsRequests: 1_000_000 }, 0.4, { SQS: 0.4 }],
    ['a million requests to a FIFO queue', { sqsRequests: 1_000_000, fifo: true }, 0.5, { SQS: 0.5 }],
    ['a gigabyte of logs', { logBytes: 1e9 }, 0.5, { Logs: 0.5 }],
    ['ten metrics that alarms read', { alarmMetrics: 10 }, 1, { Alarms: 1 }],
    ['ten metrics', { metrics: 10 }, 3, { Metrics: 3 }],
    ['a dashboard', { dashboards: 1 }, 3, { Dashboard: 3 }],
    ['a million writes to the table', { tableWrites: 1_000_000 }, 0.625, { DynamoDB: 0.625 }],
    ['a key', { kmsKeys: 1 }, 1, { KMS: 1 }],
    ['two of it all', { invocations: 1_000_000, dashboards: 2, alarmMetrics: 1 }, 6.3, { Lambda: 0.2, Dashboard: 6, Alarms: 0.1 }],
  ])('%s', (_, usage, dollars, parts) => {
    const cost = monthlyCost({ ...NOTHING, ...usage }, PRICES['us-east-1'])
    expect(cost.dollars).toBeCloseTo(dollars, 9)
    const charged = cost.parts.filter((part) => part.dollars > 0)
    expect(Object.fromEntries(charged.map((part) => [part.name, Number(part.dollars.toFixed(9))]))).toEqual(parts)
  })

  test('of a container is that of every hour, whatever it does', () => {
    expect(containerCost({ vcpu: 1, gigabytes: 2 }, PRICES['us-east-1'])).toBeCloseTo(720 * (0.04048 + 2 * 0.004445), 9)
    expect(containerCost({ vcpu: 0.5, gigabytes: 1 }, PRICES['eu-central-1'])).toBeCloseTo(720 * (0.5 * 0.04656 + 0.00511), 9)
  })

  test('every price comes from a page of AWS', () => {
    for (const { page, asOf } of PRICE_SOURCES) {
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z/-]+pricing\//)
      expect(asOf).toMatch(/^20\d\d-\d\d$/)
    }
  })
})
