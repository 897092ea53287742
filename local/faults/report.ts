import type { Tally } from './tally.ts'

const HEAD = ['fault', 'mode', 'sent', 'instances', 'lost', 'duplicated', 'dead letters', 'struck', 'seconds to drain'] as const
/** The first columns are words, the others numbers. */
const WORDS = 2
const MOST_REASONS = 5

/** The table, the promises which were broken, and the sum as the last line. */
export function report(tallies: readonly Tally[]): string {
  const rows = tallies.map(cells)
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < WORDS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [
    line(HEAD),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...rows.map(line),
    '',
    ...(tallies.some(isMarked) ? ['* may happen here: the fault hides from the bridge that the instance is there already.', ''] : []),
    ...tallies.flatMap(brokenPromises),
    sum(tallies),
  ].join('\n')
}

/** What the function told of messages in such a row helps to find out why. */
function brokenPromises({ row, mode, broken, reasons }: Tally): string[] {
  if (broken.length === 0) return []
  return [
    ...broken.map((promise) => `BROKEN  ${row}, ${mode}: ${promise}`),
    ...reasons.slice(0, MOST_REASONS).map((reason) => `        ${reason}`),
  ]
}

/** 0 only where there were rows, and each kept every promise. */
export function exitStatus(tallies: readonly Tally[]): 0 | 1 {
  return tallies.length > 0 && tallies.every(({ broken }) => broken.length === 0) ? 0 : 1
}

/** Of the duplicates, those count which the mode promises not to make. */
function sum(tallies: readonly Tally[]): string {
  const lost = tallies.reduce((total, each) => total + each.lost, 0)
  const duplicated = tallies.reduce((total, each) => total + (each.duplicatesPossible ? 0 : each.duplicated), 0)
  return `lost ${lost}, duplicated ${duplicated}, rows ${tallies.length}`
}

function cells(each: Tally): string[] {
  return [
    each.row,
    each.mode,
    String(each.sent),
    String(each.instances),
    String(each.lost),
    `${each.duplicated}${isMarked(each) ? '*' : ''}`,
    String(each.deadLetters),
    String(each.struck),
    each.secondsToDrain === undefined ? 'not empty' : each.secondsToDrain.toFixed(0),
  ]
}

function isMarked({ duplicated, duplicatesPossible }: Tally): boolean {
  return duplicated > 0 && duplicatesPossible
}
