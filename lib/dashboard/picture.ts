import type { AlarmState, DashboardData, LogColumn, LogRow } from './data.ts'
import { escaped, FAINT_INK, FONT, INK, nested, rect, text, truncated, widthOf } from './svg-text.ts'
import {
  type AxisProperties,
  bars,
  gauge,
  type HorizontalAnnotation,
  type Portion,
  pie,
  type Size,
  shown,
  sparkline,
  timeSeries,
} from './widget-chart.ts'
import { tableOf } from './widget-log.ts'
import { markdown } from './widget-markdown.ts'
import { DAY, type Line, linesOf, type MetricWidgetProperties } from './widget-metrics.ts'

/** A CloudWatch dashboard, as its body says ("Dashboard Body Structure and Syntax" in CloudWatch's reference). */
export interface DashboardBody {
  readonly start?: string
  readonly periodOverride?: string
  readonly widgets: readonly Widget[]
}

export interface Widget {
  readonly type: string
  readonly x?: number
  readonly y?: number
  readonly width?: number
  readonly height?: number
  readonly properties: Readonly<Record<string, unknown>>
}

interface MetricProperties extends MetricWidgetProperties {
  readonly view?: 'timeSeries' | 'singleValue' | 'bar' | 'pie' | 'gauge' | 'table'
  readonly stacked?: boolean
  readonly yAxis?: { readonly left?: AxisProperties; readonly right?: AxisProperties }
  readonly annotations?: { readonly horizontal?: readonly (HorizontalAnnotation | readonly HorizontalAnnotation[])[] }
  readonly legend?: { readonly position?: 'bottom' | 'right' | 'hidden' }
  readonly setPeriodToTimeRange?: boolean
  readonly sparkline?: boolean
}

const COLUMN = 60
const ROW = 60
const COLUMNS = 24
const MARGIN = 8
const GAP = 8
const PADDING = 12
const TITLE_HEIGHT = 34
const TITLE = { size: 14, bold: true } as const
const LEGEND = { size: 11, fill: INK } as const
const LEGEND_ROW = 18
/** Of the height of a widget, what its legend may take. */
const LEGEND_PART = 0.3
const BORDER = '#d5dbdb'

/**
 * The dashboard as an SVG, with these data. The same body and the same data are the same text.
 * @throws {Error} naming the widget whose metrics cannot be evaluated
 */
export function dashboardPicture({ widgets }: DashboardBody, dataOf: DashboardData): string {
  const rows = Math.max(0, ...widgets.map(({ y = 0, height = 6 }) => y + height))
  const [width, height] = [COLUMNS * COLUMN + 2 * MARGIN, rows * ROW + 2 * MARGIN]
  const drawn = widgets.map((widget, index) => drawWidget(widget, dataOf, `w${index}`))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(FONT)}">`,
    rect(0, 0, width, height, '#f2f3f3'),
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function drawWidget({ type, x = 0, y = 0, width = 6, height = 6, properties }: Widget, dataOf: DashboardData, id: string): string {
  const size = { width: width * COLUMN - GAP, height: height * ROW - GAP }
  const title = typeof properties.title === 'string' ? properties.title : ''
  const isBare = type === 'text' && properties.background === 'transparent'
  const top = title && type !== 'text' ? TITLE_HEIGHT : PADDING
  const body = { width: size.width - 2 * PADDING, height: size.height - top - PADDING }
  return nested(
    MARGIN + x * COLUMN + GAP / 2,
    MARGIN + y * ROW + GAP / 2,
    size.width,
    size.height,
    [
      isBare ? '' : card(size),
      top === TITLE_HEIGHT ? text(truncated(title, body.width, TITLE), PADDING, 22, TITLE) : '',
      nested(PADDING, top, body.width, body.height, contentOf(type, properties, dataOf, body, id)),
    ].join(''),
  )
}

function card({ width, height }: Size): string {
  return rect(0.5, 0.5, width - 1, height - 1, '#ffffff', `rx="4" stroke="${BORDER}"`)
}

function contentOf(type: string, properties: Widget['properties'], dataOf: DashboardData, size: Size, id: string): string {
  switch (type) {
    case 'text':
      return markdown(String(properties.markdown ?? ''), size.width, size.height)
    case 'metric':
      return metricWidget(properties, dataOf, size, id)
    case 'alarm':
      return alarmTiles(properties, dataOf, size)
    case 'log':
      return logWidget(properties, dataOf, size)
    default:
      return placeholder(`a widget of the type ${type}`, size)
  }
}

/** In place of what is not drawn here. */
function placeholder(what: string, { width, height }: Size): string {
  return text(`(${what})`, width / 2, height / 2, { size: 13, fill: FAINT_INK, anchor: 'middle' })
}

