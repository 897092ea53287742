import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DeleteMessageCommand, DeleteQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { parseConnector } from '../../lambda/core/connector.ts'
import { bundleFunction } from '../../lib/bundle.ts'
import { bpmnProcess, deploy } from '../../local/bpmn.ts'
import { type HttpService, startHttpService } from '../../local/http-service.ts'
import { startFunction } from '../../local/lambda-runtime.ts'
import { createQueues, localSqsClient } from '../../local/queues.ts'
import type { Finding } from '../../tools/doctor/finding.ts'
import { toSqsRecord } from '../../tools/sqs-record.ts'
import { orderPlaced, orderPlacedOnly, paymentReceived } from '../lib/connector-files.ts'
import { instancesAt, startCamunda } from '../support/camunda.ts'
import type { CommandResult } from '../support/command.ts'
import { type ConnectorOnMoto, deployOnMoto, REGION } from '../support/connector-on-moto.ts'
import { describeWithMoto, MOTO_ACCOUNT, useMoto } from '../support/moto.ts'

/** The tools as an operator runs them, on what `cdk deploy` creates. */

const SECRET = 'a-secret-which-no-tool-may-tell'
const DAY = 86_400

const ORDERS = { elements: [orderPlacedOnly], eventSource: { batchSize: 50, maximumBatchingWindow: 20, maximumConcurrency: 3 } }
const CAREFUL = { elements: [orderPlaced, { ...paymentReceived, messageTtl: 'PT2H' }], invalidInput: 'deadLetter', idempotency: 'dynamodb' }
/** Lambda does not poll: as moto has no Lambda that could, what is in the queue stays there. */
const NOT_POLLED = { elements: [orderPlaced, paymentReceived], eventSource: { enabled: false } }

