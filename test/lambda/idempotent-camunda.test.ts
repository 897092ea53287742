import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CreateProcessInstance } from '../../lambda/core/correlation-command.ts'
import type { CamundaReply } from '../../lambda/core/outcome.ts'
import { DynamoDbRecords } from '../../lambda/dynamodb-records.ts'
import { type Attempt, type IdempotencyRecords, IdempotentCamunda } from '../../lambda/idempotent-camunda.ts'
import { type HttpService, startHttpService } from '../../local/http-service.ts'
import { type LocalIdempotencyTable, startIdempotencyTable } from '../../local/idempotency-table.ts'
import { FakeCamunda } from '../support/fake-camunda.ts'

/** A fraction, as a batch has it, which keeps half a millisecond for telling of each message. */
const ENOUGH = () => 60_000.5
let table: LocalIdempotencyTable
let count = 0

interface Sent {
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
}

/** Between the bridge and the table: what becomes of a request, which every test decides anew, and copies of all of them, which may arrive again. */
class Network {
  readonly sent: Sent[] = []
  /** Carried out and answered; carried out, and the answer lost, or a fault, or kept back; or a fault now, and carried out when its copy arrives. */
  fate: () => 'answered' | 'answerLost' | 'fault' | 'answerKept' | 'faultAndLate' = () => 'answered'
  onKept: (answer: () => void) => void = () => {}
  #service: HttpService | undefined

  async start(): Promise<string> {
    this.#service = await startHttpService(async ({ headers }, body, response) => {
      const request: Sent = { headers: headers as Record<string, string>, body: Uint8Array.from(body) }
      this.sent.push(request)
      const fate = this.fate()
      const { status, text } = fate === 'faultAndLate' ? { status: 400, text: '' } : await this.carryOut(request)
      const answer = () => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text)
      if (fate === 'answerLost') response.destroy()
      else if (fate === 'answerKept') this.onKept(answer)
      else if (fate === 'answered') answer()
      else response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end('{"__type":"com.amazon#AccessDeniedException"}')
    })
    return this.#service.url
  }

  async carryOut({ headers, body }: Sent) {
    const answer = await fetch(table.endpoint, { method: 'POST', headers, body })
    return { status: answer.status, text: await answer.text() }
  }

  reset() {
    this.sent.length = 0
    this.fate = () => 'answered'
  }

  async stop() {
    await this.#service?.stop()
  }
}
const network = new Network()

beforeAll(async () => {
  table = await startIdempotencyTable()
  process.env.AWS_ENDPOINT_URL_DYNAMODB = await network.start()
  process.env.AWS_REGION = 'eu-central-1'
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'local'
})

