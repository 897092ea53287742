import { describe, expect, test } from 'vitest'
import { parseConnector } from '../../../lambda/core/connector.ts'
import type { DashboardData } from '../../../lib/dashboard/data.ts'
import { sampleDay } from '../../../lib/dashboard/sample-day.ts'
import { statisticOf } from '../../../lib/dashboard/statistic.ts'
import { orderPlaced, orderPlacedOnly, paymentReceived } from '../connector-files.ts'

const publishing = { ...paymentReceived, consumeUnmatchedEvents: true }

const CONNECTORS: Readonly<Record<string, object>> = {
  'a filter': { elements: [orderPlacedOnly] },
  'no filter': { elements: [orderPlaced] },
  'two elements': { elements: [orderPlacedOnly, publishing] },
  'dead letters at once': { elements: [orderPlacedOnly], invalidInput: 'deadLetter' },
  'no back-off': { elements: [orderPlaced], eventSource: { longestOutage: 0 } },
  'a table of idempotency': { elements: [orderPlaced], idempotency: 'dynamodb' },
}

const OUTCOMES = [
  'ProcessInstanceCreated',
  'MessagePublished',
  'AlreadyCreated',
  'AlreadyPublished',
  'ActivationConditionNotMet',
  'InvalidInput',
  'CamundaRejected',
  'CamundaUnavailable',
  'Ambiguous',
  'NotAttempted',
  'Unexpected',
]

function dayOf(connector: object): DashboardData {
  return sampleDay({ connector: parseConnector(JSON.stringify(connector)) })
}

type Dimensions = Readonly<Record<string, string>>

/** Points of a day's period, 0 where there is none. */
function points(
  day: DashboardData,
  [namespace, metricName]: readonly [string, string],
  stat = 'Sum',
  dimensions: Dimensions = {},
  period = 300,
): number[] {
  return day({ namespace, metricName, dimensions, stat, period }).map((point) => point ?? 0)
}

const bridge = (metricName: string) => ['CamundaSqsBridge', metricName] as const
const sqs = (metricName: string) => ['AWS/SQS', metricName] as const
const lambda = (metricName: string) => ['AWS/Lambda', metricName] as const
const DEAD = { QueueName: 'DeadLetterQueue' }

function added(...series: readonly number[][]): number[] {
  return (series[0] ?? []).map((_, index) => series.reduce((total, each) => total + (each[index] ?? 0), 0))
}

function total(series: readonly number[]): number {
  return series.reduce((sum, point) => sum + point, 0)
}

/** Of a time of the day, in points of five minutes. */
function at(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 12 + minutes / 5
}

