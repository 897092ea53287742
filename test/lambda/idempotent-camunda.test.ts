import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CreateProcessInstance } from '../../lambda/core/correlation.ts'
import type { CamundaReply } from '../../lambda/core/outcome.ts'
import { DynamoDbRecords } from '../../lambda/dynamodb-records.ts'
import { type IdempotencyRecords, IdempotentCamunda } from '../../lambda/idempotent-camunda.ts'
import { type HttpService, startHttpService } from '../../local/http-service.ts'
import { type LocalIdempotencyTable, startIdempotencyTable } from '../../local/idempotency-table.ts'
import { FakeCamunda } from '../support/fake-camunda.ts'

const ENOUGH = () => 60_000
let table: LocalIdempotencyTable
let count = 0

/** Whether the first answer to each request is lost between the table and the bridge. */
let forgetsAnswers = false
let between: HttpService

beforeAll(async () => {
  table = await startIdempotencyTable()
  const answered = new Set<string>()
  between = await startHttpService(async ({ headers }, body, response) => {
    const answer = await fetch(table.endpoint, { method: 'POST', headers: headers as Record<string, string>, body: Uint8Array.from(body) })
    const text = await answer.text()
    if (forgetsAnswers && !answered.has(`${body}`) && answered.add(`${body}`)) return void response.destroy()
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text)
  })
  process.env.AWS_ENDPOINT_URL_DYNAMODB = between.url
  process.env.AWS_REGION = 'eu-central-1'
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'local'
})

afterAll(async () => {
  await between.stop()
  await table.stop()
})

/** A message which no other test has. */
const message = (): CreateProcessInstance => ({
  kind: 'createProcessInstance',
  bpmnProcessId: 'order',
  version: undefined,
  tenantId: '<default>',
  idempotency: 'dynamodb',
  messageId: `m-${++count}`,
  variables: {},
})

function bridge(...replies: CamundaReply[]) {
  let sent = 0
  const camunda = new FakeCamunda().answers(() => replies[Math.min(sent++, replies.length - 1)] as CamundaReply)
  const faults: string[] = []
  const records = new DynamoDbRecords(table.tableName, 'orders')
  const it = new IdempotentCamunda(camunda, records, (fault) => faults.push(fault))
  return { it, camunda, records, faults }
}

const created: CamundaReply = { kind: 'ProcessInstanceCreated', processInstanceKey: '4711' }

