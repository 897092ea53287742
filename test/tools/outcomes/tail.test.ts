import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FAILED_INVOCATIONS, type FailedInvocation, failedInvocationIn, rowOfFailure } from '../../../tools/outcomes/failed-invocations.ts'
import { followOutcomes, type LoggedOutcome, outcomeIn, rowOf } from '../../../tools/outcomes/outcome-log.ts'
import { tableHead, tableRow } from '../../../tools/outcomes/outcome-table.ts'
import { spanIn } from '../../../tools/outcomes/span.ts'
import { orderPlaced } from '../../lib/connector-files.ts'
import { startDeployedConnector } from '../../support/deployed-connector.ts'

const NOON = Date.parse('2026-01-01T12:00:00Z')

const line = (fields: object, message = 'message done') =>
  JSON.stringify({ level: 'INFO', message, messageId: 'm-1', outcome: 'ProcessInstanceCreated', ...fields })

test('an outcome is what the function logs of a message', () => {
  const logged = { elementId: 'E', processInstanceKey: '7', receiveCount: 1, durationMs: 12, service: 'x' }
  expect(outcomeIn(line(logged), NOON)).toEqual({
    time: '2026-01-01T12:00:00.000Z',
    messageId: 'm-1',
    outcome: 'ProcessInstanceCreated',
    elementId: 'E',
    processInstanceKey: '7',
    receiveCount: 1,
    durationMs: 12,
    afterwards: 'deleted',
  })
})

test('what is returned comes back, and what the log says otherwise is told as it is', () => {
  expect(outcomeIn(line({}, 'message returned'), NOON)?.afterwards).toBe('back in the queue')
  expect(outcomeIn(line({}, 'dead letter'), NOON)?.afterwards).toBe('dead letter')
})

test.each([
  ['no JSON', 'START RequestId'],
  ['metrics', '{"_aws":{},"InvalidInput":1}'],
  ['another line', '{"level":"ERROR","message":"configuration rejected"}'],
])('%s is no outcome', (_name, text) => {
  expect(outcomeIn(text, NOON)).toBeUndefined()
})

test('a row has the id’s beginning, and all of it where somebody may look for it', () => {
  const returned = outcomeIn(line({ messageId: '12345678-aaaa', outcome: 'InvalidInput', reason: 'no key' }, 'message returned'), NOON)
  expect(tableRow(rowOf(returned as LoggedOutcome))).toBe(
    '  12:00:00      12345678                                InvalidInput                                 back in the queue\n               no key · 12345678-aaaa',
  )
  const done = outcomeIn(line({ messageId: '12345678-aaaa' }), NOON)
  expect(tableRow(rowOf(done as LoggedOutcome))).not.toContain('aaaa')
})

test.each([
  ['80 columns', 80, 2],
  ['117 columns', 117, 2],
  ['118 columns', 118, 1],
  ['no terminal', undefined, 1],
])('a row and the head fit %s', (_, columns, count) => {
  const row = { at: 'payments', message: 'a payment of no order', elementId: 'PaymentReceived', outcome: 'ActivationConditionNotMet' }
  const texts = [
    tableHead('queue', columns),
    tableRow({ ...row, key: '2251799813685251', afterwards: 'back in the queue', reason: undefined }, columns),
  ]
  for (const text of texts) {
    const lines = text.split('\n')
    expect(lines).toHaveLength(count)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns ?? 118)
  }
  expect(texts[1]?.split('\n')[0]).toContain('ActivationConditionNotMet')
})

test('what is longer than its column stays whole', () => {
  const long = 'a-connector-with-a-name-of-many-words'
  const row = tableRow(
    { at: long, message: long, elementId: long, outcome: undefined, key: long, afterwards: 'deleted', reason: undefined },
    80,
  )
  expect(row.split(long)).toHaveLength(5)
})

test('the row of a failed invocation says so, and the whole id of its request', () => {
  const failed = failedInvocationIn('x 12345678-aaaa Task timed out after 30.00 seconds', NOON) as FailedInvocation
  expect(tableRow(rowOfFailure(failed))).toBe(
    '  12:00:00      request 12345678                        the function timed out                       its batch comes back\n               the invocation timed out: too little time, CPU or memory, or somebody did not answer · 12345678-aaaa',
  )
})