afterEach(() => {
  network.reset()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

afterAll(async () => {
  await network.stop()
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
  variablesText: '{}',
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

  test('whose records were written, and the answers to that lost, is tried, and known afterwards', async () => {
    const { it, camunda } = bridge(created)
    const command = message()
    // DynamoDB's client sends again what had no answer: here it does so always.
    network.fate = () => (network.sent.length % 2 === 1 ? 'answerLost' : 'answered')
    expect(await it.send(command, ENOUGH)).toEqual(created)
    // The first time, and the read that tells whose record there is; the second time, and its copy.
    expect(network.sent).toHaveLength(6)
    expect(await it.send(command, ENOUGH)).toEqual({ kind: 'AlreadyCreated', processInstanceKey: '4711' })
    expect(camunda.commands).toHaveLength(1)
  })

  test('whose attempt ended with an exception is not tried again: it has been sent, as far as one knows', async () => {
    const { it, camunda } = bridge()
    camunda.answers(() => Promise.reject(new Error('no such thing')))
    const command = message()
    expect(await it.send(command, ENOUGH)).toEqual({ kind: 'Ambiguous', reason: expect.stringContaining('no such thing') })
    expect(await it.send(command, ENOUGH)).toMatchObject({ kind: 'Ambiguous' })
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
    variablesText: '{}',
  } as const
  await it.send(publish, ENOUGH)
  await it.send(publish, ENOUGH)
  expect(camunda.commands).toHaveLength(2)
})

/** The record of a message of the connector `orders`, as it is in the table. */
async function recordOf(messageId: string) {
  const id = network.sent.map(({ body }) => JSON.parse(new TextDecoder().decode(body)).Key.id.S).at(-1)
  const { Item } = await new DynamoDBClient({ endpoint: table.endpoint }).send(
    new GetItemCommand({ TableName: table.tableName, Key: { id: { S: id } }, ConsistentRead: true }),
  )
  if (!Item) throw new Error(`no record of ${messageId}`)
  return Item
}

describe('a record', () => {
  const DAY = 86_400

  test.each([
    ['in progress', { kind: 'Ambiguous', reason: '' }],
    ['completed', created],
    ['given up', { kind: 'CamundaRejected', reason: '' }],
  ] as [string, CamundaReply][])('that is %s lives as long as SQS can keep its message: 14 days', async (_, reply) => {
    const now = 1_800_000_000
    vi.useFakeTimers({ toFake: ['Date'], now: now * 1_000 })
    const command = message()
    await bridge(reply).it.send(command, ENOUGH)
    expect(Number((await recordOf(command.messageId)).expiration?.N)).toBe(now + 14 * DAY)
  })

  test('is known to its last second, and forgotten then, though DynamoDB takes its time to delete it', async () => {
    const now = 1_800_000_000_000
    vi.useFakeTimers({ toFake: ['Date'], now })
    const { it, camunda } = bridge(created)
    const command = message()
    await it.send(command, ENOUGH)
    vi.setSystemTime(now + 14 * DAY * 1_000)
    expect(await it.send(command, ENOUGH)).toMatchObject({ kind: 'AlreadyCreated' })
    vi.setSystemTime(now + 14 * DAY * 1_000 + 1_000)
    expect(await it.send(command, ENOUGH)).toEqual(created)
    expect(camunda.commands).toHaveLength(2)
  })

  test.each([
    ['COMPLETED', { data: { M: { processInstanceKey: { S: '4711' } } } }, { kind: 'AlreadyCreated', processInstanceKey: '4711' }],
    ['INPROGRESS', { in_progress_expiry: { N: '2000000000000' } }, { kind: 'Ambiguous' }],
  ])('that Powertools wrote, and that is %s, is known', async (status, rest, reply) => {
    const id = 'orders#ceXaxzaxZHXYYSGwhLALb7DwrFvmneNFoNZl8Kqkdng='
    const record = { id: { S: id }, status: { S: status }, expiration: { N: '4000000000' }, ...rest }
    const write = new PutItemCommand({ TableName: table.tableName, Item: record })
    await new DynamoDBClient({ endpoint: table.endpoint }).send(write)
    const { it, camunda } = bridge(created)
    expect(await it.send({ ...message(), messageId: 'm-1' }, ENOUGH)).toMatchObject(reply)
    expect(camunda.commands).toEqual([])
  })
})

describe('whatever is sent to the table twice, late, or in vain', () => {
  const reply = fc.constantFrom<CamundaReply>(
    created,
    { kind: 'Ambiguous', reason: '' },
    ...Array<CamundaReply>(4).fill({ kind: 'CamundaUnavailable', why: 'backPressure', reason: '' }),
  )
  /** Which of the requests so far arrive once more, each as a part of their number. */
  const copies = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 2 })
  const attempt = fc.record({
    reply,
    begins: fc.constantFrom('answered', 'answered', 'fault', 'faultAndLate'),
    ends: fc.constantFrom('answered', 'answered', 'answered', 'fault'),
    before: copies,
    meanwhile: copies,
    after: copies,
  })

  test('a message is sent until it may have had its effect, and never again', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { minLength: 2, maxLength: 6 }), async (attempts) => {
        network.reset()
        const command = message()
        let mayBeDone = false
        let mayBeStuck = false
        const arriveAgain = async (parts: readonly number[]) => {
          for (const part of parts) {
            const copy = network.sent[Math.floor(part * network.sent.length)]
            if (copy) await network.carryOut(copy)
          }
        }
        for (const { reply, begins, ends, before, meanwhile, after } of attempts) {
          await arriveAgain(before)
          const { it, camunda } = bridge()
          let sent = false
          camunda.answers(async () => {
            sent = true
            await arriveAgain(meanwhile)
            return reply
          })
          const first = network.sent.length
          network.fate = () => (network.sent.length - 1 === first ? begins : ends)
          const told = await it.send(command, ENOUGH)
          await arriveAgain(after)
          if (mayBeDone) expect(sent).toBe(false)
          else if (begins === 'answered' && !mayBeStuck) expect([sent, told]).toEqual([true, reply])
          mayBeDone ||= sent && reply.kind !== 'CamundaUnavailable'
          // The record of an attempt without effect stays where the table does not answer to its end.
          mayBeStuck ||= ends === 'fault'
        }
      }),
      { numRuns: 60 },
    )
  })

  test('what an attempt without effect wrote does nothing to a later one', async () => {
    const { it, camunda } = bridge({ kind: 'CamundaUnavailable', why: 'backPressure', reason: '' }, { kind: 'Ambiguous', reason: '' })
    const command = message()
    await it.send(command, ENOUGH)
    const [begin, end] = network.sent as [Sent, Sent]
    await network.carryOut(begin)
    expect(await it.send(command, ENOUGH)).toEqual({ kind: 'Ambiguous', reason: '' })
    for (const late of [end, begin, end]) await network.carryOut(late)
    expect(await it.send(command, ENOUGH)).toMatchObject({ kind: 'Ambiguous' })
    expect(camunda.commands).toHaveLength(2)
  })
})