describeWithMoto('the tools on a deployed connector', () => {
  const moto = useMoto()
  let camunda: HttpService
  let iam: HttpService

  beforeAll(async () => {
    camunda = await startCamunda()
    const waitsFor = { messageName: 'payment-received', correlationKey: '=orderId' }
    await deploy(camunda.url, bpmnProcess({ id: 'order', jobType: 'j', waitsFor }))
    // moto cannot simulate policies, and answers by a page that no client understands. So the operator is one who may not.
    iam = await startHttpService((_request, _body, response) => {
      response.writeHead(403, { 'content-type': 'text/xml' }).end(ACCESS_DENIED)
    })
  })
  afterAll(() => Promise.all([camunda?.stop(), iam?.stop()]))

  async function deployed(connector: object): Promise<ConnectorOnMoto> {
    const there = await deployOnMoto(moto(), connector, { AWS_ENDPOINT_URL_IAM: iam.url })
    await there.connectTo(camunda.url, SECRET)
    return there
  }

  describe('doctor', () => {
    /** What is told of a deployment in which all is well, for want of somebody who could answer. */
    const NOT_TO_BE_ASKED = {
      // Nobody may simulate policies here.
      role: /you may not simulate policies/,
      'role.updater': /you may not simulate policies/,
      // moto creates no alarms from templates.
      alarms: /^the stack has none/,
    }

    function examination({ code, out, error }: CommandResult) {
      expect(error).toBe('')
      expect(out).not.toContain(SECRET)
      const { checks, ...told } = JSON.parse(out) as { checks: Finding[]; errors: number; warnings: number }
      const amiss = checks.filter(({ check, status, message }) => {
        const expected = NOT_TO_BE_ASKED[check as keyof typeof NOT_TO_BE_ASKED]
        return status !== 'ok' && !(status === 'warn' && expected?.test(message))
      })
      return { code, checks, told, amiss, errors: amiss.filter(({ status }) => status === 'error') }
    }

    test.each([
      ['that creates its queues', ORDERS],
      ['with dead letters at once and a table', CAREFUL],
      ['with a FIFO queue', { elements: [orderPlaced], queue: { name: 'payments.fifo' } }],
    ])('finds no error in a deployment %s', async (_name, connector) => {
      const { code, checks, told, amiss } = examination(await (await deployed(connector)).run('doctor', '--json'))
      expect(amiss).toEqual([])
      expect({ code, errors: told.errors }).toEqual({ code: 0, errors: 0 })
      expect(checks.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
        expect.arrayContaining(['stack', 'queue', 'function', 'deadLetterQueue', 'eventSourceMapping.filter', 'connection', 'camunda']),
      )
    })

    test('finds no error in a deployment of a queue that was there before, and tells it to people', async () => {
      const connector = { elements: [orderPlaced], queue: { arn: `arn:aws:sqs:${REGION}:${MOTO_ACCOUNT}:before` } }
      await createQueues(localSqsClient(moto().endpoint), 'before', parseConnector(JSON.stringify(connector)), {
        visibilityTimeout: 180,
        maxReceiveCount: 5,
      })
      const { code, out, error } = await (await deployed(connector)).run('doctor')
      expect({ code, error }).toEqual({ code: 0, error: '' })
      expect(out).toMatch(/^ok {4}stack/)
      expect(out).toMatch(/\n0 errors, \d+ warnings, \d+ checks ok\n$/)
      expect(out).not.toContain(SECRET)
    })

    type Row = [name: string, change: (there: ConnectorOnMoto) => Promise<unknown>, ...errors: [check: string, message: RegExp][]]

    // biome-ignore format: a table
    test.each<Row>([
      ['no connector', (c) => c.remove(c.parameterName),
        ['connector', /does not exist/]],
      ['an invalid connector', (c) => c.put(c.parameterName, '{"elements":[]}'),
        ['connector', /elements: found \[\]/]],
      ['a secret that is no SecureString, and Camunda out of reach', async (c) => { await openSecret(c); await c.put(`${c.connectionPath}CAMUNDA_REST_ADDRESS`, await nobody()) },
        ['connection.secrets', /PASSWORD is a String/],
        ['camunda', /127\.0\.0\.1:\d+: .*ECONNREFUSED/]],
      ['no dead-letter queue', (c) => c.sqs.send(new DeleteQueueCommand({ QueueUrl: c.deadLetterQueueUrl })),
        ['deadLetterQueue', /does not exist/]],
      ['a short visibility timeout, and a dead-letter queue that forgets before the queue', async (c) => { await setQueue(c, c.queueUrl, { VisibilityTimeout: '60' }); await setQueue(c, c.deadLetterQueueUrl, { MessageRetentionPeriod: String(4 * DAY) }) },
        ['queue.visibilityTimeout', /^60 s, less than .*200 s/],
        ['deadLetterQueue.retention', /^4 d, and the queue has 14 d/]],
      ['a mapping that is disabled', (c) => c.changeMapping({ Enabled: false }),
        ['eventSourceMapping', /^Disabled, and the connector says enabled/]],
      ['a mapping with another batch size and another filter', (c) => c.changeMapping({ BatchSize: 7, FilterCriteria: { Filters: [{ Pattern: ELSE }] } }),
        ['eventSourceMapping.settings', /batchSize is 7, the connector says 50/],
        ['eventSourceMapping.filter', /does not let through all/]],
      ['a filter parameter that says otherwise', (c) => c.put(c.filterParameterName, `[${ELSE}]`),
        ['filterParameter', /does not let through all/]],
    ])('an hour after the last edit, reports %s, and no other error', async (_name, change, ...expected) => {
      const there = await deployed(ORDERS)
      await change(there)
      const { code, errors } = examination(await there.runLater(60, 'doctor', '--json'))
      expect({ code, errors }).toEqual({ code: 1, errors: expected.map(([check, message]) => expect.objectContaining({ check, message: expect.stringMatching(message), fix: expect.any(String) })) })
    })

    test.each([
      ['that is not there', (c: ConnectorOnMoto) => c.remove(`${c.connectionPath}CAMUNDA_REST_ADDRESS`), 'is missing'],
      [
        'that is none',
        (c: ConnectorOnMoto) => c.put(`${c.connectionPath}CAMUNDA_REST_ADDRESS`, 'camunda'),
        'is no URL that begins with https:// or http://',
      ],
    ])('reports an address of Camunda %s', async (_name, change, told) => {
      const there = await deployed(ORDERS)
      await change(there)
      const { code, errors } = examination(await there.run('doctor', '--json'))
      expect(code).toBe(1)
      const message = `${there.connectionPath}CAMUNDA_REST_ADDRESS ${told}`
      expect(errors).toEqual([expect.objectContaining({ check: 'connection', message, fix: expect.any(String) })])
    })

    test('just after an edit, what the updater is still at is no error', async () => {
      const there = await deployed(ORDERS)
      await there.changeMapping({ BatchSize: 7 })
      const { code, amiss } = examination(await there.run('doctor', '--json'))
      expect({ code, amiss }).toEqual({
        code: 0,
        amiss: [expect.objectContaining({ check: 'eventSourceMapping.settings', status: 'warn' })],
      })
    })

    const setQueue = ({ sqs }: ConnectorOnMoto, QueueUrl: string, Attributes: Record<string, string>) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))

    async function openSecret({ connectionPath, put, remove }: ConnectorOnMoto) {
      await remove(`${connectionPath}CAMUNDA_BASIC_AUTH_PASSWORD`)
      await put(`${connectionPath}CAMUNDA_BASIC_AUTH_PASSWORD`, SECRET)
    }

    /** An address at which somebody was, and is not any more. */
    async function nobody(): Promise<string> {
      const service = await startHttpService(() => {})
      await service.stop()
      return service.url
    }
  })

  test('peek groups dead letters by reason and element, explain tells the way of one, and both give them back', async () => {
    const there = await deployed(NOT_POLLED)
    const order = await there.send(there.deadLetterQueueUrl, '{"id":"A"}', 'OrderPlaced')
    await there.send(there.deadLetterQueueUrl, '{"id":"B"}', 'Payment')
    const payment = await there.send(there.deadLetterQueueUrl, '{"amount":5}', 'Payment')
    const { code, out, error } = await there.run('peek', '--bodies', '--json')
    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(JSON.parse(out)).toMatchObject({
      connector: there.name,
      deadLetterQueueUrl: there.deadLetterQueueUrl,
      seen: 3,
      approximately: { visible: 3, inFlight: 0 },
      groups: [
        { reason: expect.stringMatching(/^InvalidInput: no correlation key/), elementId: 'PaymentReceived', told: 'now', count: 2 },
        { reason: 'would be sent: OrderPlaced', elementId: 'OrderPlaced', messages: [{ messageId: order, body: '{"id":"A"}' }] },
      ],
    })
    expect((await there.run('peek')).out).toMatch(/^3 seen of about 3 in .*\n {5}2 {2}now: InvalidInput: no correlation key/)

    const explained = await there.run('explain', '--message-id', payment, '--json')
    expect(explained).toMatchObject({ code: 0, error: expect.stringMatching(/^warning: elements\[1\]\.messageTtl: .*\n.*\n$/) })
    expect(JSON.parse(explained.out)).toMatchObject({
      messageId: payment,
      elements: [
        { elementId: 'OrderPlaced', activates: false },
        { elementId: 'PaymentReceived', activates: true },
      ],
      outcome: { kind: 'InvalidInput', reason: expect.stringMatching(/^no correlation key from =body\.orderId/) },
    })
    expect((await there.run('explain', '--message-id', payment)).out).toMatch(/^message {6}.*\n(.*\n)*outcome {6}InvalidInput/)
    expect(await there.receiveAll(there.deadLetterQueueUrl)).toHaveLength(3)
  })

  test('each says so when the stack is gone', async () => {
    const there = await deployed(ORDERS)
    await there.destroy()
    const results = await Promise.all(['doctor', 'peek', 'redrive', 'tail'].map((tool) => there.run(tool)))
    const told = expect.stringContaining(`There is no stack camunda-sqs-bridge-${there.name} in this account and region`)
    expect(results.map(({ code, out, error }) => ({ code, told: out + error }))).toEqual(Array(4).fill({ code: 1, told }))
  })

  describe('redrive', () => {
    test('without --yes moves nothing; with it, those of a reason, and then all', async () => {
      const there = await deployed(NOT_POLLED)
      for (let index = 0; index < 12; index++)
        await there.send(there.deadLetterQueueUrl, `{"n":${index}}`, index < 3 ? 'OrderPlaced' : 'Payment')
      expect(await there.run('redrive', '--json')).toMatchObject({ code: 2, out: '', error: expect.stringContaining('say --yes') })
      expect(await there.receiveAll(there.queueUrl)).toEqual([])

      const some = await there.run('redrive', '--reason', 'would be sent', '--yes', '--json')
      expect({ code: some.code, ...JSON.parse(some.out) }).toMatchObject({
        code: 0,
        moved: 3,
        notChosen: 9,
        failed: [],
        inBoth: [],
        left: 9,
      })
      const orders = await there.receiveAll(there.queueUrl)
      expect(orders.map(({ Body }) => Body).toSorted()).toEqual(['{"n":0}', '{"n":1}', '{"n":2}'])
      expect(new Set(orders.map(({ MessageAttributes }) => MessageAttributes?.type?.StringValue))).toEqual(new Set(['OrderPlaced']))

      const all = await there.run('redrive', '--yes')
      expect(all).toMatchObject({ code: 0, out: expect.stringMatching(/^9 moved; about 0 left in /) })
      expect(await there.receiveAll(there.queueUrl)).toHaveLength(9)
      expect(await there.receiveAll(there.deadLetterQueueUrl)).toEqual([])
    })

    test('interrupted and repeated, moves each once', async () => {
      const there = await deployed(NOT_POLLED)
      for (let index = 0; index < 12; index++) await there.send(there.deadLetterQueueUrl, String(index))
      const { child, ended } = there.start('redrive', '--yes', '--json', '--rate', '4')
      const moved: string[] = []
      const receive = async () => moved.push(...(await there.receiveAll(there.queueUrl)).map(({ Body = '' }) => Body))
      await vi.waitFor(async () => expect(await receive()).toBeGreaterThan(0), { timeout: 20_000, interval: 50 })
      child.kill('SIGINT')
      const { code, out } = await ended
      const first = JSON.parse(out)
      expect({ code, stopped: first.stopped, left: first.left }).toEqual({
        code: 1,
        stopped: 'interrupted by SIGINT',
        left: 12 - first.moved,
      })
      const { code: status, out: rest } = await there.run('redrive', '--yes', '--json')
      expect({ status, moved: first.moved + JSON.parse(rest).moved }).toEqual({ status: 0, moved: 12 })
      await receive()
      expect(moved.toSorted((one, other) => Number(one) - Number(other))).toEqual(Array.from({ length: 12 }, (_, index) => String(index)))
    })
  })

  describe('what the function did', () => {
    let directory: string
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'tools-on-aws-'))
      bundleFunction(directory)
    })
    afterAll(() => rm(directory, { recursive: true }))

    /** Lambda's part, once: the function's bundle, with the environment of the deployed one, on all that is in the queue. @returns what it logged */
    async function pollOnce(there: ConnectorOnMoto): Promise<string[]> {
      const lines: string[] = []
      const bridge = startFunction({
        functionName: there.name,
        taskRoot: directory,
        handler: 'index.handler',
        environment: await there.functionEnvironment(),
        timeout: 30,
        memorySize: 512,
        region: REGION,
        onLog: ({ text }) => lines.push(text),
      })
      onTestFinished(() => bridge.stop())
      const messages = await there.receiveAll(there.queueUrl)
      const queueArn = `arn:aws:sqs:${REGION}:${there.queueUrl.split('/').slice(-2).join(':')}`
      const result = await bridge.invoke({ Records: messages.map((message) => toSqsRecord(message, { queueArn, region: REGION })) })
      if (result.kind !== 'response') throw new Error(JSON.stringify(result))
      const { batchItemFailures } = JSON.parse(result.payload) as SQSBatchResponse
      const returned = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      for (const { MessageId = '', ReceiptHandle } of messages)
        if (!returned.has(MessageId)) await there.sqs.send(new DeleteMessageCommand({ QueueUrl: there.queueUrl, ReceiptHandle }))
      return lines
    }

    /** What tail prints until there is all of this; then Ctrl-C. */
    async function tail(there: ConnectorOnMoto, args: readonly string[], wanted: readonly string[], onLine = (_line: string) => {}) {
      const { child, stdout, ended } = there.start('tail', ...args)
      const missing = new Set(wanted)
      createInterface(stdout).on('line', (line) => {
        onLine(line)
        for (const text of missing) if (line.includes(text)) missing.delete(text)
        if (missing.size === 0) child.kill('SIGINT')
      })
      const { code, out, error } = await ended
      expect({ code, error }).toEqual({ code: 0, error: '' })
      return out
    }

    test('is told by tail, and by peek of what it made a dead letter, which redrive sends as it was', async () => {
      const there = await deployed({ ...CAREFUL, eventSource: { enabled: false } })
      const order = await there.send(there.queueUrl, '{"id":"A-1"}', 'OrderPlaced')
      const payment = await there.send(there.queueUrl, '{"amount":5}', 'Payment')
      const lines = await pollOnce(there)
      const isOf = (messageId: string) => (line: string) => line.includes(messageId)
      await there.log(['{"message":"message done","messageId":"m-0","outcome":"MessagePublished"}'], Date.now() - 3_600_000)
      await there.log(lines.filter((line) => !isOf(payment)(line)))

      // The second comes while it looks on.
      const json = await tail(there, ['--json'], [order, payment], (line) => {
        if (isOf(order)(line)) void there.log(lines.filter(isOf(payment)))
      })
      const outcomes = json
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(outcomes).toEqual([
        expect.objectContaining({
          messageId: order,
          elementId: 'OrderPlaced',
          outcome: 'ProcessInstanceCreated',
          processInstanceKey: (await instancesAt(camunda.url)).at(-1),
          afterwards: 'deleted',
        }),
        expect.objectContaining({
          messageId: payment,
          elementId: 'PaymentReceived',
          outcome: 'InvalidInput',
          reason: expect.stringMatching(/^no correlation key/),
          afterwards: 'dead letter',
        }),
      ])
      // moto reads no patterns for JSON and lets everything through: what CloudWatch is asked for is in test/tools/outcomes/tail.test.ts.
      const [people] = await Promise.all([
        tail(there, ['--since', '2h'], ['MessagePublished', 'ProcessInstanceCreated', payment]),
        tail(there, ['--outcome', 'InvalidInput', '--json'], [payment]),
      ])
      expect(people).toMatch(/ProcessInstanceCreated +\d+ +deleted/)
      expect(people).toMatch(new RegExp(`InvalidInput +dead letter\n.*no correlation key.* · ${payment}`))

      const { groups } = JSON.parse((await there.run('peek', '--json')).out)
      expect(groups).toEqual([
        expect.objectContaining({
          reason: expect.stringMatching(/^no correlation key/),
          elementId: 'PaymentReceived',
          told: 'function',
          count: 1,
        }),
      ])
      expect((await there.run('redrive', '--reason', 'no correlation key', '--yes', '--json')).code).toBe(0)
      const [redriven] = await there.receiveAll(there.queueUrl)
      expect(redriven).toMatchObject({ Body: '{"amount":5}', MessageAttributes: { type: { StringValue: 'Payment' } } })
      expect(Object.keys(redriven?.MessageAttributes ?? {})).toEqual(['type'])
    })
  })
})

const ELSE = '{"messageAttributes":{"type":{"stringValue":["Else"]}}}'

const ACCESS_DENIED = `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>AccessDenied</Code>
  <Message>not authorized to perform: iam:SimulatePrincipalPolicy</Message></Error></ErrorResponse>`
