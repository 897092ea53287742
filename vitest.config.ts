import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Vitest leaves a core free, and of two cores one is idle: much of the suite waits for engines and visibility timeouts.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
