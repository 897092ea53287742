import type { SQSEvent } from 'aws-lambda'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { processBatch, returnAll, type Settled } from '../../lambda/bridge.ts'
import type { CamundaReply, CorrelationOutcome } from '../../lambda/core/outcome.ts'
import { catchEvent, connector, startEvent } from '../support/connectors.ts'
import { FakeCamunda } from '../support/fake-camunda.ts'
import { FakeQueue } from '../support/fake-queue.ts'
import { sqsEvent } from '../support/sqs.ts'

function bridge({
  camunda = new FakeCamunda(),
  remainingTime = () => 60_000,
  queue = new FakeQueue(),
  ...config
}: {
  camunda?: FakeCamunda
  queue?: FakeQueue
  remainingTime?: () => number
  [property: string]: unknown
} = {}) {
  const settled: Settled[] = []
  return {
    camunda,
    settled,
    outcomes: () => settled.map(({ outcome }) => outcome.kind),
    connector: connector(config),
    configurationVersion: 7,
    queue,
    remainingTime,
    pause: async () => {},
    report: (one: Settled) => void settled.push(one),
  }
}

const ids = (response: { batchItemFailures: { itemIdentifier: string }[] }) =>
  response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)

/** A clock which goes by what happens: Lambda's remaining time. */
class Clock {
  left: number
  #each = 0

  constructor(left: number) {
    this.left = left
  }

  pass(milliseconds: number) {
    this.left -= milliseconds
  }

  /** From now on so many milliseconds pass with each look at it. */
  each(milliseconds: number) {
    this.#each = milliseconds
  }

  readonly remainingTime = () => {
    this.left -= this.#each
    return this.left
  }
}

/** The same event, of which is told whose body is read. */
function read(event: SQSEvent, tell: Readonly<Record<string, () => unknown>>): SQSEvent {
  const records = event.Records.map((record) => ({
    ...record,
    get body() {
      tell[record.messageId]?.()
      return record.body
    },
  }))
  return { Records: records }
}

describe('a message', () => {
  // biome-ignore format: a table
  const REPLIES: [CamundaReply, boolean][] = [
    [{ kind: 'ProcessInstanceCreated', processInstanceKey: '1' }, false],
    [{ kind: 'MessagePublished', messageKey: '1' },               false],
    [{ kind: 'AlreadyPublished' },                                false],
    [{ kind: 'AlreadyCreated' },                                  false],
    [{ kind: 'CamundaRejected', reason: '404' },                  true],
    [{ kind: 'CamundaUnavailable', why: 'unreachable', reason: '503' },               true],
    [{ kind: 'Ambiguous', reason: 'reset' },                      true],
    [{ kind: 'InvalidInput', reason: 'too large' },               true],
  ]
  for (const [reply, returned] of REPLIES)
    test(`to which Camunda’s reply is ${reply.kind} is ${returned ? 'returned' : 'acknowledged'}`, async () => {
      const it = bridge({ camunda: new FakeCamunda().answers(() => reply) })
      expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' })))).toEqual(returned ? ['a'] : [])
      expect(it.settled).toMatchObject([{ outcome: reply, elementId: 'OrderPlaced', record: { messageId: 'a' } }])
    })

  test('that activates nothing is acknowledged where unmatched events are consumed, and returned otherwise', async () => {
    const unmatched = { activationCondition: '=body.type = "x"' }
    const consuming = bridge({ elements: [startEvent({ ...unmatched, consumeUnmatchedEvents: true })] })
    const keeping = bridge({ elements: [startEvent(unmatched)] })
    expect(ids(await processBatch(consuming, sqsEvent({ messageId: 'a' })))).toEqual([])
    expect(ids(await processBatch(keeping, sqsEvent({ messageId: 'a' })))).toEqual(['a'])
    expect([...consuming.outcomes(), ...keeping.outcomes()]).toEqual(['ActivationConditionNotMet', 'ActivationConditionNotMet'])
  })

  test('that is invalid is returned, and nothing is sent', async () => {
    const it = bridge({ elements: [catchEvent()] })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a', body: {} })))).toEqual(['a'])
    expect(it.settled).toMatchObject([{ outcome: { kind: 'InvalidInput' }, elementId: 'PaymentReceived' }])
    expect(it.camunda.commands).toEqual([])
  })

  test('does not harm its batch mates', async () => {
    const it = bridge({ elements: [catchEvent()] })
    const response = await processBatch(
      it,
      sqsEvent(
        { messageId: 'good', body: { orderId: 'A' } },
        { messageId: 'bad', body: 'no json' },
        { messageId: 'fine', body: { orderId: 'B' } },
      ),
    )
    expect(ids(response)).toEqual(['bad'])
    expect(it.camunda.commands).toHaveLength(2)
  })

  test('on which the client throws is returned as Unexpected', async () => {
    const camunda = new FakeCamunda().answers(() => {
      throw new Error('a bug')
    })
    const it = bridge({ camunda })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' })))).toEqual(['a'])
    expect(it.settled).toMatchObject([{ outcome: { kind: 'Unexpected', reason: 'Error: a bug' } }])
  })
})

