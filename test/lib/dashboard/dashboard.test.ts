import { readFileSync } from 'node:fs'
import type { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { parseConnector } from '../../../lambda/core/connector.ts'
import { dashboardBodyOf } from '../../../lib/dashboard/body.ts'
import { type DashboardBody, dashboardPicture } from '../../../lib/dashboard/picture.ts'
import { sampleDay } from '../../../lib/dashboard/sample-day.ts'
import { ORDERS_ARN, ORDERS_URL, orderPlaced, orderPlacedOnly, paymentReceived } from '../connector-files.ts'
import * as stacks from '../stacks.ts'
import { propertiesOf } from '../stacks.ts'

/** There is a dashboard with full monitoring. */
const watchedFully = (connector: object) => ({ ...connector, monitoring: 'full' })
const templateOf = (connector: object) => stacks.templateOf(watchedFully(connector))
const stacksOf = (connectors: Record<string, object>) =>
  stacks.stacksOf(Object.fromEntries(Object.entries(connectors).map(([name, connector]) => [name, watchedFully(connector)])))

type Widget = {
  readonly type: 'text' | 'metric' | 'alarm' | 'log'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  // biome-ignore lint/suspicious/noExplicitAny: of each kind of widget its own
  readonly properties: any
}

/** Each reference of the template by its logical id. */
function bodyOf(connector: object): { start: string; widgets: Widget[] } {
  const { DashboardBody } = propertiesOf(templateOf(connector), 'AWS::CloudWatch::Dashboard') as {
    DashboardBody: { 'Fn::Join': [string, (string | Record<string, string | string[]>)[]] }
  }
  const [separator, parts] = DashboardBody['Fn::Join']
  const text = parts.map((part) => (typeof part === 'string' ? part : Object.values(part).flat().join('.'))).join(separator)
  return JSON.parse(text)
}

const created = { elements: [orderPlacedOnly, paymentReceived] }
const existing = { queue: { url: ORDERS_URL }, elements: [orderPlaced] }
const watched = { queue: { url: ORDERS_URL, deadLetterQueueArn: `${ORDERS_ARN}-dead` }, elements: [orderPlaced] }
const fifo = { queue: { name: 'payments.fifo' }, idempotency: 'dynamodb', elements: [paymentReceived] }
const kinds = { created, existing, watched, fifo }

const widget = (connector: object, title: string) => bodyOf(connector).widgets.find(({ properties }) => properties.title === title)
const titles = (connector: object) => bodyOf(connector).widgets.flatMap(({ properties }) => properties.title ?? [])
const annotation = (connector: object, title: string) => widget(connector, title)?.properties.annotations?.horizontal?.[0]?.value

test('there is none unless the connector asks for full monitoring', () => {
  expect(stacks.templateOf(created).findResources('AWS::CloudWatch::Dashboard')).toEqual({})
})

test('it reads from top to bottom as a message’s way', () => {
  const { widgets } = bodyOf(created)
  const headings = widgets.flatMap(({ properties: { markdown } }) => /^#+ (.+)/.exec(markdown ?? '')?.[1] ?? [])
  expect(headings).toEqual([
    'orders',
    '1. Queue',
    '2. Filter',
    '3. Batches',
    '4. Outcomes',
    '5. Camunda',
    '6. Dead letters',
    '7. Cost of the last day',
  ])
  expect(titles(created)).toEqual([
    'Alarms',
    'In the time shown',
    'Depth',
    'Age of the oldest message',
    'Through the queue',
    'Messages',
    'Share filtered out, by the hour',
    'Invocations',
    'Duration of a batch',
    'Invocations at a time',
    'Outcomes',
    'Effects by element',
    'Configuration',
    'Latency of a request',
    'Not executed, or not known',
    'Sent to effect',
    'In the dead-letter queue',
    'Age of the oldest dead letter',
    'On their way there',
    'Reasons, the most frequent first',
    'By the hour',
    'Last 24 hours',
  ])
})

test('it is named for the connector and the region, since an account has but one dashboard of a name', () => {
  const nameOf = (connector: object) => propertiesOf(templateOf(connector), 'AWS::CloudWatch::Dashboard').DashboardName
  expect(nameOf(existing)).toBe('camunda-sqs-bridge-orders-eu-central-1')
  expect(nameOf(created)).toEqual({ 'Fn::Join': ['', ['camunda-sqs-bridge-orders-', { Ref: 'AWS::Region' }]] })
})

describe.each(Object.entries(kinds))('of a connector whose queue is %s', (_, connector) => {
  test('widgets are within 24 columns, and none lies upon another', () => {
    const { widgets } = bodyOf(connector)
    const taken = new Set<string>()
    for (const { x, y, width, height } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24)
      for (let column = x; column < x + width; column++)
        for (let row = y; row < y + height; row++) {
          expect(taken.has(`${column},${row}`)).toBe(false)
          taken.add(`${column},${row}`)
        }
    }
  })

  test('all texts are in ASCII, since CloudFormation gives back a question mark for anything else', () => {
    expect(JSON.stringify(bodyOf(connector))).toMatch(/^[\x20-\x7e]*$/)
  })

  test('every alarm of the stack is there', () => {
    const alarms = Object.keys(templateOf(connector).findResources('AWS::CloudWatch::Alarm')).map((id) => `${id}.Arn`)
    expect(widget(connector, 'Alarms')?.properties.alarms.toSorted()).toEqual(alarms.toSorted())
  })

  test('every metric of the bridge is one of this connector', () => {
    const metrics = bodyOf(connector).widgets.flatMap(({ properties }) => properties.metrics ?? []) as string[][]
    const ours = metrics.filter(([namespace]) => namespace === 'CamundaSqsBridge')
    expect(ours.length).toBeGreaterThan(20)
    for (const [, , dimension, value] of ours) expect([dimension, value]).toEqual(['connector', 'orders'])
  })
})

test.each([
  ['Age of the oldest message', { ageOfOldestMessage: 120 }, 120],
  ['Latency of a request', { camundaLatency: 1_234 }, 1_234],
  ['In the dead-letter queue', { deadLetters: 7 }, 7],
])('%s shows from where on it is an alarm, where it is one', (title, alarms, value) => {
  expect(annotation({ ...created, alarms }, title)).toBe(value)
  const off = Object.fromEntries(Object.keys(alarms).map((name) => [name, false]))
  expect(annotation({ ...created, alarms: off }, title)).toBeUndefined()
})

test('a dead-letter queue which the connector does not name is told of, and not drawn', () => {
  expect(titles(existing)).not.toContain('In the dead-letter queue')
  expect(JSON.stringify(bodyOf(existing))).toContain('queue.deadLetterQueueArn')
  expect(titles(watched)).toContain('In the dead-letter queue')
})

test('each element has its effects, but one that CloudWatch takes for no dimension', () => {
  const labels = (connector: object) =>
    widget(connector, 'Effects by element')?.properties.metrics.flatMap((metric: { label?: string }[]) => metric.at(-1)?.label ?? [])
  expect(labels(created)).toEqual(['OrderPlaced', 'PaymentReceived'])
  expect(labels({ elements: [orderPlaced, { ...paymentReceived, elementId: 'geprüft' }] })).toEqual(['OrderPlaced'])
})

test('a connector none of whose elements is a dimension, or that wants no alarm, has no empty widgets, which CloudWatch refuses', () => {
  const alarms = Object.fromEntries(
    [
      'deadLetters',
      'ageOfOldestMessage',
      'functionErrors',
      'throttles',
      'camundaRejected',
      'camundaUnavailable',
      'camundaLatency',
      'ambiguous',
      'notAttempted',
      'invalidInput',
      'unexpected',
      'configurationRejected',
      'configurationPending',
      'eventSourceMappingNotUpdated',
      'everythingFilteredOut',
    ].map((name) => [name, false]),
  )
  const connector = { alarms, elements: [{ ...orderPlaced, elementId: 'geprüft' }] }
  expect(titles(connector)).not.toContain('Effects by element')
  expect(titles(connector)).not.toContain('Alarms')
  for (const each of [connector, ...Object.values(kinds)])
    for (const { type, properties } of bodyOf(each).widgets) {
      if (type === 'metric') expect(properties.metrics.length).toBeGreaterThan(0)
      if (type === 'alarm') expect(properties.alarms.length).toBeGreaterThan(0)
    }
})

test('reasons are those of the function’s log', () => {
  const { query } = widget(created, 'Reasons, the most frequent first')?.properties ?? {}
  expect(query).toMatch(/^SOURCE 'Log[0-9A-F]{8}' \| filter ispresent\(reason\)[\s\S]*stats count\(\*\) as messages/)
})

describe('the cost', () => {
  const expressions = (connector: object) =>
    widget(connector, 'Last 24 hours')?.properties.metrics.flatMap(([{ label, expression }]: [{ label?: string; expression?: string }]) =>
      expression && label ? [[label, expression]] : [],
    )

  test('is that of the last day, whatever time the dashboard shows', () => {
    expect(widget(created, 'Last 24 hours')?.properties).toMatchObject({ start: '-PT24H', setPeriodToTimeRange: true })
  })

  test('counts what the connector uses', () => {
    expect(Object.fromEntries(expressions(created))).toMatchObject({
      Together: 'lambda + sqs + logs',
      Lambda: '0.2 * FILL(requests, 0) / 1000000 + 6.6667 * FILL(milliseconds, 0) / 1000000000',
      SQS: '0.4 * (FILL(empty, 0) + FILL(received, 0) + FILL(deleted, 0)) / 1000000',
    })
    expect(Object.fromEntries(expressions(fifo))).toMatchObject({
      Together: 'lambda + sqs + logs + dynamodb',
      SQS: '0.5 * (FILL(empty, 0) + FILL(received, 0) + FILL(deleted, 0)) / 1000000',
    })
  })
})

test('the picture in the docs is that of the example, as npx camunda-sqs-bridge dashboard draws it', () => {
  const [stack] = stacksOf({ orders: JSON.parse(readFileSync('connectors/orders.json', 'utf8')) })
  const body = dashboardBodyOf(Template.fromStack(stack as Stack).toJSON())
  const connector = parseConnector(readFileSync('connectors/orders.json', 'utf8'))
  expect(
    dashboardPicture(body as DashboardBody, sampleDay({ connector })) === readFileSync('docs/dashboard.svg', 'utf8'),
    'npx camunda-sqs-bridge dashboard orders --output docs/dashboard.svg',
  ).toBe(true)
})