function metricWidget(properties: MetricProperties, dataOf: DashboardData, size: Size, id: string): string {
  const { view = 'timeSeries', yAxis = {}, setPeriodToTimeRange } = properties
  if (view === 'timeSeries') return graph(properties, linesOf(properties, dataOf), size, id)
  const lines = linesOf(properties, dataOf, setPeriodToTimeRange ? DAY : undefined)
  const portions = lines.map(({ label, color, points }) => ({ label, color, value: points.findLast((point) => point !== undefined) }))
  switch (view) {
    case 'singleValue':
      return numbers(portions, properties.sparkline ? linesOf(properties, dataOf) : [], size, id)
    case 'bar':
      return nested(0, 0, size.width, size.height, bars(portions, yAxis.left ?? {}, size, id))
    case 'pie':
      return pieWithLegend(portions, size, id)
    case 'gauge':
      return gauges(portions, yAxis.left ?? {}, size, id)
    default:
      return placeholder(`a ${view} of metrics`, size)
  }
}

const AXIS_LABEL_HEIGHT = 16
const AXIS_LABEL = { size: 11, fill: FAINT_INK } as const
/** Of letters which somebody can read. */
const LEAST_SIZE = 7

function graph(
  { stacked = false, yAxis = {}, annotations, legend }: MetricProperties,
  lines: readonly Line[],
  size: Size,
  id: string,
): string {
  const chart = { lines, stacked, axes: yAxis, annotations: (annotations?.horizontal ?? []).flat() }
  const around = besideLegend(lines, legend?.position ?? 'bottom', size)
  const { labels, rows } = axisLabels(yAxis, around.room.width)
  const top = rows * AXIS_LABEL_HEIGHT
  const room = { width: around.room.width, height: around.room.height - top }
  return labels + nested(0, top, room.width, room.height, timeSeries(chart, room, id)) + around.legend
}

/** All of each, at its side; one below the other where one row has no room for both, and smaller where it has not even room for one. */
function axisLabels({ left, right }: NonNullable<MetricProperties['yAxis']>, width: number): { labels: string; rows: number } {
  const placed = [
    { label: left?.label ?? '', x: 0, anchor: 'start' as const },
    { label: right?.label ?? '', x: width, anchor: 'end' as const },
  ].filter(({ label }) => label !== '')
  const needed = placed.map(({ label }) => widthOf(label, AXIS_LABEL))
  const inOneRow = needed.reduce((sum, each) => sum + each, 0) + 20 <= width
  const drawn = placed.map(({ label, x, anchor }, index) => {
    const fitting = Math.min(AXIS_LABEL.size, (AXIS_LABEL.size * width) / (needed[index] ?? 1))
    const style = { ...AXIS_LABEL, size: Math.max(LEAST_SIZE, Math.floor(fitting * 10) / 10), anchor }
    return text(truncated(label, width, style), x, 10 + (inOneRow ? 0 : index * AXIS_LABEL_HEIGHT), style)
  })
  return { labels: drawn.join(''), rows: inOneRow ? Math.min(1, placed.length) : placed.length }
}

type LegendPosition = 'bottom' | 'right' | 'hidden'

interface LegendItem {
  readonly label: string
  readonly color: string
}

/** The legend, and the room that it leaves. */
function besideLegend(items: readonly LegendItem[], position: LegendPosition, size: Size, widest = 0.35): { room: Size; legend: string } {
  if (position === 'hidden' || items.length === 0) return { room: size, legend: '' }
  if (position === 'right') {
    const width = Math.min(300, size.width * widest, Math.max(...items.map(legendItemWidth)))
    const rows = items.map((item) => [{ ...item, width }])
    return {
      room: { ...size, width: size.width - width - 12 },
      legend: legendRows(rows, size.width - width, 4, Math.floor(size.height / LEGEND_ROW)),
    }
  }
  const rows = legendFlow(items, size.width)
  const most = Math.max(1, Math.floor((size.height * LEGEND_PART) / LEGEND_ROW))
  const height = Math.min(rows.length, most) * LEGEND_ROW + 6
  return { room: { ...size, height: size.height - height }, legend: legendRows(rows, 0, size.height - height + 8, most) }
}

type PlacedItem = LegendItem & { readonly width: number }

function legendItemWidth({ label }: LegendItem): number {
  return 16 + widthOf(label, LEGEND) + 16
}

function legendFlow(items: readonly LegendItem[], width: number): PlacedItem[][] {
  const rows: PlacedItem[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const item of items) {
    const placed = { ...item, width: Math.min(legendItemWidth(item), width, 320) }
    if (used + placed.width > width) {
      rows.push([])
      used = 0
    }
    rows.at(-1)?.push(placed)
    used += placed.width
  }
  return rows
}

