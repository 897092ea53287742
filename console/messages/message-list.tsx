import { useEffect, useRef, useState } from 'preact/hooks'
import type { MessageRow } from '../api.ts'
import { clockTime, duration, moodOf, outcomeText } from '../shell/told.ts'

/** Pixels of a row; the style sheet has the same. */
const ROW = 30
/** Rows beyond the edges, so that scrolling shows no gap. */
const BEYOND = 8

interface Given {
  readonly rows: readonly MessageRow[]
  /** The id of the message that is open; empty where none is. */
  readonly open: string
  readonly onOpen: (messageId: string) => void
}

const COLUMNS = ['time', 'queue', 'message', 'element', 'outcome', 'reason', 'key in Camunda', 'receives', 'delay', 'afterwards'] as const

/** The list, of which only what can be seen is in the page. Arrow keys go through it, and Enter opens. */
export function MessageList({ rows, open, onOpen }: Given) {
  const scroller = useRef<HTMLDivElement>(null)
  const [{ top, height }, setWindow] = useState({ top: 0, height: 600 })
  const [active, setActive] = useState('')
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const measure = () => setWindow({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [])
  const first = Math.max(0, Math.floor(top / ROW) - BEYOND)
  const shown = rows.slice(first, Math.ceil((top + height) / ROW) + BEYOND)
  const activeAt = rows.findIndex(({ messageId }) => messageId === active)

  function onKeyDown(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor(height / ROW) - 1)
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }
    const move = moves[event.key]
    if (event.key === 'Enter' && activeAt >= 0) return onOpen(active)
    if (move === undefined || rows.length === 0) return
    event.preventDefault()
    const next = Math.min(rows.length - 1, Math.max(0, activeAt + move))
    setActive(rows[next]?.messageId ?? '')
    const element = scroller.current
    if (!element) return
    if (next * ROW < element.scrollTop) element.scrollTop = next * ROW
    else if ((next + 2) * ROW > element.scrollTop + element.clientHeight) element.scrollTop = (next + 2) * ROW - element.clientHeight
  }

  return (
    <div ref={scroller} class="messages">
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is what HTML lets a table be
        role="grid"
        tabIndex={0}
        aria-label="Messages, the newest first"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={shown.some(({ messageId }) => messageId === active) ? `row-${active}` : undefined}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" class={classOf(column)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={first} />
          {shown.map((row, index) => (
            <Row
              key={row.messageId}
              row={row}
              index={first + index}
              isOpen={row.messageId === open}
              isActive={row.messageId === active}
              onOpen={() => {
                setActive(row.messageId)
                onOpen(row.messageId)
              }}
            />
          ))}
          <Spacer rows={rows.length - first - shown.length} />
        </tbody>
      </table>
    </div>
  )
}

interface RowGiven {
  readonly row: MessageRow
  readonly index: number
  readonly isOpen: boolean
  readonly isActive: boolean
  readonly onOpen: () => void
}

function Row({ row, index, isOpen, isActive, onOpen }: RowGiven) {
  const { messageId, at, queue, text, elementId, reason, key, receives, delay, fate } = row
  const cells = [
    clockTime(at).slice(0, 8),
    queue,
    text,
    elementId,
    outcomeText(row),
    reason,
    key,
    receives,
    delay === undefined ? '' : duration(delay),
    fate ?? '',
  ]
  return (
    <tr
      id={`row-${messageId}`}
      class={`mood-${moodOf(row)}${isActive ? ' active' : ''}`}
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      onClick={onOpen}
    >
      {cells.map((cell, column) => (
        <td key={COLUMNS[column]} class={classOf(COLUMNS[column] ?? '')} title={title(cell)}>
          {cell}
        </td>
      ))}
    </tr>
  )
}

function title(cell: string | number | undefined): string | undefined {
  return typeof cell === 'string' && cell.length > 12 ? cell : undefined
}

function classOf(column: string): string {
  return `c-${column.split(' ')[0]}`
}

/** In place of rows that are out of sight. */
function Spacer({ rows }: { readonly rows: number }) {
  const element = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    if (element.current) element.current.style.height = `${rows * ROW}px`
  }, [rows])
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: there is nothing in it to focus
  return rows === 0 ? null : <tr ref={element} class="spacer" aria-hidden="true" />
}
