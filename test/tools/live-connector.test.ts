import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startHttpService } from '../../local/http-service.ts'
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { differencesFromFile, needsDeployment, toConnectorFile } from '../../tools/live-connector.ts'
import { connectorFiles, ORDERS_ARN, orderPlaced, paymentReceived } from '../lib/connector-files.ts'
import { runCommand } from '../support/command.ts'
import { stackXml } from '../support/deployed-connector.ts'
import { diagramText } from './import/diagram-texts.ts'

const PARAMETER = '/camunda-sqs-bridge/orders/connector'
const file = { $schema: './other.schema.json', eventSource: { batchSize: 5 }, elements: [orderPlaced] }
const live = { eventSource: { batchSize: 7 }, elements: [orderPlaced] }

test('a connector’s file keeps its $schema, and one that is new gets it', () => {
  expect(toConnectorFile(JSON.stringify(live), JSON.stringify(file))).toBe(
    `${JSON.stringify({ $schema: './other.schema.json', ...live }, null, 2)}\n`,
  )
  expect(JSON.parse(toConnectorFile(JSON.stringify(live), undefined)).$schema).toBe('./connector.schema.json')
})

test('the differences are told by line, with what is around them', () => {
  expect(differencesFromFile(JSON.stringify(live), JSON.stringify(file))).toBe(
    ['  {', '    "eventSource": {', '-     "batchSize": 5', '+     "batchSize": 7', '    },', '    "elements": ['].join('\n'),
  )
})

test('the order of keys is no difference, nor does it hide one', () => {
  const [one, other] = [
    { a: { x: 1, y: 2 }, b: [{ p: 1, q: 2 }] },
    { b: [{ q: 2, p: 3 }], a: { y: 2, x: 1 } },
  ]
  expect(differencesFromFile(JSON.stringify(other), JSON.stringify(one))).toBe(
    ['    "b": [', '      {', '-       "p": 1,', '+       "p": 3,', '        "q": 2', '      }'].join('\n'),
  )
})

test('neither layout nor $schema nor the order of keys is a difference', () => {
  expect(differencesFromFile(JSON.stringify({ b: 1, a: 'ü' }), '\uFEFF{ "$schema": "x", "a": "\\u00fc", "b": 1 }')).toBeUndefined()
})

let parameters: ParameterStore
beforeEach(async () => {
  parameters = await startParameterStore({ [PARAMETER]: JSON.stringify(live) })
})
afterEach(() => parameters.stop())

function run(tool: 'explain' | 'pull' | 'push', directory: string, ...args: string[]) {
  return runCommand([tool, '--connectors', directory, ...args], { env: environment() })
}

function environment() {
  return { AWS_ENDPOINT_URL_SSM: parameters.url, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }
}

// biome-ignore format: a table
test.each<[string, object, string[]]>([
  ['an expression',              { elements: [{ ...orderPlaced, resultExpression: '={}' }] },         []],
  ['the event-source mapping',   { eventSource: { batchSize: 9, filterCriteria: 'off' } },            []],
  ['what the function reads',    { queue: { messageAttributeNames: ['type'] }, function: { requestTimeout: 3 } }, []],
  ['the function’s size',        { function: { memorySize: 1_024, requestTimeout: 3 } },              ['function.memorySize']],
  ['an alarm',                   { alarms: { throttles: false } },                                    ['alarms.throttles']],
  ['what the function refuses',  { camunda: '/team/', idempotency: 'dynamodb', invalidInput: 'deadLetter' }, ['camunda', 'idempotency', 'invalidInput']],
  ['all that is deployed',       { queue: { maxReceiveCount: 3 }, encryption: { kmsKey: 'create' }, vpc: { subnetIds: [] }, tags: { a: 'b' } }, ['queue.maxReceiveCount', 'encryption.kmsKey', 'vpc.subnetIds', 'tags.a']],
])('of a change of %s, this needs a deployment', (_, change, expected) => {
  expect(needsDeployment(JSON.stringify(live), JSON.stringify({ ...live, ...change }))).toEqual(expected)
  expect(needsDeployment(JSON.stringify({ ...live, ...change }), JSON.stringify(live))).toEqual(expected)
})

