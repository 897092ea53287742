import { readFileSync } from 'node:fs'
import type { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { ORDERS_ARN, ORDERS_URL, orderPlaced, orderPlacedOnly, paymentReceived } from './connector-files.ts'
import { idOf, propertiesOf, queuesOf, templateOf } from './stacks.ts'

/** Each reason has an alarm of its own. */
const full = { monitoring: 'full' }
const existing = { queue: { url: ORDERS_URL }, elements: [orderPlaced] }
const created = { elements: [orderPlaced] }
const filtered = { queue: { url: ORDERS_URL }, elements: [orderPlacedOnly] }

type Alarm = Record<string, unknown> & { AlarmDescription: string }

function alarmsOf(template: Template): Record<string, Alarm> {
  const resources = Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
  return Object.fromEntries(resources.map(([id, { Properties }]) => [id.replace(/Alarm[0-9A-F]{8}$/, ''), Properties]))
}

const ALWAYS = [
  'Ambiguous',
  'CamundaLatency',
  'CamundaUnavailable',
  'ConfigurationRejected',
  'EventSourceMappingNotUpdated',
  'EverythingFilteredOut',
  'FunctionErrors',
  'OldestMessage',
  'Throttles',
]
const SHARED = ['WithoutEffect', 'HeldUp']
const OF_THEIR_OWN = ['CamundaRejected', 'InvalidInput', 'Unexpected', 'NotAttempted', 'ConfigurationPending']

test.each([
  ['an existing queue', existing, []],
  [
    'an existing queue whose dead-letter queue is known',
    { ...existing, queue: { url: ORDERS_URL, deadLetterQueueArn: `${ORDERS_ARN}-dead` } },
    ['DeadLetters'],
  ],
  ['a queue that the stack creates', created, ['DeadLetters']],
  ['a connector with filter criteria', filtered, []],
])('the alarms of %s', (_, connector, more) => {
  expect(Object.keys(alarmsOf(templateOf(connector))).sort()).toEqual([...ALWAYS, ...SHARED, ...more].sort())
  expect(Object.keys(alarmsOf(templateOf({ ...connector, ...full }))).sort()).toEqual([...ALWAYS, ...OF_THEIR_OWN, ...more].sort())
})

describe('reasons which share an alarm', () => {
  const metricsOf = (connector: object) => {
    const { Variables } = propertiesOf(templateOf(connector), 'AWS::Lambda::Function', 'Function').Environment as {
      Variables: Record<string, string>
    }
    return Variables.WRITTEN_METRICS === undefined ? undefined : JSON.parse(Variables.WRITTEN_METRICS)
  }
  const ofFunction = (connector: object) =>
    Object.values(alarmsOf(templateOf(connector))).flatMap(({ Namespace, MetricName }) =>
      Namespace === 'CamundaSqsBridge' ? MetricName : [],
    )

  test.each([
    ['by default', {}],
    ['where one has a threshold of its own', { camundaRejected: 5 }],
    ['where one is off', { invalidInput: false, configurationPending: false }],
    ['where all of one are off', { notAttempted: false, configurationPending: false }],
    ['where their alarm is off', { withoutEffect: false }],
    ['where others are off', { ambiguous: false, camundaLatency: false }],
  ])('the function writes each metric that an alarm watches, and no other (%s)', (_, alarms) => {
    const connector = { ...created, alarms }
    expect(metricsOf(connector).names.toSorted()).toEqual(ofFunction(connector).toSorted())
  })

  test('with full monitoring it writes all there are', () => expect(metricsOf({ ...created, ...full })).toBeUndefined())

  test('are those without a threshold of their own, which count under its metric and are named in its text', () => {
    const connector = { ...created, alarms: { camundaRejected: 5, unexpected: false } }
    expect(metricsOf(connector).under).toEqual({ InvalidInput: 'WithoutEffect', NotAttempted: 'HeldUp', ConfigurationPending: 'HeldUp' })
    const alarms = alarmsOf(templateOf(connector))
    expect(alarms).toMatchObject({ CamundaRejected: { Threshold: 5 }, WithoutEffect: { Threshold: 1 } })
    expect(alarms).not.toHaveProperty('Unexpected')
    expect(alarms.WithoutEffect?.AlarmDescription).toContain('One of: an expression fails on them or several elements match.')
  })
})

test('no alarm is raised by silence, and each says enough for CloudWatch to show it', () => {
  for (const alarm of Object.values({ ...alarmsOf(templateOf(created)), ...alarmsOf(templateOf(filtered)) })) {
    expect(alarm).toMatchObject({ TreatMissingData: 'notBreaching', ComparisonOperator: 'GreaterThanOrEqualToThreshold' })
    expect(alarm.AlarmDescription).toMatch(/^[\x20-\x7e]{150,1024}$/)
    expect(alarm.AlarmDescription).toMatch(/\borders\b/)
  }
})

// biome-ignore format: table
test.each([
  ['DeadLetters',           'AWS/SQS',          'ApproximateNumberOfMessagesVisible', 'Maximum', 1,   1, [['QueueName', 'orders-dead']]],
  ['OldestMessage',         'AWS/SQS',          'ApproximateAgeOfOldestMessage',      'Maximum', 900, 1, [['QueueName', 'orders']]],
  ['FunctionErrors',        'AWS/Lambda',       'Errors',                             'Sum',     1,   1, [['FunctionName', 'the function']]],
  ['Throttles',             'AWS/Lambda',       'Throttles',                          'Sum',     1,   3, [['FunctionName', 'the function']]],
  ['WithoutEffect',         'CamundaSqsBridge', 'WithoutEffect',                      'Sum',     1,   1, [['connector', 'orders']]],
  ['HeldUp',                'CamundaSqsBridge', 'HeldUp',                             'Sum',     1,   3, [['connector', 'orders']]],
  ['EventSourceMappingNotUpdated', 'AWS/Lambda', 'Errors',                            'Sum',     1,   1, [['FunctionName', 'the updater']]],
  ['CamundaRejected',       'CamundaSqsBridge', 'CamundaRejected',                    'Sum',     1,   1, [['connector', 'orders']]],
  ['Ambiguous',             'CamundaSqsBridge', 'Ambiguous',                          'Sum',     1,   1, [['connector', 'orders']]],
  ['NotAttempted',          'CamundaSqsBridge', 'NotAttempted',                       'Sum',     1,   3, [['connector', 'orders']]],
  ['CamundaUnavailable',    'CamundaSqsBridge', 'CamundaUnavailable',                 'Sum',     1,   1, [['connector', 'orders']]],
  ['CamundaLatency',        'CamundaSqsBridge', 'CamundaLatency',                     'p90',     5000, 3, [['connector', 'orders']]],
  ['InvalidInput',          'CamundaSqsBridge', 'InvalidInput',                       'Sum',     1,   1, [['connector', 'orders']]],
  ['Unexpected',            'CamundaSqsBridge', 'Unexpected',                         'Sum',     1,   1, [['connector', 'orders']]],
  ['ConfigurationRejected', 'CamundaSqsBridge', 'ConfigurationRejected',              'Sum',     1,   1, [['connector', 'orders']]],
  ['ConfigurationPending',  'CamundaSqsBridge', 'ConfigurationPending',               'Sum',     1,   3, [['connector', 'orders']]],
])('%s watches %s %s', (id, Namespace, MetricName, statistic, Threshold, EvaluationPeriods, dimensions) => {
  const shares = id === 'WithoutEffect' || id === 'HeldUp'
  const template = templateOf({ ...existing, ...(!shares && full), queue: { url: ORDERS_URL, deadLetterQueueArn: `${ORDERS_ARN}-dead` } })
  const functions: Record<string, object> = {
    'the function': { Ref: idOf(template, 'AWS::Lambda::Function', 'Function') },
    'the updater': { Ref: idOf(template, 'AWS::Lambda::Function', 'Updater') },
  }
  expect(alarmsOf(template)[id]).toMatchObject({
    Namespace, MetricName, [statistic.startsWith('p') ? 'ExtendedStatistic' : 'Statistic']: statistic, Threshold, EvaluationPeriods, Period: 300,
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value: functions[Value as string] ?? Value })),
  })
})

