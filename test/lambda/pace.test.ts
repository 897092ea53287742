import { describe, expect, test } from 'vitest'
import type { CamundaReply, CamundaUnavailable } from '../../lambda/core/outcome.ts'
import { Pace } from '../../lambda/pace.ts'

const created: CamundaReply = { kind: 'ProcessInstanceCreated', processInstanceKey: '1' }
const unavailable = (why: CamundaUnavailable['why']): CamundaReply => ({
  kind: 'CamundaUnavailable',
  why,
  reason: why,
})
const ALWAYS = () => true

function pace(concurrency = 8) {
  const pauses: number[] = []
  const it = new Pace({ concurrency, pause: async (milliseconds) => void pauses.push(milliseconds) })
  return { it, pauses }
}

/** Gives one reply after the other, the last one for ever. */
function answering(...replies: CamundaReply[]) {
  let asked = 0
  const attempt = async () => replies[Math.min(asked++, replies.length - 1)] as CamundaReply
  return { attempt, asked: () => asked }
}

describe('a message', () => {
  test.each(['backPressure', 'unreachable'] as const)(
    'is tried again after a growing pause where nothing was executed (%s)',
    async (why) => {
      const { it, pauses } = pace()
      expect(await it.send(answering(unavailable(why), unavailable(why), created).attempt, ALWAYS)).toEqual(created)
      const [first = 0, second = 0] = pauses
      expect(first).toBeGreaterThanOrEqual(100)
      expect(first).toBeLessThanOrEqual(200)
      expect(second).toBeGreaterThanOrEqual(200)
      expect(second).toBeLessThanOrEqual(400)
      expect(it.stopped).toBeUndefined()
    },
  )

  test.each([
    [{ kind: 'Ambiguous', reason: '' }],
    [{ kind: 'CamundaRejected', reason: '' }],
    [{ kind: 'InvalidInput', reason: '' }],
    [{ kind: 'AlreadyPublished' }],
  ] as [CamundaReply][])('is not tried again within the batch after %o', async (reply) => {
    const { it, pauses } = pace()
    const { attempt, asked } = answering(reply)
    expect(await it.send(attempt, ALWAYS)).toEqual(reply)
    expect([asked(), pauses, it.stopped]).toEqual([1, [], undefined])
  })

  test('is not tried again where there is no time for another attempt', async () => {
    const { it } = pace()
    const { attempt, asked } = answering(unavailable('unreachable'), created)
    expect(await it.send(attempt, () => false)).toMatchObject({ kind: 'CamundaUnavailable' })
    expect(asked()).toBe(1)
  })
})

describe('the batch', () => {
  test('stops where no time is left for a request, and does not say that Camunda is unavailable', async () => {
    const { it } = pace()
    const { attempt, asked } = answering(unavailable('noTime'), created)
    expect(await it.send(attempt, ALWAYS)).toMatchObject({ why: 'noTime' })
    expect([asked(), it.stopped]).toEqual([1, 'noTime'])
  })

  test('stops after three attempts that found Camunda unavailable, and says why', async () => {
    const { it } = pace()
    const { attempt, asked } = answering(unavailable('unreachable'))
    expect(await it.send(attempt, ALWAYS)).toMatchObject({ kind: 'CamundaUnavailable' })
    expect(asked()).toBe(3)
    expect(it.stopped).toBe('Camunda is unavailable: unreachable')
  })

  test('stops at once without a token: Camunda’s client has asked for it more than once', async () => {
    const { it } = pace()
    const { attempt, asked } = answering(unavailable('unauthorized'))
    await it.send(attempt, ALWAYS)
    expect([asked(), it.stopped]).toEqual([1, 'Camunda is unavailable: unauthorized'])
  })

  test('goes on where another message got through meanwhile', async () => {
    const { it } = pace()
    const other = () => it.send(answering(created).attempt, ALWAYS)
    let asked = 0
    const attempt = async () => {
      if (++asked === 2) await other()
      return unavailable('backPressure')
    }
    expect(await it.send(attempt, ALWAYS)).toMatchObject({ kind: 'CamundaUnavailable' })
    expect(it.stopped).toBeUndefined()
  })

  test('has no further attempt of any message once it has stopped', async () => {
    const { it } = pace()
    const second = answering(unavailable('unreachable'))
    const attempt = async () => {
      const reply = await second.attempt()
      if (second.asked() === 1) await it.send(answering(unavailable('unauthorized')).attempt, ALWAYS)
      return reply
    }
    await it.send(attempt, ALWAYS)
    expect(second.asked()).toBe(1)
  })

  test('halves its concurrency under back-pressure, once for all messages sent at the same one, down to one', async () => {
    const { it } = pace(8)
    const all = (n: number) =>
      Promise.all(Array.from({ length: n }, () => it.send(answering(unavailable('backPressure'), created).attempt, ALWAYS)))
    await all(5)
    expect(it.concurrency).toBe(4)
    await all(2)
    expect(it.concurrency).toBe(2)
    await all(1)
    await all(1)
    expect(it.concurrency).toBe(1)
  })

  test('does not speed up by a late reply to a request of its beginning', async () => {
    const { it } = pace(8)
    const late = Promise.withResolvers<CamundaReply>()
    const early = it.send(
      async () => late.promise,
      () => false,
    )
    for (let times = 0; times < 2; times++) await it.send(answering(unavailable('backPressure'), created).attempt, ALWAYS)
    late.resolve(unavailable('backPressure'))
    await early
    expect(it.concurrency).toBe(2)
  })

  test('keeps its concurrency where Camunda was not reached', async () => {
    const { it } = pace(8)
    await it.send(answering(unavailable('unreachable'), created).attempt, ALWAYS)
    expect(it.concurrency).toBe(8)
  })

  test('has no more messages under way than its concurrency, also after it was halved', async () => {
    const { it } = pace(4)
    let underWay = 0
    const most: number[] = []
    const messages = Array.from({ length: 20 }, (_, index) =>
      it.run(async () => {
        most.push(++underWay)
        await it.send(answering(...(index === 0 ? [unavailable('backPressure')] : []), created).attempt, ALWAYS)
        await new Promise((later) => setTimeout(later, 1))
        underWay--
      }),
    )
    await Promise.all(messages)
    expect(Math.max(...most)).toBe(4)
    expect(Math.max(...most.slice(-10))).toBe(2)
  })
})
