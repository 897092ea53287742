import { posix } from 'node:path'
import { parseArgs } from 'node:util'
import { describe, expect, test } from 'vitest'
import { importFiles } from '../../../tools/actions/import.ts'
import { diagramText, MESSAGE_EVENT, ORDERS, SQS } from './diagram-texts.ts'
import { elementsOf, imported } from './importing.ts'

const CATCH = {
  tag: 'intermediateCatchEvent',
  id: 'Paid',
  content: MESSAGE_EVENT,
  properties: { ...SQS, correlationKeyExpression: '=body.id', activationCondition: '=body.paid' },
}

/** As the command is called. */
function called(args: readonly string[]) {
  const texts = { type: 'string', multiple: true, default: [] as string[] } as const
  const flag = { type: 'boolean' } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ process: texts, secret: texts, connector: texts, type: texts, tenant: { type: 'string' } },
      ...{ strip: flag, check: flag, overwrite: flag, connectors: { type: 'string', default: 'connectors' } },
    },
  })
  const pairs = (all: readonly string[]) => new Map(all.map((pair) => /(.*)=(.*)/s.exec(pair)?.slice(1) as [string, string]))
  return { files: positionals, options: { ...values, secret: pairs(values.secret), connector: pairs(values.connector) } }
}

/** Files in memory, and a cluster with one process. */
class World {
  readonly files: Map<string, string | Uint8Array>
  readonly told: string[] = []
  readonly deployed: ReadonlyMap<string, string>

  constructor(files: Record<string, string | Uint8Array>, deployed: Record<string, string> = {}) {
    this.files = new Map(Object.entries(files))
    this.deployed = new Map(Object.entries(deployed))
  }

  run(...argv: string[]): Promise<number> {
    const { files, options } = called(argv)
    return importFiles(files, options, {
      readFile: (file) => {
        const content = this.files.get(posix.normalize(file))
        return typeof content === 'string' ? new TextEncoder().encode(content) : content
      },
      writeFile: (file, text) => void this.files.set(posix.normalize(file), text),
      deployedDiagram: async (id, tenantId) => ({ text: this.deployed.get([tenantId, id].filter(Boolean).join('/')) ?? '', version: 3 }),
      out: (line) => this.told.push(line),
      err: (line) => this.told.push(line),
    })
  }

  json(file: string): unknown {
    return JSON.parse(String(this.files.get(file)))
  }
}

const start = {
  elementId: 'Start',
  correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' },
  consumeUnmatchedEvents: false,
}

