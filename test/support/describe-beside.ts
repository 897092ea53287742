import { describe } from 'vitest'

/** A suite beside which the others of its file run, while its own tests run one after another. Each test has to take `expect` from its context. */
export function describeBeside(name: string, suite: () => void): void {
  describe.concurrent(name, () => {
    describe('one after another', { concurrent: false }, suite)
  })
}
