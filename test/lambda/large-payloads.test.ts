import type { SQSEvent } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { processBatch, type Settled } from '../../lambda/bridge.ts'
import { connector, startEvent } from '../support/connectors.ts'
import { FakeCamunda } from '../support/fake-camunda.ts'
import { FakePayloads } from '../support/fake-payloads.ts'
import { FakeQueue } from '../support/fake-queue.ts'
import { BUCKET, POINTERS, toPointer } from '../support/pointers.ts'
import { sqsRecord } from '../support/sqs.ts'

/** Messages whose bodies are in S3, by a batch. */
function world({ remainingTime = () => 60_000, ...config }: { remainingTime?: () => number; [property: string]: unknown } = {}) {
  const settled: Settled[] = []
  const payloads = new FakePayloads()
  const queue = new FakeQueue()
  const camunda = new FakeCamunda()
  const bridge = {
    camunda,
    payloads,
    queue,
    connector: connector({
      elements: [startEvent({ activationCondition: '=body.amount > 1', resultExpression: '={ order: body }' })],
      queue: { largePayloads: { bucket: BUCKET } },
      ...config,
    }),
    configurationVersion: 7,
    remainingTime,
    pause: async () => {},
    report: (one: Settled) => void settled.push(one),
  }
  return {
    ...bridge,
    settled,
    outcomes: () => settled.map(({ record, outcome }) => [record.messageId, outcome.kind]),
    async process(...records: SQSEvent['Records']) {
      const { batchItemFailures } = await processBatch(bridge, { Records: records })
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    },
    pointer(messageId: string, body: object, rest: Parameters<typeof sqsRecord>[0] = {}, of?: keyof typeof POINTERS) {
      payloads.objects.set(`key-of-${messageId}`, JSON.stringify(body))
      return toPointer(sqsRecord({ messageId, body, ...rest }), `key-of-${messageId}`, of)
    },
  }
}

test.each(Object.keys(POINTERS) as (keyof typeof POINTERS)[])('expressions see the body to which a message points (%s)', async (of) => {
  const { camunda, process, pointer } = world()
  expect(await process(pointer('a', { amount: 2, id: 'A' }, {}, of))).toEqual([])
  expect(camunda.commands).toMatchObject([{ kind: 'createProcessInstance', variables: { order: { id: 'A' } } }])
})

test('a message whose body does not activate is unmatched, and one with its body in it is read as ever', async () => {
  const { payloads, process, pointer, outcomes } = world()
  expect(await process(pointer('small', { amount: 1 }), sqsRecord({ messageId: 'plain', body: { amount: 2 } }))).toEqual(['small'])
  expect(outcomes()).toContainEqual(['small', 'ActivationConditionNotMet'])
  expect(outcomes()).toContainEqual(['plain', 'ProcessInstanceCreated'])
  expect(payloads.asked).toEqual(['key-of-small'])
})

test('without queue.largePayloads nothing is read, and expressions see the pointer', async () => {
  const { camunda, payloads, process, pointer } = world({ queue: {}, elements: [startEvent({ resultExpression: '={ class: body[1] }' })] })
  expect(await process(pointer('a', { amount: 2 }))).toEqual([])
  expect(payloads.asked).toEqual([])
  expect(camunda.commands).toMatchObject([{ variables: { class: 'software.amazon.payloadoffloading.PayloadS3Pointer' } }])
})

describe('a body that cannot be had makes its message', () => {
  test('invalid where there is none, or it is in another bucket, of which nothing is asked', async () => {
    const { payloads, process, pointer, settled } = world()
    const missing = pointer('missing', { amount: 2 })
    payloads.objects.clear()
    const foreign = sqsRecord({ messageId: 'foreign', body: POINTERS.java('others', 'k') })
    expect(await process(missing, foreign)).toEqual(['missing', 'foreign'])
    expect(settled.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining([
        { kind: 'InvalidInput', reason: 'key-of-missing does not exist' },
        { kind: 'InvalidInput', reason: expect.stringContaining('the bucket others') },
      ]),
    )
    expect(payloads.asked).toEqual(['key-of-missing'])
  })

  test('a dead letter at once where invalid messages are, as the pointer that it is, so that a redrive can mend it', async () => {
    const { payloads, process, pointer, queue } = world({ invalidInput: 'deadLetter' })
    const missing = pointer('missing', { amount: 2 })
    payloads.objects.clear()
    expect(await process(missing)).toEqual([])
    expect(queue.deadLetters).toMatchObject([
      { record: { body: POINTERS.java(BUCKET, 'key-of-missing') }, reason: 'key-of-missing does not exist' },
    ])
  })

  test('come back, put off, where S3 does not answer; and of the batch no further body is asked for', async () => {
    const { payloads, process, pointer, queue, outcomes } = world({
      invalidInput: 'deadLetter',
      queue: { largePayloads: { bucket: BUCKET, maximumSize: 8_388_608 } },
      function: { memorySize: 1_024 },
    })
    payloads.isDown = true
    const plain = sqsRecord({ messageId: 'plain', body: { amount: 2 } })
    expect(await process(pointer('a', { amount: 2 }), pointer('b', { amount: 2 }), plain)).toEqual(['a', 'b'])
    expect(outcomes()).toContainEqual(['plain', 'ProcessInstanceCreated'])
    expect(payloads.asked).toEqual(['key-of-a'])
    expect(queue.returned.map(({ record, outcome }) => [record.messageId, outcome.kind])).toEqual([
      ['a', 'NotAttempted'],
      ['b', 'NotAttempted'],
    ])
    expect(queue.deadLetters).toEqual([])
  })
})

