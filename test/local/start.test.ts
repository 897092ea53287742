import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, type TestContext, test, vi } from 'vitest'
import { connectorFiles } from '../lib/connector-files.ts'
import { ownTemporaryFiles, startCommand } from '../support/command.ts'

vi.setConfig({ testTimeout: 240_000, maxConcurrency: 4 })

/** For a machine that is busy. */
const WAIT = { timeout: 120_000 }

/** What runs until the test is over, and is found by its own commands alone. */
function machineOf({ onTestFinished }: TestContext) {
  const { env, remove } = ownTemporaryFiles()
  onTestFinished(remove)
  const run = (...args: string[]) => {
    const { child, stdout, stderr, ended } = startCommand(args, { env: { ...process.env, ...env } })
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await ended
    })
    const out = { text: '' }
    for (const stream of [stdout, stderr]) stream.on('data', (chunk) => (out.text += String(chunk)))
    return { child, out, ended: ended.then(({ code }) => code) }
  }
  return { run, start: (...options: string[]) => run('start', ...options) }
}

/** Mostly they wait until a message is visible again. */
describe.concurrent('start', () => {
  test('with --exit every sample ends as it should, the stand-ins say what they are, and the status is 0', async (context) => {
    const { start } = machineOf(context)
    const { out, ended } = start('--exit')
    expect(await ended, out.text).toBe(0)
    expect(out.text).toMatch(/^Camunda: .* Stand-in for Camunda 8\.9, not Camunda itself: .* It does not do /m)
    expect(out.text).toContain('7 of 7 sample messages ended as they should.')
    for (const outcome of ['ProcessInstanceCreated', 'filtered out', 'ActivationConditionNotMet', 'MessagePublished', 'InvalidInput'])
      expect(out.text).toContain(outcome)
  })

  test('without it the run goes on, takes what is sent to it, and ends cleanly with Ctrl-C', async (context) => {
    const { run, start } = machineOf(context)
    const { child, out, ended } = start()
    await vi.waitFor(() => expect(out.text).toContain('Ctrl-C'), WAIT)
    const sent = run('send', 'orders', '{"id":"A-7","amount":12}', '--type', 'OrderPlaced')
    expect(await sent.ended, sent.out.text).toBe(0)
    const [, messageId = ''] = /orders: (\S+)/.exec(sent.out.text) ?? []
    await vi.waitFor(() => expect(out.text).toMatch(new RegExp(`${messageId.slice(0, 8)} .*ProcessInstanceCreated .*deleted`)), WAIT)
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  test('the tools find it by --local: outcomes, dead letters, all parts, and what becomes of a message under a fault', async (context) => {
    const { run, start } = machineOf(context)
    const { out } = start()
    await vi.waitFor(() => expect(out.text).toMatch(/PaymentReceived .* dead letter/), WAIT)
    await vi.waitFor(() => expect(out.text).toContain('7 of 7 sample messages ended as they should.'), WAIT)
    const tool = async (...options: string[]) => {
      const { ended, out } = run(...options, '--local', '--json')
      const code = await ended
      return { code, ...JSON.parse(out.text.slice(out.text.indexOf('{'))) }
    }
    const { checks, ...doctor } = await tool('doctor', 'orders')
    expect(doctor).toMatchObject({ code: 0, errors: 0 })
    const ok = checks.filter(({ status }: { status: string }) => status === 'ok').map(({ check }: { check: string }) => check)
    expect(ok).toEqual(
      expect.arrayContaining(['function', 'eventSourceMapping', 'eventSourceMapping.filter', 'camunda', 'processDefinitions']),
    )

    const { groups } = await tool('peek', 'payments')
    expect(groups).toMatchObject([{ count: 1, elementId: 'PaymentReceived', told: 'log' }])
    const [{ messageId }] = groups[0].messages
    expect(await tool('explain', 'payments', '--message-id', messageId)).toMatchObject({
      outcome: { kind: 'InvalidInput' },
    })
    expect(await tool('redrive', 'payments', '--yes')).toMatchObject({ code: 0, moved: 1 })

    expect(await run('fault', 'forbidden').ended).toBe(0)
    expect(await run('send', 'orders', '{"id":"A-8","amount":1}', '--type', 'OrderPlaced').ended).toBe(0)
    const tail = run('tail', 'orders', '--local', '--json', '--outcome', 'CamundaRejected')
    await vi.waitFor(() => expect(tail.out.text).toContain('\n'), WAIT)
    expect(JSON.parse(tail.out.text.split('\n')[0] ?? '')).toMatchObject({
      outcome: 'CamundaRejected',
      reason: expect.stringContaining('HTTP 403 FORBIDDEN'),
      afterwards: 'back in the queue',
    })
  })

  test('connectors and diagrams of one’s own: deployed, worked on, what nothing defines is named, and so is a push', async (context) => {
    const { run, start } = machineOf(context)
    const own = 'test/examples/own'
    const { out } = start('--connectors', `${own}/connectors`, '--bpmn', `${own}/bpmn`)
    await vi.waitFor(() => expect(out.text).toContain('Ctrl-C'), WAIT)
    expect(out.text).toContain(`Deployed:   shipment (${own}/bpmn/shipment.bpmn)`)
    expect(out.text).toContain(
      `ShipmentLost: there is no process “shipmnt-lost” in ${own}/bpmn/*.bpmn: Camunda will refuse to start it. Is “shipment-lost” meant?`,
    )
    expect(out.text).toContain('ShipmentArrived: there is no message “shipment-arived”')
    expect(out.text).not.toContain('ShipmentBooked: there is no')

    const text = readFileSync(`${own}/connectors/shipments.json`, 'utf8')
    const mended = connectorFiles({ 'shipments.json': text.replace('shipmnt-lost', 'shipment-lost').replace('arived', 'arrived') }, context)
    const before = out.text.length
    expect(await run('push', 'shipments', '--local', '--yes', '--connectors', mended).ended).toBe(0)
    await vi.waitFor(() => expect(out.text.slice(before)).toMatch(/shipments: .*\/connector is changed, version 2/), WAIT)
    for (const kind of ['booked', 'arrived', 'lost']) expect(await run('send', 'shipments', `{"kind":"${kind}","id":"S-1"}`).ended).toBe(0)
    await vi.waitFor(() => {
      expect(out.text).toMatch(/Camunda came to shipment-file in \d+ with .*"shipmentId":"S-1"/)
      expect(out.text).toMatch(/Camunda came to shipment-search/)
    }, WAIT)
    expect(out.text.slice(before)).not.toContain('there is no')
  })

  test('from a diagram with Camunda’s template, two elements on one queue, to outcomes, without a line of JSON', async (context) => {
    const { run, start } = machineOf(context)
    const directory = connectorFiles({ 'order.bpmn': readFileSync('test/examples/official/order.bpmn', 'utf8') }, context)
    const connectors = `${directory}/connectors`
    const imported = run('import', `${directory}/order.bpmn`, '--connectors', connectors)
    expect(await imported.ended, imported.out.text).toBe(0)
    const { out } = start('--connectors', connectors)
    await vi.waitFor(() => expect(out.text).toContain('Ctrl-C'), WAIT)
    expect(out.text).toMatch(/Deployed: {3}my-order \(.*order\.bridge\.bpmn\)/)
    for (const [kind, row] of [
      ['placed', /Placed .*ProcessInstanceCreated .*deleted/],
      ['paid', /Paid .*MessagePublished .*deleted/],
    ] as const) {
      expect(await run('send', 'my-orders', `{"kind":"${kind}","id":"A-1"}`).ended).toBe(0)
      await vi.waitFor(() => expect(out.text).toMatch(row), WAIT)
    }
    const doctor = run('doctor', 'my-orders', '--local')
    expect(await doctor.ended, doctor.out.text).toBe(0)
    expect(doctor.out.text).toMatch(
      /ok .*messageNames .*my-paid \(Paid\)[\s\S]*ok .*diagrams .*my-order v1: Placed, Paid as in the connector/,
    )
  })

  test('a sample that ends otherwise is told, and the status is 1', async (context) => {
    const { start } = machineOf(context)
    const { out, ended } = start('--exit', '--connectors', 'test/examples/another-process')
    expect(await ended).toBe(1)
    expect(out.text).toMatch(/orders: OrderPlaced: there is no process “.*” in examples\/\*\.bpmn/)
    expect(out.text).toMatch(/an order: CamundaRejected, .*; it should end as ProcessInstanceCreated, deleted/)
  })

  test('a port that is taken is one clear line', async (context) => {
    const { start } = machineOf(context)
    const server = createServer()
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as { port: number }
    const { out, ended } = start('--sqs-port', String(port))
    expect(await ended).toBe(1)
    expect(out.text.trimEnd().split('\n').at(-1)).toMatch(`port ${port}`)
    server.close()
  })

  // biome-ignore format: a table
  test.for<[name: string, options: string[], message: RegExp, status: number]>([
    ['an unknown option',   ['--nonsense'],                 /nonsense/, 2],
    ['an address that is none', ['--camunda', 'cluster'],   /cluster.*It is no address of a cluster/, 2],
    ['a cluster without its address', ['--camunda'],        /--camunda <url>' argument missing.*\nUsage/, 2],
    ['a deployment to nobody', ['--deploy'],                /--deploy is for a cluster/, 2],
    ['a deployment that nobody agrees to', ['--camunda', 'http://127.0.0.1:9', '--deploy'], /will be deployed to http:\/\/127\.0\.0\.1:9.*\nThere is nobody to ask/, 2],
    ['an unknown release',  ['--camunda-version', '7'],     /--camunda-version <v>.*7.*Allowed choices are 8\.6, 8\.8, 8\.9/, 2],
    ['an unknown queue server', ['--sqs', 'rabbit'],        /Allowed choices are fauxqs, elasticmq/, 2],
    ['no diagrams',         ['--bpmn', 'connectors'],       /No diagram: connectors has no \*\.bpmn/, 2],
    ['no such folder of diagrams', ['--bpmn', 'nowhere'],   /The diagrams cannot be read: .*nowhere/, 2],
    ['no connectors',       ['--connectors', 'examples'],   /No connector/, 1],
    ['a faulty connector',  ['--connectors', 'test/examples/faulty'], /elements\[0\]\.activationCondtion: found an unknown property/, 1],
  ])('%s is told without a stack trace', async ([_name, options, message, status], context) => {
    const { start } = machineOf(context)
    const { out, ended } = start(...options)
    expect(await ended).toBe(status)
    expect(out.text).toMatch(message)
    expect(out.text).not.toMatch(/^\s+at /m)
  })

  test('sending to nothing is told', async (context) => {
    const { run } = machineOf(context)
    const { out, ended } = run('send', 'orders')
    expect(await ended).toBe(2)
    expect(out.text).toMatch(/missing required argument 'body'\nUsage: camunda-sqs-bridge send/)
  })

  test('a connector with bodies in S3, and its connection in a secret elsewhere, runs here and takes what is sent by way of the bucket', async (context) => {
    const { run, start } = machineOf(context)
    const directory = connectorFiles(
      {
        'orders.json': {
          queue: { largePayloads: { bucket: 'bodies' } },
          camunda: { secretArn: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:camunda-AbC123' },
          elements: [
            {
              elementId: 'Large',
              correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'example-order' },
              activationCondition: '=string length(body.text) = 20',
            },
          ],
        },
      },
      context,
    )
    const { out } = start('--connectors', directory)
    await vi.waitFor(() => expect(out.text).toContain('Ctrl-C'), WAIT)
    const body = JSON.stringify({ text: 'x'.repeat(20) })
    const sent = run('send', 'orders', body, '--large')
    expect(await sent.ended, sent.out.text).toBe(0)
    const [, messageId = ''] = /orders: (\S+)/.exec(sent.out.text) ?? []
    await vi.waitFor(() => expect(out.text).toMatch(new RegExp(`${messageId.slice(0, 8)} .*ProcessInstanceCreated .*deleted`)), WAIT)
  })
})
