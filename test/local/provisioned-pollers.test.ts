import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { type Poller, startPollers } from '../../local/provisioned-pollers.ts'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

/** Pollers which do what the test says. */
function fleet(minimum: number, maximum: number, state: { busy: boolean; idle: boolean }) {
  let running = 0
  let most = 0
  const pollers = startPollers({ minimum, maximum }, (): Poller => {
    most = Math.max(most, ++running)
    return { isBusy: () => state.busy, isIdle: () => state.idle, stop: async () => void running-- }
  })
  stop = pollers.stop
  return { running: () => running, most: () => most }
}

test('as many as the minimum are there at once, and no others where they are not busy', async () => {
  const { running } = fleet(3, 9, { busy: false, idle: false })
  expect(running()).toBe(3)
  await pause(1_300)
  expect(running()).toBe(3)
})

test('others join up to the maximum while all are busy, and leave down to the minimum when they stay idle', {
  timeout: 60_000,
}, async () => {
  const state = { busy: true, idle: false }
  const { running, most } = fleet(2, 3, state)
  await expect.poll(running, { timeout: 5_000 }).toBe(3)
  await pause(1_300)
  expect(most()).toBe(3)
  Object.assign(state, { busy: false, idle: true })
  await expect.poll(running, { timeout: 30_000 }).toBe(2)
})
