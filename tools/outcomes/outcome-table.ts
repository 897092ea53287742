import pc from 'picocolors'
import { toldText } from '../../lambda/core/told-text.ts'

/** What became of a message, once: a line of the table that `npm start` and `npx camunda-sqs-bridge tail` print. */
export interface OutcomeRow {
  /** The queue, or the time. */
  readonly at: string
  readonly message: string
  readonly elementId: string | undefined
  readonly outcome: string | undefined
  /** Of the process instance or the message. */
  readonly key: string | undefined
  readonly afterwards: string
  readonly reason: string | undefined
}

const WIDTHS = { at: 13, message: 22, element: 16, outcome: 26, key: 17 } as const

export function tableHead(at: 'queue' | 'time'): string {
  return pc.dim(line([at, 'message', 'element', 'outcome', 'key in Camunda', 'afterwards']))
}

/** The row as a line, with its reason below. What a log tells may be of an earlier version, or of somebody else. */
export function tableRow({ at, message, elementId = '', outcome, key = '', afterwards, reason }: OutcomeRow): string {
  const colour = afterwards === 'deleted' ? pc.green : afterwards === 'dead letter' ? pc.red : pc.yellow
  const cells = line([at, message, elementId, outcome ?? 'no outcome', key, afterwards])
  return colour(cells) + (reason ? `\n${pc.dim(`  ${' '.repeat(WIDTHS.at)}${toldText(reason)}`)}` : '')
}

function line(cells: readonly [string, string, string, string, string, string]): string {
  const widths = Object.values(WIDTHS)
  return `  ${cells.map((cell, index) => toldText(cell).padEnd(widths[index] ?? 0)).join(' ')}`.trimEnd()
}
