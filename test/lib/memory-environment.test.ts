import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { memoryEnvironment } from '../../lib/memory-environment.ts'

/** Keeps the latest hundred thousand of many objects, and tells the MiB which the young generation has then. */
const WORK = `
  const kept = []
  for (let n = 0; n < 10_000_000; n++) kept[n % 100_000] = { n }
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8')
  console.log(getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').physical_space_size / 1_048_576)`

function youngGenerationAfterWork(options: string): number {
  return Number(spawnSync(process.execPath, ['-e', WORK], { env: { ...process.env, NODE_OPTIONS: options }, encoding: 'utf8' }).stdout)
}

test('the young generation stays within two semi-spaces of 16 MiB, where the same work takes more if it may', () => {
  expect(youngGenerationAfterWork(memoryEnvironment(1_024).NODE_OPTIONS)).toBeLessThanOrEqual(32)
  expect(youngGenerationAfterWork('--max-semi-space-size=64')).toBeGreaterThan(32)
})

test.each([
  [128, '--max-semi-space-size=6 --max-old-space-size=96'],
  [512, '--max-semi-space-size=16 --max-old-space-size=384'],
  [10_240, '--max-semi-space-size=16 --max-old-space-size=7680'],
])('a function of %i MB has a young generation that stays, and room beside the old one: %s', (memorySize, options) => {
  expect(memoryEnvironment(memorySize).NODE_OPTIONS).toBe(options)
})
