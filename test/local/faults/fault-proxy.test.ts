import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, FaultProxy } from '../../../local/faults/fault-proxy.ts'
import {
  answeredInstead,
  executedAndThen,
  late,
  problemAnswer,
  refused,
  resetAfter,
  resetBefore,
  responseLost,
} from '../../../local/faults/faults-of-requests.ts'
import { seeded } from '../../../local/faults/random.ts'
import { type HttpService, json, startHttpService } from '../../../local/http-service.ts'

let executed: string[]
let upstream: HttpService
let proxy: FaultProxy

beforeEach(async () => {
  executed = []
  upstream = await startHttpService((request, body, response) => {
    executed.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`)
    json(response, 200, { key: executed.length })
  })
  proxy = await FaultProxy.start({ restAddress: upstream.url }, seeded(1))
})

afterEach(async () => {
  await proxy.stop()
  await upstream.stop()
})

function post(signal?: AbortSignal): Promise<Response> {
  return fetch(`${proxy.url}/v2/x`, { method: 'POST', body: 'hello', headers: { authorization: 'Bearer t' }, signal: signal ?? null })
}

const causeOf = (error: Error) => (error.cause as { code: string }).code

async function struckBy(fault: Fault): Promise<Response> {
  proxy.strike(fault)
  return post()
}

describe('the fault proxy', () => {
  it('passes on requests and answers as they are', async () => {
    expect(await (await post()).json()).toEqual({ key: 1 })
    expect(executed).toEqual(['POST /v2/x Bearer t hello'])
    expect(proxy.struck).toBe(0)
  })

  it('resets a connection before Camunda sees the request, or after it has executed it', async () => {
    expect(causeOf(await struckBy(resetBefore).catch((error) => error))).toBe('ECONNRESET')
    expect(executed).toHaveLength(0)
    expect(causeOf(await struckBy(resetAfter).catch((error) => error))).toBe('ECONNRESET')
    expect(executed).toHaveLength(1)
  })

  it('lets a client wait in vain for the answer to what Camunda has executed', async () => {
    proxy.strike(responseLost)
    const client = new AbortController()
    const answer = post(client.signal).catch((error: Error) => error.name)
    await expect.poll(() => executed).toHaveLength(1)
    client.abort()
    expect(await answer).toBe('AbortError')
  })

  it('brings a request to Camunda late, even if its client has given up', async () => {
    proxy.strike(late(50))
    const client = new AbortController()
    const answer = post(client.signal).catch((error: Error) => error.name)
    await expect.poll(() => proxy.requests).toBe(1)
    client.abort()
    await answer
    await proxy.settled()
    expect(executed).toHaveLength(1)
  })

  it('answers in place of Camunda, which may have executed the request or not', async () => {
    const busy = problemAnswer(503, 'RESOURCE_EXHAUSTED', 'busy')
    expect((await struckBy(refused(busy))).status).toBe(503)
    expect(executed).toHaveLength(0)
    const answer = await struckBy(answeredInstead(() => busy))
    expect(await answer.json()).toEqual({ type: 'about:blank', title: 'RESOURCE_EXHAUSTED', status: 503, detail: 'busy' })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(executed).toHaveLength(1)
  })

  it('lets something happen between execution and answer', async () => {
    let executedBefore = 0
    await struckBy(
      executedAndThen(() => {
        executedBefore = executed.length
      }),
    )
    expect(executedBefore).toBe(1)
  })

  it('refuses connections while it is closed, and is at the same address when it is open again', async () => {
    const { url } = proxy
    proxy.close()
    expect(causeOf(await post().catch((error) => error))).toBe('ECONNREFUSED')
    await proxy.open()
    expect(proxy.url).toBe(url)
    expect((await post()).status).toBe(200)
  })

  it('strikes each n-th request, a share of them, and no more than it is told', async () => {
    const statuses = async (count: number) => {
      const all = []
      for (let request = 0; request < count; request++) all.push((await post()).status)
      return all
    }
    const busy = refused(problemAnswer(503, 'RESOURCE_EXHAUSTED', 'busy'))
    proxy.strike(busy, { every: 2, atMost: 2 })
    expect(await statuses(6)).toEqual([200, 503, 200, 503, 200, 200])
    proxy.strike(busy, { share: 0.5 })
    expect(new Set(await statuses(20))).toEqual(new Set([200, 503]))
    proxy.relent()
    expect(await statuses(2)).toEqual([200, 200])
  })

  it.each([
    ['says what Camunda wants to hear of who asks, in place of the bridge', async () => 'Bearer of the cluster', 'Bearer of the cluster'],
    ['says what the bridge says, where Camunda wants nothing else', async () => undefined, 'Bearer t'],
  ])('%s', async (_name, authorization, said) => {
    await proxy.stop()
    proxy = await FaultProxy.start({ restAddress: upstream.url, authorization }, seeded(1))
    await (await post()).text()
    expect(executed).toEqual([`POST /v2/x ${said} hello`])
  })

  it('tells a fault what the bridge says of who asks', async () => {
    let heard: string | undefined
    await struckBy(async (exchange) => {
      heard = exchange.authorization
      exchange.answer(await exchange.forward())
    })
    expect(heard).toBe('Bearer t')
  })

  it('counts how often Camunda itself has had too much to do, and not what a fault says of it', async () => {
    const statuses = [429, 503, 500, 200]
    const busy = await startHttpService((_request, _body, response) => json(response, statuses.shift() ?? 200, {}))
    const before = await FaultProxy.start({ restAddress: busy.url }, seeded(1))
    const ask = async () => (await fetch(before.url, { method: 'POST' })).text()
    for (let n = 0; n < 4; n++) await ask()
    expect(before.pushedBack).toBe(2)
    before.strike(refused(problemAnswer(503, 'RESOURCE_EXHAUSTED', 'busy')))
    await ask()
    expect(before.pushedBack).toBe(2)
    await before.stop()
    await busy.stop()
  })

  it('resets the connection where Camunda is not there', async () => {
    await upstream.stop()
    expect(causeOf(await post().catch((error) => error))).toBe('ECONNRESET')
  })
})

describe('randomness', () => {
  it('is the same for the same seed, between 0 and 1, and spread', () => {
    const numbers = (seed: number) => Array.from({ length: 1_000 }, seeded(seed))
    expect(numbers(7)).toEqual(numbers(7))
    expect(numbers(7)).not.toEqual(numbers(8))
    expect(numbers(7).every((number) => number >= 0 && number < 1)).toBe(true)
    const below = numbers(7).filter((number) => number < 0.5).length
    expect(below).toBeGreaterThan(400)
    expect(below).toBeLessThan(600)
  })
})