describe('what is written', () => {
  test('a connector whose elements are in the diagram for the bridge', async () => {
    const world = new World({ 'processes/order.bpmn': diagramText([{}]) })
    expect(await world.run('processes/order.bpmn')).toBe(0)
    expect(world.json('connectors/orders.json')).toEqual({
      $schema: './connector.schema.json',
      queue: { url: ORDERS },
      diagrams: ['../processes/order.bridge.bpmn'],
    })
    expect(world.files.get('processes/order.bridge.bpmn')).toContain(
      '<zeebe:property name="camunda-sqs-bridge.connector" value="orders" />',
    )
  })

  test('with --strip a connector with its elements, and a bare diagram', async () => {
    const world = new World({ 'order.bpmn': diagramText([{}, CATCH]) })
    expect(await world.run('order.bpmn', '--strip')).toBe(0)
    expect(world.json('connectors/orders.json')).toMatchObject({ queue: { url: ORDERS }, elements: [start, { elementId: 'Paid' }] })
    const bare = diagramText([
      '    <bpmn:startEvent id="Start">\n    </bpmn:startEvent>',
      `    <bpmn:intermediateCatchEvent id="Paid">\n      ${MESSAGE_EVENT}\n    </bpmn:intermediateCatchEvent>`,
    ])
    expect(world.files.get('order.bridge.bpmn')).toBe(bare)
  })

  test('nothing with --check', async () => {
    const world = new World({ 'order.bpmn': diagramText([{}]) })
    expect(await world.run('order.bpmn', '--check')).toBe(0)
    expect([...world.files.keys()]).toEqual(['order.bpmn'])
  })

  test('nothing at all where anything is refused', async () => {
    const world = new World({ 'order.bpmn': diagramText([{}]), 'other.bpmn': 'no XML' })
    expect(await world.run('order.bpmn', 'other.bpmn', 'third.bpmn')).toBe(1)
    expect([...world.files.keys()]).toEqual(['order.bpmn', 'other.bpmn'])
    expect(world.told.slice(-3)).toEqual([
      'third.bpmn: found no such file; expected a diagram',
      expect.stringMatching(/^other\.bpmn:1: found /),
      '2 errors: nothing is written.',
    ])
  })

  test('no file that says otherwise, unless it is asked for, and then it keeps what is not of the diagram', async () => {
    const before = JSON.stringify({
      queue: { url: ORDERS, visibilityTimeout: 360 },
      alarms: { ambiguous: 5 },
      elements: [{ ...start, elementId: 'Mine', activationCondition: '=body.mine' }],
    })
    const world = new World({ 'order.bpmn': diagramText([CATCH]), 'connectors/orders.json': before })
    expect(await world.run('order.bpmn')).toBe(1)
    expect(world.told.at(-2)).toBe('connectors/orders.json: found a file that says otherwise; expected none, or --overwrite')
    expect(world.files.get('connectors/orders.json')).toBe(before)
    expect(await world.run('order.bpmn', '--overwrite')).toBe(0)
    expect(world.json('connectors/orders.json')).toEqual({
      $schema: './connector.schema.json',
      ...JSON.parse(before),
      diagrams: ['../order.bridge.bpmn'],
    })
    const after = new Map(world.files)
    expect(await world.run('order.bpmn')).toBe(0)
    expect(world.files).toEqual(after)
  })

  test('every other byte of a diagram stays: a byte order mark, line ends, comments, quotation marks', async () => {
    const odd = `\uFEFF${diagramText([{}]).replaceAll('\n', '\r\n').replace('<bpmn:process', "<!-- a <b> & c -->\r\n<?mine x?><bpmn:process  name = 'é&#233;'")}`
    const world = new World({ 'order.bpmn': odd })
    expect(await world.run('order.bpmn', '--strip')).toBe(0)
    const [before, after] = [odd, String(world.files.get('order.bridge.bpmn'))]
    const extension = before.slice(
      before.indexOf('\r\n      <bpmn:extensionElements>'),
      before.indexOf('</bpmn:extensionElements>') + '</bpmn:extensionElements>'.length,
    )
    expect(after).toBe(before.replace(extension, ''))
  })
})

describe('which connector', () => {
  test('several queues of several files and processes are as many connectors', async () => {
    const payments = { ...SQS, 'queue.url': 'arn:aws:sqs:eu-central-1:111122223333:Payments_Live.fifo' }
    const world = new World({
      'a.bpmn': diagramText([
        { id: 'A', properties: { ...SQS, activationCondition: '=body.a' } },
        { id: 'B', properties: payments },
      ]),
      'b.bpmn': diagramText([{ id: 'A', properties: { ...SQS, activationCondition: '=body.b' } }], { process: 'other' }),
    })
    expect(await world.run('a.bpmn', 'b.bpmn')).toBe(0)
    expect(world.json('connectors/orders.json')).toMatchObject({ diagrams: ['../a.bridge.bpmn', '../b.bridge.bpmn'] })
    expect(world.json('connectors/payments-live.json')).toMatchObject({
      queue: { arn: payments['queue.url'] },
      diagrams: ['../a.bridge.bpmn'],
    })
    expect(world.told.join('\n')).toContain('with 2 consumers (order/A; other/A)')
  })

  test('a queue of the same name somewhere else needs a name of its own', async () => {
    const elsewhere = ORDERS.replace('eu-central-1', 'us-east-1')
    const world = new World({ 'a.bpmn': diagramText([{}, { id: 'B', properties: { ...SQS, 'queue.url': elsewhere } }]) })
    expect(await world.run('a.bpmn')).toBe(1)
    expect(world.told.at(-2)).toContain(
      'expected another name than orders, which arn:aws:sqs:eu-central-1:111122223333:orders has: --connector arn:aws:sqs:us-east-1:111122223333:orders=NAME',
    )
    expect(await world.run('a.bpmn', '--connector', `${elsewhere}=orders-us`)).toBe(0)
    expect(world.json('connectors/orders-us.json')).toMatchObject({ queue: { url: elsewhere } })
  })

  test('a file of another queue is not taken', async () => {
    const world = new World({
      'a.bpmn': diagramText([{}]),
      'connectors/orders.json': JSON.stringify({ queue: { url: ORDERS.replace('1111', '9999') }, elements: [start] }),
    })
    expect(await world.run('a.bpmn', '--overwrite')).toBe(1)
    expect(world.told.at(-2)).toContain('expected another name than orders, which connectors/orders.json has for')
  })

  test('secrets in its URL are put in, with braces and without', async () => {
    const world = new World({
      'a.bpmn': diagramText([
        { properties: { ...SQS, 'queue.url': 'https://sqs.{{ secrets.REGION }}.amazonaws.com/111122223333/secrets.NAME' } },
      ]),
    })
    expect(await world.run('a.bpmn', '--secret', 'REGION=eu-central-1', '--secret', 'NAME=orders')).toBe(0)
    expect(world.json('connectors/orders.json')).toMatchObject({ queue: { url: ORDERS } })
  })

  test('hybrid types and tenants', async () => {
    const world = new World({ 'a.bpmn': diagramText([{ properties: { ...SQS, 'inbound.type': 'mine:1' } }]) })
    expect(await world.run('a.bpmn', '--type', 'mine:1', '--tenant', 'north', '--strip')).toBe(0)
    expect(world.json('connectors/orders.json')).toMatchObject({ elements: [{ correlationPoint: { tenantId: 'north' } }] })
  })

  test('a process as it is deployed', async () => {
    const world = new World({}, { 'north/order': diagramText([{}]) })
    expect(await world.run('--process', 'order', '--tenant', 'north')).toBe(0)
    expect(world.json('connectors/orders.json')).toMatchObject({ diagrams: [{ file: '../order.bridge.bpmn', tenantId: 'north' }] })
  })
})

