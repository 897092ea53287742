import { describe, expect, it } from 'vitest'
import { exitStatus, report } from '../../../local/faults/report.ts'
import { type Findings, tally } from '../../../local/faults/tally.ts'

const exactlyOnce = { name: 'publish', duplicatesPossible: () => false, deadLettersPossible: () => false }
const atLeastOnce = { ...exactlyOnce, name: 'create', duplicatesPossible: ({ ambiguous }: { ambiguous: boolean }) => ambiguous }
const atMostOnce = { ...exactlyOnce, name: 'create once', deadLettersPossible: ({ ambiguous }: { ambiguous: boolean }) => ambiguous }
const row = { name: 'response lost', ambiguous: true }
const plainRow = { name: '429 storm', ambiguous: false }

const good: Findings = {
  sent: [1, 2, 3],
  poison: new Set(),
  instances: [3, 1, 2],
  deadLetters: [],
  struck: 5,
  secondsToDrain: 9.6,
  reasons: ['4 × Ambiguous: ECONNRESET'],
}

describe('a tally', () => {
  it('breaks no promise where each message has its instance', () => {
    expect(tally(row, exactlyOnce, good)).toMatchObject({ sent: 3, instances: 3, lost: 0, duplicated: 0, deadLetters: 0, broken: [] })
  })

  it('counts a message as lost which is neither an instance nor a dead letter', () => {
    const { lost, broken } = tally(row, atLeastOnce, { ...good, instances: [1] })
    expect(lost).toBe(2)
    expect(broken).toEqual(['no message is lost, and 2 of 3 are'])
  })

  it('does not set off a duplicate against a lost message', () => {
    expect(tally(row, atLeastOnce, { ...good, instances: [1, 1, 2] })).toMatchObject({ lost: 1, duplicated: 1 })
  })

  it('allows a duplicate only where the mode says so, for this row', () => {
    const twice = { ...good, instances: [1, 2, 3, 3] }
    const promise = ['no message starts two instances, and there are 1 too many']
    expect(tally(row, atLeastOnce, twice).broken).toEqual([])
    expect(tally(row, exactlyOnce, twice).broken).toEqual(promise)
    expect(tally(plainRow, atLeastOnce, twice).broken).toEqual(promise)
  })

  it('allows poison in the dead-letter queue, and no healthy message', () => {
    const dead = { ...good, instances: [1, 2], deadLetters: [3] }
    expect(tally(row, exactlyOnce, { ...dead, poison: new Set([3]) })).toMatchObject({ lost: 0, deadLetters: 1, broken: [] })
    expect(tally(row, exactlyOnce, dead).broken).toEqual(['no healthy message becomes a dead letter, and 1 did'])
  })

  it('allows a healthy dead letter only where the mode says so, for this row', () => {
    const dead = { ...good, instances: [1, 2], deadLetters: [3] }
    expect(tally(row, atMostOnce, dead)).toMatchObject({ lost: 0, deadLetters: 1, broken: [] })
    expect(tally(plainRow, atMostOnce, dead).broken).toEqual(['no healthy message becomes a dead letter, and 1 did'])
  })

  it('takes neither a queue that stays full nor a fault that never struck for a success', () => {
    expect(tally(row, exactlyOnce, { ...good, secondsToDrain: undefined }).broken).toEqual(['the queue is empty in the end, and it is not'])
    expect(tally(row, exactlyOnce, { ...good, struck: 0 }).broken).toEqual(['the fault strikes, and it did not: the row proves nothing'])
  })
})

describe('the report', () => {
  const kept = tally(plainRow, exactlyOnce, good)
  const allowed = tally(row, atLeastOnce, { ...good, instances: [1, 2, 3, 3, 3] })
  const lost = tally(row, exactlyOnce, { ...good, instances: [1, 2] })
  const duplicated = tally(plainRow, atLeastOnce, { ...good, instances: [1, 2, 3, 3] })

  it('is a table of the rows, with the sum as its last line', () => {
    expect(report([kept, allowed])).toBe(
      [
        'fault          mode     sent  instances  lost  duplicated  dead letters  struck  seconds to drain',
        '─────────────  ───────  ────  ─────────  ────  ──────────  ────────────  ──────  ────────────────',
        '429 storm      publish     3          3     0           0             0       5                10',
        'response lost  create      3          5     0          2*             0       5                10',
        '',
        '* may happen here: the fault hides from the bridge that the instance is there already.',
        '',
        'lost 0, duplicated 0, rows 2',
      ].join('\n'),
    )
  })

  it('names each promise which was broken, by which row, and what the function told there', () => {
    const lines = report([kept, lost, duplicated]).split('\n')
    expect(lines.slice(-5)).toEqual([
      'BROKEN  response lost, publish: no message is lost, and 1 of 3 are',
      '        4 × Ambiguous: ECONNRESET',
      'BROKEN  429 storm, create: no message starts two instances, and there are 1 too many',
      '        4 × Ambiguous: ECONNRESET',
      'lost 1, duplicated 1, rows 3',
    ])
  })

  it('ends with status 1 when a message is lost or duplicated against a promise, or when nothing ran', () => {
    expect(exitStatus([kept, allowed])).toBe(0)
    expect(exitStatus([kept, lost])).toBe(1)
    expect(exitStatus([duplicated, kept])).toBe(1)
    expect(exitStatus([])).toBe(1)
  })
})