describe('a batch', () => {
  test('has as many messages under way as eventSource.concurrency says', async () => {
    const it = bridge({ eventSource: { concurrency: 3 } })
    await processBatch(it, sqsEvent(...Array.from({ length: 10 }, () => ({}))))
    expect(it.camunda.mostUnderWay).toBe(3)
    expect(it.camunda.commands).toHaveLength(10)
  })

  test('stops early when Camunda is unavailable: the rest is returned unsent', async () => {
    const camunda = new FakeCamunda().answers(() => ({ kind: 'CamundaUnavailable', why: 'unreachable', reason: '503' }))
    const it = bridge({ camunda, eventSource: { concurrency: 1 } })
    const response = await processBatch(it, sqsEvent({ messageId: 'a' }, { messageId: 'b' }, { messageId: 'c' }))
    expect(ids(response)).toEqual(['a', 'b', 'c'])
    expect(camunda.commands).toHaveLength(3)
    expect(new Set(camunda.commands).size).toBe(1)
    expect(it.outcomes()).toEqual(['CamundaUnavailable', 'NotAttempted', 'NotAttempted'])
    expect(it.settled.at(-1)).toMatchObject({ outcome: { reason: 'Camunda is unavailable: 503' } })
  })

  test('still consumes what activates nothing when Camunda is unavailable', async () => {
    const camunda = new FakeCamunda().answers(() => ({ kind: 'CamundaUnavailable', why: 'unreachable', reason: '503' }))
    const elements = [startEvent({ activationCondition: '=body.n = 1', consumeUnmatchedEvents: true })]
    const it = bridge({ camunda, elements, eventSource: { concurrency: 1 } })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a', body: { n: 1 } }, { messageId: 'b', body: { n: 2 } })))).toEqual(['a'])
  })

  test('sends nothing that could outlast the invocation', async () => {
    let remaining = 13_000
    const camunda = new FakeCamunda().answers(() => {
      remaining -= 1_000
      return { kind: 'ProcessInstanceCreated', processInstanceKey: '1' }
    })
    const it = bridge({ camunda, remainingTime: () => remaining, eventSource: { concurrency: 1 } })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' }, { messageId: 'b' }, { messageId: 'c' })))).toEqual(['c'])
    expect(it.settled.at(-1)).toMatchObject({ outcome: { kind: 'NotAttempted', reason: expect.stringContaining('no time') } })
  })

  test('tries a message again only while there is time for all of that', async () => {
    let remaining = 12_500
    const camunda = new FakeCamunda().answers(() => {
      remaining -= 1_490
      return { kind: 'CamundaUnavailable', why: 'unreachable', reason: '503' }
    })
    const it = bridge({ camunda, remainingTime: () => remaining })
    await processBatch(it, sqsEvent({}))
    expect(camunda.commands).toHaveLength(1)
  })

  test('that has no time left looks at no message any more', async () => {
    const elements = [startEvent({ activationCondition: '=body.n = 1', consumeUnmatchedEvents: true })]
    const it = bridge({ elements, remainingTime: () => 5_000 })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a', body: { n: 2 } })))).toEqual(['a'])
    expect(it.outcomes()).toEqual(['NotAttempted'])
  })

  test('keeps time for an evaluation beside that for a request', async () => {
    const it = bridge({ remainingTime: () => 11_400 })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' })))).toEqual(['a'])
    expect(it.outcomes()).toEqual(['NotAttempted'])
    const later = bridge({ remainingTime: () => 11_600 })
    expect(ids(await processBatch(later, sqsEvent({ messageId: 'a' })))).toEqual([])
  })

  test('sends nothing of a message whose evaluation left no time for it', async () => {
    const clock = new Clock(13_000)
    const it = bridge({ remainingTime: clock.remainingTime })
    const event = read(sqsEvent({ messageId: 'a' }), { a: () => clock.pass(3_000) })
    expect(ids(await processBatch(it, event))).toEqual(['a'])
    expect(it.settled).toMatchObject([
      { outcome: { kind: 'NotAttempted', reason: expect.stringContaining('no time') }, elementId: 'OrderPlaced' },
    ])
    expect(it.camunda.commands).toEqual([])
  })

  test('of thousands keeps time for telling of each', async () => {
    const many = Array.from({ length: 4_000 }, () => ({}))
    const it = bridge({ remainingTime: () => 12_500 })
    expect(ids(await processBatch(it, sqsEvent(...many)))).toHaveLength(4_000)
    expect(it.camunda.commands).toHaveLength(0)
  })

  test('in which a message comes twice starts one instance for it', async () => {
    const it = bridge()
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' }, { messageId: 'b' }, { messageId: 'a' })))).toEqual([])
    expect(it.camunda.commands).toHaveLength(2)
  })

  test('is answered as it should be though telling of it fails', async () => {
    const it = {
      ...bridge({ elements: [catchEvent()] }),
      report: () => {
        throw new Error('the log is full')
      },
    }
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a', body: { orderId: 'A' } }, { messageId: 'b' })))).toEqual(['b'])
    expect(silenced).toHaveBeenCalledTimes(2)
    silenced.mockRestore()
  })

  test('of no message is answered with no failure', async () => {
    expect(await processBatch(bridge(), { Records: [] })).toEqual({ batchItemFailures: [] })
  })

  test('that cannot be tried at all is returned whole and put off, each message with the reason', async () => {
    const it = bridge()
    const event = sqsEvent({ messageId: 'a' }, { messageId: 'b' })
    expect(ids(await returnAll(it, event, { reason: 'no configuration', longestOutage: 60 }))).toEqual(['a', 'b'])
    const outcome = { kind: 'NotAttempted', reason: 'no configuration' }
    expect(it.settled).toMatchObject([{ outcome }, { outcome }])
    expect(it.queue.returned).toMatchObject([{ outcome, record: { messageId: 'a' } }, { record: { messageId: 'b' } }])
  })
})

