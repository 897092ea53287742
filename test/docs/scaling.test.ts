import { describe, expect, test } from 'vitest'
import { rowsBelow } from '../support/document-tables.ts'

/** docs/SCALING.md: its figures are what its sentences make of each other. */

const BATCH = 10
const INVOCATION = 0.15
const OF_A_POLLER = 100

describe('how it is set', () => {
  test.each(rowsBelow('docs/SCALING.md', 'How it is set'))('%s messages a second', (rate, invocations, pollers) => {
    const messages = Number(rate)
    expect(Number(invocations)).toBe(Math.ceil((messages * INVOCATION) / BATCH))
    if (pollers) expect(Number(pollers)).toBe(messages / OF_A_POLLER)
  })
})

test.each(rowsBelow('docs/SCALING.md', 'Measured').map((row) => row.map(Number)))(
  '%i pollers with batches of %i came close to the least of their bounds, and not beyond it',
  (pollers, batch, polls, invocations, measured) => {
    expect(polls).toBe((pollers ?? 0) * 10 * Math.min(10, batch ?? 0))
    expect(invocations).toBe(((pollers ?? 0) * 10 * (batch ?? 0)) / 0.1)
    const least = Math.min(polls ?? 0, invocations ?? 0)
    expect(measured).toBeGreaterThan(0.9 * least)
    expect(measured).toBeLessThan(1.05 * least)
  },
)