describe('push', () => {
  const push = (directory: string, ...args: string[]) => run('push', directory, ...args)

  test('shows what would change, and without a yes changes nothing', async () => {
    const directory = connectorFiles({ 'orders.json': { ...file, function: { memorySize: 1_024 } } })
    const result = await push(directory, 'orders')
    expect(result).toMatchObject({ code: 2, out: '', error: expect.stringContaining('-     "batchSize": 7\n+     "batchSize": 5') })
    expect(result.error).toContain('function.memorySize takes effect by npx cdk deploy orders alone')
    expect(parameters.parameters.get(PARAMETER)).toBe(JSON.stringify(live))
  })

  test('writes the file into the parameter, without its $schema, after which there is nothing to change', async () => {
    const directory = connectorFiles({ 'orders.json': file })
    expect(await push(directory, 'orders', '--yes')).toMatchObject({ code: 0 })
    const { $schema: _, ...pushed } = file
    expect(JSON.parse(parameters.parameters.get(PARAMETER) ?? '')).toEqual(pushed)
    expect(await push(directory, 'orders')).toMatchObject({ code: 0, out: expect.stringContaining('says what') })
    expect(JSON.parse((await push(directory, 'orders', '--json')).out)).toMatchObject({
      connector: 'orders',
      pushed: false,
      differences: '',
    })
  })

  test.each(['{"elements":[', 'rubbish', 'null', '[]', ''])('puts the file in the place of %j', async (broken) => {
    parameters.parameters.set(PARAMETER, broken)
    const directory = connectorFiles({ 'orders.json': file })
    expect(await run('pull', directory, 'orders', '--check')).toMatchObject({ code: 1, out: expect.stringContaining(`+ ${broken}`) })
    const result = await push(directory, 'orders', '--yes')
    expect(result).toMatchObject({ code: 0, error: expect.stringContaining(`- ${broken}`) })
    expect(result.error).not.toContain('npx cdk deploy')
    expect(JSON.parse(parameters.parameters.get(PARAMETER) ?? '')).toMatchObject({ eventSource: { batchSize: 5 } })
  })

  test('into a construct with a prefix, where the connection is beside the connector, changes what the file says and no more', async () => {
    const parameterName = '/shop/dev/orders/connector'
    parameters.parameters.set(parameterName, JSON.stringify({ camunda: '/shop/dev/camunda/', ...live }))
    const parts = ['QueueUrl', 'FunctionName', 'LogGroupName', 'RoleArn']
    const outputs = Object.fromEntries([...parts.map((part) => [part, part]), ['ParameterName', parameterName]])
    const cloudFormation = await startHttpService((_request, _body, response) => void response.end(stackXml(outputs)))
    onTestFinished(() => cloudFormation.stop())
    const env = { ...environment(), AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url }
    const pushed = (connector: object) =>
      runCommand(['push', 'orders', '--connectors', connectorFiles({ 'orders.json': connector }), '--stack', 'Shop', '--yes'], { env })
    expect(await pushed(live)).toMatchObject({ code: 0, out: expect.stringContaining('says what') })
    expect((await pushed(file)).error).not.toMatch(/^[-+].*camunda/m)
    const { $schema: _, ...inForce } = file
    expect(JSON.parse(parameters.parameters.get(parameterName) ?? '')).toEqual({ camunda: '/shop/dev/camunda/', ...inForce })
    const compared = ['pull', 'orders', '--check', '--connectors', connectorFiles({ 'orders.json': file }), '--stack', 'Shop']
    expect(await runCommand(compared, { env })).toMatchObject({ code: 0, out: expect.stringContaining('says what') })
    expect((await pushed({ ...live, camunda: '/team/camunda/' })).error).toContain('camunda takes effect by npx cdk deploy orders alone')
  })

  test('tells what the function may refuse until there is a deployment', async () => {
    const result = await push(connectorFiles({ 'orders.json': { ...live, invalidInput: 'deadLetter' } }), 'orders', '--yes')
    expect(result.error).toContain('Until then the function may refuse all of it, for invalidInput')
  })

  test.each([
    ['a faulty file', { 'orders.json': { elements: [] } }, 'orders', /elements: found \[\]; expected at least one element/],
    ['a connector that is not deployed', { 'payments.json': file }, 'payments', /does not exist: npx cdk deploy payments comes first/],
  ])('%s is told, and changes nothing', async (_, files, name, message) => {
    const result = await push(connectorFiles(files as never), name, '--yes')
    expect(result).toMatchObject({ code: 1, out: '', error: expect.stringMatching(message) })
    expect([...parameters.parameters]).toEqual([[PARAMETER, JSON.stringify(live)]])
  })
})