describe('a message whose evaluation does not end', () => {
  const endless = '=if body.n = 1 then count(for x in 1..1200000 return x) > 0 else true'

  /** Time passes only when somebody looks at the clock while the first message is evaluated: as fast as on a machine which is far too slow. */
  const slowly = (config: object = {}, remaining = 60_000) => {
    const clock = new Clock(remaining)
    const it = bridge({ elements: [startEvent({ activationCondition: endless })], remainingTime: clock.remainingTime, ...config })
    const event = read(sqsEvent({ messageId: 'slow', body: { n: 1 } }, { messageId: 'b', body: {} }, { messageId: 'c', body: {} }), {
      slow: () => clock.each(100),
      b: () => clock.each(0),
      c: () => clock.each(0),
    })
    return { it, clock, event }
  }

  test('ends by the clock, is not attempted and comes back; its neighbours are done, once', async () => {
    const { it, event } = slowly({ eventSource: { concurrency: 1 } })
    expect(ids(await processBatch(it, event))).toEqual(['slow'])
    expect(it.settled.find(({ record }) => record.messageId === 'slow')).toMatchObject({
      outcome: { kind: 'NotAttempted', reason: 'the evaluation did not end in time' },
    })
    expect(it.camunda.commands).toHaveLength(2)
  })

  test('takes no more than half of the time which a request may take', async () => {
    const { it, clock, event } = slowly({ eventSource: { concurrency: 1 } })
    await processBatch(it, event)
    expect(clock.left).toBeGreaterThan(60_000 - 5_000 - 1_000)
    expect(clock.left).toBeLessThan(60_000 - 5_000)
  })

  test('ends where the invocation would have no time for a request', async () => {
    const { it, clock, event } = slowly({ eventSource: { concurrency: 1 } }, 13_000)
    await processBatch(it, event)
    expect(clock.left).toBeGreaterThan(10_500)
  })

  test('is no dead letter by the clock, where invalid messages are', async () => {
    const { it, event } = slowly({ invalidInput: 'deadLetter', eventSource: { concurrency: 1 } })
    expect(ids(await processBatch(it, event))).toEqual(['slow'])
    expect(it.queue.deadLetters).toEqual([])
  })

  test('is invalid by its steps, where the clock allows them', async () => {
    const elements = [startEvent({ activationCondition: '=if body.n = 1 then count(for x in 1..9900000 return x) > 0 else true' })]
    const it = bridge({ elements, eventSource: { concurrency: 1 } })
    const event = sqsEvent({ messageId: 'a', body: { n: 1 } }, { messageId: 'b', body: {} })
    expect(ids(await processBatch(it, event))).toEqual(['a'])
    expect(it.outcomes()).toEqual(['InvalidInput', 'ProcessInstanceCreated'])
  })
})