/** The last row that there is room for says how many more there are. */
function legendRows(rows: readonly PlacedItem[][], x: number, y: number, most: number): string {
  const isTooMuch = rows.length > most
  const visible = isTooMuch ? rows.slice(0, most - 1) : rows
  const drawn = visible.flatMap((row, index) => {
    let at = x
    return row.map((item) => {
      const left = at
      at += item.width
      return legendItem(item, left, y + index * LEGEND_ROW)
    })
  })
  if (isTooMuch)
    drawn.push(text(moreOf(rows.slice(most - 1).flat().length), x, y + (most - 1) * LEGEND_ROW + 9, { ...LEGEND, fill: FAINT_INK }))
  return drawn.join('')
}

function legendItem({ label, color, width }: PlacedItem, x: number, y: number): string {
  return rect(x, y, 10, 10, color, 'rx="2"') + text(truncated(label, width - 28, LEGEND), x + 16, y + 9, LEGEND)
}

function moreOf(count: number): string {
  return `and ${count} more`
}

function numbers(portions: readonly Portion[], lines: readonly Line[], size: Size, id: string): string {
  const columns = Math.max(1, Math.min(portions.length, Math.floor(size.width / 110)))
  const cell = { width: size.width / columns, height: size.height / Math.max(1, Math.ceil(portions.length / columns)) }
  const room = cell.width - 14
  const value = valueSize(portions, room, cell.height * (lines.length > 0 ? 0.34 : 0.45))
  return portions
    .map((portion, index) => {
      const line = lines[index]
      // Without a line below it, in the middle.
      const above = line ? 0 : Math.max(0, (cell.height - 22 - value) / 2 - 6)
      const [x, y] = [(index % columns) * cell.width, Math.floor(index / columns) * cell.height + above]
      const top = 16 + value
      const below = { width: room, height: cell.height - top - 12 }
      const hasLine = line !== undefined && below.height >= 14
      return nested(
        x,
        y,
        cell.width,
        cell.height,
        [
          rect(0, 2, 10, 10, portion.color, 'rx="2"'),
          text(truncated(portion.label, room - 16, LEGEND), 16, 11, { ...LEGEND, fill: FAINT_INK }),
          text(shown(portion.value), 0, 18 + value * 0.86, { size: value, bold: true }),
          hasLine ? nested(0, top + 10, below.width, below.height, sparkline(line, below, `${id}n${index}`)) : '',
        ].join(''),
      )
    })
    .join('')
}

/** The same for all: the largest that there is room for. */
function valueSize(portions: readonly Portion[], width: number, height: number): number {
  const fits = (size: number) => portions.every(({ value }) => widthOf(shown(value), { size, bold: true }) <= width)
  const sizes = [40, 36, 32, 28, 24, 20, 16]
  return sizes.find((size) => size <= height && fits(size)) ?? 14
}

/** Most of a pie is its legend: what each portion is, and how much of all. */
function pieWithLegend(portions: readonly Portion[], size: Size, id: string): string {
  const total = portions.reduce((sum, { value = 0 }) => sum + value, 0)
  const items = portions.map(({ label, color, value = 0 }) => ({
    label: `${label}: ${shown(value)}${total > 0 ? ` (${Math.round((value / total) * 100)} %)` : ''}`,
    color,
  }))
  const { room, legend } = besideLegend(items, size.width > size.height * 1.3 ? 'right' : 'bottom', size, 0.5)
  return nested(0, 0, room.width, room.height, pie(portions, room, id)) + legend
}

function gauges(portions: readonly Portion[], axis: AxisProperties, size: Size, id: string): string {
  const room = { width: size.width / Math.max(1, portions.length), height: size.height - LEGEND_ROW }
  const style = { ...LEGEND, anchor: 'middle' } as const
  return portions
    .map((portion, index) =>
      nested(
        index * room.width,
        0,
        room.width,
        size.height,
        [
          gauge(portion, axis, room, `${id}g${index}`),
          text(truncated(portion.label, room.width - 8, style), room.width / 2, size.height - 4, style),
        ].join(''),
      ),
    )
    .join('')
}

const STATES: Readonly<Record<AlarmState, { readonly color: string; readonly background: string; readonly says: string }>> = {
  OK: { color: '#037f0c', background: '#f2fcf3', says: 'OK' },
  ALARM: { color: '#d91515', background: '#fff3f3', says: 'In alarm' },
  INSUFFICIENT_DATA: { color: '#687078', background: '#fafafa', says: 'Insufficient data' },
}

