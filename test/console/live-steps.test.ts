import { expect, test } from 'vitest'
import { LiveSteps } from '../../local/console/live-steps.ts'

const DONE = { kind: 'done' } as const
const settings = {
  patterns: [],
  batchSize: 10,
  maximumBatchingWindow: 0,
  maximumConcurrency: undefined,
  provisionedPollers: undefined,
  enabled: true,
}

function follow() {
  const told: string[] = []
  const steps = new LiveSteps((connector, { kind, version }) => told.push(`${connector} ${version} ${kind}`))
  return { steps, told }
}

test('a live change is told step by step, and that it is in effect only after a look which began later', () => {
  const { steps, told } = follow()
  for (let looks = 0; looks < 3; looks++) steps.onMapping('orders', DONE)
  steps.onOutcome('orders', 1)
  expect(told).toEqual([])
  steps.onPut('orders', 2, undefined)
  // This look may have begun before.
  steps.onMapping('orders', DONE)
  steps.onMapping('orders', { kind: 'updateMapping', why: 'widen', settings })
  steps.onMapping('orders', { kind: 'writeFilter', why: 'widen', text: '' })
  steps.onOutcome('orders', 1)
  steps.onOutcome('orders', 2)
  steps.onOutcome('orders', 2)
  steps.onMapping('orders', { kind: 'wait', why: 'takenOver', milliseconds: 1 })
  steps.onMapping('orders', { kind: 'writeFilter', why: 'narrow', text: '' })
  steps.onMapping('orders', { kind: 'updateMapping', why: 'narrow', settings })
  for (let looks = 0; looks < 3; looks++) steps.onMapping('orders', DONE)
  expect(told).toEqual([
    'orders 2 pushed',
    'orders 2 filter widened',
    'orders 2 filter allowed',
    'orders 2 function follows',
    'orders 2 filter narrowed',
    'orders 2 in effect',
  ])
  expect(steps.of('orders')).toMatchObject({ version: 2, functionVersion: 2 })
})

test('after a change that changes no filter it is in effect with the second look', () => {
  const { steps, told } = follow()
  steps.onPut('orders', 2, undefined)
  steps.onMapping('orders', DONE)
  expect(told).toEqual(['orders 2 pushed'])
  steps.onMapping('orders', DONE)
  expect(told).toEqual(['orders 2 pushed', 'orders 2 in effect'])
})

test('an invalid one is never in effect', () => {
  const { steps, told } = follow()
  steps.onPut('orders', 2, 'no JSON')
  for (let looks = 0; looks < 3; looks++) steps.onMapping('orders', DONE)
  expect(told).toEqual(['orders 2 invalid'])
})

test('connectors are told apart', () => {
  const { steps } = follow()
  steps.onPut('orders', 2, undefined)
  steps.onPut('payments', 5, undefined)
  expect([...steps.all()].map(({ connector, step }) => [connector, step.version])).toEqual([
    ['orders', 2],
    ['payments', 5],
  ])
})