describe('a hostile message among nine ordinary ones', () => {
  const numbers = Array.from({ length: 30_000 }, (_, index) => index)
  // biome-ignore format: a table
  test.each<[what: string, expression: string, hostile: object]>([
    ['400,000 digits, for each item of a list', 'count(body.list[item > number(body.text)])', { text: '7'.repeat(400_000), list: numbers }],
    ['a list for each item of a list', 'count(for i in body.list return append(body.list, i))', { list: numbers }],
    ['a text for each item of a list', 'count(for i in body.list return body.text + string(i))', { text: 'x'.repeat(400_000), list: numbers }],
    ['a pattern which goes wrong', 'if matches(body.text, "(a*)*(b|c)(a*)*d") then 1 else 0', { text: 'a'.repeat(200_000) }],
    ['patterns which all differ', 'count(for i in body.list return for j in body.list return matches("a", string(i) + string(j)))', { list: numbers }],
    ['dates in regions', 'count(for i in 1..100000 return date and time(body.text) + duration("PT" + string(i) + "H"))', { text: '2024-01-01T00:00:00@Europe/Berlin' }],
  ])('ends as InvalidInput by its steps, whenever it comes, and its neighbours are done once: %s', async (_, expression, hostile) => {
    const condition = `=if body.orderId = null then ${expression} = -1 else true`
    const it = bridge({ elements: [startEvent({ activationCondition: condition })] })
    const ordinary = Array.from({ length: 9 }, (_, index) => ({ messageId: `m${index}`, body: { orderId: `A${index}` } }))
    const batch = [...ordinary.slice(0, 4), { messageId: 'hostile', body: hostile }, ...ordinary.slice(4)]
    expect(ids(await processBatch(it, sqsEvent(...batch)))).toEqual(['hostile'])
    expect(it.settled.find(({ record }) => record.messageId === 'hostile')?.outcome.kind).toBe('InvalidInput')
    expect(it.camunda.commands).toHaveLength(9)
    expect(it.outcomes().toSorted()).toEqual(['InvalidInput', ...Array(9).fill('ProcessInstanceCreated')])
  }, 120_000)
})