test('an attempt that was given up completes nothing, whoever began after it', async () => {
  const { records } = bridge()
  const { tenantId, bpmnProcessId, messageId } = message()
  const attempt = (mark: string): Attempt => ({ tenantId, bpmnProcessId, messageId, mark })
  const { signal } = new AbortController()
  expect(await records.begin(attempt('first'), signal)).toBe('begun')
  await records.giveUp(attempt('first'), signal)
  expect(await records.begin(attempt('second'), signal)).toBe('begun')
  await expect(records.complete(attempt('first'), '1', signal)).rejects.toThrow('conditional')
  expect(await records.begin(attempt('third'), signal)).toEqual({ kind: 'unfinished' })
})

describe('a table that is slow', () => {
  test('for 7.5 seconds is waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    network.fate = () => 'answerKept'
    network.onKept = async (answer) => {
      await vi.advanceTimersByTimeAsync(7_500)
      answer()
    }
    const { it, camunda } = bridge(created)
    const command = message()
    expect(await it.send(command, ENOUGH)).toEqual(created)
    expect(await it.send(command, ENOUGH)).toMatchObject({ kind: 'AlreadyCreated' })
    expect(camunda.commands).toHaveLength(1)
  })

  test('for longer than the invocation lasts leaves nothing behind of an attempt that sent nothing', async () => {
    const limits: { readonly milliseconds: number; readonly end: () => void }[] = []
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      const controller = new AbortController()
      limits.push({ milliseconds, end: () => controller.abort(new Error('too late')) })
      return controller.signal
    })
    network.fate = () => 'answerKept'
    network.onKept = () => limits.at(-1)?.end()
    const { it, camunda, faults } = bridge(created)
    const command = message()
    expect(await it.send(command, () => 9_000)).toMatchObject({
      kind: 'CamundaUnavailable',
      reason: expect.stringContaining('nothing was sent'),
    })
    expect(limits.map(({ milliseconds }) => milliseconds)).toEqual([8_500, 9_000])
    expect([camunda.commands, faults]).toEqual([[], [expect.stringContaining('after CamundaUnavailable')]])
    network.fate = () => 'answered'
    expect(await it.send(command, ENOUGH)).toEqual(created)
  })

  test('leaves Camunda the time after which it could not take down any more what became of it', async () => {
    const { it, camunda } = bridge(created)
    const left: number[] = []
    vi.spyOn(camunda, 'send').mockImplementation(async (_, remainingTime?: () => number) => {
      left.push(remainingTime?.() ?? 0)
      return created
    })
    await it.send(message(), () => 9_000)
    expect(left).toEqual([8_500])
  })
})

describe('where the table fails', () => {
  class FailingRecords implements IdempotencyRecords {
    readonly fails: string
    readonly givenUp: Attempt[] = []
    constructor(fails: 'begin' | 'complete' | 'giveUp') {
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
    giveUp(attempt: Attempt) {
      this.givenUp.push(attempt)
      return this.#unless('giveUp')
    }
  }

  test('before the request, nothing is sent', async () => {
    const camunda = new FakeCamunda()
    const records = new FailingRecords('begin')
    const command = message()
    const reply = await new IdempotentCamunda(camunda, records, () => {}).send(command, ENOUGH)
    expect(reply).toMatchObject({ kind: 'CamundaUnavailable', reason: expect.stringContaining('throttled') })
    expect(camunda.commands).toEqual([])
    // It may have been taken down all the same, or may be yet.
    expect(records.givenUp).toMatchObject([{ messageId: command.messageId }])
  })

  test.each([
    ['complete', created],
    ['giveUp', { kind: 'CamundaRejected', reason: '404' }],
  ] as ['complete' | 'giveUp', CamundaReply][])('after the request (%s), the reply stands, and the fault is told', async (fails, reply) => {
    const faults: string[] = []
    const camunda = new FakeCamunda().answers(() => reply)
    expect(await new IdempotentCamunda(camunda, new FailingRecords(fails), (fault) => faults.push(fault)).send(message(), ENOUGH)).toEqual(
      reply,
    )
    expect(faults).toEqual([expect.stringContaining('throttled')])
  })
})