const PUBLISH = { kind: 'publishMessage', messageName: 'paid', bpmnProcessId: 'order' }
const KEY = { ...SQS, correlationKeyExpression: '=body.id' }

test.each([
  ['a start event', { tag: 'startEvent' }, { kind: 'createProcessInstance', bpmnProcessId: 'order' }],
  ['a message start event', { tag: 'startEvent', content: MESSAGE_EVENT }, { ...PUBLISH, elementType: 'messageStartEvent' }],
  [
    'an intermediate catch event',
    { tag: 'intermediateCatchEvent', content: MESSAGE_EVENT, properties: KEY },
    { ...PUBLISH, elementType: 'intermediateCatchEvent' },
  ],
  [
    'a boundary event',
    { tag: 'boundaryEvent', attributes: ' attachedToRef="X"', content: MESSAGE_EVENT, properties: KEY },
    { ...PUBLISH, elementType: 'boundaryEvent' },
  ],
  ['a receive task', { tag: 'receiveTask', attributes: ' messageRef="M"', properties: KEY }, { ...PUBLISH, elementType: 'receiveTask' }],
])('%s', (_, element, correlationPoint) => {
  const { orders } = elementsOf(imported(diagramText([element])))
  expect(JSON.parse(String(orders?.[0])).correlationPoint).toEqual({ ...correlationPoint, kind: correlationPoint.kind })
})

/** What the versions of the template write besides inbound.type and queue.url. */
test.each<[versions: string, properties: Record<string, string>]>([
  [
    'StartEvent 1',
    {
      'authentication.accessKey': 'a',
      'authentication.secretKey': 's',
      'queue.region': 'eu-central-1',
      'queue.pollingWaitTime': '1',
      'inbound.activationCondition': '',
    },
  ],
  ['StartEvent 3', { 'authentication.accessKey': 'a', 'configuration.region': 'eu-central-1', 'queue.region': '' }],
  ['7 and 8', { 'authentication.type': 'defaultCredentialsChain', 'configuration.region': 'eu-central-1', 'queue.pollingWaitTime': '1' }],
  [
    '9 and 10',
    {
      'authentication.type': 'credentials',
      'configuration.endpoint': '',
      'queue.pollingWaitTime': '20',
      deduplicationModeManualFlag: 'false',
      deduplicationMode: 'AUTO',
      messageTtl: '',
      resultVariable: '',
    },
  ],
  [
    '11 to 13',
    {
      awsCredential: '{}',
      'configuration.region': 'eu-central-1',
      deduplicationModeManualFlag: 'true',
      deduplicationMode: 'MANUAL',
      deduplicationId: 'x',
    },
  ],
])('nothing of the template’s version %s is left by --strip', (_, properties) => {
  const nonce = '<zeebe:ioMapping><zeebe:input source="=1" target="configuration.nonce" /></zeebe:ioMapping>'
  const list = Object.entries({ ...SQS, ...properties }).map(([name, value]) => `<zeebe:property name="${name}" value="${value}" />`)
  const text = diagramText([
    {
      attributes: ' zeebe:modelerTemplate="io.camunda.connectors.AWSSQS.StartEvent.v1" zeebe:modelerTemplateVersion="3"',
      extensions: `${nonce}<zeebe:properties>${list.join('')}</zeebe:properties>`,
    },
  ])
  expect(imported(text, { strip: true }).diagrams[0]?.text).toBe(diagramText(['    <bpmn:startEvent id="Start">\n    </bpmn:startEvent>']))
})