test.each([
  ['a report of success', '{"type":"platform.report","record":{"requestId":"r","status":"success"}}'],
  ['its start', '{"type":"platform.start","record":{"requestId":"r"}}'],
  ['an outcome which has an errorType', line({ errorType: 'X' })],
  ['a plain report of success', 'REPORT RequestId: r\tDuration: 3 ms\tBilled Duration: 4 ms'],
  ['words of a message', 'a text about Status: timeout'],
])('%s is no failed invocation', (_name, text) => {
  expect(failedInvocationIn(text, NOON)).toBeUndefined()
})

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['10', undefined],
  ['m', undefined],
  ['1w', undefined],
])('a span of %s', (text, expected) => {
  expect(spanIn(text)?.milliseconds).toBe(expected)
})

describe('following', () => {
  /** A log with a memory: pages of two events, and events which can be searched only later. */
  class FakeLog {
    readonly events: { eventId: string; timestamp: number; message: string }[] = []
    readonly inputs: { startTime: number; filterPattern: string }[] = []

    write(messageId: string, timestamp: number) {
      this.events.push({ eventId: `event of ${messageId}`, timestamp, message: line({ messageId }) })
    }

    async send({ input }: { input: { startTime: number; filterPattern: string; nextToken?: string } }) {
      this.inputs.push(input)
      const found = this.events.filter(({ timestamp }) => timestamp >= input.startTime)
      const at = Number(input.nextToken ?? 0)
      return { events: found.slice(at, at + 2), ...(found.length > at + 2 && { nextToken: String(at + 2) }) }
    }
  }

  /** What is told within so many looks, each of which is begun by a step. */
  async function follow(log: FakeLog, steps: readonly (() => void)[], outcome?: 'InvalidInput') {
    const stopping = new AbortController()
    const left = [...steps]
    const pause = async () => {
      const step = left.shift()
      if (step) step()
      else stopping.abort()
    }
    const told: string[] = []
    const outcomes = followOutcomes({ logs: log as never, logGroupName: 'g', since: NOON, outcome, signal: stopping.signal, pause })
    for await (const logged of outcomes) told.push('failure' in logged ? `${logged.failure} of ${logged.requestId}` : logged.messageId)
    return told
  }

  test('tells the past first, page by page, then what comes, each once', async () => {
    const log = new FakeLog()
    for (const id of ['a', 'b', 'c']) log.write(id, NOON + 1)
    log.write('too old', NOON - 1)
    expect(await follow(log, [() => {}, () => log.write('d', NOON + 5_000)])).toEqual(['a', 'b', 'c', 'd'])
  })

  test('a page of very many is told to the end', async () => {
    const events = Array.from({ length: 200_000 }, (_, n) => ({
      eventId: String(n),
      timestamp: NOON + n,
      message: line({ messageId: String(n) }),
    }))
    const log = new FakeLog()
    log.send = async ({ input }) => ({
      events: input.filterPattern.startsWith('{ $.outcome') ? events.filter(({ timestamp }) => timestamp >= input.startTime) : [],
    })
    expect(await follow(log, [() => {}])).toHaveLength(200_000)
  })

  test('tells what can be searched only after later ones', async () => {
    const log = new FakeLog()
    log.write('late', NOON + 120_000)
    expect(await follow(log, [() => log.write('straggler', NOON + 90_000)])).toEqual(['late', 'straggler'])
  })

  test('does not look at all of the past again', async () => {
    const log = new FakeLog()
    log.write('a', NOON + 600_000)
    await follow(log, [() => {}])
    expect([...new Set(log.inputs.map(({ startTime }) => startTime))]).toEqual([NOON, NOON + 540_000])
  })

  test('has CloudWatch look for outcomes, or for one kind of them', async () => {
    const log = new FakeLog()
    await follow(log, [])
    await follow(log, [], 'InvalidInput')
    expect(log.inputs.map(({ filterPattern }) => filterPattern)).toEqual([
      '{ $.outcome = "*" }',
      ...FAILED_INVOCATIONS,
      '{ $.outcome = "InvalidInput" }',
    ])
  })

  test('an invocation that failed is told once, in its place, whatever number of lines and searches find it', async () => {
    const log = new FakeLog()
    const failed = (type: string, timestamp: number) =>
      log.events.push({
        eventId: `${type} ${timestamp}`,
        timestamp,
        message: JSON.stringify({ type, record: { requestId: 'r', status: 'timeout' } }),
      })
    log.write('before', NOON + 1)
    failed('platform.runtimeDone', NOON + 2)
    failed('platform.report', NOON + 3)
    log.write('after', NOON + 4)
    expect(await follow(log, [() => {}])).toEqual(['before', 'timeout of r', 'after'])
  })

  test('who asks for one outcome is told of no failed invocation', async () => {
    const log = new FakeLog()
    log.events.push({ eventId: 'e', timestamp: NOON + 1, message: 'x r Task timed out after 30.00 seconds' })
    expect(await follow(log, [], 'InvalidInput')).toEqual([])
  })

  test('what several searches find comes in the order of time', async () => {
    const log = new FakeLog()
    log.write('one', NOON + 1)
    log.write('three', NOON + 3)
    log.events.push({ eventId: 'e', timestamp: NOON + 2, message: 'x r Task timed out after 30.00 seconds' })
    log.send = async ({ input }) => {
      const isText = input.filterPattern.startsWith('?')
      return { events: log.events.filter(({ message }) => message.startsWith('x') === isText) }
    }
    expect(await follow(log, [])).toEqual(['one', 'timeout of r', 'three'])
  })

  test('tells what CloudWatch refuses', async () => {
    const refusing = { send: () => Promise.reject(new Error('no log group')) }
    await expect(follow(refusing as never, [])).rejects.toThrow('no log group')
  })
})

