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
/** Columns of a terminal in which a row is a line. */
const WIDE = 118

type Cells = readonly [at: string, message: string, element: string, outcome: string, key: string, afterwards: string]

/** @param columns of the terminal; undefined where it is none, and lines may be of any length */
export function tableHead(at: 'queue' | 'time', columns: number | undefined = process.stdout.columns): string {
  return pc.dim(lines([at, 'message', 'element', 'outcome', 'key in Camunda', 'afterwards'], columns))
}

/** The row, with its reason below. What a log tells may be of an earlier version, or of somebody else. */
export function tableRow(
  { at, message, elementId = '', outcome, key = '', afterwards, reason }: OutcomeRow,
  columns: number | undefined = process.stdout.columns,
): string {
  const colour = afterwards === 'deleted' ? pc.green : afterwards === 'dead letter' ? pc.red : pc.yellow
  const cells = lines([at, message, elementId, outcome ?? 'no outcome', key, afterwards], columns)
  return colour(cells) + (reason ? `\n${pc.dim(`${INDENT}${toldText(reason)}`)}` : '')
}

const INDENT = ' '.repeat(WIDTHS.at + 2)

/** One line, or two in a narrow terminal: what became of the message is in the first. */
function lines([at, message, element, outcome, key, afterwards]: Cells, columns = WIDE): string {
  const first = `  ${cell(at, WIDTHS.at)} ${cell(message, WIDTHS.message)}`
  if (columns >= WIDE)
    return `${first} ${cell(element, WIDTHS.element)} ${cell(outcome, WIDTHS.outcome)} ${cell(key, WIDTHS.key)} ${toldText(afterwards)}`.trimEnd()
  const second = `${INDENT}${cell(element, WIDTHS.message)} ${cell(key, WIDTHS.key)} ${toldText(afterwards)}`.trimEnd()
  return `${first} ${toldText(outcome)}${second && `\n${second}`}`
}

function cell(text: string, width: number): string {
  return toldText(text).padEnd(width)
}