test('the former name of the condition counts where there is no other, and gets the present one', () => {
  const text = diagramText([{ properties: { ...SQS, activationCondition: '', 'inbound.activationCondition': '=body.a' } }])
  const { diagrams } = imported(text)
  expect(diagrams[0]?.text).toContain('<zeebe:property name="activationCondition" value="=body.a" />')
  expect(diagrams[0]?.text).not.toContain('value=""')
})

test('what is said of unmatched messages by nobody is said in the diagram for the bridge: its template would say otherwise', () => {
  for (const properties of [SQS, { ...SQS, consumeUnmatchedEvents: '' }])
    expect(imported(diagramText([{ properties }])).diagrams[0]?.text.match(/name="consumeUnmatchedEvents" value="false"/g)).toHaveLength(1)
})

test('without a prefix for Camunda’s attributes there comes one', () => {
  const block = Object.entries(SQS).map(([name, value]) => `<property name="${name}" value="${value}" />`)
  const text = diagramText([{ extensions: `<properties xmlns="http://camunda.org/schema/zeebe/1.0">${block.join('')}</properties>` }])
    .replace(' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"', '')
    .replace(/ {2}<bpmn:message.*\n/, '')
  expect(imported(text).diagrams[0]?.text).toContain(
    '<bpmn:startEvent id="Start" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" zeebe:modelerTemplate="camunda-sqs-bridge.processStart" zeebe:modelerTemplateVersion="1">',
  )
})

test('a comment among the properties stays, and what holds it', () => {
  const list = Object.entries(SQS).map(([name, value]) => `<zeebe:property name="${name}" value="${value}" />`)
  const text = diagramText([{ extensions: `<zeebe:properties><!-- mine -->${list.join('')}</zeebe:properties>` }])
  expect(imported(text, { strip: true }).diagrams[0]?.text).toBe(
    diagramText([{ extensions: '<zeebe:properties><!-- mine --></zeebe:properties>' }]),
  )
})

test('a message of a template of one’s own, which its element has too, changes with it', () => {
  const [template, other] = ['my.hybrid', 'camunda-sqs-bridge.intermediateCatch'].map((id) => ` zeebe:modelerTemplate="${id}"`)
  const messages = `<bpmn:message id="M" name="paid"${template} />`
  const { diagrams } = imported(diagramText([{ ...CATCH, attributes: template ?? '' }], { messages }))
  expect(diagrams[0]?.text).toContain(`<bpmn:message id="M" name="paid"${other} zeebe:modelerTemplateVersion="1" />`)
})

test('a message of another template keeps it', () => {
  const messages = '<bpmn:message id="M" name="paid" zeebe:modelerTemplate="io.camunda.connectors.Kafka" />'
  for (const strip of [true, false]) expect(imported(diagramText([CATCH], { messages }), { strip }).diagrams[0]?.text).toContain(messages)
})

test('the lists of attributes of several elements become one', () => {
  const list = (id: string, names: string) => ({
    id,
    properties: { ...SQS, activationCondition: `=body.${id}`, 'queue.messageAttributeNames': names },
  })
  const both = imported(diagramText([list('a', '=[&quot;x&quot;]'), list('b', '=[&quot;y&quot;, &quot;x&quot;]')]))
  expect(JSON.parse(both.connectors[0]?.text ?? '').queue).toEqual({ url: ORDERS, messageAttributeNames: ['x', 'y'] })
  const all = imported(diagramText([list('a', 'x'), list('b', '')]))
  expect(JSON.parse(all.connectors[0]?.text ?? '').queue).toEqual({ url: ORDERS })
})