describe('tail', () => {
  let deployed: Awaited<ReturnType<typeof startDeployedConnector>>
  beforeEach(async () => {
    deployed = await startDeployedConnector({ elements: [orderPlaced] })
  })
  afterEach(() => deployed.stop())

  test('goes on until Ctrl-C, and then ends well', async () => {
    deployed.logEvents.push({ eventId: '1', timestamp: Date.now(), message: line({ messageId: 'first' }) })
    const { child, ended } = deployed.start('tail', 'orders', '--json')
    await vi.waitFor(() => expect(new Set(deployed.filterPatterns)).toEqual(new Set(['{ $.outcome = "*" }', ...FAILED_INVOCATIONS])), {
      timeout: 15_000,
    })
    deployed.logEvents.push({ eventId: '2', timestamp: Date.now(), message: line({ messageId: 'second' }) })
    await vi.waitFor(() => expect(deployed.filterPatterns.length).toBeGreaterThan(6), { timeout: 15_000 })
    child.kill('SIGINT')
    const { code, out, error } = await ended
    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(
      out
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text).messageId),
    ).toEqual(['first', 'second'])
  })

  test('with --once ends after what is there; with --message CloudWatch looks for that one', async () => {
    deployed.logEvents.push({ eventId: '1', timestamp: Date.now(), message: line({ messageId: 'first' }) })
    const { code, out } = await deployed.run(
      'tail',
      'orders',
      '--json',
      '--once',
      '--message',
      'first',
      '--outcome',
      'ProcessInstanceCreated',
    )
    expect({ code, messageId: JSON.parse(out).messageId }).toEqual({ code: 0, messageId: 'first' })
    deployed.logEvents.length = 0
    const id = 'a43211ff-5e1c-42c9-9411-0c7051782397'
    expect((await deployed.run('tail', 'orders', '--once', '--since', '1s', '--message', id)).error).toMatch(
      /^Nothing of it in the log of the last 1s/,
    )
    expect(deployed.filterPatterns.pop()).toBe(`{ $.outcome = "*" && ($.messageId = "${id}" || $.deadLetterMessageId = "${id}") }`)
    expect(deployed.filterPatterns).toEqual([
      '{ $.outcome = "ProcessInstanceCreated" && ($.messageId = "first*" || $.deadLetterMessageId = "first*") }',
    ])
  })

  test.each([
    ['a message id that is none', ['orders', '--message', '" || '], 2, /It is no message id/],
    ['a span that is none', ['orders', '--since', 'yesterday'], 2, /--since <span>.*yesterday.*It takes a span such as 10m/],
    ['an outcome that is none', ['orders', '--outcome', 'Lost'], 2, /--outcome <kind>.*Lost.*Allowed choices are ProcessInstanceCreated/],
    ['a connector that is not deployed', ['payments', '--json'], 1, /no stack/],
  ])('%s is told without a stack trace', async (_name, args, code, message) => {
    const result = await deployed.run('tail', ...args)
    expect(result).toMatchObject({ code, out: '', error: expect.stringMatching(message) })
    expect(result.error).not.toMatch(/^\s+at /m)
  })
})