describe('a message which SQS delivers again', () => {
  const order = (it: { settled: Settled[] }) => it.settled.map(({ record }) => record.messageId)

  test('is looked at when all others have been sent: it may be what ended an invocation', async () => {
    const it = bridge({ eventSource: { concurrency: 10 } })
    const sentBefore: number[] = []
    const event = read(sqsEvent({ messageId: 'again', receives: 2 }, { messageId: 'b' }, { messageId: 'c' }), {
      again: () => sentBefore.push(it.settled.filter(({ disposition }) => disposition === 'acknowledge').length),
    })
    expect(ids(await processBatch(it, event))).toEqual([])
    expect(sentBefore).toEqual([2])
    expect(order(it).at(-1)).toBe('again')
  })

  test('takes nothing from the others where it uses up the time', async () => {
    const clock = new Clock(13_000)
    const it = bridge({ remainingTime: clock.remainingTime })
    const event = read(sqsEvent({ messageId: 'again', receives: 3 }, { messageId: 'b' }), { again: () => clock.pass(20_000) })
    expect(ids(await processBatch(it, event))).toEqual(['again'])
    expect(it.camunda.commands).toHaveLength(1)
  })

  test('of a FIFO group keeps its place in the group, which goes last as a whole', async () => {
    const it = bridge({ eventSource: { concurrency: 1 } })
    const event = sqsEvent(
      { messageId: 'a1', group: 'a', receives: 2 },
      { messageId: 'a2', group: 'a' },
      { messageId: 'b1', group: 'b' },
      { messageId: 'c1', group: 'c' },
      { messageId: 'c2', group: 'c', receives: 2 },
      { messageId: 'b2', group: 'b' },
    )
    expect(ids(await processBatch(it, event))).toEqual([])
    expect(order(it)).toEqual(['b1', 'b2', 'a1', 'a2', 'c1', 'c2'])
  })
})

describe('what is returned', () => {
  test('is put off, with its outcome, before the batch is answered', async () => {
    const camunda = new FakeCamunda().answers(({ variables: { n } }) =>
      n === 1 ? { kind: 'Ambiguous', reason: 'reset' } : { kind: 'ProcessInstanceCreated', processInstanceKey: '1' },
    )
    const it = bridge({ camunda, elements: [startEvent({ resultExpression: '={ n: body.n }' })] })
    await processBatch(it, sqsEvent({ messageId: 'a', body: { n: 1 } }, { messageId: 'b', body: { n: 2 } }))
    expect(it.queue.returned).toMatchObject([{ record: { messageId: 'a' }, outcome: { kind: 'Ambiguous' } }])
  })

  test('is returned all the same where it cannot be put off', async () => {
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => {})
    const it = bridge({ elements: [catchEvent()], queue: new FakeQueue().failsWith('throttled') })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' })))).toEqual(['a'])
    silenced.mockRestore()
  })

  test('is named once, though SQS delivered it twice in the batch', async () => {
    const it = bridge({ elements: [catchEvent()] })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' }, { messageId: 'a' })))).toEqual(['a'])
  })
})

describe('an invalid message, where the connector makes it a dead letter', () => {
  const elements = [catchEvent()]
  const invalid = { messageId: 'bad', body: { secret: 'x' } }

  test('goes to the dead-letter queue with reason, element and version of the configuration, and is acknowledged', async () => {
    const it = bridge({ elements, invalidInput: 'deadLetter' })
    expect(ids(await processBatch(it, sqsEvent(invalid, { messageId: 'good', body: { orderId: 'A' } })))).toEqual([])
    expect(it.queue.deadLetters).toMatchObject([
      {
        record: { messageId: 'bad' },
        reason: expect.stringContaining('no correlation key'),
        elementId: 'PaymentReceived',
        configurationVersion: 7,
      },
    ])
    expect(it.settled).toContainEqual(expect.objectContaining({ disposition: 'deadLetter' }))
  })

  test('is returned where the dead-letter queue does not take it', async () => {
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => {})
    const it = bridge({ elements, invalidInput: 'deadLetter', queue: new FakeQueue().failsWith('denied') })
    expect(ids(await processBatch(it, sqsEvent(invalid)))).toEqual(['bad'])
    expect(it.settled).toMatchObject([{ disposition: 'return', outcome: { kind: 'InvalidInput' } }])
    silenced.mockRestore()
  })

  test('does not hold up its group on a FIFO queue', async () => {
    const it = bridge({ elements, invalidInput: 'deadLetter' })
    const response = await processBatch(it, sqsEvent({ ...invalid, group: 'g' }, { messageId: 'next', group: 'g', body: { orderId: 'A' } }))
    expect(ids(response)).toEqual([])
    expect(it.camunda.commands).toHaveLength(1)
  })

  test('that activates nothing is no dead letter: only what is invalid is', async () => {
    const it = bridge({ elements: [startEvent({ activationCondition: '=false' })], invalidInput: 'deadLetter' })
    expect(ids(await processBatch(it, sqsEvent({ messageId: 'a' })))).toEqual(['a'])
    expect(it.queue.deadLetters).toEqual([])
  })
})