describe('with the table, a message that comes again', () => {
  test('after its process instance was created is known, with the key of that instance', async () => {
    const { it, camunda } = bridge(created)
    const command = message()
    expect(await it.send(command, ENOUGH)).toEqual(created)
    expect(await it.send(command, ENOUGH)).toEqual({ kind: 'AlreadyCreated', processInstanceKey: '4711' })
    expect(camunda.commands).toHaveLength(1)
  })

  test.each([
    [{ kind: 'CamundaUnavailable', why: 'unreachable', reason: '' }],
    [{ kind: 'CamundaRejected', reason: '' }],
    [{ kind: 'InvalidInput', reason: '' }],
  ] as [CamundaReply][])('after an attempt without effect is tried again: %o', async (reply) => {
    const { it, camunda } = bridge(reply, created)
    const command = message()
    expect(await it.send(command, ENOUGH)).toEqual(reply)
    expect(await it.send(command, ENOUGH)).toEqual(created)
    expect(camunda.commands).toHaveLength(2)
  })

  test('after an attempt without time for it is tried again', async () => {
    const { it, camunda } = bridge({ kind: 'CamundaUnavailable', why: 'noTime', reason: '' }, created)
    const command = message()
    await it.send(command, ENOUGH)
    expect(await it.send(command, ENOUGH)).toEqual(created)
    expect(camunda.commands).toHaveLength(2)
  })

  test.each([
    [
      'throws',
      () => {
        throw new TypeError('detail.replace is no function')
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('detail.replace is no function'))],
  ])('after an attempt that %s is told as Ambiguous, and not tried again', async (_, send) => {
    const { records } = bridge(created)
    const it = new IdempotentCamunda({ send }, records, () => {})
    const command = message()
    expect(await it.send(command, ENOUGH)).toEqual({ kind: 'Ambiguous', reason: expect.stringContaining('detail.replace') })
    expect(await it.send(command, ENOUGH)).toMatchObject({ kind: 'Ambiguous' })
  })

  test('after an attempt of which nobody knows is not tried again', async () => {
    const { it, camunda } = bridge({ kind: 'Ambiguous', reason: 'reset' }, created)
    const command = message()
    expect(await it.send(command, ENOUGH)).toEqual({ kind: 'Ambiguous', reason: 'reset' })
    expect(await it.send(command, ENOUGH)).toEqual({ kind: 'Ambiguous', reason: expect.stringContaining('an earlier attempt began') })
    expect(camunda.commands).toHaveLength(1)
  })

  test('while its first delivery is under way is not tried a second time', async () => {
    const { it, camunda } = bridge()
    const command = message()
    const second = Promise.withResolvers<CamundaReply>()
    camunda.answers(async () => {
      second.resolve(it.send(command, ENOUGH))
      await second.promise
      return created
    })
    expect(await it.send(command, ENOUGH)).toEqual(created)
    expect(await second.promise).toMatchObject({ kind: 'Ambiguous' })
    expect(camunda.commands).toHaveLength(1)
  })

  test('whose record was written, and the answer to that lost, is tried', async () => {
    const { it, camunda, records } = bridge(created)
    const command = message()
    // DynamoDB's client sends again what had no answer: here it does so always.
    forgetsAnswers = true
    expect(await it.send(command, ENOUGH)).toEqual(created)
    forgetsAnswers = false
    const { tenantId, bpmnProcessId, messageId } = command
    expect(await records.begin({ tenantId, bpmnProcessId, messageId })).toEqual({ kind: 'completed', processInstanceKey: '4711' })
    expect(camunda.commands).toHaveLength(1)
  })

  test('is another one in another process, in another tenant, and for another connector', async () => {
    const { it, camunda } = bridge(created)
    const command = message()
    await it.send(command, ENOUGH)
    await it.send({ ...command, bpmnProcessId: 'other' }, ENOUGH)
    await it.send({ ...command, tenantId: 'other' }, ENOUGH)
    await new IdempotentCamunda(camunda, new DynamoDbRecords(table.tableName, 'payments'), () => {}).send(command, ENOUGH)
    expect(camunda.commands).toHaveLength(4)
  })
})

test('a message that is published goes by the table: Camunda knows its id', async () => {
  const { it, camunda } = bridge({ kind: 'MessagePublished', messageKey: '1' })
  const publish = {
    kind: 'publishMessage',
    messageName: 'm',
    correlationKey: '',
    messageId: 'm-1',
    messageTtl: 'PT1H',
    tenantId: '<default>',
    variables: {},
  } as const
  await it.send(publish, ENOUGH)
  await it.send(publish, ENOUGH)
  expect(camunda.commands).toHaveLength(2)
})

describe('where the table fails', () => {
  class FailingRecords implements IdempotencyRecords {
    readonly fails: string
    constructor(fails: 'begin' | 'complete' | 'forget') {
      this.fails = fails
    }
    async #unless(operation: string) {
      if (this.fails === operation) throw new Error('throttled')
    }
    async begin() {
      await this.#unless('begin')
      return 'begun' as const
    }
    complete = () => this.#unless('complete')
    forget = () => this.#unless('forget')
  }

  test('before the request, nothing is sent', async () => {
    const camunda = new FakeCamunda()
    const reply = await new IdempotentCamunda(camunda, new FailingRecords('begin'), () => {}).send(message(), ENOUGH)
    expect(reply).toMatchObject({ kind: 'CamundaUnavailable', reason: expect.stringContaining('throttled') })
    expect(camunda.commands).toEqual([])
  })

  test.each([
    ['complete', created],
    ['forget', { kind: 'CamundaRejected', reason: '404' }],
  ] as ['complete' | 'forget', CamundaReply][])('after the request (%s), the reply stands, and the fault is told', async (fails, reply) => {
    const faults: string[] = []
    const camunda = new FakeCamunda().answers(() => reply)
    expect(await new IdempotentCamunda(camunda, new FailingRecords(fails), (fault) => faults.push(fault)).send(message(), ENOUGH)).toEqual(
      reply,
    )
    expect(faults).toEqual([expect.stringContaining('throttled')])
  })
})
