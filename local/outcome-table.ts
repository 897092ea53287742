import pc from 'picocolors'
import type { Stage } from './journeys.ts'

const WIDTHS = { queue: 13, label: 22, element: 16, outcome: 26, key: 17 } as const

export const tableHead = pc.dim(row(['queue', 'message', 'element', 'outcome', 'key in Camunda', 'afterwards']))

/** A stage of a message's way as a line of the table, with its reason below. */
export function tableRow({ queue, elementId = '', outcome, key = '', reason, fate }: Stage, label: string): string {
  const colour = fate === 'deleted' ? pc.green : fate === 'dead letter' ? pc.red : pc.yellow
  const line = row([queue, label, elementId, outcome ?? 'no outcome', key, fate])
  return colour(line) + (reason ? `\n${pc.dim(`  ${' '.repeat(WIDTHS.queue)}${reason}`)}` : '')
}

function row(cells: readonly [string, string, string, string, string, string]): string {
  const widths = Object.values(WIDTHS)
  return `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' ')}`.trimEnd()
}