describe('time', () => {
  test('for a request to Camunda is kept: a body is asked for in what is left beyond it, and not at all where that is too little', async () => {
    let left = 20_000
    const { payloads, process, pointer, outcomes, connector } = world({
      remainingTime: () => left,
      function: { timeout: 30, requestTimeout: 10 },
    })
    await process(pointer('a', { amount: 2 }))
    const [limits] = payloads.limits
    expect(limits?.milliseconds).toBeGreaterThan(5_000)
    expect(limits?.milliseconds).toBeLessThan(20_000 - connector.function.requestTimeout * 1_000)
    left = 11_700
    expect(await process(pointer('b', { amount: 2 }))).toEqual(['b'])
    expect(payloads.asked).toEqual(['key-of-a'])
    expect(outcomes().at(-1)).toEqual(['b', 'NotAttempted'])
  })

  test('that a body took is not there for Camunda, which is then not asked', async () => {
    let left = 60_000
    const { camunda, payloads, process, pointer } = world({ remainingTime: () => left })
    payloads.onRead = () => {
      left = 10_500
    }
    expect(await process(pointer('a', { amount: 2 }))).toEqual(['a'])
    expect(camunda.commands).toEqual([])
  })

  test('of an evaluation grows with the body', async () => {
    let left = 60_000
    const { camunda, payloads, process, pointer } = world({ remainingTime: () => left })
    const large = pointer('a', { amount: 2, text: 'x'.repeat(1_400_000) })
    payloads.onRead = () => {
      // For the request, the reserve, and more than the half second of a small one.
      left = 10_000 + 1_000 + 600
    }
    expect(await process(large)).toEqual(['a'])
    expect(camunda.commands).toEqual([])
    left = 60_000
    expect(await process(pointer('b', { amount: 2 }))).toEqual([])
    expect(camunda.commands).toHaveLength(1)
  })
})

describe('of a FIFO queue', () => {
  test('messages of a group go in order, whether their bodies are in S3 or not', async () => {
    const { camunda, process, pointer } = world()
    const group = { group: 'g' }
    const plain = sqsRecord({ messageId: 'second', body: { amount: 2, n: 2 }, group: 'g' })
    expect(await process(pointer('first', { amount: 2, n: 1 }, group), plain, pointer('third', { amount: 2, n: 3 }, group))).toEqual([])
    expect(camunda.commands.map(({ variables }) => (variables.order as { n: number }).n)).toEqual([1, 2, 3])
  })

  test('one whose body S3 does not give delays the rest of its group, and no other one', async () => {
    const { payloads, process, pointer, outcomes } = world()
    const first = pointer('first', { amount: 2 }, { group: 'g' })
    payloads.isDown = true
    const second = sqsRecord({ messageId: 'second', body: { amount: 2 }, group: 'g' })
    const other = sqsRecord({ messageId: 'other', body: { amount: 2 }, group: 'h' })
    expect(await process(first, second, other)).toEqual(['first', 'second'])
    expect(outcomes()).toContainEqual(['other', 'ProcessInstanceCreated'])
  })
})

test('bodies are in memory a few at a time, by their greatest size', async () => {
  const { payloads, process, pointer } = world()
  await process(...Array.from({ length: 10 }, (_, n) => pointer(`m${n}`, { amount: 2 })))
  expect(payloads.asked).toHaveLength(10)
  expect(payloads.mostUnderWay).toBe(4)
})

test('after Camunda was found unavailable no body is read any more', async () => {
  const { camunda, payloads, process, pointer } = world({ eventSource: { concurrency: 1 } })
  camunda.answers(() => ({ kind: 'CamundaUnavailable', reason: 'down', why: 'unreachable' }))
  expect(await process(pointer('a', { amount: 2 }), pointer('b', { amount: 2 }))).toEqual(['a', 'b'])
  expect(payloads.asked).toEqual(['key-of-a'])
})
