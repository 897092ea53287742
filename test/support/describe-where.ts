import { describe } from 'vitest'

/**
 * A suite which needs something of this machine. Where that is missing, `why` says what, and the suite is skipped and says so, unless the
 * environment variable `REQUIRE_ENGINES=true` forbids that: then its file fails.
 */
export function describeWhere(isThere: boolean, why: string, name: string, suite: () => void): void {
  if (isThere) describe(name, suite)
  else if (process.env.REQUIRE_ENGINES === 'true') throw new Error(`REQUIRE_ENGINES=true, but ${why}`)
  else {
    console.warn(`skipped: ${why}`)
    describe.skip(name, suite)
  }
}