/** A tile for each alarm, those in alarm as all others at their place. */
function alarmTiles({ alarms }: Widget['properties'], { alarmState }: DashboardData, size: Size): string {
  const names = (Array.isArray(alarms) ? alarms : []).map(alarmName)
  const columns = Math.max(1, Math.floor((size.width + GAP) / 220))
  const width = (size.width + GAP) / columns - GAP
  const rows = Math.max(1, Math.ceil(names.length / columns))
  const height = Math.max(24, Math.min(44, (size.height + GAP) / rows - GAP))
  const most = Math.max(1, Math.floor((size.height + GAP) / (height + GAP))) * columns
  const visible = names.length > most ? names.slice(0, most - 1) : names
  const place = (index: number) => [(index % columns) * (width + GAP), Math.floor(index / columns) * (height + GAP)] as const
  const tiles = visible.map((name, index) =>
    nested(...place(index), width, height, alarmTile(name, alarmState?.(name) ?? 'INSUFFICIENT_DATA', { width, height })),
  )
  if (visible.length < names.length) {
    const [x, y] = place(visible.length)
    tiles.push(text(moreOf(names.length - visible.length), x + 12, y + height / 2 + 4, { size: 12, fill: FAINT_INK }))
  }
  return tiles.join('')
}

function alarmName(arn: unknown): string {
  return String(arn).replace(/^.*:alarm:/, '')
}

function alarmTile(name: string, state: AlarmState, { width, height }: Size): string {
  const { color, background, says } = STATES[state]
  const nameStyle = { size: 12, bold: true }
  const stateStyle = { size: 11, fill: color }
  const isTall = height >= 38
  const room = width - 22 - (isTall ? 0 : widthOf(says, stateStyle) + 10)
  return [
    rect(0.5, 0.5, width - 1, height - 1, background, `rx="3" stroke="${BORDER}"`),
    rect(0, 0, 5, height, color, 'rx="2"'),
    text(truncated(name, room, nameStyle), 14, isTall ? height / 2 - 3 : height / 2 + 4, nameStyle),
    isTall ? text(says, 14, height / 2 + 12, stateStyle) : text(says, width - 8, height / 2 + 4, { ...stateStyle, anchor: 'end' }),
  ].join('')
}

function logWidget({ query, view = 'table' }: Widget['properties'], { logRows }: DashboardData, size: Size): string {
  if (view !== 'table') return placeholder(`a ${String(view)} of a log`, size)
  const { columns, limit } = tableOf(String(query ?? ''))
  return table(columns, (logRows?.(columns) ?? []).slice(0, limit), size)
}

const TABLE_ROW = 24
const CELL = { size: 12 }
const HEAD = { size: 12, bold: true }

function table(columns: readonly LogColumn[], rows: readonly LogRow[], size: Size): string {
  const cells = rows
    .slice(0, Math.max(0, Math.floor(size.height / TABLE_ROW) - 1))
    .map((row) => columns.map(({ name }) => cellText(row[name])))
  const widths = columnWidths(columns, cells, size.width)
  const drawRow = (texts: readonly string[], y: number, style: typeof CELL | typeof HEAD) => {
    let x = 0
    return texts.map((each, index) => {
      const [left, width] = [x, widths[index] ?? 0]
      x += width
      return text(truncated(each, width - 14, style), left + 8, y + 16, style)
    })
  }
  return [
    rect(0, 0, size.width, TABLE_ROW, '#f2f3f3'),
    ...drawRow(
      columns.map(({ name }) => name),
      0,
      HEAD,
    ),
    ...cells.flatMap((row, index) => {
      const y = (index + 1) * TABLE_ROW
      return [...drawRow(row, y, CELL), rect(0, y + TABLE_ROW - 1, size.width, 1, '#eaeded')]
    }),
  ].join('')
}

function cellText(cell: string | number | undefined): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : (cell ?? '')
}

/** As wide as what they hold; where that is too much the widest give way. What is left over is the widest one's. */
function columnWidths(columns: readonly LogColumn[], cells: readonly (readonly string[])[], width: number): number[] {
  const wanted = columns.map(
    ({ name }, index) => Math.max(widthOf(name, HEAD), ...cells.map((row) => widthOf(row[index] ?? '', CELL))) + 22,
  )
  const least = (limit: number) => wanted.reduce((total, each) => total + Math.min(each, limit), 0)
  let limit = Math.max(0, ...wanted)
  while (limit > 20 && least(limit) > width) limit -= 4
  const widths = wanted.map((each) => Math.min(each, limit))
  const widest = widths.indexOf(Math.max(...widths))
  return widths.map((each, index) => (index === widest ? each + Math.max(0, width - least(limit)) : each))
}