// biome-ignore format: table
test.each([
  ['WithoutEffect', 'withoutEffect'], ['HeldUp', 'heldUp'],
  ['DeadLetters', 'deadLetters'], ['OldestMessage', 'ageOfOldestMessage'], ['FunctionErrors', 'functionErrors'], ['Throttles', 'throttles'],
  ['CamundaRejected', 'camundaRejected'], ['CamundaUnavailable', 'camundaUnavailable'], ['CamundaLatency', 'camundaLatency'],
  ['Ambiguous', 'ambiguous'], ['NotAttempted', 'notAttempted'], ['InvalidInput', 'invalidInput'], ['Unexpected', 'unexpected'],
  ['ConfigurationRejected', 'configurationRejected'], ['ConfigurationPending', 'configurationPending'],
  ['EventSourceMappingNotUpdated', 'eventSourceMappingNotUpdated'], ['EverythingFilteredOut', 'everythingFilteredOut'],
])('%s is raised from alarms.%s on, and is not there where that is false', (id, property) => {
  const raisedFrom = alarmsOf(templateOf({ ...created, alarms: { [property]: 777 } }))
  if (id === 'EverythingFilteredOut') expect(JSON.stringify(raisedFrom[id]?.Metrics)).toContain('deleted >= 777 ')
  else expect(raisedFrom[id]).toMatchObject({ Threshold: 777 })
  const others = alarmsOf(templateOf({ ...created, alarms: { [property]: false } }))
  expect(others).not.toHaveProperty(id)
  expect(Object.keys(others)).toHaveLength(Object.keys(raisedFrom).length - 1)
})

test('Camunda is slow when a request takes half of its time, unless the connector says otherwise', () => {
  const { CamundaLatency } = alarmsOf(templateOf({ ...created, function: { requestTimeout: 3 } }))
  expect(CamundaLatency).toMatchObject({ Threshold: 1_500 })
  expect(CamundaLatency?.AlarmDescription).toContain('1500 ms')
})

