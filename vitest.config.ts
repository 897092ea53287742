import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // What comes to be may take its time on a machine that is busy.
    expect: { poll: { timeout: 30_000 } },
    // Vitest leaves a core free; but much of the suite waits for engines and visibility timeouts, and of two cores three workers leave nothing idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
  },
})
