import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { EngineClient, type EngineWorker, PATIENCE_MS, type StartWorker } from '../../../console/engine/engine-client.ts'
import type { Request, Told } from '../../../console/engine/protocol.ts'

/** A worker which answers when it is told to. */
class FakeWorker implements EngineWorker {
  readonly #onTold: (told: Told) => void
  readonly fail: (reason: string) => void
  readonly asked: string[] = []
  hasEnded = false

  constructor(...[onTold, onFailure]: Parameters<StartWorker>) {
    this.#onTold = onTold
    this.fail = onFailure
  }

  ask({ question }: Request) {
    this.asked.push(question.expression)
  }

  end() {
    this.hasEnded = true
  }

  says(...all: Told[]) {
    for (const told of all) if (!this.hasEnded) this.#onTold(told)
  }
}

let workers: FakeWorker[]
let told: unknown[]
let engine: EngineClient

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  workers = []
  told = []
  engine = new EngineClient(
    (one) => told.push(one),
    (...listeners) => {
      const worker = new FakeWorker(...listeners)
      workers.push(worker)
      return worker
    },
  )
})

function request(expression: string): Request {
  return { kind: 'evaluate', question: { expression, property: 'activationCondition', message: { body: '', attributes: [], group: '' } } }
}

function ask(...expressions: string[]) {
  for (const expression of expressions) engine.ask(request(expression))
}

const failure = (reason: string): Told => ({ kind: 'failed', reason })
const done: Told = { kind: 'done' }

test('of what is asked meanwhile, the last comes next', () => {
  ask('a', 'b', 'c')
  workers[0]?.says(failure('of a'), done)
  workers[0]?.says(failure('of c'), done)
  expect(workers.map(({ asked }) => asked)).toEqual([['a', 'c']])
  expect(told).toEqual([failure('of a'), failure('of c')])
})

test('what takes too long is ended where a newer one waits, and nothing of it is told any more', () => {
  ask('a', 'b')
  vi.advanceTimersByTime(PATIENCE_MS)
  workers[0]?.says(failure('of a'))
  expect(workers.map(({ asked, hasEnded }) => [asked, hasEnded])).toEqual([
    [['a'], true],
    [['b'], false],
  ])
  expect(told).toEqual([])
})

test('what takes long goes on where nothing waits', () => {
  ask('a')
  vi.advanceTimersByTime(100 * PATIENCE_MS)
  workers[0]?.says(failure('of a'), done)
  expect(told).toEqual([failure('of a')])
})

test('the patience is with each request, not with all of them', () => {
  ask('a', 'b')
  vi.advanceTimersByTime(PATIENCE_MS - 1)
  workers[0]?.says(done)
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(workers).toHaveLength(1)
})

test('a worker that breaks is told of, and another goes on', () => {
  ask('a', 'b')
  workers[0]?.fail('out of memory')
  expect(told).toEqual([failure('out of memory')])
  expect(workers.map(({ asked }) => asked)).toEqual([['a'], ['b']])
})

test('nothing is asked after the end', () => {
  ask('a', 'b')
  engine.stop()
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(workers.map(({ asked, hasEnded }) => [asked, hasEnded])).toEqual([[['a'], true]])
})
