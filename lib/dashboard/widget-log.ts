import type { LogColumn } from './data.ts'

/** Of a query of CloudWatch Logs Insights, the table that it makes. */
export interface LogTable {
  readonly columns: readonly LogColumn[]
  readonly limit: number
}

const MOST_ROWS = 10_000

/** The columns of the last `stats`, the groups first, as the console has them; otherwise those of `display` or `fields`. */
export function tableOf(query: string): LogTable {
  const commands = query.split(/\s*\|\s*(?=[a-z]+\b)/i).map((command) => /^(\w+)\s+([\s\S]*)$/.exec(command.trim()) ?? [])
  const last = (name: string) => commands.findLast(([, command]) => command?.toLowerCase() === name)?.[2]
  const limit = Number(last('limit') ?? MOST_ROWS)
  const stats = last('stats')
  if (stats === undefined) return { columns: columnsIn(last('display') ?? last('fields') ?? '@timestamp, @message'), limit }
  const [aggregates = '', groups = ''] = stats.split(/\s+by\s+/i)
  return { columns: [...columnsIn(groups), ...columnsIn(aggregates)], limit }
}

/** They are separated by commas, but not by those within parentheses. */
function columnsIn(list: string): LogColumn[] {
  const parts = list.split(/,(?![^(]*\))/).map((part) => part.trim())
  return parts.filter(Boolean).map((part) => {
    const [expression = part, name = expression] = part.split(/\s+as\s+/i)
    return { name, expression }
  })
}
