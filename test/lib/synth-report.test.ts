import { describe, expect, test } from 'vitest'
import { readConnectors } from '../../lib/connector-source.ts'
import { synthReport } from '../../lib/synth-report.ts'
import { connectorFiles, ORDERS_ARN, ORDERS_URL, orderPlaced, orderPlacedOnly, paymentReceived } from './connector-files.ts'

function reportOf(connector: object): string {
  return readConnectors(connectorFiles({ 'orders.json': connector }))
    .map(synthReport)
    .join()
}

test('what Lambda deletes unseen is told, a pattern a line', () => {
  const report = reportOf({ queue: { url: ORDERS_URL }, elements: [orderPlacedOnly] })
  expect(report).toContain(
    [
      'orders: the existing queue orders in eu-central-1 (111111111111)',
      '  filter criteria; Lambda deletes every message that matches none of them:',
      '    {"messageAttributes":{"type":{"stringValue":["OrderPlaced"]}}}\n',
    ].join('\n'),
  )
})

test('what is left to the function is told, with its element and why', () => {
  const element = { ...orderPlacedOnly, activationCondition: `${orderPlacedOnly.activationCondition} and body.total > 5` }
  expect(reportOf({ elements: [element] })).toMatch(/^ {2}left to the function: body\.total > 5 \(OrderPlaced\): \w.+$/m)
})

test.each([
  ['unmatched events are not consumed', { elements: [orderPlaced] }, 'unmatched events are not consumed'],
  ['the connector says so', { elements: [orderPlacedOnly], eventSource: { filterCriteria: 'off' } }, 'eventSource.filterCriteria is "off"'],
  [
    'nothing can be pushed down',
    { elements: [{ ...orderPlacedOnly, activationCondition: '=body.total > 5' }] },
    'no part that a filter could decide',
  ],
])('there are no filter criteria because %s', (_, connector, why) => {
  const report = reportOf(connector)
  expect(report).toMatch(new RegExp(`^ {2}no filter criteria, every message reaches the function: [^;\\n]*${why}[^;\\n]*$`, 'm'))
})

test('a dead-letter queue which the connector does not name is told to be watched by nobody', () => {
  const existing = { queue: { arn: ORDERS_ARN }, elements: [paymentReceived] }
  expect(reportOf(existing)).toContain('not watched: the dead-letter queue')
  expect(reportOf({ ...existing, queue: { arn: ORDERS_ARN, deadLetterQueueArn: `${ORDERS_ARN}-dead` } })).not.toContain('not watched')
  expect(reportOf({ elements: [paymentReceived] })).not.toContain('not watched')
})

test('the visibility timeout of an existing queue is to be checked, unless the connector says it', () => {
  const existing = { queue: { arn: ORDERS_ARN }, function: { timeout: 60 }, elements: [paymentReceived] }
  expect(reportOf(existing)).toContain('not checked: the visibility timeout of the queue must be at least 360 s')
  expect(reportOf({ ...existing, queue: { arn: ORDERS_ARN, visibilityTimeout: 360 } })).not.toContain('visibility')
})

test('alarms which notify nobody are told, and those of a topic are not', () => {
  const connector = { elements: [orderPlaced] }
  expect(reportOf(connector)).toContain('  warning: alarms.topicArn: there is none, so that the alarms notify nobody:\n')
  expect(reportOf({ ...connector, alarms: { topicArn: 'arn:aws:sns:eu-central-1:111111111111:alarms' } })).not.toContain('alarms')
})

test.each([
  ['with its name', { name: 'orders.fifo' }, 'orders: creates the queue orders.fifo and its dead-letter queue\n'],
  ['without', {}, 'orders: creates the queue and its dead-letter queue\n'],
])('a queue that the stack creates is told %s, and there is nothing to be checked', (_, queue, line) => {
  const report = reportOf({ queue, elements: [orderPlaced] })
  expect(report).toContain(line)
  expect(report).not.toContain('visibility')
})

describe('the time to live of a published message', () => {
  const published = (messageTtl?: string, more: object = {}) => reportOf({ elements: [{ ...paymentReceived, messageTtl }], ...more })

  test('which is shorter than SQS may deliver it again is warned of, with one that would do', () => {
    expect(published()).toContain(
      [
        '  warning: elements[0].messageTtl: SQS may deliver a message again for 103 minutes, and Camunda knows its id for PT1H:',
        '    a duplicate that comes after that is published again; PT2H would do',
      ].join('\n'),
    )
    expect(published('PT2H')).not.toContain('messageTtl')
  })

  test('is compared with the outage which the connector reckons with, and its other times', () => {
    expect(published('PT2H', { eventSource: { longestOutage: 7_200 } })).toContain('PT4H would do')
    expect(published('PT1H', { eventSource: { longestOutage: 0 } })).not.toContain('messageTtl')
    expect(published('PT2H', { function: { timeout: 900 } })).toContain('PT5H would do')
  })

  test.each(['PT0S', '-PT5M', 'PT0.0009S', 'PT1H-60M'])('%s is no time at all, and that is told', (messageTtl) => {
    expect(published(messageTtl)).toContain(
      [
        `  warning: elements[0].messageTtl: ${messageTtl} is no time at all: only what waits in Camunda at that moment gets the message:`,
        '    a message that comes before it is lost, and a duplicate is published again; PT2H would do',
      ].join('\n'),
    )
  })

  test('concerns no element that creates process instances', () => {
    expect(reportOf({ elements: [orderPlaced] })).not.toContain('messageTtl')
  })
})
