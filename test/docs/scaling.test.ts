import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** docs/SCALING.md: its figures are what its sentences make of each other. */
const page = readFileSync('docs/SCALING.md', 'utf8')
const rowsBelow = (heading: string) => {
  const [, table = ''] = /\n((?:\|.*\n)+)/.exec(page.split(`## ${heading}\n`)[1] ?? '') ?? []
  const rows = table.trim().split('\n').slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const BATCH = 10
const INVOCATION = 0.15
const OF_A_POLLER = 100

describe('how it is set', () => {
  test.each(rowsBelow('How it is set'))('%s messages a second', (rate, invocations, pollers) => {
    const messages = Number(rate)
    expect(Number(invocations)).toBe(Math.ceil((messages * INVOCATION) / BATCH))
    if (pollers) expect(Number(pollers)).toBe(messages / OF_A_POLLER)
  })
})

test.each(rowsBelow('Measured').map((row) => row.map(Number)))(
  '%i pollers with batches of %i came close to the least of their bounds, and not beyond it',
  (pollers, batch, polls, invocations, measured) => {
    expect(polls).toBe((pollers ?? 0) * 10 * Math.min(10, batch ?? 0))
    expect(invocations).toBe(((pollers ?? 0) * 10 * (batch ?? 0)) / 0.1)
    const least = Math.min(polls ?? 0, invocations ?? 0)
    expect(measured).toBeGreaterThan(0.9 * least)
    expect(measured).toBeLessThan(1.05 * least)
  },
)