describe.each(Object.entries(CONNECTORS))('the day of a connector with %s', (_, connector) => {
  const day = dayOf(connector)
  const outcomes = OUTCOMES.map((outcome) => points(day, bridge(outcome)))

  test('what was polled was filtered out or invoked', () => {
    expect(points(day, lambda('PolledEventCount'))).toEqual(
      added(points(day, lambda('FilteredOutEventCount')), points(day, lambda('InvokedEventCount'))),
    )
    expect(points(day, lambda('PolledEventCount'))).toEqual(points(day, sqs('NumberOfMessagesReceived')))
  })

  test('each message that the function received has one outcome', () => {
    expect(points(day, bridge('Received'))).toEqual(added(...outcomes))
    expect(points(day, bridge('Received'))).toEqual(points(day, lambda('InvokedEventCount')))
  })

  test('what was invoked was deleted or returned', () => {
    expect(points(day, lambda('InvokedEventCount'))).toEqual(
      added(points(day, lambda('DeletedEventCount')), points(day, bridge('Returned'))),
    )
    expect(points(day, bridge('Returned'))).toEqual(points(day, lambda('FailedInvokeEventCount')))
  })

  test('what SQS deleted was filtered out or is done', () => {
    expect(points(day, sqs('NumberOfMessagesDeleted'))).toEqual(
      added(points(day, lambda('FilteredOutEventCount')), points(day, lambda('DeletedEventCount'))),
    )
  })

  test('nothing is lost: what was sent is deleted, still there, or a dead letter', () => {
    const end = (metricName: string, dimensions: Dimensions = {}) => points(day, sqs(metricName), 'Maximum', dimensions, 60).at(-1) ?? 0
    const deadLettered = total(points(day, bridge('DeadLettered')))
    const redriven = Math.max(...points(day, sqs('ApproximateNumberOfMessagesVisible'), 'Maximum', DEAD, 60).slice(0, 700))
    const sent = total(points(day, sqs('NumberOfMessagesSent')))
    const left = end('ApproximateNumberOfMessagesVisible') + end('ApproximateNumberOfMessagesNotVisible')
    const dead = end('ApproximateNumberOfMessagesVisible', DEAD)
    // What the function itself makes a dead letter is deleted, and is there again when it is redriven.
    const again = deadLettered > 0 ? redriven + dead : 0
    expect(sent + again).toBe(total(points(day, sqs('NumberOfMessagesDeleted'))) + left + dead)
  })

  test('the outcomes of the elements are those of the connector, but for what activated none', () => {
    const { elements } = connector as { elements: { elementId: string }[] }
    for (const outcome of OUTCOMES.filter((each) => each !== 'ActivationConditionNotMet')) {
      const ofElements = elements.map(({ elementId }) => points(day, bridge(outcome), 'Sum', { element: elementId }))
      expect(points(day, bridge(outcome))).toEqual(added(...ofElements))
    }
  })

  test('percentiles are in order', () => {
    for (const metricName of ['CamundaLatency', 'MessageAge', 'BatchDuration']) {
      const [p50 = [], p90 = [], p99 = [], most = []] = ['p50', 'p90', 'p99', 'Maximum'].map((stat) =>
        points(day, bridge(metricName), stat),
      )
      for (const index of p50.keys()) {
        const inOrder = [p50[index], p90[index], p99[index], most[index]] as number[]
        expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
      }
    }
  })

  test('points of an hour are the sums of their minutes', () => {
    const minutes = points(day, bridge('Received'), 'Sum', {}, 60)
    const hours = points(day, bridge('Received'), 'Sum', {}, 3_600)
    expect(hours).toEqual(Array.from({ length: 24 }, (_, hour) => total(minutes.slice(hour * 60, (hour + 1) * 60))))
  })

  test('the day is the same whenever it is asked for', () => {
    expect(points(dayOf(connector), bridge('MessageAge'), 'Maximum')).toEqual(points(day, bridge('MessageAge'), 'Maximum'))
  })
})