test('a message is too old after the connector’s own time', () => {
  const { OldestMessage } = alarmsOf(templateOf({ ...existing, alarms: { ageOfOldestMessage: 120 } }))
  expect(OldestMessage).toMatchObject({ Threshold: 120 })
  expect(OldestMessage?.AlarmDescription).toContain('120 s')
})

test('dead letters of a queue that the stack creates are those of its dead-letter queue', () => {
  const template = templateOf(created)
  const [[deadLetterQueue] = []] = Object.entries(queuesOf(template)).filter(([, { Properties }]) => !Properties.RedrivePolicy)
  expect(alarmsOf(template).DeadLetters).toMatchObject({
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetterQueue, 'QueueName'] } }],
  })
})

test('everything is filtered out when messages are received and deleted without an invocation, a quarter of an hour long', () => {
  const template = templateOf(filtered)
  const lambda = { Ref: idOf(template, 'AWS::Lambda::Function', 'Function') }
  const alarm = alarmsOf(template).EverythingFilteredOut
  const counted = (Id: string, Namespace: string, MetricName: string, Dimensions: object[]) => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 900, Stat: 'Sum' },
  })
  const ofQueue = [{ Name: 'QueueName', Value: 'orders' }]
  expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 })
  expect(alarm?.Metrics).toEqual([
    expect.objectContaining({
      Expression: 'IF(FILL(invocations, 0) == 0 AND deleted >= 1 AND FILL(received, 0) >= deleted / 2, 1, 0)',
      ReturnData: true,
    }),
    counted('deleted', 'AWS/SQS', 'NumberOfMessagesDeleted', ofQueue),
    counted('received', 'AWS/SQS', 'NumberOfMessagesReceived', ofQueue),
    counted('invocations', 'AWS/Lambda', 'Invocations', [{ Name: 'FunctionName', Value: lambda }]),
  ])
})

test('what nobody knows is two process instances perhaps, and with messages that are published nothing twice', () => {
  const textOf = (element: object) => alarmsOf(templateOf({ elements: [element] })).Ambiguous?.AlarmDescription
  expect(textOf(orderPlaced)).toContain('may have been started twice')
  expect(textOf(paymentReceived)).toContain('Nothing happens twice')
})

describe('notifications', () => {
  test('go to the connector’s topic, when something goes wrong and when it is over', () => {
    const topicArn = 'arn:aws:sns:eu-central-1:111111111111:alarms'
    for (const alarm of Object.values(alarmsOf(templateOf({ ...filtered, alarms: { topicArn } }))))
      expect(alarm).toMatchObject({ AlarmActions: [topicArn], OKActions: [topicArn] })
  })

  test('go nowhere without a topic', () => {
    for (const alarm of Object.values(alarmsOf(templateOf(filtered)))) {
      expect(alarm).not.toHaveProperty('AlarmActions')
      expect(alarm).not.toHaveProperty('OKActions')
    }
  })
})

describe('the runbook', () => {
  const descriptionsOf = (template: Template) => Object.values(alarmsOf(template)).map(({ AlarmDescription }) => AlarmDescription)
  const filteredToo = { elements: [orderPlacedOnly] }

  test('each alarm ends with a link to the section which is about it', () => {
    const runbook = readFileSync('docs/OPERATING.md', 'utf8')
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'))
    const descriptions = [filteredToo, { ...filteredToo, ...full }].flatMap((connector) => descriptionsOf(templateOf(connector)))
    expect(descriptions.length).toBeGreaterThan(10)
    for (const description of descriptions)
      expect(sections).toContain(/ https:\/\/\S+\/docs\/OPERATING\.md#([a-z-]+)$/.exec(description)?.[1])
  })

  test('is another where the connector says so', () => {
    const runbookUrl = 'https://wiki.example.com/runbooks/orders?view=full'
    const descriptions = descriptionsOf(templateOf({ ...filteredToo, alarms: { runbookUrl } }))
    expect(descriptions).toContainEqual(expect.stringMatching(/ https:\/\/wiki\.example\.com\/runbooks\/orders\?view=full#dead-letters$/))
    expect(descriptions.join()).not.toContain('docs/OPERATING.md')
  })

  test('of the longest address leaves each text within what CloudWatch takes', () => {
    const runbookUrl = `https://${'x'.repeat(200)}`
    const camunda = `/${'y'.repeat(198)}/`
    for (const description of descriptionsOf(templateOf({ ...filteredToo, camunda, alarms: { runbookUrl } })))
      expect(description.length).toBeLessThanOrEqual(1_024)
  })

  test.each([
    'docs/OPERATING.md',
    'https://wiki.example.com/a page',
    'https://wiki.example.com/#alarms',
    'https://wiki.example.com/ä',
    'javascript:alert(1)',
  ])('is no address of a page: %s', (runbookUrl) => {
    expect(() => templateOf({ ...filteredToo, alarms: { runbookUrl } })).toThrow('alarms.runbookUrl: found')
  })
})