describe('on a FIFO queue', () => {
  const paid = (messageId: string, group: string, body: object = { orderId: messageId }) => ({ messageId, group, body })

  test('the messages of a group go one after the other, and the groups side by side', async () => {
    const it = bridge({ elements: [catchEvent()] })
    await processBatch(it, sqsEvent(paid('a1', 'a'), paid('b1', 'b'), paid('a2', 'a'), paid('b2', 'b'), paid('a3', 'a')))
    const keys = it.camunda.commands.map((command) => command.kind === 'publishMessage' && command.correlationKey)
    expect(keys.filter((key) => String(key).startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
    expect(keys.filter((key) => String(key).startsWith('b'))).toEqual(['b1', 'b2'])
    expect(it.camunda.mostUnderWay).toBe(2)
  })

  test('after a failure the rest of its group is returned unsent, and other groups go on', async () => {
    const it = bridge({ elements: [catchEvent()] })
    const response = await processBatch(
      it,
      sqsEvent(paid('a1', 'a'), paid('a2', 'a', {}), paid('b1', 'b'), paid('a3', 'a'), paid('b2', 'b')),
    )
    expect(ids(response).toSorted()).toEqual(['a2', 'a3'])
    expect(it.settled.find(({ record }) => record.messageId === 'a3')).toMatchObject({
      outcome: { kind: 'NotAttempted', reason: 'an earlier message of its group goes first' },
    })
    expect(it.camunda.commands).toHaveLength(3)
  })

  test('a MessageGroupId on a standard queue keeps no order: it marks a tenant of a fair queue', async () => {
    const it = bridge({ elements: [catchEvent()] })
    const event = sqsEvent(paid('a1', 'a', {}), paid('a2', 'a'))
    const records = event.Records.map((record) => ({ ...record, eventSourceARN: record.eventSourceARN.replace('.fifo', '') }))
    expect(ids(await processBatch(it, { Records: records }))).toEqual(['a1'])
  })
})

test('whatever Camunda replies, a batch returns ids of its own, each once, just those that are not done, and reports each message once', async () => {
  const outcomes: CamundaReply['kind'][] = [
    'ProcessInstanceCreated',
    'AlreadyCreated',
    'CamundaRejected',
    'CamundaUnavailable',
    'Ambiguous',
    'InvalidInput',
  ]
  const message = fc.record({
    reply: fc.constantFrom(...outcomes),
    group: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    valid: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (messages, concurrency) => {
      const camunda = new FakeCamunda().answers(
        ({ variables }) => ({ kind: String(variables.reply), reason: '', processInstanceKey: '1' }) as CamundaReply,
      )
      const elements = [startEvent({ resultExpression: '={reply: body.reply}', activationCondition: '=body.valid' })]
      const it = bridge({ camunda, elements, eventSource: { concurrency } })
      const event = sqsEvent(...messages.map(({ reply, valid, group }) => ({ body: { reply, valid }, ...(group && { group }) })))
      const returned = ids(await processBatch(it, event))
      const all = event.Records.map(({ messageId }) => messageId)
      expect(returned).toEqual([...new Set(returned)])
      expect(returned.every((id) => all.includes(id))).toBe(true)
      expect(it.settled.map(({ record }) => record.messageId).toSorted()).toEqual(all.toSorted())
      const done = (outcome: CorrelationOutcome) => /Created$/.test(outcome.kind)
      expect(returned.toSorted()).toEqual(
        it.settled
          .filter(({ outcome }) => !done(outcome))
          .map(({ record }) => record.messageId)
          .toSorted(),
      )
    }),
  )
})