describe('the story of the day', () => {
  const day = dayOf({ elements: [orderPlacedOnly] })
  const ofQueue = (metricName: string) => points(day, sqs(metricName), 'Maximum')
  const dead = points(day, sqs('ApproximateNumberOfMessagesVisible'), 'Maximum', DEAD)

  test('some forty messages a minute come at the peak, and few in the night', () => {
    const sent = points(day, sqs('NumberOfMessagesSent'))
    expect(Math.max(...sent) / 5).toBeGreaterThan(35)
    expect(Math.max(...sent) / 5).toBeLessThan(50)
    expect(Math.max(...sent.slice(0, at('05:00'))) / 5).toBeLessThan(5)
  })

  test('a third is filtered out, and nothing where the connector has no filter', () => {
    const sent = total(points(day, sqs('NumberOfMessagesSent')))
    expect(total(points(day, lambda('FilteredOutEventCount'))) / sent).toBeCloseTo(1 / 3, 1)
    expect(total(points(dayOf({ elements: [orderPlaced] }), lambda('FilteredOutEventCount')))).toBe(0)
  })

  test('the messages of a faulty sender are dead letters a quarter of an hour later, until they are redriven; one of them comes back', () => {
    expect(dead.slice(at('10:00'), at('12:00'))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 0, 0, 0, 1])
    expect(points(day, bridge('InvalidInput'))[at('10:30')]).toBeGreaterThan(0)
    expect(dead.at(-1)).toBe(1)
  })

  test('they are dead letters at once where the connector says so', () => {
    const atOnce = dayOf({ elements: [orderPlacedOnly], invalidInput: 'deadLetter' })
    expect(points(atOnce, bridge('DeadLettered'))[at('10:30')]).toBe(6)
  })

  test('Camunda is unavailable from 14:05 to 14:50, and at no other time', () => {
    const unavailable = points(day, bridge('CamundaUnavailable')).flatMap((count, index) => (count > 0 ? [index] : []))
    expect(unavailable).toEqual(Array.from({ length: 9 }, (_, index) => at('14:05') + index))
  })

  test.each(['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateAgeOfOldestMessage'])(
    '%s rises meanwhile, and is down again two hours later',
    (metricName) => {
      const series = ofQueue(metricName)
      expect(series[at('14:40')]).toBeGreaterThan(100)
      expect(series[at('17:00')]).toBeLessThan(5)
    },
  )

  test('the outage makes no message a dead letter', () => {
    expect(new Set(dead.slice(at('14:00'), at('20:00')))).toEqual(new Set([1]))
  })

  test('latency rises meanwhile', () => {
    const latency = points(day, bridge('CamundaLatency'), 'p50')
    expect(latency[at('14:20')]).toBeGreaterThan(2_000)
    expect(latency[at('12:00')]).toBeLessThan(100)
  })

  test('the configuration is edited at 16:00', () => {
    const version = points(day, bridge('ConfigurationVersion'), 'Maximum')
    expect([version[at('15:55')], version[at('16:00')]]).toEqual([3, 4])
  })

  test('the alarm of the dead letters is on at midnight, and no other', () => {
    expect(['DeadLettersAlarm', 'OldestMessageAlarm', 'CamundaUnavailableAlarm'].map((name) => day.alarmState?.(name))).toEqual([
      'ALARM',
      'OK',
      'OK',
    ])
  })

  test('the log groups reasons, the most frequent first', () => {
    const rows = day.logRows?.([
      { name: 'outcome', expression: 'outcome' },
      { name: 'reason', expression: 'reason' },
      { name: 'messages', expression: 'count(*)' },
      { name: 'last', expression: 'latest(@timestamp)' },
    ])
    expect(rows?.map(({ outcome }) => outcome)).toEqual(['CamundaUnavailable', 'NotAttempted', 'InvalidInput', 'Ambiguous'])
    expect(rows?.[0]).toEqual({
      outcome: 'CamundaUnavailable',
      reason: expect.stringContaining('503'),
      messages: total(points(day, bridge('CamundaUnavailable'))),
      last: expect.stringMatching(/^2026-03-10 14:\d\d:\d\d$/),
    })
  })
})

test('of what the bridge did not write there are no points, and of what AWS would count there are zeros', () => {
  const day = dayOf({ elements: [orderPlaced] })
  const query = { dimensions: {}, stat: 'Sum', period: 43_200 }
  expect(day({ ...query, namespace: 'CamundaSqsBridge', metricName: 'Unexpected' })).toEqual([undefined, undefined])
  expect(day({ ...query, namespace: 'AWS/Usage', metricName: 'CallCount' })).toEqual([0, 0])
})

// biome-ignore format: table
test.each([
  ['Sum',         20],
  ['Average',     4],
  ['Minimum',     1],
  ['Maximum',     10],
  ['SampleCount', 5],
  ['p50',         3],
  ['p99.9',       10],
  ['tm80',        2.5],
])('the statistic %s of 10, 4, 3, 2, 1 is %d', (stat, expected) => {
  expect(statisticOf(stat, [10, 4, 3, 2, 1])).toBe(expected)
  expect(statisticOf(stat, [])).toBeUndefined()
})

test('a statistic that is not known is an error', () => {
  expect(() => statisticOf('IQM', [1])).toThrow('the statistic IQM is not known')
})