describe('pull', () => {
  const pull = (directory: string, ...args: string[]) => run('pull', directory, ...args)

  test('writes what the parameter says into the file, after which --check finds no difference', async () => {
    const directory = connectorFiles({ 'orders.json': file })
    expect(await pull(directory, 'orders', '--check')).toMatchObject({ code: 1, out: expect.stringContaining('+     "batchSize": 7') })
    expect(JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8'))).toEqual(file)
    expect(await pull(directory, 'orders')).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8'))).toEqual({ ...file, eventSource: { batchSize: 7 } })
    expect(await pull(directory, 'orders', '--check')).toMatchObject({ code: 0 })
  })

  test('leaves the file alone where the parameter is faulty, and names the faults', async () => {
    parameters.parameters.set(PARAMETER, '{"elements": []}')
    const directory = connectorFiles({ 'orders.json': file })
    expect(await pull(directory, 'orders')).toMatchObject({ code: 1, error: expect.stringContaining('elements: found []') })
    expect(JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8'))).toEqual(file)
  })

  test('writes values of elements which diagrams have into those, and leaves every other byte of them alone', async () => {
    const properties = { 'camunda-sqs-bridge': '1', 'camunda-sqs-bridge.connector': 'orders', activationCondition: '=body.a' }
    const inDiagram = { elementId: 'Start', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' } }
    const drawn = { ...file, diagrams: ['order.bpmn'] }
    const diagram = diagramText([{ properties }]).replaceAll('\n', '\r\n')
    const directory = connectorFiles({ 'orders.json': drawn, 'order.bpmn': diagram })
    const active = (element: object, own: object = orderPlaced) =>
      parameters.parameters.set(
        PARAMETER,
        JSON.stringify({ ...live, elements: [own, { ...inDiagram, consumeUnmatchedEvents: false, ...element }] }),
      )
    const content = () => JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8'))
    const bpmn = () => readFileSync(join(directory, 'order.bpmn'), 'utf8')

    active({ activationCondition: '=body.a' })
    expect(await pull(directory, 'orders')).toMatchObject({ code: 0 })
    expect(content()).toEqual({ ...drawn, eventSource: { batchSize: 7 } })
    expect(bpmn()).toBe(diagram)

    const changed = { ...orderPlaced, resultVariable: 'order' }
    active({ activationCondition: '=body.b < "1"\n and true' }, changed)
    expect(await pull(directory, 'orders')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/order\.bpmn and .*orders\.json now say what/),
    })
    expect(bpmn()).toBe(diagram.replace('"=body.a"', '"=body.b &#60; &#34;1&#34;&#10; and true"'))
    expect(content()).toEqual({ ...drawn, eventSource: { batchSize: 7 }, elements: [changed] })
    expect(await pull(directory, 'orders', '--check')).toMatchObject({ code: 0 })

    const before = bpmn()
    active({ correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order', version: 2 }, activationCondition: '' }, changed)
    expect(await pull(directory, 'orders')).toMatchObject({
      code: 2,
      error: expect.stringMatching(
        /nothing was written:\n.*order\.bpmn:\d+ order\/Start version: found 2 in the parameter.*\n.*order\/Start activationCondition: found "" in the parameter/s,
      ),
    })
    expect(bpmn()).toBe(before)
  })

  test('--check finds nothing against a connector that is not deployed', async () => {
    expect(await pull(connectorFiles({ 'new.json': file }), 'new', '--check')).toMatchObject({ code: 0 })
  })

  test('tells how it is used', async () => {
    expect(await pull(connectorFiles({}))).toMatchObject({
      code: 2,
      error: expect.stringContaining('Usage: camunda-sqs-bridge pull [options] <connector>'),
    })
  })
})

describe('what one tool tells of a connector’s file, all tell', () => {
  const TOOLS: readonly (readonly [tool: 'explain' | 'pull' | 'push', ...args: string[]])[] = [['explain'], ['pull', '--check'], ['push']]

  /** By tools for which the parameter says what the file says. */
  async function told(content: object | string, name = 'orders', fileName = `${name}.json`) {
    const directory = connectorFiles({ [fileName]: content })
    parameters.parameters.set(`/camunda-sqs-bridge/${name}/connector`, typeof content === 'string' ? content : JSON.stringify(content))
    return Promise.all(TOOLS.map(([tool, ...args]) => run(tool, directory, name, ...args)))
  }

  // biome-ignore format: a table
  test.each<[string, object | string, number, RegExp]>([
    ['all is well', { ...file, alarms: { topicArn: 'arn:aws:sns:eu-central-1:111122223333:alarms' } }, 0, /^(?!.*warning)/s],
    ['a name which nothing defines', { ...live, elements: [{ ...orderPlaced, resultExpression: '={ orderId: boddy.id }' }] }, 0, /warning: elements\[0\]\.resultExpression: .*“boddy”/],
    ['an id which Camunda forgets before SQS does', { elements: [paymentReceived] }, 0, /warning: elements\[0\]\.messageTtl: SQS may deliver a message again/],
    ['an existing queue whose timeout nobody knows', { queue: { arn: ORDERS_ARN }, elements: [orderPlaced] }, 0, /not checked: the visibility timeout[\s\S]*not watched: the dead-letter queue/],
    ['a fault', { elements: [] }, 1, /elements: found \[\]; expected at least one element/],
    ['no JSON', '{', 1, /no JSON/],
    ['more than a parameter holds', { elements: [{ ...orderPlaced, resultExpression: `={ a: "${'x'.repeat(9_000)}" }` }] }, 1, /characters of compact JSON/],
  ])('%s', async (_name, content, code, words) => {
    const results = await told(content)
    expect(results.map((result) => result.code)).toEqual([code, code, code])
    for (const { out, error } of results) expect(out + error).toMatch(words)
  })

  test('a file that is not there is a mistake of the call, and so is a name that is none', async () => {
    for (const [content, name, file] of [
      [live, 'orders', 'other.json'],
      [live, 'Orders', 'Orders.json'],
    ] as const) {
      const results = await told(content, name, file)
      expect(results.map(({ code }) => code)).toEqual([2, 2, 2])
    }
  })

  test('push tells it before it asks, and programs with the result', async () => {
    const directory = connectorFiles({ 'orders.json': { elements: [{ ...orderPlaced, resultExpression: '= boddy' }] } })
    const asked = await run('push', directory, 'orders')
    expect(asked).toMatchObject({ code: 2, error: expect.stringMatching(/warning: [\s\S]*“boddy”[\s\S]*say --yes/) })
    const { out } = await run('push', directory, 'orders', '--yes', '--json')
    expect(JSON.parse(out)).toMatchObject({ pushed: true, warnings: [expect.stringContaining('“boddy”')] })
  })
})

test('a name that is none goes into no parameter’s name; nor does a file’s', async () => {
  parameters.parameters.set('/camunda-sqs-bridge/../orders/connector', JSON.stringify(live))
  expect(await run('pull', connectorFiles({}), '../orders')).toMatchObject({
    code: 2,
    error: expect.stringContaining('is no connector’s name'),
  })
  expect((await run('push', connectorFiles({ 'orders.json': file }), 'connectors/orders.json')).error).toContain('the name is orders.')
})
