import type { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { NO_MESSAGES, type Traffic, usageOf } from '../../../lib/cost/connector-usage.ts'
import { connector as connectorOf } from '../../support/connectors.ts'
import { orderPlaced } from '../connector-files.ts'
import { templateOf } from '../stacks.ts'

const A_MILLION: Traffic = { messages: 1_000_000, bytes: 1_024, messagesPerBatch: 1, camundaLatency: 100, busyHours: 720 }

const usage = (traffic: Partial<Traffic> = {}, connector: object = {}) =>
  usageOf(connectorOf({ elements: [orderPlaced], ...connector }), { ...A_MILLION, ...traffic })

describe('a connector without messages', () => {
  const idle = usageOf(connectorOf({ elements: [orderPlaced] }), NO_MESSAGES)

  test('is asked for messages by five pollers every twenty seconds', () => expect(idle.sqsRequests).toBe(5 * 3 * 60 * 24 * 30))

  test('has its updater run every five minutes', () => expect(idle.invocations).toBe(12 * 24 * 30))

  test('tells no metrics', () => expect(idle.metrics).toBe(0))
})

describe('messages', () => {
  test.each([
    ['one by one: each is received and deleted', {}, 2_000_000],
    ['ten a batch: so are ten at once', { messagesPerBatch: 10 }, 200_000],
    ['a hundred a batch: SQS hands out ten at once', { messagesPerBatch: 100 }, 200_000],
    ['one of 65 KiB counts as two when it is received', { bytes: 65 * 1_024 }, 3_000_000],
    ['ten of 10 KiB count as two together', { messagesPerBatch: 10, bytes: 10 * 1_024 }, 300_000],
  ])('%s', (_, traffic, requests) => expect(usage(traffic).sqsRequests - usage({ messages: 0 }).sqsRequests).toBeCloseTo(requests, 3))

  test.each([
    ['Camunda is waited for once a batch', { messagesPerBatch: 10 }, {}, 100],
    ['and once more where fewer are sent at a time', { messagesPerBatch: 10 }, { eventSource: { batchSize: 10, concurrency: 4 } }, 300],
  ])('%s', (_, traffic, connector, milliseconds) => {
    const of = (camundaLatency: number) => usage({ ...traffic, camundaLatency }, connector).gigabyteSeconds
    expect(of(100) - of(0)).toBeCloseTo((((100_000 * milliseconds) / 1_000) * 512) / 1_024, 3)
  })

  test.each([
    ['twice the memory costs the same, as it comes with twice the processor', 512, 1],
    ['and twice as much from a whole processor on, as a message has no use for a second one', 1_769, 2],
  ])('%s', (_, memorySize, times) => {
    const of = (size: number) => {
      const seconds = (messages: number) => usage({ messages, camundaLatency: 0 }, { function: { memorySize: size } }).gigabyteSeconds
      return seconds(1_000_000) - seconds(0)
    }
    expect(of(2 * memorySize)).toBeCloseTo(of(memorySize) * times, 3)
  })

  test('in half of the hours tell half of the metrics', () => expect(usage({ busyHours: 360 }).metrics).toBe(usage().metrics / 2))

  test('are written down twice where at most one instance may be of a message', () => {
    expect(usage({}, { idempotency: 'dynamodb' }).tableWrites).toBe(2_000_000)
    expect(usage().tableWrites).toBe(0)
  })
})

describe('as many metrics are read by alarms as the stack has', () => {
  test.each([
    ['by default', {}],
    ['without some alarms', { throttles: false, everythingFilteredOut: false }],
    ['with a threshold of one’s own', { camundaLatency: 5_000 }],
  ])('%s', (_, alarms) => {
    const connector = { elements: [orderPlaced], alarms }
    expect(usageOf(connectorOf(connector), NO_MESSAGES).alarmMetrics).toBe(metricsOfAlarms(templateOf(connector)))
  })
})

test('a key is paid for where the stack creates it', () => {
  expect(usage({}, { encryption: { kmsKey: 'create' } }).kmsKeys).toBe(1)
  expect(usage().kmsKeys).toBe(0)
})

function metricsOfAlarms(template: Template): number {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
  return alarms.reduce(
    (sum, { Properties }) => sum + (Properties.Metrics?.filter((metric: object) => 'MetricStat' in metric).length ?? 1),
    0,
  )
}
